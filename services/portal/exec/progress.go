package exec

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/report"
	"github.com/shoal-db/shoal/libs/duckdb"
)

// Progress counts what came of each input. The zero value is ready; a nil one counts for nobody.
type Progress struct {
	mu     sync.Mutex
	inputs map[int]*InputProgress
	merge  *duckdb.Profile
}

// InputProgress counts one input's rows.
type InputProgress struct {
	rows, bytes atomic.Int64
	awaited     atomic.Int64 // nanoseconds in which the merge had to wait for rows

	mu      sync.Mutex
	report  *report.Report
	worker  chunks.WorkerID
	tries   int
	started time.Time
	took    time.Duration
	err     error
}

// InputState is how far an input is.
type InputState struct {
	ID          int
	Worker      chunks.WorkerID // the one that answers, or was tried last; empty before the start
	Tries       int             // replicas tried
	Rows, Bytes int64
	Started     time.Time
	Took        time.Duration // until its end; 0 while it runs
	Err         error
	// Awaited is how long the merge plan's threads waited for rows of this input.
	Awaited time.Duration
	// Report is the worker's, if the ticket asked for one and the stream was read to its end.
	Report *report.Report
}

func (p *Progress) input(id int) *InputProgress {
	if p == nil {
		return &InputProgress{}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.inputs == nil {
		p.inputs = map[int]*InputProgress{}
	}
	in := &InputProgress{}
	p.inputs[id] = in
	return in
}

// Input returns how far an input is; false when it has not been started.
func (p *Progress) Input(id int) (InputState, bool) {
	p.mu.Lock()
	in := p.inputs[id]
	p.mu.Unlock()
	if in == nil {
		return InputState{ID: id}, false
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	return InputState{
		ID: id, Worker: in.worker, Tries: in.tries, Rows: in.rows.Load(), Bytes: in.bytes.Load(),
		Started: in.started, Took: in.took, Err: in.err,
		Awaited: time.Duration(in.awaited.Load()), Report: in.report,
	}, in.tries > 0
}

// Merge returns what DuckDB measured of the merge plan; nil without one, or if the job did not ask.
func (p *Progress) Merge() *duckdb.Profile {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.merge
}

func (p *Progress) merged(profile *duckdb.Profile) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.merge = profile
}

func (in *InputProgress) reported(r report.Report) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.report = &r
}

func (in *InputProgress) begin(worker chunks.WorkerID) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.worker = worker
	in.tries++
	if in.started.IsZero() {
		in.started = time.Now()
	}
}

// at is the worker that is asked.
func (in *InputProgress) at() chunks.WorkerID {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.worker
}

func (in *InputProgress) add(rows int64) { in.rows.Add(rows) }

func (in *InputProgress) end(err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.err = err
	if !in.started.IsZero() {
		in.took = time.Since(in.started)
	}
}
