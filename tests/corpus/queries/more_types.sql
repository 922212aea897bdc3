> SELECT * FROM z ORDER BY id
SELECT id, ut, us, ui, uh, d4, d9, d18, d38 FROM z WHERE ut = 255 OR us = 0 OR ui = 3
SELECT id FROM z WHERE uh = 170141183460469231731687303715884105727 OR d38 = -99999999999999999999999999999999999999
SELECT id FROM z WHERE d4 > 0.05 AND d9 < 1 AND d18 BETWEEN 0.001 AND 2
SELECT sum(ut), sum(us), sum(ui), max(uh), min(uh), sum(d4), sum(d9), sum(d18), avg(d18), max(d38), min(d38) FROM z
SELECT id, ls, ls[1].x, ls[1].y, ml, ml[1], sa.p, sa.p[1], sa.q FROM z
SELECT lf, count(*) FROM z GROUP BY lf
SELECT le, lu, lt, count(*) FROM z GROUP BY ALL
SELECT DISTINCT ls FROM z
SELECT max(ls), min(lt), max(sa), min(le) FROM z
SELECT list(d38 ORDER BY id), list(ls ORDER BY id), list(sa ORDER BY id) FROM z
SELECT any_value(uh), first(uh ORDER BY id), last(d38 ORDER BY id), arg_max(ls, id), arg_min(lf, id), arg_max(uh, id), max_by(sa, id) FROM z WHERE id < 3 AND id > 1
SELECT list(uh ORDER BY id) FROM z
SELECT max(uh) + 1 FROM z
SELECT a.id, b.id FROM z a JOIN z b ON a.uh = b.uh
SELECT a.id, b.id FROM z a JOIN z b ON a.le = b.le AND a.lf = b.lf
SELECT a.id, b.id FROM z a LEFT JOIN z b ON a.ls = b.ls AND a.ml = b.ml AND b.id < 3
SELECT uh FROM z UNION SELECT ut FROM z
SELECT lu FROM z EXCEPT SELECT [uu] FROM x
SELECT h, count(*), sum(h) FROM n WHERE h < 100 GROUP BY h
SELECT tm, ttz, iv, tns, tsec, tms, count(*) FROM t GROUP BY ALL
SELECT max(tm), max(ttz), max(iv), max(tns), max(tsec), max(tms), max(tz), min(dt), min(ts), min(tz), min(iv), min(ttz) FROM t
SELECT bt, uu, bl, js::VARCHAR, en, ar, mp, count(*) FROM x GROUP BY ALL
SELECT max(bt), max(uu), max(bl), max(en), max(ar), min(bt), min(uu), min(ar), min(en) FROM x
SELECT list(en ORDER BY id), list(bt ORDER BY id), list(uu ORDER BY id), list(js ORDER BY id), list(ar ORDER BY id), list(mp ORDER BY id) FROM x
SELECT list(tm ORDER BY id), list(ttz ORDER BY id), list(iv ORDER BY id), list(tns ORDER BY id), list(tsec ORDER BY id), list(tms ORDER BY id), list(tz ORDER BY id) FROM t
> SELECT en, bt, uu FROM x ORDER BY en, id LIMIT 2
> SELECT iv, ttz, id FROM t ORDER BY iv DESC NULLS LAST, id LIMIT 4
> SELECT h, id FROM n ORDER BY h DESC NULLS LAST LIMIT 3
SELECT a.id, b.id FROM t a JOIN t b ON a.iv = b.iv
SELECT a.id, b.id FROM t a JOIN t b ON a.ttz = b.ttz AND a.tns = b.tns
SELECT a.id, b.id FROM x a FULL JOIN x b ON a.bt > b.bt
SELECT a.id, b.id FROM x a JOIN x b ON a.en = b.en AND a.uu = b.uu
SELECT id, {'e': en, 'u': uu, 'j': js, 'b': bt}, [uu], MAP {en: bt} FROM x WHERE id <> 3
SELECT id, {'h': h, 'w': w}, [h, NULL], MAP {id: h} FROM n
SELECT DISTINCT {'h': h % 2} FROM n WHERE id IN (4, 5, 6, 7)
SELECT DISTINCT en FROM x
SELECT DISTINCT iv FROM t
SELECT en, row_number() OVER (ORDER BY en, id), lag(uu) OVER (ORDER BY id), first_value(js) OVER (ORDER BY id), max(bt) OVER () FROM x
SELECT id, lag(iv) OVER (ORDER BY id), lead(ttz) OVER (ORDER BY id), max(tns) OVER () FROM t
