SELECT
  SUM("t1"."l_extendedprice") AS "revenue",
  COUNT(*) AS "n"
FROM (
  SELECT
    *
  FROM "lineitem" AS "t0"
  WHERE
    "t0"."l_shipdate" >= MAKE_DATE(1994, 1, 1)
    AND "t0"."l_shipdate" < MAKE_DATE(1995, 1, 1)
    AND "t0"."l_quantity" < 24
) AS "t1"
