-- as read
SELECT CAST("struct_extract"(t1."st", 'a') AS INTEGER) AS "?", CAST("array_extract"(t1."l", CAST(CAST(1 AS INTEGER) AS BIGINT)) AS INTEGER) AS "?", CAST("map_extract_value"(t1."mp", 'k') AS INTEGER) AS "?", row(t1."id", t1."en") AS "?", t1."un" AS "un", t1."ar" AS "ar", CAST("->>"(t1."js", 'a') AS VARCHAR) AS "?"
FROM "main"."x" AS t1
WHERE (t1."bl" IS DISTINCT FROM CAST(NULL AS BLOB))

-- optimised
SELECT CAST("struct_extract"(t1."st", 'a') AS INTEGER) AS "?", CAST("array_extract"(t1."l", CAST(CAST(1 AS INTEGER) AS BIGINT)) AS INTEGER) AS "?", CAST("map_extract_value"(t1."mp", 'k') AS INTEGER) AS "?", row(t1."id", t1."en") AS "?", t1."un" AS "un", t1."ar" AS "ar", CAST("->>"(t1."js", 'a') AS VARCHAR) AS "?"
FROM "main"."x" AS t1
WHERE (t1."bl" IS NOT NULL)
