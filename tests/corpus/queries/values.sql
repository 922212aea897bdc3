SELECT id, a, b, d, e, f, r, s, g, h, u, y, w FROM n
> SELECT * FROM n ORDER BY id
> SELECT * FROM t ORDER BY id
> SELECT * FROM x ORDER BY id
SELECT 1, 1.5, 1e0, 'a', true, NULL, 12345678901, 123456789012345678901234567890, 1.5::DOUBLE, 'x'::BLOB, '\x00\xFF'::BLOB
SELECT -1, -2147483648, -9223372036854775808, 9223372036854775807, 0.05, 100.00, -0.1, 1e400, -1e400, 'nan'::FLOAT, '-0'::DOUBLE
SELECT 'it''s', '', ' ', 'a' || chr(0) || 'b', '日本', 'tab	tab', '\n', '%', E'line\nline', '"', chr(0)
SELECT NULL::INTEGER, NULL::VARCHAR[], NULL::STRUCT(a INTEGER), NULL::MAP(INTEGER, VARCHAR), NULL::DECIMAL(5,2), NULL::ENUM('a'), NULL::TIMETZ
SELECT DATE '2020-02-29', DATE 'infinity', DATE '-infinity', DATE '0044-03-15 (BC)', DATE '5881580-07-10', TIMESTAMP '2020-01-01 00:00:00.000001', TIMESTAMP 'infinity', TIMESTAMPTZ '2020-01-01 00:00:00+05:30'
SELECT INTERVAL 1 MONTH, INTERVAL '-3 days', INTERVAL '1 year 2 months 3 days 04:05:06.7', INTERVAL (1 + 1) DAY, TIME '24:00:00', TIMETZ '12:00:00-07:30', TIMESTAMP_NS '2020-01-01 00:00:00.123456789', TIMESTAMP_S '2020-01-01', TIMESTAMP_MS '2020-01-01 00:00:00.123'
SELECT [1, 2, NULL], [], [[]], [NULL], {'a': 1, 'b': [1.5]}, MAP {'a': 1}, MAP {}, array_value(1, 2), [{'x': 1}, NULL], ROW(1, 'a'), union_value(k := 5)
SELECT '0101'::BIT, '12345678-1234-1234-1234-123456789abc'::UUID, '{"a":1}'::JSON, 'a'::ENUM('a', 'b'), 12::BIGNUM, 255::UTINYINT, 65535::USMALLINT, 4294967295::UINTEGER, 340282366920938463463374607431768211::UHUGEINT, 18446744073709551615::UBIGINT
SELECT 1 AS a, 2 AS a, 3 AS "A b", 4 AS "q""uote", 5 AS " ", 6 AS "select", 7 AS "日本", 8 AS "c0", 9 AS "t1"
VALUES (1, 'a', NULL), (2, 'b', 1.5), (NULL, NULL, 2)
SELECT * FROM (VALUES (1), (2)) v(x) WHERE x > 1
SELECT 42 WHERE 1 = 2
SELECT count(*) FROM (SELECT 1 WHERE false)
SELECT * FROM range(3)
SELECT * FROM range(5, 0, -2) r(i), generate_series(1, 2) g(j)
SELECT * FROM generate_series(3, 1)
SELECT now() = now(), current_date = today(), current_timestamp = now(), typeof(current_time), typeof(current_localtimestamp()), typeof(now()), typeof(today())
SELECT {'a': NULL, 'b': {'c': [1]}}, [{'a': 1, 'b': 'x'}], {'m': MAP {1: 'a'}}
