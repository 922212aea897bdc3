package queries

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"

	"github.com/shoal-db/shoal/services/portal/binder"
	"github.com/shoal-db/shoal/services/portal/exec"
	"github.com/shoal-db/shoal/services/portal/explain"
	"github.com/shoal-db/shoal/services/portal/planning"
)

// ID names a query: letters and digits, made up by the portal that planned it.
type ID string

// Form is how a request says what it wants.
type Form string

// The forms of requests.
const (
	SQL           Form = "sql"
	Substrait     Form = "substrait"      // protobuf
	SubstraitJSON Form = "substrait_json" // protobuf's JSON
)

// Request is what a client asks.
type Request struct {
	Form Form
	// Text is the SQL, Plan the Substrait plan.
	Text string
	Plan []byte
	// Schema is where unqualified names are looked up; empty means main.
	Schema string
	// Parameters are values for the parameters of SQL.
	Parameters []binder.Parameter
	// NoPruning has every chunk read. It is for finding faults in pruning.
	NoPruning bool
	// NoDynamicPruning leaves out of pruning what joins with reference tables say. It is for finding faults
	// there.
	NoDynamicPruning bool
	// NoBroadcast computes no part of the query first, to send its rows to the workers. It is for finding
	// faults there.
	NoBroadcast bool
	// DisableRules names rewrite rules to leave out. It is for finding faults in them.
	DisableRules []string
	// Explain, if not nil, has the result tell how the query is planned and ran. SQL that begins with
	// EXPLAIN has the same effect.
	Explain *explain.Options
	Front   Front
	// Client tells clients apart, of whom each gets a fair share: a name that it gives itself, or its address.
	Client string
}

// Query is a planned query. What is exported does not change.
type Query struct {
	ID      ID
	Request Request
	// Explain is not nil if the result is the query's explanation.
	Explain *explain.Options
	// Logical is the plan as it was asked; nil for a statement that no plan can say.
	Logical *rel.Plan
	Columns []rel.Column
	// Schema is that of the result's Arrow stream, whoever sends it.
	Schema    *arrow.Schema
	Placed    *Placed
	Created   time.Time
	ExpiresAt time.Time
	// BindTime and PlanTime are how long the portal took to understand the query and to plan it.
	BindTime, PlanTime time.Duration

	schemaVersion int64
	sql           string             // the statement without EXPLAIN
	ownSchema     *arrow.Schema      // of the query's own rows: Schema, unless it is explained
	fallback      *planning.Fallback // how a statement is answered that no plan can say, unplanned

	mu       sync.Mutex
	state    State
	cancel   context.CancelCauseFunc // of the run, while there is one
	runs     int
	started  time.Time
	finished time.Time
	rows     int64
	bytes    int64
	err      error
	progress *exec.Progress
	ran      *Placed  // what was run last: Placed, or a newer plan
	stages   []*stage // what was computed before that, in this attempt
	redeem   bool     // there is a handle to run it with
	outline  *Info    // of a query that cannot be run any more: all that is left of it
}

// shown is what is left of q when nobody can run it any more.
func (q *Query) shown() *Query {
	info := q.Info()
	return &Query{ID: q.ID, Created: q.Created, ExpiresAt: q.ExpiresAt, state: info.State, outline: &info}
}

// Placed is a plan for the workers of one snapshot.
type Placed struct {
	*planning.Planned
	Snapshot *catalog.Snapshot
	Subplans []Subplan // in the order of Planned.Subplans
	// MergeBytes is the merge plan in Substrait; nil if there is none.
	MergeBytes []byte
}

// shown is p without what it takes to run it.
func (p *Placed) shown() *Placed {
	planned := *p.Planned
	planned.Sent = nil
	out := &Placed{Planned: &planned, Snapshot: p.Snapshot, Subplans: slices.Clone(p.Subplans)}
	for i := range out.Subplans {
		out.Subplans[i].Ticket, out.Subplans[i].PlanBytes = nil, nil
	}
	return out
}

// Subplan is a planned subplan, ready to be redeemed.
type Subplan struct {
	planning.Subplan
	Workers   []catalog.Worker // its replicas, by preference
	PlanBytes []byte           // Substrait
	Ticket    []byte
}

// State is how far a query is.
type State string

