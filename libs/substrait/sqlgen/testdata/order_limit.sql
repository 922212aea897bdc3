-- as read
SELECT t1."s" AS "?"
FROM "main"."n" AS t1
ORDER BY t1."a" DESC NULLS FIRST, t1."id" ASC NULLS LAST
LIMIT 3 OFFSET 1

-- optimised
SELECT t1."s" AS "?"
FROM "main"."n" AS t1
ORDER BY t1."a" DESC NULLS FIRST, t1."id" ASC NULLS LAST
LIMIT 3 OFFSET 1
