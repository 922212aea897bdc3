package duckdb

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	bindings "github.com/duckdb/duckdb-go-bindings"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// run is one execution on a connection: from Query to the stream's end, or one Exec or Prepare.
type run struct {
	conn   *Conn
	sql    string
	text   string          // the part of sql that is the caller's, which positions refer to
	ctx    context.Context // the caller's, and cancelled when the run ends
	cancel context.CancelCauseFunc

	done   chan struct{} // closed when it has ended
	stream *Stream       // what the run ends with; guarded by conn.mu

	mu       sync.Mutex
	inputErr error // the first failure of a registered stream

	computing atomic.Bool // DuckDB has been called and has not returned
	grown     int64       // what memory grew by meanwhile; guarded by process.mu
}

var errRunEnded = errors.New("the query has ended")

// interruptEvery is how often a done context's interrupt is repeated until DuckDB has noticed: one
// that comes before a statement has begun is forgotten by DuckDB when it begins.
const interruptEvery = 2 * time.Millisecond

const (
	// prepareBytes bounds the large blocks that preparing a rendered statement takes on its thread, and
	// prepareFactor adds so much for each byte of SQL. DuckDB's optimiser computes constants, time and again if
	// that fails, and is not to be interrupted meanwhile. What needs more is computed when the statement runs.
	// Others' statements may need large buffers, to look at CSV and JSON files.
	prepareBytes  = 64 << 20
	prepareFactor = 1 << 10
)

// prepare is call for what binds and optimises the run's statement.
func (r *run) prepare(fn func()) {
	most := r.conn.engine.opts.CallBytes
	if r.conn.engine.opts.Rendered && most == 0 {
		most = int64(prepareBytes + prepareFactor*len(r.sql))
	}
	r.callWithin(most, fn)
}

// call runs fn, which blocks inside DuckDB, and interrupts it when the run's context is done.
func (r *run) call(fn func()) { r.callWithin(r.conn.engine.opts.CallBytes, fn) }

// callWithin is call, but that fn takes at most so much in large blocks on its thread; 0 is no bound.
func (r *run) callWithin(most int64, fn func()) {
	returned, stopped := make(chan struct{}), make(chan struct{})
	stop := context.AfterFunc(r.ctx, func() {
		defer close(stopped)
		ticker := time.NewTicker(interruptEvery)
		defer ticker.Stop()
		for {
			bindings.Interrupt(r.conn.db)
			select {
			case <-returned:
				return
			case <-ticker.C:
			}
		}
	})
	defer func() {
		close(returned)
		if !stop() {
			// The next statement on the connection must not be hit by this one's interrupt.
			<-stopped
		}
	}()
	r.computing.Store(true)
	defer r.computing.Store(false)
	bounded := fn
	if most > 0 {
		bounded = func() {
			runtime.LockOSThread()
			allowThread(most)
			defer func() { allowThread(-1); runtime.UnlockOSThread() }()
			fn()
		}
	}
	if p := r.conn.patient; p != nil {
		p.do(bounded)
		return
	}
	bounded()
}

// abort ends the run from any goroutine and waits until it has ended.
func (r *run) abort() {
	r.cancel(errRunEnded)
	r.conn.mu.Lock()
	stream := r.stream
	r.conn.mu.Unlock()
	if stream != nil {
		stream.finish(fault.New(fault.Cancelled, "query", "the connection was closed"))
	}
	<-r.done
}

// inputFailed remembers what a registered stream failed with, for error.
func (r *run) inputFailed(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.inputErr == nil {
		r.inputErr = err
	}
}

// fault turns DuckDB's message into the error to return: that of the registered stream that DuckDB
// only knows the text of, else the context's when it is done, else DuckDB's own.
func (r *run) fault(op, message string) error {
	d := parseError(message)
	d.Most = r.conn.engine.opts.CallBytes
	r.mu.Lock()
	inputErr := r.inputErr
	r.mu.Unlock()
	if inputErr != nil && !stopped(inputErr) {
		return fault.Wrap(inputErr, op)
	}
	if f := fault.FromContext(r.ctx, op); f != nil && (inputErr != nil || d.interrupted()) {
		return f
	}
	if inputErr != nil {
		return fault.Wrap(inputErr, op)
	}
	if d.interrupted() {
		return errLostReason.WithOp(op)
	}
	switch {
	case r.conn.engine.opts.Rendered:
		d.Position = -1
	case d.Position >= 0:
		d.Position -= max(strings.Index(r.sql, r.text), 0)
	}
	return d.fault(op, r.text)
}

// errLostReason is for a query that nobody interrupted: DuckDB 1.5.4 interrupts all threads when one
// fails, and a thread that sees that before it sees the error reports the interrupt.
var errLostReason = fault.New(fault.Unavailable, "", "the query failed in DuckDB, which did not keep the reason").
	WithHint("run the query again to see the reason").WithRetry(true)

func stopped(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.Cancelled || kind == fault.DeadlineExceeded || errors.Is(err, errRunEnded)
}
