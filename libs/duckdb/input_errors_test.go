package duckdb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

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
	if begin.Load() == 0 || took > 2*time.Second {
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
