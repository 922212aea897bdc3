-- as read
SELECT t2.c0 AS "count_star()"
FROM (SELECT count(*) AS c0
FROM "main"."n" AS t1) AS t2

-- optimised
SELECT t2.c0 AS "count_star()"
FROM (SELECT count(*) AS c0
FROM "main"."n" AS t1) AS t2
