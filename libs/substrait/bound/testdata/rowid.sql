SELECT rowid FROM n
