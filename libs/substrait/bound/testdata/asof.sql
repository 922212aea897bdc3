SELECT n.id, m.id FROM n ASOF LEFT JOIN m ON n.a = m.a AND n.id >= m.id AND n.b > 1
