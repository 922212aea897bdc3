package exec

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/flight"
	"google.golang.org/grpc/status"

	"github.com/shoal-db/shoal/libs/chunks/report"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// readAhead is how many batches of a stream wait in the portal to be read, beside those that gRPC's
// flow control has let in.
const readAhead = 2

var errReleased = fault.New(fault.Cancelled, "run query", "the result was closed")

// fetches are all streams of a query.
//
// Up to parallel of them are started before anybody reads them, so that workers compute at the same
// time; a stream that is read is started at once. Starting cannot wait for the end of others: DuckDB
// may want to read any of them first.
type fetches struct {
	ctx    context.Context // the query's
	deaths *Deaths
	all    []*fetch
	mu     sync.Mutex
	next   int // in all: the first that startSome has not looked at
	ahead  int // how many may still be started
	wg     sync.WaitGroup
}

// fetch reads one subplan's stream.
//
//	idle ──start──► trying replicas ──first batch──► streaming ──► ended or failed
//	  └──────────────────────── release: ended before it began
type fetch struct {
	e      *Executor
	in     Input
	ctx    context.Context
	cancel context.CancelCauseFunc
	group  *fetches
	stats  *InputProgress

	out  chan arrow.Record // of a merge: this fetch's own; closed by run
	once sync.Once
	done atomic.Bool
	err  error // set before out is closed

	// onEnd, if not nil, is told how the fetch ended.
	onEnd func(error)
}

func (e *Executor) newFetches(ctx context.Context, job Job) *fetches {
	g := &fetches{ctx: ctx, ahead: e.opts.Parallel, deaths: cmp.Or(job.Deaths, &Deaths{})}
	for _, in := range job.Inputs {
		f := &fetch{e: e, in: in, group: g, stats: job.Progress.input(in.ID)}
		f.ctx, f.cancel = context.WithCancelCause(ctx)
		g.all = append(g.all, f)
	}
	return g
}

// startSome starts streams up to the number that may be ahead.
func (g *fetches) startSome() {
	g.mu.Lock()
	var ready []*fetch
	for g.ahead > 0 && g.next < len(g.all) {
		ready = append(ready, g.all[g.next])
		g.next++
		g.ahead--
	}
	g.mu.Unlock()
	for _, f := range ready {
		f.start()
	}
}

// ended lets one more stream be started ahead.
func (g *fetches) ended() {
	g.mu.Lock()
	g.ahead++
	g.mu.Unlock()
	g.startSome()
}

// wait returns when no stream runs any more. All contexts must be done or all streams read.
func (g *fetches) wait() {
	for _, f := range g.all {
		f.once.Do(func() {}) // from now on none starts
		f.cancel(errReleased)
	}
	g.wg.Wait()
	for _, f := range g.all {
		f.drop()
	}
}

func (f *fetch) start() {
	f.once.Do(func() {
		f.group.wg.Add(1)
		fault.Go("read subplan", f.run, func(err error) {
			f.err = err
			f.stats.end(err)
			f.done.Store(true)
			if f.out != nil && f.onEnd == nil {
				close(f.out)
			}
			if f.onEnd != nil {
				f.onEnd(err)
			}
			// A stream that was released early makes place, too; but when the query ends, none begins.
			if f.group.ctx.Err() == nil {
				f.group.ended()
			}
			f.group.wg.Done()
		})
	})
}

// drop releases what nobody has read. REQUIRES: the fetch does not run.
func (f *fetch) drop() {
	for f.done.Load() && f.onEnd == nil {
		rec, ok := <-f.out
		if !ok {
			return
		}
		rec.Release()
	}
}

