package explain

import (
	"slices"
	"strings"
	"time"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/human"

	"github.com/shoal-db/shoal/services/portal/exec"
)

// Run is how a query ran. Times are seconds of the clock unless they are of processors.
type Run struct {
	Rows  int64 `json:"rows"`
	Bytes int64 `json:"bytes"`
	// ReceivedRows and ReceivedBytes are what workers sent to the portal.
	ReceivedRows  int64 `json:"received_rows"`
	ReceivedBytes int64 `json:"received_bytes"`
	// QueueSeconds is the wait to be admitted. The following begin after it: FirstRowSeconds until the
	// first rows were there, SubplanSeconds until the last subplan had ended, MergeSeconds from then to
	// the end, TotalSeconds all.
	QueueSeconds    float64 `json:"queue_seconds"`
	FirstRowSeconds float64 `json:"first_row_seconds"`
	SubplanSeconds  float64 `json:"subplan_seconds"`
	MergeSeconds    float64 `json:"merge_seconds"`
	TotalSeconds    float64 `json:"total_seconds"`
	// Merge is what DuckDB measured in the portal; absent without a merge plan.
	Merge   *MergeRun   `json:"merge,omitempty"`
	Workers []WorkerRun `json:"workers"`
	// Stages are the parts of the query that were computed first.
	Stages []Stage `json:"stages,omitempty"`
	// Skew is the time of the worker that took longest, as a multiple of the workers' mean; absent with
	// fewer than two.
	Skew float64 `json:"skew,omitempty"`
}

// MergeRun is what merging took in the portal's DuckDB.
type MergeRun struct {
	// CPUSeconds is the operators' time over all threads, AwaitedSeconds the time in which threads
	// waited for workers' rows.
	CPUSeconds     float64 `json:"cpu_seconds"`
	AwaitedSeconds float64 `json:"awaited_seconds"`
	// PeakMemoryBytes and PeakSpillBytes are the most that the portal's DuckDB held at a time meanwhile;
	// other queries' share counts.
	PeakMemoryBytes int64 `json:"peak_memory_bytes"`
	PeakSpillBytes  int64 `json:"peak_spill_bytes"`
}

// WorkerRun adds up a worker's subplans; the peaks are the largest of them.
type WorkerRun struct {
	Worker          string  `json:"worker"`
	Subplans        int     `json:"subplans"`
	Rows            int64   `json:"rows"`
	Bytes           int64   `json:"bytes"`
	RanSeconds      float64 `json:"ran_seconds"`
	CPUSeconds      float64 `json:"cpu_seconds"`
	PeakMemoryBytes int64   `json:"peak_memory_bytes"`
	PeakSpillBytes  int64   `json:"peak_spill_bytes"`
}

// SubplanRun is how a subplan ran. Rows, Bytes, ElapsedSeconds are what the portal saw.
type SubplanRun struct {
	Worker         string  `json:"worker"`
	Tries          int     `json:"tries"`
	Rows           int64   `json:"rows"`
	Bytes          int64   `json:"bytes"`
	ElapsedSeconds float64 `json:"elapsed_seconds"`
	// Stopped tells that the rows were not all needed, as with a limit.
	Stopped bool `json:"stopped"`
	// Reported is what the worker measured; absent if the stream was not read to its end.
	Reported *Reported `json:"reported,omitempty"`
}

// Reported is a worker's own account of a subplan.
type Reported struct {
	// QueueSeconds is the wait for its turn, RanSeconds the time from there to the last row's departure,
	// of which SendingSeconds went into waiting for the portal to take rows.
	QueueSeconds   float64 `json:"queue_seconds"`
	RanSeconds     float64 `json:"ran_seconds"`
	SendingSeconds float64 `json:"sending_seconds"`
	CPUSeconds     float64 `json:"cpu_seconds"`
	// Files and FileBytes are of all chunks that the subplan may read; RowsScanned are the rows that
	// scans gave, without those that they could skip by statistics in the files and by filters.
	Files           int   `json:"files"`
	FileBytes       int64 `json:"file_bytes"`
	RowsScanned     int64 `json:"rows_scanned"`
	PeakMemoryBytes int64 `json:"peak_memory_bytes"`
	PeakSpillBytes  int64 `json:"peak_spill_bytes"`
}

// Ended is a run to its end.
type Ended struct {
	Rows, Bytes int64
	// Queue is the wait for admission, FirstRow and Total begin after it.
	Queue, FirstRow, Total time.Duration
	// Begun is when it was admitted.
	Begun    time.Time
	Progress *exec.Progress
	Stages   []Stage
}

