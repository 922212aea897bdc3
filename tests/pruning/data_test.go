package pruning

import "testing"

// The tables, ten rows a chunk. Each has an id, by which rows are known, and the numbers of chunks in
// the tests follow from what is said here.

// loadTables makes all tables.
func loadTables(t testing.TB, w *world) {
	t.Helper()
	for _, d := range []struct{ dataset, table, block, query string }{
		{"ints", "t", "k", intsSQL},
		{"ints", "other", "k", otherSQL},
		{"days", "t", "d", daysSQL},
		{"times", "t", "ts", timesSQL},
		{"zones", "t", "tz", zonesSQL},
		{"vals", "v", "k", valuesSQL},
	} {
		w.table(t, d.dataset, d.table, d.block, 10, d.query)
	}
}

// intsSQL has blocks from the least to the greatest integer. Chunks: the 10 least; -20…-11, -10…-1;
// ten of 0…9 to 90…99; 1000…1009; the 10 greatest; NULLs. i is k, NULL in the chunks of the extremes
// and of the NULLs.
const (
	intsChunks = 16
	intsSQL    = `
WITH blocks(k) AS (
	SELECT (-9223372036854775808)::BIGINT + range FROM range(10)
	UNION ALL SELECT range FROM range(-20, 100)
	UNION ALL SELECT range FROM range(1000, 1010)
	UNION ALL SELECT 9223372036854775807 - range FROM range(10)
	UNION ALL SELECT NULL FROM range(10))
SELECT row_number() OVER (ORDER BY k) AS id, k, (CASE WHEN abs(k::HUGEINT) < 2000 THEN k END)::INTEGER AS i FROM blocks`
)

// otherSQL is a second table on the same axis, with a row for each block from 0 to 99 and, as n, a
// number that falls while the block rises.
const (
	otherChunks = 10
	otherSQL    = `SELECT range AS k, (99 - range)::INTEGER AS n FROM range(100)`
)

// daysSQL has ten rows of -infinity; ten days from 1969-12-27 on, past the epoch; ten chunks of ten
// days from 2024-01-01 on; ten rows of infinity; ten of NULL. noon is a TIMESTAMP at noon of finite
// days.
const (
	daysChunks = 14
	daysSQL    = `
WITH blocks(d) AS (
	SELECT DATE '-infinity' FROM range(10)
	UNION ALL SELECT DATE '1969-12-27' + range::INTEGER FROM range(10)
	UNION ALL SELECT DATE '2024-01-01' + range::INTEGER FROM range(100)
	UNION ALL SELECT DATE 'infinity' FROM range(10)
	UNION ALL SELECT NULL FROM range(10))
SELECT row_number() OVER (ORDER BY d) AS id, d, CASE WHEN isfinite(d) THEN d + INTERVAL 12 HOUR END AS noon FROM blocks`
)

// timesSQL has ten microseconds around the epoch; ten chunks of 60 hours, a row for each sixth hour,
// from 2024-01-01 on; ten rows of infinity; ten of NULL.
const (
	timesChunks = 13
	timesSQL    = `
WITH blocks(ts) AS (
	SELECT TIMESTAMP '1969-12-31 23:59:59.999995' + to_microseconds(range) FROM range(10)
	UNION ALL SELECT TIMESTAMP '2024-01-01' + to_hours(6 * range) FROM range(100)
	UNION ALL SELECT TIMESTAMP 'infinity' FROM range(10)
	UNION ALL SELECT NULL FROM range(10))
SELECT row_number() OVER (ORDER BY ts) AS id, ts, ts::DATE AS d FROM blocks`
)

// zonesSQL has ten chunks of 60 hours, as timesSQL, and one of NULLs.
const (
	zonesChunks = 11
	zonesSQL    = `
WITH blocks(tz) AS (
	SELECT TIMESTAMPTZ '2024-01-01 00:00:00+00' + to_hours(6 * range) FROM range(100)
	UNION ALL SELECT NULL FROM range(10))
SELECT row_number() OVER (ORDER BY tz) AS id, tz FROM blocks`
)

// valuesSQL has eight chunks; in each, another thing is odd about the columns:
//
//	   x, f                    dec          s                        b      u
//	0  0…9                     0…2.25       a0…a9                    true   0…9
//	1  NULL                    NULL         NULL                     NULL   10…19
//	2  NaN, ±0, ±inf, 1…5      -1.50        empty, b1…b9             false  20…29
//	3  0 and -0                30.25…39.25  forty c, 0…9             mixed  30…39
//	4  100…109                 40.25…49.25  forty c, z, 0…9          mixed  40…49
//	5  inf                     50.25…59.25  ä0…ä9                    mixed  the ten greatest
//	6  0, 2, …, 8 or NULL      60.25…69.25  d0, d2, …, d8 or NULL    mixed  60…69
//	7  42                      42.00        same                     true   42
//
// nothing is NULL everywhere, raw the same. A chunk of floats with a NaN has no bounds in DuckDB's Parquet files.
const (
	valuesChunks = 8
	valuesSQL    = `
WITH rows(k, c, j) AS (SELECT range, range // 10, range % 10 FROM range(80))
SELECT k AS id, k,
	(CASE c WHEN 0 THEN j WHEN 2 THEN ['nan', '0', '-0', 'inf', '-inf', '1', '2', '3', '4', '5'][j + 1]::DOUBLE
		WHEN 3 THEN CASE WHEN j % 2 = 0 THEN 0.0::DOUBLE ELSE '-0'::DOUBLE END WHEN 4 THEN 100 + j WHEN 5 THEN 'inf'::DOUBLE
		WHEN 6 THEN CASE WHEN j % 2 = 0 THEN j END WHEN 7 THEN 42 END)::DOUBLE AS x,
	x::FLOAT AS f,
	(CASE c WHEN 0 THEN j / 4 WHEN 1 THEN NULL WHEN 2 THEN -1.5 WHEN 7 THEN 42 ELSE k + 0.25 END)::DECIMAL(10, 2) AS dec,
	CASE c WHEN 0 THEN 'a' || j WHEN 2 THEN CASE WHEN j > 0 THEN 'b' || j ELSE '' END WHEN 3 THEN repeat('c', 40) || j
		WHEN 4 THEN repeat('c', 40) || 'z' || j WHEN 5 THEN 'ä' || j WHEN 6 THEN CASE WHEN j % 2 = 0 THEN 'd' || j END
		WHEN 7 THEN 'same' END AS s,
	CASE c WHEN 0 THEN true WHEN 1 THEN NULL WHEN 2 THEN false WHEN 7 THEN true ELSE j % 2 = 0 END AS b,
	(CASE c WHEN 5 THEN 18446744073709551615 - j WHEN 7 THEN 42 ELSE k END)::UBIGINT AS u,
	NULL::INTEGER AS nothing, '\x28\x02'::BLOB AS raw
FROM rows`
)