// run tries the replicas until one has given a batch, or has ended without any.
func (f *fetch) run() error {
	var failed []attempt
	replicas := f.e.byHealth(f.in.Replicas)
	for i, r := range replicas {
		if refused := f.group.deaths.Refuse("read subplan"); refused != nil {
			return f.refused(refused)
		}
		f.stats.begin(r.Worker)
		begun, died, err := f.from(r)
		if err == nil {
			return nil
		}
		if f.ctx.Err() != nil {
			return fault.FromContext(f.ctx, "read subplan")
		}
		if died {
			f.group.deaths.add(r.Worker)
		}
		failed = append(failed, attempt{r, fault.From(err)})
		if begun || !elsewhere(err) {
			break
		}
		f.e.opts.Log.WarnContext(f.ctx, "replica failed", "subplan", f.in.ID, "worker", r.Worker, "died", died,
			"replicas_left", len(replicas)-i-1, logging.Err(err))
		f.e.opts.Metrics.FailedOver()
	}
	if refused := f.group.deaths.Refuse("read subplan"); refused != nil {
		return f.refused(refused)
	}
	return f.failure(failed)
}

// refused names the subplan in a refusal.
func (f *fetch) refused(err *fault.Fault) error {
	return err.WithDetail("subplan", f.in.ID).WithDetail("chunks", f.in.Chunks)
}

// Health orders workers: 0 for one that answers, as far as is known, 1 for one that hangs.
func (e *Executor) Health(location string) int {
	if e.opts.Pool.hung(location) {
		return 1
	}
	return 0
}

// byHealth puts replicas that hang behind the others.
func (e *Executor) byHealth(all []Replica) []Replica {
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b Replica) int { return e.Health(a.Location) - e.Health(b.Location) })
	return out
}

// from reads the stream of one replica. begun tells that a batch was handed on, died that the worker
// was lost while it ran the subplan.
func (f *fetch) from(r Replica) (begun, died bool, err error) {
	client, err := f.e.opts.Pool.client(r.Location)
	if err != nil {
		return false, false, err
	}
	ctx, cancel := context.WithCancelCause(f.ctx)
	defer cancel(nil) // frees the stream if it is not read to its end
	counted := &counter{fetch: f}
	counted.wait()
	go client.watch(ctx, f.e.opts.Pool.patience, &counted.listener, func(why error) { cancel(why) })
	if counted.FlightService_DoGetClient, err = client.DoGet(ctx, &flight.Ticket{Ticket: f.in.Ticket}); err != nil {
		return false, false, hungOr(ctx, err)
	}
	begun, err = f.pass(counted)
	if err == nil || f.ctx.Err() != nil {
		return begun, false, err
	}
	return begun, counted.lost(ctx), hungOr(ctx, err)
}

// hungOr is why a stream was given up, if it was, or else err.
func hungOr(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && fault.Is(cause, fault.Unavailable) {
		return cause
	}
	return err
}

// pass hands a stream's batches on.
func (f *fetch) pass(stream *counter) (begun bool, err error) {
	rows, err := flight.NewRecordReader(stream)
	if err != nil {
		return false, streamError(stream, err)
	}
	defer rows.Release()
	if !sameTypes(rows.Schema(), f.in.Schema) {
		return false, fault.New(fault.Internal, "read subplan", "worker %s sends %v instead of %v", f.stats.at(), rows.Schema(), f.in.Schema)
	}
	for rows.Next() {
		rec := f.conform(rows.Record())
		select {
		case f.out <- rec:
			begun = true
			f.stats.add(rec.NumRows())
			f.e.opts.Metrics.Received(rec.NumRows(), 0)
		case <-f.ctx.Done():
			rec.Release()
			return begun, fault.FromContext(f.ctx, "read subplan")
		}
	}
	return begun, streamError(stream, rows.Err())
}

// conform gives a batch the schema object that was announced, with a reference of its own.
func (f *fetch) conform(rec arrow.Record) arrow.Record {
	return array.NewRecord(f.in.Schema, rec.Columns(), rec.NumRows())
}

func sameTypes(a, b *arrow.Schema) bool {
	if a.NumFields() != b.NumFields() {
		return false
	}
	for i := range a.NumFields() {
		if a.Field(i).Name != b.Field(i).Name || !arrow.TypeEqual(a.Field(i).Type, b.Field(i).Type) {
			return false
		}
	}
	return true
}

// counter counts a stream's bytes, knows since when it is waited for, and keeps gRPC's own error, which
// the reader of Arrow batches replaces.
type counter struct {
	flight.FlightService_DoGetClient
	listener
	fetch *fetch
	err   error
}

