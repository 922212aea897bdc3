-- as read
SELECT t5.c1 AS "id", t5.c4 AS "SUBQUERY"
FROM (SELECT t3.c0 AS c0, t3.c1 AS c1, t3.c2 AS c2, t3.c3 AS c3, (t3.c2 IN (SELECT t4."a" AS c0
FROM "main"."m" AS t4)) AS c4
FROM (SELECT t1."b" AS c0, t1."id" AS c1, t1."a" AS c2, (t1."b" IN (SELECT CAST(t2."k" AS BIGINT) AS c0
FROM "main"."m" AS t2)) AS c3
FROM "main"."n" AS t1) AS t3
WHERE (NOT t3.c3)) AS t5

-- optimised
SELECT t5.c0 AS "id", t5.c2 AS "SUBQUERY"
FROM (SELECT t3.c1 AS c0, t3.c2 AS c1, (t3.c2 IN (SELECT t4."a" AS c0
FROM "main"."m" AS t4)) AS c2
FROM (SELECT t1."b" AS c0, t1."id" AS c1, t1."a" AS c2, (t1."b" IN (SELECT CAST(t2."k" AS BIGINT) AS c0
FROM "main"."m" AS t2)) AS c3
FROM "main"."n" AS t1) AS t3
WHERE (NOT t3.c3)) AS t5
