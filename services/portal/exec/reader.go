package exec

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// refs counts references; the zero value is one.
type refs struct{ more atomic.Int64 }

func (r *refs) Retain() { r.more.Add(1) }

// last drops a reference and tells whether it was the last one.
func (r *refs) last() bool { return r.more.Add(-1) == -1 }

// reader is a fetch as DuckDB reads it.
type reader struct {
	refs
	fetch   *fetch
	current arrow.Record
	err     error
}

func (r *reader) Schema() *arrow.Schema { return r.fetch.in.Schema }
func (r *reader) Record() arrow.Record  { return r.current }
func (r *reader) Err() error            { return r.err }

func (r *reader) Next() bool {
	r.dropRecord()
	if r.err != nil {
		return false
	}
	r.fetch.start()
	asked := time.Now()
	defer func() { r.fetch.stats.awaited.Add(int64(time.Since(asked))) }()
	select {
	case rec, ok := <-r.fetch.out:
		if !ok {
			r.err = r.fetch.err
		}
		r.current = rec
		return ok
	case <-r.fetch.ctx.Done():
		r.err = fault.FromContext(r.fetch.ctx, "read subplan")
		return false
	}
}

func (r *reader) dropRecord() {
	if r.current != nil {
		r.current.Release()
		r.current = nil
	}
}

// Release ends the stream: what DuckDB does not need more of (LIMIT), no worker should compute.
func (r *reader) Release() {
	if r.last() {
		r.dropRecord()
		r.fetch.cancel(errReleased)
	}
}

// concat passes the inputs' rows on in the order in which they come.
func (e *Executor) concat(ctx context.Context, job Job) Result {
	ctx, cancel := context.WithCancelCause(ctx)
	c := &concatenated{ctx: ctx, cancel: cancel, schema: job.Schema, out: make(chan arrow.Record, readAhead), over: make(chan struct{})}
	c.fetches = e.newFetches(ctx, job)
	c.open.Store(int64(len(job.Inputs)))
	for _, f := range c.fetches.all {
		f.out, f.onEnd = c.out, c.ended
	}
	if len(job.Inputs) == 0 {
		close(c.over)
	}
	c.fetches.startSome()
	return c
}

// concatenated is the result of a query without a merge plan.
type concatenated struct {
	refs
	ctx     context.Context
	cancel  context.CancelCauseFunc
	schema  *arrow.Schema
	fetches *fetches
	out     chan arrow.Record
	over    chan struct{} // closed when all inputs have ended
	open    atomic.Int64

	mu      sync.Mutex
	failure error

	current arrow.Record
	err     error
}

// ended counts the inputs that have ended, and stops all when one has failed.
func (c *concatenated) ended(err error) {
	if err != nil {
		c.mu.Lock()
		if c.failure == nil {
			c.failure = err
		}
		c.mu.Unlock()
		c.cancel(err)
	}
	if c.open.Add(-1) == 0 {
		close(c.over)
	}
}

func (c *concatenated) Schema() *arrow.Schema { return c.schema }
func (c *concatenated) Record() arrow.Record  { return c.current }
func (c *concatenated) Err() error            { return c.err }

func (c *concatenated) Next() bool {
	c.dropRecord()
	if c.err != nil {
		return false
	}
	select {
	case rec := <-c.out:
		c.current = rec
		return true
	case <-c.ctx.Done():
		c.err = c.why()
		return false
	case <-c.over:
	}
	// All have ended; what they have left may still be there.
	select {
	case rec := <-c.out:
		c.current = rec
		return true
	default:
		c.mu.Lock()
		defer c.mu.Unlock()
		c.err = c.failure
		return false
	}
}

func (c *concatenated) why() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failure != nil {
		return c.failure
	}
	return fault.FromContext(c.ctx, "run query")
}

func (c *concatenated) dropRecord() {
	if c.current != nil {
		c.current.Release()
		c.current = nil
	}
}

// Release ends all streams and waits for them.
func (c *concatenated) Release() {
	if !c.last() {
		return
	}
	c.cancel(errReleased)
	c.dropRecord()
	c.fetches.wait()
	for {
		select {
		case rec := <-c.out:
			rec.Release()
		default:
			return
		}
	}
}
