package duckdb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func query(t testing.TB, c *Conn, sql string, opts ...QueryOption) *Stream {
	t.Helper()
	s, err := c.Query(context.Background(), sql, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestBatches(t *testing.T) {
	mem := checked(t)
	e := open(t, Options{Threads: 2})
	for _, tc := range []struct {
		name, sql         string
		opts              []QueryOption
		least, most, rows int64 // of each record but the last, and in all
	}{
		{"as they come", "FROM range(100000)", nil, 2048, 2048, 100000},
		{"thinned out", "FROM range(100000) t(i) WHERE hash(i) % 20 = 0", nil, 2048, 4095, 5007},
		{"thinned out, raw", "FROM range(100000) t(i) WHERE hash(i) % 20 = 0", []QueryOption{WithBatchRows(1)}, 1, 2048, 5007},
		{"large", "FROM range(100000)", []QueryOption{WithBatchRows(30_000)}, 30_000, 32_047, 100000},
		{"one", "FROM range(100000)", []QueryOption{WithBatchRows(1 << 40), WithBatchBytes(0)}, 100000, 100000, 100000},
		{"cut by bytes", "SELECT repeat('x', 1000) FROM range(10000)", []QueryOption{WithBatchBytes(100_000)}, 50, 99, 10000},
		{"cut to rows", "SELECT repeat('x', 1000) FROM range(50)", []QueryOption{WithBatchBytes(10)}, 1, 1, 50},
		{"nothing", "FROM range(0)", nil, 0, 0, 0},
		{"unions", "SELECT i::UNION(a BIGINT, b VARCHAR) FROM range(10000) t(i) WHERE i % 100 = 0", nil, 1, 2048, 100},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := connect(t, e)
			s := query(t, c, tc.sql, append(tc.opts, WithAllocator(mem))...)
			var sizes []int64
			rows, _ := drain(t, s, func(rec arrow.Record) { sizes = append(sizes, rec.NumRows()) })
			if rows != tc.rows {
				t.Errorf("%d rows, want %d", rows, tc.rows)
			}
			for i, n := range sizes {
				if n > tc.most || i < len(sizes)-1 && n < tc.least {
					t.Errorf("batch %d of %d has %d rows", i, len(sizes), n)
				}
			}
			if s.Next() || s.Err() != nil || s.Record() != nil {
				t.Error("there is something after the end")
			}
		})
	}
}

// TestJoinedAndCut compares rows of every layout, joined and cut, with themselves.
func TestJoinedAndCut(t *testing.T) {
	e := open(t, Options{Threads: 2})
	c := connect(t, e)
	columns := "md5(string_agg(COLUMNS(* EXCLUDE (e, u, sf))::VARCHAR, '|' ORDER BY i)), md5(string_agg(e::VARCHAR, '|' ORDER BY i))"
	from := "(SELECT * FROM (" + nested + ") WHERE i % 5 = 0)"
	want, err := c.QueryRows(context.Background(), "SELECT "+columns+" FROM "+from)
	if err != nil {
		t.Fatal(err)
	}
	for _, opts := range [][]QueryOption{{WithBatchRows(5000)}, {WithBatchBytes(5000)}, {WithBatchRows(5000), WithBatchBytes(20_000)}} {
		s := query(t, c, "SELECT * EXCLUDE (u, sf) FROM "+from, opts...)
		c2 := connect(t, e)
		register(t, c2, "x", s)
		got, err := c2.QueryRows(context.Background(), "SELECT "+strings.Replace(columns, "(e, u, sf)", "(e)", 1)+" FROM x")
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("got %v, want %v, %v", got, want, err)
		}
		c2.Close()
		s.Close()
	}
}

func TestRecordBytes(t *testing.T) {
	mem := checked(t)
	rec := ints(mem, 1, 101) // 100 int64, 90 texts of 30 or 31 bytes
	defer rec.Release()
	if got := recordBytes(rec, 0, 0); got != 0 {
		t.Errorf("nothing takes %d bytes", got)
	}
	whole := recordBytes(rec, 0, 100)
	if parts := recordBytes(rec, 0, 40) + recordBytes(rec, 40, 100); whole < 100*8+90*30 || whole > 100*8+90*34+500 || parts < whole || parts > whole+8 {
		t.Errorf("the whole takes %d bytes, its parts %d", whole, parts)
	}
	slice := rec.NewSlice(40, 100)
	defer slice.Release()
	if a, b := recordBytes(slice, 0, 60), recordBytes(rec, 40, 100); a != b {
		t.Errorf("a slice takes %d bytes by itself and %d in the whole", a, b)
	}
	empty := array.NewRecord(intSchema, []arrow.Array{
		array.MakeArrayOfNull(mem, intSchema.Field(0).Type, 0), array.MakeArrayOfNull(mem, intSchema.Field(1).Type, 0)}, 0)
	defer empty.Release()
	for _, c := range empty.Columns() {
		c.Release()
	}
	if got := recordBytes(empty, 0, 0); got != 0 {
		t.Errorf("an empty record takes %d bytes", got)
	}
}

