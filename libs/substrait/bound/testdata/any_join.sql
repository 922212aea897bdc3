SELECT n.id, m.id FROM n FULL JOIN m ON n.a = m.a OR n.s = m.s
