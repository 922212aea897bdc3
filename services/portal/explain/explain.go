// Package explain owns how a query is told to people and programs: where each part of its plan runs
// and why, which chunks are read and what ruled out the others, and, after a run, what each part took.
//
// There is one structure, Explanation, with JSON tags that are the contract of the front doors, and one
// text, which is made from the structure alone.
//
// Invariants: the text of a query that did not run depends on the plan only, not on ids, addresses or
// the time; numbers that were not measured are absent, not 0.
//
// It refuses to plan and to run anything.
package explain

import (
	"strconv"
	"strings"
	"time"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/platform/human"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/split"

	"github.com/shoal-db/shoal/services/portal/planning"
)

// Explanation is a planned query, told.
type Explanation struct {
	QueryID        string   `json:"query_id"`
	CatalogVersion int64    `json:"catalog_version"`
	Columns        []Column `json:"columns"`
	// Logical is what the query asks, after optimisation: shared subtrees first, the result last. Each
	// relation says where it runs, and why.
	Logical []*Node `json:"logical"`
	// Rules are the rewrite rules that changed the plan, in the order in which they were first applied.
	Rules []string `json:"rules"`
	// Merge is what the portal computes; absent if the workers' rows are the result as they are.
	Merge []*Node `json:"merge,omitempty"`
	// Fallback is there if the statement itself runs in the portal, because no plan can say it. Logical
	// then has, as shared subtrees, what it needs of its tables.
	Fallback  *Fallback  `json:"fallback,omitempty"`
	Fragments []Fragment `json:"fragments"`
	Subplans  []Subplan  `json:"subplans"`
	Pruning   Pruning    `json:"pruning"`
	Scans     []Scan     `json:"scans"`
	// Broadcast says which part of the plan the portal would compute first, when it runs the query, to send its
	// rows to the workers if they are few.
	Broadcast string `json:"broadcast,omitempty"`
	// BindSeconds and PlanSeconds are what the portal took to understand the query and to plan it.
	BindSeconds float64 `json:"bind_seconds"`
	PlanSeconds float64 `json:"plan_seconds"`
	// Analyzed is there after a run.
	Analyzed *Run `json:"analyzed,omitempty"`
	// Text is all of that for people.
	Text string `json:"text"`
}

// Fallback says why a statement runs as it is. Kind is one of bound.Kinds.
type Fallback struct {
	Kind   string `json:"kind"`
	Reason string `json:"reason"`
}

// Column is a column of the result; Type is DuckDB's spelling. Source is what the column is called in
// the logical plan.
type Column struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Source string `json:"source"`
}

// Fragment is a part of the plan that workers run.
type Fragment struct {
	ID int `json:"id"`
	// Over names the dataset, or the positional table, over whose chunks it runs; absent if it reads
	// reference tables alone, and so runs once.
	Over     string  `json:"over,omitempty"`
	Plan     []*Node `json:"plan"`
	Subplans []int   `json:"subplans"`
}

// Subplan is a fragment on one worker.
type Subplan struct {
	ID       int `json:"id"`
	Fragment int `json:"fragment"`
	// Chunks counts the chunks that are read, by table; 1 for a reference table.
	Chunks map[string]int `json:"chunks"`
	// RowsMax and Bytes are those of its chunks as they are stored.
	RowsMax  int64     `json:"rows_max"`
	Bytes    int64     `json:"bytes"`
	Replicas []Replica `json:"replicas"`
	// Ran is there after a run.
	Ran *SubplanRun `json:"ran,omitempty"`
}

// Replica is a worker that can run a subplan.
type Replica struct {
	Worker   string `json:"worker"`
	Location string `json:"location"`
}

// Pruning counts chunks.
type Pruning struct {
	ChunksTotal    int `json:"chunks_total"`
	ChunksSelected int `json:"chunks_selected"`
	ByBlock        int `json:"by_block"`
	ByStatistics   int `json:"by_statistics"`
	ByFilter       int `json:"by_filter"`
}

// Scan is what pruning left of a scan's chunks.
type Scan struct {
	Table    string `json:"table"`
	Fragment int    `json:"fragment"`
	// Predicate is what pruning understood of the scan's condition; ? is what it did not.
	Predicate string `json:"predicate"`
	Pruning
	// Conjuncts are the predicate's parts, each with the chunks that it ruled out of those that the
	// parts before it left.
	Conjuncts []Conjunct `json:"conjuncts"`
	// ByOthers are the chunks, of those by block, that only other scans of the fragment ruled out.
	ByOthers int `json:"by_others"`
	// Dynamic is what joins with reference tables say of the scan, and ByDynamic how many of the pruned
	// chunks only that ruled out.
	Dynamic   []string `json:"dynamic,omitempty"`
	ByDynamic int      `json:"by_dynamic,omitempty"`
}

// Conjunct is a part of a scan's predicate.
type Conjunct struct {
	Predicate string `json:"predicate"`
	Pruned    int    `json:"pruned"`
}

// Input is what an Explanation is made of.
type Input struct {
	QueryID string
	Planned *planning.Planned
	// Workers are those that replicas in Planned are indices of.
	Workers            []catalog.Worker
	BindTime, PlanTime time.Duration
}

