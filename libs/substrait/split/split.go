// Package split cuts a plan into fragments, which run on workers over the
// chunks that each of them holds, and a merge plan over the fragments' rows.
//
// It decides where each relation can run from one property, its place: what
// it reads, and so over which pieces of data it may be computed independently.
// Cutting keeps the meaning of the plan whatever the pieces are, as long as
// all rows of one block are in one piece.
//
// It knows neither workers nor chunks, only what Tables says of each table.
package split

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// Table is what splitting needs to know of a table.
type Table struct {
	// Axis identifies the set of pieces that the table's rows are cut into: two
	// tables of one axis are cut alike. Empty for a reference table, which is
	// whole wherever any piece is.
	Axis string
	// BlockColumn is the column along which the axis is cut; empty if the
	// table is cut by position.
	BlockColumn string
	// Rows estimates the size; it only orders joins and tells what is small.
	Rows int64
}

// Tables describes the table of a read.
type Tables func(*rel.Read) (Table, error)

// FragmentTable is the first part of the name of a table that stands, in a
// merge plan, for a fragment's rows; the second is the fragment's place in
// Result.Fragments.
const FragmentTable = "$fragment"

// Fragment is a part of a plan that runs on workers.
type Fragment struct {
	// Plan reads tables of one axis and reference tables.
	Plan *rel.Plan
	// Axis is empty if the fragment reads reference tables alone; it then runs
	// once, on any worker. Otherwise it runs over every piece of the axis, and
	// its rows are those of all pieces together.
	Axis string
}

// Result is a split plan.
type Result struct {
	Fragments []Fragment
	// Merge computes the result from the fragments' rows. It is nil if the
	// rows of the one fragment there is are the result.
	Merge *rel.Plan
	// Decisions say where each relation runs, and why: those of each shared
	// subtree, then the root's, each before those of its inputs.
	Decisions []Decision
	// Parts are those parts of trees of joins that could as well be computed
	// first.
	Parts []Part
}

// Split cuts a plan. few tells whether a relation is likely to have so few rows
// that sending them once is cheaper than computing them in several fragments; nil
// is never. REQUIRES: no DependentJoin or Outer is left in the plan.
func Split(p *rel.Plan, tables Tables, few func(rel.Rel) bool) (*Result, error) {
	s := &splitter{tables: tables, plan: p}
	if whole, err := s.readsOnlyReferences(p); err != nil {
		return nil, err
	} else if whole && !slices.ContainsFunc(p.Root.Types(), hasUnnamed) {
		why := "the query reads reference tables alone, which any worker has whole"
		return &Result{Fragments: []Fragment{{Plan: p}}, Decisions: OnOneWorker(p, why)}, nil
	}
	out := s.split()
	if again := s.betterSent(few); len(again) > 0 && s.err == nil {
		s = &splitter{tables: tables, plan: p, sent: again}
		out = s.split()
	}
	if out != nil {
		out.Parts = s.parts
	}
	return out, s.err
}

type splitter struct {
	tables    Tables
	plan      *rel.Plan
	fragments []Fragment
	err       error

	// bodies are the plan's shared subtrees, placed.
	bodies []placed
	// merged are those that the merge plan reads, by ordinal.
	merged map[int]rel.Rel
	// inside counts the fragments that compute them for themselves.
	inside map[int]int
	// sent are those whose rows are sent to the portal, once.
	sent map[int]bool

	// reduced is true while what is placed feeds an aggregate or a limit that
	// workers do at least in part: how many rows it has matters little then.
	reduced bool

	parts []Part

	fulls     int // full joins on a block so far
	decisions []Decision
	wheres    []where // of each decision
	depth     int
}

func (s *splitter) split() *Result {
	s.merged, s.inside = map[int]rel.Rel{}, map[int]int{}
	for i, shared := range s.plan.Shared {
		at := len(s.decisions)
		s.bodies = append(s.bodies, s.place(shared))
		s.nameShared(at, i)
	}
	root := s.place(s.plan.Root)
	if s.err != nil {
		return nil
	}
	if root.where == onPieces && !s.isSent(root) && !slices.ContainsFunc(root.types(), hasUnnamed) {
		whole := Fragment{Plan: s.fragmentPlan(root.rel), Axis: root.axis}
		whole.Plan.Names = s.plan.Names
		return &Result{Fragments: []Fragment{whole}, Decisions: s.settle()}
	}
	return s.narrow(s.mergePlan(s.cut(root)))
}

// readsOnlyReferences is true if all that the plan reads is reference tables.
func (s *splitter) readsOnlyReferences(p *rel.Plan) (bool, error) {
	whole, any := true, false
	for r := range p.Rels() {
		read, ok := r.(*rel.Read)
		if !ok {
			continue
		}
		t, err := s.tables(read)
		if err != nil {
			return false, err
		}
		whole, any = whole && t.Axis == "", true
	}
	return whole && any, nil
}

func (s *splitter) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}
