SELECT "A b", "q""uote", "select", "日本" FROM z
SELECT id AS "SELECT", id AS "sel.ect", id AS "a'b", id AS " x " FROM z
SELECT id AS a, ut AS a, us AS A FROM z
SELECT id, id, id FROM n
SELECT n.*, m.* FROM n JOIN m ON n.id = m.id
> SELECT "A b" AS "日本", "日本" AS "A b" FROM z ORDER BY "日本" NULLS FIRST, "A b"
SELECT "A b", count(*) AS "count" FROM z GROUP BY "A b"
SELECT "A b", count(*), sum(id), count(*) FILTER ("select") FROM z GROUP BY ALL
SELECT count(*), count(*), sum(id) AS count FROM n
SELECT z."A b" + 1, "q""uote" || 'x', NOT "select", "日本" + 1 FROM z WHERE "日本" > DATE '1969-01-01'
SELECT a."A b", b."A b" FROM z a JOIN z b ON a."A b" = b."A b"
SELECT COLUMNS('^[ab]$') FROM n
SELECT * EXCLUDE (s, f) REPLACE (a + 1 AS a) FROM m
SELECT m FROM m
SELECT z."select" AS "from", "where"."group" FROM z, (SELECT 1 AS "group") "where"
SELECT s AS "c0", id AS "t0", a AS "$subplan" FROM n
SELECT f AS "a very long name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" FROM m
SELECT main_alias.a FROM m AS main_alias
