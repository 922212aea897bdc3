// Package planning turns a bound plan into subplans for workers and a merge
// plan for the portal.
//
// It is pure: a catalog snapshot and a plan go in, and what comes out depends
// on nothing else. It reads statistics, and of data only what a Lookup has at
// hand of reference tables, for a bounded time; it never waits for others.
package planning

import (
	"strconv"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/pruning"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
	"github.com/shoal-db/shoal/libs/substrait/split"
)

// Options change how a query is planned, never what it answers.
type Options struct {
	// Evaluate computes constant expressions; without it they stay and prune
	// nothing.
	Evaluate rewrite.Evaluator
	// Explain counts what each conjunct of a scan's condition prunes.
	Explain bool
	// DisablePruning reads every chunk.
	DisablePruning bool
	// Lookup, if not nil, tells which chunks joins with reference tables leave.
	Lookup Lookup
	// Broadcast looks for a part of the plan that is better computed first.
	Broadcast bool
	// BroadcastSaving is how many rows that must save at least, as it takes a while of its own.
	BroadcastSaving int64
	// AlwaysMerge lets no worker run a whole query that could be put together in the portal. It is for finding
	// faults there.
	AlwaysMerge bool
	// DisableRules names rules of package rewrite to leave out.
	DisableRules []string
	// Filters are the filters for equality that are at hand; nil is none.
	Filters pruning.Filters
	// Exclude are workers that must not be asked, because they just failed.
	Exclude map[chunks.WorkerID]bool
	// Seed spreads queries that any worker can answer.
	Seed uint64
}

// Planned is a query that is ready to run.
type Planned struct {
	// Columns are the result's names and types.
	Columns []rel.Column
	// Subplans may be none: nothing matches, or nothing is read.
	Subplans []Subplan
	// Fragments are the parts of the plan that run on workers, each as some of the subplans.
	Fragments []Fragment
	// Merge reads subplans as {rel.SubplanTable, id}. It is nil if the result
	// is the subplans' rows, in any order.
	Merge *rel.Plan
	// Fallback, if not nil, takes the place of Merge.
	Fallback       *Fallback
	Pruning        Pruning
	Cost           Cost
	CatalogVersion int64
	// Logical is the optimised plan that was split, for people to read.
	Logical *rel.Plan
	// Rules tell which rules were applied, and which of them changed the plan.
	Rules []rewrite.Applied
	// Decisions say where each relation of Logical runs, and why.
	Decisions []split.Decision
	// Broadcast is a part of Logical that is better computed first, nil if none
	// is, by Options.Broadcast.
	Broadcast *Broadcast
	// Sent are the rows that parts of the plan read as {rel.SentTable, name}.
	Sent map[string]*Sent
}

// Fragment is a part of a query that workers run, over some chunks each.
type Fragment struct {
	Plan *rel.Plan
	// Axis is the dataset, or positional table, over whose chunks it runs; empty if it reads reference
	// tables alone, and so runs once.
	Axis string
	// Subplans are ids.
	Subplans []int
}

// Subplan is a part of a query that one worker runs.
type Subplan struct {
	ID int
	// Plan is shared between the subplans of one fragment.
	Plan   *rel.Plan
	Tables []TableChunks
	// Replicas are indices into the snapshot's workers, in order of preference;
	// each holds every chunk. There is at least one.
	Replicas []int
	// Sent are the names of those of Planned.Sent that Plan reads.
	Sent []string
	// RowsMax is the number of rows in the chunks of chunked tables, or of the
	// reference tables if only those are read; Bytes is their size as stored.
	RowsMax, Bytes int64
	// Rows estimates how many rows it has.
	Rows int64
}

// TableChunks are the chunks that a subplan reads of a table, by ordinal; for a
// reference table, the one there is.
type TableChunks struct {
	Table  *catalog.Table
	Chunks []int
}

// Pruning counts chunks of chunked tables, once for each time that the plan
// scans them. Total = Selected + ByBlock + ByStatistics + ByFilter.
type Pruning struct {
	ChunksTotal, ChunksSelected     int
	ByBlock, ByStatistics, ByFilter int
	// Scans tells the same for each scan.
	Scans []ScanPruning
}

// ScanPruning is what was left of one scan's chunks, and why.
type ScanPruning struct {
	table          *catalog.Table
	Dataset, Table string
	// Fragment is the place in Planned.Fragments of the one that scans.
	Fragment int
	// Predicate is what pruning understood of the scan's condition.
	Predicate                                        string
	Total, Selected, ByBlock, ByStatistics, ByFilter int
	// Conjuncts are the parts of the predicate that are understood, with Options.Explain.
	Conjuncts []ConjunctPruning
	// ByOthers counts the chunks, of those by block, that another scan of the fragment ruled out: none
	// of the rows that they could be joined with are left.
	ByOthers int
	// Dynamic is what joins with reference tables added to Predicate, and
	// ByDynamic how many of the chunks that are not selected it ruled out.
	Dynamic   []DynamicPredicate
	ByDynamic int
}

