package query

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// Options of an engine.
type Options struct {
	// ChunkDir is the only folder whose files SQL can read.
	ChunkDir string
	// Threads of DuckDB; 0 is all cores.
	Threads int
	// MemoryBytes bounds DuckDB's memory; 0 is 80 % of the machine's.
	MemoryBytes int64
	// SpillDir is where queries spill what exceeds that; empty: they don't, and fail.
	SpillDir string
	// SpillBytes bounds SpillDir; 0 is 90 % of the free disk.
	SpillBytes int64
	// MaxConns is how many queries may run at a time.
	MaxConns int
	Log      *slog.Logger
}

// settings are DuckDB's for reading many small immutable files:
//
//   - Order is only what a plan asks for, so DuckDB need not keep the files': several threads then
//     feed one stream. What a Sort at the plan's end orders stays in order (TestOrder).
//   - Parquet footers are kept: counting the rows of 1,000 files of 2,000 rows took 32 ms instead of
//     40 ms in an otherwise idle DuckDB. BenchmarkManyFiles has the whole cost of such a subplan.
//   - File contents are not kept: for local files that was no faster than the kernel's own cache, and
//     memory is for queries.
var settings = map[string]string{
	"preserve_insertion_order":   "false",
	"parquet_metadata_cache":     "true",
	"enable_external_file_cache": "false",
}

// engines hands out connections to a DuckDB instance and replaces the instance when an internal
// error has made it unusable: DuckDB refuses everything after one.
type engines struct {
	opts Options

	mu       sync.Mutex
	current  *duckdb.Engine
	opened   int
	retiring sync.WaitGroup
	closed   bool
}

func openEngines(ctx context.Context, opts Options) (*engines, error) {
	if opts.Log == nil {
		opts.Log = logging.Discard()
	}
	e := &engines{opts: opts}
	if opts.SpillDir != "" {
		// What a killed process left behind.
		left, err := filepath.Glob(filepath.Join(opts.SpillDir, "engine-*"))
		for _, dir := range left {
			if err == nil {
				err = os.RemoveAll(dir)
			}
		}
		if err == nil {
			err = os.MkdirAll(opts.SpillDir, 0o750)
		}
		if err != nil {
			return nil, fault.New(fault.Unavailable, "prepare spill folder", "%w", err).
				WithHint("choose another --spill-dir").WithRetry(false)
		}
	}
	return e, e.open(ctx)
}

// open makes the current engine. REQUIRES: mu is held, or nobody else knows e.
func (e *engines) open(ctx context.Context) (err error) {
	spill := ""
	if e.opts.SpillDir != "" {
		spill = filepath.Join(e.opts.SpillDir, fmt.Sprintf("engine-%d", e.opened))
	}
	e.opened++
	e.current, err = duckdb.Open(ctx, duckdb.Options{
		Threads: e.opts.Threads, MemoryLimitBytes: e.opts.MemoryBytes,
		TempDir: spill, TempDirMaxBytes: e.opts.SpillBytes, MaxConns: e.opts.MaxConns,
		Confine: true, AllowedDirs: []string{e.opts.ChunkDir}, LockConfiguration: true, Rendered: true,
		Settings: settings,
	})
	return fault.Wrap(err, "open query engine")
}

// conn returns a connection and the engine that it belongs to.
func (e *engines) conn(ctx context.Context) (*duckdb.Conn, *duckdb.Engine, error) {
	e.mu.Lock()
	engine := e.current
	e.mu.Unlock()
	conn, err := engine.Conn(ctx)
	return conn, engine, err
}

// failed looks at a query's error and replaces the engine if that is broken.
func (e *engines) failed(engine *duckdb.Engine, err error) {
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
	e.opts.Log.Error("query engine is unusable after an internal error: replacing it", logging.Err(err))
	if err := e.open(ctx); err != nil {
		e.opts.Log.Error("query engine could not be replaced", logging.Err(err))
		e.current = engine
		return
	}
	e.retiring.Go(func() { e.retire(engine) })
}

func works(ctx context.Context, engine *duckdb.Engine) bool {
	conn, err := engine.Conn(ctx)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }()
	_, err = conn.QueryString(ctx, "SELECT 1")
	return err == nil
}

// retire closes an engine when its last query has ended.
func (e *engines) retire(engine *duckdb.Engine) {
	if err := engine.Close(context.Background()); err != nil {
		e.opts.Log.Warn("retired query engine was not closed", logging.Err(err))
	}
}

// memory is what the current engine holds.
func (e *engines) memory(ctx context.Context) (duckdb.Memory, error) {
	e.mu.Lock()
	engine := e.current
	e.mu.Unlock()
	return engine.Memory(ctx)
}

// close waits until all queries have ended, or returns ctx's error.
func (e *engines) close(ctx context.Context) error {
	e.mu.Lock()
	e.closed = true
	engine := e.current
	e.mu.Unlock()
	if err := engine.Close(ctx); err != nil {
		return err
	}
	e.retiring.Wait()
	return nil
}
