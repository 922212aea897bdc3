PIVOT (SELECT w, id, s IS NULL AS e FROM n) ON w IN (true, false) USING sum(id) GROUP BY e
PIVOT (SELECT w, id FROM n) ON w IN (true, false) USING sum(id)
PIVOT (SELECT a, id, s IS NULL AS e FROM n) ON a IN (1, 2, 3) USING sum(id) GROUP BY e
PIVOT (SELECT a, id FROM n) ON a IN (1, 2, 3) USING sum(id)
PIVOT (SELECT g, id, s IS NULL AS e FROM n) ON g IN (7, -7, 0) USING sum(id) GROUP BY e
PIVOT (SELECT g, id FROM n) ON g IN (7, -7, 0) USING sum(id)
PIVOT (SELECT w, id, s IS NULL AS e FROM n) ON w IN (true, false) USING count(*) GROUP BY e
PIVOT (SELECT w, id FROM n) ON w IN (true, false) USING count(*)
PIVOT (SELECT a, id, s IS NULL AS e FROM n) ON a IN (1, 2, 3) USING count(*) GROUP BY e
PIVOT (SELECT a, id FROM n) ON a IN (1, 2, 3) USING count(*)
PIVOT (SELECT g, id, s IS NULL AS e FROM n) ON g IN (7, -7, 0) USING count(*) GROUP BY e
PIVOT (SELECT g, id FROM n) ON g IN (7, -7, 0) USING count(*)
PIVOT (SELECT w, id, s IS NULL AS e FROM n) ON w IN (true, false) USING max(id) GROUP BY e
PIVOT (SELECT w, id FROM n) ON w IN (true, false) USING max(id)
PIVOT (SELECT a, id, s IS NULL AS e FROM n) ON a IN (1, 2, 3) USING max(id) GROUP BY e
PIVOT (SELECT a, id FROM n) ON a IN (1, 2, 3) USING max(id)
PIVOT (SELECT g, id, s IS NULL AS e FROM n) ON g IN (7, -7, 0) USING max(id) GROUP BY e
PIVOT (SELECT g, id FROM n) ON g IN (7, -7, 0) USING max(id)
PIVOT (SELECT w, id, s IS NULL AS e FROM n) ON w IN (true, false) USING list(id ORDER BY id) GROUP BY e
PIVOT (SELECT w, id FROM n) ON w IN (true, false) USING list(id ORDER BY id)
PIVOT (SELECT a, id, s IS NULL AS e FROM n) ON a IN (1, 2, 3) USING list(id ORDER BY id) GROUP BY e
PIVOT (SELECT a, id FROM n) ON a IN (1, 2, 3) USING list(id ORDER BY id)
PIVOT (SELECT g, id, s IS NULL AS e FROM n) ON g IN (7, -7, 0) USING list(id ORDER BY id) GROUP BY e
PIVOT (SELECT g, id FROM n) ON g IN (7, -7, 0) USING list(id ORDER BY id)
UNPIVOT (SELECT id AS key, a, g FROM n WHERE id <> 4) ON a, g INTO NAME nm VALUE vl
SELECT nm, count(*), sum(vl) FROM (UNPIVOT (SELECT a, g FROM n WHERE id IN (1, 2, 6, 7)) ON a, g INTO NAME nm VALUE vl) GROUP BY nm
UNPIVOT (SELECT id AS key, a, g, id AS i2 FROM n WHERE id <> 4) ON a, g, i2 INTO NAME nm VALUE vl
SELECT nm, count(*), sum(vl) FROM (UNPIVOT (SELECT a, g, id AS i2 FROM n WHERE id IN (1, 2, 6, 7)) ON a, g, i2 INTO NAME nm VALUE vl) GROUP BY nm
UNPIVOT (SELECT id AS key, id AS i2, y FROM n WHERE id <> 4) ON i2, y INTO NAME nm VALUE vl
SELECT nm, count(*), sum(vl) FROM (UNPIVOT (SELECT id AS i2, y FROM n WHERE id IN (1, 2, 6, 7)) ON i2, y INTO NAME nm VALUE vl) GROUP BY nm
UNPIVOT (SELECT id AS key, b, a FROM n WHERE id <> 4) ON b, a INTO NAME nm VALUE vl
SELECT nm, count(*), sum(vl) FROM (UNPIVOT (SELECT b, a FROM n WHERE id IN (1, 2, 6, 7)) ON b, a INTO NAME nm VALUE vl) GROUP BY nm
