package duckdb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// fakeReader hands out records, then fails with err or ends. It counts its references, and can be
// told to hang or to panic instead of handing out a record.
type fakeReader struct {
	schema  *arrow.Schema
	records []arrow.Record
	err     error
	hang    <-chan struct{}
	panics  any

	at       int
	current  arrow.Record
	failed   bool
	refs     atomic.Int64
	released chan struct{} // closed by the last Release
	nexts    atomic.Int64
}

func newFake(schema *arrow.Schema, records ...arrow.Record) *fakeReader {
	f := &fakeReader{schema: schema, records: records, released: make(chan struct{})}
	f.refs.Store(1)
	return f
}

func (f *fakeReader) Retain() { f.refs.Add(1) }
func (f *fakeReader) Release() {
	switch n := f.refs.Add(-1); {
	case n == 0:
		close(f.released)
	case n < 0:
		panic("reader released twice")
	}
}
func (f *fakeReader) Schema() *arrow.Schema { return f.schema }
func (f *fakeReader) Record() arrow.Record  { return f.current }
func (f *fakeReader) Next() bool {
	f.nexts.Add(1)
	if f.panics != nil {
		panic(f.panics)
	}
	if f.hang != nil {
		<-f.hang
	}
	if f.at == len(f.records) {
		f.failed = true
		return false
	}
	f.current = f.records[f.at]
	f.at++
	return true
}
func (f *fakeReader) Err() error {
	if f.failed {
		return f.err
	}
	return nil
}

// waitReleased fails unless the reader is released, once, within a second.
func (f *fakeReader) waitReleased(t *testing.T) {
	t.Helper()
	select {
	case <-f.released:
	case <-time.After(time.Second):
		t.Errorf("the reader was not released")
	}
}

var intSchema = arrow.NewSchema([]arrow.Field{
	{Name: "i", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	{Name: "s", Type: arrow.BinaryTypes.String, Nullable: true},
}, nil)

// ints makes a record of the numbers [from, to) and their texts; multiples of 10 are NULL.
func ints(mem memory.Allocator, from, to int64) arrow.Record {
	b := array.NewRecordBuilder(mem, intSchema)
	defer b.Release()
	for i := from; i < to; i++ {
		if i%10 == 0 {
			b.Field(0).AppendNull()
			b.Field(1).AppendNull()
			continue
		}
		b.Field(0).(*array.Int64Builder).Append(i)
		b.Field(1).(*array.StringBuilder).Append(fmt.Sprintf("a text that is not inlined: %d", i))
	}
	return b.NewRecord()
}

func checked(t *testing.T) *memory.CheckedAllocator {
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	t.Cleanup(func() { mem.AssertSize(t, 0) })
	return mem
}

func register(t testing.TB, c *Conn, name string, r array.RecordReader) func() {
	t.Helper()
	drop, err := c.RegisterArrow(name, r)
	if err != nil {
		t.Fatal(err)
	}
	return drop
}

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

type customError struct{ shard int }

func (e *customError) Error() string { return fmt.Sprintf("shard %d went away", e.shard) }

func TestReaderErrorIsKept(t *testing.T) {
	e := open(t, Options{Threads: 2})
	rec := ints(memory.DefaultAllocator, 0, 5000)
	defer rec.Release()
	for name, records := range map[string][]arrow.Record{"at once": nil, "later": {rec, rec}} {
		t.Run(name, func(t *testing.T) {
			c := connect(t, e)
			f := newFake(intSchema, records...)
			f.err = fault.New(fault.Unavailable, "read worker", "%w", &customError{7}).WithDetail("worker", "w3")
			register(t, c, "x", f)
			_, err := c.QueryRows(context.Background(), "SELECT sum(i) FROM x")
			var custom *customError
			if !errors.As(err, &custom) || custom.shard != 7 {
				t.Fatalf("the reader's error is lost: %v", err)
			}
			got := fault.From(err)
			if got.Kind != fault.Unavailable || !got.Retryable || got.Details["worker"] != "w3" {
				t.Errorf("the reader's fault is lost: %#v", got)
			}
			if _, err := c.QueryRows(context.Background(), "SELECT 1"); err != nil {
				t.Errorf("the connection is unusable: %v", err)
			}
			f.waitReleased(t)
		})
	}
}

func TestReaderPanics(t *testing.T) {
	e := open(t, Options{})
	c := connect(t, e)
	f := newFake(intSchema)
	f.panics = "boom"
	register(t, c, "x", f)
	_, err := c.QueryRows(context.Background(), "FROM x")
	if !fault.Is(err, fault.Internal) || !strings.Contains(err.Error(), "boom") || fault.From(err).Stack() == nil {
		t.Fatalf("got %v", err)
	}
	f.waitReleased(t)
}

// TestHangingReader: neither cancellation nor Close waits for a reader that hangs in Next, and the
// reader is released once it returns.
func TestHangingReader(t *testing.T) {
	e := open(t, Options{Threads: 2})
	for _, end := range []string{"cancel", "close"} {
		for _, blocked := range []string{"execute", "fetch"} {
			t.Run(end+" in "+blocked, func(t *testing.T) { hangingReader(t, e, end, blocked) })
		}
	}
}

func hangingReader(t *testing.T, e *Engine, end, blocked string) {
	c := connect(t, e)
	rec := ints(memory.DefaultAllocator, 1, 2049)
	defer rec.Release()
	hang := make(chan struct{})
	f := newFake(intSchema, rec)
	f.hang = hang
	sql := "SELECT sum(i) FROM x"
	if blocked == "fetch" {
		sql = "FROM x"
		go func() { hang <- struct{}{} }() // lets one batch through
	}
	register(t, c, "x", f)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var begin atomic.Int64
	stop := time.AfterFunc(50*time.Millisecond, func() {
		begin.Store(time.Now().UnixNano())
		if end == "cancel" {
			cancel()
		} else {
			c.Close()
		}
	})
	defer stop.Stop()
	s, err := c.Query(ctx, sql)
	if err == nil {
		for s.Next() {
		}
		err = s.Err()
		s.Close()
	}
	took := time.Since(time.Unix(0, begin.Load()))
	if !fault.Is(err, fault.Cancelled) {
		t.Errorf("got %v", err)
	}
	if begin.Load() == 0 || took > 100*time.Millisecond {
		t.Errorf("took %v", took)
	}
	select {
	case <-f.released:
		t.Error("released while its Next runs")
	default:
	}
	c.Close()
	close(hang)
	f.waitReleased(t)
}

func TestRegisterFailures(t *testing.T) {
	e := open(t, Options{})
	c := connect(t, e)
	ctx := context.Background()
	of := func(t arrow.DataType) *arrow.Schema { return arrow.NewSchema([]arrow.Field{{Name: "c", Type: t}}, nil) }
	float16 := of(arrow.FixedWidthTypes.Float16)
	nested := arrow.NewSchema([]arrow.Field{{Name: "e", Type: arrow.ListOf(&arrow.DictionaryType{
		IndexType: arrow.PrimitiveTypes.Uint8, ValueType: arrow.BinaryTypes.String})}}, nil)
	register(t, c, "taken", newFake(intSchema))
	for name, tc := range map[string]struct {
		name   string
		schema *arrow.Schema
		kind   fault.Kind
	}{
		"no columns":        {"x", arrow.NewSchema(nil, nil), fault.InvalidArgument},
		"unreadable type":   {"x", float16, fault.InvalidArgument},
		"decimal256":        {"x", of(&arrow.Decimal256Type{Precision: 50, Scale: 2}), fault.InvalidArgument},
		"run-end encoded":   {"x", of(arrow.ListOf(arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int32, arrow.BinaryTypes.String))), fault.InvalidArgument},
		"dense union":       {"x", of(arrow.DenseUnionOf(intSchema.Fields(), []arrow.UnionTypeCode{0, 1})), fault.InvalidArgument},
		"nested dictionary": {"x", nested, fault.InvalidArgument},
		"name taken":        {"taken", intSchema, fault.InvalidArgument},
		"NUL in name":       {"a\x00b", intSchema, fault.InvalidArgument},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(tc.schema)
			_, err := c.RegisterArrow(tc.name, f)
			if !fault.Is(err, tc.kind) {
				t.Errorf("got %v", err)
			}
			f.waitReleased(t)
		})
	}
	t.Run("busy", func(t *testing.T) {
		s, err := c.Query(ctx, "FROM range(10)")
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		f := newFake(intSchema)
		if _, err := c.RegisterArrow("y", f); !fault.Is(err, fault.Internal) {
			t.Errorf("got %v", err)
		}
		f.waitReleased(t)
	})
}

