-- A comparison with NULL among several of an IN was taken for NULL, and what is false beside it for the answer.
-- d.d_0 is a reference table
-- e.e_1 is chunked by k
CREATE SCHEMA d;
CREATE SCHEMA e;
CREATE TABLE d.d_0(k INTEGER);
CREATE TABLE e.e_1(k DATE, a DECIMAL(9,2));
INSERT INTO e.e_1 VALUES ('2024-01-05', '1.00'), ('2024-01-06', '0.00'), ('2024-01-07', NULL);
-- query
SELECT ((t1.a, (NULL::STRUCT(a INTEGER, b VARCHAR)).a) IN (SELECT 0::DECIMAL(9,2) AS c1, 0 AS c2 FROM e.e_1 AS t2)) AS c1, t1.a AS c2 FROM e.e_1 AS t1;
-- query
SELECT ((t1.a, NULL::INTEGER) IN (SELECT 0::DECIMAL(9,2) AS c1, 0 AS c2 FROM e.e_1 AS t2 WHERE t2.a = 5)) AS c1, t1.a AS c2 FROM e.e_1 AS t1;
-- query
SELECT ((t1.a, 1, 0) IN (SELECT t2.a, 0 AS c2, 0 AS c3 FROM e.e_1 AS t2 WHERE t2.a = 0)) AS c1, t1.a AS c2 FROM e.e_1 AS t1;
-- query
SELECT ((1, t1.a) NOT IN (SELECT NULL::INTEGER, t2.a FROM e.e_1 AS t2)) AS c1, t1.a AS c2 FROM e.e_1 AS t1;
-- query
SELECT count(*) AS c1 FROM e.e_1 AS t1 WHERE (t1.a, NULL::INTEGER) NOT IN (SELECT 0::DECIMAL(9,2) AS c1, 0 AS c2 FROM e.e_1 AS t2);
