SELECT p.id, q.id FROM n p JOIN n q ON p.a = q.a
SELECT p.id, q.id FROM n p RIGHT JOIN n q ON p.a < q.a AND p.id < q.id
SELECT p.id, q.id FROM n p FULL JOIN n q ON p.a IS NOT DISTINCT FROM q.a AND p.id + q.id > 2
SELECT p.id, q.id FROM n p LEFT JOIN n q ON p.b = q.b
SELECT p.id, q.id FROM n p FULL JOIN n q ON p.b >= q.b AND p.id > q.id
SELECT p.id, q.id FROM n p JOIN n q ON p.b IS NOT DISTINCT FROM q.b AND p.id + q.id > 3
SELECT p.id, q.id FROM n p RIGHT JOIN n q ON p.d = q.d
SELECT p.id, q.id FROM n p JOIN n q ON p.d > q.d AND p.id < q.id
SELECT p.id, q.id FROM n p LEFT JOIN n q ON p.d IS NOT DISTINCT FROM q.d AND p.id + q.id > 4
SELECT p.id, q.id FROM n p LEFT JOIN n q ON p.e <= q.e AND p.id > q.id
SELECT p.id, q.id FROM n p RIGHT JOIN n q ON p.e IS NOT DISTINCT FROM q.e AND p.id + q.id > 5
SELECT p.id, q.id FROM n p JOIN n q ON p.f = q.f
SELECT p.id, q.id FROM n p RIGHT JOIN n q ON p.f < q.f AND p.id < q.id
SELECT p.id, q.id FROM n p FULL JOIN n q ON p.f IS NOT DISTINCT FROM q.f AND p.id + q.id > 6
SELECT p.id, q.id FROM n p LEFT JOIN n q ON p.r = q.r
SELECT p.id, q.id FROM n p FULL JOIN n q ON p.r >= q.r AND p.id > q.id
SELECT p.id, q.id FROM n p JOIN n q ON p.r IS NOT DISTINCT FROM q.r AND p.id + q.id > 2
SELECT p.id, q.id FROM n p FULL JOIN n q ON p.s = q.s AND p.id <> q.id
SELECT p.id, q.id FROM n p LEFT JOIN n q ON p.s IS NOT DISTINCT FROM q.s AND p.id + q.id > 3
SELECT p.id, q.id FROM n p FULL JOIN n q ON p.g = q.g
SELECT p.id, q.id FROM n p LEFT JOIN n q ON p.g <= q.g AND p.id > q.id
SELECT p.id, q.id FROM n p RIGHT JOIN n q ON p.g IS NOT DISTINCT FROM q.g AND p.id + q.id > 4
SELECT p.id, q.id FROM n p JOIN n q ON p.h = q.h
SELECT p.id, q.id FROM n p RIGHT JOIN n q ON p.h < q.h AND p.id < q.id
SELECT p.id, count(q.id), max(q.h) FROM n p LEFT JOIN n q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM n p RIGHT JOIN n q ON p.u = q.u AND p.id <> q.id
SELECT p.id, q.id FROM n p JOIN n q ON p.u IS NOT DISTINCT FROM q.u AND p.id + q.id > 6
SELECT p.id, q.id FROM n p RIGHT JOIN n q ON p.y = q.y
SELECT p.id, q.id FROM n p JOIN n q ON p.y > q.y AND p.id < q.id
SELECT p.id, count(q.id), max(q.y) FROM n p LEFT JOIN n q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM n p JOIN n q ON p.w = q.w AND p.id <> q.id
SELECT p.id FROM n p ANTI JOIN n q ON p.w = q.w AND p.id <> q.id
SELECT p.id, count(q.id), max(q.w) FROM n p FULL JOIN n q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM t p LEFT JOIN t q ON p.dt = q.dt AND p.id <> q.id
SELECT p.id, count(q.id), max(q.dt) FROM t p LEFT JOIN t q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM t p RIGHT JOIN t q ON p.tm = q.tm AND p.id <> q.id
SELECT p.id FROM t p ANTI JOIN t q ON p.tm = q.tm AND p.id <> q.id
SELECT p.id, count(q.id), max(q.tm) FROM t p FULL JOIN t q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM t p FULL JOIN t q ON p.ts = q.ts AND p.id <> q.id
SELECT p.id, q.id FROM t p LEFT JOIN t q ON p.ts IS NOT DISTINCT FROM q.ts AND p.id + q.id > 6
SELECT p.id, q.id FROM t p FULL JOIN t q ON p.tz = q.tz
SELECT p.id FROM t p ANTI JOIN t q ON p.tz = q.tz AND p.id <> q.id
SELECT p.id, count(q.id), max(q.tz) FROM t p FULL JOIN t q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM t p RIGHT JOIN t q ON p.iv < q.iv AND p.id < q.id
SELECT p.id, count(q.id), max(q.iv) FROM t p LEFT JOIN t q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM t p RIGHT JOIN t q ON p.tns = q.tns AND p.id <> q.id
SELECT p.id FROM t p ANTI JOIN t q ON p.tns = q.tns AND p.id <> q.id
SELECT p.id, count(q.id), max(q.tns) FROM t p FULL JOIN t q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM t p FULL JOIN t q ON p.tsec = q.tsec AND p.id <> q.id
SELECT p.id, q.id FROM t p LEFT JOIN t q ON p.tsec IS NOT DISTINCT FROM q.tsec AND p.id + q.id > 5
SELECT p.id, q.id FROM t p FULL JOIN t q ON p.tms = q.tms
SELECT p.id, q.id FROM t p RIGHT JOIN t q ON p.tms IS NOT DISTINCT FROM q.tms AND p.id + q.id > 6
SELECT p.id, q.id FROM t p JOIN t q ON p.ttz = q.ttz
SELECT p.id, q.id FROM t p RIGHT JOIN t q ON p.ttz < q.ttz AND p.id < q.id
SELECT p.id, count(q.id), max(q.ttz) FROM t p LEFT JOIN t q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM x p RIGHT JOIN x q ON p.l = q.l AND p.id <> q.id
SELECT p.id FROM x p ANTI JOIN x q ON p.l = q.l AND p.id <> q.id
SELECT p.id, count(q.id), max(q.l) FROM x p FULL JOIN x q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM x p FULL JOIN x q ON p.ll = q.ll AND p.id <> q.id
SELECT p.id, q.id FROM x p LEFT JOIN x q ON p.ll IS NOT DISTINCT FROM q.ll AND p.id + q.id > 4
SELECT p.id, q.id FROM x p LEFT JOIN x q ON p.st <= q.st AND p.id > q.id
SELECT p.id, q.id FROM x p RIGHT JOIN x q ON p.st IS NOT DISTINCT FROM q.st AND p.id + q.id > 5
SELECT p.id, q.id FROM x p JOIN x q ON p.mp = q.mp
SELECT p.id, q.id FROM x p RIGHT JOIN x q ON p.mp < q.mp AND p.id < q.id
SELECT p.id, count(q.id), max(q.mp) FROM x p LEFT JOIN x q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM x p RIGHT JOIN x q ON p.ar = q.ar AND p.id <> q.id
SELECT p.id FROM x p ANTI JOIN x q ON p.ar = q.ar AND p.id <> q.id
SELECT p.id, count(q.id), max(q.ar) FROM x p FULL JOIN x q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM x p JOIN x q ON p.en > q.en AND p.id < q.id
SELECT p.id, count(q.id), max(q.en) FROM x p LEFT JOIN x q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM x p LEFT JOIN x q ON p.bl <= q.bl AND p.id > q.id
SELECT p.id, q.id FROM x p RIGHT JOIN x q ON p.bl IS NOT DISTINCT FROM q.bl AND p.id + q.id > 4
SELECT p.id, q.id FROM x p JOIN x q ON p.bt = q.bt
SELECT p.id, q.id FROM x p RIGHT JOIN x q ON p.bt < q.bt AND p.id < q.id
SELECT p.id, count(q.id), max(q.bt) FROM x p LEFT JOIN x q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM x p RIGHT JOIN x q ON p.uu = q.uu AND p.id <> q.id
SELECT p.id, q.id FROM x p JOIN x q ON p.uu IS NOT DISTINCT FROM q.uu AND p.id + q.id > 6
SELECT p.id, q.id FROM z p RIGHT JOIN z q ON p.ut = q.ut
SELECT p.id, q.id FROM z p JOIN z q ON p.ut > q.ut AND p.id < q.id
SELECT p.id, count(q.id), max(q.ut) FROM z p LEFT JOIN z q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM z p LEFT JOIN z q ON p.us <= q.us AND p.id > q.id
SELECT p.id, q.id FROM z p RIGHT JOIN z q ON p.us IS NOT DISTINCT FROM q.us AND p.id + q.id > 3
SELECT p.id, q.id FROM z p JOIN z q ON p.ui = q.ui
SELECT p.id, q.id FROM z p RIGHT JOIN z q ON p.ui < q.ui AND p.id < q.id
SELECT p.id, count(q.id), max(q.ui) FROM z p LEFT JOIN z q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM z p FULL JOIN z q ON p.uh >= q.uh AND p.id > q.id
SELECT p.id, q.id FROM z p JOIN z q ON p.uh IS NOT DISTINCT FROM q.uh AND p.id + q.id > 5
SELECT p.id, q.id FROM z p RIGHT JOIN z q ON p.d4 = q.d4
SELECT p.id, q.id FROM z p JOIN z q ON p.d4 > q.d4 AND p.id < q.id
SELECT p.id, count(q.id), max(q.d4) FROM z p LEFT JOIN z q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM z p LEFT JOIN z q ON p.d9 <= q.d9 AND p.id > q.id
SELECT p.id, q.id FROM z p RIGHT JOIN z q ON p.d9 IS NOT DISTINCT FROM q.d9 AND p.id + q.id > 2
SELECT p.id, q.id FROM z p JOIN z q ON p.d18 = q.d18
SELECT p.id, q.id FROM z p FULL JOIN z q ON p.d18 IS NOT DISTINCT FROM q.d18 AND p.id + q.id > 3
SELECT p.id, q.id FROM z p LEFT JOIN z q ON p.d38 = q.d38
SELECT p.id, q.id FROM z p FULL JOIN z q ON p.d38 >= q.d38 AND p.id > q.id
SELECT p.id, q.id FROM z p JOIN z q ON p.d38 IS NOT DISTINCT FROM q.d38 AND p.id + q.id > 4
SELECT p.id, q.id FROM z p RIGHT JOIN z q ON p.ls = q.ls
SELECT p.id, q.id FROM z p JOIN z q ON p.ls > q.ls AND p.id < q.id
SELECT p.id, count(q.id), max(q.ls) FROM z p LEFT JOIN z q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM z p LEFT JOIN z q ON p.ml <= q.ml AND p.id > q.id
SELECT p.id, q.id FROM z p RIGHT JOIN z q ON p.ml IS NOT DISTINCT FROM q.ml AND p.id + q.id > 6
SELECT p.id, q.id FROM z p LEFT JOIN z q ON p.sa = q.sa AND p.id <> q.id
SELECT p.id, q.id FROM z p FULL JOIN z q ON p.sa IS NOT DISTINCT FROM q.sa AND p.id + q.id > 2
SELECT p.id, q.id FROM z p LEFT JOIN z q ON p.lf = q.lf
SELECT p.id, q.id FROM z p FULL JOIN z q ON p.lf >= q.lf AND p.id > q.id
SELECT p.id, q.id FROM z p JOIN z q ON p.lf IS NOT DISTINCT FROM q.lf AND p.id + q.id > 3
SELECT p.id, q.id FROM z p RIGHT JOIN z q ON p.lt = q.lt
SELECT p.id, q.id FROM z p JOIN z q ON p.lt > q.lt AND p.id < q.id
SELECT p.id, count(q.id), max(q.lt) FROM z p LEFT JOIN z q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id FROM z p ANTI JOIN z q ON p.lu = q.lu AND p.id <> q.id
SELECT p.id, count(q.id), max(q.lu) FROM z p FULL JOIN z q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM z p LEFT JOIN z q ON p.le = q.le AND p.id <> q.id
SELECT p.id, q.id FROM z p FULL JOIN z q ON p.le IS NOT DISTINCT FROM q.le AND p.id + q.id > 6
SELECT p.id, q.id FROM z p LEFT JOIN z q ON p."A b" = q."A b"
SELECT p.id, q.id FROM z p FULL JOIN z q ON p."A b" >= q."A b" AND p.id > q.id
SELECT p.id, q.id FROM z p JOIN z q ON p."A b" IS NOT DISTINCT FROM q."A b" AND p.id + q.id > 2
SELECT p.id, q.id FROM z p RIGHT JOIN z q ON p."q""uote" = q."q""uote"
SELECT p.id, q.id FROM z p JOIN z q ON p."q""uote" > q."q""uote" AND p.id < q.id
SELECT p.id, q.id FROM z p FULL JOIN z q ON p."select" = q."select"
SELECT p.id, q.id FROM z p LEFT JOIN z q ON p."select" <= q."select" AND p.id > q.id
SELECT p.id, q.id FROM z p RIGHT JOIN z q ON p."select" IS NOT DISTINCT FROM q."select" AND p.id + q.id > 4
SELECT p.id, q.id FROM z p JOIN z q ON p."日本" = q."日本"
SELECT p.id, q.id FROM z p RIGHT JOIN z q ON p."日本" < q."日本" AND p.id < q.id
SELECT p.id, count(q.id), max(q."日本") FROM z p LEFT JOIN z q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM m p RIGHT JOIN m q ON p.a = q.a AND p.id <> q.id
SELECT p.id FROM m p ANTI JOIN m q ON p.a = q.a AND p.id <> q.id
SELECT p.id, q.id FROM m p RIGHT JOIN m q ON p.k = q.k
SELECT p.id, q.id FROM m p JOIN m q ON p.k > q.k AND p.id < q.id
SELECT p.id, count(q.id), max(q.k) FROM m p LEFT JOIN m q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM m p JOIN m q ON p.s = q.s AND p.id <> q.id
SELECT p.id FROM m p ANTI JOIN m q ON p.s = q.s AND p.id <> q.id
SELECT p.id, count(q.id), max(q.s) FROM m p FULL JOIN m q ON p.id = q.id + 1 GROUP BY p.id
SELECT p.id, q.id FROM m p LEFT JOIN m q ON p.f = q.f AND p.id <> q.id
SELECT p.id FROM m p SEMI JOIN m q ON p.f = q.f AND p.id <> q.id
SELECT p.id, q.id FROM t p LEFT JOIN t q ON p.tz <= q.tz AND p.id > q.id
SELECT p.id, q.id FROM t p RIGHT JOIN t q ON p.tz IS NOT DISTINCT FROM q.tz AND p.id + q.id > 2
SELECT p.id, q.id FROM t p LEFT JOIN t q ON p.ttz = q.ttz AND p.id <> q.id
SELECT p.id, q.id FROM t p FULL JOIN t q ON p.ttz IS NOT DISTINCT FROM q.ttz AND p.id + q.id > 2
