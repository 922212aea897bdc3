package pruning

var onValues = []predicate{
	// Floats. The chunk with NaN, 2, has no bounds, so all but IS NULL reads it.
	{"x = 5", 3}, {"x = 42", 2}, {"x < 0", 1}, {"x <= 0", 4}, {"x = 0", 4}, {"x = -0.0", 4}, {"0 >= x", 4}, {"x > 42", 3}, {"x >= 42", 4}, {"x > 109", 2},
	{"x = 'inf'::DOUBLE", 2}, {"x > 'inf'::DOUBLE", 1}, {"x < '-inf'::DOUBLE", 1}, {"x = 'nan'::DOUBLE", 1}, {"x <> 'nan'::DOUBLE", 7},
	{"x < 'nan'::DOUBLE", 7}, {"x >= 'nan'::DOUBLE", 1}, {"NOT (x < 'nan'::DOUBLE)", 1}, {"NOT (x > 42)", 5}, {"NOT (x <= 42)", 3}, {"isnan(x)", vals},
	{"x IS NULL", 2}, {"x IS NOT NULL", 7}, {"x <> 42", 6}, {"x <> 'inf'::DOUBLE", 6}, {"x NOT IN (42)", 6}, {"x NOT IN (42, NULL)", 0}, {"x <> 0", 6},
	{"x NOT IN (0)", 6}, {"x IN ('nan'::DOUBLE, 100)", 2}, {"x BETWEEN 100 AND 200", 2}, {"x NOT BETWEEN 0 AND 9", 4}, {"x = 100.5", 2}, {"x = 99.9", 1},
	{"x IS DISTINCT FROM 42", 7}, {"x IS DISTINCT FROM 'nan'::DOUBLE", 8}, {"x IS NOT DISTINCT FROM NULL", 2}, {"x + 1 = 43", vals}, {"x::FLOAT = 42", vals},
	{"TRY_CAST(x AS INTEGER) = 42 AND k >= 70", 1}, {"x = 42::DECIMAL(5, 1)", 2}, {"x = '42'", 2}, {"x > 1e300", 2},
	{"f = 5", 3}, {"f < 0", 1}, {"f = 42::FLOAT", 2}, {"f = 'nan'::FLOAT", 1}, {"f > 109.5", 2}, {"f::DOUBLE = 42", 2}, {"f <> 42::FLOAT", 6}, {"f IS NULL", 2},
	{"f = 42.1", 1}, {"f BETWEEN 100 AND 200", 2},
	// Decimals.
	{"dec = 2.25", 1}, {"dec = 2.255", 0}, {"dec = 2", 1}, {"dec < 0", 1}, {"dec <= -1.5", 1}, {"dec < -1.5", 0}, {"dec > 42", 3}, {"dec >= 42", 4}, {"dec <> 42", 6},
	{"dec <> -1.50", 6}, {"dec = 42::BIGINT", 2}, {"dec = 42.00::DOUBLE", 2}, {"dec::DOUBLE < 0", 1}, {"dec::DECIMAL(12, 4) = 2.25", 1}, {"dec::DECIMAL(12, 1) = 2.3", vals},
	{"dec::INTEGER = 42", vals}, {"dec BETWEEN 49.26 AND 50.24", 0}, {"dec BETWEEN 49.25 AND 50.25", 2}, {"dec NOT BETWEEN 0 AND 69.25", 1}, {"dec IN (42, 30.25)", 3},
	{"dec IS NULL", 1}, {"NOT (dec < 42)", 4}, {"2.25 <= dec", 6}, {"dec = '2.25'", 1}, {"dec > 1e9", 0}, {"dec < 99999999999", 7},
	// Strings. Bounds are cut, so chunks 3 and 4, whose strings differ after 40 bytes, are read together.
	{"s = 'a5'", 2}, {"s < 'a'", 1}, {"s >= 'same'", 2}, {"s = 'same'", 1}, {"s <> 'same'", 6}, {"s = 'sam'", 0}, {"s > 'ä'", 1}, {"s = 'ä5'", 1},
	{"s = repeat('c', 40) || '5'", 2}, {"s = repeat('c', 40)", 2}, {"s < repeat('c', 40)", 4}, {"s > repeat('c', 41)", 5}, {"s = repeat('c', 30)", 0},
	{"s LIKE 'a%'", 2}, {"s LIKE 'a5'", 2}, {"s LIKE 'cc%'", 2}, {"s LIKE 'd%'", 1}, {"s LIKE '%5'", vals}, {"s LIKE 'same'", 1}, {"s LIKE 's_me'", 1},
	{"s LIKE ''", vals}, {"s LIKE 'ä%'", 1}, {"NOT (s LIKE 'a%')", 8}, {"s NOT LIKE 'd%'", 8}, {"s ILIKE 'A%'", vals}, {"s LIKE 'z%'", 0}, {"s LIKE NULL", 0},
	{"starts_with(s, 'd')", 1}, {"prefix(s, 'd')", 1}, {"s LIKE 'd%' ESCAPE '\\'", vals}, {"s SIMILAR TO 'd.*'", vals}, {"upper(s) = 'A5'", vals}, {"s COLLATE NOCASE = 'A5'", vals},
	{"s IN ('a5', 'same')", 3}, {"s NOT IN ('same')", 6}, {"s BETWEEN 'd' AND 'e'", 1}, {"s IS NULL", 2}, {"s = NULL", 0}, {"s = ''", 1}, {"s < ''", 0}, {"s IS DISTINCT FROM 'same'", 7},
	{"s[1:1] = 'a'", vals}, {"length(s) > 32", vals},
	// Booleans.
	{"b", 6}, {"NOT b", 5}, {"b = true", 6}, {"b = false", 5}, {"b <> true", 5}, {"b IS TRUE", 6}, {"b IS NOT TRUE", 6}, {"b IS NULL", 1}, {"b AND k < 30", 1}, {"NOT (b OR k >= 30)", 1},
	{"b > false", 6}, {"b IS DISTINCT FROM true", 6},
	// Unsigned, all NULL.
	{"u = 18446744073709551615", 1}, {"u > 9223372036854775807", 1}, {"u < 10", 1}, {"u = -1", 0}, {"u > -1", 8}, {"u = 42", 2}, {"u <> 42", 7}, {"u = 1e19", 0}, {"u > 1e19", 1}, {"u::HUGEINT = 5", 1},
	{"nothing = 1", 0}, {"nothing IS NULL", 8}, {"nothing IS NOT NULL", 0}, {"nothing <> 1", 0}, {"NOT (nothing = 1)", 0}, {"nothing IN (1, 2)", 0}, {"nothing NOT IN (1, 2)", 0},
	{"nothing IS DISTINCT FROM 1", 8}, {"nothing IS NOT DISTINCT FROM 1", 0}, {"nothing = 1 OR k = 5", 1}, {"COALESCE(nothing, 1) = 1", vals}, {"nothing + 1 = 2", 0},
	// DuckDB's own pruning within a file loses rows of these, if asked as they are.
	{"nothing IS DISTINCT FROM 1 OR nothing > 28", 8}, {"NOT (nothing IS NOT DISTINCT FROM 1) OR nothing > 28", 8}, {"raw = '\\x28\\x02'::BLOB", 8},
	{"raw IN ('\\x28\\x02'::BLOB, 'a'::BLOB)", 8}, {"raw = '\\x28\\x03'::BLOB", 0}, {"raw > '\\x28'::BLOB", 8},
	// Several columns.
	{"x = 42 AND dec = 42", 1}, {"x = 42 OR dec = 42", 3}, {"s = 'same' AND k < 70", 0}, {"s = 'same' OR x < 0", 2}, {"NOT (x > 42 OR dec > 42)", 4},
	{"x = dec", vals}, {"x > 42 AND s LIKE '%9'", 3}, {"k < 20 AND x IS NULL", 1},
}
