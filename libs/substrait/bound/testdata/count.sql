SELECT count(*) FROM n