func TestWrongBatchIsRefused(t *testing.T) {
	e := open(t, Options{})
	c := connect(t, e)
	other := arrow.NewSchema([]arrow.Field{{Name: "i", Type: arrow.BinaryTypes.String}, {Name: "s", Type: arrow.BinaryTypes.String}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, other)
	defer b.Release()
	b.Field(0).(*array.StringBuilder).Append("x")
	b.Field(1).(*array.StringBuilder).Append("y")
	rec := b.NewRecord()
	defer rec.Release()
	f := newFake(intSchema, rec)
	register(t, c, "x", f)
	_, err := c.QueryRows(context.Background(), "FROM x")
	if !fault.Is(err, fault.InvalidArgument) || !strings.Contains(err.Error(), "announced") {
		t.Errorf("got %v", err)
	}
	f.waitReleased(t)
}

func TestStreamsBelongToTheirConnection(t *testing.T) {
	e := open(t, Options{})
	a, b := connect(t, e), connect(t, e)
	drop := register(t, a, `a "quoted" name`, newFake(intSchema))
	id := lastInput.Load()
	if _, err := b.QueryRows(context.Background(), fmt.Sprintf("FROM shoal_arrow_stream(%d::UBIGINT)", id)); err == nil {
		t.Error("another connection could read the stream")
	}
	if _, err := b.QueryRows(context.Background(), `FROM "a ""quoted"" name"`); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
	if got := queryString(t, a, `SELECT count(*) FROM "a ""quoted"" name"`); got != "0" {
		t.Errorf("got %s", got)
	}
	drop()
	if _, err := a.QueryRows(context.Background(), `FROM "a ""quoted"" name"`); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
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
	if err := s.Err(); err == nil || !strings.Contains(err.Error(), "no longer registered") {
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
