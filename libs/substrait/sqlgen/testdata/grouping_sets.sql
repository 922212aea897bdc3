-- as read
SELECT t5.c0 AS "a", t5.c1 AS "w", t5.c3 AS "GROUPING(memory.main.n.a, memory.main.n.w)", t5.c2 AS "count_star()"
FROM (SELECT t3.c0 AS c0, t3.c1 AS c1, t3.c2 AS c2, CASE WHEN (t4.c1 = 0) THEN CAST(3 AS BIGINT) WHEN (t4.c1 = 1) THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS c3
FROM (SELECT t2.c0 AS c0, t2.c1 AS c1, count(*) AS c2, GROUPING(t2.c0, t2.c1) AS c3
FROM (SELECT t1."a" AS c0, t1."w" AS c1, t1."a" AS c2, t1."w" AS c3
FROM "main"."n" AS t1) AS t2
GROUP BY GROUPING SETS ((), (t2.c0), (t2.c0, t2.c1))) AS t3 JOIN (VALUES (CAST(0 AS BIGINT), CAST(2 AS BIGINT)), (CAST(1 AS BIGINT), CAST(1 AS BIGINT)), (CAST(3 AS BIGINT), CAST(0 AS BIGINT))) AS t4(c0, c1) ON t3.c3 = t4.c0) AS t5

-- optimised
SELECT t3.c0 AS "a", t3.c1 AS "w", CASE WHEN (t4.c1 = 0) THEN CAST(3 AS BIGINT) WHEN (t4.c1 = 1) THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END AS "GROUPING(memory.main.n.a, memory.main.n.w)", t3.c2 AS "count_star()"
FROM (SELECT t2.c0 AS c0, t2.c1 AS c1, count(*) AS c2, GROUPING(t2.c0, t2.c1) AS c3
FROM (SELECT t1."a" AS c0, t1."w" AS c1, t1."a" AS c2, t1."w" AS c3
FROM "main"."n" AS t1) AS t2
GROUP BY GROUPING SETS ((), (t2.c0), (t2.c0, t2.c1))) AS t3 JOIN (VALUES (CAST(0 AS BIGINT), CAST(2 AS BIGINT)), (CAST(1 AS BIGINT), CAST(1 AS BIGINT)), (CAST(3 AS BIGINT), CAST(0 AS BIGINT))) AS t4(c0, c1) ON t3.c3 = t4.c0
