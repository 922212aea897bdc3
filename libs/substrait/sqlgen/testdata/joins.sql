-- as read
SELECT t1."id" AS "id", t2."k" AS "k"
FROM "main"."n" AS t1 LEFT JOIN "main"."m" AS t2 ON ((t1."a" = t2."a") AND (t1."id" < t2."k")) SEMI JOIN "main"."x" AS t3 ON (t1."id" = t3."id")

-- optimised
SELECT t1."id" AS "id", t2."k" AS "k"
FROM "main"."n" AS t1 LEFT JOIN "main"."m" AS t2 ON ((t1."a" = t2."a") AND (t1."id" < t2."k")) SEMI JOIN "main"."x" AS t3 ON (t1."id" = t3."id")
