-- as read
SELECT t1.c0 AS "x", t1.c1 AS "y"
FROM (VALUES (CAST(1 AS INTEGER), 'a'), (CAST(NULL AS INTEGER), 'b')) AS t1(c0, c1)
WHERE (t1.c0 IS NOT NULL)

-- optimised
SELECT t1.c0 AS "x", t1.c1 AS "y"
FROM (VALUES (CAST(1 AS INTEGER), 'a'), (CAST(NULL AS INTEGER), 'b')) AS t1(c0, c1)
WHERE (t1.c0 IS NOT NULL)
