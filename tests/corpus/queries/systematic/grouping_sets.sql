SELECT a, w, count(*), sum(d) FILTER (WHERE id <> 4) FROM n GROUP BY ROLLUP (a, w)
SELECT a, w, grouping(a, w), sum(id), max(b) FROM n WHERE id > 1 GROUP BY ROLLUP (a, w)
SELECT a, w, count(DISTINCT s), list(id ORDER BY id) FROM n GROUP BY ROLLUP (a, w) HAVING count(*) > 1
SELECT a, w, grouping(a, w), sum(d) FILTER (WHERE id <> 4), avg(id) FROM n WHERE a IS NOT NULL GROUP BY ROLLUP (a, w) HAVING sum(id) > 5 OR count(*) = 1
SELECT a, w, max(b), string_agg(s, '/' ORDER BY id) FROM n GROUP BY ROLLUP (a, w)
SELECT a, w, grouping(a, w), list(id ORDER BY id), bool_and(w) FROM n JOIN (SELECT id AS mid, k FROM m) m ON n.id = m.mid GROUP BY ROLLUP (a, w) HAVING max(id) > 2
SELECT a, w, g, sum(id), list(id ORDER BY id) FROM n GROUP BY ROLLUP (w, a, g)
SELECT a, w, g, grouping(a, w), count(DISTINCT s), avg(id) FROM n WHERE id > 1 GROUP BY ROLLUP (w, a, g)
SELECT a, w, g, sum(d) FILTER (WHERE id <> 4), string_agg(s, '/' ORDER BY id) FROM n GROUP BY ROLLUP (w, a, g) HAVING count(*) > 1
SELECT a, w, g, grouping(a), max(b), bool_and(w) FROM n WHERE a IS NOT NULL GROUP BY ROLLUP (w, a, g) HAVING sum(id) > 5 OR count(*) = 1
SELECT a, w, g, list(id ORDER BY id), count(*) FROM n GROUP BY ROLLUP (w, a, g)
SELECT a, w, g, grouping(a, w, g), avg(id), sum(id) FROM n JOIN (SELECT id AS mid, k FROM m) m ON n.id = m.mid GROUP BY ROLLUP (w, a, g) HAVING max(id) > 2
SELECT a, w, count(DISTINCT s), string_agg(s, '/' ORDER BY id) FROM n GROUP BY CUBE (a, w)
SELECT a, w, grouping(a, w), sum(d) FILTER (WHERE id <> 4), bool_and(w) FROM n WHERE id > 1 GROUP BY CUBE (a, w)
SELECT a, w, max(b), count(*) FROM n GROUP BY CUBE (a, w) HAVING count(*) > 1
SELECT a, w, grouping(a, w), list(id ORDER BY id), sum(id) FROM n WHERE a IS NOT NULL GROUP BY CUBE (a, w) HAVING sum(id) > 5 OR count(*) = 1
SELECT a, w, avg(id), count(DISTINCT s) FROM n GROUP BY CUBE (a, w)
SELECT a, w, grouping(a, w), string_agg(s, '/' ORDER BY id), sum(d) FILTER (WHERE id <> 4) FROM n JOIN (SELECT id AS mid, k FROM m) m ON n.id = m.mid GROUP BY CUBE (a, w) HAVING max(id) > 2
SELECT a, g, sum(d) FILTER (WHERE id <> 4), count(*) FROM n GROUP BY CUBE (a, g)
SELECT a, g, grouping(a, g), max(b), sum(id) FROM n WHERE id > 1 GROUP BY CUBE (a, g)
SELECT a, g, list(id ORDER BY id), count(DISTINCT s) FROM n GROUP BY CUBE (a, g) HAVING count(*) > 1
SELECT a, g, grouping(a, g), avg(id), sum(d) FILTER (WHERE id <> 4) FROM n WHERE a IS NOT NULL GROUP BY CUBE (a, g) HAVING sum(id) > 5 OR count(*) = 1
SELECT a, g, string_agg(s, '/' ORDER BY id), max(b) FROM n GROUP BY CUBE (a, g)
SELECT a, g, grouping(a, g), bool_and(w), list(id ORDER BY id) FROM n JOIN (SELECT id AS mid, k FROM m) m ON n.id = m.mid GROUP BY CUBE (a, g) HAVING max(id) > 2
SELECT a, w, g, max(b), count(DISTINCT s) FROM n GROUP BY GROUPING SETS ((a, w), (g))
SELECT a, w, g, grouping(a, w), list(id ORDER BY id), sum(d) FILTER (WHERE id <> 4) FROM n WHERE id > 1 GROUP BY GROUPING SETS ((a, w), (g))
SELECT a, w, g, avg(id), max(b) FROM n GROUP BY GROUPING SETS ((a, w), (g)) HAVING count(*) > 1
SELECT a, w, g, grouping(a), string_agg(s, '/' ORDER BY id), list(id ORDER BY id) FROM n WHERE a IS NOT NULL GROUP BY GROUPING SETS ((a, w), (g)) HAVING sum(id) > 5 OR count(*) = 1
SELECT a, w, g, bool_and(w), avg(id) FROM n GROUP BY GROUPING SETS ((a, w), (g))
SELECT a, w, g, grouping(a, w, g), count(*), string_agg(s, '/' ORDER BY id) FROM n JOIN (SELECT id AS mid, k FROM m) m ON n.id = m.mid GROUP BY GROUPING SETS ((a, w), (g)) HAVING max(id) > 2
SELECT a, w, g, list(id ORDER BY id), max(b) FROM n GROUP BY GROUPING SETS ((a), (w), (g), ())
SELECT a, w, g, grouping(a, w), avg(id), list(id ORDER BY id) FROM n WHERE id > 1 GROUP BY GROUPING SETS ((a), (w), (g), ())
SELECT a, w, g, string_agg(s, '/' ORDER BY id), avg(id) FROM n GROUP BY GROUPING SETS ((a), (w), (g), ()) HAVING count(*) > 1
SELECT a, w, g, grouping(a), bool_and(w), string_agg(s, '/' ORDER BY id) FROM n WHERE a IS NOT NULL GROUP BY GROUPING SETS ((a), (w), (g), ()) HAVING sum(id) > 5 OR count(*) = 1
SELECT a, w, g, count(*), bool_and(w) FROM n GROUP BY GROUPING SETS ((a), (w), (g), ())
SELECT a, w, g, grouping(a, w, g), sum(id), count(*) FROM n JOIN (SELECT id AS mid, k FROM m) m ON n.id = m.mid GROUP BY GROUPING SETS ((a), (w), (g), ()) HAVING max(id) > 2
SELECT 1, avg(id), avg(id) FROM n GROUP BY GROUPING SETS ((), ())
SELECT 1, string_agg(s, '/' ORDER BY id), string_agg(s, '/' ORDER BY id) FROM n WHERE id > 1 GROUP BY GROUPING SETS ((), ())
SELECT 1, bool_and(w), bool_and(w) FROM n GROUP BY GROUPING SETS ((), ()) HAVING count(*) > 1
SELECT 1, count(*), count(*) FROM n WHERE a IS NOT NULL GROUP BY GROUPING SETS ((), ()) HAVING sum(id) > 5 OR count(*) = 1
SELECT 1, sum(id), sum(id) FROM n GROUP BY GROUPING SETS ((), ())
SELECT 1, count(DISTINCT s), count(DISTINCT s) FROM n JOIN (SELECT id AS mid, k FROM m) m ON n.id = m.mid GROUP BY GROUPING SETS ((), ()) HAVING max(id) > 2
SELECT a, w, g, string_agg(s, '/' ORDER BY id), bool_and(w) FROM n GROUP BY ROLLUP ((a, w), g)
SELECT a, w, g, grouping(a, w), bool_and(w), count(*) FROM n WHERE id > 1 GROUP BY ROLLUP ((a, w), g)
SELECT a, w, g, count(*), sum(id) FROM n GROUP BY ROLLUP ((a, w), g) HAVING count(*) > 1
SELECT a, w, g, grouping(a), sum(id), count(DISTINCT s) FROM n WHERE a IS NOT NULL GROUP BY ROLLUP ((a, w), g) HAVING sum(id) > 5 OR count(*) = 1
SELECT a, w, g, count(DISTINCT s), sum(d) FILTER (WHERE id <> 4) FROM n GROUP BY ROLLUP ((a, w), g)
SELECT a, w, g, grouping(a, w, g), sum(d) FILTER (WHERE id <> 4), max(b) FROM n JOIN (SELECT id AS mid, k FROM m) m ON n.id = m.mid GROUP BY ROLLUP ((a, w), g) HAVING max(id) > 2
SELECT a, w, g, bool_and(w), sum(id) FROM n GROUP BY CUBE ((a, g), w)
SELECT a, w, g, grouping(a, w), count(*), count(DISTINCT s) FROM n WHERE id > 1 GROUP BY CUBE ((a, g), w)
SELECT a, w, g, sum(id), sum(d) FILTER (WHERE id <> 4) FROM n GROUP BY CUBE ((a, g), w) HAVING count(*) > 1
SELECT a, w, g, grouping(a), count(DISTINCT s), max(b) FROM n WHERE a IS NOT NULL GROUP BY CUBE ((a, g), w) HAVING sum(id) > 5 OR count(*) = 1
SELECT a, w, g, sum(d) FILTER (WHERE id <> 4), list(id ORDER BY id) FROM n GROUP BY CUBE ((a, g), w)
SELECT a, w, g, grouping(a, w, g), max(b), avg(id) FROM n JOIN (SELECT id AS mid, k FROM m) m ON n.id = m.mid GROUP BY CUBE ((a, g), w) HAVING max(id) > 2
SELECT a, w, g, count(*), sum(d) FILTER (WHERE id <> 4) FROM n GROUP BY GROUPING SETS (ROLLUP (a, w), CUBE (g))
SELECT a, w, g, grouping(a, w), sum(id), max(b) FROM n WHERE id > 1 GROUP BY GROUPING SETS (ROLLUP (a, w), CUBE (g))
SELECT a, w, g, count(DISTINCT s), list(id ORDER BY id) FROM n GROUP BY GROUPING SETS (ROLLUP (a, w), CUBE (g)) HAVING count(*) > 1
SELECT a, w, g, grouping(a), sum(d) FILTER (WHERE id <> 4), avg(id) FROM n WHERE a IS NOT NULL GROUP BY GROUPING SETS (ROLLUP (a, w), CUBE (g)) HAVING sum(id) > 5 OR count(*) = 1
SELECT a, w, g, max(b), string_agg(s, '/' ORDER BY id) FROM n GROUP BY GROUPING SETS (ROLLUP (a, w), CUBE (g))
SELECT a, w, g, grouping(a, w, g), list(id ORDER BY id), bool_and(w) FROM n JOIN (SELECT id AS mid, k FROM m) m ON n.id = m.mid GROUP BY GROUPING SETS (ROLLUP (a, w), CUBE (g)) HAVING max(id) > 2
SELECT a, w, sum(id), list(id ORDER BY id) FROM n GROUP BY a, ROLLUP (w)
SELECT a, w, grouping(a, w), count(DISTINCT s), avg(id) FROM n WHERE id > 1 GROUP BY a, ROLLUP (w)
SELECT a, w, sum(d) FILTER (WHERE id <> 4), string_agg(s, '/' ORDER BY id) FROM n GROUP BY a, ROLLUP (w) HAVING count(*) > 1
SELECT a, w, grouping(a, w), max(b), bool_and(w) FROM n WHERE a IS NOT NULL GROUP BY a, ROLLUP (w) HAVING sum(id) > 5 OR count(*) = 1
SELECT a, w, list(id ORDER BY id), count(*) FROM n GROUP BY a, ROLLUP (w)
SELECT a, w, grouping(a, w), avg(id), sum(id) FROM n JOIN (SELECT id AS mid, k FROM m) m ON n.id = m.mid GROUP BY a, ROLLUP (w) HAVING max(id) > 2
SELECT a, w, g, count(DISTINCT s), string_agg(s, '/' ORDER BY id) FROM n GROUP BY a, CUBE (w, g)
SELECT a, w, g, grouping(a, w), sum(d) FILTER (WHERE id <> 4), bool_and(w) FROM n WHERE id > 1 GROUP BY a, CUBE (w, g)
SELECT a, w, g, max(b), count(*) FROM n GROUP BY a, CUBE (w, g) HAVING count(*) > 1
SELECT a, w, g, grouping(a), list(id ORDER BY id), sum(id) FROM n WHERE a IS NOT NULL GROUP BY a, CUBE (w, g) HAVING sum(id) > 5 OR count(*) = 1
SELECT a, w, g, avg(id), count(DISTINCT s) FROM n GROUP BY a, CUBE (w, g)
SELECT a, w, g, grouping(a, w, g), string_agg(s, '/' ORDER BY id), sum(d) FILTER (WHERE id <> 4) FROM n JOIN (SELECT id AS mid, k FROM m) m ON n.id = m.mid GROUP BY a, CUBE (w, g) HAVING max(id) > 2
SELECT a, w, g, sum(d) FILTER (WHERE id <> 4), count(*) FROM n GROUP BY GROUPING SETS ((a, g)), ROLLUP (w)
SELECT a, w, g, grouping(a, w), max(b), sum(id) FROM n WHERE id > 1 GROUP BY GROUPING SETS ((a, g)), ROLLUP (w)
SELECT a, w, g, list(id ORDER BY id), count(DISTINCT s) FROM n GROUP BY GROUPING SETS ((a, g)), ROLLUP (w) HAVING count(*) > 1
SELECT a, w, g, grouping(a), avg(id), sum(d) FILTER (WHERE id <> 4) FROM n WHERE a IS NOT NULL GROUP BY GROUPING SETS ((a, g)), ROLLUP (w) HAVING sum(id) > 5 OR count(*) = 1
SELECT a, w, g, string_agg(s, '/' ORDER BY id), max(b) FROM n GROUP BY GROUPING SETS ((a, g)), ROLLUP (w)
SELECT a, w, g, grouping(a, w, g), bool_and(w), list(id ORDER BY id) FROM n JOIN (SELECT id AS mid, k FROM m) m ON n.id = m.mid GROUP BY GROUPING SETS ((a, g)), ROLLUP (w) HAVING max(id) > 2
SELECT s, k % 3, grouping_id(s, k % 3), count(*), sum(v) FROM big WHERE id < 300 GROUP BY ROLLUP (s, k % 3)
SELECT s, k % 3, grouping_id(s, k % 3), min(dt), max(f) FROM big WHERE id > 2300 GROUP BY ROLLUP (s, k % 3)
SELECT s, k % 3, grouping_id(s, k % 3), count(DISTINCT v), sum(DISTINCT k % 10) FROM big WHERE id < 300 GROUP BY ROLLUP (s, k % 3)
SELECT s, k % 3, grouping_id(s, k % 3), avg(d), sum(d) FROM big WHERE id > 2300 GROUP BY ROLLUP (s, k % 3)
SELECT s, k % 3, grouping_id(s, k % 3), list(id ORDER BY id)[1:2], bit_xor(v) FROM big WHERE id < 300 GROUP BY ROLLUP (s, k % 3)
SELECT s, v % 2, grouping_id(s, v % 2), count(*), sum(v) FROM big WHERE id < 300 GROUP BY CUBE (s, v % 2)
SELECT s, v % 2, grouping_id(s, v % 2), min(dt), max(f) FROM big WHERE id > 2300 GROUP BY CUBE (s, v % 2)
SELECT s, v % 2, grouping_id(s, v % 2), count(DISTINCT v), sum(DISTINCT k % 10) FROM big WHERE id < 300 GROUP BY CUBE (s, v % 2)
SELECT s, v % 2, grouping_id(s, v % 2), avg(d), sum(d) FROM big WHERE id > 2300 GROUP BY CUBE (s, v % 2)
SELECT s, v % 2, grouping_id(s, v % 2), list(id ORDER BY id)[1:2], bit_xor(v) FROM big WHERE id < 300 GROUP BY CUBE (s, v % 2)
SELECT s, k % 5, grouping_id(s, k % 5), count(*), sum(v) FROM big WHERE id < 300 GROUP BY GROUPING SETS ((s), (k % 5), ())
SELECT s, k % 5, grouping_id(s, k % 5), min(dt), max(f) FROM big WHERE id > 2300 GROUP BY GROUPING SETS ((s), (k % 5), ())
SELECT s, k % 5, grouping_id(s, k % 5), count(DISTINCT v), sum(DISTINCT k % 10) FROM big WHERE id < 300 GROUP BY GROUPING SETS ((s), (k % 5), ())
SELECT s, k % 5, grouping_id(s, k % 5), avg(d), sum(d) FROM big WHERE id > 2300 GROUP BY GROUPING SETS ((s), (k % 5), ())
SELECT s, k % 5, grouping_id(s, k % 5), list(id ORDER BY id)[1:2], bit_xor(v) FROM big WHERE id < 300 GROUP BY GROUPING SETS ((s), (k % 5), ())
SELECT s, month(dt), grouping_id(s, month(dt)), count(*), sum(v) FROM big WHERE id < 300 GROUP BY ROLLUP (month(dt), s)
SELECT s, month(dt), grouping_id(s, month(dt)), min(dt), max(f) FROM big WHERE id > 2300 GROUP BY ROLLUP (month(dt), s)
SELECT s, month(dt), grouping_id(s, month(dt)), count(DISTINCT v), sum(DISTINCT k % 10) FROM big WHERE id < 300 GROUP BY ROLLUP (month(dt), s)
SELECT s, month(dt), grouping_id(s, month(dt)), avg(d), sum(d) FROM big WHERE id > 2300 GROUP BY ROLLUP (month(dt), s)
SELECT s, month(dt), grouping_id(s, month(dt)), list(id ORDER BY id)[1:2], bit_xor(v) FROM big WHERE id < 300 GROUP BY ROLLUP (month(dt), s)
SELECT id % 2, v % 3, k % 2, grouping_id(id % 2, v % 3, k % 2), count(*), sum(v) FROM big WHERE id < 300 GROUP BY CUBE (id % 2, v % 3, k % 2)
SELECT id % 2, v % 3, k % 2, grouping_id(id % 2, v % 3, k % 2), min(dt), max(f) FROM big WHERE id > 2300 GROUP BY CUBE (id % 2, v % 3, k % 2)
SELECT id % 2, v % 3, k % 2, grouping_id(id % 2, v % 3, k % 2), count(DISTINCT v), sum(DISTINCT k % 10) FROM big WHERE id < 300 GROUP BY CUBE (id % 2, v % 3, k % 2)
SELECT id % 2, v % 3, k % 2, grouping_id(id % 2, v % 3, k % 2), avg(d), sum(d) FROM big WHERE id > 2300 GROUP BY CUBE (id % 2, v % 3, k % 2)
SELECT id % 2, v % 3, k % 2, grouping_id(id % 2, v % 3, k % 2), list(id ORDER BY id)[1:2], bit_xor(v) FROM big WHERE id < 300 GROUP BY CUBE (id % 2, v % 3, k % 2)
