SELECT count(*), count(a), count(DISTINCT a), sum(a), avg(a), min(a), max(a), sum(DISTINCT a) FROM n
SELECT a, count(*), sum(b::HUGEINT), min(s), max(f), avg(d), sum(d), sum(e) FROM n GROUP BY a
SELECT count(*), sum(a), avg(a), min(s) FROM none
SELECT a, count(*) FROM none GROUP BY a
SELECT 1, 'x', count(*) FROM n GROUP BY 1, 2
SELECT a + 1, count(*) FROM n GROUP BY a + 1 HAVING count(*) > 1
SELECT a, sum(d) FILTER (WHERE f > 0), count(*) FILTER (WHERE s IS NULL), sum(DISTINCT d) FILTER (WHERE d > 0) FROM n GROUP BY a
SELECT string_agg(s, ',' ORDER BY id), string_agg(s, '' ORDER BY id DESC), list(a ORDER BY id), list(DISTINCT a ORDER BY a), first(s ORDER BY id), last(s ORDER BY id), array_agg(s ORDER BY a NULLS FIRST, id) FROM n
SELECT string_agg(s ORDER BY id), group_concat(s, '|' ORDER BY id) FROM n
SELECT quantile_cont(d, 0.5), quantile_disc(a, [0.25, 0.75]), median(d), median(s), mode(b), quantile_cont(f, [0.1, 0.9]) FILTER (WHERE f < 1e10), mad(d), quantile(a, 0.5), quantile_cont(a, -0.25) FROM n
SELECT percentile_cont(0.25) WITHIN GROUP (ORDER BY d DESC), percentile_disc(0.5) WITHIN GROUP (ORDER BY a), mode() WITHIN GROUP (ORDER BY a DESC) FROM n
SELECT median(k), quantile_cont(k, 0.5), median(l) FROM m, (SELECT [1] l)
SELECT approx_quantile(k, 0.5), approx_quantile(k, [0.25, 0.5]), approx_count_distinct(a) FROM m
SELECT arg_min(s, a), arg_max(s, d), max_by(id, b), arg_min(id, b, 2), max(a, 2), min(s, 3) FROM n
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
PIVOT (SELECT a, w FROM n) ON w IN (true, false) USING sum(a)
