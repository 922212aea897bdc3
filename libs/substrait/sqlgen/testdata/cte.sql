-- as read
WITH r0 AS (SELECT t2.c0 AS c0, t2.c1 AS c1
FROM (SELECT t1."a" AS c0, count(*) AS c1
FROM "main"."n" AS t1
GROUP BY 1) AS t2) SELECT t3.c0 AS "a", t4.c1 AS "k"
FROM r0 AS t3 JOIN r0 AS t4 ON (t3.c1 = CAST(t4.c0 AS BIGINT))

-- optimised
WITH r0 AS (SELECT t2.c0 AS c0, t2.c1 AS c1
FROM (SELECT t1."a" AS c0, count(*) AS c1
FROM "main"."n" AS t1
GROUP BY 1) AS t2) SELECT t3.c0 AS "a", t4.c1 AS "k"
FROM r0 AS t3 JOIN r0 AS t4 ON (t3.c1 = CAST(t4.c0 AS BIGINT))
