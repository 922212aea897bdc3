SELECT id FROM n WHERE (a = 1)
SELECT id, a = 2, 2 < a, a >= 2, a IS DISTINCT FROM 2 FROM n
SELECT id, a = NULL, NULL < a, a >= NULL, a IS DISTINCT FROM NULL FROM n
SELECT id FROM n WHERE NOT (a BETWEEN 2 AND 1)
SELECT id FROM n WHERE (b > 10)
SELECT id, b = 0, 0 < b, b >= 0, b IS DISTINCT FROM 0 FROM n
SELECT id FROM n WHERE b IN (10, 0, 9223372036854775807) OR b IS NULL
SELECT count(*) FILTER (WHERE b > 10), count(*) FILTER (WHERE NOT (b > 10)), count(*) FILTER (WHERE (b > 10) IS NULL), count(*) FROM n
SELECT id, d = 1.5, 1.5 < d, d >= 1.5, d IS DISTINCT FROM 1.5 FROM n
SELECT id, d = -1.5, -1.5 < d, d >= -1.5, d IS DISTINCT FROM -1.5 FROM n
SELECT id FROM n WHERE (d > 2.255)
SELECT id, d NOT IN (1.5, 2.255), d IN (1.5, NULL) FROM n
SELECT id FROM n WHERE (d = 1.5 AND id > 0) OR (d <> 1.5 AND id < 3) OR (d IS NULL AND id = 4)
SELECT id FROM n WHERE NOT (e < 0.0000000001)
SELECT id, e = -5, -5 < e, e >= -5, e IS DISTINCT FROM -5 FROM n
SELECT id FROM n WHERE NOT (e BETWEEN -5 AND 1)
SELECT id FROM n WHERE (f < 1.5)
SELECT id, f = 0, 0 < f, f >= 0, f IS DISTINCT FROM 0 FROM n
SELECT id, f = 'inf', 'inf' < f, f >= 'inf', f IS DISTINCT FROM 'inf' FROM n
SELECT id FROM n WHERE f IN (1.5, 0, 'nan', 'inf', -0.0) OR f IS NULL
SELECT id FROM n WHERE (f = 1.5 AND id > 0) OR (f <> 1.5 AND id < 3) OR (f IS NULL AND id = 4)
SELECT id FROM n WHERE NOT (r > 0)
SELECT id, r = 'nan', 'nan' < r, r >= 'nan', r IS DISTINCT FROM 'nan' FROM n
SELECT id FROM n WHERE NOT (r BETWEEN 'nan' AND 0.1)
SELECT id FROM n WHERE (s > 'a')
SELECT id, s = '', '' < s, s >= '', s IS DISTINCT FROM '' FROM n
SELECT id FROM n WHERE NOT (s < ' A ')
SELECT id, s NOT IN ('a', ' A '), s IN ('a', NULL) FROM n
SELECT id FROM n WHERE (s = 'a' AND id > 0) OR (s <> 'a' AND id < 3) OR (s IS NULL AND id = 4)
SELECT id FROM n WHERE NOT (g <> -7)
SELECT id, g NOT IN (7, -7), g IN (7, NULL) FROM n
SELECT id FROM n WHERE (g = 7 AND id > 0) OR (g <> 7 AND id < 3) OR (g IS NULL AND id = 4)
SELECT id FROM n WHERE NOT (h < 170141183460469231731687303715884105727)
SELECT id, h NOT IN (0, 170141183460469231731687303715884105727), h IN (0, NULL) FROM n
SELECT id FROM n WHERE (h = 0 AND id > 0) OR (h <> 0 AND id < 3) OR (h IS NULL AND id = 4)
SELECT id, u = 18446744073709551615, 18446744073709551615 < u, u >= 18446744073709551615, u IS DISTINCT FROM 18446744073709551615 FROM n
SELECT id FROM n WHERE NOT (u BETWEEN 18446744073709551615 AND 0)
SELECT id FROM n WHERE (y = 127)
SELECT id, y = -128, -128 < y, y >= -128, y IS DISTINCT FROM -128 FROM n
SELECT id, y NOT IN (127, 0), y IN (127, NULL) FROM n
SELECT id FROM n WHERE (y = 127 AND id > 0) OR (y <> 127 AND id < 3) OR (y IS NULL AND id = 4)
SELECT id, w = false, false < w, w >= false, w IS DISTINCT FROM false FROM n
SELECT count(*) FILTER (WHERE w > true), count(*) FILTER (WHERE NOT (w > true)), count(*) FILTER (WHERE (w > true) IS NULL), count(*) FROM n
SELECT id, dt = '2020-02-29', '2020-02-29' < dt, dt >= '2020-02-29', dt IS DISTINCT FROM '2020-02-29' FROM t
SELECT id FROM t WHERE (dt < '2020-03-01')
SELECT id, dt NOT IN ('2020-02-29', '2020-03-01'), dt IN ('2020-02-29', NULL) FROM t
SELECT id FROM t WHERE (dt = '2020-02-29' AND id > 0) OR (dt <> '2020-02-29' AND id < 3) OR (dt IS NULL AND id = 4)
SELECT id FROM t WHERE NOT (tm < '24:00:00')
SELECT id, tm NOT IN ('12:00:00', '24:00:00'), tm IN ('12:00:00', NULL) FROM t
SELECT id FROM t WHERE (tm = '12:00:00' AND id > 0) OR (tm <> '12:00:00' AND id < 3) OR (tm IS NULL AND id = 4)
SELECT id FROM t WHERE NOT (ts = '-infinity')
SELECT id, ts NOT IN ('2020-03-01', '-infinity'), ts IN ('2020-03-01', NULL) FROM t
SELECT id FROM t WHERE (ts = '2020-03-01' AND id > 0) OR (ts <> '2020-03-01' AND id < 3) OR (ts IS NULL AND id = 4)
SELECT id FROM t WHERE NOT (tz > 'infinity')
SELECT id, tz NOT IN ('2020-03-01 00:00:00+00', 'infinity'), tz IN ('2020-03-01 00:00:00+00', NULL) FROM t
SELECT id FROM t WHERE (tz = '2020-03-01 00:00:00+00' AND id > 0) OR (tz <> '2020-03-01 00:00:00+00' AND id < 3) OR (tz IS NULL AND id = 4)
SELECT id FROM t WHERE NOT (iv <= INTERVAL '1 month')
SELECT id, iv NOT IN (INTERVAL '30 days', INTERVAL '1 month'), iv IN (INTERVAL '30 days', NULL) FROM t
SELECT id FROM t WHERE (tns <= '2020-03-01')
SELECT id, tns NOT IN ('2020-03-01', '2020-03-01'), tns IN ('2020-03-01', NULL) FROM t
SELECT id FROM t WHERE (tns = '2020-03-01' AND id > 0) OR (tns <> '2020-03-01' AND id < 3) OR (tns IS NULL AND id = 4)
SELECT id FROM t WHERE tsec IN ('2021-01-01') OR tsec IS NULL
SELECT count(*) FILTER (WHERE tsec > '2021-01-01'), count(*) FILTER (WHERE NOT (tsec > '2021-01-01')), count(*) FILTER (WHERE (tsec > '2021-01-01') IS NULL), count(*) FROM t
SELECT id, tms = '2021-01-01', '2021-01-01' < tms, tms >= '2021-01-01', tms IS DISTINCT FROM '2021-01-01' FROM t
SELECT id FROM t WHERE NOT (tms BETWEEN '2021-01-01' AND '2021-01-01')
SELECT id FROM t WHERE (ttz = '06:30:00+00')
SELECT id, ttz NOT IN ('06:30:00+00', '06:30:00+00'), ttz IN ('06:30:00+00', NULL) FROM t
SELECT id FROM t WHERE (ttz = '06:30:00+00' AND id > 0) OR (ttz <> '06:30:00+00' AND id < 3) OR (ttz IS NULL AND id = 4)
SELECT id, l = [], [] < l, l >= [], l IS DISTINCT FROM [] FROM x
SELECT count(*) FILTER (WHERE l > [2, 1]), count(*) FILTER (WHERE NOT (l > [2, 1])), count(*) FILTER (WHERE (l > [2, 1]) IS NULL), count(*) FROM x
SELECT id FROM x WHERE (st <> {'a': 1, 'b c': 'x'})
SELECT id, st NOT IN ({'a': 1, 'b c': 'x'}, {'a': 1, 'b c': 'x'}), st IN ({'a': 1, 'b c': 'x'}, NULL) FROM x
SELECT id FROM x WHERE (st = {'a': 1, 'b c': 'x'} AND id > 0) OR (st <> {'a': 1, 'b c': 'x'} AND id < 3) OR (st IS NULL AND id = 4)
SELECT id FROM x WHERE (en > 'lo')
SELECT id FROM x WHERE en IN ('lo', 'mid') OR en IS NULL
SELECT count(*) FILTER (WHERE en > 'lo'), count(*) FILTER (WHERE NOT (en > 'lo')), count(*) FILTER (WHERE (en > 'lo') IS NULL), count(*) FROM x
SELECT id, bl = 'plain'::BLOB, 'plain'::BLOB < bl, bl >= 'plain'::BLOB, bl IS DISTINCT FROM 'plain'::BLOB FROM x
SELECT id FROM x WHERE bl IN ('plain'::BLOB, ''::BLOB) OR bl IS NULL
SELECT id FROM x WHERE (bl = 'plain'::BLOB AND id > 0) OR (bl <> 'plain'::BLOB AND id < 3) OR (bl IS NULL AND id = 4)
SELECT id FROM x WHERE bt IN ('000'::BIT) OR bt IS NULL
SELECT count(*) FILTER (WHERE bt > '000'::BIT), count(*) FILTER (WHERE NOT (bt > '000'::BIT)), count(*) FILTER (WHERE (bt > '000'::BIT) IS NULL), count(*) FROM x
SELECT id FROM x WHERE uu IN ('00000000-0000-0000-0000-000000000000') OR uu IS NULL
SELECT count(*) FILTER (WHERE uu > '00000000-0000-0000-0000-000000000000'), count(*) FILTER (WHERE NOT (uu > '00000000-0000-0000-0000-000000000000')), count(*) FILTER (WHERE (uu > '00000000-0000-0000-0000-000000000000') IS NULL), count(*) FROM x
SELECT id, ut = 255, 255 < ut, ut >= 255, ut IS DISTINCT FROM 255 FROM z
SELECT id FROM z WHERE ut IN (255, 1) OR ut IS NULL
SELECT count(*) FILTER (WHERE ut > 255), count(*) FILTER (WHERE NOT (ut > 255)), count(*) FILTER (WHERE (ut > 255) IS NULL), count(*) FROM z
SELECT id, us = 0, 0 < us, us >= 0, us IS DISTINCT FROM 0 FROM z
SELECT id FROM z WHERE us IN (0, 2) OR us IS NULL
SELECT count(*) FILTER (WHERE us > 0), count(*) FILTER (WHERE NOT (us > 0)), count(*) FILTER (WHERE (us > 0) IS NULL), count(*) FROM z
SELECT id, ui = 3, 3 < ui, ui >= 3, ui IS DISTINCT FROM 3 FROM z
SELECT id FROM z WHERE NOT (ui BETWEEN 3 AND 3)
SELECT id FROM z WHERE (uh <> 4)
SELECT id, uh NOT IN (4, 4), uh IN (4, NULL) FROM z
SELECT id FROM z WHERE (uh = 4 AND id > 0) OR (uh <> 4 AND id < 3) OR (uh IS NULL AND id = 4)
SELECT id FROM z WHERE NOT (d4 = 999.9)
SELECT id, d4 NOT IN (0.1, 999.9), d4 IN (0.1, NULL) FROM z
SELECT id FROM z WHERE (d4 = 0.1 AND id > 0) OR (d4 <> 0.1 AND id < 3) OR (d4 IS NULL AND id = 4)
SELECT id, d9 NOT IN (0.01, 0.01), d9 IN (0.01, NULL) FROM z
SELECT id FROM z WHERE (d9 = 0.01 AND id > 0) OR (d9 <> 0.01 AND id < 3) OR (d9 IS NULL AND id = 4)
SELECT id FROM z WHERE d18 IN (0.001) OR d18 IS NULL
SELECT count(*) FILTER (WHERE d18 > 0.001), count(*) FILTER (WHERE NOT (d18 > 0.001)), count(*) FILTER (WHERE (d18 > 0.001) IS NULL), count(*) FROM z
SELECT id, d38 = 1, 1 < d38, d38 >= 1, d38 IS DISTINCT FROM 1 FROM z
SELECT id FROM z WHERE NOT (d38 BETWEEN 1 AND 1)
SELECT id, ls IS NULL FROM z WHERE ls IS NOT NULL OR id > 2
SELECT id, lf IS NULL FROM z WHERE lf IS NOT NULL OR id > 2
SELECT id, le IS NULL FROM z WHERE le IS NOT NULL OR id > 2
SELECT id FROM z WHERE NOT ("A b" > 2)
SELECT id, "A b" = NULL, NULL < "A b", "A b" >= NULL, "A b" IS DISTINCT FROM NULL FROM z
SELECT id FROM z WHERE NOT ("A b" BETWEEN 2 AND 1)
SELECT id FROM z WHERE ("q""uote" > 'a')
SELECT id, "q""uote" = '', '' < "q""uote", "q""uote" >= '', "q""uote" IS DISTINCT FROM '' FROM z
SELECT id FROM z WHERE NOT ("q""uote" < ' A ')
SELECT id, "q""uote" NOT IN ('a', ' A '), "q""uote" IN ('a', NULL) FROM z
SELECT id FROM z WHERE ("q""uote" = 'a' AND id > 0) OR ("q""uote" <> 'a' AND id < 3) OR ("q""uote" IS NULL AND id = 4)
SELECT id FROM z WHERE NOT ("select" <> false)
SELECT id, "select" NOT IN (true, false), "select" IN (true, NULL) FROM z
SELECT id, "日本" = '2020-02-29', '2020-02-29' < "日本", "日本" >= '2020-02-29', "日本" IS DISTINCT FROM '2020-02-29' FROM z
SELECT id FROM z WHERE "日本" IN ('2020-02-29', 'infinity', '2020-03-01') OR "日本" IS NULL
SELECT count(*) FILTER (WHERE "日本" > '2020-02-29'), count(*) FILTER (WHERE NOT ("日本" > '2020-02-29')), count(*) FILTER (WHERE ("日本" > '2020-02-29') IS NULL), count(*) FROM z
SELECT id FROM m WHERE NOT (a = 2)
SELECT id, a = -2147483648, -2147483648 < a, a >= -2147483648, a IS DISTINCT FROM -2147483648 FROM m
SELECT id, a NOT IN (1, 2), a IN (1, NULL) FROM m
SELECT id FROM m WHERE (a = 1 AND id > 0) OR (a <> 1 AND id < 3) OR (a IS NULL AND id = 4)
SELECT id FROM m WHERE NOT (k > 2)
SELECT id, k = NULL, NULL < k, k >= NULL, k IS DISTINCT FROM NULL FROM m
SELECT id FROM m WHERE NOT (k BETWEEN 2 AND 1)
SELECT id FROM m WHERE (s > 'a')
SELECT id, s = '', '' < s, s >= '', s IS DISTINCT FROM '' FROM m
SELECT id FROM m WHERE NOT (s < ' A ')
SELECT id, s NOT IN ('a', ' A '), s IN ('a', NULL) FROM m
SELECT id FROM m WHERE (s = 'a' AND id > 0) OR (s <> 'a' AND id < 3) OR (s IS NULL AND id = 4)
SELECT id FROM m WHERE NOT (f <> 0)
SELECT id, f = 'nan', 'nan' < f, f >= 'nan', f IS DISTINCT FROM 'nan' FROM m
SELECT id FROM m WHERE (f > -0.0)
SELECT id, f NOT IN (1.5, -0.0), f IN (1.5, NULL) FROM m
SELECT id FROM t WHERE (tz = '2020-03-01 00:00:00+00')
SELECT id, tz = '2020-03-01 00:00:00+00', '2020-03-01 00:00:00+00' < tz, tz >= '2020-03-01 00:00:00+00', tz IS DISTINCT FROM '2020-03-01 00:00:00+00' FROM t
SELECT id, tz = 'infinity', 'infinity' < tz, tz >= 'infinity', tz IS DISTINCT FROM 'infinity' FROM t
SELECT id FROM t WHERE tz IN ('2020-03-01 00:00:00+00', 'infinity') OR tz IS NULL
SELECT id FROM t WHERE NOT (tz BETWEEN 'infinity' AND '2020-03-01 00:00:00+00')
SELECT count(*) FILTER (WHERE tz > '2020-03-01 00:00:00+00'), count(*) FILTER (WHERE NOT (tz > '2020-03-01 00:00:00+00')), count(*) FILTER (WHERE (tz > '2020-03-01 00:00:00+00') IS NULL), count(*) FROM t
SELECT id, ttz = '06:30:00+00', '06:30:00+00' < ttz, ttz >= '06:30:00+00', ttz IS DISTINCT FROM '06:30:00+00' FROM t
SELECT id FROM t WHERE ttz IN ('06:30:00+00') OR ttz IS NULL
SELECT id FROM t WHERE NOT (ttz BETWEEN '06:30:00+00' AND '06:30:00+00')
SELECT count(*) FILTER (WHERE ttz > '06:30:00+00'), count(*) FILTER (WHERE NOT (ttz > '06:30:00+00')), count(*) FILTER (WHERE (ttz > '06:30:00+00') IS NULL), count(*) FROM t
