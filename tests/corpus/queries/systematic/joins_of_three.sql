SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.id = q.id JOIN t r ON r.id = p.id
SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.a = q.a JOIN t r ON r.id = q.id WHERE p.id IS NULL OR q.id > 1
SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.s = q.s JOIN t r ON r.id = q.k WHERE coalesce(q.k, 0) < 6
SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.id = q.k JOIN t r ON r.id = coalesce(p.id, q.id) WHERE r.id IS NOT NULL AND NOT (p.a = 1)
SELECT p.a, count(*), count(q.id), sum(r.id), grouping(p.a) FROM n p JOIN m q ON p.a = q.a JOIN x r ON r.id = q.id GROUP BY ROLLUP (p.a)
SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.id = q.id LEFT JOIN x r ON r.id = q.id
SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.a = q.a LEFT JOIN x r ON r.id = q.k WHERE p.id IS NULL OR q.id > 1
SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.s = q.s LEFT JOIN x r ON r.id = coalesce(p.id, q.id) WHERE coalesce(q.k, 0) < 6
SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.id = q.k LEFT JOIN x r ON r.id = q.id + 1 WHERE r.id IS NOT NULL AND NOT (p.a = 1)
SELECT p.a, count(*), count(q.id), sum(r.id), grouping(p.a) FROM n p JOIN m q ON p.a = q.a LEFT JOIN x r ON r.id = q.id GROUP BY ROLLUP (p.a)
SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.id = q.id RIGHT JOIN z r ON r.id = q.k
SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.a = q.a RIGHT JOIN z r ON r.id = coalesce(p.id, q.id) WHERE p.id IS NULL OR q.id > 1
SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.s = q.s RIGHT JOIN z r ON r.id = q.id + 1 WHERE coalesce(q.k, 0) < 6
SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.id = q.k RIGHT JOIN z r ON r.id = p.id WHERE r.id IS NOT NULL AND NOT (p.a = 1)
SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.a = q.a AND p.id < 6 RIGHT JOIN z r ON r.id = q.id WHERE q.s IS NULL
SELECT p.a, count(*), count(q.id), sum(r.id), grouping(p.a) FROM n p JOIN m q ON p.a = q.a RIGHT JOIN x r ON r.id = q.id GROUP BY ROLLUP (p.a)
SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.id = q.id FULL JOIN n r ON r.id = coalesce(p.id, q.id)
SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.a = q.a FULL JOIN n r ON r.id = q.id + 1 WHERE p.id IS NULL OR q.id > 1
SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.s = q.s FULL JOIN n r ON r.id = p.id WHERE coalesce(q.k, 0) < 6
SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.id = q.k FULL JOIN n r ON r.id = q.id WHERE r.id IS NOT NULL AND NOT (p.a = 1)
SELECT p.id, q.id, r.id FROM n p JOIN m q ON p.a = q.a AND p.id < 6 FULL JOIN n r ON r.id = q.k WHERE q.s IS NULL
SELECT p.a, count(*), count(q.id), sum(r.id), grouping(p.a) FROM n p JOIN m q ON p.a = q.a FULL JOIN x r ON r.id = q.id GROUP BY ROLLUP (p.a)
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.id = q.id JOIN t r ON r.id = q.id + 1
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.a = q.a JOIN t r ON r.id = p.id WHERE p.id IS NULL OR q.id > 1
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.s = q.s JOIN t r ON r.id = q.id WHERE coalesce(q.k, 0) < 6
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.id = q.k JOIN t r ON r.id = q.k WHERE r.id IS NOT NULL AND NOT (p.a = 1)
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.a = q.a AND p.id < 6 JOIN t r ON r.id = coalesce(p.id, q.id) WHERE q.s IS NULL
SELECT p.a, count(*), count(q.id), sum(r.id), grouping(p.a) FROM n p LEFT JOIN m q ON p.a = q.a JOIN x r ON r.id = q.id GROUP BY ROLLUP (p.a)
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.id = q.id LEFT JOIN x r ON r.id = p.id
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.a = q.a LEFT JOIN x r ON r.id = q.id WHERE p.id IS NULL OR q.id > 1
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.s = q.s LEFT JOIN x r ON r.id = q.k WHERE coalesce(q.k, 0) < 6
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.id = q.k LEFT JOIN x r ON r.id = coalesce(p.id, q.id) WHERE r.id IS NOT NULL AND NOT (p.a = 1)
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.a = q.a AND p.id < 6 LEFT JOIN x r ON r.id = q.id + 1 WHERE q.s IS NULL
SELECT p.a, count(*), count(q.id), sum(r.id), grouping(p.a) FROM n p LEFT JOIN m q ON p.a = q.a LEFT JOIN x r ON r.id = q.id GROUP BY ROLLUP (p.a)
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.id = q.id RIGHT JOIN z r ON r.id = q.id
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.a = q.a RIGHT JOIN z r ON r.id = q.k WHERE p.id IS NULL OR q.id > 1
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.s = q.s RIGHT JOIN z r ON r.id = coalesce(p.id, q.id) WHERE coalesce(q.k, 0) < 6
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.id = q.k RIGHT JOIN z r ON r.id = q.id + 1 WHERE r.id IS NOT NULL AND NOT (p.a = 1)
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.a = q.a AND p.id < 6 RIGHT JOIN z r ON r.id = p.id WHERE q.s IS NULL
SELECT p.a, count(*), count(q.id), sum(r.id), grouping(p.a) FROM n p LEFT JOIN m q ON p.a = q.a RIGHT JOIN x r ON r.id = q.id GROUP BY ROLLUP (p.a)
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.id = q.id FULL JOIN n r ON r.id = q.k
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.a = q.a FULL JOIN n r ON r.id = coalesce(p.id, q.id) WHERE p.id IS NULL OR q.id > 1
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.s = q.s FULL JOIN n r ON r.id = q.id + 1 WHERE coalesce(q.k, 0) < 6
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.id = q.k FULL JOIN n r ON r.id = p.id WHERE r.id IS NOT NULL AND NOT (p.a = 1)
SELECT p.id, q.id, r.id FROM n p LEFT JOIN m q ON p.a = q.a AND p.id < 6 FULL JOIN n r ON r.id = q.id WHERE q.s IS NULL
SELECT p.a, count(*), count(q.id), sum(r.id), grouping(p.a) FROM n p LEFT JOIN m q ON p.a = q.a FULL JOIN x r ON r.id = q.id GROUP BY ROLLUP (p.a)
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.id = q.id JOIN t r ON r.id = coalesce(p.id, q.id)
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.a = q.a JOIN t r ON r.id = q.id + 1 WHERE p.id IS NULL OR q.id > 1
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.s = q.s JOIN t r ON r.id = p.id WHERE coalesce(q.k, 0) < 6
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.id = q.k JOIN t r ON r.id = q.id WHERE r.id IS NOT NULL AND NOT (p.a = 1)
SELECT p.a, count(*), count(q.id), sum(r.id), grouping(p.a) FROM n p RIGHT JOIN m q ON p.a = q.a JOIN x r ON r.id = q.id GROUP BY ROLLUP (p.a)
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.id = q.id LEFT JOIN x r ON r.id = q.id + 1
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.a = q.a LEFT JOIN x r ON r.id = p.id WHERE p.id IS NULL OR q.id > 1
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.s = q.s LEFT JOIN x r ON r.id = q.id WHERE coalesce(q.k, 0) < 6
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.id = q.k LEFT JOIN x r ON r.id = q.k WHERE r.id IS NOT NULL AND NOT (p.a = 1)
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.a = q.a AND p.id < 6 LEFT JOIN x r ON r.id = coalesce(p.id, q.id) WHERE q.s IS NULL
SELECT p.a, count(*), count(q.id), sum(r.id), grouping(p.a) FROM n p RIGHT JOIN m q ON p.a = q.a LEFT JOIN x r ON r.id = q.id GROUP BY ROLLUP (p.a)
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.id = q.id RIGHT JOIN z r ON r.id = p.id
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.a = q.a RIGHT JOIN z r ON r.id = q.id WHERE p.id IS NULL OR q.id > 1
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.s = q.s RIGHT JOIN z r ON r.id = q.k WHERE coalesce(q.k, 0) < 6
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.id = q.k RIGHT JOIN z r ON r.id = coalesce(p.id, q.id) WHERE r.id IS NOT NULL AND NOT (p.a = 1)
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.a = q.a AND p.id < 6 RIGHT JOIN z r ON r.id = q.id + 1 WHERE q.s IS NULL
SELECT p.a, count(*), count(q.id), sum(r.id), grouping(p.a) FROM n p RIGHT JOIN m q ON p.a = q.a RIGHT JOIN x r ON r.id = q.id GROUP BY ROLLUP (p.a)
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.id = q.id FULL JOIN n r ON r.id = q.id
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.a = q.a FULL JOIN n r ON r.id = q.k WHERE p.id IS NULL OR q.id > 1
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.s = q.s FULL JOIN n r ON r.id = coalesce(p.id, q.id) WHERE coalesce(q.k, 0) < 6
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.id = q.k FULL JOIN n r ON r.id = q.id + 1 WHERE r.id IS NOT NULL AND NOT (p.a = 1)
SELECT p.id, q.id, r.id FROM n p RIGHT JOIN m q ON p.a = q.a AND p.id < 6 FULL JOIN n r ON r.id = p.id WHERE q.s IS NULL
SELECT p.a, count(*), count(q.id), sum(r.id), grouping(p.a) FROM n p RIGHT JOIN m q ON p.a = q.a FULL JOIN x r ON r.id = q.id GROUP BY ROLLUP (p.a)
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.id = q.id JOIN t r ON r.id = q.k
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.a = q.a JOIN t r ON r.id = coalesce(p.id, q.id) WHERE p.id IS NULL OR q.id > 1
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.s = q.s JOIN t r ON r.id = q.id + 1 WHERE coalesce(q.k, 0) < 6
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.id = q.k JOIN t r ON r.id = p.id WHERE r.id IS NOT NULL AND NOT (p.a = 1)
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.a = q.a AND p.id < 6 JOIN t r ON r.id = q.id WHERE q.s IS NULL
SELECT p.a, count(*), count(q.id), sum(r.id), grouping(p.a) FROM n p FULL JOIN m q ON p.a = q.a JOIN x r ON r.id = q.id GROUP BY ROLLUP (p.a)
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.id = q.id LEFT JOIN x r ON r.id = coalesce(p.id, q.id)
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.a = q.a LEFT JOIN x r ON r.id = q.id + 1 WHERE p.id IS NULL OR q.id > 1
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.s = q.s LEFT JOIN x r ON r.id = p.id WHERE coalesce(q.k, 0) < 6
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.id = q.k LEFT JOIN x r ON r.id = q.id WHERE r.id IS NOT NULL AND NOT (p.a = 1)
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.a = q.a AND p.id < 6 LEFT JOIN x r ON r.id = q.k WHERE q.s IS NULL
SELECT p.a, count(*), count(q.id), sum(r.id), grouping(p.a) FROM n p FULL JOIN m q ON p.a = q.a LEFT JOIN x r ON r.id = q.id GROUP BY ROLLUP (p.a)
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.id = q.id RIGHT JOIN z r ON r.id = q.id + 1
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.a = q.a RIGHT JOIN z r ON r.id = p.id WHERE p.id IS NULL OR q.id > 1
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.s = q.s RIGHT JOIN z r ON r.id = q.id WHERE coalesce(q.k, 0) < 6
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.id = q.k RIGHT JOIN z r ON r.id = q.k WHERE r.id IS NOT NULL AND NOT (p.a = 1)
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.a = q.a AND p.id < 6 RIGHT JOIN z r ON r.id = coalesce(p.id, q.id) WHERE q.s IS NULL
SELECT p.a, count(*), count(q.id), sum(r.id), grouping(p.a) FROM n p FULL JOIN m q ON p.a = q.a RIGHT JOIN x r ON r.id = q.id GROUP BY ROLLUP (p.a)
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.id = q.id FULL JOIN n r ON r.id = p.id
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.a = q.a FULL JOIN n r ON r.id = q.id WHERE p.id IS NULL OR q.id > 1
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.s = q.s FULL JOIN n r ON r.id = q.k WHERE coalesce(q.k, 0) < 6
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.id = q.k FULL JOIN n r ON r.id = coalesce(p.id, q.id) WHERE r.id IS NOT NULL AND NOT (p.a = 1)
SELECT p.id, q.id, r.id FROM n p FULL JOIN m q ON p.a = q.a AND p.id < 6 FULL JOIN n r ON r.id = q.id + 1 WHERE q.s IS NULL
SELECT p.a, count(*), count(q.id), sum(r.id), grouping(p.a) FROM n p FULL JOIN m q ON p.a = q.a FULL JOIN x r ON r.id = q.id GROUP BY ROLLUP (p.a)
