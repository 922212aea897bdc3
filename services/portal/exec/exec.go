// Package exec runs planned queries: it reads the subplans' rows from workers over Flight, and has
// DuckDB compute the merge plan from them, or passes them on when there is none.
//
// It owns the connections to workers and the portal's DuckDB.
//
// Invariants: a subplan's rows come whole from one worker, or the query fails; another replica is
// tried only before a subplan's first row was handed on, and not after two workers were lost while they
// ran the statement (see Deaths). A worker that hangs is lost as one that died: while a stream gives
// nothing, its worker is asked for signs of life. Nothing is read ahead without bound: a slow
// reader of the result holds up the merge, that the workers' streams, and these the scans. Ending a
// result, by Release or by its context, ends all that runs for it.
//
// It refuses to plan: what to read where comes with the Job.
package exec

import (
	"context"
	"log/slog"
	"strconv"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
)

// Replica is a worker that can run a subplan.
type Replica struct {
	Worker   chunks.WorkerID
	Location string // grpc://host:port
}

// Input is a subplan that is ready to be run.
type Input struct {
	ID     int
	Ticket []byte
	// Replicas are tried in this order.
	Replicas []Replica
	// Schema is what the subplan's stream must look like.
	Schema *arrow.Schema
	// Rows is about how many it has.
	Rows int64
	// Chunks names what is read, for errors: ids by "dataset.table", perhaps not all of them.
	Chunks map[string][]string
}

// Sent are rows that were computed before.
type Sent struct {
	Name string
	// Data is an Arrow IPC stream.
	Data []byte
}

// Job is a query that is ready to be run.
type Job struct {
	Inputs []Input
	// Merge reads the inputs as {rel.SubplanTable, id}; nil passes their rows on as they come.
	Merge *rel.Plan
	// Sent are what Merge reads besides as {rel.SentTable, name}.
	Sent []Sent
	// Fallback, if not nil, reads the inputs in Merge's place.
	Fallback *Fallback
	// Schema is what the result must look like.
	Schema *arrow.Schema
	// Progress, if not nil, is told of each input's rows, and of the workers' reports.
	Progress *Progress
	// Heavy says that the merge takes much.
	Heavy bool
	// Deaths, if not nil, has the workers that died while they ran the statement in other jobs, and is told
	// of those that do in this one.
	Deaths *Deaths
	// Profile has the merge measured, for Progress.Merge.
	Profile bool
}

// Options configure an Executor.
type Options struct {
	// Engines compute merge plans. The Executor closes neither them nor the Pool.
	Engines *duckdb.Pair
	Pool    *Pool
	// Parallel is how many streams of a query are opened ahead of their use; 0 means
	// DefaultParallel.
	Parallel int
	Fallback FallbackOptions
	Log      *slog.Logger
	Metrics  Metrics
}

// Metrics are told what happens.
type Metrics interface {
	// Received counts what came from workers.
	Received(rows, bytes int64)
	// FailedOver counts subplans that were tried at another replica.
	FailedOver()
}

// DefaultParallel is what Options mean when they say nothing.
const DefaultParallel = 16

// Executor runs jobs. Its methods may be called from any goroutine.
type Executor struct {
	opts      Options
	fallbacks chan struct{} // one token for each that runs
}

