SELECT n.id, m.id FROM n JOIN m ON n.a = m.a
SELECT n.id, m.id FROM n LEFT JOIN m ON n.a = m.a
SELECT n.id, m.id FROM n RIGHT JOIN m ON n.a = m.a
SELECT n.id, m.id FROM n FULL JOIN m ON n.a = m.a
SELECT n.id, m.id FROM n, m WHERE n.a < m.k
SELECT n.id, m.id FROM n CROSS JOIN m
SELECT n.id, m.id FROM n JOIN m ON n.a = m.a AND n.s < m.s
SELECT n.id, m.id FROM n LEFT JOIN m ON n.a + m.a = 3 OR m.k = 1
SELECT n.id, m.id FROM n LEFT JOIN m ON n.a = m.a AND m.k > 5 AND n.id < 5
SELECT n.id, m.id FROM n FULL JOIN m ON n.f = m.f
SELECT n.id, m.id FROM n JOIN m ON n.f = m.f OR n.s = m.s
SELECT n.id FROM n SEMI JOIN m ON n.a = m.a
SELECT n.id FROM n ANTI JOIN m ON n.a = m.a
SELECT n.id FROM n SEMI JOIN m ON n.a = m.a AND n.b < m.k
SELECT n.id FROM n ANTI JOIN m ON n.a < m.a OR n.s = m.s
SELECT n.id FROM n SEMI JOIN none ON true
SELECT n.id FROM n ANTI JOIN none ON n.a = none.a
SELECT * FROM (SELECT id, a FROM n) n2 JOIN (SELECT a, k FROM m) m2 USING (a)
SELECT * FROM (SELECT id, a FROM n) n2 FULL JOIN (SELECT a, k FROM m) m2 USING (a)
SELECT * FROM (SELECT a, s FROM n) NATURAL JOIN (SELECT a, k FROM m)
SELECT x.id, y.id, z.id FROM n x JOIN n y ON x.a = y.a JOIN n z ON y.b = z.b
SELECT x.id, y.id, z.id FROM n x LEFT JOIN (n y JOIN m z ON y.a = z.a) ON x.id = y.id + 1
SELECT x.id, y.id FROM n x LEFT JOIN none y2 ON x.a = y2.a LEFT JOIN m y ON x.id = y.id WHERE y2.a IS NULL
SELECT x.id FROM n x JOIN m y ON x.a IS NOT DISTINCT FROM y.a
SELECT n.id, l.k FROM n, LATERAL (SELECT m.k FROM m WHERE m.a = n.a) l
SELECT n.id, l.k FROM n LEFT JOIN LATERAL (SELECT m.k FROM m WHERE m.a = n.a ORDER BY m.k DESC LIMIT 1) l ON true
SELECT n.id, l.c FROM n, LATERAL (SELECT count(*) c FROM m WHERE m.a = n.a) l
SELECT n.id, l.v FROM n, LATERAL (VALUES (n.a), (n.id)) l(v)
SELECT count(*) FROM n, m, none
SELECT count(*) FROM n, m
SELECT x.id FROM (SELECT * FROM n WHERE a > 0 ORDER BY id LIMIT 3) x JOIN m ON x.a = m.a
SELECT t1.c0, t2.c0 FROM (SELECT id AS c0, a AS t1 FROM n) t1, (SELECT id AS c0 FROM m) t2 WHERE t1.t1 = t2.c0
