SELECT
  COUNT(*) AS "n"
FROM (
  SELECT
    *
  FROM (
    SELECT
      "t2"."o_orderkey",
      "t2"."o_custkey",
      "t2"."o_orderstatus",
      "t2"."o_totalprice",
      "t2"."o_orderdate",
      "t2"."o_orderpriority",
      "t2"."o_clerk",
      "t2"."o_shippriority",
      "t2"."o_comment",
      "t4"."l_orderkey",
      "t4"."l_partkey",
      "t4"."l_suppkey",
      "t4"."l_linenumber",
      "t4"."l_quantity",
      "t4"."l_extendedprice",
      "t4"."l_discount",
      "t4"."l_tax",
      "t4"."l_returnflag",
      "t4"."l_linestatus",
      "t4"."l_shipdate",
      "t4"."l_commitdate",
      "t4"."l_receiptdate",
      "t4"."l_shipinstruct",
      "t4"."l_shipmode",
      "t4"."l_comment"
    FROM "orders" AS "t2"
    LEFT OUTER JOIN (
      SELECT
        *
      FROM "lineitem" AS "t1"
      WHERE
        "t1"."l_quantity" > 49
    ) AS "t4"
      ON "t2"."o_orderkey" = "t4"."l_orderkey"
  ) AS "t5"
  WHERE
    "t5"."l_orderkey" IS NULL
) AS "t6"
