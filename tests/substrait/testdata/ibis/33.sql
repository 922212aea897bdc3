SELECT
  COUNT(*) AS "n",
  SUM("t5"."l_tax") AS "s"
FROM (
  SELECT
    "t2"."l_orderkey",
    "t2"."l_partkey",
    "t2"."l_suppkey",
    "t2"."l_linenumber",
    "t2"."l_quantity",
    "t2"."l_extendedprice",
    "t2"."l_discount",
    "t2"."l_tax",
    "t2"."l_returnflag",
    "t2"."l_linestatus",
    "t2"."l_shipdate",
    "t2"."l_commitdate",
    "t2"."l_receiptdate",
    "t2"."l_shipinstruct",
    "t2"."l_shipmode",
    "t2"."l_comment"
  FROM "lineitem" AS "t2"
  SEMI JOIN (
    SELECT
      *
    FROM "part" AS "t1"
    WHERE
      "t1"."p_size" = 1
  ) AS "t4"
    ON "t2"."l_partkey" = "t4"."p_partkey"
) AS "t5"