// New returns an Executor.
func New(opts Options) *Executor {
	if opts.Parallel <= 0 {
		opts.Parallel = DefaultParallel
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	return &Executor{opts: opts, fallbacks: make(chan struct{}, maxFallbacks)}
}

// Result is a running query's rows. It is an array.RecordReader: the caller must Release it, which
// ends the query if it still runs; a record is valid until the next call of Next.
type Result interface {
	Retain()
	Release()
	Schema() *arrow.Schema
	Next() bool
	Record() arrow.Record
	// Err returns why Next returned false; nil at the end of the rows.
	Err() error
}

// Run starts a job. ctx is the result's whole life long.
func (e *Executor) Run(ctx context.Context, job Job) (Result, error) {
	switch {
	case job.Fallback != nil:
		return e.fallback(ctx, job)
	case job.Merge == nil:
		return e.concat(ctx, job), nil
	}
	return e.merge(ctx, job)
}

// inputName is the view under which a subplan's rows are registered.
func inputName(id string) string { return rel.SubplanTable + "." + id }

// merge runs the merge plan.
func (e *Executor) merge(ctx context.Context, job Job) (_ Result, err error) {
	const op = "merge subplans"
	sql, err := sqlgen.Render(job.Merge, sqlgen.Options{Scan: scanInput})
	if err != nil {
		return nil, fault.Wrap(err, op)
	}
	sql = sqlgen.Prelude(job.Merge) + sql
	ctx, cancel := context.WithCancelCause(ctx)
	m := &merged{engine: e.opts.Engines.For(job.Heavy), cancel: cancel, schema: job.Schema, progress: job.Progress}
	defer func() {
		if err != nil {
			m.close()
		}
	}()
	if m.conn, err = m.engine.Conn(ctx); err != nil {
		return nil, fault.Wrap(err, op)
	}
	for _, sent := range job.Sent {
		if err = m.conn.StoreIPC(ctx, sqlgen.SentName(sent.Name), sent.Data); err != nil {
			return nil, fault.Wrap(err, op)
		}
	}
	m.fetches = e.newFetches(ctx, job)
	for _, f := range m.fetches.all {
		f.out = make(chan arrow.Record, readAhead)
		// The view owns the reader from here on, also when there is an error.
		if _, err = m.conn.RegisterArrow(inputName(strconv.Itoa(f.in.ID)), &reader{fetch: f}, duckdb.WithEstimatedRows(f.in.Rows)); err != nil {
			return nil, fault.Wrap(err, op)
		}
	}
	m.fetches.startSome()
	var opts []duckdb.QueryOption
	if job.Profile {
		opts = append(opts, duckdb.WithProfile())
	}
	stream, err := m.conn.Query(ctx, sql, opts...)
	if err != nil {
		m.engine.Failed(m.conn, err)
		return nil, fault.Wrap(err, op)
	}
	m.stream = stream
	if !stream.Schema().Equal(job.Schema) {
		return nil, fault.New(fault.Internal, op, "the merged result has the schema %v instead of %v", stream.Schema(), job.Schema)
	}
	return m, nil
}

func scanInput(read *rel.Read) (string, error) {
	if read.IsSent() {
		return sqlgen.SentScan(read), nil
	}
	if len(read.Table) != 2 || read.Table[0] != rel.SubplanTable {
		return "", fault.New(fault.Internal, "render merge plan", "it reads %q, which is no subplan", read.Table)
	}
	return duckdb.QuoteIdent(inputName(read.Table[1])), nil
}

// merged is the result of a merge plan.
type merged struct {
	refs
	engine  *duckdb.Renewing
	cancel  context.CancelCauseFunc
	conn    *duckdb.Conn
	fetches *fetches
	stream  *duckdb.Stream
	schema  *arrow.Schema

	progress *Progress
}

func (m *merged) Schema() *arrow.Schema { return m.schema }
func (m *merged) Record() arrow.Record  { return m.stream.Record() }
func (m *merged) Err() error            { return m.stream.Err() }

func (m *merged) Next() bool {
	if m.stream.Next() {
		return true
	}
	if err := m.stream.Err(); err != nil {
		m.engine.Failed(m.conn, err)
	} else {
		m.progress.merged(m.stream.Profile())
	}
	return false
}

func (m *merged) Release() {
	if m.last() {
		m.close()
	}
}

// close ends everything and waits for it, so that nothing of the query is left when it returns.
func (m *merged) close() {
	m.cancel(errReleased)
	if m.stream != nil {
		m.stream.Release()
	}
	if m.conn != nil {
		_ = m.conn.Close() // its stream is closed already
	}
	if m.fetches != nil {
		m.fetches.wait()
	}
}
