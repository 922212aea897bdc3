-- as read
WITH r0 AS (SELECT t1."id" AS c0, t1."a" AS c1
FROM "main"."n" AS t1) SELECT t2.c0 AS "id", t9.c0 AS "SUBQUERY", t11.c0 AS "SUBQUERY", t14.c0 AS "SUBQUERY"
FROM r0 AS t2 LEFT JOIN (SELECT t8.c1 AS c0, t7.c0 AS c1
FROM (SELECT DISTINCT t3.c1 AS c0
FROM r0 AS t3) AS t7 JOIN (SELECT t6.c0 AS c0, "max"(t4."k") AS c1
FROM "main"."m" AS t4 CROSS JOIN (SELECT DISTINCT t5.c1 AS c0
FROM r0 AS t5) AS t6
WHERE (t4."a" = t6.c0)
GROUP BY 1) AS t8 ON (t7.c0 = t8.c0)) AS t9 ON (t2.c1 IS NOT DISTINCT FROM t9.c1) CROSS JOIN (SELECT "min"(t10."a") AS c0
FROM "main"."m" AS t10) AS t11 CROSS JOIN (SELECT CASE WHEN (t13.c1 > 1) THEN CAST("error"('More than one row returned by a subquery used as an expression - scalar subqueries can only return a single row.

Use "SET scalar_subquery_error_on_multiple_rows=false" to revert to previous behavior of returning a random row.') AS INTEGER) ELSE t13.c0 END AS c0
FROM (SELECT "first"(t12."k") AS c0, count(*) AS c1
FROM "main"."m" AS t12) AS t13) AS t14

-- optimised
SELECT t1."id" AS "id", t3.c1 AS "SUBQUERY", t5.c0 AS "SUBQUERY", t8.c0 AS "SUBQUERY"
FROM "main"."n" AS t1 LEFT JOIN (SELECT t2."a" AS c0, "max"(t2."k") AS c1
FROM "main"."m" AS t2
WHERE (t2."a" IS NOT NULL)
GROUP BY 1) AS t3 ON (t1."a" = t3.c0) CROSS JOIN (SELECT "min"(t4."a") AS c0
FROM "main"."m" AS t4) AS t5 CROSS JOIN (SELECT CASE WHEN (t7.c1 > 1) THEN CAST("error"('More than one row returned by a subquery used as an expression - scalar subqueries can only return a single row.

Use "SET scalar_subquery_error_on_multiple_rows=false" to revert to previous behavior of returning a random row.') AS INTEGER) ELSE t7.c0 END AS c0
FROM (SELECT "first"(t6."k") AS c0, count(*) AS c1
FROM "main"."m" AS t6) AS t7) AS t8