// Stage is a part of a query that was computed before the rest was planned for good.
type Stage struct {
	// Text says what was computed.
	Text string `json:"text"`
	// Rows are those that the rest has as constant rows. TooMany says that there were too many of them.
	Rows          int64   `json:"rows"`
	TooMany       bool    `json:"too_many,omitempty"`
	ReceivedRows  int64   `json:"received_rows"`
	ReceivedBytes int64   `json:"received_bytes"`
	TotalSeconds  float64 `json:"total_seconds"`
}

// Outcome is what became of the stage's rows.
func (s Stage) Outcome() string {
	if s.TooMany {
		return "tried, with too many rows to be sent to the workers"
	}
	return "sent to the workers, " + human.Count(s.Rows, "row")
}

// Ran adds how the query ran.
func (e *Explanation) Ran(r Ended) {
	run := &Run{
		Rows: r.Rows, Bytes: r.Bytes, QueueSeconds: r.Queue.Seconds(), FirstRowSeconds: r.FirstRow.Seconds(),
		TotalSeconds: r.Total.Seconds(), Workers: []WorkerRun{}, Stages: r.Stages,
	}
	var awaited, last time.Duration
	for i := range e.Subplans {
		state, begun := r.Progress.Input(e.Subplans[i].ID)
		if !begun {
			continue
		}
		e.Subplans[i].Ran = subplanRun(state)
		run.ReceivedRows += state.Rows
		run.ReceivedBytes += state.Bytes
		awaited += state.Awaited
		last = max(last, state.Started.Add(state.Took).Sub(r.Begun))
		run.add(e.Subplans[i].Ran)
	}
	run.SubplanSeconds = min(last, r.Total).Seconds()
	run.MergeSeconds = (r.Total - min(last, r.Total)).Seconds()
	run.Merge = mergeRun(r.Progress.Merge(), awaited)
	run.settle()
	e.Analyzed = run
}

func subplanRun(s exec.InputState) *SubplanRun {
	out := &SubplanRun{
		Worker: string(s.Worker), Tries: s.Tries, Rows: s.Rows, Bytes: s.Bytes, ElapsedSeconds: s.Took.Seconds(),
		Stopped: s.Err != nil, // the query did not fail, so nobody wanted more
	}
	if r := s.Report; r != nil {
		out.Reported = &Reported{
			QueueSeconds: r.Waited.Seconds(), RanSeconds: r.Ran.Seconds(), SendingSeconds: r.Sending.Seconds(),
			CPUSeconds: r.CPU.Seconds(), Files: r.Files, FileBytes: r.FileBytes, RowsScanned: r.RowsScanned,
			PeakMemoryBytes: r.PeakMemoryBytes, PeakSpillBytes: r.PeakSpillBytes,
		}
	}
	return out
}

func mergeRun(p *duckdb.Profile, awaited time.Duration) *MergeRun {
	if p == nil {
		return nil
	}
	return &MergeRun{
		// To DuckDB, waiting for rows is part of scanning.
		CPUSeconds: max(0, p.CPU-awaited).Seconds(), AwaitedSeconds: awaited.Seconds(),
		PeakMemoryBytes: p.PeakMemoryBytes, PeakSpillBytes: p.PeakSpillBytes,
	}
}

// add counts a subplan for its worker.
func (r *Run) add(s *SubplanRun) {
	at := slices.IndexFunc(r.Workers, func(w WorkerRun) bool { return w.Worker == s.Worker })
	if at < 0 {
		at = len(r.Workers)
		r.Workers = append(r.Workers, WorkerRun{Worker: s.Worker})
	}
	w := &r.Workers[at]
	w.Subplans++
	w.Rows += s.Rows
	w.Bytes += s.Bytes
	if s.Reported == nil {
		w.RanSeconds += s.ElapsedSeconds
		return
	}
	w.RanSeconds += s.Reported.RanSeconds
	w.CPUSeconds += s.Reported.CPUSeconds
	w.PeakMemoryBytes = max(w.PeakMemoryBytes, s.Reported.PeakMemoryBytes)
	w.PeakSpillBytes = max(w.PeakSpillBytes, s.Reported.PeakSpillBytes)
}

// settle orders the workers and compares them.
func (r *Run) settle() {
	slices.SortFunc(r.Workers, func(a, b WorkerRun) int { return strings.Compare(a.Worker, b.Worker) })
	var sum, most float64
	for _, w := range r.Workers {
		sum += w.RanSeconds
		most = max(most, w.RanSeconds)
	}
	if len(r.Workers) > 1 && sum > 0 {
		r.Skew = most / (sum / float64(len(r.Workers)))
	}
}
