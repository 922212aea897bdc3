-- as read
SELECT CAST('0001-01-01 00:00:00+00' AS TIMESTAMP WITH TIME ZONE) AS "?", CAST('0001-01-01' AS DATE) AS "?", CAST("date_part"(CAST(['year', 'month'] AS VARCHAR[]), t1."dt") AS STRUCT("year" BIGINT, "month" BIGINT)) AS "?", CAST((t1."dt" + CAST("to_months"(CAST(CAST("trunc"(CAST(CAST(1 AS INTEGER) AS DOUBLE)) AS DOUBLE) AS INTEGER)) AS INTERVAL)) AS TIMESTAMP) AS "?", CAST("date_trunc"('month', t1."ts") AS TIMESTAMP) AS "?"
FROM "main"."t" AS t1

-- optimised
SELECT CAST('0001-01-01 00:00:00+00' AS TIMESTAMP WITH TIME ZONE) AS "?", CAST('0001-01-01' AS DATE) AS "?", CAST("date_part"(CAST(['year', 'month'] AS VARCHAR[]), t1."dt") AS STRUCT("year" BIGINT, "month" BIGINT)) AS "?", CAST((t1."dt" + CAST("to_months"(CAST(CAST("trunc"(CAST(CAST(1 AS INTEGER) AS DOUBLE)) AS DOUBLE) AS INTEGER)) AS INTERVAL)) AS TIMESTAMP) AS "?", CAST("date_trunc"('month', t1."ts") AS TIMESTAMP) AS "?"
FROM "main"."t" AS t1
