SELECT count(*), count(k), sum(v), min(v), max(v), avg(d), sum(d), min(dt), max(dt), min(s), max(s), count(DISTINCT s), sum(f) FROM big
SELECT * FROM big WHERE id = 1234
SELECT * FROM big WHERE id BETWEEN 998 AND 1002
SELECT * FROM big WHERE k = 400
SELECT count(*) FROM big WHERE k = 7
SELECT count(*) FROM big WHERE k IS NULL
SELECT count(*), sum(v) FROM big WHERE k IS NOT NULL AND k <> 7
SELECT id FROM big WHERE id > 100000
SELECT id FROM big WHERE id < 0 OR k > 100000
SELECT count(*), sum(v), max(s), min(dt), avg(f), list(l) FROM big WHERE id > 100000
SELECT k, count(*) FROM big WHERE id > 100000 GROUP BY k
SELECT count(*) FROM big WHERE id > 100000 HAVING count(*) > 5
> SELECT id FROM big WHERE id > 100000 ORDER BY id LIMIT 5
SELECT DISTINCT s FROM big WHERE id > 100000
SELECT a.id, b.id FROM big a LEFT JOIN (SELECT * FROM big WHERE id > 100000) b ON a.k = b.k WHERE a.id < 5
SELECT a.id FROM big a WHERE a.id < 5 AND NOT EXISTS (SELECT 1 FROM big b WHERE b.id > 100000 AND b.k = a.k)
SELECT id, (SELECT max(b.v) FROM big b WHERE b.id > 100000) FROM n
SELECT id FROM n WHERE id NOT IN (SELECT b.id FROM big b WHERE b.id > 100000)
SELECT id FROM big WHERE id > 100000 UNION ALL SELECT id FROM n
SELECT id, row_number() OVER (ORDER BY id) FROM big WHERE id > 100000
SELECT s, count(*), sum(v), avg(v), min(dt), max(f), stddev(v), count(DISTINCT v) FROM big GROUP BY s
SELECT k, count(*), sum(d) FROM big WHERE k < 300 GROUP BY k
SELECT k, s, count(*) FROM big GROUP BY k, s HAVING count(*) > 2
SELECT dt, max(v), arg_max(id, v * 10000 + id) FROM big WHERE v < 200 GROUP BY dt
SELECT date_trunc('month', dt) AS mo, count(*) FROM big GROUP BY mo
SELECT l, count(*) FROM big GROUP BY l
SELECT s, k % 3 AS k3, sum(v), grouping(s), grouping(k3) FROM big GROUP BY CUBE (s, k3)
SELECT count(DISTINCT s), count(DISTINCT k), sum(DISTINCT v), count(DISTINCT dt) FILTER (WHERE v > 500) FROM big
SELECT median(v), quantile_cont(f, [0.1, 0.5, 0.9]), quantile_disc(v, 0.25), mad(v) FROM big
SELECT s, string_agg(id::VARCHAR, '-' ORDER BY id DESC) FROM big WHERE id % 100 = 3 GROUP BY s
SELECT bit_xor(v), bit_and(id), bit_or(k), bool_or(v > 1000), product(1 + d / 100), var_pop(v), corr(v, id), histogram(id % 4) FROM big
SELECT max(v, 3), min(id, 5), arg_max(id, id * 2, 2) FROM big
> SELECT id, v FROM big ORDER BY v DESC, id LIMIT 10
> SELECT id, v FROM big ORDER BY v, id LIMIT 10 OFFSET 995
> SELECT id FROM big ORDER BY id LIMIT 3 OFFSET 2498
> SELECT id FROM big ORDER BY id OFFSET 2495
> SELECT id, k, s FROM big ORDER BY k NULLS FIRST, s DESC NULLS LAST, id LIMIT 20
> SELECT id, l FROM big ORDER BY l DESC, id LIMIT 7
> SELECT DISTINCT ON (s) s, id, v FROM big ORDER BY s NULLS FIRST, v DESC, id
> SELECT s, sum(v) t FROM big GROUP BY s ORDER BY t DESC, s LIMIT 5
> SELECT k, count(*) FROM big GROUP BY k ORDER BY k DESC NULLS LAST LIMIT 5 OFFSET 1
> SELECT DISTINCT k FROM big ORDER BY k LIMIT 4
SELECT * FROM big LIMIT 0
SELECT s, count(*) FROM big GROUP BY s LIMIT 0
SELECT count(*) FROM (SELECT id FROM big LIMIT 1001)
SELECT count(*), count(DISTINCT id) FROM (SELECT id FROM big LIMIT 700 OFFSET 1500)
SELECT count(*) FROM (SELECT id FROM big OFFSET 2499)
SELECT a.id, b.id FROM big a JOIN big b ON a.id = b.id + 1 WHERE a.v < 30
SELECT count(*), sum(a.v * b.v) FROM big a JOIN big b ON a.k = b.k
SELECT count(*), sum(a.id) FROM big a JOIN big b ON a.k = b.k AND a.id < b.id
SELECT count(*), sum(a.v), sum(b.v) FROM big a LEFT JOIN big b ON a.k = b.k + 100
SELECT count(*), sum(a.v), sum(b.v) FROM big a FULL JOIN big b ON a.k = b.k + 100 AND a.v > b.v
SELECT count(*), sum(a.v), count(b.k), sum(b.v) FROM big a FULL JOIN big b ON a.k = b.k
SELECT n.id, count(*), sum(big.v) FROM n JOIN big ON n.id = big.k GROUP BY n.id
SELECT n.id, big.id FROM n LEFT JOIN big ON n.id = big.id AND big.v > 100
SELECT n.id, big.id FROM big RIGHT JOIN n ON n.a = big.k AND big.id < 20
SELECT m.id, n.id, big.id FROM m JOIN n ON m.id = n.id JOIN big ON big.id = n.id
SELECT m.id, n.id, big.v FROM m LEFT JOIN n ON m.a = n.a LEFT JOIN big ON big.id = n.id + m.id
SELECT count(*) FROM big WHERE id IN (SELECT v FROM big WHERE s = 's7')
SELECT count(*) FROM big WHERE k NOT IN (SELECT v FROM big WHERE s = 's7')
SELECT count(*) FROM big WHERE k IN (SELECT k FROM big WHERE v > 990)
SELECT count(*) FROM big WHERE EXISTS (SELECT 1 FROM n WHERE n.id = big.k)
SELECT count(*), sum(id) FROM big b WHERE v = (SELECT max(v) FROM big b2 WHERE b2.k = b.k)
SELECT count(*), sum(id) FROM big b WHERE v > (SELECT avg(v) FROM big b2 WHERE b2.s = b.s)
SELECT count(*) FROM big WHERE v > (SELECT avg(v) FROM big)
WITH c AS (SELECT k, sum(v) t FROM big GROUP BY k) SELECT count(*), sum(a.t - b.t) FROM c a JOIN c b ON a.k = b.k + 1
WITH c AS MATERIALIZED (SELECT s, max(v) t FROM big GROUP BY s) SELECT x.s, x.t, y.t FROM c x JOIN c y ON x.s = y.s
WITH c AS (SELECT * FROM big WHERE v < 50), e AS (SELECT s, count(*) n FROM c GROUP BY s) SELECT c.id, e.n FROM c JOIN e USING (s)
SELECT s FROM big INTERSECT SELECT 's' || id FROM n
SELECT v FROM big WHERE id < 600 EXCEPT SELECT id FROM big
SELECT k FROM big EXCEPT SELECT id FROM big WHERE id > 100
SELECT k, v FROM big WHERE v < 20 UNION SELECT id, a FROM n
SELECT count(*) FROM (SELECT k FROM big UNION ALL SELECT k FROM big UNION SELECT id FROM n)
SELECT id, sum(v) OVER (PARTITION BY s ORDER BY id), rank() OVER (PARTITION BY k ORDER BY v DESC) FROM big WHERE id % 50 = 3
SELECT count(*), sum(r) FROM (SELECT row_number() OVER (PARTITION BY k ORDER BY id) r FROM big)
SELECT s, id FROM big QUALIFY row_number() OVER (PARTITION BY s ORDER BY v DESC, id) = 1
SELECT sum(x) FROM (SELECT sum(v) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) x FROM big)
SELECT k, max(v) - min(v), count(*) FILTER (WHERE s IS NULL), list(id ORDER BY id) FROM big WHERE k > 700 GROUP BY k
SELECT upper(s), v + 1, coalesce(k, -1) FROM big WHERE s LIKE 's4%' AND dt >= DATE '2020-06-01' AND f < 0
SELECT count(*) FROM big WHERE k > 300 AND random() >= 0
SELECT count(*), sum(1), 'x', min(1), count(NULL) FROM big
SELECT 1 FROM big WHERE id < 3
SELECT any_value(s), any_value(k) FROM big WHERE id = 1600
SELECT any_value(s) IS NOT NULL, any_value(k) IS NOT NULL, any_value(NULL) FROM big
