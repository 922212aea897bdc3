-- DuckDB fails to decorrelate a subquery in which a semi join and a common table expression stand.
-- d.d_1 is chunked by k
-- e.e_0 is chunked by k
-- e.e_1 is chunked by k
CREATE SCHEMA d;
CREATE SCHEMA e;
CREATE TABLE d.d_1(k BIGINT, id INTEGER);
CREATE TABLE e.e_0(k TIMESTAMP WITH TIME ZONE, b INTEGER, d VARCHAR, e VARCHAR);
CREATE TABLE e.e_1(k TIMESTAMP WITH TIME ZONE, id INTEGER, a VARCHAR);
-- query
WITH w1 AS (SELECT t2.d AS c1, 0 AS c2 FROM e.e_0 AS t2 GROUP BY t2.d), w4 AS MATERIALIZED (SELECT '' AS c1 FROM d.d_1 AS t5 JOIN e.e_1 AS t6 ON t5.id = t6.id WHERE (0::BIGINT NOT IN (SELECT CAST(min(0::BIGINT) AS BIGINT) AS c1 FROM e.e_1 AS t7 LEFT JOIN w1 AS t8 ON EXISTS (SELECT 1 FROM w1 AS t9 JOIN e.e_0 AS t10 ON t9.c1 = t10.e WHERE t10.b = t8.c2) WHERE t8.c1 < t6.a GROUP BY t7.a, t7.id, t8.c1))) SELECT true AS c1 FROM w4 AS t11 GROUP BY 0::BIGINT;
