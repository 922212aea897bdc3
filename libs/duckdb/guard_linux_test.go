package duckdb

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// killers make texts and lists of gigabytes, which DuckDB's memory limit does not count while they are made:
// constants, which the optimiser folds, and for each row, in each way in which DuckDB gets memory for them.
var killers = []string{
	"SELECT length(repeat('x', 4000000000))",
	"SELECT length(repeat(repeat('x', 100000), 40000))",
	"SELECT length(lpad('x', 2000000000, 'y'))",
	"SELECT length(list_reduce([repeat('a', 10) FOR i IN range(64)], (x, y) -> x || x))",
	"SELECT len(range(1000000000))",
	"SELECT len(generate_series(1, 1000000000))",
	"SELECT len(list_resize([1], 1000000000))",
	"SELECT len(list_transform(range(500000000), x -> x + 1))",
	"SELECT length(bitstring('1', 2000000000))",
	"SELECT length(format('{:>2000000000}', 'x'))",
	"SELECT length(printf('%2000000000d', 1))",
	"SELECT length(to_json(range(300000000)))",
	"SELECT length(array_to_string(range(300000000), ','))",
	"SELECT max(length(repeat(nm, 50000000))) FROM dim",
	"SELECT max(length(repeat(nm, 500000))) FROM dim",
	"SELECT max(length(repeat(nm, 1000000 + k))) FROM dim",
	"SELECT max(length(lpad(nm, (50000000 + k)::INTEGER, 'x'))) FROM dim",
	"SELECT max(length(regexp_replace(repeat(nm, 100000 + k), 'm', repeat('y', 1000), 'g'))) FROM dim",
	"SELECT max(length(replace(repeat(nm, 100000), 'm', repeat('y', 1000)))) FROM dim",
	"SELECT max(length(hex(repeat(nm, 1000000)))) FROM dim",
	"SELECT max(length(reverse(repeat(nm, 1000000)))) FROM dim",
	"SELECT max(length(nm || repeat('x', 10000000))) FROM dim",
	"SELECT max(octet_length(repeat(nm, 1000000)::BLOB)) FROM dim",
	"SELECT max(length(url_encode(repeat(nm, 1000000)))) FROM dim",
	"SELECT max(len(string_split(repeat(nm, 1000000), 'a'))) FROM dim",
	"SELECT max(len(list_resize([k], 10000000))) FROM dim",
	"SELECT max(len(range(k, 10000000))) FROM dim",
	"SELECT max(len(list_transform(range(1000000), x -> x + k))) FROM dim",
	"SELECT max(len(list_concat(range(1000000 + k), range(1000000)))) FROM dim",
	"SELECT max(length(format('{:>' || (100000000 + k) || '}', nm))) FROM dim",
	"SELECT max(length({'a': repeat(nm, 1000000), 'b': repeat(nm, 1000000)}::VARCHAR)) FROM dim",
	"SELECT max(cardinality(map(range(1000000 + k), range(1000000 + k)))) FROM dim",
	"SELECT length(string_agg(repeat(nm, 1000000), '')) FROM dim",
	"SELECT len(list(repeat(nm, 1000000))) FROM dim",
	"SELECT count(*) FROM (SELECT repeat(nm, 1000000) AS x FROM dim ORDER BY x)",
	"SELECT count(DISTINCT repeat(nm, 1000000 + k)) FROM dim",
	"WITH RECURSIVE r(s, n) AS (SELECT 'x', 0 UNION ALL SELECT s || s, n + 1 FROM r WHERE n < 40) SELECT max(length(s)) FROM r",
}

// TestKillers has each killer refused, and what it took freed, while a small query is answered after each.
func TestKillers(t *testing.T) {
	e := open(t, Options{Threads: 2, MemoryLimitBytes: 64 << 20, MarginBytes: 128 << 20})
	c := connect(t, e)
	mustExec(t, c, "CREATE TABLE dim AS SELECT 'name ' || range AS nm, range AS k FROM range(97)")
	limit := ReadProcessMemory().LimitBytes
	for _, sql := range killers {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		refused := refusedBlocks()
		rows, err := c.QueryRows(ctx, sql)
		cancel()
		if fault.KindOf(err) != fault.ResourceExhausted || fault.IsRetryable(err) {
			t.Errorf("%s: %v, %v", sql, rows, err)
		}
		if refusedBlocks() > refused && !strings.Contains(err.Error(), "192.0 MiB") && !strings.Contains(err.Error(), "64.0 MiB") {
			t.Errorf("%s: the error does not name a limit: %v", sql, err)
		}
		if held := largeBytes(); held > 16<<20 {
			t.Errorf("%s: %d bytes are still held", sql, held)
		}
		if n := queryString(t, c, "SELECT count(*) FROM dim"); n != "97" {
			t.Errorf("%s: then there are %s rows", sql, n)
		}
		if now := engineBytes(); now > limit+limit/4 {
			t.Errorf("%s: the process holds %d bytes, the limit is %d", sql, now, limit)
		}
	}
}

// TestCallBytes bounds binding and optimising, on the thread of whoever calls, and nobody else.
func TestCallBytes(t *testing.T) {
	bounded := connect(t, open(t, Options{Threads: 1, CallBytes: 8 << 20}))
	free := connect(t, open(t, Options{Threads: 1}))
	const sql = "SELECT count(*) FROM range(length(repeat('x', 20000000)) // 1000000)"
	if _, err := bounded.Prepare(context.Background(), sql); fault.KindOf(err) != fault.ResourceExhausted {
		t.Errorf("binding: %v", err)
	}
	if n := queryString(t, free, sql); n != "20" {
		t.Errorf("%s rows without a bound", n)
	}
	if n := queryString(t, bounded, strings.Replace(sql, "20000000", "2000000", 1)); n != "2" {
		t.Errorf("%s rows within the bound", n)
	}
}

// TestGreediest has the query during which memory grows interrupted, and nothing else begun meanwhile.
func TestGreediest(t *testing.T) {
	e := open(t, Options{Threads: 1, MemoryLimitBytes: 512 << 20, MarginBytes: 512 << 20})
	modest, greedy := connect(t, e), connect(t, e)
	stream, err := modest.Query(context.Background(), "FROM range(100000)")
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	process.limit.Store(engineBytes() + 96<<20)
	_, err = greedy.QueryRows(context.Background(), "SELECT max(range) FROM (SELECT range FROM range(40000000) ORDER BY hash(range) LIMIT 39000000)")
	if fault.KindOf(err) != fault.ResourceExhausted || !strings.Contains(err.Error(), "grew most") {
		t.Errorf("the greedy query: %v", err)
	}
	rows := int64(0)
	for stream.Next() {
		rows += stream.Record().NumRows()
	}
	if stream.Err() != nil || rows != 100000 {
		t.Errorf("the modest query: %d rows, %v", rows, stream.Err())
	}
	process.limit.Store(1)
	time.Sleep(3 * watchEvery)
	if _, err := e.Conn(context.Background()); fault.KindOf(err) != fault.ResourceExhausted || !fault.IsRetryable(err) {
		t.Errorf("a new query: %v", err)
	}
	process.limit.Store(1 << 40)
	if n := queryString(t, connect(t, e), "SELECT 1"); n != "1" {
		t.Errorf("afterwards: %s", n)
	}
}
