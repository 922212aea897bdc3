-- as read
SELECT (t1."a" + 1) AS "x", (CAST('1' AS DECIMAL(1,0)) - t1."d") AS "?", (t1."d" * CAST(CAST(2 AS INTEGER) AS DECIMAL(18,0))) AS "?", CASE WHEN (t1."a" = 1) THEN 'one' ELSE t1."s" END AS "?", (CAST(t1."d" AS DOUBLE) / CAST(CAST(3 AS INTEGER) AS DOUBLE)) AS "?", (t1."s" IN ('a', 'b')) AS "?", COALESCE(t1."a", CAST(0 AS INTEGER)) AS "?"
FROM "main"."n" AS t1

-- optimised
SELECT (t1."a" + 1) AS "x", (CAST('1' AS DECIMAL(1,0)) - t1."d") AS "?", (t1."d" * CAST(CAST(2 AS INTEGER) AS DECIMAL(18,0))) AS "?", CASE WHEN (t1."a" = 1) THEN 'one' ELSE t1."s" END AS "?", (CAST(t1."d" AS DOUBLE) / CAST(CAST(3 AS INTEGER) AS DOUBLE)) AS "?", (t1."s" IN ('a', 'b')) AS "?", COALESCE(t1."a", CAST(0 AS INTEGER)) AS "?"
FROM "main"."n" AS t1
