DESCRIBE n
DESCRIBE SELECT a + 1 AS b, s FROM n
SELECT column_name, column_type FROM (DESCRIBE x) WHERE column_name <> 'un'
SELECT column_name FROM (DESCRIBE SELECT 1 AS one, 'x' AS two)
SHOW n
SELECT count(*) FROM (SHOW big)
-- The other columns of SUMMARIZE are approximate, or depend on the order in which floats are added up.
SUMMARIZE none
SELECT column_name, column_type, min, max, approx_unique, count, null_percentage FROM (SUMMARIZE SELECT id, a, k, s FROM m)
SELECT column_name, min, max, approx_unique, count, null_percentage FROM (SUMMARIZE big)
SELECT column_name, min, max, count, null_percentage FROM (SUMMARIZE SELECT * EXCLUDE (f, r, h) FROM n)
SELECT column_name, min, max FROM (SUMMARIZE SELECT id, k FROM big WHERE id % 2 = 0)
