-- as read
SELECT t1."id" AS "id", t1."s" AS "s"
FROM "main"."n" AS t1
WHERE (t1."a" > 1) AND ((t1."s" LIKE 'a%') OR (t1."f" IS NULL)) AND (t1."b" >= CAST(CAST(1 AS INTEGER) AS BIGINT)) AND (t1."b" <= CAST(CAST(10 AS INTEGER) AS BIGINT))

-- optimised
SELECT t1."id" AS "id", t1."s" AS "s"
FROM "main"."n" AS t1
WHERE (t1."a" > 1) AND ((t1."s" LIKE 'a%') OR (t1."f" IS NULL)) AND (t1."b" >= CAST(CAST(1 AS INTEGER) AS BIGINT)) AND (t1."b" <= CAST(CAST(10 AS INTEGER) AS BIGINT))
