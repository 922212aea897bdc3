-- DuckDB has no anti join by inequalities of intervals alone.
-- d.d_0 is positional, 1 rows a chunk
-- d.d_1 is chunked by k
CREATE SCHEMA d;
CREATE TABLE d.d_0(b INTERVAL, e INTEGER);
INSERT INTO d.d_0 VALUES ('3 hours', '6'), (NULL, 7);
CREATE TABLE d.d_1(k BIGINT, b BIGINT);
-- query
SELECT CAST(NULL::DATE AS DATE) AS c1 FROM d_1 AS t1 FULL JOIN d_0 AS t2 ON t1.b = t2.e WHERE NOT EXISTS (SELECT 1 FROM d.d_0 AS t3 WHERE t3.b <> t2.b);
-- query
SELECT t2.e AS c1 FROM d_0 AS t2 WHERE EXISTS (SELECT 1 FROM d.d_0 AS t3 WHERE t3.b >= t2.b);
