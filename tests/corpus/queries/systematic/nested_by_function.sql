SELECT id, len(l) FROM x
SELECT len(l) AS v, count(*) FROM x GROUP BY v
SELECT id, l[1] FROM x
SELECT l[1] AS v, count(*) FROM x GROUP BY v
SELECT l[-1] AS v, count(*) FROM x GROUP BY v
SELECT id, l[2:] FROM x
SELECT l[2:] AS v, count(*) FROM x GROUP BY v
SELECT id, list_contains(l, 1) FROM x
SELECT id, list_position(l, 2) FROM x
SELECT list_position(l, 2) AS v, count(*) FROM x GROUP BY v
SELECT id, list_sort(l) FROM x
SELECT id, list_reverse(l) FROM x
SELECT list_reverse(l) AS v, count(*) FROM x GROUP BY v
SELECT id, list_distinct(l) FROM x
SELECT list_distinct(l) AS v, count(*) FROM x GROUP BY v
SELECT list_unique(l) AS v, count(*) FROM x GROUP BY v
SELECT id, list_sum(l) FROM x
SELECT list_sum(l) AS v, count(*) FROM x GROUP BY v
SELECT id, list_avg(l) FROM x
SELECT id, list_min(l) FROM x
SELECT list_min(l) AS v, count(*) FROM x GROUP BY v
SELECT id, list_append(l, 9) FROM x
SELECT id, list_prepend(0, l) FROM x
SELECT list_prepend(0, l) AS v, count(*) FROM x GROUP BY v
SELECT id, list_concat(l, [id]) FROM x
SELECT list_concat(l, [id]) AS v, count(*) FROM x GROUP BY v
SELECT l || l AS v, count(*) FROM x GROUP BY v
SELECT id, list_has_any(l, [2, 3]) FROM x
SELECT list_has_any(l, [2, 3]) AS v, count(*) FROM x GROUP BY v
SELECT id, list_has_all(l, [1]) FROM x
SELECT id, list_intersect(l, [1, 3]) FROM x
SELECT list_intersect(l, [1, 3]) AS v, count(*) FROM x GROUP BY v
SELECT id, list_slice(l, 1, 2) FROM x
SELECT id, list_resize(l, 3, 0) FROM x
SELECT list_resize(l, 3, 0) AS v, count(*) FROM x GROUP BY v
SELECT id, list_aggregate(l, 'sum') FROM x
SELECT list_aggregate(l, 'sum') AS v, count(*) FROM x GROUP BY v
SELECT list_aggregate(l, 'string_agg', ',') AS v, count(*) FROM x GROUP BY v
SELECT id, array_to_string(l, '-') FROM x
SELECT array_to_string(l, '-') AS v, count(*) FROM x GROUP BY v
SELECT id, flatten(ll) FROM x
SELECT id, ll[1][1] FROM x
SELECT ll[1][1] AS v, count(*) FROM x GROUP BY v
SELECT id, len(ll[1]) FROM x
SELECT id, st.a FROM x
SELECT st.a AS v, count(*) FROM x GROUP BY v
SELECT id, st['b c'] FROM x
SELECT st['b c'] AS v, count(*) FROM x GROUP BY v
SELECT struct_extract(st, 'a') AS v, count(*) FROM x GROUP BY v
SELECT id, struct_insert(st, n := id) FROM x
SELECT struct_insert(st, n := id) AS v, count(*) FROM x GROUP BY v
SELECT id, struct_pack(p := st, q := l) FROM x
SELECT id, row(id, l) FROM x
SELECT row(id, l) AS v, count(*) FROM x GROUP BY v
SELECT id, mp['k'] FROM x
SELECT id, map_keys(mp) FROM x
SELECT map_keys(mp) AS v, count(*) FROM x GROUP BY v
SELECT id, map_values(mp) FROM x
SELECT map_values(mp) AS v, count(*) FROM x GROUP BY v
SELECT map_entries(mp) AS v, count(*) FROM x GROUP BY v
SELECT id, cardinality(mp) FROM x
SELECT cardinality(mp) AS v, count(*) FROM x GROUP BY v
SELECT id, map_contains(mp, '') FROM x
SELECT id, map_concat(mp, MAP {'z': id}) FROM x
SELECT map_concat(mp, MAP {'z': id}) AS v, count(*) FROM x GROUP BY v
SELECT id, element_at(mp, 'j') FROM x
SELECT id, ar[2] FROM x
SELECT ar[2] AS v, count(*) FROM x GROUP BY v
SELECT id, ar::INTEGER[] FROM x
SELECT ar::INTEGER[] AS v, count(*) FROM x GROUP BY v
SELECT array_value(id, 2) AS v, count(*) FROM x GROUP BY v
SELECT id, list_value(id, 2, NULL) FROM x
SELECT list_value(id, 2, NULL) AS v, count(*) FROM x GROUP BY v
SELECT en::VARCHAR AS v, count(*) FROM x GROUP BY v
SELECT id, enum_code(en) FROM x
SELECT enum_code(en) AS v, count(*) FROM x GROUP BY v
SELECT id, en > 'lo' FROM x
SELECT id, enum_first(en) FROM x
SELECT enum_first(en) AS v, count(*) FROM x GROUP BY v
SELECT id, bl || 'x'::BLOB FROM x
SELECT bl || 'x'::BLOB AS v, count(*) FROM x GROUP BY v
SELECT octet_length(bl) AS v, count(*) FROM x GROUP BY v
SELECT id, hex(bl) FROM x
SELECT hex(bl) AS v, count(*) FROM x GROUP BY v
SELECT to_base64(bl) AS v, count(*) FROM x GROUP BY v
SELECT id, bit_length(bt) FROM x
SELECT bit_length(bt) AS v, count(*) FROM x GROUP BY v
SELECT id, bt::VARCHAR FROM x
SELECT id, uu::VARCHAR FROM x
SELECT uu::VARCHAR AS v, count(*) FROM x GROUP BY v
SELECT id, js->>'$.a' FROM x
SELECT js->>'$.a' AS v, count(*) FROM x GROUP BY v
SELECT json_type(js) AS v, count(*) FROM x GROUP BY v
SELECT id, json_keys(js) FROM x
SELECT json_keys(js) AS v, count(*) FROM x GROUP BY v
SELECT json_array_length(js, '$.a') AS v, count(*) FROM x GROUP BY v
SELECT id, json_valid(js) FROM x
SELECT json_valid(js) AS v, count(*) FROM x GROUP BY v
SELECT id, js->'a'->0 FROM x
SELECT id, to_json(l) FROM x
SELECT to_json(l) AS v, count(*) FROM x GROUP BY v
SELECT id, to_json(st) FROM x
SELECT to_json(st) AS v, count(*) FROM x GROUP BY v
SELECT to_json(mp) AS v, count(*) FROM x GROUP BY v
SELECT id, from_json(to_json(l), '["INTEGER"]') FROM x
SELECT from_json(to_json(l), '["INTEGER"]') AS v, count(*) FROM x GROUP BY v
SELECT list_zip(l, [1, 2]) AS v, count(*) FROM x GROUP BY v
SELECT id, generate_series(1, id) FROM x
SELECT generate_series(1, id) AS v, count(*) FROM x GROUP BY v
SELECT id, range(id) FROM x
SELECT id, list_grade_up(l) FROM x
SELECT list_grade_up(l) AS v, count(*) FROM x GROUP BY v
SELECT id, list_cosine_similarity([1.0, id], [2.0, 1.0]) FROM x
SELECT list_cosine_similarity([1.0, id], [2.0, 1.0]) AS v, count(*) FROM x GROUP BY v
SELECT array_inner_product([1.0, id]::DOUBLE[2], [2.0, 1.0]::DOUBLE[2]) AS v, count(*) FROM x GROUP BY v
SELECT id, [st, NULL] FROM x
SELECT [st, NULL] AS v, count(*) FROM x GROUP BY v
SELECT {'k': l, 'v': {'w': ll}} AS v, count(*) FROM x GROUP BY v
SELECT id, MAP {id: l} FROM x
SELECT MAP {id: l} AS v, count(*) FROM x GROUP BY v
SELECT id, MAP([id], [st]) FROM x
SELECT id, coalesce(l, []) FROM x
SELECT coalesce(l, []) AS v, count(*) FROM x GROUP BY v
SELECT id, CASE WHEN id > 2 THEN l ELSE [0] END FROM x
SELECT CASE WHEN id > 2 THEN l ELSE [0] END AS v, count(*) FROM x GROUP BY v
SELECT l = [2, 1] AS v, count(*) FROM x GROUP BY v
SELECT id, l < [2] FROM x
SELECT l < [2] AS v, count(*) FROM x GROUP BY v
SELECT st > {'a': 1, 'b c': 'a'} AS v, count(*) FROM x GROUP BY v
SELECT id, mp = MAP {'': 0} FROM x
SELECT mp = MAP {'': 0} AS v, count(*) FROM x GROUP BY v
SELECT id, ar = [3, 2, 1]::INTEGER[3] FROM x
SELECT id, l IS DISTINCT FROM [] FROM x
SELECT l IS DISTINCT FROM [] AS v, count(*) FROM x GROUP BY v
SELECT id, (id, l) IN ((1, [1, NULL, 3]), (2, [])) FROM x
