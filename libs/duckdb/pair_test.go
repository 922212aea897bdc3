package duckdb_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func openPair(t *testing.T, memory int64) *duckdb.Pair {
	t.Helper()
	p, err := duckdb.OpenPair(context.Background(), duckdb.RenewingOptions{Name: "test", Engine: duckdb.Options{
		Threads: 2, MemoryLimitBytes: memory, TempDir: filepath.Join(t.TempDir(), "spill"), MaxConns: 2,
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}

// TestPairSharesMemory: both together have what was given, and what heavy ones hold is not taken from quick ones.
func TestPairSharesMemory(t *testing.T) {
	p := openPair(t, 800<<20)
	m, err := p.Memory(context.Background())
	if err != nil || m.LimitBytes != 800<<20 {
		t.Fatalf("%+v, %v", m, err)
	}
	for heavy, limit := range map[bool]string{true: "700.0 MiB", false: "100.0 MiB"} {
		c, err := p.For(heavy).Conn(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.QueryString(context.Background(), "SELECT current_setting('memory_limit')"); err != nil || got != limit {
			t.Errorf("heavy %t: %s, %v; want %s", heavy, got, err, limit)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestHeavyThreadsStandBack looks at the priorities of this process's threads while a heavy query runs.
func TestHeavyThreadsStandBack(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has priorities of threads")
	}
	// Threads of engines before may still be ending.
	for begun := time.Now(); lowered(t) > 0 && time.Since(begun) < 5*time.Second; time.Sleep(time.Millisecond) {
	}
	before := lowered(t) // the process's first thread cannot end
	p := openPair(t, 0)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c, err := p.For(true).Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := c.Query(ctx, "SELECT range FROM range(1000000) ORDER BY hash(range)")
	if err != nil {
		t.Fatal(err)
	}
	if !rows.Next() {
		t.Fatal(rows.Err())
	}
	// DuckDB's own, that of the engine's own connection, and that of the query.
	for begun := time.Now(); lowered(t)-before < 3; time.Sleep(time.Millisecond) {
		if time.Since(begun) > 5*time.Second {
			t.Errorf("%d threads stand back while a query runs", lowered(t)-before)
			break
		}
	}
	cancel()
	for rows.Next() {
	}
	if !fault.Is(rows.Err(), fault.Cancelled) {
		t.Errorf("after it was cancelled: %v", rows.Err())
	}
	rows.Close()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// lowered is how many of this process's threads have a lower priority than the process began with.
func lowered(t *testing.T) (n int) {
	t.Helper()
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		if got := nice("/proc/self/task/" + task.Name() + "/stat"); got != "" && got != niceAtFirst {
			n++
		}
	}
	return n
}

// niceAtFirst is the priority of the process's first thread before any could be lowered.
var niceAtFirst = nice("/proc/self/stat")

// nice is the priority in a thread's stat file; empty if there is none.
func nice(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))[16]
}
