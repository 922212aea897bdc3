SELECT id, (SELECT count(*) FROM m WHERE m.a = n.a) FROM n
SELECT id, (SELECT min(k) FROM m WHERE m.a = n.a) FROM n
SELECT id, (SELECT avg(k) FROM m WHERE m.a = n.a) FROM n
SELECT id, (SELECT max(k) - min(k) FROM m WHERE m.a = n.a) FROM n
SELECT id, (SELECT bool_or(k > 1) FROM m WHERE m.a = n.a) FROM n
SELECT id FROM n WHERE NOT (a IN (SELECT k FROM m WHERE m.a = n.a))
SELECT id FROM n WHERE (id NOT IN (SELECT k FROM m WHERE m.a = n.a)) OR id = 3
SELECT id, b <> ALL (SELECT k FROM m WHERE m.a = n.a) FROM n
SELECT id, a > ANY (SELECT k FROM m WHERE m.a = n.a) FROM n
SELECT id FROM n WHERE (id <= ALL (SELECT k FROM m WHERE m.a = n.a)) OR id = 3
SELECT id FROM n WHERE NOT (a + 1 < ANY (SELECT k FROM m WHERE m.a = n.a))
SELECT id FROM n WHERE (b >= ALL (SELECT k FROM m WHERE m.a = n.a)) OR id = 3
SELECT id FROM n WHERE NOT EXISTS (SELECT 1 FROM m WHERE m.a = n.a) OR a > 1
SELECT CASE WHEN EXISTS (SELECT 1 FROM m WHERE m.a = n.a) THEN id ELSE -id END, count(*) OVER () FROM n
SELECT id FROM n WHERE coalesce((SELECT min(k) FROM m WHERE m.k > n.id), 0) <= 3
SELECT id FROM n WHERE coalesce((SELECT avg(k) FROM m WHERE m.k > n.id), 0) = 0
SELECT id FROM n WHERE coalesce((SELECT max(k) - min(k) FROM m WHERE m.k > n.id), 0) < 2
SELECT id, (SELECT list(k ORDER BY k) FROM m WHERE m.k > n.id) FROM n
SELECT id FROM n WHERE (a IN (SELECT k FROM m WHERE m.k > n.id)) OR id = 3
SELECT id FROM n WHERE (id NOT IN (SELECT k FROM m WHERE m.k > n.id))
SELECT id FROM n WHERE NOT (a + 1 = ANY (SELECT k FROM m WHERE m.k > n.id)) OR id = 3
SELECT id FROM n WHERE (b <> ALL (SELECT k FROM m WHERE m.k > n.id))
SELECT id FROM n WHERE (a > ANY (SELECT k FROM m WHERE m.k > n.id)) OR id = 3
SELECT id, a + 1 < ANY (SELECT k FROM m WHERE m.k > n.id) FROM n
SELECT id, b >= ALL (SELECT k FROM m WHERE m.k > n.id) FROM n
SELECT id FROM n WHERE EXISTS (SELECT 1 FROM m WHERE m.k > n.id)
SELECT id FROM n WHERE NOT EXISTS (SELECT 1 FROM m WHERE m.k > n.id) OR a > 1
SELECT CASE WHEN EXISTS (SELECT 1 FROM m WHERE m.k > n.id) THEN id ELSE -id END, count(*) OVER () FROM n
SELECT id FROM n WHERE coalesce((SELECT max(k) FROM m WHERE m.s = n.s), 0) <= 3
SELECT id, (SELECT avg(k) FROM m WHERE m.s = n.s) FROM n
SELECT id, (SELECT max(k) - min(k) FROM m WHERE m.s = n.s) FROM n
SELECT id, (SELECT bool_or(k > 1) FROM m WHERE m.s = n.s) FROM n
SELECT id, id NOT IN (SELECT k FROM m WHERE m.s = n.s) FROM n
SELECT id, a + 1 = ANY (SELECT k FROM m WHERE m.s = n.s) FROM n
SELECT id, b <> ALL (SELECT k FROM m WHERE m.s = n.s) FROM n
SELECT id, a > ANY (SELECT k FROM m WHERE m.s = n.s) FROM n
SELECT id, id <= ALL (SELECT k FROM m WHERE m.s = n.s) FROM n
SELECT id, a + 1 < ANY (SELECT k FROM m WHERE m.s = n.s) FROM n
SELECT id, b >= ALL (SELECT k FROM m WHERE m.s = n.s) FROM n
SELECT id FROM n WHERE EXISTS (SELECT 1 FROM m WHERE m.s = n.s)
SELECT id FROM n WHERE NOT EXISTS (SELECT 1 FROM m WHERE m.s = n.s) OR a > 1
SELECT id FROM n WHERE coalesce((SELECT count(*) FROM m WHERE m.a = n.a AND m.k <> n.id), 0) <= 1
SELECT id FROM n WHERE coalesce((SELECT min(k) FROM m WHERE m.a = n.a AND m.k <> n.id), 0) = 2
SELECT id FROM n WHERE coalesce((SELECT avg(k) FROM m WHERE m.a = n.a AND m.k <> n.id), 0) < 3
SELECT id FROM n WHERE coalesce((SELECT max(k) - min(k) FROM m WHERE m.a = n.a AND m.k <> n.id), 0) <= 6
SELECT id, (SELECT list(k ORDER BY k) FROM m WHERE m.a = n.a AND m.k <> n.id) FROM n
SELECT id FROM n WHERE NOT (a IN (SELECT k FROM m WHERE m.a = n.a AND m.k <> n.id)) OR id = 3
SELECT id FROM n WHERE (id NOT IN (SELECT k FROM m WHERE m.a = n.a AND m.k <> n.id))
SELECT id FROM n WHERE (a + 1 = ANY (SELECT k FROM m WHERE m.a = n.a AND m.k <> n.id)) OR id = 3
SELECT id, a > ANY (SELECT k FROM m WHERE m.a = n.a AND m.k <> n.id) FROM n
SELECT id, id <= ALL (SELECT k FROM m WHERE m.a = n.a AND m.k <> n.id) FROM n
SELECT id, a + 1 < ANY (SELECT k FROM m WHERE m.a = n.a AND m.k <> n.id) FROM n
SELECT id, b >= ALL (SELECT k FROM m WHERE m.a = n.a AND m.k <> n.id) FROM n
SELECT id FROM n WHERE EXISTS (SELECT 1 FROM m WHERE m.a = n.a AND m.k <> n.id)
SELECT id, ARRAY(SELECT k FROM m WHERE m.a = n.a AND m.k <> n.id ORDER BY k) FROM n
SELECT CASE WHEN EXISTS (SELECT 1 FROM m WHERE m.a = n.a AND m.k <> n.id) THEN id ELSE -id END, count(*) OVER () FROM n
SELECT id FROM n WHERE coalesce((SELECT max(k) FROM m WHERE m.f < n.f), 0) = 0
SELECT id FROM n WHERE coalesce((SELECT sum(k) FROM m WHERE m.f < n.f), 0) < 3
SELECT id FROM n WHERE coalesce((SELECT count(k) FROM m WHERE m.f < n.f), 0) <= 1
SELECT id, (SELECT bool_or(k > 1) FROM m WHERE m.f < n.f) FROM n
SELECT id FROM n WHERE (a IN (SELECT k FROM m WHERE m.f < n.f))
SELECT id FROM n WHERE (id NOT IN (SELECT k FROM m WHERE m.f < n.f)) OR id = 3
SELECT id FROM n WHERE NOT (a + 1 = ANY (SELECT k FROM m WHERE m.f < n.f))
SELECT id FROM n WHERE (b <> ALL (SELECT k FROM m WHERE m.f < n.f)) OR id = 3
SELECT id FROM n WHERE (a > ANY (SELECT k FROM m WHERE m.f < n.f))
SELECT id FROM n WHERE NOT (id <= ALL (SELECT k FROM m WHERE m.f < n.f)) OR id = 3
SELECT id FROM n WHERE (a + 1 < ANY (SELECT k FROM m WHERE m.f < n.f))
SELECT id FROM n WHERE (b >= ALL (SELECT k FROM m WHERE m.f < n.f)) OR id = 3
SELECT id FROM n WHERE NOT EXISTS (SELECT 1 FROM m WHERE m.f < n.f) OR a > 1
SELECT n.id, q.c FROM n LEFT JOIN LATERAL (SELECT count(*) AS c FROM m WHERE m.f < n.f) q ON q.c > 1
SELECT id, (SELECT max(k) FROM twice m WHERE m.k = n.a) FROM n
SELECT id, (SELECT sum(k) FROM twice m WHERE m.k = n.a) FROM n
SELECT id, (SELECT count(k) FROM twice m WHERE m.k = n.a) FROM n
SELECT id, (SELECT list(k ORDER BY k) FROM twice m WHERE m.k = n.a) FROM n
SELECT id FROM n WHERE (a IN (SELECT k FROM twice m WHERE m.k = n.a)) OR id = 3
SELECT id FROM n WHERE NOT (id NOT IN (SELECT k FROM twice m WHERE m.k = n.a))
SELECT id FROM n WHERE (a + 1 = ANY (SELECT k FROM twice m WHERE m.k = n.a)) OR id = 3
SELECT id FROM n WHERE (b <> ALL (SELECT k FROM twice m WHERE m.k = n.a))
SELECT id FROM n WHERE NOT (a > ANY (SELECT k FROM twice m WHERE m.k = n.a)) OR id = 3
SELECT id FROM n WHERE (id <= ALL (SELECT k FROM twice m WHERE m.k = n.a))
SELECT id FROM n WHERE (a + 1 < ANY (SELECT k FROM twice m WHERE m.k = n.a)) OR id = 3
SELECT id FROM n WHERE EXISTS (SELECT 1 FROM twice m WHERE m.k = n.a)
SELECT id FROM n WHERE NOT EXISTS (SELECT 1 FROM twice m WHERE m.k = n.a) OR a > 1
SELECT CASE WHEN EXISTS (SELECT 1 FROM twice m WHERE m.k = n.a) THEN id ELSE -id END, count(*) OVER () FROM n
SELECT id FROM n WHERE coalesce((SELECT max(k) FROM m WHERE m.a IS NOT DISTINCT FROM n.a), 0) < 2
SELECT id FROM n WHERE coalesce((SELECT sum(k) FROM m WHERE m.a IS NOT DISTINCT FROM n.a), 0) <= 6
SELECT id FROM n WHERE coalesce((SELECT count(k) FROM m WHERE m.a IS NOT DISTINCT FROM n.a), 0) = 1
SELECT id FROM n WHERE coalesce((SELECT count(DISTINCT k) FROM m WHERE m.a IS NOT DISTINCT FROM n.a), 0) < 3
SELECT id, a IN (SELECT k FROM m WHERE m.a IS NOT DISTINCT FROM n.a) FROM n
SELECT id, id NOT IN (SELECT k FROM m WHERE m.a IS NOT DISTINCT FROM n.a) FROM n
SELECT id, a + 1 = ANY (SELECT k FROM m WHERE m.a IS NOT DISTINCT FROM n.a) FROM n
SELECT id FROM n WHERE NOT (b <> ALL (SELECT k FROM m WHERE m.a IS NOT DISTINCT FROM n.a)) OR id = 3
SELECT id, id <= ALL (SELECT k FROM m WHERE m.a IS NOT DISTINCT FROM n.a) FROM n
SELECT id, a + 1 < ANY (SELECT k FROM m WHERE m.a IS NOT DISTINCT FROM n.a) FROM n
SELECT id, b >= ALL (SELECT k FROM m WHERE m.a IS NOT DISTINCT FROM n.a) FROM n
SELECT id, NOT EXISTS (SELECT 1 FROM m WHERE m.a IS NOT DISTINCT FROM n.a) FROM n
SELECT id, ARRAY(SELECT k FROM m WHERE m.a IS NOT DISTINCT FROM n.a ORDER BY k) FROM n
SELECT CASE WHEN EXISTS (SELECT 1 FROM m WHERE m.a IS NOT DISTINCT FROM n.a) THEN id ELSE -id END, count(*) OVER () FROM n
SELECT id, (SELECT max(k) FROM m WHERE m.a = n.a OR m.k = n.id) FROM n
SELECT id, (SELECT sum(k) FROM m WHERE m.a = n.a OR m.k = n.id) FROM n
SELECT id FROM n WHERE coalesce((SELECT max(k) - min(k) FROM m WHERE m.a = n.a OR m.k = n.id), 0) < 3
SELECT id, (SELECT list(k ORDER BY k) FROM m WHERE m.a = n.a OR m.k = n.id) FROM n
SELECT id FROM n WHERE (a IN (SELECT k FROM m WHERE m.a = n.a OR m.k = n.id)) OR id = 3
SELECT id FROM n WHERE (id NOT IN (SELECT k FROM m WHERE m.a = n.a OR m.k = n.id))
SELECT id FROM n WHERE NOT (a + 1 = ANY (SELECT k FROM m WHERE m.a = n.a OR m.k = n.id)) OR id = 3
SELECT id FROM n WHERE (b <> ALL (SELECT k FROM m WHERE m.a = n.a OR m.k = n.id))
SELECT id FROM n WHERE (a > ANY (SELECT k FROM m WHERE m.a = n.a OR m.k = n.id)) OR id = 3
SELECT id FROM n WHERE NOT (id <= ALL (SELECT k FROM m WHERE m.a = n.a OR m.k = n.id))
SELECT id, b >= ALL (SELECT k FROM m WHERE m.a = n.a OR m.k = n.id) FROM n
SELECT id FROM n WHERE EXISTS (SELECT 1 FROM m WHERE m.a = n.a OR m.k = n.id)
SELECT id FROM n WHERE NOT EXISTS (SELECT 1 FROM m WHERE m.a = n.a OR m.k = n.id) OR a > 1
SELECT n.id, q.c FROM n LEFT JOIN LATERAL (SELECT count(*) AS c FROM m WHERE m.a = n.a OR m.k = n.id) q ON q.c > 1
SELECT id, (SELECT count(*) FROM big m WHERE m.k = n.id + 200) FROM n
SELECT id, (SELECT avg(k) FROM big m WHERE m.k = n.id + 200) FROM n
SELECT id FROM n WHERE coalesce((SELECT count(DISTINCT k) FROM big m WHERE m.k = n.id + 200), 0) <= 2
SELECT id, a IN (SELECT k FROM big m WHERE m.k = n.id + 200) FROM n
SELECT id FROM n WHERE NOT (id NOT IN (SELECT k FROM big m WHERE m.k = n.id + 200)) OR id = 3
SELECT id, b <> ALL (SELECT k FROM big m WHERE m.k = n.id + 200) FROM n
SELECT id, a > ANY (SELECT k FROM big m WHERE m.k = n.id + 200) FROM n
SELECT id, id <= ALL (SELECT k FROM big m WHERE m.k = n.id + 200) FROM n
SELECT id, a + 1 < ANY (SELECT k FROM big m WHERE m.k = n.id + 200) FROM n
SELECT id, b >= ALL (SELECT k FROM big m WHERE m.k = n.id + 200) FROM n
SELECT id, NOT EXISTS (SELECT 1 FROM big m WHERE m.k = n.id + 200) FROM n
SELECT id, ARRAY(SELECT k FROM big m WHERE m.k = n.id + 200 ORDER BY k) FROM n
SELECT id, (SELECT max(k) FROM m) FROM n
SELECT id, (SELECT count(k) FROM m) FROM n
SELECT id, (SELECT list(k ORDER BY k) FROM m) FROM n
SELECT id FROM n WHERE NOT (a IN (SELECT k FROM m)) OR id = 3
SELECT id, a + 1 = ANY (SELECT k FROM m) FROM n
SELECT id, b <> ALL (SELECT k FROM m) FROM n
SELECT id FROM n WHERE (a > ANY (SELECT k FROM m)) OR id = 3
SELECT id, a + 1 < ANY (SELECT k FROM m) FROM n
SELECT id, b >= ALL (SELECT k FROM m) FROM n
SELECT id, NOT EXISTS (SELECT 1 FROM m) FROM n
SELECT id, ARRAY(SELECT k FROM m ORDER BY k) FROM n
