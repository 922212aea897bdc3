-- as read
SELECT CAST("list_transform"(t1."l", (lambda p0_0, p0_1: CAST("list_filter"(CAST(t1."ar" AS INTEGER[]), (lambda p1_0: (CAST(p1_0 AS BIGINT) > (CAST((p0_0 + t1."id") AS BIGINT) + p0_1)))) AS INTEGER[]))) AS INTEGER[][]) AS "?", CAST("list_reduce"(CAST(t1."ar" AS INTEGER[]), (lambda p0_0, p0_1: ((p0_0 + p0_1) + t1."id")), CAST(5 AS INTEGER)) AS INTEGER) AS "?"
FROM "main"."x" AS t1

-- optimised
SELECT CAST("list_transform"(t1."l", (lambda p0_0, p0_1: CAST("list_filter"(CAST(t1."ar" AS INTEGER[]), (lambda p1_0: (CAST(p1_0 AS BIGINT) > (CAST((p0_0 + t1."id") AS BIGINT) + p0_1)))) AS INTEGER[]))) AS INTEGER[][]) AS "?", CAST("list_reduce"(CAST(t1."ar" AS INTEGER[]), (lambda p0_0, p0_1: ((p0_0 + p0_1) + t1."id")), CAST(5 AS INTEGER)) AS INTEGER) AS "?"
FROM "main"."x" AS t1
