package query

import (
	"context"
	"slices"
	"sync"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/services/worker/store"
)

// Compile turns a Substrait plan into SQL; scan gives the table expression of a read.
type Compile func(plan []byte, scan func(*rel.Read) (string, error)) (sql string, err error)

// Runner runs subplans. Its methods may be called from any goroutine.
type Runner struct {
	worker  chunks.WorkerID
	store   *store.Store
	engines *duckdb.Pair
	compile Compile
	files   manifest.Inspector
}

// NewRunner opens the engines for the files of a store. The caller must Close the runner.
func NewRunner(ctx context.Context, worker chunks.WorkerID, s *store.Store, compile Compile, opts Options) (*Runner, error) {
	opts.ChunkDir = s.Dir()
	engines, err := openEngines(ctx, opts)
	if err != nil {
		return nil, err
	}
	return &Runner{worker: worker, store: s, engines: engines, compile: compile}, nil
}

// Close waits until all streams are closed and frees the engines, or returns ctx's error.
func (r *Runner) Close(ctx context.Context) error { return r.engines.Close(ctx) }

// Memory is what DuckDB holds now.
func (r *Runner) Memory(ctx context.Context) (duckdb.Memory, error) { return r.engines.Memory(ctx) }

// Run pins the subplan's files and starts it. The context is the stream's whole life long: when it
// is done, DuckDB is interrupted. Errors are unavailable, with the details "missing_chunks" (see
// Subplan), if this worker lacks files or has them damaged; invalid_argument or permission_denied if
// the plan cannot be read, or reads what is not the subplan's; and DuckDB's.
//
// The caller must Close the stream.
func (r *Runner) Run(ctx context.Context, sub *Subplan) (*Stream, error) {
	pin, missing, err := r.store.Pin(ctx, sub.files())
	if err != nil {
		return nil, err
	}
	if len(missing) > 0 {
		return nil, sub.missing(r.worker, missing, "does not hold")
	}
	s := &Stream{runner: r, sub: sub, ctx: ctx, pin: pin, engine: r.engines.For(sub.Heavy)}
	err = s.start()
	if err != nil && !sub.Heavy && fault.Is(err, fault.ResourceExhausted) {
		// It takes more than it was thought to.
		s.stop()
		s.rows, s.conn, s.engine = nil, nil, r.engines.For(true)
		err = s.start()
	}
	if err != nil {
		err = s.judge(err)
		s.Close()
		return nil, err
	}
	return s, nil
}

// Stream is a subplan's rows. Next, Record and Err may be used by one goroutine at a time.
type Stream struct {
	runner *Runner
	sub    *Subplan
	ctx    context.Context // the query's, as documented at Run
	pin    *store.Pin
	engine *duckdb.Renewing
	conn   *duckdb.Conn
	rows   *duckdb.Stream
	err    error
	once   sync.Once
}

func (s *Stream) start() (err error) {
	sql, err := s.runner.compile(s.sub.Plan, newScans(s.sub.Tables, s.pin.Paths(), s.runner.files.Inspect).scan)
	if err != nil {
		return err
	}
	if s.conn, err = s.engine.Conn(s.ctx); err != nil {
		return err
	}
	for _, sent := range s.sub.Sent {
		if err := s.conn.StoreIPC(s.ctx, sqlgen.SentName(sent.Name), sent.Data); err != nil {
			return err
		}
	}
	var opts []duckdb.QueryOption
	if s.sub.Report {
		opts = append(opts, duckdb.WithProfile())
	}
	if s.sub.Announce != nil {
		opts = append(opts, duckdb.WithSchemaFirst(s.sub.Announce))
	}
	s.rows, err = s.conn.Query(s.ctx, sql, opts...)
	return err
}

// Schema is the rows' schema.
func (s *Stream) Schema() *arrow.Schema { return s.rows.Schema() }

// Bytes is the size of the files that the subplan may read.
func (s *Stream) Bytes() int64 { return s.pin.Bytes() }

// Profile is what DuckDB measured, if the subplan asks for it, once Next has returned false at the end
// of the rows; else nil.
func (s *Stream) Profile() *duckdb.Profile { return s.rows.Profile() }

// Next moves to the next record; false means the end, or an error, which Err returns then.
func (s *Stream) Next() bool {
	if s.err != nil {
		return false
	}
	if s.rows.Next() {
		return true
	}
	if err := s.rows.Err(); err != nil {
		s.err = s.judge(err)
	} else {
		s.err = s.checkFiles(false)
	}
	return false
}

// Record is the current record; it is released by the next call of Next and by Close.
func (s *Stream) Record() arrow.Record { return s.rows.Record() }

// Err is what ended the stream early; nil if it ended whole.
func (s *Stream) Err() error { return s.err }

// Close interrupts the query if it still runs and lets go of its files. Closing twice is fine.
func (s *Stream) Close() {
	s.once.Do(func() {
		s.stop()
		s.pin.Release()
	})
}

// stop ends what runs in DuckDB.
func (s *Stream) stop() {
	if s.rows != nil {
		s.rows.Close()
	}
	if s.conn != nil {
		_ = s.conn.Close() // reports nothing that the stream has not
	}
}

// judge tells whether an error comes from damaged files, and whether it broke the engine.
func (s *Stream) judge(err error) error {
	f := fault.From(err)
	if s.conn == nil || s.ctx.Err() != nil {
		return f.WithQuery(s.sub.QueryID)
	}
	s.engine.Failed(s.conn, f)
	if damage := s.checkFiles(readError(f)); damage != nil {
		return fault.From(damage).WithCause(f)
	}
	return f.WithQuery(s.sub.QueryID)
}

// checkFiles returns a fault if the files were not sound all the time.
func (s *Stream) checkFiles(deep bool) error {
	bad, err := s.pin.Check(s.ctx, deep)
	if err != nil {
		return err
	}
	if len(bad) > 0 {
		return s.sub.missing(s.runner.worker, bad, "has found damage on its disk in")
	}
	return nil
}

// readErrors are DuckDB's error types that reading a damaged file has been seen to give. Others blame
// the plan, and must not make a worker sum its files over and over.
var readErrors = []string{"io", "invalid_input", "serialization", "internal", "fatal", "unknown", ""}

func readError(f *fault.Fault) bool {
	typ, ok := f.Details["duckdb_error_type"].(string)
	return ok && slices.Contains(readErrors, typ)
}
