-- as read
SELECT t2.c0 AS "id", t2.c3 AS "UNNEST(l)", t2.c4 AS "UNNEST(CAST(ar AS INTEGER[]))"
FROM (SELECT t1."id" AS c0, t1."l" AS c1, t1."ar" AS c2, unnest(t1."l") AS c3, unnest(CAST(t1."ar" AS INTEGER[])) AS c4
FROM "main"."x" AS t1) AS t2

-- optimised
SELECT t2.c0 AS "id", t2.c3 AS "UNNEST(l)", t2.c4 AS "UNNEST(CAST(ar AS INTEGER[]))"
FROM (SELECT t1."id" AS c0, t1."l" AS c1, t1."ar" AS c2, unnest(t1."l") AS c3, unnest(CAST(t1."ar" AS INTEGER[])) AS c4
FROM "main"."x" AS t1) AS t2
