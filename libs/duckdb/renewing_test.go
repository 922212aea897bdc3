package duckdb

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

func openRenewing(t *testing.T, opts RenewingOptions) *Renewing {
	t.Helper()
	opts.Name = "test engine"
	r, err := OpenRenewing(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := r.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return r
}

func ofType(kind fault.Kind, typ string) error {
	return fault.New(kind, "", "made up").WithDetail("duckdb_error_type", typ)
}

// breakEngine makes an engine as good as broken: it refuses everything.
func breakEngine(t *testing.T, e *Engine) {
	t.Helper()
	if err := e.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// DuckDB refuses everything after some internal errors; a process must not have to be restarted for it.
func TestBrokenEngineIsReplaced(t *testing.T) {
	ctx := context.Background()
	set := 0
	r := openRenewing(t, RenewingOptions{Engine: Options{Threads: 1}, SetUp: func(ctx context.Context, e *Engine) error {
		set++
		conn, err := e.Conn(ctx)
		if err != nil {
			return err
		}
		_, err = conn.Exec(ctx, "CREATE TABLE t AS SELECT 7 AS n")
		return errors.Join(err, conn.Close())
	}})
	conn, err := r.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	first := r.Engine()
	r.Failed(conn, ofType(fault.Internal, "internal"))
	if r.Engine() != first {
		t.Error("an engine that works was replaced")
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	breakEngine(t, first)
	r.Failed(conn, ofType(fault.InvalidArgument, "parser"))
	if r.Engine() != first {
		t.Error("replaced for a syntax error")
	}
	r.Failed(conn, ofType(fault.Internal, "fatal"))
	second := r.Engine()
	if second == first {
		t.Fatal("not replaced")
	}
	r.Failed(conn, ofType(fault.Internal, "internal")) // as of a late query of the first
	if r.Engine() != second {
		t.Error("replaced twice")
	}
	fresh, err := r.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got := queryString(t, fresh, "SELECT n FROM t"); got != "7" || set != 2 {
		t.Errorf("n = %s after %d set-ups, want 7 after 2", got, set)
	}
	if err := fresh.Close(); err != nil {
		t.Error(err)
	}
	if m, err := r.Memory(ctx); err != nil || len(m.UsedByTag) == 0 {
		t.Errorf("memory of the second: %+v, %v", m, err)
	}
}

// All connections are in use where queries are many, and the one that failed is still open: an engine
// must not be taken for broken, nor everybody be held up, because of that.
func TestBusyEngineIsNotReplaced(t *testing.T) {
	r := openRenewing(t, RenewingOptions{Engine: Options{Threads: 1, MaxConns: 1}})
	conn, err := r.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	start, engine := time.Now(), r.Engine()
	r.Failed(conn, ofType(fault.Internal, "internal"))
	if r.Engine() != engine {
		t.Error("a busy engine was replaced")
	}
	if d := time.Since(start); d > renewTimeout/2 {
		t.Errorf("looking at a busy engine took %v", d)
	}
}

func TestEngineThatCannotBeReplacedStays(t *testing.T) {
	ctx := context.Background()
	broken := errors.New("no set-up today")
	var fail error
	opts := RenewingOptions{Engine: Options{Threads: 1}, SetUp: func(context.Context, *Engine) error { return fail }}
	r := openRenewing(t, opts)
	conn, err := r.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	first := r.Engine()
	breakEngine(t, first)
	fail = broken
	r.Failed(conn, ofType(fault.Internal, "internal"))
	if r.Engine() != first {
		t.Error("replaced by an engine that was not set up")
	}
	if _, err := r.Conn(ctx); fault.From(err).Kind != fault.Unavailable {
		t.Errorf("a connection of a broken engine: %v", err)
	}
	fail = nil
	r.Failed(conn, ofType(fault.Internal, "internal"))
	if r.Engine() == first {
		t.Error("not replaced when that was possible again")
	}
	fail = broken
	if _, err := OpenRenewing(ctx, opts); !errors.Is(err, broken) {
		t.Errorf("opening with a set-up that fails: %v", err)
	}
}

// What a replaced engine's queries still read is theirs until they close it; Close waits for them.
func TestReplacedEngineServesItsQueries(t *testing.T) {
	ctx := context.Background()
	r := openRenewing(t, RenewingOptions{Engine: Options{Threads: 1}})
	conn, err := r.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	// The engine's own session ends, as it would refuse everything after a fatal error.
	r.Engine().adminMu.Lock()
	admin := r.current.admin
	r.current.admin = nil
	r.current.adminMu.Unlock()
	_ = admin.Close()
	r.Failed(conn, ofType(fault.Internal, "fatal"))
	if r.Engine() == conn.engine {
		t.Fatal("not replaced")
	}
	if got := queryString(t, conn, "SELECT 42"); got != "42" {
		t.Errorf("the replaced engine answers %s", got)
	}
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if err := r.Close(short); fault.From(err).Kind != fault.DeadlineExceeded {
		t.Errorf("closing while a replaced engine has a query: %v", err)
	}
	r.Failed(conn, ofType(fault.Internal, "fatal")) // closed: nothing is opened any more
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
}

func TestSpillFoldersOfRenewing(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "not", "there")
	stale := filepath.Join(dir, "engine-9")
	if err := os.MkdirAll(stale, 0o700); err != nil {
		t.Fatal(err)
	}
	r := openRenewing(t, RenewingOptions{Engine: Options{Threads: 1, TempDir: dir}})
	if _, err := os.Stat(stale); !os.IsNotExist(err) {
		t.Errorf("what a former process spilled is still there: %v", err)
	}
	folder := func() string {
		conn, err := r.Conn(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		return queryString(t, conn, "SELECT current_setting('temp_directory')")
	}
	if got, want := folder(), filepath.Join(dir, "engine-0"); got != want {
		t.Errorf("the first spills to %s, want %s", got, want)
	}
	conn, err := r.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	breakEngine(t, r.Engine())
	r.Failed(conn, ofType(fault.Internal, "internal"))
	if got, want := folder(), filepath.Join(dir, "engine-1"); got != want {
		t.Errorf("the second spills to %s, want %s", got, want)
	}

	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = OpenRenewing(ctx, RenewingOptions{Engine: Options{TempDir: file}})
	if f := fault.From(err); err == nil || f.Kind != fault.Unavailable || f.Hint == "" {
		t.Errorf("a file as the spill folder: %v", err)
	}
}
