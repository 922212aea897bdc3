SELECT
  *
FROM (
  SELECT
    "t1"."n_regionkey",
    COUNT(*) AS "k"
  FROM (
    SELECT
      *
    FROM "nation" AS "t0"
    UNION ALL
    SELECT
      *
    FROM "nation" AS "t0"
  ) AS "t1"
  GROUP BY
    1
) AS "t2"
ORDER BY
  "t2"."n_regionkey" ASC
