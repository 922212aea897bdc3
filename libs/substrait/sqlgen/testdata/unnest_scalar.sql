-- as read
WITH r0 AS MATERIALIZED (SELECT t1."id" AS c0, t1."l" AS c1, "row_number"() OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS c2
FROM "main"."x" AS t1) SELECT t10.c0 AS "id", t10.c3 AS "SUBQUERY"
FROM (SELECT t2.c0 AS c0, t2.c1 AS c1, t2.c2 AS c2, CASE WHEN t9.c1 > 1 THEN error('More than one row returned by a subquery used as an expression - scalar subqueries can only return a single row.') ELSE t9.c2 END AS c3, CASE WHEN t9.c1 > 1 THEN error('More than one row returned by a subquery used as an expression - scalar subqueries can only return a single row.') ELSE t9.c3 END AS c4, CASE WHEN t9.c1 > 1 THEN error('More than one row returned by a subquery used as an expression - scalar subqueries can only return a single row.') ELSE t9.c4 END AS c5
FROM r0 AS t2 LEFT JOIN (SELECT t7.c0 AS c0, count(*) AS c1, first(t8.c1) AS c2, first(t7.c0) AS c3, first(t7.c1) AS c4
FROM (SELECT DISTINCT t3.c2 AS c0, t3.c1 AS c1
FROM r0 AS t3) AS t7 JOIN (SELECT t6.c1 AS c0, "sum"(t6.c3) AS c1, "first"(t6.c1) AS c2, "first"(t6.c2) AS c3
FROM (SELECT t5.c1 AS c0, t5.c0 AS c1, t5.c1 AS c2, unnest(t5.c1) AS c3
FROM (SELECT DISTINCT t4.c2 AS c0, t4.c1 AS c1
FROM r0 AS t4) AS t5) AS t6
GROUP BY 1) AS t8 ON (t7.c0 IS NOT DISTINCT FROM t8.c2)
GROUP BY 1) AS t9 ON t2.c2 IS NOT DISTINCT FROM t9.c0) AS t10

-- optimised
WITH r0 AS MATERIALIZED (SELECT t1."id" AS c0, t1."l" AS c1, "row_number"() OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS c2
FROM "main"."x" AS t1) SELECT t10.c0 AS "id", t10.c2 AS "SUBQUERY"
FROM (SELECT t2.c0 AS c0, t2.c2 AS c1, CASE WHEN t9.c1 > 1 THEN error('More than one row returned by a subquery used as an expression - scalar subqueries can only return a single row.') ELSE t9.c2 END AS c2, CASE WHEN t9.c1 > 1 THEN error('More than one row returned by a subquery used as an expression - scalar subqueries can only return a single row.') ELSE t9.c3 END AS c3
FROM r0 AS t2 LEFT JOIN (SELECT t4.c0 AS c0, count(*) AS c1, first(t8.c1) AS c2, first(t4.c0) AS c3
FROM (SELECT DISTINCT t3.c2 AS c0, t3.c1 AS c1
FROM r0 AS t3) AS t4 JOIN (SELECT t7.c1 AS c0, "sum"(t7.c2) AS c1, "first"(t7.c1) AS c2
FROM (SELECT t6.c1 AS c0, t6.c0 AS c1, unnest(t6.c1) AS c2
FROM (SELECT DISTINCT t5.c2 AS c0, t5.c1 AS c1
FROM r0 AS t5) AS t6) AS t7
GROUP BY 1) AS t8 ON (t4.c0 IS NOT DISTINCT FROM t8.c2)
GROUP BY 1) AS t9 ON t2.c2 IS NOT DISTINCT FROM t9.c0) AS t10
