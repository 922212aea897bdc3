-- as read
SELECT t1.c0 AS "range", t2.c0 AS "generate_series"
FROM "range"(CAST(3 AS BIGINT)) AS t1(c0) CROSS JOIN "generate_series"(CAST(1 AS BIGINT), CAST(2 AS BIGINT)) AS t2(c0)

-- optimised
SELECT t1.c0 AS "range", t2.c0 AS "generate_series"
FROM "range"(CAST(3 AS BIGINT)) AS t1(c0) CROSS JOIN "generate_series"(CAST(1 AS BIGINT), CAST(2 AS BIGINT)) AS t2(c0)
