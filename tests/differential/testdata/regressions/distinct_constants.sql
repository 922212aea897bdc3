-- An aggregate of a distinct constant saw no row at all, because no column is needed for it.
-- e.e_0 is chunked by k
-- d.d_0 is a reference table
CREATE SCHEMA d;
CREATE SCHEMA e;
CREATE TABLE d.d_0(k INTEGER);
CREATE TABLE e.e_0(k TIMESTAMP_S);
INSERT INTO e.e_0 VALUES (NULL);
-- query
SELECT DISTINCT CAST(length(t4.c1) AS BIGINT) AS c2 FROM (SELECT string_agg(DISTINCT lower(''), ',' ORDER BY lower('')) AS c1 FROM e.e_0 AS t3) AS t4;
-- query
SELECT string_agg(DISTINCT '', ',') AS c1, string_agg('', ',') AS c2 FROM e.e_0;
-- query
SELECT count(DISTINCT 1) AS c1, sum(DISTINCT 3) FILTER (WHERE true) AS c2 FROM e.e_0;
-- query
SELECT count(DISTINCT 1) AS c1, sum(DISTINCT 3) AS c2 FROM e.e_0 WHERE k > '2024-01-01';
