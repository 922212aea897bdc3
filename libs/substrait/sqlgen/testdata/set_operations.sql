-- as read
SELECT t5.c0 AS "a"
FROM ((SELECT t3.c0 AS c0
FROM ((SELECT t1."a" AS c0
FROM "main"."n" AS t1) UNION ALL (SELECT t2."a" AS c0
FROM "main"."m" AS t2)) AS t3) EXCEPT (SELECT t4."k" AS c0
FROM "main"."m" AS t4)) AS t5

-- optimised
SELECT t5.c0 AS "a"
FROM ((SELECT t3.c0 AS c0
FROM ((SELECT t1."a" AS c0
FROM "main"."n" AS t1) UNION ALL (SELECT t2."a" AS c0
FROM "main"."m" AS t2)) AS t3) EXCEPT (SELECT t4."k" AS c0
FROM "main"."m" AS t4)) AS t5
