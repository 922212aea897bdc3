SELECT
  *
FROM (
  SELECT
    "t1"."code",
    COUNT(*) AS "n",
    MAX("t1"."n") AS "m",
    AVG("t1"."c_acctbal") AS "b"
  FROM (
    SELECT
      "t0"."c_custkey",
      "t0"."c_name",
      "t0"."c_address",
      "t0"."c_nationkey",
      "t0"."c_phone",
      "t0"."c_acctbal",
      "t0"."c_mktsegment",
      "t0"."c_comment",
      "t0"."c_nationkey" AS "code",
      UPPER("t0"."c_name") AS "up",
      LENGTH("t0"."c_name") AS "n"
    FROM "customer" AS "t0"
    WHERE
      "t0"."c_nationkey" IN (13, 3, 23)
  ) AS "t1"
  GROUP BY
    1
) AS "t2"
ORDER BY
  "t2"."code" ASC
