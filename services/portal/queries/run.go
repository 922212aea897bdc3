package queries

import (
	"context"
	"time"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/admission"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"

	"github.com/shoal-db/shoal/services/portal/exec"
	"github.com/shoal-db/shoal/services/portal/explain"
)

// maxAttempts is how often a query is planned and begun before it fails.
const maxAttempts = 4

// replanDelay is how long a new plan waits for the catalog to tell of what has changed.
const replanDelay = 300 * time.Millisecond

// Run is a query's rows as they come. Next, Record and Err are for one goroutine.
type Run struct {
	service *Service
	query   *Query
	ctx     context.Context
	begun   time.Time // of waiting, then, once admitted, of running
	end     func()
	parking parking // holds the pass once admitted
	// queued is the wait for admission, firstRow the time from there to the first record.
	queued, firstRow time.Duration
	explanation      *explain.Explanation
	exclude          map[chunks.WorkerID]bool // workers that just failed
	ask              admission.Ask
	deaths           *exec.Deaths // of workers that ran the statement

	result  exec.Result
	started bool // result stands at its first record, which Next has not yet returned
	more    bool // there is a first record
	over    bool
	err     error
}

// open has the run admitted and begins it. What is explained without being run needs no admission.
func (r *Run) open() error {
	q, s := r.query, r.service
	if q.Explain != nil && !q.Explain.Analyze {
		return r.explain()
	}
	r.ask = q.ask()
	pass, err := s.gate.Enter(r.ctx, r.ask)
	r.queued = time.Since(r.begun)
	s.opts.Metrics.phase(phaseQueue, r.queued)
	r.begun = time.Now()
	if err != nil {
		return err
	}
	r.parking.pass = pass
	if err := r.start(); err != nil {
		return err
	}
	r.firstRow = time.Since(r.begun)
	r.parking.leave()
	if q.Explain != nil {
		return r.analyze()
	}
	return nil
}

// start plans the query anew until it gives a first record, or its end. Nothing was given out so far,
// so that each attempt may begin from the start.
func (r *Run) start() error {
	if refused := r.deaths.Refuse("run query"); refused != nil {
		return refused
	}
	placed := r.query.Placed
	r.exclude = map[chunks.WorkerID]bool{}
	for attempt := 1; ; attempt++ {
		err := r.try(placed)
		if err == nil {
			return nil
		}
		if fault.Is(err, fault.ResourceExhausted) && r.ask.Lane == admission.Quick && r.ctx.Err() == nil {
			if err := r.becomeHeavy(); err != nil {
				return err
			}
			continue
		}
		if attempt == maxAttempts || r.ctx.Err() != nil || !noReplica(err) {
			return err
		}
		r.service.opts.Log.WarnContext(r.ctx, "planning again", "attempt", attempt, logging.Err(err))
		r.service.opts.Metrics.replans.Inc()
		if placed = r.replan(err, attempt); placed == nil {
			return err
		}
	}
}

// becomeHeavy is for a query that takes more than it was thought to: it waits for its turn among its like.
func (r *Run) becomeHeavy() error {
	r.parking.end()
	r.ask.Lane = admission.Heavy
	pass, err := r.service.gate.Enter(r.ctx, r.ask)
	if err == nil {
		r.parking.pass = pass
	}
	return err
}

func (r *Run) try(placed *Placed) error {
	q := r.query
	progress := &exec.Progress{}
	q.mu.Lock()
	q.state, q.progress, q.ran, q.stages = Running, progress, placed, nil
	q.mu.Unlock()
	placed, err := r.adapt(placed)
	if err != nil {
		return err
	}
	q.mu.Lock()
	q.ran = placed
	q.mu.Unlock()
	job, err := r.job(placed, q.ownSchema, progress)
	if err != nil {
		return err
	}
	result, err := r.service.opts.Executor.Run(r.ctx, job)
	if err != nil {
		return err
	}
	r.more = result.Next()
	if err := result.Err(); !r.more && err != nil {
		result.Release()
		return err
	}
	r.result, r.started = result, true
	return nil
}

// noReplica tells whether a run failed because none of a subplan's replicas could run it.
func noReplica(err error) bool {
	f := fault.From(err)
	_, bySubplan := f.Details["subplan"]
	return bySubplan && (f.Kind == fault.Unavailable || f.Kind == fault.ResourceExhausted && f.Retryable)
}

