package duckdb

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	bindings "github.com/duckdb/duckdb-go-bindings"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Stream is a query's result as it comes. It is an array.RecordReader, to be used and closed by one
// goroutine at a time. To end it from another one, cancel the query's context or close the
// connection; the reader still has to Close it, for the record that it may hold.
//
// The context given to Query is the stream's whole life long: when it is done, Next returns false
// within milliseconds and Err tells why.
type Stream struct {
	run *run
	result
	refs atomic.Int64

	mu      sync.Mutex // guards the following, and DuckDB's result against use after Close
	rows    bindings.Result
	batches batcher
	record  arrow.Record
	err     error
	drained bool // DuckDB has cleaned up by itself
	closed  bool
	profile *Profile
}

var _ array.RecordReader = (*Stream)(nil)

// Query runs all statements of sql in order and streams the rows of the last one; statements that
// have no rows give DuckDB's one row of Count or Success. Execution begins at once and then goes on
// as fast as the stream is read: DuckDB stops computing when about a megabyte is waiting.
//
// The caller must Close or Release the stream, which is the connection's only one until then.
// Columns that Arrow cannot carry are refused before any row (invalid_argument, naming column and type).
func (c *Conn) Query(ctx context.Context, sql string, opts ...QueryOption) (*Stream, error) {
	return c.query(ctx, sql, sql, opts)
}

// query runs sql, of which only text is the caller's.
func (c *Conn) query(ctx context.Context, sql, text string, opts []QueryOption) (*Stream, error) {
	const op = "query"
	r, err := c.begin(ctx, op, sql)
	if err != nil {
		return nil, err
	}
	r.text = text
	s := &Stream{run: r, batches: batcher{queryOptions: newOptions(opts)}}
	s.refs.Store(1)
	if s.batches.profile {
		if err := r.enableProfiling(op); err != nil {
			c.end(r)
			return nil, err
		}
	}
	err = r.eachStatement(op, func(stmt bindings.PreparedStatement, last bool) error {
		if !last {
			var res bindings.Result
			defer bindings.DestroyResult(&res)
			return r.execute(op, stmt, false, &res)
		}
		return s.start(op, stmt)
	})
	if err != nil {
		c.end(r)
		return nil, err
	}
	c.mu.Lock()
	closed := c.closed
	if !closed {
		r.stream = s
	}
	c.mu.Unlock()
	if closed {
		s.Close()
		return nil, fault.New(fault.Cancelled, op, "the connection was closed")
	}
	return s, nil
}

// start executes the statement after checking that Arrow can carry its result.
func (s *Stream) start(op string, stmt bindings.PreparedStatement) error {
	if n := bindings.NParams(stmt); n > 0 {
		return fault.New(fault.InvalidArgument, op, "the statement has %d parameters and no values for them", n)
	}
	s.result = s.run.conn.resultOf(s.batches.lossless)
	err := s.describeStatement(op, stmt)
	announce := s.batches.announce
	if err == nil && announce != nil {
		err = announce(s.schema)
	}
	if err == nil {
		err = s.run.execute(op, stmt, true, &s.rows)
	}
	if err == nil && !s.sameColumns(&s.rows) {
		// What the statement reads was altered since it was prepared, and DuckDB prepared it again.
		if err = s.describeResult(op, &s.rows); err == nil && announce != nil {
			err = fault.New(fault.Unavailable, op, "what the statement reads was altered while it began").WithRetry(true)
		}
		if err != nil {
			bindings.DestroyResult(&s.rows)
		}
	}
	if err != nil {
		s.result.free()
		return err
	}
	if !joinable(s.schema) {
		s.batches.rows = 1
	}
	return nil
}

// Schema returns the Arrow schema of the records.
func (s *Stream) Schema() *arrow.Schema { return s.schema }

// Columns returns the result's columns as DuckDB types them. The slice is the stream's.
func (s *Stream) Columns() []Column { return s.columns }

// Next moves to the next record; false means the end, or an error, which Err returns then.
func (s *Stream) Next() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropRecord()
	if s.closed || s.err != nil {
		return false
	}
	if f := fault.FromContext(s.run.ctx, "query"); f != nil {
		s.err = f
		return false
	}
	s.record, s.err = s.batches.next(s.fetch)
	return s.record != nil
}

func (s *Stream) dropRecord() {
	if s.record != nil {
		s.record.Release()
		s.record = nil
	}
}

// fetch returns what DuckDB has next, at most 2,048 rows; nil, nil at the end.
func (s *Stream) fetch() (arrow.Record, error) {
	if s.drained {
		return nil, nil
	}
	var chunk bindings.DataChunk
	s.run.call(func() { chunk = bindings.FetchChunk(s.rows) })
	if chunk.Ptr == nil {
		s.drained = true
		if message := bindings.ResultError(&s.rows); message != "" {
			return nil, s.run.fault("query", message)
		}
		if s.batches.profile {
			s.profile = readProfile(s.run.conn.db)
		}
		return nil, nil
	}
	defer bindings.DestroyDataChunk(&chunk)
	rec, err := chunkToArrow(s.options, chunk, s.schema)
	if err != nil {
		return nil, fault.New(fault.Internal, "query", "export to arrow: %w", err)
	}
	if err := s.checkRange(rec); err != nil {
		rec.Release()
		return nil, err
	}
	return rec, nil
}

// Record returns the current record. The stream releases it at the next call of Next or Close; who
// keeps it longer must Retain it, and Release it. Its strings alias memory outside of Go (as do
// Value and ValueStr of a column): clone what must outlive the record.
func (s *Stream) Record() arrow.Record { return s.record }

// Err returns what ended the stream early: a fault of kind cancelled or deadline_exceeded when the
// query's context was done, the registered reader's error (errors.As finds its fault), or DuckDB's.
func (s *Stream) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Profile returns what DuckDB measured; nil without WithProfile, and before Next has returned false at
// the end of the rows.
func (s *Stream) Profile() *Profile {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.profile
}

// Retain adds a reference.
func (s *Stream) Retain() { s.refs.Add(1) }

// Release drops a reference, and closes the stream with the last.
func (s *Stream) Release() {
	if s.refs.Add(-1) == 0 {
		s.Close()
	}
}

// Close ends the query if it still runs, frees all that it holds (hash tables, spilled files, the
// current record) and makes the connection free for the next statement. Closing twice is fine.
func (s *Stream) Close() {
	s.finish(nil)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropRecord()
}

// finish is Close but for the current record, which belongs to who reads the stream. why is what
// the reader finds, if it was not through.
func (s *Stream) finish(why error) {
	s.run.cancel(errRunEnded) // interrupts a Next that is under way
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed = true
	if s.err == nil && !s.drained {
		s.err = why
	}
	s.batches.close()
	bindings.DestroyResult(&s.rows)
	if !s.drained {
		// DuckDB keeps an abandoned query until the connection's next statement begins. This one
		// fails before it does anything, but it is one.
		var nothing bindings.PreparedStatement
		bindings.Prepare(s.run.conn.db, "", &nothing)
		bindings.DestroyPrepare(&nothing)
	}
	s.result.free()
	s.mu.Unlock()
	s.run.conn.end(s.run)
}
