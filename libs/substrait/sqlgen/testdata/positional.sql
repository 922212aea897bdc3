-- as read
SELECT t3.c0 AS "id", t3.c1 AS "id"
FROM (SELECT t1."id" AS c0, t2."id" AS c1
FROM "main"."n" AS t1 POSITIONAL JOIN "main"."m" AS t2) AS t3

-- optimised
SELECT t3.c0 AS "id", t3.c1 AS "id"
FROM (SELECT t1."id" AS c0, t2."id" AS c1
FROM "main"."n" AS t1 POSITIONAL JOIN "main"."m" AS t2) AS t3
