-- as read
SELECT t4.c1 AS "id", t4.c3 AS "v", t4.c4 AS "one"
FROM (SELECT t3.c0 AS c0, t3.c1 AS c1, t3.c2 AS c2, t3.c3 AS c3, CASE WHEN (CAST("len"(t3.c0) AS BIGINT) > 0) THEN CAST(1 AS INTEGER) END AS c4, CASE WHEN (CAST("len"(t3.c0) AS BIGINT) > 0) THEN t3.c2 END AS c5, CASE WHEN (CAST("len"(t3.c0) AS BIGINT) > 0) THEN t3.c0 END AS c6
FROM (SELECT t2.c0 AS c0, t2.c1 AS c1, t2.c2 AS c2, unnest(CASE WHEN (CAST("len"(t2.c0) AS BIGINT) > 0) THEN t2.c0 ELSE CAST([CAST(NULL AS INTEGER)] AS INTEGER[]) END) AS c3
FROM (SELECT t1."l" AS c0, t1."id" AS c1, CAST(0 AS BIGINT) AS c2
FROM "main"."x" AS t1) AS t2) AS t3) AS t4

-- optimised
SELECT t2.c1 AS "id", t2.c2 AS "v", CASE WHEN (CAST("len"(t2.c0) AS BIGINT) > 0) THEN CAST(1 AS INTEGER) END AS "one"
FROM (SELECT t1."l" AS c0, t1."id" AS c1, unnest(CASE WHEN (CAST("len"(t1."l") AS BIGINT) > 0) THEN t1."l" ELSE CAST([CAST(NULL AS INTEGER)] AS INTEGER[]) END) AS c2
FROM "main"."x" AS t1) AS t2
