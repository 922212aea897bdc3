-- as read
SELECT t2.c0 AS "?", t2.c1 AS "?"
FROM (SELECT t1."a" AS c0, "first"(t1."s"
ORDER BY t1."a" ASC NULLS LAST, t1."id" DESC NULLS LAST) AS c1, "first"(t1."id"
ORDER BY t1."a" ASC NULLS LAST, t1."id" DESC NULLS LAST) AS c2
FROM "main"."n" AS t1
GROUP BY 1) AS t2
ORDER BY t2.c0 ASC NULLS LAST, t2.c2 DESC NULLS LAST

-- optimised
SELECT t2.c0 AS "?", t2.c1 AS "?"
FROM (SELECT t1."a" AS c0, "first"(t1."s"
ORDER BY t1."a" ASC NULLS LAST, t1."id" DESC NULLS LAST) AS c1, "first"(t1."id"
ORDER BY t1."a" ASC NULLS LAST, t1."id" DESC NULLS LAST) AS c2
FROM "main"."n" AS t1
GROUP BY 1) AS t2
ORDER BY t2.c0 ASC NULLS LAST, t2.c2 DESC NULLS LAST
