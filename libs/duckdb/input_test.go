package duckdb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestRegisterReadsAll(t *testing.T) {
	mem := checked(t)
	e := open(t, Options{Threads: 2})
	for name, cuts := range map[string][]int64{
		"no batch":     {0},
		"one row":      {0, 1},
		"empty ones":   {0, 0, 5, 5, 9, 9},
		"vector size":  {0, 2048, 4096},
		"around it":    {0, 2047, 4096, 6145},
		"one large":    {0, 100_000},
		"many":         {0, 1, 3, 10, 5000, 5001, 12345, 40000},
		"only offsets": {7, 3000},
	} {
		t.Run(name, func(t *testing.T) {
			c := connect(t, e)
			var records []arrow.Record
			for i := 1; i < len(cuts); i++ {
				records = append(records, ints(mem, cuts[i-1], cuts[i]))
			}
			defer release(records)
			first, last := cuts[0], cuts[len(cuts)-1]
			f := newFake(intSchema, records...)
			register(t, c, "x", f)
			// Where order is kept in DuckDB, it must come out as it went in.
			mustExec(t, c, "CREATE TEMP TABLE kept AS FROM x")
			got := queryString(t, c, "SELECT (count(*), count(i), sum(i), sum(length(s)), md5(string_agg(coalesce(s, '-'), ',' ORDER BY rowid))) FROM kept")
			want := queryString(t, c, fmt.Sprintf(`SELECT (count(*), count(i), sum(i), sum(length(s)), md5(string_agg(coalesce(s, '-'), ',')))
				FROM (SELECT CASE WHEN k %% 10 <> 0 THEN k END AS i, 'a text that is not inlined: ' || i AS s FROM range(%d, %d) t(k))`, first, last))
			if got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			f.waitReleased(t)
		})
	}
}

// TestRegisterProjection reads columns in another order, one twice, and none.
func TestRegisterProjection(t *testing.T) {
	e := open(t, Options{Threads: 2})
	c := connect(t, e)
	rec := ints(memory.DefaultAllocator, 1, 4000)
	defer rec.Release()
	for sql, want := range map[string]string{
		"SELECT count(*) FROM %s":                                                       "3999",
		"SELECT s FROM %s WHERE i = 3333":                                               "a text that is not inlined: 3333",
		"SELECT (s, i, s) FROM %s WHERE i = 11":                                         "('a text that is not inlined: 11', 11, 'a text that is not inlined: 11')",
		"SELECT count(*) FROM (SELECT 1 FROM %s LIMIT 2500)":                            "2500",
		"SELECT max(i) FROM %s":                                                         "3999",
		"SELECT count(*) FROM %s WHERE i IS NULL":                                       "399",
		"SELECT sum(a.i) FROM %s a JOIN range(5) b(i) ON a.i = b.i":                     "10",
		"WITH w AS MATERIALIZED (FROM %s) SELECT sum(i) FROM (FROM w UNION ALL FROM w)": "14400000",
	} {
		f := newFake(intSchema, rec)
		name := fmt.Sprintf("x%d", lastInput.Load())
		drop := register(t, c, name, f)
		if got := queryString(t, c, fmt.Sprintf(sql, name)); got != want {
			t.Errorf("%s: got %s, want %s", sql, got, want)
		}
		drop()
		drop()
		f.waitReleased(t)
	}
}

func TestSecondScanFails(t *testing.T) {
	e := open(t, Options{Threads: 2})
	ctx := context.Background()
	rec := ints(memory.DefaultAllocator, 0, 10_000)
	defer rec.Release()
	for name, sql := range map[string][]string{
		"after the end":      {"SELECT count(*) FROM x", "SELECT count(*) FROM x"},
		"after a part":       {"SELECT i FROM x LIMIT 1", "SELECT count(*) FROM x"},
		"self join":          {"SELECT count(*) FROM x a JOIN x b USING (i)"},
		"union":              {"SELECT count(*) FROM (FROM x UNION ALL FROM x)"},
		"union, little read": {"SELECT i FROM (FROM x UNION ALL FROM x) LIMIT 1"},
		"subquery":           {"SELECT count(*) FROM x WHERE i > (SELECT avg(i) FROM x)"},
		"nothing read":       {"SELECT i FROM x LIMIT 0", "SELECT count(*) FROM x", "SELECT count(*) FROM x"},
	} {
		t.Run(name, func(t *testing.T) {
			c := connect(t, e)
			f := newFake(intSchema, rec)
			register(t, c, "x", f)
			var err error
			for _, s := range sql {
				if err != nil {
					t.Fatal(err)
				}
				_, err = c.QueryRows(ctx, s)
			}
			var flt *fault.Fault
			if !errors.As(err, &flt) || flt.Kind != fault.InvalidArgument || !strings.Contains(err.Error(), "only once") {
				t.Fatalf("got %v", err)
			}
			c.Close()
			f.waitReleased(t)
		})
	}
}

