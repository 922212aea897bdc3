package pruning

// shape is a whole query, and how many chunks it reads.
type shape struct {
	sql          string
	total, reads int
}

const both = intsChunks + otherChunks

var shapes = []shape{
	// Subqueries, aliases, common table expressions.
	{"SELECT id, block FROM (SELECT id, k AS block FROM ints.t) WHERE block = 5", ints, 1},
	{"SELECT * FROM (SELECT block AS b, id FROM (SELECT id, k AS block, i FROM ints.t WHERE i < 50)) WHERE b > 30", ints, 2},
	{"SELECT id FROM (SELECT id, i + 1 AS next FROM ints.t) WHERE next = 6", ints, 1},
	{"SELECT id FROM (SELECT id, k % 7 AS r, k FROM ints.t) WHERE r = 3 AND k < 10", ints, 4},
	{"WITH c AS (SELECT id, k AS block FROM ints.t) SELECT id FROM c WHERE block BETWEEN 10 AND 19", ints, 1},
	{"SELECT s.one FROM (SELECT id, k, 1 AS one FROM ints.t) AS s WHERE s.one = 1 AND s.k = 5", ints, 1},
	{"SELECT s.one FROM (SELECT id, k, 1 AS one FROM ints.t) AS s WHERE s.one = 2", ints, 0},
	{"SELECT id FROM ints.t WHERE k = (SELECT 5)", ints, 1},
	// Set operations.
	{"SELECT * FROM (SELECT id, k FROM ints.t UNION ALL SELECT id, i FROM ints.t) WHERE k = 5", 2 * ints, 2},
	{"SELECT * FROM (SELECT 'low' AS part, id FROM ints.t WHERE k < 10 UNION ALL SELECT 'high', id FROM ints.t WHERE k > 10) WHERE part = 'low'", ints, 4},
	{"SELECT id FROM ints.t WHERE k = 5 UNION ALL SELECT id FROM days.t WHERE d = '2024-01-15'", ints + days, 2},
	// Aggregates, order, limits.
	{"SELECT count(*), sum(i) FROM ints.t WHERE k < 0", ints, 3},
	{"SELECT count(*), min(k) FROM ints.t WHERE k = 500", ints, 0},
	{"SELECT k, count(*) FROM ints.t GROUP BY k HAVING k = 5", ints, 1},
	{"SELECT i, count(*) FROM ints.t GROUP BY i HAVING i BETWEEN 10 AND 19", ints, 1},
	{"SELECT i % 3 AS r, count(*) AS n FROM ints.t WHERE k < 20 GROUP BY r HAVING n > 5", ints, 5},
	{"SELECT * FROM (SELECT DISTINCT k FROM ints.t) WHERE k = 5", ints, 1},
	{"SELECT id FROM ints.t WHERE k >= 10 ORDER BY k DESC LIMIT 3", ints, 11},
	{"SELECT id FROM (SELECT id, k FROM ints.t ORDER BY k NULLS LAST LIMIT 25) WHERE k >= -15", ints, ints},
	{"SELECT id FROM (SELECT id, k, count(*) OVER () AS n FROM ints.t) WHERE k = 5 AND n > 100", ints, ints},
	// Joins on the block: what one side rules out, the other need not read.
	{"SELECT a.id, b.n FROM ints.t a JOIN ints.other b ON a.k = b.k WHERE a.k = 5", both, 2},
	{"SELECT a.id, b.n FROM ints.t a JOIN ints.other b ON a.k = b.k WHERE b.k = 5", both, 2},
	{"SELECT a.id, b.n FROM ints.t a JOIN ints.other b USING (k) WHERE b.n < 10", both, 2},
	{"SELECT a.id, b.n FROM ints.t a JOIN ints.other b USING (k) WHERE a.i < 20 AND b.n < 85", both, 2},
	{"SELECT a.id, b.n FROM ints.t a JOIN ints.other b USING (k)", both, 20},
	{"SELECT a.id, b.n FROM ints.t a LEFT JOIN ints.other b ON a.k = b.k AND b.n < 10", both, ints + 1},
	{"SELECT a.id, b.n FROM ints.t a LEFT JOIN ints.other b ON a.k = b.k AND a.k = 5", both, intsChunks + 1}, // what is joined of b has the block 5, too
	{"SELECT a.id, b.n FROM ints.t a LEFT JOIN ints.other b ON a.k = b.k WHERE a.k < 10", both, 5},
	{"SELECT a.id, b.n FROM ints.t a LEFT JOIN ints.other b ON a.k = b.k WHERE b.n IS NULL AND a.k < 10", both, 5},
	{"SELECT a.id, b.n FROM ints.t a FULL JOIN ints.other b ON a.k = b.k AND a.k = 5", both, both},
	{"SELECT id FROM ints.t WHERE k IN (SELECT k FROM ints.other WHERE n < 10)", both, 2},
	{"SELECT id FROM ints.t a WHERE EXISTS (SELECT 1 FROM ints.other b WHERE b.k = a.k AND b.n < 10)", both, 2},
	{"SELECT id FROM ints.t a WHERE NOT EXISTS (SELECT 1 FROM ints.other b WHERE b.k = a.k AND b.n < 10)", both, ints + 1},
	{"SELECT id FROM ints.t a WHERE k < 10 AND NOT EXISTS (SELECT 1 FROM ints.other b WHERE b.k = a.k)", both, 5},
	// Joins that are merged: each side is pruned by its own conditions.
	{"SELECT a.id, b.id FROM ints.t a JOIN days.t b ON a.i = day(b.d) WHERE a.k < 10 AND b.d < '2024-01-11'", ints + days, 7},
	{"SELECT a.id, b.id FROM ints.t a, days.t b WHERE a.k = 5 AND b.d = '2024-01-15'", ints + days, 2},
}
