-- as read
WITH h1 AS MATERIALIZED (SELECT t3."k" AS c0, t3."id" AS c1
FROM "main"."m" AS t3) SELECT t6.c0 AS "id", t6.c1 AS "best"
FROM (WITH RECURSIVE w1(c0, c1) USING KEY (c0) AS ((SELECT t1."id" AS c0, t1."id" AS c1
FROM "main"."m" AS t1) UNION (SELECT t4.c1 AS c0, t2.c1 AS c1
FROM w1 AS t2 JOIN h1 AS t4 ON (t2.c0 = t4.c0) CROSS JOIN recurring.w1 AS t5
WHERE (t5.c0 = t4.c1) AND (t2.c1 < t5.c1))) SELECT *
FROM w1) AS t6

-- optimised
WITH h1 AS MATERIALIZED (SELECT t3."k" AS c0, t3."id" AS c1
FROM "main"."m" AS t3) SELECT t6.c0 AS "id", t6.c1 AS "best"
FROM (WITH RECURSIVE w1(c0, c1) USING KEY (c0) AS ((SELECT t1."id" AS c0, t1."id" AS c1
FROM "main"."m" AS t1) UNION (SELECT t4.c1 AS c0, t2.c1 AS c1
FROM w1 AS t2 JOIN h1 AS t4 ON (t2.c0 = t4.c0) JOIN recurring.w1 AS t5 ON ((t5.c0 = t4.c1) AND (t2.c1 < t5.c1)))) SELECT *
FROM w1) AS t6