// replan places the query for the newest snapshot, without the workers that could not be talked to.
// A worker that lacked a chunk is left out only when the catalog still sends there the second time:
// it may be the only one for others. It returns nil when there is no other plan.
func (r *Run) replan(cause error, attempt int) *Placed {
	s, q := r.service, r.query
	workers, _ := fault.From(cause).Details["workers"].([]map[string]any)
	for _, w := range workers {
		id, _ := w["worker"].(string)
		if _, lacked := w["missing_chunks"]; !lacked || attempt > 1 {
			r.exclude[chunks.WorkerID(id)] = true
		}
	}
	changed := s.opts.Catalog.Changed()
	timer := time.NewTimer(replanDelay)
	defer timer.Stop()
	if s.opts.Catalog.Current().Revision() == q.lastPlaced().Snapshot.Revision() {
		select {
		case <-changed:
		case <-timer.C:
		case <-r.ctx.Done():
			return nil
		}
	}
	snap := s.opts.Catalog.Current()
	if snap.SchemaVersion() != q.schemaVersion {
		return nil // the plan, and the schema that the client was told, may not hold any more
	}
	opts := s.planning(r.ctx, q)
	opts.Exclude = r.exclude
	placed, err := s.place(q, snap, opts)
	if err != nil {
		s.opts.Log.DebugContext(r.ctx, "there is no other plan", logging.Err(err))
		return nil
	}
	return placed
}

func (q *Query) lastPlaced() *Placed {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ran != nil {
		return q.ran
	}
	return q.Placed
}

// Query returns what is run.
func (r *Run) Query() *Query { return r.query }

// Schema returns the schema of all records.
func (r *Run) Schema() *arrow.Schema { return r.query.Schema }

// Next moves to the next record; false means the end, or an error, which Err returns then.
func (r *Run) Next() bool {
	if r.over {
		return false
	}
	r.parking.wait()
	if r.started {
		r.started = false
	} else {
		r.more = r.result.Next()
	}
	if !r.more {
		var err error
		if err = r.result.Err(); err != nil {
			err = withQuery(cancelledCause(r.ctx, err), r.query.ID)
		}
		r.stop(err)
		return false
	}
	rec := r.result.Record()
	rows, bytes := rec.NumRows(), recordBytes(rec)
	r.service.opts.Metrics.sent.WithLabelValues("rows").Add(float64(rows))
	r.service.opts.Metrics.sent.WithLabelValues("bytes").Add(float64(bytes))
	r.query.mu.Lock()
	r.query.rows += rows
	r.query.bytes += bytes
	r.query.mu.Unlock()
	r.parking.leave()
	return true
}

// Record returns the current record, which is valid until the next call of Next or Release.
func (r *Run) Record() arrow.Record { return r.result.Record() }

// Err returns why Next returned false; nil at the end of the rows.
func (r *Run) Err() error { return r.err }

// Release ends the query if it still runs, as cancelled by its client. Releasing twice is fine.
func (r *Run) Release() {
	if !r.over {
		cause := errCancelled(r.query.ID)
		if f := fault.FromContext(r.ctx, "run query"); f != nil {
			cause = f
		}
		r.stop(cause)
	}
}

// stop frees what the run holds.
func (r *Run) stop(err error) {
	r.over, r.err = true, err
	r.result.Release()
	r.finish(err)
}

// finish notes the end of a run and makes place for another.
func (r *Run) finish(err error) {
	if err == nil {
		r.deaths.Forget()
	}
	r.end()
	r.query.finish(err)
	r.parking.end()
	m := r.service.opts.Metrics
	m.phase(phaseExec, time.Since(r.begun))
	m.executed.WithLabelValues(string(r.query.Request.Front), outcomeOf(err)).Inc()
	info := r.query.Info()
	if !r.query.redeemable() {
		r.service.registry.outline(r.query)
	}
	log := r.service.opts.Log
	if err != nil {
		log.WarnContext(r.ctx, "query failed", "rows", info.Rows, "elapsed", time.Since(r.begun), logging.Err(err))
		return
	}
	log.InfoContext(r.ctx, "query done", "rows", info.Rows, "bytes", info.Bytes, "elapsed", time.Since(r.begun))
}

// recordBytes is the size of a record's buffers.
func recordBytes(rec arrow.Record) int64 {
	var n int64
	for _, c := range rec.Columns() {
		n += dataBytes(c.Data())
	}
	return n
}

func dataBytes(d arrow.ArrayData) int64 {
	var n int64
	for _, b := range d.Buffers() {
		if b != nil {
			n += int64(b.Len())
		}
	}
	for _, child := range d.Children() {
		n += dataBytes(child)
	}
	return n
}
