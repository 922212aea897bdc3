-- A distinct constant beside another aggregate saw the partial row of workers that had seen none.
-- d.d_0 is a reference table
-- e.e_1 is positional, 2 rows a chunk
CREATE SCHEMA d;
CREATE SCHEMA e;
CREATE TABLE d.d_0(k INTEGER);
CREATE TABLE e.e_1(c INTEGER);
INSERT INTO e.e_1 VALUES (4), (5), (6);
-- query
SELECT sum(DISTINCT 7) AS c1, max(c) AS c2 FROM e.e_1 WHERE c < c OR NULL;
-- query
SELECT count(DISTINCT 7) AS c1, count(*) AS c2, count(c) AS c3, avg(c) AS c4 FROM e.e_1 WHERE c < c OR NULL;
-- query
SELECT count(DISTINCT 7) AS c1, count(*) AS c2, sum(c) FILTER (WHERE c > 4) AS c3, string_agg(DISTINCT 'a', ',') AS c4 FROM e.e_1;
-- query
SELECT count(DISTINCT 7) FILTER (WHERE false) AS c1, count(*) AS c2, count(DISTINCT 1) FILTER (WHERE c > 5) AS c3 FROM e.e_1;
-- query
SELECT count(DISTINCT random()) AS c1, count(DISTINCT random() > 2) AS c2 FROM e.e_1;