func TestRecordsOutliveAll(t *testing.T) {
	e, err := Open(context.Background(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := connect(t, e)
	records, _ := collect(t, c, "SELECT 'a text that is not inlined ' || i FROM range(5000) t(i)", 1)
	c.Close()
	if err := e.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	last := records[len(records)-1].Column(0).(*array.String)
	if got := last.Value(last.Len() - 1); got != "a text that is not inlined 4999" {
		t.Errorf("got %q", got)
	}
	release(records)
	if out, _ := LiveArrays(); out != 0 {
		t.Errorf("%d arrays alive", out)
	}
}

func TestManyStatements(t *testing.T) {
	e := open(t, Options{})
	c := connect(t, e)
	s := query(t, c, "CREATE TABLE t (i INTEGER); INSERT INTO t FROM range(10); FROM t")
	if rows, _ := drain(t, s, nil); rows != 10 {
		t.Errorf("%d rows", rows)
	}
	s.Close()
	n, err := c.Exec(context.Background(), "INSERT INTO t FROM range(5); UPDATE t SET i = 0")
	if err != nil || n != 15 {
		t.Errorf("%d rows changed, %v", n, err)
	}
	if _, err := c.Exec(context.Background(), "DELETE FROM t; SELECT nope; INSERT INTO t VALUES (1)"); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
	if got := queryString(t, c, "SELECT count(*) FROM t"); got != "0" {
		t.Errorf("%s rows: statements after the failed one ran, or none before it", got)
	}
	for sql, want := range map[string]string{"INSERT INTO t VALUES (1), (2)": "Count BIGINT 1", "CREATE TABLE u (i INTEGER)": "Count BIGINT 0", "SET search_path = 'main'": "Success BOOLEAN 0"} {
		s := query(t, c, sql)
		rows, _ := drain(t, s, nil)
		if got := fmt.Sprintf("%s %s %d", s.Columns()[0].Name, s.Columns()[0].Type, rows); got != want {
			t.Errorf("%s: got %s, want %s", sql, got, want)
		}
		s.Close()
	}
	// One that becomes several inside of DuckDB.
	s = query(t, c, "PIVOT (FROM range(6) t(i) SELECT i, i % 3 AS k) ON k USING count(*)")
	if s.Schema().NumFields() != 4 {
		t.Errorf("got %v", s.Schema())
	}
}

func TestBusyConnection(t *testing.T) {
	e := open(t, Options{})
	c := connect(t, e)
	s := query(t, c, "FROM range(100000)")
	if _, err := c.Exec(context.Background(), "SELECT 1"); !fault.Is(err, fault.Internal) {
		t.Errorf("got %v", err)
	}
	s.Retain()
	s.Release()
	if !s.Next() {
		t.Errorf("the stream was disturbed: %v", s.Err())
	}
	s.Release()
	s.Close()
	mustExec(t, c, "SELECT 1")
	c.Close()
	if _, err := c.Exec(context.Background(), "SELECT 1"); !fault.Is(err, fault.Internal) {
		t.Errorf("got %v", err)
	}
}

// TestAbandonedStreamFreesAll: what a half-read query holds is gone after Close, not only when the
// connection is used again.
func TestAbandonedStreamFreesAll(t *testing.T) {
	e := open(t, Options{Threads: 2})
	c := connect(t, e)
	before, err := e.Memory(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	s := query(t, c, "SELECT i, row_number() OVER (ORDER BY hash(i)) FROM range(2_000_000) t(i)")
	if !s.Next() {
		t.Fatal(s.Err())
	}
	during, err := e.Memory(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if during.UsedBytes < before.UsedBytes+10<<20 {
		t.Errorf("the query holds %d bytes, which proves nothing", during.UsedBytes-before.UsedBytes)
	}
	s.Close()
	after, err := e.Memory(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if after.UsedBytes > before.UsedBytes+1<<20 {
		t.Errorf("%d bytes before, %d after (%v)", before.UsedBytes, after.UsedBytes, after.UsedByTag)
	}
}

func TestMidStreamError(t *testing.T) {
	e := open(t, Options{Threads: 1})
	c := connect(t, e)
	s := query(t, c, "SELECT CASE WHEN i < 3_000_000 THEN i ELSE error('late') END FROM range(4_000_000) t(i)")
	for s.Next() {
	}
	if err := s.Err(); !fault.Is(err, fault.InvalidArgument) || !strings.Contains(err.Error(), "late") {
		t.Errorf("got %v", err)
	}
	s.Close()
	mustExec(t, c, "SELECT 1")
}

// heavy computes for minutes before its first row.
const heavy = "SELECT count(*) FROM range(1_000_000) a(i), range(1_000_000) b(j) WHERE hash(i, j) % 7 = 3"

func TestCancel(t *testing.T) {
	e := open(t, Options{Threads: 2})
	for name, run := range map[string]func(context.Context, *Conn) error{
		"query": func(ctx context.Context, c *Conn) error { _, err := c.Query(ctx, heavy); return err },
		"exec":  func(ctx context.Context, c *Conn) error { _, err := c.Exec(ctx, heavy); return err },
		"fetch": func(ctx context.Context, c *Conn) error {
			s, err := c.Query(ctx, "SELECT i FROM range(1_000_000_000_000) t(i) WHERE i < 2_000_000 OR hash(i) = 0")
			if err != nil {
				return err
			}
			defer s.Close()
			for s.Next() {
			}
			return s.Err()
		},
		"sort": func(ctx context.Context, c *Conn) error {
			_, err := c.Exec(ctx, "CREATE TEMP TABLE s AS SELECT hash(i) AS h FROM range(30_000_000) t(i) ORDER BY h")
			return err
		},
		"between rows": func(ctx context.Context, c *Conn) error {
			s, err := c.Query(ctx, "FROM range(1_000_000_000_000)")
			if err != nil {
				return err
			}
			defer s.Close()
			<-ctx.Done()
			// The stream's context ends a moment after its parent.
			for batches := 0; s.Next(); batches++ {
				if batches > 100 {
					return errors.New("the stream goes on after the context was done")
				}
			}
			return s.Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := connect(t, e)
			why := fault.New(fault.Unavailable, "drain", "the server stops")
			ctx, cancel := context.WithCancelCause(context.Background())
			var at time.Time
			time.AfterFunc(100*time.Millisecond, func() { at = time.Now(); cancel(why) })
			err := run(ctx, c)
			if took := time.Since(at); took > 2*time.Second {
				t.Errorf("took %v", took)
			}
			if fault.KindOf(err) != fault.Unavailable || !errors.Is(err, why) {
				t.Errorf("the cause is lost: %v", err)
			}
			mustExec(t, c, "SELECT 1")

			ctx2, cancel2 := context.WithTimeout(context.Background(), 50*time.Millisecond)
			defer cancel2()
			if err := run(ctx2, c); !fault.Is(err, fault.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
			ctx3, cancel3 := context.WithCancel(context.Background())
			cancel3()
			if err := run(ctx3, c); !fault.Is(err, fault.Cancelled) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestCloseInterrupts closes a connection from another goroutine.
func TestCloseInterrupts(t *testing.T) {
	e := open(t, Options{Threads: 2})
	t.Run("while streaming", func(t *testing.T) {
		c := connect(t, e)
		s := query(t, c, "SELECT i FROM range(1_000_000_000_000) t(i) WHERE i < 2_000_000 OR hash(i) = 0", WithBatchRows(1))
		if !s.Next() {
			t.Fatal(s.Err())
		}
		time.AfterFunc(50*time.Millisecond, func() { c.Close() })
		begin := time.Now()
		for s.Next() {
		}
		if took := time.Since(begin); took > 2*time.Second {
			t.Errorf("took %v", took)
		}
		if err := s.Err(); !fault.Is(err, fault.Cancelled) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("with a record in hand", func(t *testing.T) {
		c := connect(t, e)
		s := query(t, c, "FROM range(1_000_000)")
		if !s.Next() {
			t.Fatal(s.Err())
		}
		c.Close()
		if got := s.Record().Column(0).(*array.Int64).Value(7); got != 7 {
			t.Errorf("got %d", got)
		}
		if s.Next() || !fault.Is(s.Err(), fault.Cancelled) {
			t.Errorf("got %v", s.Err())
		}
	})
	t.Run("while executing", func(t *testing.T) {
		c := connect(t, e)
		time.AfterFunc(50*time.Millisecond, func() { c.Close() })
		if _, err := c.Query(context.Background(), heavy); !fault.Is(err, fault.Cancelled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestJoinFailureIsAnError(t *testing.T) {
	a := ints(memory.DefaultAllocator, 0, 5)
	defer a.Release()
	s := arrow.NewSchema([]arrow.Field{{Name: "x", Type: arrow.BinaryTypes.String}, {Name: "y", Type: arrow.BinaryTypes.String}}, nil)
	b := array.NewRecord(s, []arrow.Array{a.Column(1), a.Column(1)}, 5)
	defer b.Release()
	if _, err := join([]arrow.Record{a, b}, 10, memory.DefaultAllocator); !fault.Is(err, fault.Internal) {
		t.Errorf("got %v", err)
	}
}
