SELECT id, a + 1, a - b, a * 2, a / 2, a // 2, a % 2, -a, +a, abs(d), a ** 2, a & 3, a | 4, xor(a, 1), ~a, a << 1 FROM n WHERE a > 0
SELECT id, d + 1, d - e, d * 2, d * d, d * e::DECIMAL(20,5), d / 3, d % 2, -d, 1 - d, d + 1.5, 1000000000 + d, d * 0.1, (1 - d) * (1 + d) FROM n WHERE id <> 4
SELECT id, d + g, d - a, d * y, d * b, g * d, d + 99999, d + 0.123456, e + 1, e * 2, -e, e - d, round(d, 1), floor(d), ceil(d), sum(d) OVER () FROM n WHERE id NOT IN (4, 5)
SELECT id, f + 1, f * 2, f / 0, f % 2, -f, isnan(f), isinf(f), r + f, r * 2, sqrt(abs(f)), f = f, f > 1e10, f = 'nan', r::DOUBLE FROM n
SELECT id, h + 1, h - 1::HUGEINT, u - 1, u::HUGEINT + 1 FROM n WHERE id IN (4, 5, 6, 7) AND u > 0
SELECT id, s || 'x', upper(s), length(s), s LIKE '%a%', s NOT LIKE '_', s ILIKE 'A', s LIKE '%\%%' ESCAPE '\', s SIMILAR TO '[a-z]*', s ~ 'a', regexp_matches(s, 'o.d'), substring(s, 1, 2), s[1:2], s[1], contains(s, '"'), starts_with(s, 'it'), s ^@ 'it', s GLOB '*a*' FROM n
SELECT id, s = '', s > 'a', s < 'b', s IN ('a', 'b', NULL), s NOT IN ('a', 'b'), s BETWEEN 'a' AND 'b', s NOT BETWEEN 'a' AND 'b', s IS NULL, s IS NOT NULL, s IS DISTINCT FROM 'a', s IS NOT DISTINCT FROM NULL, coalesce(s, 'none'), nullif(s, ''), ifnull(s, 'x') FROM n
SELECT id, w, NOT w, w AND a > 1, w OR a > 1, w IS TRUE, w IS NOT TRUE, w IS FALSE, w IS UNKNOWN, w = true, (a > 1) IS NULL FROM n
SELECT id, CASE WHEN a > 1 THEN 'big' WHEN a = 1 THEN 'one' END, CASE a WHEN 1 THEN 1.5 ELSE 2 END, CASE WHEN a IS NULL THEN NULL ELSE f END, if(a > 1, 'x', 'y'), least(a, 2), greatest(d, 1), CASE WHEN w THEN 1 WHEN NOT w THEN 2.5 ELSE 3 END FROM n
SELECT id, CAST(d AS INTEGER), CAST(f AS VARCHAR), d::DOUBLE, TRY_CAST(s AS INTEGER), s::BLOB, a::VARCHAR, a::BOOLEAN, TRY_CAST(b AS INTEGER), TRY_CAST(h AS BIGINT), w::INTEGER FROM n WHERE id NOT IN (2, 4, 7)
SELECT id, TRY(a / 0), TRY(CAST(s AS INTEGER)), a = 1 OR a = 2 OR a = 3, a > 0 AND a < 5 AND b > 0 AND f > 0, NOT (a > 0 AND b > 0) FROM n
SELECT id, (a, b) = (1, 10), (a, s) IN ((1, 'a'), (2, '')), ROW(a, s), {'k': a, 'v': s}.k, struct_pack(q := a, w := b), (a, b) < (2, 0), struct_insert({'k': a}, z := b) FROM n
SELECT id, l[1], l[-1], l[1:2], len(l), list_contains(l, 1), l || [9], list_sort(l), list_sum(l), list_aggregate(l, 'max'), array_to_string(l, ','), st.a, st['b c'], st."b c", mp['k'], map_keys(mp), ar[2], array_length(ar), en, en::VARCHAR, en = 'lo', en > 'lo' FROM x
SELECT id, bl || bl, octet_length(bl), hex(bl), bt & '0011'::BIT, bit_count(bt), uu::VARCHAR, js, js->'a', js->>'a', js->'$.a[0]', json_extract_string(js, '$.a'), json_type(js), js::VARCHAR, to_json(st), list_value(id, 2), [id, 3], {'i': id, 's': {'j': id}}, MAP {id: 'x'} FROM x WHERE id IN (1, 3)
SELECT id, dt + 1, dt - DATE '2020-01-01', dt + INTERVAL 1 MONTH, dt - INTERVAL 1 DAY, ts + INTERVAL 1 HOUR, ts - ts, tz + iv, iv * 2, iv + iv, -iv, dt + tm, tm + INTERVAL 1 HOUR, age(ts, TIMESTAMP '2020-01-01'), date_trunc('month', dt), date_trunc('hour', ts), date_trunc('day', tz) FROM t WHERE id IN (1, 4, 5)
SELECT id, year(dt), month(dt), extract(day FROM dt), extract(dow FROM ts), date_part('hour', ts), date_part(['year', 'month'], dt), date_diff('day', dt, DATE '2021-01-01'), strftime(ts, '%Y-%m-%d %H'), dayname(dt), last_day(dt), epoch(ts), epoch_ms(ts), extract(epoch FROM ts), extract(julian FROM dt), date_part('year', iv), extract(hour FROM tm) FROM t WHERE id IN (1, 4, 5)
SELECT id, dt = '2020-02-29', dt > DATE '2020-01-01', ts >= '2020-01-01', dt BETWEEN '2020-01-01' AND '2020-12-31', tz > '2020-01-01 00:00:00+00', dt < ts, tm > '12:00', iv > INTERVAL 1 DAY, tns > '2020-01-01', tsec = ts, tms, ttz FROM t
SELECT id, dt::VARCHAR, ts::DATE, ts::TIME, tz::TIMESTAMP, dt::TIMESTAMP, tns::TIMESTAMP, tsec::TIMESTAMP, ts::TIMESTAMPTZ, strptime('2020-01-02', '%Y-%m-%d'), make_date(2020, 1, 2), to_days(id), make_timestamp(2020, 1, 2, 3, 4, 5.5), tz AT TIME ZONE 'America/New_York' FROM t WHERE id IN (1, 4, 5)
SELECT id, s COLLATE NOCASE = 'a', s = 'A' COLLATE NOCASE FROM n
SELECT concat(a, s, NULL), concat_ws('-', a, s), format('{} {}', a, s), printf('%d %s', a, s), hash(a) = hash(a), md5(s), string_split(s, ''), replace(s, 'a', 'b'), trim(s), lpad(s, 5, '*'), reverse(s), s || NULL, ascii(s), chr(65), repeat(s, 2) FROM n WHERE id <> 3
SELECT list_aggr(['a', s], 'string_agg', '|'), list_aggregate([a, 3], 'quantile', 0.5), equi_width_bins(0, 10, 5, true), list_distinct([a, a]), list_reverse_sort([a, 1]), list_slice([1, 2, 3], 2, 3), [1, 2, 3, 4][1:4:2], flatten([[a]]), list_zip([a], [s]), array_cosine_similarity([1, 2]::FLOAT[2], [2, 1]::FLOAT[2]) FROM n WHERE id IN (1, 2, 7)
SELECT extract(epoch FROM tz), extract(julian FROM tz), date_part(['epoch', 'year'], tz), date_part(['julian'], ts), date_part('timezone_hour', tz), strftime(tz, '%c'), tz::DATE, tz::TIMETZ, tz + INTERVAL 1 MONTH, date_trunc('week', tz), tz - tz, age(tz, tz), time_bucket(INTERVAL 1 DAY, ts) FROM (VALUES (TIMESTAMPTZ '2020-02-29 12:34:56.7+01', TIMESTAMP '2020-02-29 12:34:56.7'), (NULL, NULL)) v(tz, ts)
SELECT s COLLATE NOACCENT, s COLLATE de = 'a', upper(s COLLATE NOCASE) FROM n
SELECT count(*), s COLLATE NOCASE AS k FROM n GROUP BY k
SELECT DISTINCT s COLLATE NOCASE FROM n
SELECT a, CASE WHEN a > 1 THEN [a] ELSE [] END, CASE WHEN a > 1 THEN {'x': a} END, coalesce([a], []), ifnull(st, {'a': 0, 'b c': ''}) FROM n LEFT JOIN x USING (id)
SELECT typeof(a), typeof(d * 2), typeof(a / 2), typeof(sum(a)), typeof(avg(d)), typeof(1 + 1.5) FROM n GROUP BY a, d
SELECT a + 1 + 2 + 3 - 4 * 5 + (6 - a) FROM n WHERE id IN (1, 2)
SELECT (SELECT 1), (SELECT NULL), EXISTS (SELECT 1 FROM none), NOT EXISTS (SELECT 1 FROM none), 1 IN (SELECT 1), NULL IN (SELECT 1 WHERE false), 1 NOT IN (SELECT NULL)
SELECT error('boom') WHERE 1 = 2
SELECT id, greatest(f, 1), f <> f, f IN ('nan', 1.5), f BETWEEN -1 AND 1e308 FROM n
SELECT round(95::DECIMAL(2,0), -1), round(9999::DECIMAL(4,0), -1), [round(96::DECIMAL(2,0), -1)], {'x': round(99::DECIMAL(2,0), -1)}
SELECT id, round((id % 100)::DECIMAL(2,0), -1) FROM n WHERE round(95::DECIMAL(2,0), -1) > 99
SELECT id, row(a, b), list_zip([a], [b, id], ['x']), struct_values({'p': a, 'q': s}) FROM n
SELECT id, row(a, s)::STRUCT(p VARCHAR, q VARCHAR), (a, b) = (1, 2), struct_extract(row(a, b), 2) FROM n
SELECT row(a, b), count(*) FROM n GROUP BY a, b
