package exec

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// statement is a fallback over a table t with the columns n, which all inputs give, and unused.
func statement(sql string, inputs int) *Fallback {
	rows := sumOf(inputs)
	column := rel.Column{Name: "n", Type: types.Of(types.BigInt)}
	rows.Root = rows.Root.(*rel.Aggregate).Input
	return &Fallback{SQL: sql, Catalog: "shoal", Schema: "shop", Tables: []FallbackTable{{
		Schema: "shop", Name: "t", Columns: []rel.Column{column, {Name: "unused", Type: types.Of(types.Date)}}, Rows: rows,
	}}}
}

func TestFallback(t *testing.T) {
	e, _ := newExecutor(t)
	w := &worker{batches: 20}
	r := w.start(t, "a")
	for sql, want := range map[string]int64{
		"SELECT n FROM t WHERE n < 100":                                               300,
		"SELECT a.n FROM shoal.shop.t a, shop.t b WHERE a.n = b.n AND b.n = 7;":       9,
		"SELECT count(unused) AS n FROM t -- NULLs":                                   1,
		"SELECT n FROM t, json_each('[1]') e UNION ALL SELECT NULL FROM t ORDER BY n": 1200,
	} {
		result, err := e.Run(context.Background(), Job{Inputs: inputs(3, r), Fallback: statement(sql, 3), Schema: numbers})
		if err != nil {
			t.Errorf("%s: %v", sql, err)
			continue
		}
		if rows, err := drain(result); err != nil || rows != want {
			t.Errorf("%s: %d rows, %v; want %d", sql, rows, err, want)
		}
	}
}

func TestFallbackFails(t *testing.T) {
	e, _ := newExecutor(t)
	spill := t.TempDir()
	e.opts.Fallback = FallbackOptions{Threads: 1, MemoryBytes: 64 << 20, SpillDir: spill}
	half := &worker{batches: 4, fail: fault.New(fault.Unavailable, "run subplan", "out of order")}
	whole := &worker{batches: 10}
	halfAt, wholeAt := half.start(t, "half"), whole.start(t, "whole")
	for _, c := range []struct {
		sql     string
		replica Replica
		kind    fault.Kind
		text    string
	}{
		{"SELECT n FROM t", halfAt, fault.Unavailable, "out of order"},
		{"SELECT error('boom')::BIGINT AS n FROM t", wholeAt, fault.InvalidArgument, "boom"},
		{"SELECT n AS m FROM t", wholeAt, fault.Internal, "instead of"},
		{"SELECT n FROM read_csv('/etc/passwd')", wholeAt, fault.PermissionDenied, ""},
	} {
		result, err := e.Run(context.Background(), Job{Inputs: inputs(1, c.replica), Fallback: statement(c.sql, 1), Schema: numbers})
		if err == nil {
			_, err = drain(result)
		}
		if !fault.Is(err, c.kind) || !strings.Contains(fault.Text(err), c.text) {
			t.Errorf("%s: %v, want %s with %q", c.sql, err, c.kind, c.text)
		}
	}
	if left, err := filepath.Glob(filepath.Join(spill, "*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestFallbacksTakeTurns: no more than some run at a time, one that waits can be cancelled, and one that
// runs as well.
func TestFallbacksTakeTurns(t *testing.T) {
	e, _ := newExecutor(t)
	w := &worker{batches: 3}
	r := w.start(t, "a")
	run := func(ctx context.Context, sql string) (Result, error) {
		return e.Run(ctx, Job{Inputs: inputs(1, r), Fallback: statement(sql, 1), Schema: numbers})
	}
	var held []Result
	for range maxFallbacks {
		result, err := run(context.Background(), "SELECT n FROM t")
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, result)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := run(ctx, "SELECT n FROM t"); !fault.Is(err, fault.DeadlineExceeded) {
		t.Errorf("one too many: %v", err)
	}
	var waiting sync.WaitGroup
	waiting.Go(func() {
		result, err := run(context.Background(), "SELECT n FROM t")
		if err != nil {
			t.Error(err)
			return
		}
		result.Release()
	})
	for _, h := range held {
		h.Release()
	}
	waiting.Wait()
	ctx, stop := context.WithCancelCause(context.Background())
	time.AfterFunc(100*time.Millisecond, func() { stop(fault.New(fault.Cancelled, "", "enough")) })
	result, err := run(ctx, "SELECT count(*) AS n FROM range(100000000000), t")
	if err == nil {
		_, err = drain(result)
	}
	if !fault.Is(err, fault.Cancelled) || !strings.Contains(err.Error(), "enough") {
		t.Errorf("cancelled: %v", err)
	}
}

// TestFallbackSpills: tables that exceed the memory are kept on disk, and gone afterwards.
func TestFallbackSpills(t *testing.T) {
	e, _ := newExecutor(t)
	spill := t.TempDir()
	e.opts.Fallback = FallbackOptions{Threads: 1, MemoryBytes: 24 << 20, SpillDir: spill}
	w := &worker{batches: 20_000}
	r := w.start(t, "a")
	job := statement("SELECT count(DISTINCT hash(n + i)) AS n FROM t, range(4) r(i)", 4)
	result, err := e.Run(context.Background(), Job{Inputs: inputs(4, r), Fallback: job, Schema: numbers})
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := drain(result); err != nil || rows != 1 {
		t.Errorf("%d rows, %v", rows, err)
	}
	if left, err := os.ReadDir(spill); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
