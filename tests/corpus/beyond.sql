SELECT * FROM json_each('{"a": 1, "b": [2]}')
SELECT x.id, e.key, e.value FROM x, json_each(x.js) e
SELECT x.id, e.key, e.atom FROM x, json_tree(x.js) e WHERE x.id > 1
SELECT x.id, e.key FROM x LEFT JOIN LATERAL json_each(x.js) e ON true
SELECT n.id, x.id, e.key FROM n JOIN x ON n.id = x.id, json_each(x.js) e WHERE n.a = 1 AND x.id < 3
SELECT count(*), sum(b.v) FROM big b, json_each('[1, 2]') e WHERE b.k = 7
SELECT b.s, count(*), min(e.value) FROM big b, json_each('[1, 2, 3]') e WHERE b.id % 100 = e.id GROUP BY b.s
SELECT a.id, b.id FROM big a JOIN big b ON a.id = b.v, repeat_row(1, num_rows = 2) WHERE a.k IS NULL AND b.id < 100
SELECT * FROM repeat_row(1, 'x', num_rows = 2)
SELECT * FROM unnest([1, 2]) WITH ORDINALITY
SELECT * FROM range(3) WITH ORDINALITY
SELECT * FROM range(TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-03', INTERVAL 1 DAY) WITH ORDINALITY
SELECT count(*) FROM test_all_types()
SELECT count(*) FROM n, test_all_types() t WHERE n.a = 2
SELECT count(*) > 500 FROM duckdb_functions()
SELECT (id::VARIANT)::VARCHAR FROM n
SELECT * FROM (SELECT id FROM n WHERE a = 1) q, json_each('[1]') e ORDER BY q.id LIMIT 2
SELECT id FROM n WHERE EXISTS (SELECT 1 FROM json_each('[1, 2]') e WHERE e.value::INTEGER = n.a)
SELECT count(*) FROM z, json_each('[1]') WHERE "A b" = 1 AND "q""uote" <> ''
SELECT z.*, e.key FROM z, json_each('[1]') e
SELECT t.*, e.key FROM t, json_each('[1]') e
SELECT * EXCLUDE (h, u, e), j.key FROM n, json_each('[1]') j
SELECT count(*), count(n.f), sum(n.id) FROM twice JOIN n ON twice.k = n.a, json_each('[1]')
SELECT none.a, e.key FROM none, json_each('[1]') e
> SELECT b.id FROM big b, json_each('[3, 5]') e WHERE b.id = e.value::INTEGER ORDER BY b.id
SELECT n.id, q.* FROM n, (SELECT * FROM unnest([1, 2]) WITH ORDINALITY) q WHERE n.a = 1
WITH m AS (SELECT id FROM n) SELECT m.id, q.* FROM m, x, (SELECT * FROM unnest([1, 2]) WITH ORDINALITY) q WHERE m.id = x.id
