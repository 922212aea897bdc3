package duckdb

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// RenewingOptions say how the engines of a Renewing are opened.
type RenewingOptions struct {
	// Engine is how each engine is opened, but that TempDir is the folder in which each has one of its
	// own, engine-0, engine-1, …: it must be nobody else's. It is made, and what a killed process left
	// in it is removed, when the first engine is opened.
	Engine Options
	// Name is what logs and errors call the engine, such as "query engine".
	Name string
	// SetUp, if not nil, prepares an engine before anybody else has it.
	SetUp func(context.Context, *Engine) error
	// Log is told of replacements; nil means nobody is.
	Log *slog.Logger
}

// renewTimeout bounds how long everybody waits for a new engine.
const renewTimeout = 10 * time.Second

// tempDirPrefix begins the names of the engines' folders.
const tempDirPrefix = "engine-"

// Renewing is an engine that is replaced when an internal error has made it unusable: DuckDB refuses
// everything after some of them. A replaced engine is closed when its last connection is; what a
// database in memory held is gone with it. Its methods may be called from any goroutine.
type Renewing struct {
	opts RenewingOptions

	mu      sync.Mutex
	current *Engine
	opened  int
	closed  bool
	old     sync.WaitGroup // engines that were replaced and are being closed
}

// OpenRenewing opens the first engine. Errors are those of Open and SetUp, and unavailable when TempDir
// cannot be made or cleared.
func OpenRenewing(ctx context.Context, opts RenewingOptions) (*Renewing, error) {
	if opts.Log == nil {
		opts.Log = logging.Discard()
	}
	if err := clearTempDir(opts.Engine.TempDir); err != nil {
		return nil, fault.New(fault.Unavailable, "prepare spill folder", "%w", err).
			WithHint("choose another --spill-dir").WithRetry(false)
	}
	r := &Renewing{opts: opts}
	if err := r.open(ctx); err != nil {
		return nil, err
	}
	return r, nil
}

func clearTempDir(dir string) error {
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, old := range left {
		if strings.HasPrefix(old.Name(), tempDirPrefix) {
			if err := os.RemoveAll(filepath.Join(dir, old.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// open makes the current engine; if that fails, it stays as it was. REQUIRES: r.mu, or nobody else
// knows r.
func (r *Renewing) open(ctx context.Context) error {
	opts := r.opts.Engine
	if opts.TempDir != "" {
		opts.TempDir = filepath.Join(opts.TempDir, tempDirPrefix+strconv.Itoa(r.opened))
	}
	r.opened++
	engine, err := Open(ctx, opts)
	if err != nil {
		return fault.Wrap(err, "open "+r.opts.Name)
	}
	if r.opts.SetUp != nil {
		if err := r.opts.SetUp(ctx, engine); err != nil {
			_ = engine.Close(ctx) // the error is SetUp's; a connection that it left open would be a bug
			return fault.Wrap(err, "open "+r.opts.Name)
		}
	}
	r.current = engine
	return nil
}

// Engine is the engine in use.
func (r *Renewing) Engine() *Engine {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.current
}

// Conn returns a new connection to the engine in use, as Engine.Conn does.
func (r *Renewing) Conn(ctx context.Context) (*Conn, error) {
	for {
		engine := r.Engine()
		conn, err := engine.Conn(ctx)
		if err == nil || ctx.Err() != nil || r.Engine() == engine {
			return conn, err
		}
	}
}

// Memory is what the engine in use holds.
func (r *Renewing) Memory(ctx context.Context) (Memory, error) { return r.Engine().Memory(ctx) }

// Failed looks at what a statement on the connection, which may be closed by now, failed with, and
// replaces its engine if that is broken. Whoever gets an error from a connection says so here.
func (r *Renewing) Failed(conn *Conn, err error) {
	switch fault.From(err).Details["duckdb_error_type"] {
	case "internal", "fatal":
	default:
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	engine := conn.engine
	if r.closed || r.current != engine {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), renewTimeout)
	defer cancel()
	if engine.works(ctx) {
		return
	}
	r.opts.Log.Error(r.opts.Name+" is unusable after an internal error: replacing it", logging.Err(err))
	if err := r.open(ctx); err != nil {
		r.opts.Log.Error(r.opts.Name+" could not be replaced", logging.Err(err))
		return
	}
	r.old.Go(func() {
		// This waits for its last query, which may take as long as queries may.
		if err := engine.Close(context.Background()); err != nil {
			r.opts.Log.Warn("replaced "+r.opts.Name+" was not closed", logging.Err(err))
		}
	})
}

// works tells whether DuckDB still computes. It does not wait for the pool, which what is broken may
// have exhausted, and so never takes a busy engine for a broken one.
func (e *Engine) works(ctx context.Context) bool {
	return e.withAdmin("check duckdb", func(c *Conn) error {
		_, err := c.QueryString(ctx, "SELECT 1")
		return err
	}) == nil
}

// Close waits until all connections are closed, also those of engines that were replaced, and frees
// the engines. When ctx is done first, it returns that as an error, and may be called again.
func (r *Renewing) Close(ctx context.Context) error {
	r.mu.Lock()
	r.closed = true
	engine := r.current
	r.mu.Unlock()
	if err := engine.Close(ctx); err != nil {
		return err
	}
	done := make(chan struct{})
	go func() { r.old.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fault.FromContext(ctx, "close replaced "+r.opts.Name)
	}
}
