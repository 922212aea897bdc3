package queries

import (
	"time"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"

	"github.com/shoal-db/shoal/services/portal/exec"
	"github.com/shoal-db/shoal/services/portal/explain"
	"github.com/shoal-db/shoal/services/portal/literals"
	"github.com/shoal-db/shoal/services/portal/planning"
)

const (
	// maxStages bounds the parts of a query that are computed first, one after the other.
	maxStages = 3
	// maxStageBytes bounds the Arrow buffers of a part's rows.
	maxStageBytes = 1 << 20
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
	// Rows are those that were sent to the workers, as constants of the plan. TooMany says that there were
	// more than that is good for: then they were left, and the query was run as it had been planned.
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
		part := placed.Broadcast
		if part == nil {
			break
		}
		rows, ok, err := r.compute(placed, part)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		opts := s.planning(r.ctx, q)
		opts.Exclude = r.exclude
		planned, err := planning.PlanWith(placed.Snapshot, placed.Planned, planning.Replace(placed.Logical, part.Rel, rows), opts)
		if err != nil {
			return nil, fault.Wrap(err, "plan query")
		}
		if placed, err = s.ready(q, placed.Snapshot, planned); err != nil {
			return nil, err
		}
	}
	return placed, nil
}

// compute runs a part of the query to its end; false if it has too many rows.
func (r *Run) compute(placed *Placed, part *planning.Broadcast) (_ *rel.Values, ok bool, err error) {
	s, q := r.service, r.query
	opts := s.planning(r.ctx, q)
	opts.Exclude = r.exclude
	planned, err := planning.PlanStage(placed.Snapshot, part.Stage, opts)
	if err != nil {
		return nil, false, fault.Wrap(err, "plan a part of the query")
	}
	st := &stage{text: part.String(), progress: &exec.Progress{}, begun: time.Now()}
	if st.placed, err = s.ready(q, placed.Snapshot, planned); err != nil {
		return nil, false, err
	}
	q.mu.Lock()
	q.stages = append(q.stages, st)
	q.mu.Unlock()
	schema, err := s.opts.Binder.ArrowSchema(r.ctx, planned.Columns)
	if err != nil {
		return nil, false, fault.Wrap(err, "prepare a part of the query")
	}
	job, err := s.job(r.ctx, st.placed, schema, st.progress, q.measured())
	if err != nil {
		return nil, false, err
	}
	result, err := s.opts.Executor.Run(r.ctx, job)
	if err != nil {
		return nil, false, err
	}
	values, ok, err := collect(result, part.Rel)
	result.Release()
	if err != nil {
		return nil, false, err
	}
	q.mu.Lock()
	st.took, st.tooMany = time.Since(st.begun), !ok
	if ok {
		st.rows = int64(len(values.Rows))
	}
	q.mu.Unlock()
	if !ok {
		s.opts.Metrics.stages.WithLabelValues(stageTooMany).Inc()
		return nil, false, nil
	}
	s.opts.Metrics.stages.WithLabelValues(stageSent).Inc()
	s.opts.Metrics.broadcast.Add(float64(len(values.Rows)))
	s.opts.Log.DebugContext(r.ctx, "a part of the query was computed first", "rows", len(values.Rows), "elapsed", st.took)
	return values, true, nil
}

// collect makes constant rows of a result; false if it has too many.
func collect(result exec.Result, of rel.Rel) (values *rel.Values, ok bool, err error) {
	columns := of.Types()
	values = &rel.Values{Columns: columns}
	var bytes int64
	for result.Next() {
		rec := result.Record()
		bytes += recordBytes(rec)
		if int64(len(values.Rows))+rec.NumRows() > planning.MaxBroadcastRows || bytes > maxStageBytes {
			return nil, false, nil
		}
		if values.Rows, err = appendRows(values.Rows, rec, values); err != nil {
			return nil, false, err
		}
	}
	return values, true, result.Err()
}

func appendRows(rows [][]rel.Expr, rec arrow.Record, of *rel.Values) ([][]rel.Expr, error) {
	for i := range int(rec.NumRows()) {
		row := make([]rel.Expr, len(of.Columns))
		for c, t := range of.Columns {
			v, err := literals.Of(rec.Column(c), i, t)
			if err != nil {
				return nil, err
			}
			row[c] = v
		}
		rows = append(rows, row)
	}
	return rows, nil
}
