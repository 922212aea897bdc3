package roundtrip

import (
	"fmt"
	"strings"
	"testing"
)

// oddTables hold what is easily got wrong: NULLs, NaN, signed zeros,
// infinities, empty and odd strings, nested values, the ends of ranges.
const oddTables = `
CREATE TABLE n(id INTEGER, a INTEGER, b BIGINT, d DECIMAL(15,2), e DECIMAL(38,10), f DOUBLE, r FLOAT, s VARCHAR, g SMALLINT, h HUGEINT, u UBIGINT, y TINYINT, w BOOLEAN);
INSERT INTO n VALUES
 (1, 1, 10, 1.50, 0.0000000001, 1.5, 0.1, 'a', 7, 170141183460469231731687303715884105727, 18446744073709551615, 127, true),
 (2, 2, -10, -1.50, -5, 'nan', 'nan', '', -7, -170141183460469231731687303715884105727, 0, -128, false),
 (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (4, 2, 9223372036854775807, 9999999999999.99, 1234567890123456789012345678.0123456789, 'inf', '-inf', 'it''s "odd" \ 日本 %_', 0, 0, 1, 0, true),
 (5, -2147483648, -9223372036854775808, 0, 0, -0.0, 0.0, 'NULL', 1, 1, 2, 1, NULL),
 (6, 1, 0, 1.50, 1, 0.0, -0.0, ' A ', 7, 5, 3, 5, false),
 (7, 3, 10, 2.25, 2, 1e300, 3.4e38, 'b', 8, 6, 4, 6, true);
CREATE TABLE m(id INTEGER, a INTEGER, k INTEGER, s VARCHAR, f DOUBLE);
INSERT INTO m VALUES (1, 1, 5, 'a', 1.5), (2, 1, 6, 'b', 'nan'), (3, NULL, 7, NULL, NULL), (4, 4, NULL, '', 0.0), (5, 2, 2, 'a', -0.0), (6, 9, 1, 'x', 'inf');
CREATE TABLE none(a INTEGER, s VARCHAR);
CREATE TABLE t(id INTEGER, dt DATE, tm TIME, ts TIMESTAMP, tz TIMESTAMPTZ, iv INTERVAL, tns TIMESTAMP_NS, tsec TIMESTAMP_S, tms TIMESTAMP_MS, ttz TIMETZ);
INSERT INTO t VALUES
 (1, '2020-02-29', '23:59:59.999999', '2020-02-29 12:34:56.789', '2020-02-29 12:34:56.789+01', '1 month 2 days 3 seconds', '2020-01-01 00:00:00.123456789', '2020-01-01 00:00:01', '2020-01-01 00:00:00.001', '12:00:00+05:30'),
 (2, 'infinity', '00:00:00', '-infinity', 'infinity', '-1 year 5 hours', '1677-09-22 00:00:00', '1969-12-31 23:59:59', '1969-12-31 23:59:59.999', '00:00:00-15:59'),
 (3, '0044-03-15 (BC)', '12:00:00', '0001-01-01 (BC) 00:00:00', '1900-01-01 00:00:00+00', '0 seconds', NULL, NULL, NULL, NULL),
 (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (5, '2020-03-01', '06:30:00', '2020-03-01 00:00:00', '2020-03-01 00:00:00+00', '30 days', '2020-03-01', '2020-03-01', '2020-03-01', '06:30:00+00'),
 (6, '10000-01-01', '24:00:00', '290000-01-01 00:00:00', '2021-01-01', '100 years', '2200-01-01', '2021-01-01', '2021-01-01', '24:00:00+00');
CREATE TABLE x(id INTEGER, l INTEGER[], ll VARCHAR[][], st STRUCT(a INTEGER, "b c" VARCHAR), mp MAP(VARCHAR, INTEGER), ar INTEGER[3], un UNION(n INTEGER, s VARCHAR), en ENUM('lo', 'mid', 'it''s'), bl BLOB, bt BIT, uu UUID, js JSON);
INSERT INTO x VALUES
 (1, [1, NULL, 3], [['a', NULL], []], {'a': 1, 'b c': 'x'}, MAP {'k': 1, 'j': NULL}, [1, 2, 3], 5, 'lo', '\xAA\x00b'::BLOB, '0101', '12345678-1234-1234-1234-123456789abc', '{"a": [1, 2]}'),
 (2, [], NULL, {'a': NULL, 'b c': NULL}, MAP {}, [NULL, 0, -1], 'str'::VARCHAR, 'it''s', ''::BLOB, '1', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'null'),
 (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (4, [2, 1], [[]], {'a': 2, 'b c': ''}, MAP {'': 0}, [3, 2, 1], 7, 'mid', 'plain'::BLOB, '000', '00000000-0000-0000-0000-000000000000', '"s"');
`