// lost tells, of a stream that failed, whether the worker had begun to run the subplan and then was gone:
// what a worker says of itself comes with details, and is no loss.
func (c *counter) lost(ctx context.Context) bool {
	gone := fault.Is(context.Cause(ctx), fault.Unavailable)
	if st, ok := status.FromError(c.err); !gone && c.err != nil && ok {
		gone = fault.Is(c.err, fault.Unavailable) && len(st.Details()) == 0
	}
	if !gone {
		return false
	}
	header, err := c.Header()
	return err == nil && len(header.Get(report.Running)) > 0
}

func (c *counter) Recv() (*flight.FlightData, error) {
	c.wait()
	data, err := c.FlightService_DoGetClient.Recv()
	c.heard()
	if err != nil {
		c.err = err
		if errors.Is(err, io.EOF) {
			c.readReport()
		}
		return nil, err
	}
	n := int64(len(data.DataHeader) + len(data.DataBody))
	c.fetch.stats.bytes.Add(n)
	c.fetch.e.opts.Metrics.Received(0, n)
	return data, nil
}

// readReport keeps what the worker tells of its run. One that cannot be read is no reason to fail: all
// rows are here.
func (c *counter) readReport() {
	sent := c.Trailer().Get(report.Trailer)
	if len(sent) == 0 {
		return
	}
	r, err := report.Decode([]byte(sent[0]))
	if err != nil {
		c.fetch.e.opts.Log.WarnContext(c.fetch.ctx, "worker's report is not understood", "subplan", c.fetch.in.ID, logging.Err(err))
		return
	}
	c.fetch.stats.reported(r)
}

// streamError is what a stream ended with; nil for its regular end.
func streamError(c *counter, err error) error {
	switch {
	case c.err != nil && !errors.Is(c.err, io.EOF):
		return fault.Wrap(c.err, "read subplan")
	case err == nil && c.err != nil:
		return nil
	case err == nil:
		// The reader stopped without having seen the stream's end.
		return fault.New(fault.Internal, "read subplan", "the worker's stream has no end")
	}
	return fault.New(fault.Internal, "read subplan", "the worker's stream cannot be read: %w", err)
}

// elsewhere tells whether another replica may do better.
func elsewhere(err error) bool {
	switch fault.KindOf(err) {
	case fault.Unavailable, fault.NotFound, fault.Internal, fault.Unauthenticated:
		return true
	case fault.ResourceExhausted:
		return fault.IsRetryable(err) // else it takes as much there
	}
	return false
}

// attempt is a replica that failed.
type attempt struct {
	replica Replica
	fault   *fault.Fault
}

// failure is the fault of a subplan that no replica could run. It has the kind of the last one's, and
// names the chunks and the workers tried.
func (f *fetch) failure(failed []attempt) error {
	if len(failed) == 0 {
		return fault.New(fault.Unavailable, "read subplan", "no worker can run subplan %d", f.in.ID).
			WithDetail("chunks", f.in.Chunks)
	}
	last := failed[len(failed)-1].fault
	if len(failed) == 1 && !elsewhere(last) {
		return last // the query's own fault, which no worker can help
	}
	tried := make([]map[string]any, len(failed))
	text := ""
	for i, a := range failed {
		tried[i] = map[string]any{"worker": string(a.replica.Worker), "kind": string(a.fault.Kind), "message": a.fault.Text()}
		if missing, ok := a.fault.Details["missing_chunks"]; ok {
			tried[i]["missing_chunks"] = missing
		}
		if i > 0 {
			text += "; "
		}
		text += string(a.replica.Worker) + ": " + a.fault.Text()
	}
	kind := last.Kind
	if kind == fault.Unauthenticated || kind == fault.NotFound {
		kind = fault.Unavailable // between portal and worker, not between client and portal
	}
	out := fault.New(kind, "read subplan", "subplan %d failed at %s", f.in.ID, text).
		WithRetry(last.Retryable || kind == fault.Unavailable).WithHint("%s", last.Hint).
		WithDetail("subplan", f.in.ID).WithDetail("workers", tried).WithDetail("chunks", f.in.Chunks)
	return out.WithCause(last)
}
