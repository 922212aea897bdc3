-- What the Parquet files in this folder were made of, by DuckDB 1.5.4. Run it in this folder.
COPY (SELECT
  (i - 5)::TINYINT i8, (i - 5)::SMALLINT i16, (i - 5)::INTEGER i32,
  CASE i WHEN 0 THEN -9223372036854775808 WHEN 9 THEN 9223372036854775807 ELSE i END::BIGINT i64,
  (i * 28)::UTINYINT u8, (i * 7000)::USMALLINT u16, (i * 450000000)::UINTEGER u32,
  (i::UBIGINT * 2000000000000000000::UBIGINT) u64,
  (i - 5)::HUGEINT h, i::UHUGEINT uh,
  (i - 5)::DECIMAL(4, 2) d4, (i - 5)::DECIMAL(9, 2) d9, (i - 5)::DECIMAL(18, 3) d18,
  (i - 5)::DECIMAL(38, 3) * 1000000000000000000 d38,
  DATE '1970-01-05' - i::INT dt, TIME '00:00:01' + to_seconds(i) tm,
  TIMESTAMP '1960-01-01 00:00:00.123456' + to_days(i::INT * 2000) ts,
  TIMESTAMP_S '1960-01-01 00:00:01' tss, TIMESTAMP_MS '1960-01-01 00:00:01.123' tsms,
  TIMESTAMP_NS '1960-01-01 00:00:01.123456789' tsns, TIMESTAMPTZ '1960-01-01 00:00:00.5+00' tstz,
  CASE i WHEN 3 THEN 'infinity'::TIMESTAMP ELSE TIMESTAMP '2000-01-01' END tsinf,
  CASE i WHEN 3 THEN '-infinity'::DATE ELSE DATE '2000-01-01' END dtinf,
  i % 2 = 0 b, chr(97 + i::INT) || repeat('é', 10) s, repeat('é', i::INT * 20) sgone,
  repeat('a', 300) slong, chr(i::INT) || 'x' s0,
  '\xFF'::BLOB || repeat('b', i::INT)::BLOB bl, repeat('\xFF', 100)::BLOB bff,
  uuid_v4_like u, INTERVAL 1 DAY iv,
  CASE i % 2 WHEN 0 THEN 'zz' ELSE 'aa' END::ENUM('zz', 'aa') e,
  [i, i + 1] l, {'a': i, 'b': 'x'} st, '{"a":1}'::JSON j, '101'::BIT bt, TIMETZ '01:02:03+01' ttz,
  NULL::INTEGER n, CASE WHEN i > 6 THEN NULL ELSE i END::INTEGER somenull,
  CASE i WHEN 4 THEN 'infinity'::DOUBLE WHEN 6 THEN '-infinity' ELSE i END dinf,
  CASE i WHEN 3 THEN 'nan'::DOUBLE ELSE i END dnan, CASE i WHEN 3 THEN '-nan'::FLOAT ELSE i END fnan,
  CASE i % 2 WHEN 0 THEN 0.0::DOUBLE ELSE -0.0::DOUBLE END zero,
  (i - 5) * 0.3::DOUBLE dbl, (i - 5) * 0.3::FLOAT flt, TIME_NS '01:02:03.123456789' tns
FROM (SELECT i, ('00000000-0000-4000-8000-00000000000' || i)::UUID uuid_v4_like FROM range(10) t(i)))
TO 'types.parquet' (FORMAT parquet)
;;
COPY (SELECT i::BIGINT id,
  CASE WHEN i = 3000 THEN 'nan'::DOUBLE ELSE i END late_nan,
  CASE WHEN i < 2048 THEN NULL ELSE i END::INTEGER late,
  CASE WHEN i >= 2048 THEN NULL ELSE i END::INTEGER early,
  'k' || lpad(i::VARCHAR, 6, '0') k, NULL::VARCHAR allnull
FROM range(6000) t(i))
TO 'groups.parquet' (FORMAT parquet, ROW_GROUP_SIZE 2048)
;;
COPY (SELECT 1::BIGINT id, 'x' s WHERE false) TO 'empty.parquet' (FORMAT parquet)
