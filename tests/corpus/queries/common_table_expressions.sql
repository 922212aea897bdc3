WITH c AS (SELECT a, id FROM n) SELECT * FROM c
WITH c AS (SELECT a, id FROM n) SELECT x.id, y.id FROM c x JOIN c y ON x.a = y.a
WITH c AS MATERIALIZED (SELECT a, id FROM n) SELECT x.id, y.id FROM c x JOIN c y ON x.a = y.a
WITH c AS NOT MATERIALIZED (SELECT a, id FROM n) SELECT x.id, y.id FROM c x JOIN c y ON x.a = y.a
WITH c AS (SELECT a, count(*) k FROM n GROUP BY a), d AS (SELECT a, k * 2 k FROM c WHERE k > 1) SELECT * FROM c LEFT JOIN d USING (a)
WITH c AS (SELECT * FROM n), d AS (SELECT * FROM c), e AS (SELECT * FROM d WHERE a = 1) SELECT e.id, d.id, c.id FROM c, d, e WHERE c.id = d.id AND d.a = e.a
WITH unused AS (SELECT 1) SELECT id FROM n
WITH c(x, y) AS (SELECT id, a FROM n) SELECT y, x FROM c WHERE x IN (SELECT y FROM c)
WITH c AS (SELECT random() r) SELECT count(DISTINCT r) FROM (SELECT r FROM c UNION ALL SELECT r FROM c)
WITH c AS (SELECT id FROM n LIMIT 3) SELECT count(*) FROM c x JOIN c y ON x.id = y.id
SELECT * FROM (WITH c AS (SELECT 1 AS v) SELECT c1.v, c2.v AS w FROM c c1, c c2)
WITH c AS (SELECT id, s FROM m), c2 AS (WITH c AS (SELECT id FROM n) SELECT * FROM c) SELECT c.id, c2.id FROM c, c2 WHERE c.id = c2.id
