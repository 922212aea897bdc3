// Package binder turns SQL into a relational plan with DuckDB's own binder, so that names, types and
// every rule of the dialect are DuckDB's.
//
// It owns the shadow catalog: a DuckDB in memory with an empty table for each table of the catalog,
// in a database called shoal with one schema a dataset. Statements are prepared and their bound plan
// is read from it; none is ever executed but for what lists the shadow catalog itself, and the
// database reaches neither files nor network.
//
// Invariants: a statement is bound against exactly one state of the shadow catalog, that of the
// catalog returned with it; how many statements are bound at a time, how long they are and how long a
// caller waits is bounded.
//
// It refuses everything but one SELECT. Values for its parameters come with it (BindWith).
package binder

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
	"github.com/shoal-db/shoal/libs/substrait/bound"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

const op = "bind sql"

// Database is the name of the catalog that clients see.
const Database = "shoal"

// DefaultSchema is where unqualified names are looked up when a request names no schema.
const DefaultSchema = "main"

// Table is what binding needs to know of a table.
type Table struct {
	Dataset, Name string
	Columns       []Column
}

// Column is a table's column; Type is DuckDB's spelling.
type Column struct{ Name, Type string }

// Catalog is one state of the catalog. Equal versions have equal tables.
type Catalog interface {
	Version() int64
	Tables() []Table
}

// Options configure a binder.
type Options struct {
	// Source returns the newest state of the catalog.
	Source func() Catalog
	// MaxSQLBytes bounds a statement's text; DuckDB needs up to a thousand times as much memory to
	// bind it, outside of its memory limit. 0 means DefaultMaxSQLBytes.
	MaxSQLBytes int
	// Parallel is how many statements are bound at the same time; 0 means DefaultParallel.
	Parallel int
	// Timeout is how long a caller waits for a statement to be bound; 0 means DefaultTimeout.
	Timeout time.Duration
	// CacheBytes bounds the cache of bound plans; 0 means DefaultCacheBytes.
	CacheBytes int64
	Log        *slog.Logger
}

// What Options mean when they say nothing.
const (
	DefaultMaxSQLBytes = 1 << 20
	DefaultParallel    = 4
	DefaultTimeout     = 10 * time.Second
	DefaultCacheBytes  = 64 << 20
)

// bindBytes bounds the large blocks that binding a statement takes. DuckDB computes some constants then, such
// as what a table function is called with.
const bindBytes = 512 << 20

// longSQLBytes is from where on a statement is long.
const longSQLBytes = 64 << 10

// maxColumns bounds the columns of a result.
const maxColumns = 20_000

// Binder binds statements. Its methods may be called from any goroutine.
type Binder struct {
	opts  Options
	slots chan struct{}
	// long is held while a long statement is bound, so that there is one at a time: it needs up to a
	// gigabyte, and short ones find the other slots free.
	long    chan struct{}
	plans   *cache
	schemas known[*arrow.Schema]
	results known[types.Type] // of functions
	// constants are the values of expressions that always have the same.
	constants known[[]*rel.Literal]

	engine *duckdb.Renewing
	// folding is the engine that folds constants, in foldSlots.
	folding   *duckdb.Renewing
	foldSlots chan struct{}

	mu     sync.Mutex // held while the shadow changes and while a statement's view of it is fixed
	shadow shadow
	idle   []session // at most Options.Parallel
	closed bool
}

