package split

import (
	"fmt"
	"strconv"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
)

// cut makes a relation's rows available where the merge plan runs: a fragment
// is made of what runs on workers, and a read of its rows takes its place.
func (s *splitter) cut(p placed) rel.Rel {
	switch {
	case p.where == merged || p.where == anywhere || s.isSent(p):
		return p.rel
	case p.where == onBranches:
		return s.cutBranches(p)
	}
	if ref, ok := p.rel.(*rel.Reference); ok {
		s.inPortal(p, "the shared subtree's rows are sent once")
		return s.sharedRows(ref)
	}
	if p.where == onReferences {
		s.onOneWorker(p)
	}
	root, columns, restore := toWire(p.rel)
	name := strconv.Itoa(len(s.fragments))
	plan := s.fragmentPlan(root)
	for _, c := range columns {
		plan.Names = append(plan.Names, c.Name)
	}
	s.fragments = append(s.fragments, Fragment{Plan: plan, Axis: p.axis})
	return restore(&rel.Read{Table: []string{FragmentTable, name}, Columns: columns})
}

func (s *splitter) cutBranches(p placed) rel.Rel {
	rels := make([]rel.Rel, len(p.branches))
	for i, b := range p.branches {
		rels[i] = s.cut(b)
	}
	return &rel.SetOp{Kind: rel.UnionAll, Rels: rels}
}

// narrow drops the columns of fragments that the merge plan does not use, and
// the fragments that it does not read.
func (s *splitter) narrow(merge *rel.Plan) *Result {
	merge = rewrite.PruneColumns(merge)
	out := &Result{Merge: merge}
	place := map[string]string{}
	visit := func(r rel.Rel) rel.Rel {
		read, ok := r.(*rel.Read)
		if !ok || read.Table[0] != FragmentTable {
			return r
		}
		name, again := place[read.Table[1]]
		if !again {
			name = strconv.Itoa(len(out.Fragments))
			place[read.Table[1]] = name
			out.Fragments = append(out.Fragments, s.fragments[fragmentOf(read)])
		}
		next := &rel.Read{Table: []string{FragmentTable, name}, Columns: read.Columns, Filter: read.Filter}
		return sent(next, &out.Fragments[fragmentOf(next)])
	}
	for i, shared := range merge.Shared {
		merge.Shared[i] = rel.Transform(shared, visit)
	}
	merge.Root = rel.Transform(merge.Root, visit)
	out.Decisions = s.settle()
	return out
}

func fragmentOf(read *rel.Read) int {
	id, _ := strconv.Atoi(read.Table[1]) // cut and narrow wrote it
	return id
}

// sent narrows a fragment, which one read alone reads, to that read's columns.
func sent(read *rel.Read, f *Fragment) rel.Rel {
	if len(read.Columns) > 0 {
		f.Plan = choose(f.Plan, read.Columns)
		return read
	}
	// Only the number of rows is used; something has to be sent to have them.
	first := rel.Column{Name: f.Plan.Names[0], Type: arrivingForm(f.Plan.Root.Types()[0])}
	f.Plan = choose(f.Plan, []rel.Column{first})
	return &rel.Project{Input: &rel.Read{Table: read.Table, Columns: []rel.Column{first}}}
}

// choose narrows a fragment to the named columns.
func choose(p *rel.Plan, columns []rel.Column) *rel.Plan {
	if len(columns) < len(p.Names) {
		place := map[string]int{}
		for i, name := range p.Names {
			place[name] = i
		}
		ts := p.Root.Types()
		out := &rel.Project{Input: p.Root}
		names := make([]string, len(columns))
		for i, c := range columns {
			names[i] = c.Name
			out.Exprs = append(out.Exprs, &rel.Field{Index: place[c.Name], Of: ts[place[c.Name]]})
		}
		p = &rel.Plan{Shared: p.Shared, Root: out, Names: names}
	}
	return rewrite.PruneColumns(p)
}

func columnName(i int) string { return fmt.Sprintf("c%d", i) }
