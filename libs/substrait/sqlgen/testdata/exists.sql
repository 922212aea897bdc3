-- as read
WITH r0 AS (SELECT t1."a" AS c0, t1."id" AS c1
FROM "main"."n" AS t1) SELECT t8.c1 AS "id"
FROM (SELECT t2.c0 AS c0, t2.c1 AS c1, (t7.c2 IS NOT NULL) AS c2
FROM r0 AS t2 LEFT JOIN (SELECT DISTINCT t6.c1 AS c0, t6.c2 AS c1, TRUE AS c2
FROM (SELECT CAST(1 AS INTEGER) AS c0, t5.c0 AS c1, t5.c1 AS c2
FROM "main"."m" AS t3 CROSS JOIN (SELECT DISTINCT t4.c1 AS c0, t4.c0 AS c1
FROM r0 AS t4) AS t5
WHERE (t3."a" = t5.c1) AND (t3."k" > t5.c0)) AS t6) AS t7 ON t2.c1 IS NOT DISTINCT FROM t7.c0 AND t2.c0 IS NOT DISTINCT FROM t7.c1) AS t8
WHERE (NOT t8.c2)

-- optimised
SELECT t1."id" AS "id"
FROM "main"."n" AS t1 ANTI JOIN "main"."m" AS t2 ON ((t2."a" = t1."a") AND (t2."k" > t1."id"))
