SELECT
  *
FROM (
  SELECT
    "t1"."l_returnflag",
    "t1"."l_linestatus",
    SUM("t1"."l_quantity") AS "sum_qty",
    SUM("t1"."l_extendedprice") AS "sum_base",
    AVG("t1"."l_quantity") AS "avg_qty",
    COUNT(*) AS "n"
  FROM (
    SELECT
      *
    FROM "lineitem" AS "t0"
    WHERE
      "t0"."l_shipdate" <= MAKE_DATE(1998, 9, 2)
  ) AS "t1"
  GROUP BY
    1,
    2
) AS "t2"
ORDER BY
  "t2"."l_returnflag" ASC,
  "t2"."l_linestatus" ASC
