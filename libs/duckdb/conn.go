package duckdb

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"

	bindings "github.com/duckdb/duckdb-go-bindings"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Conn is a session: it has its own temporary views, settings and transaction, and runs one
// statement at a time. A second one while a Stream is open is refused (internal: it is a bug of the
// caller's), because DuckDB would silently end the first. Close may be called from any goroutine at
// any time, the rest from one at a time.
type Conn struct {
	engine *Engine
	db     bindings.Connection
	pooled bool
	// patient, if not nil, is where what computes is called.
	patient *patient

	mu     sync.Mutex // guards the following, and db against use after Close
	active *run
	inputs []*input
	closed bool

	current atomic.Pointer[run] // active, for DuckDB's threads, which must not wait for mu
}

// begin starts a run. It is ended by end.
func (c *Conn) begin(ctx context.Context, op, sql string) (*run, error) {
	if f := fault.FromContext(ctx, op); f != nil {
		return nil, f
	}
	if strings.IndexByte(sql, 0) >= 0 {
		// To C the text would end there.
		return nil, fault.New(fault.InvalidArgument, op, "the SQL text holds a NUL byte")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return nil, fault.New(fault.Internal, op, "the connection is closed")
	case c.active != nil:
		return nil, fault.New(fault.Internal, op, "the connection is busy with another statement or stream")
	}
	r := &run{conn: c, sql: sql, text: sql, done: make(chan struct{})}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	c.active = r
	c.current.Store(r)
	c.engine.running.Add(1)
	process.begin(r)
	return r, nil
}

func (c *Conn) end(r *run) {
	r.cancel(errRunEnded)
	process.end(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.active == r {
		c.active = nil
		c.current.Store(nil)
		c.engine.running.Add(-1)
		close(r.done)
	}
}

// Close ends what is running, drops what was registered and gives the connection back. A registered
// reader that is inside its Next at that moment is released when it returns. Closing twice is fine.
func (c *Conn) Close() error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil
	}
	c.closed = true
	r, inputs := c.active, c.inputs
	c.inputs = nil
	c.mu.Unlock()
	if r != nil {
		r.abort()
	}
	for _, in := range inputs {
		in.close()
	}
	bindings.Disconnect(&c.db)
	if c.patient != nil {
		c.patient.end()
	}
	if c.pooled {
		<-c.engine.sem
	}
	return nil
}

// Exec runs all statements of sql in order, discarding their rows, and returns how many rows the
// last one changed. It stops at the first error; what came before stays done.
func (c *Conn) Exec(ctx context.Context, sql string) (rowsChanged int64, err error) {
	const op = "execute sql"
	r, err := c.begin(ctx, op, sql)
	if err != nil {
		return 0, err
	}
	defer c.end(r)
	err = r.eachStatement(op, func(stmt bindings.PreparedStatement, _ bool) error {
		var res bindings.Result
		if err := r.execute(op, stmt, false, &res); err != nil {
			return err
		}
		rowsChanged = int64(bindings.RowsChanged(&res))
		bindings.DestroyResult(&res)
		return nil
	})
	return rowsChanged, err
}

// eachStatement parses the text and prepares and hands over one statement after the other, so that
// later ones see what earlier ones did.
func (r *run) eachStatement(op string, fn func(stmt bindings.PreparedStatement, last bool) error) error {
	var parsed bindings.ExtractedStatements
	var n bindings.IdxT
	r.call(func() { n = bindings.ExtractStatements(r.conn.db, r.sql, &parsed) })
	defer bindings.DestroyExtracted(&parsed)
	if message := bindings.ExtractStatementsError(parsed); message != "" {
		return r.fault(op, message)
	}
	if n == 0 {
		return fault.New(fault.InvalidArgument, op, "the SQL text holds no statement")
	}
	for i := range n {
		if err := r.prepareNth(op, parsed, i, func(s bindings.PreparedStatement) error { return fn(s, i == n-1) }); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) prepareNth(op string, parsed bindings.ExtractedStatements, i bindings.IdxT, fn func(bindings.PreparedStatement) error) error {
	var stmt bindings.PreparedStatement
	var state bindings.State
	r.prepare(func() { state = bindings.PrepareExtractedStatement(r.conn.db, parsed, i, &stmt) })
	defer bindings.DestroyPrepare(&stmt)
	if state != bindings.StateSuccess {
		return r.fault(op, bindings.PrepareError(stmt))
	}
	return fn(stmt)
}

// execute runs a prepared statement up to its first rows (streaming) or its end.
func (r *run) execute(op string, stmt bindings.PreparedStatement, streaming bool, res *bindings.Result) error {
	var pending bindings.PendingResult
	var state bindings.State
	r.call(func() {
		if streaming {
			state = bindings.PendingPreparedStreaming(stmt, &pending)
		} else {
			state = bindings.PendingPrepared(stmt, &pending)
		}
	})
	defer bindings.DestroyPending(&pending)
	if state != bindings.StateSuccess {
		return r.fault(op, bindings.PendingError(pending))
	}
	r.call(func() { state = bindings.ExecutePending(pending, res) })
	if state != bindings.StateSuccess {
		err := r.fault(op, bindings.ResultError(res))
		bindings.DestroyResult(res)
		return err
	}
	return nil
}