// The queries, one a line; those that begin with > have a total order.
var oddQueries = map[string]string{
	"values": `
SELECT id, a, b, d, e, f, r, s, g, h, u, y, w FROM n
> SELECT * FROM n ORDER BY id
> SELECT * FROM t ORDER BY id
> SELECT * FROM x ORDER BY id
SELECT 1, 1.5, 1e0, 'a', true, NULL, 12345678901, 123456789012345678901234567890, 1.5::DOUBLE, 'x'::BLOB, '\x00\xFF'::BLOB
SELECT -1, -2147483648, -9223372036854775808, 9223372036854775807, 0.05, 100.00, -0.1, 1e400, -1e400, 'nan'::FLOAT, '-0'::DOUBLE
SELECT 'it''s', '', ' ', 'a' || chr(0) || 'b', '日本', 'tab	tab', '\n', '%', E'line\nline', '"', chr(0)
SELECT NULL::INTEGER, NULL::VARCHAR[], NULL::STRUCT(a INTEGER), NULL::MAP(INTEGER, VARCHAR), NULL::DECIMAL(5,2), NULL::ENUM('a'), NULL::TIMETZ
SELECT DATE '2020-02-29', DATE 'infinity', DATE '-infinity', DATE '0044-03-15 (BC)', DATE '5881580-07-10', TIMESTAMP '2020-01-01 00:00:00.000001', TIMESTAMP 'infinity', TIMESTAMPTZ '2020-01-01 00:00:00+05:30'
SELECT INTERVAL 1 MONTH, INTERVAL '-3 days', INTERVAL '1 year 2 months 3 days 04:05:06.7', INTERVAL (1 + 1) DAY, TIME '24:00:00', TIMETZ '12:00:00-07:30', TIMESTAMP_NS '2020-01-01 00:00:00.123456789', TIMESTAMP_S '2020-01-01', TIMESTAMP_MS '2020-01-01 00:00:00.123'
SELECT [1, 2, NULL], [], [[]], [NULL], {'a': 1, 'b': [1.5]}, MAP {'a': 1}, MAP {}, array_value(1, 2), [{'x': 1}, NULL], ROW(1, 'a'), union_value(k := 5)
SELECT '0101'::BIT, '12345678-1234-1234-1234-123456789abc'::UUID, '{"a":1}'::JSON, 'a'::ENUM('a', 'b'), 12::BIGNUM, 255::UTINYINT, 65535::USMALLINT, 4294967295::UINTEGER, 340282366920938463463374607431768211455::UHUGEINT, 18446744073709551615::UBIGINT
SELECT 1 AS a, 2 AS a, 3 AS "A b", 4 AS "q""uote", 5 AS " ", 6 AS "select", 7 AS "日本", 8 AS "c0", 9 AS "t1"
VALUES (1, 'a', NULL), (2, 'b', 1.5), (NULL, NULL, 2)
SELECT * FROM (VALUES (1), (2)) v(x) WHERE x > 1
SELECT 42 WHERE 1 = 2
SELECT count(*) FROM (SELECT 1 WHERE false)
SELECT * FROM range(3)
SELECT * FROM range(5, 0, -2) r(i), generate_series(1, 2) g(j)
SELECT * FROM generate_series(3, 1)
SELECT now() = now(), current_date = today(), current_timestamp = now(), typeof(current_time), typeof(current_localtimestamp()), typeof(now()), typeof(today())
SELECT {'a': NULL, 'b': {'c': [1]}}, [{'a': 1, 'b': 'x'}], {'m': MAP {1: 'a'}}
`,
	"expressions": `
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
SELECT id, l[1], l[-1], l[1:2], len(l), list_contains(l, 1), l || [9], list_sort(l), list_sum(l), list_aggregate(l, 'max'), array_to_string(l, ','), st.a, st['b c'], st."b c", mp['k'], map_keys(mp), ar[2], array_length(ar), en, en::VARCHAR, en = 'lo', en > 'lo', un, un.n, union_tag(un) FROM x
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
`,
	"filters": `
SELECT id FROM n WHERE a = 1
SELECT id FROM n WHERE NOT (a = 1)
SELECT id FROM n WHERE a > 1 OR s IS NULL
SELECT id FROM n WHERE f = 0.0
SELECT id FROM n WHERE f >= 'nan'
SELECT id FROM n WHERE s = 'it''s "odd" \ 日本 %_'
SELECT id FROM n WHERE w
SELECT id FROM n WHERE NOT w
SELECT id FROM n WHERE a IN (1, NULL)
SELECT id FROM n WHERE a NOT IN (1, NULL)
SELECT id FROM n WHERE d BETWEEN 1.5 AND 2.25 AND e > 0
SELECT id FROM n WHERE b = 9223372036854775807 OR b = -9223372036854775808 OR a = -2147483648
SELECT id FROM n WHERE u = 18446744073709551615 OR y = -128 OR h = 170141183460469231731687303715884105727
SELECT id FROM t WHERE dt > '2020-01-01' AND ts < 'infinity'
SELECT id FROM t WHERE dt = 'infinity' OR dt < '0001-01-01'
SELECT id FROM x WHERE st.a = 1 OR l = [2, 1] OR en = 'it''s' OR bl = '\xAA\x00b'::BLOB OR uu = '00000000-0000-0000-0000-000000000000'
SELECT id FROM x WHERE st = {'a': 1, 'b c': 'x'} OR mp = MAP {'': 0} OR ar = [3, 2, 1]
SELECT id FROM n WHERE NULL
SELECT id FROM n WHERE true
SELECT id FROM n WHERE 1 = 1 AND 'a' = 'a'
SELECT id FROM (SELECT id, a + 1 AS a1 FROM n) WHERE a1 = 2 AND id > 0
SELECT id FROM n WHERE a IS DISTINCT FROM 1 AND s IS NOT DISTINCT FROM s
SELECT id FROM n WHERE starts_with(s, 'a') OR (f IS NULL AND a IS NULL)
`,
	"joins": `
SELECT n.id, m.id FROM n JOIN m ON n.a = m.a
SELECT n.id, m.id FROM n LEFT JOIN m ON n.a = m.a
SELECT n.id, m.id FROM n RIGHT JOIN m ON n.a = m.a
SELECT n.id, m.id FROM n FULL JOIN m ON n.a = m.a
SELECT n.id, m.id FROM n, m WHERE n.a < m.k
SELECT n.id, m.id FROM n CROSS JOIN m
SELECT n.id, m.id FROM n JOIN m ON n.a = m.a AND n.s < m.s
SELECT n.id, m.id FROM n LEFT JOIN m ON n.a + m.a = 3 OR m.k = 1
SELECT n.id, m.id FROM n LEFT JOIN m ON n.a = m.a AND m.k > 5 AND n.id < 5
SELECT n.id, m.id FROM n FULL JOIN m ON n.f = m.f
SELECT n.id, m.id FROM n JOIN m ON n.f = m.f OR n.s = m.s
SELECT n.id FROM n SEMI JOIN m ON n.a = m.a
SELECT n.id FROM n ANTI JOIN m ON n.a = m.a
SELECT n.id FROM n SEMI JOIN m ON n.a = m.a AND n.b < m.k
SELECT n.id FROM n ANTI JOIN m ON n.a < m.a OR n.s = m.s
SELECT n.id FROM n SEMI JOIN none ON true
SELECT n.id FROM n ANTI JOIN none ON n.a = none.a
SELECT * FROM (SELECT id, a FROM n) n2 JOIN (SELECT a, k FROM m) m2 USING (a)
SELECT * FROM (SELECT id, a FROM n) n2 FULL JOIN (SELECT a, k FROM m) m2 USING (a)
SELECT * FROM (SELECT a, s FROM n) NATURAL JOIN (SELECT a, k FROM m)
SELECT x.id, y.id, z.id FROM n x JOIN n y ON x.a = y.a JOIN n z ON y.b = z.b
SELECT x.id, y.id, z.id FROM n x LEFT JOIN (n y JOIN m z ON y.a = z.a) ON x.id = y.id + 1
SELECT x.id, y.id FROM n x LEFT JOIN none y2 ON x.a = y2.a LEFT JOIN m y ON x.id = y.id WHERE y2.a IS NULL
SELECT x.id FROM n x JOIN m y ON x.a IS NOT DISTINCT FROM y.a
SELECT n.id, l.k FROM n, LATERAL (SELECT m.k FROM m WHERE m.a = n.a) l
SELECT n.id, l.k FROM n LEFT JOIN LATERAL (SELECT m.k FROM m WHERE m.a = n.a ORDER BY m.k DESC LIMIT 1) l ON true
SELECT n.id, l.c FROM n, LATERAL (SELECT count(*) c FROM m WHERE m.a = n.a) l
SELECT n.id, l.v FROM n, LATERAL (VALUES (n.a), (n.id)) l(v)
SELECT count(*) FROM n, m, none
SELECT count(*) FROM n, m
SELECT x.id FROM (SELECT * FROM n WHERE a > 0 ORDER BY id LIMIT 3) x JOIN m ON x.a = m.a
SELECT t1.c0, t2.c0 FROM (SELECT id AS c0, a AS t1 FROM n) t1, (SELECT id AS c0 FROM m) t2 WHERE t1.t1 = t2.c0
`,
	"subqueries": `
SELECT id FROM n WHERE a IN (SELECT a FROM m)
SELECT id FROM n WHERE a NOT IN (SELECT a FROM m)
SELECT id FROM n WHERE a NOT IN (SELECT a FROM m WHERE a IS NOT NULL)
SELECT id FROM n WHERE a NOT IN (SELECT a FROM none)
SELECT id, a IN (SELECT a FROM m), a NOT IN (SELECT a FROM m), a IN (SELECT a FROM none), NULL IN (SELECT a FROM m) FROM n
SELECT id, (a, s) IN (SELECT a, s FROM m) FROM n
SELECT id FROM n WHERE (a, s) NOT IN (SELECT a, s FROM m WHERE a = 1)
SELECT id, a > ANY (SELECT a FROM m), a < ALL (SELECT k FROM m), a = ANY (SELECT a FROM none), a <> ALL (SELECT a FROM m WHERE a > 1), a >= ALL (SELECT a FROM none) FROM n
SELECT id FROM n WHERE EXISTS (SELECT 1 FROM m WHERE m.a = n.a)
SELECT id FROM n WHERE NOT EXISTS (SELECT 1 FROM m WHERE m.a = n.a AND m.k > n.id)
SELECT id, EXISTS (SELECT 1 FROM m WHERE m.a = n.a), EXISTS (SELECT 1 FROM m WHERE m.k > n.a AND m.s < n.s) FROM n
SELECT id FROM n WHERE EXISTS (SELECT 1 FROM m WHERE m.a = n.a) OR s = 'NULL'
SELECT id, (SELECT max(k) FROM m WHERE m.a = n.a), (SELECT count(*) FROM m WHERE m.a = n.a), (SELECT sum(k) FROM m WHERE m.k < n.id) FROM n
SELECT id, (SELECT k FROM m WHERE m.id = n.id) FROM n
SELECT id, a IN (SELECT k FROM m WHERE m.s = n.s), a NOT IN (SELECT k FROM m WHERE m.a >= n.a), a > ALL (SELECT k FROM m WHERE m.a = n.a) FROM n
SELECT id, (SELECT n2.s FROM n n2 WHERE n2.id = n.id + 1) FROM n WHERE b > (SELECT avg(b) FROM n n3 WHERE n3.a = n.a)
SELECT id, (SELECT k FROM m WHERE m.a = n.a ORDER BY k DESC LIMIT 1) FROM n
SELECT id, (SELECT string_agg(s, ',' ORDER BY id) FROM m WHERE m.a = n.a) FROM n
SELECT id, (SELECT count(*) FROM m WHERE m.a = n.a AND EXISTS (SELECT 1 FROM n n2 WHERE n2.id = m.id AND n2.a = n.a)) FROM n
SELECT id FROM n WHERE a = (SELECT min(a) FROM m) OR a = (SELECT max(a) FROM m WHERE k > (SELECT min(k) FROM m))
SELECT (SELECT a FROM m ORDER BY id LIMIT 1), (SELECT a FROM none), (SELECT max(a) FROM none)
SELECT id, (SELECT f FROM m WHERE m.f = n.f AND m.id <> 5) FROM n
SELECT id, (SELECT l[1] FROM x x2 WHERE x2.id = x.id), (SELECT count(*) FROM x x3 WHERE x3.l = x.l), (SELECT x4.st FROM x x4 WHERE x4.st = x.st) FROM x
SELECT id, ARRAY(SELECT k FROM m WHERE m.a = n.a ORDER BY k) FROM n
SELECT a, count(*) FROM n WHERE id IN (SELECT id FROM m WHERE m.a IN (SELECT a FROM n)) GROUP BY a
SELECT id, (1, a) IN (SELECT 2, k FROM m), (a, NULL) IN (SELECT a, k FROM m), a + 1 <= ANY (SELECT k FROM m WHERE m.s = n.s) FROM n
SELECT id FROM n WHERE 5 IN (SELECT k FROM m WHERE m.a = n.a)
SELECT id FROM n WHERE (SELECT count(*) FROM m WHERE m.a = n.a) = 2
SELECT id, (SELECT sum(m.k + n.id) FROM m), (SELECT n.a FROM none) FROM n
SELECT id FROM n WHERE id IN (SELECT x.id FROM n x WHERE x.a IN (SELECT m.a FROM m WHERE m.id = n.id))
WITH c AS (SELECT a, count(*) cnt FROM n GROUP BY a) SELECT n.id, (SELECT cnt FROM c WHERE c.a = n.a) FROM n
SELECT id, (WITH c AS (SELECT k FROM m WHERE m.a = n.a) SELECT sum(c1.k) FROM c c1, c c2) FROM n
`,
	"aggregates": `
SELECT count(*), count(a), count(DISTINCT a), sum(a), avg(a), min(a), max(a), sum(DISTINCT a) FROM n
SELECT a, count(*), sum(b::HUGEINT), min(s), max(f), avg(d), sum(d), sum(e) FROM n GROUP BY a
SELECT count(*), sum(a), avg(a), min(s) FROM none
SELECT a, count(*) FROM none GROUP BY a
SELECT 1, 'x', count(*) FROM n GROUP BY 1, 2
SELECT a + 1, count(*) FROM n GROUP BY a + 1 HAVING count(*) > 1
SELECT a, sum(d) FILTER (WHERE f > 0), count(*) FILTER (WHERE s IS NULL), sum(DISTINCT d) FILTER (WHERE d > 0) FROM n GROUP BY a
SELECT string_agg(s, ',' ORDER BY id), string_agg(s, '' ORDER BY id DESC), list(a ORDER BY id), list(DISTINCT a ORDER BY a), first(s ORDER BY id), last(s ORDER BY id), array_agg(s ORDER BY a NULLS FIRST, id) FROM n
SELECT string_agg(s ORDER BY id), group_concat(s, '|' ORDER BY id) FROM n
SELECT quantile_cont(d, 0.5), quantile_disc(a, [0.25, 0.75]), median(d), median(s), mode(a), quantile_cont(f, [0.1, 0.9]) FILTER (WHERE f < 1e10), mad(d), quantile(a, 0.5), quantile_cont(a, -0.25) FROM n
SELECT percentile_cont(0.25) WITHIN GROUP (ORDER BY d DESC), percentile_disc(0.5) WITHIN GROUP (ORDER BY a), mode() WITHIN GROUP (ORDER BY a DESC) FROM n
SELECT median(k), quantile_cont(k, 0.5), median(l) FROM m, (SELECT [1] l)
SELECT approx_quantile(k, 0.5), approx_quantile(k, [0.25, 0.5]), approx_count_distinct(a) FROM m
SELECT arg_min(s, a), arg_max(s, d), max_by(id, b), arg_min(id, a, 2), max(a, 2), min(s, 3) FROM n
SELECT stddev(d), variance(a), corr(a, id), covar_pop(a, id), regr_slope(a, id), kurtosis(id), skewness(id), entropy(a), product(id) FROM n
SELECT bool_and(w), bool_or(w), bit_and(a), bit_or(a), bit_xor(a), bitstring_agg(id, 1, 7), histogram(a), sum(w::INTEGER), count_if(a > 1), any_value(id) IS NOT NULL FROM n
SELECT a, b, count(*) FROM n GROUP BY ROLLUP (a, b)
SELECT a, w, grouping(a), grouping(w, a), grouping_id(a, w), sum(id) FROM n GROUP BY CUBE (a, w)
SELECT a, w, count(*), sum(d) FROM n GROUP BY GROUPING SETS ((a), (w), (a, w), ())
SELECT a, count(*) FROM n GROUP BY GROUPING SETS ((a), (a), ())
SELECT a, count(*) FROM n GROUP BY GROUPING SETS ((a))
SELECT a + 1, count(*) FROM n GROUP BY GROUPING SETS ((a + 1), ())
SELECT grouping(a), count(*) FROM none GROUP BY ROLLUP (a)
SELECT sum(id) FROM n GROUP BY ()
SELECT a FROM n GROUP BY a HAVING sum(id) > 3
SELECT DISTINCT a FROM n
SELECT DISTINCT a, w FROM n
SELECT DISTINCT f FROM n
SELECT DISTINCT l FROM x
> SELECT DISTINCT ON (a) a, id, s FROM n ORDER BY a, id DESC
> SELECT DISTINCT ON (a) id FROM n ORDER BY a NULLS FIRST, id
SELECT DISTINCT ON (w) w, a FROM (SELECT * FROM n WHERE id IN (1, 2, 3))
SELECT count(*) FROM (SELECT DISTINCT a FROM n)
SELECT a, (SELECT max(k) FROM m WHERE m.a = n.a), count(*) FROM n GROUP BY a
SELECT sum(sum(id)) OVER (), a FROM n GROUP BY a
SELECT avg(f) FROM n WHERE f < 1e10
SELECT sum(r) FROM n WHERE r < 1
SELECT st, count(*) FROM x GROUP BY st
SELECT en, max(uu), min(bl), max(js::VARCHAR), min(l) FROM x GROUP BY en
SELECT date_trunc('month', dt), count(*), min(ts), max(iv) FROM t GROUP BY ALL
SELECT max(a) - min(a) + count(*) * 2 FROM n WHERE a > 0
SELECT sum(d * (1 - d)), sum(d * (1 - d) * (1 + d)) FROM n WHERE id <> 4
SELECT count(*) FROM (SELECT list(s) FROM n GROUP BY a)
`,
	"windows": `
SELECT id, row_number() OVER (ORDER BY id), rank() OVER (ORDER BY a), dense_rank() OVER (ORDER BY a DESC NULLS LAST), percent_rank() OVER (ORDER BY a), cume_dist() OVER (ORDER BY a), ntile(3) OVER (ORDER BY id) FROM n
SELECT id, sum(id) OVER (PARTITION BY a ORDER BY id), sum(id) OVER (PARTITION BY a), avg(d) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), count(*) OVER () FROM n
SELECT id, lag(s) OVER (ORDER BY id), lag(s, 2) OVER (ORDER BY id), lead(a, 1, -1) OVER (ORDER BY id), lag(d, -1, 0) OVER (ORDER BY id), first_value(s) OVER (ORDER BY id), last_value(s) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), nth_value(s, 2) OVER (ORDER BY id) FROM n
SELECT id, first_value(a IGNORE NULLS) OVER (ORDER BY id DESC), lag(a IGNORE NULLS) OVER (ORDER BY id), last_value(a IGNORE NULLS) OVER (ORDER BY id) FROM n
SELECT id, sum(id) OVER (ORDER BY a RANGE BETWEEN 1 PRECEDING AND CURRENT ROW), sum(id) OVER (ORDER BY a DESC RANGE BETWEEN 1 PRECEDING AND 2 FOLLOWING), sum(id) OVER (ORDER BY d RANGE BETWEEN 0.5 PRECEDING AND 0.75 FOLLOWING) FROM n WHERE a > 0
SELECT id, sum(id) OVER (ORDER BY y RANGE BETWEEN 1 PRECEDING AND CURRENT ROW), sum(id) OVER (ORDER BY id GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM n WHERE y > 0
SELECT id, count(*) OVER (ORDER BY dt RANGE BETWEEN INTERVAL 3 DAYS PRECEDING AND CURRENT ROW), count(*) OVER (ORDER BY ts RANGE BETWEEN INTERVAL 1 MONTH PRECEDING AND INTERVAL 1 DAY FOLLOWING) FROM t WHERE id IN (1, 5)
SELECT id, sum(id) OVER (ORDER BY a ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING EXCLUDE CURRENT ROW), sum(id) OVER (ORDER BY a, id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES), count(*) OVER (ORDER BY a GROUPS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP) FROM n WHERE id < 3
SELECT id, sum(a) FILTER (WHERE a > 1) OVER (ORDER BY id), count(DISTINCT a) OVER (), string_agg(s, '-' ORDER BY id DESC) OVER (PARTITION BY w), list(a ORDER BY id) OVER (), last_value(s ORDER BY id) OVER () FROM n
SELECT id, quantile_cont(d, 0.5) OVER (PARTITION BY w), max(s) OVER (ORDER BY id ROWS 2 PRECEDING), median(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM n
SELECT id FROM n QUALIFY row_number() OVER (PARTITION BY a ORDER BY id) = 1
SELECT a, sum(id) s, rank() OVER (ORDER BY sum(id) DESC) FROM n GROUP BY a
> SELECT * FROM (SELECT id, row_number() OVER (ORDER BY id DESC) rn FROM n) WHERE rn <= 3 ORDER BY rn
SELECT id, row_number() OVER w, sum(id) OVER w FROM n WINDOW w AS (PARTITION BY w ORDER BY id)
SELECT id, sum(rn) OVER (ORDER BY id) FROM (SELECT id, row_number() OVER (ORDER BY id) rn FROM n WHERE a > 0)
SELECT id, sum(d) OVER (ORDER BY id ROWS BETWEEN id PRECEDING AND a FOLLOWING) FROM n WHERE a >= 0 AND id <> 4
`,
	"order and limits": `
> SELECT id FROM n ORDER BY a DESC, id
> SELECT id FROM n ORDER BY a NULLS FIRST, s DESC NULLS LAST, id
> SELECT id FROM n ORDER BY a + 1, -id
> SELECT id, f FROM n ORDER BY f DESC, id
> SELECT id, f FROM n ORDER BY f NULLS FIRST, id
> SELECT s FROM n ORDER BY id
> SELECT s, a FROM n ORDER BY 2, 1
> SELECT a AS b, b AS a FROM n ORDER BY b NULLS FIRST, a NULLS FIRST
> SELECT id FROM n ORDER BY id LIMIT 3
> SELECT id FROM n ORDER BY id DESC LIMIT 2 OFFSET 1
> SELECT id FROM n ORDER BY id OFFSET 5
> SELECT id FROM n ORDER BY id LIMIT 0
> SELECT id FROM n ORDER BY id LIMIT 1 + 1 OFFSET 2 - 1
> SELECT id FROM n ORDER BY id LIMIT NULL
> SELECT id + 1 FROM (SELECT id FROM n ORDER BY id DESC LIMIT 3)
> SELECT id * 2 FROM (SELECT id, a FROM n ORDER BY id DESC) WHERE id > 1
> SELECT * FROM (SELECT id FROM n ORDER BY id LIMIT 5) ORDER BY id DESC LIMIT 2
> SELECT * FROM (SELECT id FROM n ORDER BY id LIMIT 5) LIMIT 3 OFFSET 1
> SELECT DISTINCT a FROM n ORDER BY a
> SELECT a, count(*) c FROM n GROUP BY a ORDER BY c DESC, a
> SELECT a, count(*) FROM n GROUP BY a ORDER BY max(id)
> SELECT a, sum(id) FROM n GROUP BY a HAVING count(*) > 1 ORDER BY sum(id) DESC, a LIMIT 2
> SELECT id FROM n UNION ALL SELECT id FROM m ORDER BY id, 1
> (SELECT id FROM n ORDER BY id LIMIT 2) UNION ALL (SELECT id FROM m ORDER BY id DESC LIMIT 2) ORDER BY id DESC
> SELECT id, 'const' AS k FROM n ORDER BY k, id
> SELECT id, row_number() OVER (ORDER BY id DESC) FROM n ORDER BY id
> SELECT id, rank() OVER (ORDER BY a) r FROM n ORDER BY r, id LIMIT 4
> SELECT n.id, m.id FROM n JOIN m ON n.a = m.a ORDER BY n.id, m.id DESC
> SELECT x.id FROM x ORDER BY x.l, x.id
> SELECT id FROM x ORDER BY en DESC, id
> SELECT id FROM n ORDER BY s COLLATE NOCASE, id
> SELECT id FROM n ORDER BY CASE WHEN a = 1 THEN 0 ELSE id END, id
> SELECT list(id) FROM (SELECT id FROM n ORDER BY id DESC)
> FROM n SELECT id, a WHERE a > 0 ORDER BY ALL
> SELECT c0 FROM (SELECT id AS c0, a AS c1 FROM n ORDER BY c1, c0) t1
> SELECT id AS c1, a AS c0 FROM n ORDER BY c1
SELECT count(*) FROM (SELECT * FROM n LIMIT 3)
SELECT count(*) FROM (SELECT id FROM n LIMIT 3 OFFSET 5)
`,
	"set operations": `
SELECT a FROM n UNION SELECT a FROM m
SELECT a FROM n UNION ALL SELECT a FROM m
SELECT a FROM n EXCEPT SELECT a FROM m
SELECT a FROM n EXCEPT ALL SELECT a FROM m
SELECT a FROM n INTERSECT SELECT a FROM m
SELECT a FROM n INTERSECT ALL SELECT a FROM m
SELECT a, s FROM n UNION SELECT k, s FROM m UNION ALL SELECT 1, 'z'
SELECT a FROM n EXCEPT (SELECT a FROM m EXCEPT SELECT 1)
SELECT a FROM n EXCEPT SELECT a FROM m EXCEPT SELECT 3
SELECT a FROM n UNION ALL SELECT d FROM n UNION ALL SELECT f FROM m
SELECT a, s FROM n UNION ALL BY NAME SELECT s, k FROM m
SELECT a FROM n WHERE a > 1 INTERSECT SELECT a FROM n UNION SELECT NULL
SELECT f FROM n UNION SELECT f FROM m
SELECT count(*) FROM (SELECT a FROM n UNION SELECT a FROM m)
SELECT a FROM none UNION ALL SELECT a FROM none
SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
SELECT DISTINCT * FROM (SELECT a FROM n UNION ALL SELECT a FROM m)
`,
	"common table expressions": `
WITH c AS (SELECT a, id FROM n) SELECT * FROM c
WITH c AS (SELECT a, id FROM n) SELECT x.id, y.id FROM c x JOIN c y ON x.a = y.a
WITH c AS MATERIALIZED (SELECT a, id FROM n) SELECT x.id, y.id FROM c x JOIN c y ON x.a = y.a
WITH c AS NOT MATERIALIZED (SELECT a, id FROM n) SELECT x.id, y.id FROM c x JOIN c y ON x.a = y.a
WITH c AS (SELECT a, count(*) k FROM n GROUP BY a), d AS (SELECT a, k * 2 k FROM c WHERE k > 1) SELECT * FROM c LEFT JOIN d USING (a)
WITH c AS (SELECT * FROM n), d AS (SELECT * FROM c), e AS (SELECT * FROM d WHERE a = 1) SELECT e.id, d.id, c.id FROM c, d, e WHERE c.id = d.id AND d.a = e.a
WITH unused AS (SELECT 1) SELECT id FROM n
WITH c(x, y) AS (SELECT id, a FROM n) SELECT y, x FROM c WHERE x IN (SELECT y FROM c)
WITH c AS (SELECT random() r) SELECT count(DISTINCT r) FROM (SELECT r FROM c UNION ALL SELECT r FROM c)
WITH c AS (SELECT id FROM n LIMIT 3) SELECT count(*) FROM c x JOIN c y ON x.id = y.id
SELECT * FROM (WITH c AS (SELECT 1 AS v) SELECT c1.v, c2.v AS w FROM c c1, c c2)
WITH c AS (SELECT id, s FROM m), c2 AS (WITH c AS (SELECT id FROM n) SELECT * FROM c) SELECT c.id, c2.id FROM c, c2 WHERE c.id = c2.id
`,
}

func TestOdd(t *testing.T) {
	d := openDB(t)
	d.exec(oddTables)
	for theme, queries := range oddQueries {
		for i, line := range strings.Split(strings.TrimSpace(queries), "\n") {
			t.Run(fmt.Sprintf("%s/%02d", theme, i+1), func(t *testing.T) {
				sql, ordered := strings.CutPrefix(line, "> ")
				d.on(t).check(sql, ordered)
			})
		}
	}
}
