-- as read
SELECT t2.c0 AS "a", t2.c1 AS "count_star()", t2.c2 AS "sum(d) FILTER (WHERE (f > CAST(0 AS DOUBLE)))", t2.c3 AS "count(DISTINCT s)", t2.c4 AS "string_agg(s ORDER BY id DESC NULLS LAST)", t2.c5 AS "quantile_cont(d)"
FROM (SELECT t1."a" AS c0, count(*) AS c1, "sum"(t1."d") FILTER (WHERE (t1."f" > CAST(CAST(0 AS INTEGER) AS DOUBLE))) AS c2, "count"(DISTINCT t1."s") AS c3, CAST("string_agg"(t1."s", ','
ORDER BY t1."id" DESC NULLS LAST) AS VARCHAR) AS c4, CAST("quantile_cont"(t1."d", CAST('0.5' AS DECIMAL(2,1))) AS DECIMAL(15,2)) AS c5
FROM "main"."n" AS t1
GROUP BY 1) AS t2
WHERE (t2.c1 > CAST(CAST(1 AS INTEGER) AS BIGINT))

-- optimised
SELECT t2.c0 AS "a", t2.c1 AS "count_star()", t2.c2 AS "sum(d) FILTER (WHERE (f > CAST(0 AS DOUBLE)))", t2.c3 AS "count(DISTINCT s)", t2.c4 AS "string_agg(s ORDER BY id DESC NULLS LAST)", t2.c5 AS "quantile_cont(d)"
FROM (SELECT t1."a" AS c0, count(*) AS c1, "sum"(t1."d") FILTER (WHERE (t1."f" > CAST(CAST(0 AS INTEGER) AS DOUBLE))) AS c2, "count"(DISTINCT t1."s") AS c3, CAST("string_agg"(t1."s", ','
ORDER BY t1."id" DESC NULLS LAST) AS VARCHAR) AS c4, CAST("quantile_cont"(t1."d", CAST('0.5' AS DECIMAL(2,1))) AS DECIMAL(15,2)) AS c5
FROM "main"."n" AS t1
GROUP BY 1) AS t2
WHERE (t2.c1 > CAST(CAST(1 AS INTEGER) AS BIGINT))