// Open starts a binder over an empty shadow catalog.
func Open(ctx context.Context, opts Options) (*Binder, error) {
	if opts.MaxSQLBytes <= 0 {
		opts.MaxSQLBytes = DefaultMaxSQLBytes
	}
	if opts.Parallel <= 0 {
		opts.Parallel = DefaultParallel
	}
	if opts.Timeout <= 0 {
		opts.Timeout = DefaultTimeout
	}
	if opts.CacheBytes <= 0 {
		opts.CacheBytes = DefaultCacheBytes
	}
	if opts.Log == nil {
		opts.Log = logging.Discard()
	}
	b := &Binder{opts: opts, slots: make(chan struct{}, opts.Parallel), long: make(chan struct{}, 1), foldSlots: make(chan struct{}, foldParallel), plans: newCache(opts.CacheBytes)}
	var err error
	if b.folding, err = openFolding(ctx, opts); err != nil {
		return nil, err
	}
	b.engine, err = duckdb.OpenRenewing(ctx, duckdb.RenewingOptions{
		Name: "binder",
		Engine: duckdb.Options{
			Threads: 1, MemoryLimitBytes: 256 << 20, MaxConns: 4*opts.Parallel + 8, CallBytes: bindBytes,
			Confine: true, LockConfiguration: true,
		},
		SetUp: func(ctx context.Context, engine *duckdb.Engine) error {
			conn, err := engine.Conn(ctx)
			if err != nil {
				return err
			}
			defer closing(conn)
			_, err = conn.Exec(ctx, "ATTACH ':memory:' AS "+Database)
			return err
		},
		Log: opts.Log,
	})
	if err != nil {
		_ = b.folding.Close(ctx) // the error is the other engine's
		return nil, err
	}
	return b, nil
}

// Close waits for statements that are being bound, and frees the shadow catalog.
func (b *Binder) Close(ctx context.Context) error {
	b.mu.Lock()
	b.closed = true
	b.closeIdle()
	b.mu.Unlock()
	return errors.Join(b.engine.Close(ctx), b.folding.Close(ctx))
}

// Bound is a statement that was bound.
type Bound struct {
	// Plan is nil if no plan can say the statement; Fallback then is how it is answered.
	Plan     *rel.Plan
	Fallback *bound.Fallback
	// SQL is the statement, with the values of its parameters.
	SQL     string
	Columns []rel.Column
	// Schema is what DuckDB's Arrow stream of the result looks like.
	Schema *arrow.Schema
	// Catalog is what the statement was bound against.
	Catalog Catalog
	// Cached tells that DuckDB did not have to be asked.
	Cached bool
}

// Bind binds one SELECT statement. Unqualified names are looked up in the schema, DefaultSchema if
// it is empty. Errors are invalid_argument and not_found with line, column, caret and candidates in
// the details where DuckDB knows them, resource_exhausted for a statement that is too long, and
// deadline_exceeded.
func (b *Binder) Bind(ctx context.Context, sql, schema string) (*Bound, error) {
	if err := b.checkLength(sql); err != nil {
		return nil, err
	}
	if schema == "" {
		schema = DefaultSchema
	}
	ctx, cancel := b.limited(ctx)
	defer cancel()
	current, key, err := b.key(ctx, sql, schema)
	if err != nil {
		return nil, err
	}
	found, hit := b.plans.get(key)
	if !hit {
		err = b.detached(ctx, len(sql) > longSQLBytes, func(ctx context.Context) (err error) {
			found, current, err = b.miss(ctx, sql, schema)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	out := &Bound{SQL: sql, Columns: found.columns, Schema: found.schema, Catalog: current, Cached: hit}
	if out.Plan = found.converted.Load(); out.Plan != nil {
		return out, nil
	}
	// A plan with now() in it is made anew each time: it is this statement's.
	usesNow := false
	opts := bound.Options{
		Names: found.names(), Now: time.Now().UTC(), SQL: sql,
		Database: Database, Schema: schemaName(current, schema), Catalog: found.catalog, UsesNow: &usesNow,
	}
	if out.Plan, err = bound.Convert(found.plan, opts); err != nil {
		out.Fallback, err = fallback(found, err, opts, current, schema)
	}
	if err != nil {
		return nil, fault.Wrap(err, op)
	}
	if hit && !usesNow {
		found.converted.Store(out.Plan)
	}
	return out, nil
}

func (b *Binder) checkLength(sql string) error {
	if len(sql) > b.opts.MaxSQLBytes {
		return fault.New(fault.ResourceExhausted, op, "the statement has %d bytes; the limit is %d",
			len(sql), b.opts.MaxSQLBytes).
			WithHint("long lists of values are better loaded as a reference table and joined")
	}
	return nil
}

// limited is a context for binding one statement.
func (b *Binder) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, b.opts.Timeout, fault.New(fault.DeadlineExceeded, op,
		"binding the statement takes longer than %s", b.opts.Timeout))
}

// key brings the shadow catalog up to date and returns what the statement's plan is cached under.
func (b *Binder) key(ctx context.Context, sql, schema string) (Catalog, cacheKey, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	current := b.opts.Source()
	err := b.sync(ctx, current)
	return current, cacheKey{generation: b.shadow.generation, schema: schema, sql: sql}, err
}

// miss has DuckDB bind a statement that is not in the cache, and puts it there.
func (b *Binder) miss(ctx context.Context, sql, schema string) (e *entry, current Catalog, err error) {
	generation := int64(0)
	err = b.reading(ctx, schema, func(s session) (err error) {
		current, generation = s.catalog, s.generation
		e, err = b.ask(ctx, s, sql)
		return err
	})
	if err != nil {
		if current != nil {
			err = b.explain(err, current)
		}
		return nil, nil, err
	}
	b.plans.put(cacheKey{generation: generation, schema: schema, sql: sql}, e)
	return e, current, nil
}

// detached runs fn in one of the slots, and returns when it has or when ctx is done, whatever is
// first: DuckDB's binder cannot be interrupted. fn must not touch what its caller reads after an
// error.
func (b *Binder) detached(ctx context.Context, long bool, fn func(context.Context) error) error {
	if long {
		select {
		case b.long <- struct{}{}:
		case <-ctx.Done():
			return fault.FromContext(ctx, op).WithHint("statements of more than %d bytes are bound one at a time", longSQLBytes)
		}
	}
	return inSlot(ctx, b.slots, func() {
		if long {
			<-b.long
		}
	}, fn)
}

// inSlot runs fn in one of the slots, and returns as detached does; ended is called when fn has ended, or
// will not begin.
func inSlot(ctx context.Context, slots chan struct{}, ended func(), fn func(context.Context) error) error {
	select {
	case slots <- struct{}{}:
	case <-ctx.Done():
		ended()
		return fault.FromContext(ctx, op).WithHint("all %d slots are busy", cap(slots))
	}
	done := make(chan error, 1)
	fault.Go(op, func() error { defer func() { <-slots; ended() }(); return fn(ctx) }, func(err error) { done <- err })
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fault.FromContext(ctx, op)
	}
}

