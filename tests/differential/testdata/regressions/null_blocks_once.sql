-- Rows whose block is NULL are read once, from a chunk of their own.
-- d.d_0 is chunked by k
-- d.d_1 is positional, 2 rows a chunk
-- d is cut after 1704412800000000
CREATE SCHEMA d;
CREATE TABLE d.d_0(k TIMESTAMP WITH TIME ZONE, a INTEGER);
INSERT INTO d.d_0 VALUES (NULL, 1), ('2024-01-01 00:00:00+00', 2), ('infinity', 3), ('-infinity', 4), (NULL, 5);
CREATE TABLE d.d_1(a INTEGER);
INSERT INTO d.d_1 VALUES (1), (2), (2), (NULL), (5);
-- query
SELECT '' AS c1 FROM d.d_0;
-- query
SELECT t1.k, t2.a FROM d.d_0 AS t1 FULL JOIN d.d_1 AS t2 USING (a);