// ConjunctPruning is a part of a scan's condition, and how many chunks it rules out of those that the
// parts before it left.
type ConjunctPruning struct {
	Predicate string
	Pruned    int
}

// Plan optimises, splits and prunes a query, and finds who can answer it. It is
// not_found if a table does not exist, invalid_argument if a rule to leave out
// does not, and unavailable if no worker that is alive holds a chunk.
func Plan(snap *catalog.Snapshot, plan *rel.Plan, opts Options) (*Planned, error) {
	p := &planner{snap: snap, opts: opts}
	disabled, err := rewrite.Disable(opts.DisableRules)
	if err != nil {
		return nil, err
	}
	if plan, err = p.resolve(plan); err != nil {
		return nil, err
	}
	columns := make([]rel.Column, len(plan.Names))
	for i, t := range plan.Root.Types() {
		columns[i] = rel.Column{Name: plan.Names[i], Type: t}
	}
	plan, rules := rewrite.Optimize(plan, rewrite.Options{
		Disabled: disabled, Evaluate: opts.Evaluate, Tables: p.whereabouts,
	})
	p.out = &Planned{Columns: columns, CatalogVersion: snap.Version(), Rules: rules}
	return p.arrange(plan)
}

// fragments makes the subplans of fragments, and returns the ids of each one's.
func (p *planner) fragments(fragments []split.Fragment) (ids [][]int, err error) {
	ids = make([][]int, len(fragments))
	for i, f := range fragments {
		scans := len(p.out.Pruning.Scans)
		if ids[i], err = p.fragment(f); err != nil {
			return nil, err
		}
		p.estimate(f.Plan, ids[i])
		for s := range p.out.Pruning.Scans[scans:] {
			p.out.Pruning.Scans[scans+s].Fragment = i
		}
		p.out.Fragments = append(p.out.Fragments, Fragment{Plan: f.Plan, Axis: f.Axis, Subplans: ids[i]})
	}
	return ids, nil
}

type planner struct {
	snap *catalog.Snapshot
	opts Options
	out  *Planned
	// dynamic is what lookups found of scans, by their numbers.
	dynamic map[int][]DynamicPredicate
	// scanned is what is known of scans, by their numbers.
	scanned map[int]scanned
	// leastShare is the least share of rows that conditions are taken to leave.
	leastShare float64
	// load is what loads gives.
	load []int64
	// sent are rows that come with the plan, and standIn those that will.
	sent    map[string]*Sent
	standIn *Sent
}

// table is what splitting knows of a read.
func (p *planner) table(r *rel.Read) (split.Table, error) {
	if r.IsSent() {
		return split.Table{Rows: rowsOf(p.sentSize(r))}, nil
	}
	t, err := p.lookup(r)
	if err != nil {
		return split.Table{}, err
	}
	out := split.Table{Rows: t.Rows}
	switch t.Kind {
	case catalog.Chunked:
		out.Axis, out.BlockColumn = t.Dataset, t.Columns[t.BlockColumn].Name
	case catalog.Positional:
		// No dataset has this name, since names have no spaces.
		out.Axis = t.Dataset + " " + t.Name
	}
	return out, nil
}

// whereabouts is what rewriting knows of a read.
func (p *planner) whereabouts(r *rel.Read) (rewrite.Table, bool) {
	t, err := p.table(r)
	return rewrite.Table{Axis: t.Axis, BlockColumn: t.BlockColumn, Rows: t.Rows}, err == nil
}

// readSubplans replaces each read of a fragment by the union of its subplans.
func readSubplans(merge *rel.Plan, ids [][]int) *rel.Plan {
	return merge.Transform(func(r rel.Rel) rel.Rel {
		read, ok := r.(*rel.Read)
		if !ok || read.Table[0] != split.FragmentTable {
			return r
		}
		fragment, _ := strconv.Atoi(read.Table[1]) // split wrote it
		return unionOf(read, ids[fragment])
	})
}

func unionOf(read *rel.Read, ids []int) rel.Rel {
	if len(ids) == 0 {
		return filtered(&rel.Values{Columns: read.Types()}, read.Filter)
	}
	rels := make([]rel.Rel, len(ids))
	for i, id := range ids {
		rels[i] = &rel.Read{Table: []string{rel.SubplanTable, strconv.Itoa(id)}, Columns: read.Columns}
	}
	if len(rels) == 1 {
		return filtered(rels[0], read.Filter)
	}
	return filtered(&rel.SetOp{Kind: rel.UnionAll, Rels: rels}, read.Filter)
}

func filtered(r rel.Rel, cond rel.Expr) rel.Rel {
	if cond == nil {
		return r
	}
	return &rel.Filter{Input: r, Cond: cond}
}