// TestReleaseDuringQuery: unregistering under a query's feet is an error of the query, not a crash.
func TestReleaseDuringQuery(t *testing.T) {
	e := open(t, Options{Threads: 2})
	c := connect(t, e)
	rec := ints(memory.DefaultAllocator, 1, 2049)
	defer rec.Release()
	many := make([]arrow.Record, 1000)
	for i := range many {
		many[i] = rec
	}
	f := newFake(intSchema, many...)
	drop := register(t, c, "x", f)
	s, err := c.Query(context.Background(), "FROM x")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if !s.Next() {
		t.Fatal(s.Err())
	}
	drop()
	for s.Next() {
	}
	if err := s.Err(); err == nil || !strings.Contains(err.Error(), "no longer registered") && !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
	f.waitReleased(t)
}

func TestBackPressure(t *testing.T) {
	e := open(t, Options{Threads: 2})
	c := connect(t, e)
	rec := ints(memory.DefaultAllocator, 1, 2049)
	defer rec.Release()
	many := make([]arrow.Record, 5000)
	for i := range many {
		many[i] = rec
	}
	f := newFake(intSchema, many...)
	register(t, c, "x", f)
	s, err := c.Query(context.Background(), "FROM x")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if !s.Next() {
		t.Fatal(s.Err())
	}
	time.Sleep(100 * time.Millisecond)
	// DuckDB buffers about a megabyte, which is some ten of these batches.
	if n := f.nexts.Load(); n > 200 {
		t.Errorf("%d batches were read for a consumer that took one", n)
	}
}

func TestThousandStreams(t *testing.T) {
	mem := checked(t)
	e := open(t, Options{Threads: 2})
	c := connect(t, e)
	var union []string
	var fakes []*fakeReader
	rec := ints(mem, 1, 8)
	defer rec.Release()
	for i := range 1000 {
		f := newFake(intSchema, rec)
		fakes = append(fakes, f)
		register(t, c, fmt.Sprintf("x%d", i), f)
		union = append(union, fmt.Sprintf("SELECT i FROM x%d", i))
	}
	if got := queryString(t, c, "SELECT sum(i) FROM ("+strings.Join(union, " UNION ALL ")+")"); got != "28000" {
		t.Errorf("got %s", got)
	}
	c.Close()
	for _, f := range fakes {
		f.waitReleased(t)
	}
}

// TestParallelScan has several of DuckDB's threads pull the same stream.
func TestParallelScan(t *testing.T) {
	mem := checked(t)
	e := open(t, Options{Threads: 8})
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c := connect(t, e)
			var records []arrow.Record
			for i := range int64(100) {
				records = append(records, ints(mem, i*1000, (i+1)*1000))
			}
			defer release(records)
			f := newFake(intSchema, records...)
			drop, err := c.RegisterArrow("x", f)
			if err != nil {
				t.Error(err)
				return
			}
			defer drop()
			got, err := c.QueryString(context.Background(), "SELECT sum(i) || ' ' || count(DISTINCT s) FROM x")
			if err != nil || got != "4500000000 90000" {
				t.Errorf("got %s, %v", got, err)
			}
		}()
	}
	wg.Wait()
}

// TestEstimatedRowsOrderJoins: DuckDB makes its hash table of the stream that is said to be smaller.
func TestEstimatedRowsOrderJoins(t *testing.T) {
	e := open(t, Options{})
	for _, rows := range [][2]int64{{70, 90_000}, {90_000, 70}} {
		c := connect(t, e)
		for i, name := range []string{"one", "two"} {
			if _, err := c.RegisterArrow(name, newFake(intSchema), WithEstimatedRows(rows[i])); err != nil {
				t.Fatal(err)
			}
		}
		s, err := c.Query(context.Background(), "EXPLAIN (FORMAT json) SELECT 1 FROM one JOIN two USING (i)")
		if err != nil {
			t.Fatal(err)
		}
		s.Next()
		plan := s.Record().Column(1).(*array.String).Value(0)
		probe, build := strings.Index(plan, `"90000"`), strings.Index(plan, `"70"`)
		if probe < 0 || build < probe {
			t.Errorf("streams of about %v rows are joined as %s", rows, plan)
		}
		s.Close()
	}
}