// The states of a query. One whose client reads the workers itself stays planned until its tickets
// expire.
//
//	planned ──► queued ──► running ──► done, failed or cancelled
//	        └─► expired
const (
	Planned   State = "planned"
	Queued    State = "queued"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
	Expired   State = "expired"
)

// Info is a query as it is shown. The counts of subplans are those that the portal has seen; it sees
// none of what a client reads from workers itself.
type Info struct {
	ID             ID            `json:"id"`
	Form           Form          `json:"form"`
	SQL            string        `json:"sql,omitempty"` // the first maxShownSQL bytes
	Front          Front         `json:"front"`
	State          State         `json:"state"`
	Created        time.Time     `json:"created"`
	Started        *time.Time    `json:"started,omitempty"`
	ElapsedSeconds float64       `json:"elapsed_seconds"`
	Rows           int64         `json:"rows"`
	Bytes          int64         `json:"bytes"`
	CatalogVersion int64         `json:"catalog_version"`
	ChunksTotal    int           `json:"chunks_total"`
	ChunksSelected int           `json:"chunks_selected"`
	Subplans       []SubplanInfo `json:"subplans"`
	// Stages are the parts of the query that were computed first, so that few rows need be sent.
	Stages []StageInfo  `json:"stages,omitempty"`
	Merged bool         `json:"merged"`
	Error  *fault.Fault `json:"error,omitempty"`
}

// SubplanInfo is a subplan as it is shown.
type SubplanInfo struct {
	ID int `json:"id"`
	// Worker is the one that ran it, or the preferred one before it began.
	Worker         string  `json:"worker"`
	Chunks         int     `json:"chunks"`
	Tries          int     `json:"tries"`
	Rows           int64   `json:"rows"`
	Bytes          int64   `json:"bytes"`
	ElapsedSeconds float64 `json:"elapsed_seconds"`
	Running        bool    `json:"running"`
}

const maxShownSQL = 4 << 10

// Info returns what is known of the query now.
func (q *Query) Info() Info {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.outline != nil {
		info := *q.outline
		info.State = q.state
		return info
	}
	placed := q.Placed
	if q.ran != nil {
		placed = q.ran
	}
	info := Info{
		ID: q.ID, Form: q.Request.Form, SQL: q.Request.Text, Front: q.Request.Front, State: q.state,
		Created: q.Created, Rows: q.rows, Bytes: q.bytes, CatalogVersion: placed.CatalogVersion,
		ChunksTotal: placed.Pruning.ChunksTotal, ChunksSelected: placed.Pruning.ChunksSelected,
		Merged: placed.InPortal(), Subplans: []SubplanInfo{},
	}
	if len(info.SQL) > maxShownSQL {
		info.SQL = info.SQL[:maxShownSQL] + "…"
	}
	if !q.started.IsZero() {
		started := q.started
		info.Started = &started
		end := q.finished
		if end.IsZero() {
			end = time.Now()
		}
		info.ElapsedSeconds = end.Sub(started).Seconds()
	}
	if q.err != nil {
		info.Error = fault.From(q.err)
	}
	for _, s := range placed.Subplans {
		info.Subplans = append(info.Subplans, subplanInfo(s, q.progress))
	}
	for _, s := range q.stages {
		info.Stages = append(info.Stages, s.info())
	}
	return info
}

func subplanInfo(s Subplan, progress *exec.Progress) SubplanInfo {
	info := SubplanInfo{ID: s.ID, Chunks: chunkCount(s)}
	if len(s.Workers) > 0 {
		info.Worker = string(s.Workers[0].ID)
	}
	if progress == nil {
		return info
	}
	state, begun := progress.Input(s.ID)
	if !begun {
		return info
	}
	info.Worker, info.Tries, info.Rows, info.Bytes = string(state.Worker), state.Tries, state.Rows, state.Bytes
	info.ElapsedSeconds, info.Running = state.Took.Seconds(), state.Took == 0
	if info.Running {
		info.ElapsedSeconds = time.Since(state.Started).Seconds()
	}
	return info
}

// chunkCount is how many chunks a subplan reads: those of its largest set, since tables that are read
// together share them.
func chunkCount(s Subplan) int {
	most := 0
	for _, t := range s.Tables {
		most = max(most, len(t.Chunks))
	}
	return most
}
