SELECT n.id, m.k FROM n LEFT JOIN m ON n.a = m.a AND n.id < m.k SEMI JOIN x ON n.id = x.id
