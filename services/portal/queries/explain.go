package queries

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/shoal-db/shoal/libs/platform/fault"

	"github.com/shoal-db/shoal/services/portal/exec"
	"github.com/shoal-db/shoal/services/portal/explain"
)

// readExplain takes EXPLAIN off the statement.
func (q *Query) readExplain() error {
	q.Explain, q.sql = q.Request.Explain, q.Request.Text
	if q.Request.Form != SQL {
		return nil
	}
	opts, rest, ok, err := explain.Statement(q.Request.Text)
	if err != nil || !ok {
		return err
	}
	if q.Explain != nil {
		opts.Analyze = opts.Analyze || q.Explain.Analyze
		opts.JSON = opts.JSON || q.Explain.JSON
	}
	q.Explain, q.sql = &opts, rest
	return nil
}

// measured tells whether workers and the merge measure what they take.
func (q *Query) measured() bool { return q.Explain != nil && q.Explain.Analyze }

// Explanation is what the run's rows are made of; nil if the query is not explained.
func (r *Run) Explanation() *explain.Explanation { return r.explanation }

// explain makes the result of a query that is explained.
func (r *Run) explain() error {
	r.explanation = r.query.explained()
	return r.answer()
}

// explained tells how the query is planned; if it ran, how it was then.
func (q *Query) explained() *explain.Explanation {
	placed := q.lastPlaced()
	return explain.New(explain.Input{
		QueryID: string(q.ID), Planned: placed.Planned, Workers: placed.Snapshot.Workers(), BindTime: q.BindTime, PlanTime: q.PlanTime,
	})
}

// analyze runs the query to its end, and then explains it and what it took.
func (r *Run) analyze() error {
	q := r.query
	var rows, bytes int64
	for more := r.more; more; more = r.result.Next() {
		rec := r.result.Record()
		rows += rec.NumRows()
		bytes += recordBytes(rec)
	}
	total, err := time.Since(r.begun), r.result.Err()
	r.result.Release()
	r.result = nil
	if err != nil {
		return err
	}
	r.explanation = q.explained()
	q.mu.Lock()
	progress := q.progress
	var stages []explain.Stage
	for _, s := range q.stages {
		stages = append(stages, s.explained())
	}
	q.mu.Unlock()
	r.explanation.Ran(explain.Ended{
		Rows: rows, Bytes: bytes, Queue: r.queued, FirstRow: r.firstRow, Total: total, Begun: r.begun, Progress: progress, Stages: stages,
	})
	return r.answer()
}

// answer makes a row of the explanation.
func (r *Run) answer() error {
	r.explanation.Text = r.explanation.Render()
	value := r.explanation.Text
	if r.query.Explain.JSON {
		var data strings.Builder
		enc := json.NewEncoder(&data)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(r.explanation); err != nil {
			return fault.New(fault.Internal, "explain query", "%w", err)
		}
		value = data.String()
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, r.query.Schema)
	defer b.Release()
	b.Field(0).(*array.StringBuilder).Append(r.query.Explain.Key())
	b.Field(1).(*array.StringBuilder).Append(value)
	rec := b.NewRecord()
	defer rec.Release()
	rows, err := array.NewRecordReader(r.query.Schema, []arrow.Record{rec})
	if err != nil {
		return fault.New(fault.Internal, "explain query", "%w", err)
	}
	r.result = rows
	r.more, r.started = rows.Next(), true
	return nil
}

var _ exec.Result = array.RecordReader(nil)
