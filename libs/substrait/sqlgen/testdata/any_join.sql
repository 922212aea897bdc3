-- as read
SELECT t1."id" AS "id", t2."id" AS "id"
FROM "main"."n" AS t1 FULL JOIN "main"."m" AS t2 ON ((t1."a" = t2."a") OR (t1."s" = t2."s"))

-- optimised
SELECT t1."id" AS "id", t2."id" AS "id"
FROM "main"."n" AS t1 FULL JOIN "main"."m" AS t2 ON ((t1."a" = t2."a") OR (t1."s" = t2."s"))
