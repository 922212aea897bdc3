SELECT bit_and(a), histogram(a), count(DISTINCT a), first(a ORDER BY id DESC) FROM n
SELECT a, string_agg(a::VARCHAR, ';' ORDER BY id) FILTER (WHERE id > 1), var_pop(a) FILTER (WHERE a IS NOT NULL), count(*) FROM n GROUP BY ALL
SELECT sum(a), arg_min(a, id) FROM n WHERE id <> 1
SELECT max(b), count(DISTINCT b), bit_or(b), product(b) FROM n
SELECT w, list(b ORDER BY id) FILTER (WHERE id > 1), bit_and(b) FILTER (WHERE b IS NOT NULL), count(*) FROM n GROUP BY ALL
SELECT b, count(*), min(id), sum(id) FROM n GROUP BY b
SELECT id % 2, stddev_samp(d), first(d ORDER BY id DESC), sum(d) FROM n GROUP BY id % 2
SELECT g, last(d ORDER BY d, id), count(d) FROM n GROUP BY g HAVING count(d) > 0
SELECT g, count_if(e > 1), first(e ORDER BY id DESC), avg(DISTINCT e) FROM n GROUP BY g
SELECT a IS NULL, string_agg(e::VARCHAR, ';' ORDER BY id), stddev_samp(e) FROM n GROUP BY a IS NULL HAVING count(e) > 0
SELECT e, count(*), min(id), sum(id) FROM n GROUP BY e
SELECT a, any_value(f ORDER BY id), avg(DISTINCT f) FROM n GROUP BY a HAVING count(f) > 0
SELECT f, count(*), min(id), sum(id) FROM n GROUP BY f
SELECT a, max(r) FILTER (WHERE id > 1), median(r) FILTER (WHERE r IS NOT NULL), count(*) FROM n GROUP BY ALL
SELECT r, count(*), min(id), sum(id) FROM n GROUP BY r
SELECT max(s), count(DISTINCT s), quantile_disc(s, 0.5), list(DISTINCT s ORDER BY s) FROM n
SELECT list(s ORDER BY id), count(s) FROM n WHERE id <> 3
SELECT w, id % 2, arg_min(s, id), max(s) FROM n GROUP BY ROLLUP (w, id % 2)
SELECT id % 2, median(g), string_agg(g::VARCHAR, ';' ORDER BY id), count(g) FROM n GROUP BY id % 2
SELECT bit_and(g), avg(g) FROM n WHERE id <> 4
SELECT id % 2, g, first(g ORDER BY id DESC), stddev_samp(g) FROM n GROUP BY ROLLUP (id % 2, g)
SELECT g, product(h) FILTER (WHERE id > 1), first(h ORDER BY id DESC) FILTER (WHERE h IS NOT NULL), count(*) FROM n GROUP BY ALL
SELECT avg(DISTINCT h), bit_or(h) FROM n WHERE id <> 1
SELECT g, a IS NULL, var_pop(h), bit_and(h) FROM n GROUP BY ROLLUP (g, a IS NULL)
SELECT a IS NULL, var_pop(u) FILTER (WHERE id > 1), avg(u) FILTER (WHERE u IS NOT NULL), count(*) FROM n GROUP BY ALL
SELECT u, count(*), min(id), sum(id) FROM n GROUP BY u
SELECT a, min(y), stddev_samp(y), bit_or(y) FROM n GROUP BY a
SELECT w, arg_min(y, id), count(y) FROM n GROUP BY w HAVING count(y) > 0
SELECT y, count(*), min(id), sum(id) FROM n GROUP BY y
SELECT w, min(w), first(w ORDER BY id), list(w ORDER BY id) FROM n GROUP BY w
SELECT last(w ORDER BY id), quantile_disc(w, 0.5) FROM n WHERE id <> 4
SELECT w, id % 2, max(w), arg_min(w, id) FROM n GROUP BY ROLLUP (w, id % 2)
SELECT id % 2, histogram(dt) FILTER (WHERE id > 1), max(dt, 2) FILTER (WHERE dt IS NOT NULL), count(*) FROM t GROUP BY ALL
SELECT dt, count(*), min(id), sum(id) FROM t GROUP BY dt
SELECT year(dt) > 2000, histogram(tm), count(DISTINCT tm), list(tm ORDER BY id) FROM t GROUP BY year(dt) > 2000
SELECT id < 4, arg_max(id, tm), min(tm, 2) FROM t GROUP BY id < 4 HAVING count(tm) > 0
SELECT tm, count(*), min(id), sum(id) FROM t GROUP BY tm
SELECT id < 4, list(DISTINCT ts ORDER BY ts), arg_min(ts, id), count(DISTINCT ts) FROM t GROUP BY id < 4
SELECT dt IS NULL, max(ts), arg_max(id, ts) FROM t GROUP BY dt IS NULL HAVING count(ts) > 0
SELECT dt IS NULL, count(DISTINCT tz), arg_max(id, tz), quantile_disc(tz, 0.5) FROM t GROUP BY dt IS NULL
SELECT id % 2, first(tz ORDER BY id), arg_max(tz, id) FROM t GROUP BY id % 2 HAVING count(tz) > 0
SELECT tz, count(*), min(id), sum(id) FROM t GROUP BY tz
SELECT id % 2, year(dt) > 2000, avg(DISTINCT iv), median(iv) FROM t GROUP BY ROLLUP (id % 2, year(dt) > 2000)
SELECT year(dt) > 2000, histogram(tns) FILTER (WHERE id > 1), arg_max(id, tns) FILTER (WHERE tns IS NOT NULL), count(*) FROM t GROUP BY ALL
SELECT max(tns), string_agg(tns::VARCHAR, '|' ORDER BY id DESC) FROM t WHERE id <> 2
SELECT id < 4, list(tsec ORDER BY id) FILTER (WHERE id > 1), arg_max(id, tsec) FILTER (WHERE tsec IS NOT NULL), count(*) FROM t GROUP BY ALL
SELECT last(tsec ORDER BY id), string_agg(tsec::VARCHAR, '|' ORDER BY id DESC) FROM t WHERE id <> 3
SELECT arg_max(tms, id), last(tms ORDER BY id), min(tms, 2), count(tms) FROM t
SELECT id % 2, histogram(tms), first(tms ORDER BY id) FROM t GROUP BY id % 2 HAVING count(tms) > 0
SELECT tms, count(*), min(id), sum(id) FROM t GROUP BY tms
SELECT id % 2, max(ttz, 2), arg_max(ttz, id), list(DISTINCT ttz ORDER BY ttz) FROM t GROUP BY id % 2
SELECT year(dt) > 2000, count(ttz), last(ttz ORDER BY id) FROM t GROUP BY year(dt) > 2000 HAVING count(ttz) > 0
SELECT list(l ORDER BY id), count(l), histogram(l), max(l, 2) FROM x
SELECT en, last(l ORDER BY id) FILTER (WHERE id > 1), arg_max(l, id) FILTER (WHERE l IS NOT NULL), count(*) FROM x GROUP BY ALL
SELECT quantile_disc(l, 0.5), min(l, 2) FROM x WHERE id <> 2
SELECT last(ll ORDER BY id), arg_max(ll, id), histogram(ll), list(DISTINCT ll ORDER BY ll) FROM x
SELECT id > 2, min(ll) FILTER (WHERE id > 1), arg_min(ll, id) FILTER (WHERE ll IS NOT NULL), count(*) FROM x GROUP BY ALL
SELECT quantile_disc(ll, 0.5), count(DISTINCT ll) FROM x WHERE id <> 3
SELECT len(l), max(st, 2), arg_max(id, st), first(st ORDER BY id) FROM x GROUP BY len(l)
SELECT id % 2, max(st), list(DISTINCT st ORDER BY st) FROM x GROUP BY id % 2 HAVING count(st) > 0
SELECT len(l), id % 2, quantile_disc(st, 0.5), count(st) FROM x GROUP BY ROLLUP (len(l), id % 2)
SELECT id % 2, min(mp, 2), max(mp, 2), arg_max(id, mp) FROM x GROUP BY id % 2
SELECT arg_min(mp, id), max(mp) FROM x WHERE id <> 1
SELECT en, arg_max(id, ar), quantile_disc(ar, 0.5), min(ar, 2) FROM x GROUP BY en
SELECT id > 2, count(DISTINCT ar), histogram(ar) FROM x GROUP BY id > 2 HAVING count(ar) > 0
SELECT en, id > 2, count(ar), list(DISTINCT ar ORDER BY ar) FROM x GROUP BY ROLLUP (en, id > 2)
SELECT id > 2, max(en), last(en ORDER BY id), quantile_disc(en, 0.5) FROM x GROUP BY id > 2
SELECT len(l), arg_max(id, en), min(en, 2) FROM x GROUP BY len(l) HAVING count(en) > 0
SELECT id > 2, len(l), min(en), count(en) FROM x GROUP BY ROLLUP (id > 2, len(l))
SELECT len(l), min(bl), last(bl ORDER BY id), quantile_disc(bl, 0.5) FROM x GROUP BY len(l)
SELECT id % 2, list(DISTINCT bl ORDER BY bl), max(bl, 2) FROM x GROUP BY id % 2 HAVING count(bl) > 0
SELECT id % 2, min(bt, 2), quantile_disc(bt, 0.5), list(DISTINCT bt ORDER BY bt) FROM x GROUP BY id % 2
SELECT en, max(bt, 2), first(bt ORDER BY id) FROM x GROUP BY en HAVING count(bt) > 0
SELECT id % 2, en, min(bt), string_agg(bt::VARCHAR, '|' ORDER BY id DESC) FROM x GROUP BY ROLLUP (id % 2, en)
SELECT en, first(uu ORDER BY id), max(uu), count(uu) FROM x GROUP BY en
SELECT string_agg(uu::VARCHAR, '|' ORDER BY id DESC), list(DISTINCT uu ORDER BY uu) FROM x WHERE id <> 2
SELECT max(ut), bit_or(ut), arg_min(ut, id), string_agg(ut::VARCHAR, ';' ORDER BY id) FROM z
SELECT id % 2, median(ut) FILTER (WHERE id > 1), arg_max(id, ut) FILTER (WHERE ut IS NOT NULL), count(*) FROM z GROUP BY ALL
SELECT ut, count(*), min(id), sum(id) FROM z GROUP BY ut
SELECT last(us ORDER BY us, id), max(us), avg(DISTINCT us), sum(us) FROM z
SELECT ut > 1, min(us) FILTER (WHERE id > 1), string_agg(us::VARCHAR, ';' ORDER BY id) FILTER (WHERE us IS NOT NULL), count(*) FROM z GROUP BY ALL
SELECT us, count(*), min(id), sum(id) FROM z GROUP BY us
SELECT product(ui), count(DISTINCT ui), string_agg(ui::VARCHAR, ';' ORDER BY id), histogram(ui) FROM z
SELECT "A b", any_value(ui ORDER BY id) FILTER (WHERE id > 1), avg(DISTINCT ui) FILTER (WHERE ui IS NOT NULL), count(*) FROM z GROUP BY ALL
SELECT ui, count(*), min(id), sum(id) FROM z GROUP BY ui
SELECT avg(uh), arg_max(id, uh) FROM z WHERE id <> 2
SELECT min(d4), count(DISTINCT d4), last(d4 ORDER BY d4, id), string_agg(d4::VARCHAR, ';' ORDER BY id) FROM z
SELECT quantile_disc(d4, 0.5), first(d4 ORDER BY id DESC) FROM z WHERE id <> 3
SELECT ut > 1, avg(DISTINCT d9), median(d9), quantile_disc(d9, 0.5) FROM z GROUP BY ut > 1
SELECT "A b", count_if(d9 > 1), histogram(d9) FROM z GROUP BY "A b" HAVING count(d9) > 0
SELECT list(d18 ORDER BY id), max(d18), string_agg(d18::VARCHAR, ';' ORDER BY id), stddev_samp(d18) FROM z
SELECT "A b", avg(d18) FILTER (WHERE id > 1), median(d18) FILTER (WHERE d18 IS NOT NULL), count(*) FROM z GROUP BY ALL
SELECT d18, count(*), min(id), sum(id) FROM z GROUP BY d18
SELECT "select", arg_max(id, d38), median(d38), histogram(d38) FROM z GROUP BY "select"
SELECT count(DISTINCT d38), avg(d38) FROM z WHERE id <> 2
SELECT "select", id % 2, count_if(d38 > 1), avg(DISTINCT d38) FROM z GROUP BY ROLLUP ("select", id % 2)
SELECT id % 2, quantile_disc(ls, 0.5) FILTER (WHERE id > 1), arg_max(ls, id) FILTER (WHERE ls IS NOT NULL), count(*) FROM z GROUP BY ALL
SELECT ls, count(*), min(id), sum(id) FROM z GROUP BY ls
SELECT ut > 1, list(ml ORDER BY id) FILTER (WHERE id > 1), list(DISTINCT ml ORDER BY ml) FILTER (WHERE ml IS NOT NULL), count(*) FROM z GROUP BY ALL
SELECT string_agg(ml::VARCHAR, '|' ORDER BY id DESC), count(ml) FROM z WHERE id <> 4
SELECT ut > 1, "A b", arg_max(ml, id), max(ml) FROM z GROUP BY ROLLUP (ut > 1, "A b")
SELECT "A b", count(DISTINCT sa) FILTER (WHERE id > 1), mode(sa) FILTER (WHERE sa IS NOT NULL), count(*) FROM z GROUP BY ALL
SELECT max(sa), first(sa ORDER BY id) FROM z WHERE id <> 1
SELECT "select", first(lf ORDER BY id), last(lf ORDER BY id), arg_min(lf, id) FROM z GROUP BY "select"
SELECT id % 2, max(lf, 2), max(lf) FROM z GROUP BY id % 2 HAVING count(lf) > 0
SELECT lf, count(*), min(id), sum(id) FROM z GROUP BY lf
SELECT id % 2, arg_max(id, lt), max(lt, 2), arg_min(lt, id) FROM z GROUP BY id % 2
SELECT ut > 1, min(lt, 2), count(DISTINCT lt) FROM z GROUP BY ut > 1 HAVING count(lt) > 0
SELECT id % 2, ut > 1, quantile_disc(lt, 0.5), last(lt ORDER BY id) FROM z GROUP BY ROLLUP (id % 2, ut > 1)
SELECT ut > 1, histogram(lu) FILTER (WHERE id > 1), arg_max(id, lu) FILTER (WHERE lu IS NOT NULL), count(*) FROM z GROUP BY ALL
SELECT lu, count(*), min(id), sum(id) FROM z GROUP BY lu
SELECT "A b", list(le ORDER BY id), histogram(le), string_agg(le::VARCHAR, '|' ORDER BY id DESC) FROM z GROUP BY "A b"
SELECT last(le ORDER BY id), arg_max(le, id) FROM z WHERE id <> 1
SELECT "A b", "select", first(le ORDER BY id), arg_max(id, le) FROM z GROUP BY ROLLUP ("A b", "select")
SELECT "select", mode("A b") FILTER (WHERE id > 1), list("A b" ORDER BY id) FILTER (WHERE "A b" IS NOT NULL), count(*) FROM z GROUP BY ALL
SELECT bit_or("A b"), stddev_samp("A b") FROM z WHERE id <> 2
SELECT count("q""uote"), histogram("q""uote"), quantile_disc("q""uote", 0.5), arg_min("q""uote", id) FROM z
SELECT ut > 1, list(DISTINCT "q""uote" ORDER BY "q""uote"), string_agg("q""uote"::VARCHAR, '|' ORDER BY id DESC) FROM z GROUP BY ut > 1 HAVING count("q""uote") > 0
SELECT "q""uote", count(*), min(id), sum(id) FROM z GROUP BY "q""uote"
SELECT ut > 1, histogram("select"), list(DISTINCT "select" ORDER BY "select"), arg_max("select", id) FROM z GROUP BY ut > 1
SELECT "A b", first("select" ORDER BY id), mode("select") FROM z GROUP BY "A b" HAVING count("select") > 0
SELECT "select", count(*), min(id), sum(id) FROM z GROUP BY "select"
SELECT "A b", arg_max("日本", id), last("日本" ORDER BY id), string_agg("日本"::VARCHAR, '|' ORDER BY id DESC) FROM z GROUP BY "A b"
SELECT "select", count(DISTINCT "日本"), histogram("日本") FROM z GROUP BY "select" HAVING count("日本") > 0
SELECT "A b", "select", first("日本" ORDER BY id), count("日本") FROM z GROUP BY ROLLUP ("A b", "select")
SELECT s, quantile_disc(a, 0.5) FILTER (WHERE id > 1), min(a) FILTER (WHERE a IS NOT NULL), count(*) FROM m GROUP BY ALL
SELECT last(a ORDER BY a, id), count_if(a > 1) FROM m WHERE id <> 2
SELECT last(k ORDER BY k, id), quantile_disc(k, 0.5), var_pop(k), count_if(k > 1) FROM m
SELECT k % 2, sum(DISTINCT k) FILTER (WHERE id > 1), count(k) FILTER (WHERE k IS NOT NULL), count(*) FROM m GROUP BY ALL
SELECT k, count(*), min(id), sum(id) FROM m GROUP BY k
SELECT string_agg(s::VARCHAR, '|' ORDER BY id DESC), arg_max(id, s), quantile_disc(s, 0.5), max(s, 2) FROM m
SELECT a, arg_max(s, id), histogram(s) FROM m GROUP BY a HAVING count(s) > 0
SELECT f > 0, a, max(s), string_agg(s::VARCHAR, '|' ORDER BY id DESC) FROM m GROUP BY ROLLUP (f > 0, a)
SELECT a, avg(DISTINCT f) FILTER (WHERE id > 1), first(f ORDER BY id DESC) FILTER (WHERE f IS NOT NULL), count(*) FROM m GROUP BY ALL
SELECT dt IS NULL, min(tz) FILTER (WHERE id > 1), count(tz) FILTER (WHERE tz IS NOT NULL), count(*) FROM t GROUP BY ALL
SELECT list(tz ORDER BY id), list(DISTINCT tz ORDER BY tz) FROM t WHERE id <> 4
SELECT dt IS NULL, id % 2, max(tz, 2), max(tz) FROM t GROUP BY ROLLUP (dt IS NULL, id % 2)
SELECT min(ttz), arg_max(id, ttz), string_agg(ttz::VARCHAR, '|' ORDER BY id DESC), histogram(ttz) FROM t
SELECT id % 2, arg_min(ttz, id) FILTER (WHERE id > 1), min(ttz, 2) FILTER (WHERE ttz IS NOT NULL), count(*) FROM t GROUP BY ALL
SELECT first(ttz ORDER BY id), max(ttz) FROM t WHERE id <> 1
SELECT ttz, count(*), min(id), sum(id) FROM t GROUP BY ttz