// New explains a planned query.
func New(in Input) *Explanation {
	p := in.Planned
	e := &Explanation{
		QueryID: in.QueryID, CatalogVersion: p.CatalogVersion,
		Columns: []Column{}, Rules: []string{}, Fragments: []Fragment{}, Subplans: []Subplan{}, Scans: []Scan{},
		BindSeconds: in.BindTime.Seconds(), PlanSeconds: in.PlanTime.Seconds(),
		Pruning: Pruning{p.Pruning.ChunksTotal, p.Pruning.ChunksSelected, p.Pruning.ByBlock, p.Pruning.ByStatistics, p.Pruning.ByFilter},
	}
	for _, c := range p.Columns {
		e.Columns = append(e.Columns, Column{Name: c.Name, Type: c.Type.String()})
	}
	for _, r := range p.Rules {
		if r.Changed {
			e.Rules = append(e.Rules, r.Rule)
		}
	}
	var sources []string
	e.Logical, sources = (&namer{}).plan(p.Logical)
	for i := range min(len(e.Columns), len(sources)) {
		e.Columns[i].Source = sources[i]
	}
	decide(e.Logical, p.Decisions)
	names := &namer{} // one, so that no name means two things in what runs
	columns := e.addFragments(p, names)
	if p.Merge != nil {
		names.read, names.shared = e.subplanReader(columns), nil
		e.Merge, _ = names.plan(p.Merge)
	}
	if p.Broadcast != nil {
		e.Broadcast = p.Broadcast.String()
	}
	if f := p.Fallback; f != nil {
		e.Fallback = &Fallback{Kind: f.Kind, Reason: f.Reason}
	}
	for _, s := range p.Subplans {
		e.Subplans = append(e.Subplans, e.subplan(s, in.Workers))
	}
	for _, s := range p.Pruning.Scans {
		e.Scans = append(e.Scans, scan(s))
	}
	return e
}

// addFragments adds the fragments, and returns the names of their columns.
func (e *Explanation) addFragments(p *planning.Planned, n *namer) (columns [][]string) {
	for i, f := range p.Fragments {
		out := Fragment{ID: i, Over: over(f.Axis), Subplans: append([]int{}, f.Subplans...)}
		var names []string
		n.shared = nil
		out.Plan, names = n.plan(f.Plan)
		e.Fragments, columns = append(e.Fragments, out), append(columns, names)
	}
	return columns
}

func (e *Explanation) fragmentOf(subplan int) int {
	for _, f := range e.Fragments {
		for _, id := range f.Subplans {
			if id == subplan {
				return f.ID
			}
		}
	}
	return -1
}

func (e *Explanation) subplan(s planning.Subplan, workers []catalog.Worker) Subplan {
	out := Subplan{
		ID: s.ID, Fragment: e.fragmentOf(s.ID), Chunks: map[string]int{}, RowsMax: s.RowsMax, Bytes: s.Bytes, Replicas: []Replica{},
	}
	for _, t := range s.Tables {
		out.Chunks[t.Table.Dataset+"."+t.Table.Name] = len(t.Chunks)
	}
	for _, i := range s.Replicas {
		out.Replicas = append(out.Replicas, Replica{Worker: string(workers[i].ID), Location: workers[i].Location})
	}
	return out
}

func scan(s planning.ScanPruning) Scan {
	out := Scan{
		Table: s.Dataset + "." + s.Table, Fragment: s.Fragment, Predicate: s.Predicate, ByOthers: s.ByOthers,
		Pruning:   Pruning{s.Total, s.Selected, s.ByBlock, s.ByStatistics, s.ByFilter},
		Conjuncts: []Conjunct{},
	}
	out.ByDynamic = s.ByDynamic
	for _, d := range s.Dynamic {
		out.Dynamic = append(out.Dynamic, d.String())
	}
	for _, c := range s.Conjuncts {
		out.Conjuncts = append(out.Conjuncts, Conjunct(c))
	}
	return out
}

// decide puts decisions at the relations of the logical plan. Both are in the order of the plan's lines,
// but a relation may have none of its own: it then is decided with the one above.
func decide(trees []*Node, decisions []split.Decision) {
	next := 0
	var visit func(n, above *Node)
	visit = func(n, above *Node) {
		switch {
		case n.line == "": // the head of a shared subtree
		case next < len(decisions) && isOn(decisions[next], n):
			n.Place, n.Why = decisions[next].Place, decisions[next].Why
			next++
		case above != nil:
			n.Place, n.Why = above.Place, above.Why
		}
		for _, in := range n.Inputs {
			visit(in, n)
		}
	}
	for _, t := range trees {
		visit(t, nil)
	}
}

// isOn tells whether a decision is on the relation of a node.
func isOn(d split.Decision, n *Node) bool {
	line, found := d.Relation, strings.HasPrefix(d.Relation, "shared ")
	if found {
		_, line, found = strings.Cut(line, ": ")
	}
	return d.Relation == n.line || found && line == n.line
}

// subplanReader shows the reads of a merge plan as fragments, whose columns have these names.
func (e *Explanation) subplanReader(columns [][]string) func(*rel.Read) (string, []string) {
	return func(r *rel.Read) (string, []string) {
		id, ok := subplanID(r)
		if !ok {
			return "", nil
		}
		f := e.fragmentOf(id)
		if f < 0 {
			return "", nil
		}
		names := make([]string, len(r.Columns))
		for i, c := range r.Columns {
			names[i] = c.Name
			if i < len(columns[f]) && len(columns[f]) == len(r.Columns) {
				names[i] = columns[f][i]
			}
		}
		return fragmentRows(f, len(e.Fragments[f].Subplans)), names
	}
}

// subplanID is the subplan whose rows a read in a merge plan stands for.
func subplanID(r *rel.Read) (int, bool) {
	if len(r.Table) != 2 || r.Table[0] != rel.SubplanTable {
		return 0, false
	}
	id, err := strconv.Atoi(r.Table[1])
	return id, err == nil
}

func fragmentRows(fragment, subplans int) string {
	return "rows of fragment " + strconv.Itoa(fragment) + ", from " + human.Count(subplans, "subplan")
}

// over names an axis as people do: those of positional tables are "dataset table".
func over(axis string) string { return strings.Replace(axis, " ", ".", 1) }
