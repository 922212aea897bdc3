CREATE TABLE n(id INTEGER, a INTEGER, b BIGINT, d DECIMAL(15,2), e DECIMAL(38,10), f DOUBLE, r FLOAT, s VARCHAR, g SMALLINT, h HUGEINT, u UBIGINT, y TINYINT, w BOOLEAN);
INSERT INTO n VALUES
 (1, 1, 10, 1.50, 0.0000000001, 1.5, 0.1, 'a', 7, 170141183460469231731687303715884105727, 18446744073709551615, 127, true),
 (2, 2, -10, -1.50, -5, 'nan', 'nan', '', -7, -170141183460469231731687303715884105727, 0, -128, false),
 (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (4, 2, 9223372036854775807, 9999999999999.99, 1234567890123456789012345678.0123456789, 'inf', '-inf', 'it''s "odd" \ 日本 %_', 0, 0, 1, 0, true),
 (5, -2147483648, -9223372036854775808, 0, 0, -0.0, 0.0, 'NULL', 1, 1, 2, 1, NULL),
 (6, 1, 0, 1.50, 1, 0.0, -0.0, ' A ', 7, 5, 3, 5, false),
 (7, 3, 10, 2.25, 2, 1e300, 3.4e38, 'b', 8, 6, 4, 6, true);
CREATE TABLE m(id INTEGER, a INTEGER, k INTEGER, s VARCHAR, f DOUBLE);
INSERT INTO m VALUES (1, 1, 5, 'a', 1.5), (2, 1, 6, 'b', 'nan'), (3, NULL, 7, NULL, NULL), (4, 4, NULL, '', 0.0), (5, 2, 2, 'a', -0.0), (6, 9, 1, 'x', 'inf');
CREATE TABLE none(a INTEGER, s VARCHAR);
CREATE TABLE t(id INTEGER, dt DATE, tm TIME, ts TIMESTAMP, tz TIMESTAMPTZ, iv INTERVAL, tns TIMESTAMP_NS, tsec TIMESTAMP_S, tms TIMESTAMP_MS, ttz TIMETZ);
INSERT INTO t VALUES
 (1, '2020-02-29', '23:59:59.999999', '2020-02-29 12:34:56.789', '2020-02-29 12:34:56.789+01', '1 month 2 days 3 seconds', '2020-01-01 00:00:00.123456789', '2020-01-01 00:00:01', '2020-01-01 00:00:00.001', '12:00:00+05:30'),
 (2, 'infinity', '00:00:00', '-infinity', 'infinity', '-1 year 5 hours', '1677-09-22 00:00:00', '1969-12-31 23:59:59', '1969-12-31 23:59:59.999', '00:00:00-15:59'),
 (3, '0044-03-15 (BC)', '12:00:00', '0001-01-01 (BC) 00:00:00', '1900-01-01 00:00:00+00', '0 seconds', NULL, NULL, NULL, NULL),
 (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (5, '2020-03-01', '06:30:00', '2020-03-01 00:00:00', '2020-03-01 00:00:00+00', '30 days', '2020-03-01', '2020-03-01', '2020-03-01', '06:30:00+00'),
 (6, '10000-01-01', '24:00:00', '290000-01-01 00:00:00', '2021-01-01', '100 years', '2200-01-01', '2021-01-01', '2021-01-01', '24:00:00+00');
CREATE TABLE x(id INTEGER, l INTEGER[], ll VARCHAR[][], st STRUCT(a INTEGER, "b c" VARCHAR), mp MAP(VARCHAR, INTEGER), ar INTEGER[3], un UNION(n INTEGER, s VARCHAR), en ENUM('lo', 'mid', 'it''s'), bl BLOB, bt BIT, uu UUID, js JSON);
INSERT INTO x VALUES
 (1, [1, NULL, 3], [['a', NULL], []], {'a': 1, 'b c': 'x'}, MAP {'k': 1, 'j': NULL}, [1, 2, 3], 5, 'lo', '\xAA\x00b'::BLOB, '0101', '12345678-1234-1234-1234-123456789abc', '{"a": [1, 2]}'),
 (2, [], NULL, {'a': NULL, 'b c': NULL}, MAP {}, [NULL, 0, -1], 'str'::VARCHAR, 'it''s', ''::BLOB, '1', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'null'),
 (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (4, [2, 1], [[]], {'a': 2, 'b c': ''}, MAP {'': 0}, [3, 2, 1], 7, 'mid', 'plain'::BLOB, '000', '00000000-0000-0000-0000-000000000000', '"s"');
CREATE TABLE z(id INTEGER, ut UTINYINT, us USMALLINT, ui UINTEGER, uh UHUGEINT, d4 DECIMAL(4,1), d9 DECIMAL(9,2), d18 DECIMAL(18,3), d38 DECIMAL(38,0), ls STRUCT(x INTEGER, y VARCHAR[])[], ml MAP(INTEGER, DOUBLE[]), sa STRUCT(p DECIMAL(10,2)[2], q DATE), lf DOUBLE[], lt TIMESTAMP[], lu UUID[], le ENUM('a', 'b')[], "A b" INTEGER, "q""uote" VARCHAR, "select" BOOLEAN, "日本" DATE);
INSERT INTO z VALUES
 (1, 255, 65535, 4294967295, 170141183460469231731687303715884105727, 999.9, 9999999.99, 999999999999999.999, 99999999999999999999999999999999999999, [{'x': 1, 'y': ['a', NULL]}, NULL], MAP {1: [1.5, 'nan'::DOUBLE], 2: NULL}, {'p': [1.25, NULL], 'q': '2020-02-29'}, [0.0, '-0'::DOUBLE, 'inf'], ['2020-01-01'::TIMESTAMP, 'infinity', NULL], ['12345678-1234-1234-1234-123456789abc'], ['a', 'b', NULL], 1, 'x"y', true, '2020-02-29'),
 (2, 0, 0, 0, 0, -999.9, -9999999.99, -999999999999999.999, -99999999999999999999999999999999999999, [], MAP {}, {'p': NULL, 'q': 'infinity'}, [], [], [], [], 2, '', false, '-infinity'),
 (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (4, 1, 2, 3, 4, 0.1, 0.01, 0.001, 1, [{'x': NULL, 'y': []}], MAP {-5: []}, NULL, [NULL], [NULL], [NULL], ['b'], 1, 'ünïcode', true, '1970-01-01');
CREATE TABLE twice(k INTEGER, v VARCHAR, f DOUBLE);
INSERT INTO twice SELECT k, v, f FROM (VALUES (1, 'a', 1.5::DOUBLE), (1, 'a', 1.5), (1, NULL, 'nan'), (2, 'b', 0.0), (2, 'b', '-0'), (NULL, NULL, NULL), (NULL, 'n', 2.5)) v(k, v, f), range(2);
CREATE TABLE big AS SELECT i::INTEGER AS id, (CASE WHEN i % 97 = 0 THEN NULL WHEN i < 500 THEN 7 ELSE i // 3 END)::INTEGER AS k, (i * 7919 % 1009)::INTEGER AS v, (i % 13 - 6)::DECIMAL(10,2) / 4 AS d, CASE WHEN i % 11 = 0 THEN NULL ELSE 's' || (i * 31 % 50) END AS s, (i % 1000 - 500) / 8 AS f, DATE '2020-01-01' + (i * 17 % 400)::INTEGER AS dt, [i % 3, i % 5] AS l FROM range(2500) r(i);
