-- DuckDB binds functions of lists over NULLs that are no lists, without their lambdas.
-- d.t is chunked by k
CREATE SCHEMA d;
CREATE TABLE d.t(k INTEGER, l INTEGER[]);
INSERT INTO d.t VALUES (-2, [1, 2]), (3, NULL);
-- query
SELECT k, CAST(list_transform(list_sort(list_distinct(NULL::INTEGER[])), x -> x % 10 + 1) AS INTEGER[]) AS c FROM d.t;
-- query
SELECT k, list_filter(NULL, x -> x > k) AS a, list_reduce(NULL, (x, y) -> x + y) AS b, list_reduce(NULL, (x, y) -> x + y, k) AS c FROM d.t;
-- query
SELECT list_transform(l, x -> x + k) AS a, list_transform(NULL, (x, i) -> x + i) AS b FROM d.t WHERE list_transform(NULL, x -> x) IS NULL;
