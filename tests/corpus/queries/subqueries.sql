SELECT id FROM n WHERE a IN (SELECT a FROM m)
SELECT id FROM n WHERE a NOT IN (SELECT a FROM m)
SELECT id FROM n WHERE a NOT IN (SELECT a FROM m WHERE a IS NOT NULL)
SELECT id FROM n WHERE a NOT IN (SELECT a FROM none)
SELECT id, a IN (SELECT a FROM m), a NOT IN (SELECT a FROM m), a IN (SELECT a FROM none), NULL IN (SELECT a FROM m) FROM n
SELECT id, (a, s) IN (SELECT a, s FROM m) FROM n
SELECT id FROM n WHERE (a, s) NOT IN (SELECT a, s FROM m WHERE a = 1)
SELECT id, a > ANY (SELECT a FROM m), a < ALL (SELECT k FROM m), a = ANY (SELECT a FROM none), a <> ALL (SELECT a FROM m WHERE a > 1), a >= ALL (SELECT a FROM none) FROM n
SELECT id FROM n WHERE EXISTS (SELECT 1 FROM m WHERE m.a = n.a)
SELECT id FROM n WHERE NOT EXISTS (SELECT 1 FROM m WHERE m.a = n.a AND m.k > n.id)
SELECT id, EXISTS (SELECT 1 FROM m WHERE m.a = n.a), EXISTS (SELECT 1 FROM m WHERE m.k > n.a AND m.s < n.s) FROM n
SELECT id FROM n WHERE EXISTS (SELECT 1 FROM m WHERE m.a = n.a) OR s = 'NULL'
SELECT id, (SELECT max(k) FROM m WHERE m.a = n.a), (SELECT count(*) FROM m WHERE m.a = n.a), (SELECT sum(k) FROM m WHERE m.k < n.id) FROM n
SELECT id, (SELECT k FROM m WHERE m.id = n.id) FROM n
SELECT id, a IN (SELECT k FROM m WHERE m.s = n.s), a NOT IN (SELECT k FROM m WHERE m.a >= n.a), a > ALL (SELECT k FROM m WHERE m.a = n.a) FROM n
SELECT id, (SELECT n2.s FROM n n2 WHERE n2.id = n.id + 1) FROM n WHERE b > (SELECT avg(b) FROM n n3 WHERE n3.a = n.a)
SELECT id, (SELECT k FROM m WHERE m.a = n.a ORDER BY k DESC LIMIT 1) FROM n
SELECT id, (SELECT string_agg(s, ',' ORDER BY id) FROM m WHERE m.a = n.a) FROM n
SELECT id, (SELECT count(*) FROM m WHERE m.a = n.a AND EXISTS (SELECT 1 FROM n n2 WHERE n2.id = m.id AND n2.a = n.a)) FROM n
SELECT id FROM n WHERE a = (SELECT min(a) FROM m) OR a = (SELECT max(a) FROM m WHERE k > (SELECT min(k) FROM m))
SELECT (SELECT a FROM m ORDER BY id LIMIT 1), (SELECT a FROM none), (SELECT max(a) FROM none)
SELECT id, (SELECT f FROM m WHERE m.f = n.f AND m.id <> 5) FROM n
SELECT id, (SELECT l[1] FROM x x2 WHERE x2.id = x.id), (SELECT count(*) FROM x x3 WHERE x3.l = x.l), (SELECT x4.st FROM x x4 WHERE x4.st = x.st) FROM x
SELECT id, ARRAY(SELECT k FROM m WHERE m.a = n.a ORDER BY k) FROM n
SELECT a, count(*) FROM n WHERE id IN (SELECT id FROM m WHERE m.a IN (SELECT a FROM n)) GROUP BY a
SELECT id, (a, NULL) IN (SELECT a, k FROM m), a + 1 <= ANY (SELECT k FROM m WHERE m.s = n.s) FROM n
SELECT id FROM n WHERE 5 IN (SELECT k FROM m WHERE m.a = n.a)
SELECT id FROM n WHERE (SELECT count(*) FROM m WHERE m.a = n.a) = 2
SELECT id, (SELECT sum(m.k + n.id) FROM m), (SELECT n.a FROM none) FROM n
SELECT id FROM n WHERE id IN (SELECT x.id FROM n x WHERE x.a IN (SELECT m.a FROM m WHERE m.id = n.id))
WITH c AS (SELECT a, count(*) cnt FROM n GROUP BY a) SELECT n.id, (SELECT cnt FROM c WHERE c.a = n.a) FROM n
SELECT id, (WITH c AS (SELECT k FROM m WHERE m.a = n.a) SELECT sum(c1.k) FROM c c1, c c2) FROM n
