-- as read
WITH r0 AS (SELECT t1."a" AS c0, t1."id" AS c1
FROM "main"."n" AS t1) SELECT t2.c1 AS "id", t6.c0 AS "k"
FROM r0 AS t2 JOIN (SELECT t3."k" AS c0, t5.c0 AS c1, "row_number"() OVER (PARTITION BY t5.c0
ORDER BY t3."k" ASC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS c2
FROM "main"."m" AS t3 CROSS JOIN (SELECT DISTINCT t4.c0 AS c0
FROM r0 AS t4) AS t5
WHERE (t3."a" = t5.c0)) AS t6 ON (t2.c0 = t6.c1)
WHERE (t6.c2 <= 1)

-- optimised
SELECT t1."id" AS "id", t3.c0 AS "k"
FROM "main"."n" AS t1 JOIN (SELECT t2."k" AS c0, t2."a" AS c1, "row_number"() OVER (PARTITION BY t2."a"
ORDER BY t2."k" ASC NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS c2
FROM "main"."m" AS t2
WHERE (t2."a" IS NOT NULL)) AS t3 ON (t1."a" = t3.c1)
WHERE (t3.c2 <= 1)
