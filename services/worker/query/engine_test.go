package query

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// DuckDB refuses everything after an internal error; the worker must not have to be restarted for it.
func TestBrokenEngineIsReplaced(t *testing.T) {
	ctx := context.Background()
	spill := t.TempDir()
	stale := filepath.Join(spill, "engine-9")
	if err := os.Mkdir(stale, 0o700); err != nil {
		t.Fatal(err)
	}
	e, err := openEngines(ctx, Options{ChunkDir: t.TempDir(), SpillDir: spill, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(stale); !os.IsNotExist(err) {
		t.Errorf("what a former process spilled is still there: %v", err)
	}
	internal := fault.New(fault.Internal, "", "assertion").WithDetail("duckdb_error_type", "internal")
	first := e.current
	e.failed(first, internal)
	if e.current != first {
		t.Error("an engine that works was replaced")
	}
	if err := first.Close(ctx); err != nil { // as good as broken
		t.Fatal(err)
	}
	e.failed(first, fault.New(fault.InvalidArgument, "", "syntax").WithDetail("duckdb_error_type", "parser"))
	if e.current != first {
		t.Error("replaced for a syntax error")
	}
	e.failed(first, internal)
	if e.current == first {
		t.Fatal("not replaced")
	}
	second := e.current
	e.failed(first, internal) // a late query of the first
	if e.current != second {
		t.Error("replaced twice")
	}
	conn, _, err := e.conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.QueryString(ctx, "SELECT 1"); err != nil {
		t.Error(err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if err := e.close(ctx); err != nil {
		t.Error(err)
	}
}
