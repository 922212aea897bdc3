SELECT id, list_transform(l, lambda v: v + 1) FROM x
SELECT id, list_transform(l, lambda v, i: v * i) FROM x
SELECT id, list_transform(l, lambda v: v + id) FROM x
SELECT id, list_transform(l, lambda v: id) FROM x
SELECT id, list_transform(l, lambda v: 1 + 2) FROM x
SELECT id, list_filter(l, lambda v: v > 1) FROM x
SELECT id, list_filter(l, lambda v, i: i > 1 AND v IS NOT NULL) FROM x
SELECT id, list_filter(l, lambda v: v > id OR v IS NULL) FROM x
SELECT id, list_reduce(ar, lambda a, b: a + b) FROM x
SELECT id, list_reduce(ar, lambda a, b: a + b, 100) FROM x
SELECT id, list_reduce(ar, lambda a, b: a + b + id, id) FROM x
SELECT id, list_reduce(ar, lambda a, b, i: a * 10 + b + i) FROM x
SELECT id, list_reduce(ar, lambda a, b, i: a * 10 + b + i, 5) FROM x
SELECT list_reduce([1, 2, 3]::DOUBLE[], lambda a, b: a / b)
SELECT list_reduce(['a', 'b', 'c'], lambda a, b: a || '-' || b, 'start')
SELECT id, list_transform(ll, lambda inner_list: list_transform(inner_list, lambda v: upper(v))) FROM x
SELECT id, list_transform(ll, lambda q: list_transform(q, lambda v: v || len(q) || id)) FROM x
SELECT id, list_transform(l, lambda v: list_transform(l, lambda w: coalesce(v, 0) * 10 + coalesce(w, 0))) FROM x
SELECT id, list_transform(l, lambda v: list_filter(ar, lambda w: w > v)) FROM x
SELECT id, list_transform(l, lambda v, i: list_transform(ar, lambda w, j: i * 100 + j * 10 + coalesce(v, 0) + id)) FROM x
SELECT id, [v + 1 FOR v IN l] FROM x
SELECT id, [v + id FOR v IN l IF v > 1] FROM x
SELECT id, [v * i FOR v, i IN l] FROM x
SELECT id, [[w + v FOR w IN ar] FOR v IN l] FROM x
SELECT id, list_apply(l, lambda v: {'v': v, 'w': id}) FROM x
SELECT id, list_transform(ls, lambda e: e.x) FROM z
SELECT id, list_transform(ls, lambda e: e['y'][1]) FROM z
SELECT id, list_transform(lf, lambda v: CAST(v AS VARCHAR)) FROM z
SELECT id, list_transform(lt, lambda v: year(v)) FROM z WHERE id = 2
SELECT id, map_from_entries(list_transform(map_entries(mp), lambda e: {k: upper(e.key), v: e.value})) FROM x
SELECT id, list_filter(map_keys(mp), lambda k: k <> 'j') FROM x
SELECT id, array_transform(ar, lambda v: v + 1), apply(l, lambda v: -v) FROM x
SELECT id, list_sum(list_transform(l, lambda v: v * 2)) FROM x
SELECT id FROM x WHERE len(list_filter(l, lambda v: v > 1)) > 0
SELECT id FROM x WHERE list_contains(list_transform(l, lambda v: v + id), 4)
SELECT list_transform([1, 2, 3], lambda v: v + 1)
SELECT list_transform([], lambda v: v)
SELECT list_transform(NULL::INTEGER[], lambda v: v)
SELECT list_filter([1, NULL, 3], lambda v: v)
SELECT list_transform([1, 2], lambda v: CASE WHEN v = 1 THEN 'one' ELSE NULL END)
SELECT list_transform([3, 4], lambda v: v IN (1, 3))
SELECT list_transform([3, 4], lambda v: v BETWEEN 1 AND 3)
SELECT sum(list_sum(list_transform(l, lambda v: v + k))) FROM big
SELECT k, list_transform(list(id ORDER BY id), lambda v: v % 10) FROM big WHERE k > 800 GROUP BY k
SELECT a.id, list_transform(a.l, lambda v: v + b.a) FROM x a JOIN n b ON a.id = b.id
SELECT v, count(*) FROM (SELECT unnest(list_transform(l, lambda e: e % 2)) AS v FROM big) GROUP BY v
SELECT id, list_transform(string_split(s, ' '), lambda w: w || '!') FROM n
SELECT id, list_transform(list_filter(range(id), lambda v: v % 2 = 0), lambda v: v + id) FROM n
SELECT id, list_transform(l, lambda "select": "select" + 1) FROM x
SELECT id, struct_update(st, a := id) FROM x
SELECT id, struct_update(st, a := 'now text', "b c" := id) FROM x
SELECT id, struct_update(st, c := id) FROM x
SELECT struct_update({'a': 1}, a := 2)
