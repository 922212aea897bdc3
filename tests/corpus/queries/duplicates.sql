SELECT * FROM twice
SELECT k, v, f, count(*) FROM twice GROUP BY ALL
SELECT DISTINCT * FROM twice
SELECT DISTINCT k FROM twice
SELECT count(*), count(k), count(DISTINCT k), count(DISTINCT v), sum(f) FILTER (WHERE NOT isnan(f)), sum(DISTINCT k) FROM twice
SELECT k, count(DISTINCT v), count(DISTINCT f), count(DISTINCT (v, f)) FROM twice GROUP BY k
SELECT a.k, b.k, a.v, b.v FROM twice a JOIN twice b ON a.k = b.k
SELECT a.k, b.k, a.v, b.v FROM twice a JOIN twice b ON a.v = b.v
SELECT a.k, b.k FROM twice a LEFT JOIN twice b ON a.k = b.k AND a.v <> b.v
SELECT a.k, b.k FROM twice a FULL JOIN twice b ON a.k = b.k + 1
SELECT a.k, a.v FROM twice a SEMI JOIN twice b ON a.k = b.k
SELECT a.k, a.v FROM twice a ANTI JOIN twice b ON a.k = b.k
SELECT k FROM twice WHERE k IN (SELECT k FROM twice WHERE v = 'a')
SELECT k, v FROM twice WHERE k NOT IN (SELECT k FROM twice WHERE k > 1)
SELECT k, v FROM twice EXCEPT ALL SELECT k, v FROM twice WHERE k = 1
SELECT k, v FROM twice INTERSECT ALL SELECT k, v FROM (SELECT DISTINCT k, v FROM twice)
SELECT k, v FROM twice INTERSECT SELECT k, v FROM twice
SELECT k FROM twice UNION ALL SELECT k FROM twice
SELECT k FROM twice UNION SELECT k FROM twice
SELECT k, count(*) FROM (SELECT k FROM twice UNION ALL SELECT a FROM n UNION ALL SELECT a FROM none) GROUP BY k
> SELECT k, v FROM twice ORDER BY k NULLS FIRST, v NULLS FIRST
> SELECT k, v FROM twice ORDER BY ALL LIMIT 5
> SELECT k, v FROM twice ORDER BY k DESC NULLS LAST, v DESC NULLS LAST LIMIT 4 OFFSET 3
> SELECT k, count(*) FROM twice GROUP BY k ORDER BY k NULLS LAST LIMIT 2
SELECT k, v, rank() OVER (PARTITION BY k ORDER BY v), count(*) OVER (PARTITION BY v) FROM twice
SELECT k, sum(count(*)) OVER (ORDER BY k) FROM twice GROUP BY k
SELECT * FROM none
SELECT a, s, count(*) FROM none GROUP BY ALL
SELECT count(*), sum(a), max(s), list(a), string_agg(s, ','), bool_and(a > 1), count(DISTINCT a) FROM none
SELECT DISTINCT a FROM none
> SELECT * FROM none ORDER BY a, s LIMIT 3
SELECT n.id, none.a FROM n LEFT JOIN none ON n.a = none.a
SELECT n.id, none.a FROM none RIGHT JOIN n ON n.a = none.a
SELECT n.id, none.a FROM n FULL JOIN none ON n.a = none.a
SELECT n.id FROM n JOIN none ON n.a = none.a
SELECT a FROM n EXCEPT SELECT a FROM none
SELECT a FROM none EXCEPT SELECT a FROM n
SELECT a FROM none UNION ALL SELECT k FROM twice
SELECT a, row_number() OVER (ORDER BY a) FROM none
SELECT id, (SELECT count(*) FROM none WHERE none.a = n.a) FROM n
