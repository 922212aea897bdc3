SELECT a + 1 AS x, 1 - d, d * 2, CASE WHEN a = 1 THEN 'one' ELSE s END, CAST(d AS DOUBLE) / 3, s IN ('a', 'b'), coalesce(a, 0) FROM n
