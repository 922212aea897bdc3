SELECT * FROM (PIVOT (SELECT a, s FROM n) ON s IN ('a', 'b') USING count(*))
SELECT * FROM (PIVOT (SELECT a, s, id FROM n) ON s IN ('a', 'b', 'nothing') USING sum(id), max(id) AS most GROUP BY a)
PIVOT (SELECT a, s, id FROM n) ON s IN ('a', 'b') USING sum(id)
PIVOT n ON s IN ('a', '', 'b') USING count(*) GROUP BY a
PIVOT n ON a IN (1, 2, 3) USING list(id ORDER BY id) GROUP BY w
PIVOT big ON k IN (7, 200, 300) USING sum(v) AS total, count(*) AS n GROUP BY s
PIVOT (SELECT w, a, y, id FROM n) ON w IN (true, false), a IN (1, 2) USING first(id ORDER BY id) GROUP BY y
FROM n PIVOT (max(b) FOR a IN (1, 2) GROUP BY s)
SELECT * FROM (SELECT id, a, s FROM n) PIVOT (count(*) FOR s IN ('a', 'b') GROUP BY a)
UNPIVOT (SELECT id, a, k FROM m) ON a, k
UNPIVOT (SELECT id, a, k FROM m) ON a, k INTO NAME field VALUE amount
SELECT * FROM (SELECT id, a, k FROM m) UNPIVOT (amount FOR field IN (a, k))
SELECT * FROM (SELECT id, a, k FROM m) UNPIVOT INCLUDE NULLS (amount FOR field IN (a, k))
SELECT * FROM (SELECT id, a, k, f FROM m) UNPIVOT ((x, y) FOR field IN ((a, k) AS ak, (k, a) AS ka))
UNPIVOT (SELECT id, a, k FROM m) ON COLUMNS(* EXCLUDE (id))
UNPIVOT (SELECT k, id, v FROM big WHERE k > 820) ON id, v
SELECT field, sum(amount) FROM (UNPIVOT (SELECT k, id, v FROM big) ON id, v INTO NAME field VALUE amount) GROUP BY field
