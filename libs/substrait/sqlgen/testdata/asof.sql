-- as read
SELECT t1."id" AS "id", t2."id" AS "id"
FROM "main"."n" AS t1 ASOF LEFT JOIN "main"."m" AS t2 ON ((t1."a" = t2."a") AND (t1."id" >= t2."id") AND (t1."b" > CAST(CAST(1 AS INTEGER) AS BIGINT)) AND (t1."id" IS NOT NULL))

-- optimised
SELECT t1."id" AS "id", t2."id" AS "id"
FROM "main"."n" AS t1 ASOF LEFT JOIN "main"."m" AS t2 ON ((t1."a" = t2."a") AND (t1."id" >= t2."id") AND (t1."b" > CAST(CAST(1 AS INTEGER) AS BIGINT)) AND (t1."id" IS NOT NULL))
