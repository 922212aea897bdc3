package split

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// leaf is one input of a tree of inner joins, with the place of its first
// column among the columns of all leaves.
type leaf struct {
	placed
	first, width int
	name         string
	source       rel.Rel // in the plan
}

// joinTree is a tree of inner joins taken apart: its inputs, all conditions
// over the columns of all inputs, and its output in terms of those columns.
type joinTree struct {
	s      *splitter
	root   *rel.Join
	leaves []leaf
	conds  []rel.Expr
	output []int
	lates  []late
	next   int // the number of columns so far
	// within are the decisions on the relations that were looked through.
	within []int
	// reduced: see splitter.
	reduced bool
}

// takeApart collects the joins below r.
func (t *joinTree) takeApart(r rel.Rel) (output []int) {
	switch r := r.(type) {
	case *rel.Join:
		output = append(t.input(r.Left), t.input(r.Right)...)
		for _, c := range rel.Conjuncts(r.Cond) {
			t.conds = append(t.conds, rel.MapFields(c, func(i int) int { return output[i] }))
		}
	case *rel.Filter:
		output = t.input(r.Input)
		for _, c := range rel.Conjuncts(r.Cond) {
			t.conds = append(t.conds, rel.MapFields(c, func(i int) int { return output[i] }))
		}
	case *rel.Project:
		below := t.input(r.Input)
		for _, e := range r.Exprs {
			output = append(output, below[e.(*rel.Field).Index])
		}
	}
	return output
}

// input takes an input of the tree apart, or makes it a leaf.
func (t *joinTree) input(r rel.Rel) (output []int) {
	if j, ok := r.(*rel.Join); ok && keepsLeft(j) {
		return t.leftJoin(j)
	}
	if inTree(r) {
		t.within = append(t.within, t.s.open(r))
		output = t.takeApart(r)
		t.s.depth--
		return output
	}
	t.s.reduced = t.reduced
	return t.leaf(t.s.place(r), r)
}

// leaf adds an input.
func (t *joinTree) leaf(p placed, source rel.Rel) []int {
	l := leaf{placed: p, first: t.next, width: len(p.types()), name: nameOf(source), source: source}
	t.leaves = append(t.leaves, l)
	return t.columns(l.width)
}

// columns are the next n.
func (t *joinTree) columns(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = t.next
		t.next++
	}
	return out
}

// inTree is true of inner joins, of those that keep each left row by itself, and
// of filters and projections that only choose columns over such.
func inTree(r rel.Rel) bool {
	switch r := r.(type) {
	case *rel.Join:
		return r.Kind == rel.Inner || keepsLeft(r)
	case *rel.Filter:
		return facts.Deterministic(r.Cond) && inTree(r.Input)
	case *rel.Project:
		return r.ChoosesColumns() && inTree(r.Input)
	}
	return false
}

// keepsLeft is true of joins that do to a left row what they do whichever other
// left rows there are, and keep no right row by itself.
func keepsLeft(j *rel.Join) bool {
	return j.Kind != rel.Inner && j.Kind != rel.Right && j.Kind != rel.Full
}

// placeInner regroups a tree of inner joins by where its inputs are: what is
// cut along one axis and joined on the block goes together, with the reference
// tables that are joined to it. What is left is joined where the merge plan
// runs.
func (s *splitter) placeInner(j *rel.Join) placed {
	t := &joinTree{s: s, root: j, reduced: s.reduced}
	t.output = t.takeApart(j)
	out, why := t.place()
	out.why = why
	for _, i := range t.within {
		s.wheres[i], s.decisions[i].Why = out.where, "part of the join above"
	}
	return out
}

func (t *joinTree) place() (placed, string) {
	if at, ok := t.onlyBranches(); ok {
		return t.placeBranches(at)
	}
	groups := t.group()
	used := make([]bool, len(t.conds))
	parts := make([]assembly, len(groups))
	var why []string
	for i, members := range groups {
		parts[i] = t.assemble(members, used)
		why = append(why, t.reason(members))
	}
	if len(parts) == 1 && len(t.lates) == 0 {
		return parts[0].choose(t.output), sentence(why...)
	}
	for i, members := range groups {
		if parts[i].where == onPieces {
			t.notePart(members)
		}
	}
	why = append(why, t.reduceParts(groups, parts)...)
	for i := range parts {
		parts[i].placed = placed{rel: t.s.cut(parts[i].placed), where: merged, rows: parts[i].rows, spans: parts[i].spans}
	}
	t.joinLate(parts)
	why = append(why, "the rest meets in the portal: it is joined neither on a block column of both sides nor with a reference table by an equality")
	return joinAll(parts, t.conds, used).choose(t.output), sentence(why...)
}

// onlyBranches finds the one leaf in branches among leaves that are whole
// everywhere.
func (t *joinTree) onlyBranches() (at int, ok bool) {
	at = -1
	if len(t.lates) > 0 {
		return 0, false
	}
	for i, l := range t.leaves {
		switch {
		case l.where == onBranches && at < 0:
			at = i
		case !t.s.beside(l.placed):
			return 0, false
		}
	}
	if at < 0 {
		return 0, false
	}
	// Each branch has to take all of the other leaves in.
	for i := range t.leaves[at].branches {
		if b := t.branch(at, i); b.leaves[at].where == onPieces && len(b.group()) > 1 {
			return 0, false
		}
	}
	return at, true
}

// branch is the tree with one branch in place of the leaf that has several.
func (t *joinTree) branch(at, i int) *joinTree {
	b := *t
	b.leaves, b.conds, b.within = slices.Clone(t.leaves), slices.Clip(t.conds), nil
	b.leaves[at].placed = t.leaves[at].branches[i]
	return &b
}

// placeBranches joins each branch where it is.
func (t *joinTree) placeBranches(at int) (placed, string) {
	out := placed{where: onBranches, rows: t.leaves[at].rows}
	why := ""
	for i := range t.leaves[at].branches {
		var b placed
		b, why = t.branch(at, i).place()
		out.branches = append(out.branches, b)
		out.spans = append(out.spans, b.spans...)
	}
	return out, sentence("in each of the inputs of "+t.leaves[at].name, why)
}

// reason says why a group's leaves are joined where they are.
func (t *joinTree) reason(members []int) string {
	var cut, columns, references []string
	axis := ""
	for _, m := range members {
		switch l := t.leaves[m]; l.where {
		case onPieces:
			columns = append(columns, l.blocks.names())
			cut, axis = append(cut, l.name), l.axis
		case onReferences:
			references = append(references, l.name)
		}
	}
	together := ""
	if len(cut) > 1 {
		together = fmt.Sprintf("%s are joined on %s, the block of axis %s: no match spans chunks", listed(cut), strings.Join(columns, " = "), axis)
	}
	beside := ""
	if len(references) > 0 && len(members) > 1 {
		beside = listed(references) + " is a reference table, whole on every worker"
		if len(references) > 1 {
			beside = listed(references) + " are reference tables, whole on every worker"
		}
	}
	return sentence(together, beside)
}

// leafOf is the leaf that has a column; -1 if it is added by a late join.
func (t *joinTree) leafOf(column int) int {
	for i, l := range t.leaves {
		if column >= l.first && column < l.first+l.width {
			return i
		}
	}
	return -1
}
