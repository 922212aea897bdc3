package roundtrip

import (
	"fmt"
	"strings"
	"testing"
)

// clauses are SELECTs over the tables of the corpus that go through the clauses
// of DuckDB's grammar, one a line. What only running the statement itself answers
// is in the corpus, as beyond plans.
const clauses = `
FROM n
FROM n SELECT id
SELECT * FROM n
SELECT n.* FROM n, m WHERE n.id = m.id
SELECT * EXCLUDE (b, d) FROM n
SELECT * REPLACE (a + 1 AS a) FROM n
SELECT * RENAME (a AS renamed) FROM n
SELECT COLUMNS('^[ab]$') FROM n
SELECT COLUMNS(c -> c LIKE 'a%') FROM n
SELECT max(COLUMNS(['id', 'a'])) FROM n
SELECT * LIKE 'a%' FROM n
SELECT ALL id FROM n
SELECT DISTINCT a FROM n
SELECT DISTINCT ON (a) a, first(id) OVER (PARTITION BY a ORDER BY id) FROM n
SELECT id AS "odd name", a b FROM n
SELECT double_id: id * 2, id FROM n
SELECT id, id + 1 AS next, next + 1 AS after FROM n
SELECT a AS x, sum(b) FROM n WHERE x > 0 GROUP BY x HAVING x < 5
SELECT i, j FROM n AS q(i, j) WHERE true
SELECT i FROM (SELECT id, a FROM n) AS q(i, j)
SELECT * FROM (VALUES (1, 'x'), (2, NULL)) v(a, b)
VALUES (1, 2), (3, 4)
VALUES (1), (2.5), (NULL)
SELECT (VALUES (7))
SELECT 1
SELECT NULL
SELECT 1 WHERE false
TABLE m
WITH q AS (SELECT id FROM n) SELECT * FROM q
WITH q(i) AS MATERIALIZED (SELECT id FROM n) SELECT a.i FROM q a, q b WHERE a.i = b.i
WITH q AS NOT MATERIALIZED (SELECT id FROM n) SELECT a.id FROM q a, q b WHERE a.id = b.id
WITH a AS (SELECT 1 AS i), b AS (SELECT i + 1 AS j FROM a) SELECT * FROM a, b
WITH q AS (WITH inner_q AS (SELECT 5 AS v) SELECT v FROM inner_q) SELECT * FROM q
SELECT n.id, m.k FROM n JOIN m ON n.a = m.a
SELECT id, k FROM n JOIN m USING (id)
SELECT * FROM n NATURAL JOIN m
SELECT n.id, m.id FROM n LEFT JOIN m ON n.a = m.a AND m.k > 1
SELECT n.id, m.id FROM n RIGHT OUTER JOIN m ON n.a = m.a
SELECT n.id, m.id FROM n FULL OUTER JOIN m ON n.a = m.a
SELECT n.id, m.id FROM n CROSS JOIN m
SELECT n.id FROM n SEMI JOIN m ON n.a = m.a
SELECT n.id FROM n ANTI JOIN m USING (a)
SELECT n.id, m.id FROM n JOIN m ON n.a < m.a OR n.id = m.k
SELECT n.id, m.id FROM n LEFT JOIN m ON n.a <> m.a
SELECT n.id, m.id FROM n FULL JOIN m ON n.id + m.id = 5
SELECT n.id, m.id FROM n LEFT JOIN m ON n.a IS NOT DISTINCT FROM m.a
SELECT n.id, q.c FROM n, LATERAL (SELECT count(*) AS c FROM m WHERE m.a = n.a) q
SELECT n.id, q.k FROM n LEFT JOIN LATERAL (SELECT k FROM m WHERE m.a = n.a ORDER BY k LIMIT 1) q ON true
SELECT n.id, q.v FROM n, (SELECT n.id * 2 AS v) q
SELECT id, (SELECT max(k) FROM m WHERE m.a = n.a) FROM n
SELECT id FROM n WHERE a IN (SELECT a FROM m)
SELECT id FROM n WHERE a NOT IN (SELECT a FROM m WHERE a IS NOT NULL)
SELECT id FROM n WHERE (a, s) IN (SELECT a, s FROM m)
SELECT id FROM n WHERE (a, s) IN ((1, 'a'), (2, ''))
SELECT id FROM n WHERE EXISTS (SELECT 1 FROM m WHERE m.a = n.a)
SELECT id, NOT EXISTS (FROM m WHERE m.a > n.a) FROM n
SELECT id FROM n WHERE a > ANY (SELECT k FROM m)
SELECT id FROM n WHERE a >= ALL (SELECT a FROM m WHERE a < 2)
SELECT id FROM n WHERE a = SOME (SELECT a FROM m)
SELECT id FROM n WHERE a <> ALL (SELECT a FROM m WHERE a IS NOT NULL)
SELECT id, a < ANY (SELECT k FROM m WHERE m.id > n.id) FROM n
SELECT id FROM n WHERE a = ANY ([1, 3])
SELECT id FROM n WHERE a <= ALL ([2, 3])
SELECT ARRAY(SELECT id FROM n ORDER BY id)
SELECT id, ARRAY(SELECT m.id FROM m WHERE m.a = n.a ORDER BY m.id) FROM n
SELECT id FROM n WHERE a BETWEEN 1 AND 2
SELECT id FROM n WHERE a NOT BETWEEN 1 AND 2
SELECT id FROM n WHERE s LIKE '%a%' OR s ILIKE 'A' OR s SIMILAR TO '[ab]' OR s GLOB '?'
SELECT id FROM n WHERE s NOT LIKE 'a%' ESCAPE '\'
SELECT id FROM n WHERE s ~ '^a' OR s !~ 'b' OR s ^@ 'i'
SELECT id FROM n WHERE w IS TRUE OR a IS NULL
SELECT id, w IS NOT FALSE, w IS UNKNOWN FROM n
SELECT id, a IS DISTINCT FROM 2 FROM n
SELECT id, CASE a WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END FROM n
SELECT id, CASE WHEN a > 1 THEN b END FROM n
SELECT id, if(a > 1, 'yes', 'no'), ifnull(a, 0), nullif(a, 2), coalesce(NULL, a, 9) FROM n
SELECT id, CAST(a AS VARCHAR), a::DOUBLE, TRY_CAST(s AS INTEGER), TRY(CAST(s AS INTEGER)) FROM n
SELECT id, d::INTEGER, VARCHAR 'x', DATE '2020-01-01' FROM n WHERE id <> 4
SELECT id, -a, +a, ~y, @ a, a % 3, a // 2, a / 2, a ** 2, a << 1, a & 3, a | 1, xor(a, 2) FROM n WHERE a > 0
SELECT id, s || '!', s[1], s[2:3], s[-1] FROM n
SELECT id, l[1], l[-1], l[1:2], l[2:], l[:-2], l[:], l[1:-:2], l[:-:-1], len(l) FROM x
SELECT id, st.a, st['b c'], st."b c", mp['k'], mp.k FROM x
SELECT id, {'a': a, 'b': s}, [a, id], MAP {s: a}, row(a, s), (a, s) FROM n WHERE s IS NOT NULL
SELECT id, l || [9], [1] || l, list_append(l, 4) FROM x
SELECT id, js->'a', js->>'a', js->'$.a[0]', js.a FROM x
SELECT s.upper().lower() FROM n
SELECT id, extract(year FROM dt), date_part('month', ts), dt + INTERVAL 1 MONTH, ts - INTERVAL '2 days', dt - DATE '2020-01-01' FROM t WHERE id IN (1, 5)
SELECT id, ts AT TIME ZONE 'America/New_York', tz AT TIME ZONE 'UTC' FROM t WHERE id IN (1, 5)
SELECT id, position('a' IN s), substring(s FROM 1 FOR 2), trim(BOTH ' ' FROM s) FROM n
SELECT id, s COLLATE NOCASE = 'A' FROM n
SELECT id FROM n WHERE s = 'a' COLLATE NOCASE ORDER BY s COLLATE NOCASE
SELECT id FROM n ORDER BY s COLLATE NOCASE DESC, id
SELECT DISTINCT s COLLATE NOCASE FROM m
SELECT a, count(*) FROM n GROUP BY a
SELECT a, w, count(*) FROM n GROUP BY ALL
SELECT a % 2 AS parity, sum(id) FROM n GROUP BY parity HAVING count(*) > 1
SELECT a, w, grouping(a), grouping_id(a, w), count(*) FROM n GROUP BY ROLLUP (a, w)
SELECT a, w, count(*) FROM n GROUP BY CUBE (a, w)
SELECT a, w, count(*) FROM n GROUP BY GROUPING SETS ((a), (w), (a, w), ())
SELECT a, w, y, count(*) FROM n GROUP BY a, ROLLUP (w, y)
SELECT count(*) FROM n GROUP BY ()
SELECT sum(a) FILTER (WHERE w), count(DISTINCT a), avg(DISTINCT b) FILTER (b > 0) FROM n
SELECT list(id ORDER BY id DESC), string_agg(s, ',' ORDER BY id), first(id ORDER BY a DESC NULLS LAST, id) FROM n
SELECT quantile_cont(a, 0.5), median(a), mode(w), quantile_disc(a, [0.25, 0.75]), percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FROM n
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY a DESC), mode() WITHIN GROUP (ORDER BY y) FROM n
SELECT arg_max(id, a), arg_min(s, id), max_by(id, a, 2), min(a, 2), max(s, 3) FROM n WHERE a <> 2 AND a <> 1
SELECT listagg(s, '-' ORDER BY id) FROM n
SELECT histogram(a), approx_count_distinct(a), entropy(a), kurtosis(a), skewness(a), product(y) FROM n WHERE a > 0
SELECT bit_and(a), bit_or(a), bit_xor(a), bool_and(w), bool_or(w), count(), any_value(w ORDER BY id) FROM n
SELECT corr(a, id), covar_pop(a, id), regr_slope(a, id), regr_r2(a, id), var_pop(a), stddev(a) FROM n WHERE a > 0
SELECT a, sum(count(*)) OVER () FROM n GROUP BY a
SELECT id, row_number() OVER (ORDER BY id), rank() OVER (PARTITION BY a ORDER BY w) FROM n
SELECT id, sum(a) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM n
SELECT id, sum(a) OVER (ORDER BY id RANGE BETWEEN 2 PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW) FROM n
SELECT id, count(*) OVER (ORDER BY a GROUPS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE TIES) FROM n
SELECT id, sum(a) OVER w1, max(b) OVER (w1 ROWS UNBOUNDED PRECEDING) FROM n WINDOW w1 AS (ORDER BY id)
SELECT id, lag(a, 2, -1) OVER (ORDER BY id), lead(a IGNORE NULLS) OVER (ORDER BY id), nth_value(a, 2) OVER (ORDER BY id) FROM n
SELECT id, lag(a IGNORE NULLS) OVER (ORDER BY id), first_value(a ORDER BY b) OVER (PARTITION BY w ORDER BY id) FROM n
SELECT id, count(DISTINCT a) OVER (), sum(a) FILTER (WHERE a > 1) OVER (ORDER BY id) FROM n
SELECT id, list(a) OVER (ORDER BY id ROWS 1 PRECEDING), string_agg(s, '') OVER (ORDER BY id) FROM n
SELECT id, rank(ORDER BY a DESC) OVER (ORDER BY id) FROM n
SELECT id, sum(a) OVER (ORDER BY ts RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND CURRENT ROW) FROM (SELECT n.id, n.a, TIMESTAMP '2020-01-01' + to_hours(n.id * 10) AS ts FROM n)
SELECT id, a FROM n QUALIFY row_number() OVER (PARTITION BY a ORDER BY id) = 1
SELECT a, count(*) FROM n GROUP BY a QUALIFY rank() OVER (ORDER BY count(*) DESC, a) <= 2
SELECT id FROM n UNION SELECT id FROM m
SELECT id FROM n UNION ALL SELECT k FROM m
SELECT id, a FROM n UNION BY NAME SELECT a, k, id FROM m
SELECT id, a FROM n UNION ALL BY NAME SELECT k, id FROM m
SELECT id FROM n INTERSECT SELECT id FROM m
SELECT a FROM n INTERSECT ALL SELECT a FROM m
SELECT a FROM n EXCEPT SELECT a FROM m
SELECT a FROM n EXCEPT ALL SELECT a FROM m
(SELECT id FROM n ORDER BY id LIMIT 2) UNION ALL (SELECT id FROM m ORDER BY id DESC LIMIT 2)
SELECT id FROM n UNION SELECT id FROM m ORDER BY id LIMIT 3 OFFSET 1
> SELECT id, a FROM n ORDER BY ALL
> SELECT id FROM n ORDER BY a DESC NULLS LAST, id ASC
> SELECT id, a FROM n ORDER BY 2 NULLS FIRST, 1
> SELECT id FROM n ORDER BY id FETCH FIRST 3 ROWS ONLY
> SELECT id FROM n ORDER BY id OFFSET 2 ROWS FETCH NEXT 2 ROWS ONLY
> SELECT id FROM n ORDER BY id LIMIT 3 OFFSET 1
> SELECT id FROM n ORDER BY id LIMIT ALL
> SELECT id FROM n ORDER BY (SELECT count(*) FROM m WHERE m.a = n.a), id
> SELECT id FROM n ORDER BY id LIMIT 20%
> SELECT id FROM n ORDER BY id LIMIT (SELECT 2)
SELECT id FROM n USING SAMPLE 100%
SELECT id FROM n TABLESAMPLE reservoir(100)
SELECT id, unnest(l) FROM x
SELECT x.id, u.* FROM x, unnest(x.l) WITH ORDINALITY AS u(v, i)
SELECT x.id, u.v FROM x, unnest(x.l) AS u(v)
SELECT * FROM n ASOF JOIN m ON n.id >= m.id
SELECT count(*) FROM n POSITIONAL JOIN m
WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 3) FROM r
PIVOT n ON a IN (1, 2) USING count(*) GROUP BY w
UNPIVOT (SELECT id, a, k FROM m) ON a, k
DESCRIBE n
SUMMARIZE none
SELECT * FROM range(3)
SELECT * FROM generate_series(1, 5, 2)
SELECT * FROM repeat(1, 2)
SELECT * FROM query('SELECT id FROM n')
SELECT * FROM query_table('m')
SELECT * FROM query_table(['m', 'm'])
SELECT list_transform(l, lambda v: v + 1) FROM x
SELECT [v + 1 FOR v IN l] FROM x
SELECT id, struct_update(st, a := 1) FROM x
SELECT id, union_value(a := id) FROM n
SELECT count(*) FILTER (WHERE a > 1) * 1.0 / count(*) FROM n
SELECT (SELECT count(*) FROM n) + (SELECT count(*) FROM m)
SELECT id FROM n WHERE a = (SELECT max(a) FROM n)
SELECT n.id, (SELECT sum(k) FROM m WHERE m.id <= n.id AND m.a IN (SELECT a FROM n n2 WHERE n2.id <> n.id)) FROM n
SELECT id, (SELECT list(m.id ORDER BY m.id) FROM m WHERE m.a = n.a) FROM n
SELECT id, (SELECT max(v) FROM unnest(l) u(v)) FROM x
SELECT n.id, s.c FROM n JOIN (SELECT a, count(*) c FROM m GROUP BY a) s ON s.a = n.a
SELECT * FROM (SELECT id FROM n) JOIN (SELECT id FROM m) USING (id)
SELECT a.id FROM n a, n b WHERE a.id = b.a AND b.w
SELECT getvariable('nothing') IS NULL
SELECT typeof(a), pg_typeof(s), hash(id) FROM n
SELECT format('{} {}', id, s), printf('%d-%s', id, s) FROM n
SELECT current_schema(), current_database() IS NOT NULL
SELECT #1 FROM n ORDER BY #1
`

// TestClauseSweep goes through the grammar.
func TestClauseSweep(t *testing.T) {
	d := openOdd(t)
	for i, line := range strings.Split(strings.TrimSpace(clauses), "\n") {
		sql, ordered := strings.CutPrefix(line, "> ")
		t.Run(fmt.Sprintf("%03d", i+1), func(t *testing.T) { d.on(t).check(sql, ordered) })
	}
}
