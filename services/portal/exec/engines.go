package exec

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// EngineOptions configure Engines.
type EngineOptions struct {
	// Threads of DuckDB; 0 is all cores.
	Threads int
	// MemoryBytes bounds DuckDB's memory; 0 is 80 % of the machine's.
	MemoryBytes int64
	// SpillDir is where merges spill what exceeds that; SpillBytes bounds it, 0 is 90 % of the disk.
	SpillDir   string
	SpillBytes int64
	MaxConns   int
	Log        *slog.Logger
}

// Engines hands out connections to the DuckDB that merges, and replaces it when an internal error has
// made it unusable: DuckDB refuses everything after one. It reaches no files but its own spill.
type Engines struct {
	opts EngineOptions

	mu      sync.Mutex
	current *duckdb.Engine
	opened  int
	closed  bool
	old     sync.WaitGroup
}

// OpenEngines opens the first engine.
func OpenEngines(ctx context.Context, opts EngineOptions) (*Engines, error) {
	if opts.Log == nil {
		opts.Log = logging.Discard()
	}
	e := &Engines{opts: opts}
	return e, e.open(ctx)
}

// open makes the current engine. REQUIRES: e.mu, or nobody else knows e.
func (e *Engines) open(ctx context.Context) error {
	spill := ""
	if e.opts.SpillDir != "" {
		spill = filepath.Join(e.opts.SpillDir, fmt.Sprintf("engine-%d", e.opened))
	}
	engine, err := duckdb.Open(ctx, duckdb.Options{
		Threads: e.opts.Threads, MemoryLimitBytes: e.opts.MemoryBytes, TempDir: spill,
		TempDirMaxBytes: e.opts.SpillBytes, MaxConns: e.opts.MaxConns, Confine: true, LockConfiguration: true, Rendered: true,
		// The order of insertion is kept, as by default: rendered plans rely on it for theirs.
	})
	if err != nil {
		return fault.Wrap(err, "open merge engine")
	}
	e.opened++
	e.current = engine
	return nil
}

// conn returns a connection and the engine that it belongs to.
func (e *Engines) conn(ctx context.Context) (*duckdb.Conn, *duckdb.Engine, error) {
	e.mu.Lock()
	engine := e.current
	e.mu.Unlock()
	conn, err := engine.Conn(ctx)
	return conn, engine, err
}

// Memory is what the current engine holds.
func (e *Engines) Memory(ctx context.Context) (duckdb.Memory, error) {
	e.mu.Lock()
	engine := e.current
	e.mu.Unlock()
	return engine.Memory(ctx)
}

// failed looks at what a query on the engine failed with, and replaces the engine if that is broken.
func (e *Engines) failed(engine *duckdb.Engine, err error) {
	switch fault.From(err).Details["duckdb_error_type"] {
	case "internal", "fatal":
	default:
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed || e.current != engine {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if works(ctx, engine) {
		return
	}
	e.opts.Log.Error("merge engine is unusable after an internal error: replacing it", logging.Err(err))
	if err := e.open(ctx); err != nil {
		e.opts.Log.Error("merge engine could not be replaced", logging.Err(err))
		return
	}
	e.old.Go(func() {
		// Waits for its last query, which may take as long as queries may.
		if err := engine.Close(context.Background()); err != nil {
			e.opts.Log.Warn("replaced merge engine was not closed", logging.Err(err))
		}
	})
}

func works(ctx context.Context, engine *duckdb.Engine) bool {
	conn, err := engine.Conn(ctx)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }() // it has no open stream
	_, err = conn.QueryString(ctx, "SELECT 1")
	return err == nil
}

// Close waits until all queries have ended, or returns ctx's error.
func (e *Engines) Close(ctx context.Context) error {
	e.mu.Lock()
	e.closed = true
	engine := e.current
	e.mu.Unlock()
	err := engine.Close(ctx)
	done := make(chan struct{})
	go func() { e.old.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
	return err
}
