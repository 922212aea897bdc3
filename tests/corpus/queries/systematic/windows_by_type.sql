SELECT id, row_number() OVER (ORDER BY a, id), lag(a) OVER (ORDER BY id), lead(a, 1, a) OVER (ORDER BY id DESC) FROM n
SELECT id, count(*) OVER (PARTITION BY a), rank() OVER (PARTITION BY id % 2 ORDER BY a DESC NULLS LAST), max(a) OVER (ORDER BY id ROWS 1 PRECEDING) FROM n
SELECT id, a FROM n QUALIFY row_number() OVER (PARTITION BY a ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY b, id), lag(b) OVER (ORDER BY id), lead(b, 1, b) OVER (ORDER BY id DESC) FROM n
SELECT id, count(*) OVER (PARTITION BY b), rank() OVER (PARTITION BY id % 2 ORDER BY b DESC NULLS LAST), max(b) OVER (ORDER BY id ROWS 1 PRECEDING) FROM n
SELECT id, b FROM n QUALIFY row_number() OVER (PARTITION BY b ORDER BY id) = 1
SELECT id, count(*) OVER (PARTITION BY d), rank() OVER (PARTITION BY id % 2 ORDER BY d DESC NULLS LAST), max(d) OVER (ORDER BY id ROWS 1 PRECEDING) FROM n
SELECT id, d FROM n QUALIFY row_number() OVER (PARTITION BY d ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY e, id), lag(e) OVER (ORDER BY id), lead(e, 1, e) OVER (ORDER BY id DESC) FROM n
SELECT id, count(*) OVER (PARTITION BY e), rank() OVER (PARTITION BY id % 2 ORDER BY e DESC NULLS LAST), max(e) OVER (ORDER BY id ROWS 1 PRECEDING) FROM n
SELECT id, e FROM n QUALIFY row_number() OVER (PARTITION BY e ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY f, id), lag(f) OVER (ORDER BY id), lead(f, 1, f) OVER (ORDER BY id DESC) FROM n
SELECT id, f FROM n QUALIFY row_number() OVER (PARTITION BY f ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY r, id), lag(r) OVER (ORDER BY id), lead(r, 1, r) OVER (ORDER BY id DESC) FROM n
SELECT id, count(*) OVER (PARTITION BY r), rank() OVER (PARTITION BY id % 2 ORDER BY r DESC NULLS LAST), max(r) OVER (ORDER BY id ROWS 1 PRECEDING) FROM n
SELECT id, r FROM n QUALIFY row_number() OVER (PARTITION BY r ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY s, id), lag(s) OVER (ORDER BY id), lead(s, 1, s) OVER (ORDER BY id DESC) FROM n
SELECT id, s FROM n QUALIFY row_number() OVER (PARTITION BY s ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY g, id), lag(g) OVER (ORDER BY id), lead(g, 1, g) OVER (ORDER BY id DESC) FROM n
SELECT id, count(*) OVER (PARTITION BY g), rank() OVER (PARTITION BY id % 2 ORDER BY g DESC NULLS LAST), max(g) OVER (ORDER BY id ROWS 1 PRECEDING) FROM n
SELECT id, g FROM n QUALIFY row_number() OVER (PARTITION BY g ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY h, id), lag(h) OVER (ORDER BY id), lead(h, 1, h) OVER (ORDER BY id DESC) FROM n
SELECT id, count(*) OVER (PARTITION BY h), rank() OVER (PARTITION BY id % 2 ORDER BY h DESC NULLS LAST), max(h) OVER (ORDER BY id ROWS 1 PRECEDING) FROM n
SELECT id, row_number() OVER (ORDER BY u, id), lag(u) OVER (ORDER BY id), lead(u, 1, u) OVER (ORDER BY id DESC) FROM n
SELECT id, count(*) OVER (PARTITION BY u), rank() OVER (PARTITION BY id % 2 ORDER BY u DESC NULLS LAST), max(u) OVER (ORDER BY id ROWS 1 PRECEDING) FROM n
SELECT id, u FROM n QUALIFY row_number() OVER (PARTITION BY u ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY y, id), lag(y) OVER (ORDER BY id), lead(y, 1, y) OVER (ORDER BY id DESC) FROM n
SELECT id, count(*) OVER (PARTITION BY y), rank() OVER (PARTITION BY id % 2 ORDER BY y DESC NULLS LAST), max(y) OVER (ORDER BY id ROWS 1 PRECEDING) FROM n
SELECT id, y FROM n QUALIFY row_number() OVER (PARTITION BY y ORDER BY id) = 1
SELECT id, count(*) OVER (PARTITION BY w), rank() OVER (PARTITION BY id % 2 ORDER BY w DESC NULLS LAST), max(w) OVER (ORDER BY id ROWS 1 PRECEDING) FROM n
SELECT id, w FROM n QUALIFY row_number() OVER (PARTITION BY w ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY dt, id), lag(dt) OVER (ORDER BY id), lead(dt, 1, dt) OVER (ORDER BY id DESC) FROM t
SELECT id, count(*) OVER (PARTITION BY dt), rank() OVER (PARTITION BY id % 2 ORDER BY dt DESC NULLS LAST), max(dt) OVER (ORDER BY id ROWS 1 PRECEDING) FROM t
SELECT id, dt FROM t QUALIFY row_number() OVER (PARTITION BY dt ORDER BY id) = 1
SELECT id, count(*) OVER (PARTITION BY tm), rank() OVER (PARTITION BY id % 2 ORDER BY tm DESC NULLS LAST), max(tm) OVER (ORDER BY id ROWS 1 PRECEDING) FROM t
SELECT id, tm FROM t QUALIFY row_number() OVER (PARTITION BY tm ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY ts, id), lag(ts) OVER (ORDER BY id), lead(ts, 1, ts) OVER (ORDER BY id DESC) FROM t
SELECT id, count(*) OVER (PARTITION BY ts), rank() OVER (PARTITION BY id % 2 ORDER BY ts DESC NULLS LAST), max(ts) OVER (ORDER BY id ROWS 1 PRECEDING) FROM t
SELECT id, ts FROM t QUALIFY row_number() OVER (PARTITION BY ts ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY tz, id), lag(tz) OVER (ORDER BY id), lead(tz, 1, tz) OVER (ORDER BY id DESC) FROM t
SELECT id, tz FROM t QUALIFY row_number() OVER (PARTITION BY tz ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY iv, id), lag(iv) OVER (ORDER BY id), lead(iv, 1, iv) OVER (ORDER BY id DESC) FROM t
SELECT id, count(*) OVER (PARTITION BY iv), rank() OVER (PARTITION BY id % 2 ORDER BY iv DESC NULLS LAST), max(iv) OVER (ORDER BY id ROWS 1 PRECEDING) FROM t
SELECT id, iv FROM t QUALIFY row_number() OVER (PARTITION BY iv ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY tns, id), lag(tns) OVER (ORDER BY id), lead(tns, 1, tns) OVER (ORDER BY id DESC) FROM t
SELECT id, tns FROM t QUALIFY row_number() OVER (PARTITION BY tns ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY tsec, id), lag(tsec) OVER (ORDER BY id), lead(tsec, 1, tsec) OVER (ORDER BY id DESC) FROM t
SELECT id, count(*) OVER (PARTITION BY tsec), rank() OVER (PARTITION BY id % 2 ORDER BY tsec DESC NULLS LAST), max(tsec) OVER (ORDER BY id ROWS 1 PRECEDING) FROM t
SELECT id, tsec FROM t QUALIFY row_number() OVER (PARTITION BY tsec ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY tms, id), lag(tms) OVER (ORDER BY id), lead(tms, 1, tms) OVER (ORDER BY id DESC) FROM t
SELECT id, count(*) OVER (PARTITION BY tms), rank() OVER (PARTITION BY id % 2 ORDER BY tms DESC NULLS LAST), max(tms) OVER (ORDER BY id ROWS 1 PRECEDING) FROM t
SELECT id, row_number() OVER (ORDER BY ttz, id), lag(ttz) OVER (ORDER BY id), lead(ttz, 1, ttz) OVER (ORDER BY id DESC) FROM t
SELECT id, count(*) OVER (PARTITION BY ttz), rank() OVER (PARTITION BY id % 2 ORDER BY ttz DESC NULLS LAST), max(ttz) OVER (ORDER BY id ROWS 1 PRECEDING) FROM t
SELECT id, ttz FROM t QUALIFY row_number() OVER (PARTITION BY ttz ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY l, id), lag(l) OVER (ORDER BY id), lead(l, 1, l) OVER (ORDER BY id DESC) FROM x
SELECT id, count(*) OVER (PARTITION BY l), rank() OVER (PARTITION BY id % 2 ORDER BY l DESC NULLS LAST), max(l) OVER (ORDER BY id ROWS 1 PRECEDING) FROM x
SELECT id, l FROM x QUALIFY row_number() OVER (PARTITION BY l ORDER BY id) = 1
SELECT id, count(*) OVER (PARTITION BY ll), rank() OVER (PARTITION BY id % 2 ORDER BY ll DESC NULLS LAST), max(ll) OVER (ORDER BY id ROWS 1 PRECEDING) FROM x
SELECT id, ll FROM x QUALIFY row_number() OVER (PARTITION BY ll ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY st, id), lag(st) OVER (ORDER BY id), lead(st, 1, st) OVER (ORDER BY id DESC) FROM x
SELECT id, count(*) OVER (PARTITION BY st), rank() OVER (PARTITION BY id % 2 ORDER BY st DESC NULLS LAST), max(st) OVER (ORDER BY id ROWS 1 PRECEDING) FROM x
SELECT id, st FROM x QUALIFY row_number() OVER (PARTITION BY st ORDER BY id) = 1
SELECT id, count(*) OVER (PARTITION BY mp), rank() OVER (PARTITION BY id % 2 ORDER BY mp DESC NULLS LAST), max(mp) OVER (ORDER BY id ROWS 1 PRECEDING) FROM x
SELECT id, mp FROM x QUALIFY row_number() OVER (PARTITION BY mp ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY ar, id), lag(ar) OVER (ORDER BY id), lead(ar, 1, ar) OVER (ORDER BY id DESC) FROM x
SELECT id, count(*) OVER (PARTITION BY ar), rank() OVER (PARTITION BY id % 2 ORDER BY ar DESC NULLS LAST), max(ar) OVER (ORDER BY id ROWS 1 PRECEDING) FROM x
SELECT id, ar FROM x QUALIFY row_number() OVER (PARTITION BY ar ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY en, id), lag(en) OVER (ORDER BY id), lead(en, 1, en) OVER (ORDER BY id DESC) FROM x
SELECT id, en FROM x QUALIFY row_number() OVER (PARTITION BY en ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY bl, id), lag(bl) OVER (ORDER BY id), lead(bl, 1, bl) OVER (ORDER BY id DESC) FROM x
SELECT id, count(*) OVER (PARTITION BY bl), rank() OVER (PARTITION BY id % 2 ORDER BY bl DESC NULLS LAST), max(bl) OVER (ORDER BY id ROWS 1 PRECEDING) FROM x
SELECT id, bl FROM x QUALIFY row_number() OVER (PARTITION BY bl ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY bt, id), lag(bt) OVER (ORDER BY id), lead(bt, 1, bt) OVER (ORDER BY id DESC) FROM x
SELECT id, count(*) OVER (PARTITION BY bt), rank() OVER (PARTITION BY id % 2 ORDER BY bt DESC NULLS LAST), max(bt) OVER (ORDER BY id ROWS 1 PRECEDING) FROM x
SELECT id, row_number() OVER (ORDER BY uu, id), lag(uu) OVER (ORDER BY id), lead(uu, 1, uu) OVER (ORDER BY id DESC) FROM x
SELECT id, count(*) OVER (PARTITION BY uu), rank() OVER (PARTITION BY id % 2 ORDER BY uu DESC NULLS LAST), max(uu) OVER (ORDER BY id ROWS 1 PRECEDING) FROM x
SELECT id, uu FROM x QUALIFY row_number() OVER (PARTITION BY uu ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY ut, id), lag(ut) OVER (ORDER BY id), lead(ut, 1, ut) OVER (ORDER BY id DESC) FROM z
SELECT id, count(*) OVER (PARTITION BY ut), rank() OVER (PARTITION BY id % 2 ORDER BY ut DESC NULLS LAST), max(ut) OVER (ORDER BY id ROWS 1 PRECEDING) FROM z
SELECT id, row_number() OVER (ORDER BY us, id), lag(us) OVER (ORDER BY id), lead(us, 1, us) OVER (ORDER BY id DESC) FROM z
SELECT id, count(*) OVER (PARTITION BY us), rank() OVER (PARTITION BY id % 2 ORDER BY us DESC NULLS LAST), max(us) OVER (ORDER BY id ROWS 1 PRECEDING) FROM z
SELECT id, us FROM z QUALIFY row_number() OVER (PARTITION BY us ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY ui, id), lag(ui) OVER (ORDER BY id), lead(ui, 1, ui) OVER (ORDER BY id DESC) FROM z
SELECT id, count(*) OVER (PARTITION BY ui), rank() OVER (PARTITION BY id % 2 ORDER BY ui DESC NULLS LAST), max(ui) OVER (ORDER BY id ROWS 1 PRECEDING) FROM z
SELECT id, ui FROM z QUALIFY row_number() OVER (PARTITION BY ui ORDER BY id) = 1
SELECT id, count(*) OVER (PARTITION BY uh), rank() OVER (PARTITION BY id % 2 ORDER BY uh DESC NULLS LAST), max(uh) OVER (ORDER BY id ROWS 1 PRECEDING) FROM z
SELECT id, uh FROM z QUALIFY row_number() OVER (PARTITION BY uh ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY d4, id), lag(d4) OVER (ORDER BY id), lead(d4, 1, d4) OVER (ORDER BY id DESC) FROM z
SELECT id, count(*) OVER (PARTITION BY d4), rank() OVER (PARTITION BY id % 2 ORDER BY d4 DESC NULLS LAST), max(d4) OVER (ORDER BY id ROWS 1 PRECEDING) FROM z
SELECT id, d4 FROM z QUALIFY row_number() OVER (PARTITION BY d4 ORDER BY id) = 1
SELECT id, count(*) OVER (PARTITION BY d9), rank() OVER (PARTITION BY id % 2 ORDER BY d9 DESC NULLS LAST), max(d9) OVER (ORDER BY id ROWS 1 PRECEDING) FROM z
SELECT id, d9 FROM z QUALIFY row_number() OVER (PARTITION BY d9 ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY d18, id), lag(d18) OVER (ORDER BY id), lead(d18, 1, d18) OVER (ORDER BY id DESC) FROM z
SELECT id, count(*) OVER (PARTITION BY d18), rank() OVER (PARTITION BY id % 2 ORDER BY d18 DESC NULLS LAST), max(d18) OVER (ORDER BY id ROWS 1 PRECEDING) FROM z
SELECT id, d18 FROM z QUALIFY row_number() OVER (PARTITION BY d18 ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY d38, id), lag(d38) OVER (ORDER BY id), lead(d38, 1, d38) OVER (ORDER BY id DESC) FROM z
SELECT id, d38 FROM z QUALIFY row_number() OVER (PARTITION BY d38 ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY ls, id), lag(ls) OVER (ORDER BY id), lead(ls, 1, ls) OVER (ORDER BY id DESC) FROM z
SELECT id, count(*) OVER (PARTITION BY ls), rank() OVER (PARTITION BY id % 2 ORDER BY ls DESC NULLS LAST), max(ls) OVER (ORDER BY id ROWS 1 PRECEDING) FROM z
SELECT id, ls FROM z QUALIFY row_number() OVER (PARTITION BY ls ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY ml, id), lag(ml) OVER (ORDER BY id), lead(ml, 1, ml) OVER (ORDER BY id DESC) FROM z
SELECT id, count(*) OVER (PARTITION BY ml), rank() OVER (PARTITION BY id % 2 ORDER BY ml DESC NULLS LAST), max(ml) OVER (ORDER BY id ROWS 1 PRECEDING) FROM z
SELECT id, row_number() OVER (ORDER BY sa, id), lag(sa) OVER (ORDER BY id), lead(sa, 1, sa) OVER (ORDER BY id DESC) FROM z
SELECT id, count(*) OVER (PARTITION BY sa), rank() OVER (PARTITION BY id % 2 ORDER BY sa DESC NULLS LAST), max(sa) OVER (ORDER BY id ROWS 1 PRECEDING) FROM z
SELECT id, sa FROM z QUALIFY row_number() OVER (PARTITION BY sa ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY lf, id), lag(lf) OVER (ORDER BY id), lead(lf, 1, lf) OVER (ORDER BY id DESC) FROM z
SELECT id, count(*) OVER (PARTITION BY lf), rank() OVER (PARTITION BY id % 2 ORDER BY lf DESC NULLS LAST), max(lf) OVER (ORDER BY id ROWS 1 PRECEDING) FROM z
SELECT id, row_number() OVER (ORDER BY lt, id), lag(lt) OVER (ORDER BY id), lead(lt, 1, lt) OVER (ORDER BY id DESC) FROM z
SELECT id, count(*) OVER (PARTITION BY lt), rank() OVER (PARTITION BY id % 2 ORDER BY lt DESC NULLS LAST), max(lt) OVER (ORDER BY id ROWS 1 PRECEDING) FROM z
SELECT id, lt FROM z QUALIFY row_number() OVER (PARTITION BY lt ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY lu, id), lag(lu) OVER (ORDER BY id), lead(lu, 1, lu) OVER (ORDER BY id DESC) FROM z
SELECT id, count(*) OVER (PARTITION BY lu), rank() OVER (PARTITION BY id % 2 ORDER BY lu DESC NULLS LAST), max(lu) OVER (ORDER BY id ROWS 1 PRECEDING) FROM z
SELECT id, lu FROM z QUALIFY row_number() OVER (PARTITION BY lu ORDER BY id) = 1
SELECT id, count(*) OVER (PARTITION BY le), rank() OVER (PARTITION BY id % 2 ORDER BY le DESC NULLS LAST), max(le) OVER (ORDER BY id ROWS 1 PRECEDING) FROM z
SELECT id, le FROM z QUALIFY row_number() OVER (PARTITION BY le ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY "A b", id), lag("A b") OVER (ORDER BY id), lead("A b", 1, "A b") OVER (ORDER BY id DESC) FROM z
SELECT id, count(*) OVER (PARTITION BY "A b"), rank() OVER (PARTITION BY id % 2 ORDER BY "A b" DESC NULLS LAST), max("A b") OVER (ORDER BY id ROWS 1 PRECEDING) FROM z
SELECT id, "A b" FROM z QUALIFY row_number() OVER (PARTITION BY "A b" ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY "q""uote", id), lag("q""uote") OVER (ORDER BY id), lead("q""uote", 1, "q""uote") OVER (ORDER BY id DESC) FROM z
SELECT id, "q""uote" FROM z QUALIFY row_number() OVER (PARTITION BY "q""uote" ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY "select", id), lag("select") OVER (ORDER BY id), lead("select", 1, "select") OVER (ORDER BY id DESC) FROM z
SELECT id, count(*) OVER (PARTITION BY "select"), rank() OVER (PARTITION BY id % 2 ORDER BY "select" DESC NULLS LAST), max("select") OVER (ORDER BY id ROWS 1 PRECEDING) FROM z
SELECT id, "select" FROM z QUALIFY row_number() OVER (PARTITION BY "select" ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY "日本", id), lag("日本") OVER (ORDER BY id), lead("日本", 1, "日本") OVER (ORDER BY id DESC) FROM z
SELECT id, "日本" FROM z QUALIFY row_number() OVER (PARTITION BY "日本" ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY a, id), lag(a) OVER (ORDER BY id), lead(a, 1, a) OVER (ORDER BY id DESC) FROM m
SELECT id, count(*) OVER (PARTITION BY a), rank() OVER (PARTITION BY id % 2 ORDER BY a DESC NULLS LAST), max(a) OVER (ORDER BY id ROWS 1 PRECEDING) FROM m
SELECT id, a FROM m QUALIFY row_number() OVER (PARTITION BY a ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY k, id), lag(k) OVER (ORDER BY id), lead(k, 1, k) OVER (ORDER BY id DESC) FROM m
SELECT id, count(*) OVER (PARTITION BY k), rank() OVER (PARTITION BY id % 2 ORDER BY k DESC NULLS LAST), max(k) OVER (ORDER BY id ROWS 1 PRECEDING) FROM m
SELECT id, row_number() OVER (ORDER BY s, id), lag(s) OVER (ORDER BY id), lead(s, 1, s) OVER (ORDER BY id DESC) FROM m
SELECT id, count(*) OVER (PARTITION BY s), rank() OVER (PARTITION BY id % 2 ORDER BY s DESC NULLS LAST), max(s) OVER (ORDER BY id ROWS 1 PRECEDING) FROM m
SELECT id, s FROM m QUALIFY row_number() OVER (PARTITION BY s ORDER BY id) = 1
SELECT id, row_number() OVER (ORDER BY f, id), lag(f) OVER (ORDER BY id), lead(f, 1, f) OVER (ORDER BY id DESC) FROM m
SELECT id, count(*) OVER (PARTITION BY f), rank() OVER (PARTITION BY id % 2 ORDER BY f DESC NULLS LAST), max(f) OVER (ORDER BY id ROWS 1 PRECEDING) FROM m
SELECT id, count(*) OVER (PARTITION BY tz), rank() OVER (PARTITION BY id % 2 ORDER BY tz DESC NULLS LAST), max(tz) OVER (ORDER BY id ROWS 1 PRECEDING) FROM t
