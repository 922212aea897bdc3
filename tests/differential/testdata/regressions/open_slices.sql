-- Slices without bounds have empty lists for them in DuckDB's bound plan, which array_slice refuses.
-- d.d_0 is chunked by k
-- d is cut after 1
CREATE SCHEMA d;
CREATE TABLE d.d_0(k BIGINT, l INTEGER[], s VARCHAR);
INSERT INTO d.d_0 VALUES (1, [1, 2, 3], 'abc'), (2, [], ''), (NULL, NULL, NULL), (3, [NULL, 7], 'äöü');
-- query
SELECT k, list_reverse(l) AS c1, l[:2] AS c2, l[2:] AS c3, l[:] AS c4, l[::2] AS c5, l[:-:-1] AS c6, l[k:] AS c7 FROM d_0;
-- query
SELECT k, s[2:] AS c1, s[:2] AS c2, s[:] AS c3, s[-2:] AS c4 FROM d_0;