// ask has DuckDB bind the statement.
func (b *Binder) ask(ctx context.Context, s session, sql string) (*entry, error) {
	planText, wait := s.planText(ctx, sql)
	defer wait()
	prepared, err := s.conn.Prepare(ctx, sql)
	if err != nil {
		return nil, err
	}
	if err := accept(prepared); err != nil {
		return nil, err
	}
	e := &entry{schema: prepared.Schema}
	for _, c := range prepared.Columns {
		t, err := types.Parse(c.Type)
		if err != nil {
			return nil, fault.New(fault.InvalidArgument, op, "column %q has a type that is not supported: %w", c.Name, err).
				WithHint("cast it, for example to VARCHAR")
		}
		e.columns = append(e.columns, rel.Column{Name: c.Name, Type: t})
	}
	text, err := planText()
	if err != nil {
		return nil, err
	}
	e.plan = []byte(text)
	if err := refused(text); err != nil {
		if !unwritten(e.plan) {
			return nil, err
		}
		text, err := s.conn.QueryString(ctx, bound.StatementQuery(sql))
		e.statement = []byte(text)
		return e, err
	}
	e.catalog, err = catalogRows(ctx, s.conn, bound.CatalogCalls(e.plan))
	return e, err
}

// ArrowSchema returns the schema of DuckDB's Arrow streams with these columns. A type that Arrow
// cannot carry is invalid_argument.
func (b *Binder) ArrowSchema(ctx context.Context, columns []rel.Column) (*arrow.Schema, error) {
	sql := nullsOf(columns)
	if schema, ok := b.schemas.get(sql); ok {
		return schema, nil
	}
	conn, err := b.engine.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer closing(conn)
	prepared, err := conn.Prepare(ctx, sql)
	if err != nil {
		b.engine.Failed(conn, err)
		return nil, fault.Wrap(err, "make arrow schema")
	}
	if prepared.SchemaErr == nil {
		b.schemas.put(sql, prepared.Schema)
	}
	return prepared.Schema, prepared.SchemaErr
}

// closing is Close in a defer: a connection that has no open stream cannot fail.
func closing(conn *duckdb.Conn) { _ = conn.Close() }
