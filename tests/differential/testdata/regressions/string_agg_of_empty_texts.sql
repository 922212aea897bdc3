-- An aggregate of texts that are all empty was NULL.
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
