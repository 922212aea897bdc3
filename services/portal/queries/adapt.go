package queries

import (
	"bytes"
	"time"

	"github.com/apache/arrow/go/v17/arrow/ipc"

	"github.com/shoal-db/shoal/libs/platform/fault"

	"github.com/shoal-db/shoal/services/portal/exec"
	"github.com/shoal-db/shoal/services/portal/explain"
	"github.com/shoal-db/shoal/services/portal/planning"
)

const (
	// maxStages bounds the parts of a query that are computed first, one after the other.
	maxStages = 3
	// maxStageBytes bounds the Arrow buffers of a part's rows.
	maxStageBytes = 4 << 20
	// maxSentBytes bounds what is sent of all parts' rows to all workers together.
	maxSentBytes = 32 << 20
)

// How a stage ended, as metrics name it.
const (
	stageSent    = "sent"
	stageTooMany = "too_many"
)

// stage is a part of a query that is computed before the rest is planned for good.
type stage struct {
	placed   *Placed
	text     string
	progress *exec.Progress
	begun    time.Time
	took     time.Duration
	rows     int64
	tooMany  bool
}

// StageInfo is a stage as it is shown.
type StageInfo struct {
	// Text says what was computed.
	Text string `json:"text"`
	// Rows are those that were sent to the workers. TooMany says that there were more than that is good for:
	// then they were left, and the query was run as it had been planned.
	Rows    int64 `json:"rows"`
	TooMany bool  `json:"too_many,omitempty"`
	// ElapsedSeconds is 0 while the stage runs.
	ElapsedSeconds float64       `json:"elapsed_seconds"`
	Subplans       []SubplanInfo `json:"subplans"`
}

func (s *stage) info() StageInfo {
	out := StageInfo{Text: s.text, Rows: s.rows, TooMany: s.tooMany, ElapsedSeconds: s.took.Seconds(), Subplans: []SubplanInfo{}}
	for _, sub := range s.placed.Subplans {
		out.Subplans = append(out.Subplans, subplanInfo(sub, s.progress))
	}
	return out
}

// explained is the stage as explanations tell it.
func (s *stage) explained() explain.Stage {
	info := s.info()
	out := explain.Stage{Text: info.Text, Rows: info.Rows, TooMany: info.TooMany, TotalSeconds: info.ElapsedSeconds}
	for _, sub := range info.Subplans {
		out.ReceivedRows += sub.Rows
		out.ReceivedBytes += sub.Bytes
	}
	return out
}

// adapt computes parts of the query that seem to have few rows, and plans the rest with these in their place, so
// that joins with them run on the workers, and prune. All is planned for the same snapshot. Where a part turns
// out to have more rows, the query is run as it was planned.
func (r *Run) adapt(placed *Placed) (*Placed, error) {
	s, q := r.service, r.query
	for range maxStages {
		if placed.Broadcast == nil {
			break
		}
		st, rows, err := r.compute(placed)
		if err != nil {
			return nil, err
		}
		if rows == nil {
			r.settle(st, nil)
			break
		}
		opts := s.planning(r.ctx, q)
		opts.Exclude = r.exclude
		planned, err := planning.PlanWith(placed.Snapshot, placed.Planned, rows, opts)
		if err != nil {
			return nil, fault.Wrap(err, "plan query")
		}
		if sentBytes(planned) > maxSentBytes {
			r.settle(st, nil)
			break
		}
		r.settle(st, rows)
		if placed, err = s.ready(q, placed.Snapshot, planned); err != nil {
			return nil, err
		}
	}
	return placed, nil
}

// sentBytes is how much subplans take with them.
func sentBytes(planned *planning.Planned) int64 {
	var total int64
	for _, sub := range planned.Subplans {
		for _, name := range sub.Sent {
			total += int64(len(planned.Sent[name].Data))
		}
	}
	return total
}

// compute runs the part of the query that is better computed first; its rows are nil if they are too many.
func (r *Run) compute(placed *Placed) (st *stage, rows *planning.Sent, err error) {
	s, q := r.service, r.query
	opts := s.planning(r.ctx, q)
	opts.Exclude = r.exclude
	planned, err := planning.PlanStage(placed.Snapshot, placed.Planned, opts)
	if err != nil {
		return nil, nil, fault.Wrap(err, "plan a part of the query")
	}
	st = &stage{text: placed.Broadcast.String(), progress: &exec.Progress{}, begun: time.Now()}
	if st.placed, err = s.ready(q, placed.Snapshot, planned); err != nil {
		return nil, nil, err
	}
	q.mu.Lock()
	q.stages = append(q.stages, st)
	q.mu.Unlock()
	schema, err := s.opts.Binder.ArrowSchema(r.ctx, planned.Columns)
	if err != nil {
		return nil, nil, fault.Wrap(err, "prepare a part of the query")
	}
	job, err := r.job(st.placed, schema, st.progress)
	if err != nil {
		return nil, nil, err
	}
	result, err := s.opts.Executor.Run(r.ctx, job)
	if err != nil {
		return nil, nil, err
	}
	defer result.Release()
	rows, err = collect(result, placed.Broadcast)
	return st, rows, err
}

// settle notes how a stage ended; rows are nil if they are not sent.
func (r *Run) settle(st *stage, rows *planning.Sent) {
	m := r.service.opts.Metrics
	r.query.mu.Lock()
	defer r.query.mu.Unlock()
	st.took, st.tooMany = time.Since(st.begun), rows == nil
	if rows == nil {
		m.stages.WithLabelValues(stageTooMany).Inc()
		return
	}
	st.rows = rows.Rows
	m.stages.WithLabelValues(stageSent).Inc()
	m.broadcast.Add(float64(rows.Rows))
	r.service.opts.Log.DebugContext(r.ctx, "a part of the query was computed first", "rows", rows.Rows, "elapsed", st.took)
}

// collect writes down all rows of a result in the place of a part of a plan; nil if there are too many.
func collect(result exec.Result, of *planning.Broadcast) (*planning.Sent, error) {
	const op = "keep rows to be sent"
	var out bytes.Buffer
	w := ipc.NewWriter(&out, ipc.WithSchema(result.Schema()))
	var rows, size int64
	for result.Next() {
		rec := result.Record()
		rows += rec.NumRows()
		size += recordBytes(rec)
		if rows > planning.MaxBroadcastRows || size > maxStageBytes {
			return nil, nil
		}
		if err := w.Write(rec); err != nil {
			return nil, fault.New(fault.Internal, op, "%w", err)
		}
	}
	if err := result.Err(); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, fault.New(fault.Internal, op, "%w", err)
	}
	return planning.NewSent(of, rows, out.Bytes()), nil
}
