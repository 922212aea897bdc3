-- as read
SELECT t5.c0 AS "id"
FROM ((SELECT t2.c0 AS c0
FROM (SELECT t1."id" AS c0
FROM "main"."n" AS t1 TABLESAMPLE reservoir(5 ROWS) REPEATABLE (42)) AS t2) UNION ALL (SELECT t4.c0 AS c0
FROM (SELECT t3."id" AS c0
FROM "main"."n" AS t3 TABLESAMPLE bernoulli(2.5 PERCENT)) AS t4)) AS t5

-- optimised
SELECT t5.c0 AS "id"
FROM ((SELECT t2.c0 AS c0
FROM (SELECT t1."id" AS c0
FROM "main"."n" AS t1 TABLESAMPLE reservoir(5 ROWS) REPEATABLE (42)) AS t2) UNION ALL (SELECT t4.c0 AS c0
FROM (SELECT t3."id" AS c0
FROM "main"."n" AS t3 TABLESAMPLE bernoulli(2.5 PERCENT)) AS t4)) AS t5
