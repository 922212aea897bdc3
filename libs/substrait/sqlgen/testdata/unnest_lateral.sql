-- as read
SELECT t5.c1 AS "id", t5.c6 AS "v", t5.c9 AS "w"
FROM (SELECT t4.c0 AS c0, t4.c1 AS c1, t4.c2 AS c2, t4.c3 AS c3, t4.c4 AS c4, t4.c5 AS c5, t4.c6 AS c6, CAST("list_value"(t4.c6, CAST(2 AS INTEGER)) AS INTEGER[]) AS c7, t4.c6 AS c8, t4.c7 AS c9
FROM (SELECT t3.c0 AS c0, t3.c1 AS c1, t3.c2 AS c2, t3.c0 AS c3, t3.c2 AS c4, t3.c0 AS c5, t3.c3 AS c6, unnest(CAST("list_value"(t3.c3, CAST(2 AS INTEGER)) AS INTEGER[])) AS c7
FROM (SELECT t2.c0 AS c0, t2.c1 AS c1, t2.c2 AS c2, unnest(t2.c0) AS c3
FROM (SELECT t1."l" AS c0, t1."id" AS c1, CAST(0 AS BIGINT) AS c2
FROM "main"."x" AS t1) AS t2) AS t3) AS t4) AS t5

-- optimised
SELECT t3.c0 AS "id", t3.c1 AS "v", t3.c2 AS "w"
FROM (SELECT t2.c1 AS c0, t2.c2 AS c1, unnest(CAST("list_value"(t2.c2, CAST(2 AS INTEGER)) AS INTEGER[])) AS c2
FROM (SELECT t1."l" AS c0, t1."id" AS c1, unnest(t1."l") AS c2
FROM "main"."x" AS t1) AS t2) AS t3
