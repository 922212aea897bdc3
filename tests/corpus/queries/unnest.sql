SELECT id, unnest(l) FROM x
SELECT unnest(l) FROM x
SELECT id, unnest(l) AS v FROM x WHERE id <> 2
SELECT id, unnest(l), unnest(ar) FROM x
SELECT id, unnest(l) + 1 AS v FROM x
SELECT id, unnest(ll) FROM x
SELECT id, unnest(ll, recursive := true) FROM x
SELECT id, unnest(st) FROM x
SELECT id, unnest(ls) FROM z
SELECT id, unnest(ls, recursive := true) FROM z
SELECT id, unnest(ls, max_depth := 2) FROM z
SELECT id, unnest(lf) FROM z
SELECT id, unnest(lt), unnest(lu), unnest(le) FROM z
SELECT unnest([1, 2, NULL])
SELECT unnest([]::INTEGER[])
SELECT unnest(NULL::INTEGER[])
SELECT unnest(range(3)), unnest(range(5))
SELECT id, unnest(map_entries(mp)) FROM x
SELECT id, unnest(map_keys(mp)), unnest(map_values(mp)) FROM x
SELECT v, count(*) FROM (SELECT unnest(l) AS v FROM big) GROUP BY v
SELECT count(*), sum(v) FROM (SELECT unnest(l) AS v FROM big WHERE k = 7)
SELECT DISTINCT unnest(l) FROM big
SELECT id, v FROM (SELECT id, unnest(l) AS v FROM x) WHERE v > 1 AND id > 0
SELECT x.id, u.v FROM x, unnest(x.l) AS u(v)
SELECT x.id, u.v FROM x CROSS JOIN unnest(x.l) AS u(v) WHERE u.v IS NULL
SELECT x.id, v FROM x JOIN unnest(x.l) AS u(v) ON v > 1
SELECT x.id, v FROM x LEFT JOIN LATERAL unnest(x.l) AS u(v) ON true
SELECT x.id, v FROM x LEFT JOIN LATERAL (SELECT unnest(l) AS v) ON true
SELECT x.id, v, one FROM x LEFT JOIN LATERAL (SELECT e AS v, 1 AS one FROM unnest(x.l) AS u(e)) ON true
SELECT x.id, v FROM x LEFT JOIN LATERAL (SELECT e AS v FROM unnest(x.l) AS u(e) WHERE e > 1) ON true
SELECT x.id, v, w FROM x, unnest(x.l) AS u(v), unnest(x.ar::INTEGER[]) AS q(w)
SELECT x.id, v, w FROM x, unnest(x.l) AS u(v), unnest([v, v * 10]) AS q(w)
SELECT x.id, v, w FROM x, LATERAL (SELECT * FROM unnest(x.l) AS a(v), unnest([a.v, 2]) AS b(w))
SELECT x.id, s FROM x, LATERAL (SELECT sum(v) AS s FROM unnest(x.l) AS u(v))
SELECT id, (SELECT sum(v) FROM unnest(l) AS u(v)) FROM x
SELECT id, (SELECT max(v) FROM (SELECT unnest(l) AS v)) AS m FROM x
SELECT id FROM x WHERE 3 IN (SELECT unnest(l))
SELECT id FROM x WHERE EXISTS (SELECT 1 FROM unnest(l) AS u(v) WHERE v = 2)
SELECT id FROM x WHERE NOT EXISTS (SELECT 1 FROM unnest(l) AS u(v) WHERE v = 2)
SELECT id, e FROM big, unnest(l) AS u(e) WHERE id < 9
> SELECT id, e FROM big, unnest(l) AS u(e) WHERE id < 20 ORDER BY id, e LIMIT 5
SELECT a.id, b.id FROM (SELECT id, unnest(l) AS v FROM x) a JOIN (SELECT id, unnest(ar) AS v FROM x) b ON a.v = b.v
SELECT id, v, row_number() OVER (PARTITION BY id ORDER BY v) FROM (SELECT id, unnest(l) AS v FROM x)
SELECT id, list(v) FROM (SELECT id, unnest(l) AS v FROM x WHERE id = 1) GROUP BY id
SELECT * FROM unnest([1, 2, 3]) AS u(v)
SELECT * FROM unnest([1, 2]) AS a(v), unnest(['x', 'y']) AS b(w)
SELECT * FROM range(5), generate_series(1, 3)
SELECT count(*), min(i), max(i), sum(i) FROM range(100000) r(i)
SELECT * FROM range(10, 0, -3)
SELECT * FROM range(0)
SELECT * FROM range(TIMESTAMP '2020-01-01', TIMESTAMP '2020-03-01', INTERVAL 20 DAY)
SELECT * FROM generate_series(TIMESTAMP '2020-01-01', TIMESTAMP '2020-01-03', INTERVAL 12 HOUR)
SELECT id, i FROM n, range(n.id) r(i)
SELECT id, i FROM n, generate_series(1, n.y % 4) r(i)
SELECT r.i, count(n.id) FROM range(8) r(i) LEFT JOIN n ON n.id = r.i GROUP BY r.i
SELECT dt, count(*) FROM range(TIMESTAMP '2020-01-01', TIMESTAMP '2020-01-05', INTERVAL 1 DAY) r(day) JOIN big ON dt = day GROUP BY dt
SELECT * FROM repeat('x', 3)
SELECT n.id, r.v FROM n, repeat(7, 2) r(v)
SELECT unnest(st), id FROM x WHERE st.a > 0
SELECT unnest({'a': 1, 'b': [1, 2]})
SELECT id, unnest(string_split(s, ' ')) FROM n
SELECT upper(w), count(*) FROM (SELECT unnest(string_split(s, '')) AS w FROM n) GROUP BY ALL
SELECT unnest(generate_series(1, id)) AS i, id FROM n WHERE id < 4
SELECT id, unnest(CASE WHEN id = 1 THEN l ELSE [0] END) FROM x
SELECT unnest(list(id ORDER BY id)) FROM n
SELECT a, unnest(list_sort(list(id))) FROM n GROUP BY a
SELECT id, unnest(l) FROM x UNION ALL SELECT id, unnest(ar) FROM x
SELECT n.id, v, i FROM n, unnest(['a', 'b']) WITH ORDINALITY AS u(v, i) WHERE n.id < 3
WITH q AS (SELECT a, count(*) AS c FROM n GROUP BY a) SELECT q.*, v, i FROM q, unnest([7, 8]) WITH ORDINALITY AS u(v, i)
SELECT x.id, v, i FROM x, unnest(x.l) WITH ORDINALITY AS u(v, i)
SELECT x.id, v, i FROM x LEFT JOIN LATERAL unnest(x.l) WITH ORDINALITY AS u(v, i) ON true
SELECT n.id, v, i FROM n, range(n.a) WITH ORDINALITY AS r(v, i)
SELECT n.id, v, i FROM n, generate_series(1, n.a, 1) WITH ORDINALITY AS r(v, i) WHERE n.id < 4
SELECT n.id, v, i FROM n LEFT JOIN LATERAL range(n.a) WITH ORDINALITY AS r(v, i) ON true
SELECT n.id, i FROM n, LATERAL (SELECT * FROM range(n.a) WITH ORDINALITY) AS r(v, i) WHERE i > 1
SELECT i FROM n, range(2) WITH ORDINALITY AS r(v, i)
