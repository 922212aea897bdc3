SELECT k, count(*) FROM (SELECT k FROM big WHERE id < 50 UNION ALL SELECT a FROM n UNION ALL SELECT id FROM t) GROUP BY k
SELECT s, sum(c) FROM (SELECT s, count(*) c FROM big GROUP BY s UNION ALL SELECT s, count(*) FROM n GROUP BY s) GROUP BY s
SELECT k, count(*), max(c) FROM (SELECT k, v, count(*) c FROM big GROUP BY k, v) GROUP BY k HAVING count(*) > 3
SELECT s, avg(c) FROM (SELECT s, k, sum(d) c FROM big GROUP BY s, k) WHERE c > 0 GROUP BY s
SELECT max(c) FROM (SELECT k, count(DISTINCT v) c FROM big GROUP BY k)
SELECT count(*) FROM (SELECT DISTINCT k, s FROM big WHERE v > 100)
SELECT a.k, a.c, b.c FROM (SELECT k, count(*) c FROM big GROUP BY k) a JOIN (SELECT a AS k, count(*) c FROM n GROUP BY a) b ON a.k = b.k
SELECT a.id, b.c FROM n a LEFT JOIN (SELECT id, count(*) c FROM big GROUP BY id) b ON a.id = b.id
SELECT a.id, b.c FROM n a LEFT JOIN (SELECT k, count(*) c FROM big GROUP BY k) b ON a.a = b.k
SELECT n.id, l.v FROM n, LATERAL (SELECT v FROM big WHERE big.id = n.id) l
> SELECT n.id, l.id FROM n, LATERAL (SELECT id FROM big WHERE big.k = n.id + 200 ORDER BY id DESC LIMIT 2) l ORDER BY ALL
SELECT n.id, l.c, l.m FROM n LEFT JOIN LATERAL (SELECT count(*) c, max(v) m FROM big WHERE big.k > n.a::BIGINT * 200) l ON true
SELECT id, (SELECT count(*) FROM big WHERE big.k = n.id + 300), (SELECT max(s) FROM big WHERE big.id = n.a) FROM n
SELECT id, (SELECT iv FROM t WHERE t.id = n.id), (SELECT uu FROM x WHERE x.id = n.id), (SELECT en FROM x WHERE x.id = n.a) FROM n
SELECT id, (SELECT sum(h) FROM n n2 WHERE n2.a = n.a AND n2.h < 100) FROM n
SELECT id, h IN (SELECT h FROM n n2 WHERE n2.a = n.a), h NOT IN (SELECT uh FROM z WHERE uh IS NOT NULL) FROM n
SELECT id FROM x WHERE en IN (SELECT en FROM x WHERE id < 3) AND uu NOT IN (SELECT uu FROM x WHERE id = 2)
SELECT id FROM t WHERE iv IN (SELECT iv FROM t WHERE id > 3) OR ttz = (SELECT max(ttz) FROM t)
SELECT id FROM big WHERE k IN (SELECT a FROM n WHERE EXISTS (SELECT 1 FROM m WHERE m.a = n.a)) AND id < 100 AND v < 200
SELECT id FROM big WHERE id IN (SELECT id FROM n) AND k NOT IN (SELECT a FROM m WHERE a IS NOT NULL)
SELECT id, k IN (SELECT a FROM n) FROM big WHERE id BETWEEN 95 AND 100
SELECT id, k NOT IN (SELECT a FROM n WHERE a IS NOT NULL) FROM big WHERE id BETWEEN 95 AND 100
SELECT id, EXISTS (SELECT 1 FROM n WHERE n.id = big.id) FROM big WHERE id < 12
WITH c AS (SELECT id, s FROM big WHERE v < 20) SELECT a.id, b.id FROM c a JOIN c b ON a.s = b.s WHERE a.id < b.id
WITH c AS (SELECT s, count(*) n FROM big GROUP BY s) SELECT c.s, c.n FROM c WHERE n = (SELECT max(n) FROM c)
WITH c AS (SELECT DISTINCT k FROM big), e AS (SELECT k FROM c WHERE k < 200) SELECT (SELECT count(*) FROM c), (SELECT count(*) FROM e), count(*) FROM c JOIN e USING (k)
WITH c AS (SELECT * FROM n UNION ALL SELECT * FROM n) SELECT a, count(*), sum(h % 10) FROM c GROUP BY a
WITH c AS (SELECT id, iv, ttz FROM t) SELECT a.id, b.id FROM c a, c b WHERE a.iv > b.iv
WITH c AS (SELECT id FROM big ORDER BY v DESC, id LIMIT 5) SELECT c.id, big.v FROM c JOIN big USING (id)
WITH c AS (SELECT id FROM big ORDER BY v DESC, id LIMIT 5) SELECT count(*) FROM c x, c y
> SELECT * FROM (SELECT id, v FROM big ORDER BY v, id LIMIT 10) ORDER BY id
> SELECT id FROM (SELECT id, v FROM big ORDER BY v, id LIMIT 10 OFFSET 5) WHERE id > 100 ORDER BY id LIMIT 3
SELECT count(*) FROM (SELECT id FROM big ORDER BY v LIMIT 10) a JOIN n ON a.id >= n.id
> SELECT s, c FROM (SELECT s, count(*) c FROM big GROUP BY s ORDER BY c DESC, s LIMIT 10) ORDER BY s LIMIT 5
> (SELECT id FROM big ORDER BY id LIMIT 3) UNION ALL (SELECT id FROM big ORDER BY id DESC LIMIT 3) ORDER BY id
SELECT id FROM big WHERE id < 5 UNION SELECT k FROM big WHERE id < 5 EXCEPT SELECT a FROM n
SELECT k, count(*) FROM (SELECT k FROM big INTERSECT ALL SELECT k FROM big WHERE v < 300) GROUP BY k HAVING count(*) > 2
SELECT k, sum(v), sum(sum(v)) OVER (ORDER BY k) FROM big WHERE k < 180 GROUP BY k
SELECT id, v - lag(v) OVER (PARTITION BY k ORDER BY id), count(*) OVER (PARTITION BY id) FROM big WHERE k > 820
SELECT k, id, rn FROM (SELECT k, id, row_number() OVER (PARTITION BY k ORDER BY v, id) rn FROM big) WHERE rn = 1 AND k < 250
SELECT id, ntile(4) OVER (ORDER BY id), first_value(h) OVER (PARTITION BY a ORDER BY id) FROM n
SELECT a.id, b.id, c.id, d.id FROM n a JOIN m b ON a.id = b.id LEFT JOIN t c ON b.id = c.id AND c.dt > '2020-01-01' FULL JOIN x d ON d.id = c.id
SELECT a.id, b.k, c.id FROM n a LEFT JOIN twice b ON a.a = b.k RIGHT JOIN z c ON c."A b" = b.k
SELECT a.id, b.id FROM big a JOIN big b ON a.dt = b.dt AND a.id < b.id WHERE a.v < 10
SELECT a.dt, count(*), sum(b.v) FROM big a JOIN big b ON a.dt = b.dt WHERE a.dt < DATE '2020-01-20' GROUP BY a.dt
SELECT a.dt, b.id FROM t a LEFT JOIN z b ON a.dt = b."日本"
SELECT t.id, count(big.id) FROM t LEFT JOIN big ON big.dt = t.dt GROUP BY t.id
SELECT a.ts, b.tz FROM t a JOIN t b ON a.ts = b.ts AND a.id <= b.id
SELECT ts, count(*), list(id ORDER BY id) FROM t GROUP BY ts
SELECT ts::DATE AS day, count(*) FROM t WHERE isfinite(ts) GROUP BY day
SELECT id FROM t WHERE ts BETWEEN '2020-01-01' AND '2020-12-31' OR dt IS NULL
SELECT id FROM t WHERE dt > ts OR ts = TIMESTAMP '-infinity' OR dt = DATE 'infinity'
SELECT id, count(*) FROM t WHERE ts > '0001-01-01 (BC)' GROUP BY id
SELECT a.id FROM n a WHERE (SELECT count(*) FROM m b WHERE b.a = a.a) > (SELECT count(*) FROM twice c WHERE c.k = a.a) - 3
SELECT CASE WHEN EXISTS (SELECT 1 FROM big WHERE id = 77) THEN (SELECT s FROM big WHERE id = 77) ELSE 'no' END
SELECT (SELECT count(*) FROM big) + (SELECT count(*) FROM n), (SELECT list(id ORDER BY id) FROM n), (SELECT max(iv) FROM t)
SELECT n.id, s.c FROM n, (SELECT count(*) c FROM big) s WHERE n.id < s.c
SELECT count(*) FROM n, m, x, t WHERE n.id = m.id AND x.id = t.id
SELECT a, grouping(a), w, count(DISTINCT s), sum(h % 5) FROM n GROUP BY ROLLUP (a, w)
SELECT k % 2, grouping_id(k % 2), count(DISTINCT s), max(dt) FROM big GROUP BY GROUPING SETS ((k % 2), ())
SELECT count(*) FILTER (WHERE v > 500), count(DISTINCT s) FILTER (WHERE v > 500), sum(v) FILTER (WHERE k IS NULL), avg(d) FILTER (WHERE false) FROM big
SELECT s, first(id ORDER BY v, id), last(id ORDER BY v, id), list(id ORDER BY v DESC, id)[1:3] FROM big GROUP BY s
SELECT sum(f), avg(f), sum(d), avg(d), sum(k), avg(k), avg(v), sum(v::HUGEINT), avg(v::UBIGINT), sum((v % 256)::UTINYINT) FILTER (WHERE v < 256) FROM big
SELECT avg(dt), avg(ts), median(dt) FROM (SELECT dt, dt::TIMESTAMP AS ts FROM big)
SELECT avg(id), min(iv), max(iv) + INTERVAL 1 DAY FROM t
SELECT fsum(d::DOUBLE), kahan_sum(f), favg(f), geomean(v + 1), sem(v), regr_r2(v, id), covar_samp(v, id) FROM big
SELECT count(*), count(*) FILTER (WHERE f = 0), max(f), min(f), sum(f), bool_and(f < 'inf') FROM (SELECT f FROM twice UNION ALL SELECT f FROM n)
SELECT f, count(*) FROM (SELECT f FROM twice UNION ALL SELECT f FROM n UNION ALL SELECT f FROM m) GROUP BY f
SELECT DISTINCT f > 0, isnan(f) FROM n
SELECT max(s COLLATE NOCASE), min(s), max(s || 'x') FROM n
SELECT list(DISTINCT s ORDER BY s), string_agg(DISTINCT s, '+' ORDER BY s) FROM n
SELECT map_from_entries(list((id, s) ORDER BY id)) FROM n
SELECT st.a, l[1], count(*) FROM x GROUP BY st.a, l[1]
SELECT avg(d38), sum(d38), avg(d18) FROM z WHERE d38 > 0
SELECT avg(b), sum(b), avg(u), sum(u), avg(y), sum(y), avg(g), avg(e), sum(e), avg(r), sum(r) FROM n WHERE id NOT IN (2, 4)
SELECT a, avg(b), sum(b), avg(u), sum(u), avg(e) FROM n GROUP BY a
SELECT avg(h), sum(h) FROM n WHERE h < 100 AND h > 0
SELECT sum(w::INTEGER), sum(w), bool_or(w), bit_xor(h), bit_or(u) FROM n WHERE h >= 0
SELECT min(f), max(f), min(r), max(r), min(tz), max(tz) FROM n, t WHERE n.id = t.id
SELECT min(w), max(w), min(bl), max(js::VARCHAR), min(uu) FROM n JOIN x USING (id)
SELECT max(l), min(st), max(ll), min(mp::VARCHAR) FROM x
SELECT count(DISTINCT f), count(DISTINCT r), count(DISTINCT d), count(DISTINCT h), count(DISTINCT w) FROM n
SELECT count(DISTINCT l), count(DISTINCT st), count(DISTINCT en), count(DISTINCT uu), count(DISTINCT bl), count(DISTINCT mp) FROM x
SELECT count(DISTINCT iv), count(DISTINCT ttz), count(DISTINCT tz) FROM t
SELECT avg(DISTINCT a), sum(DISTINCT b::HUGEINT), min(DISTINCT s), max(DISTINCT a) FROM n
SELECT a, avg(DISTINCT id), count(DISTINCT id), sum(DISTINCT id) FROM n GROUP BY a
SELECT a, count(DISTINCT id), count(DISTINCT s) FROM n GROUP BY a
SELECT any_value(iv), any_value(uu), any_value(h) FROM t JOIN x USING (id) JOIN n USING (id) WHERE id = 1
