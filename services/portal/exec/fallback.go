package exec

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/config"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
)

// Fallback is a statement that is run as it is, in a DuckDB of its own, over tables that are filled
// from a job's inputs first.
type Fallback struct {
	SQL string
	// Catalog and Schema are where the statement's names are looked up.
	Catalog, Schema string
	Tables          []FallbackTable
}

// FallbackTable is a table that the statement reads.
type FallbackTable struct {
	Schema, Name string
	// Columns are all that the table has. Those that Rows do not give are NULL: the statement does not
	// look at them.
	Columns []rel.Column
	// Rows read the inputs as {rel.SubplanTable, id}.
	Rows *rel.Plan
}

// FallbackOptions bound what fallbacks take.
type FallbackOptions struct {
	// Threads of each one's DuckDB; 0 is all cores.
	Threads int
	// MemoryBytes bounds the memory of each one's DuckDB; 0 is a quarter of what merges have.
	MemoryBytes int64
	// SpillDir is where each makes a folder for what exceeds that; SpillBytes bounds it, 0 is 90 % of
	// the disk.
	SpillDir   string
	SpillBytes int64
}

// maxFallbacks run at a time; further ones wait. Each has a DuckDB, with memory of its own.
const maxFallbacks = 2

// dataTable holds a table's rows; the statement sees a view of them.
func dataTable(i int) string { return "memory.main." + duckdb.QuoteIdent("$data."+strconv.Itoa(i)) }

// fallback is the result of a statement that is run as it is.
type fallback struct {
	refs
	free    func() // its place among the maxFallbacks
	cancel  context.CancelCauseFunc
	engine  *duckdb.Engine
	conn    *duckdb.Conn
	fetches *fetches
	stream  *duckdb.Stream
	schema  *arrow.Schema
}

func (e *Executor) fallback(ctx context.Context, job Job) (_ Result, err error) {
	const op = "run statement in the portal"
	select {
	case e.fallbacks <- struct{}{}:
	case <-ctx.Done():
		return nil, fault.FromContext(ctx, op).WithHint("%d statements that no plan can say run at a time", maxFallbacks)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	f := &fallback{free: func() { <-e.fallbacks }, cancel: cancel, schema: job.Schema}
	defer func() {
		if err != nil {
			f.close()
			err = fault.Wrap(err, op)
		}
	}()
	if err := f.open(ctx, e); err != nil {
		return nil, err
	}
	f.fetches = e.newFetches(ctx, job)
	for _, in := range f.fetches.all {
		in.out = make(chan arrow.Record, readAhead)
		// The view owns the reader from here on, also when there is an error.
		if _, err := f.conn.RegisterArrow(inputName(strconv.Itoa(in.in.ID)), &reader{fetch: in}, duckdb.WithEstimatedRows(in.in.Rows)); err != nil {
			return nil, err
		}
	}
	f.fetches.startSome()
	if err := f.fill(ctx, job.Fallback); err != nil {
		return nil, err
	}
	if f.stream, err = f.conn.Query(ctx, job.Fallback.SQL); err != nil {
		return nil, err
	}
	if !f.stream.Schema().Equal(job.Schema) {
		return nil, fault.New(fault.Internal, op, "the result has the schema %v instead of %v", f.stream.Schema(), job.Schema)
	}
	return f, nil
}

// lastFallback numbers the folders of fallbacks.
var lastFallback atomic.Int64

func (f *fallback) open(ctx context.Context, e *Executor) error {
	opts := e.opts.Fallback
	if opts.MemoryBytes <= 0 {
		limit, err := e.memoryLimit(ctx)
		if err != nil {
			return err
		}
		opts.MemoryBytes = limit / 4
	}
	spill := ""
	if opts.SpillDir != "" {
		spill = filepath.Join(opts.SpillDir, fmt.Sprintf("fallback-%d", lastFallback.Add(1)))
	}
	var err error
	f.engine, err = duckdb.Open(ctx, duckdb.Options{
		Threads: opts.Threads, MemoryLimitBytes: opts.MemoryBytes, TempDir: spill, TempDirMaxBytes: opts.SpillBytes,
		MaxConns: 1, Confine: true, LockConfiguration: true,
	})
	if err != nil {
		return err
	}
	f.conn, err = f.engine.Conn(ctx)
	return err
}

// memoryLimit is what the merging DuckDB may hold.
func (e *Executor) memoryLimit(ctx context.Context) (int64, error) {
	conn, err := e.opts.Engines.For(true).Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = conn.Close() }()
	text, err := conn.QueryString(ctx, "SELECT current_setting('memory_limit')")
	if err != nil {
		return 0, err
	}
	limit, err := config.ParseBytes(strings.ReplaceAll(text, " ", ""))
	return int64(limit), err
}

// fill makes the tables that the statement reads.
func (f *fallback) fill(ctx context.Context, job *Fallback) error {
	catalog := duckdb.QuoteIdent(job.Catalog)
	statements := []string{"ATTACH ':memory:' AS " + catalog}
	made := map[string]bool{"main": true}
	for _, schema := range append([]string{job.Schema}, schemasOf(job.Tables)...) {
		if !made[strings.ToLower(schema)] {
			statements = append(statements, "CREATE SCHEMA "+catalog+"."+duckdb.QuoteIdent(schema))
			made[strings.ToLower(schema)] = true
		}
	}
	for i, t := range job.Tables {
		rows, err := sqlgen.Render(t.Rows, sqlgen.Options{Scan: scanInput})
		if err != nil {
			return err
		}
		statements = append(statements, "CREATE TABLE "+dataTable(i)+" AS "+rows)
		view := catalog + "." + duckdb.QuoteIdent(t.Schema) + "." + duckdb.QuoteIdent(t.Name)
		statements = append(statements, "CREATE VIEW "+view+" AS SELECT "+strings.Join(t.list(), ", ")+" FROM "+dataTable(i))
	}
	statements = append(statements, "USE "+catalog+"."+duckdb.QuoteIdent(job.Schema))
	for _, sql := range statements {
		if _, err := f.conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

func schemasOf(tables []FallbackTable) []string {
	out := make([]string, len(tables))
	for i, t := range tables {
		out[i] = t.Schema
	}
	return out
}

// list are the table's columns, as a view has them.
func (t FallbackTable) list() []string {
	out := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		name := duckdb.QuoteIdent(c.Name)
		if out[i] = name; !slices.Contains(t.Rows.Names, c.Name) {
			out[i] = "CAST(NULL AS " + c.Type.String() + ") AS " + name
		}
	}
	return out
}

func (f *fallback) Schema() *arrow.Schema { return f.schema }
func (f *fallback) Record() arrow.Record  { return f.stream.Record() }
func (f *fallback) Err() error            { return f.stream.Err() }
func (f *fallback) Next() bool            { return f.stream.Next() }

func (f *fallback) Release() {
	if f.last() {
		f.close()
	}
}

// close ends everything and waits for it, so that nothing of the query is left when it returns.
func (f *fallback) close() {
	f.cancel(errReleased)
	if f.stream != nil {
		f.stream.Release()
	}
	if f.conn != nil {
		_ = f.conn.Close() // its stream is closed already
	}
	if f.fetches != nil {
		f.fetches.wait()
	}
	if f.engine != nil {
		_ = f.engine.Close(context.Background()) // no connection is open that it could wait for
	}
	f.free()
}
