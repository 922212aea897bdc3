package rewrite

import (
	"slices"
	"sort"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// InferPredicates carries conditions over from one side of a join to the other:
// where a = b and a < 5, only b < 5 can match. It goes through trees of inner
// and semi joins, transitively, and from the preserved side of other joins to
// the other one. Equal means of one type, so that nothing is cast in between;
// conditions that tell equal values apart stay where they are.
//
// What is inferred stands in filters above the joins' inputs; PushFilters moves
// it on.
func InferPredicates(p *rel.Plan) *rel.Plan {
	return p.Map(func(r rel.Rel) rel.Rel { return infer(r, nil) })
}

// infer rewrites r, of whose rows only those count for which all of given are
// true.
func infer(r rel.Rel, given []rel.Expr) rel.Rel {
	switch r := r.(type) {
	case *rel.Filter:
		return replaceInputs(r, infer(r.Input, append(slices.Clip(given), rel.Conjuncts(r.Cond)...)))
	case *rel.Project:
		return replaceInputs(r, infer(r.Input, throughFields(r, given)))
	case *rel.Join:
		switch r.Kind {
		case rel.Inner, rel.LeftSemi:
			return inferRegion(r, given)
		case rel.Left, rel.LeftSingle, rel.LeftAnti:
			return inferOneWay(r, given)
		}
	case *rel.DependentJoin:
		if r.Kind != rel.LeftMark && r.Kind != rel.Right && r.Kind != rel.Full {
			left, right := inferSides(&r.Join, given)
			return replaceInputs(r, left, right)
		}
	}
	inputs := r.Inputs()
	next := make([]rel.Rel, len(inputs))
	for i, in := range inputs {
		next[i] = infer(in, nil)
	}
	return replaceInputs(r, next...)
}

// throughFields are the conditions that look at plain columns of a projection
// alone, in terms of its input.
func throughFields(p *rel.Project, conds []rel.Expr) []rel.Expr {
	if anyWindow(p.Exprs) {
		return nil
	}
	var out []rel.Expr
	for _, c := range conds {
		plain := true
		for i := range rel.Fields(c) {
			_, is := p.Exprs[i].(*rel.Field)
			plain = plain && is
		}
		if plain {
			out = append(out, substitute(c, p.Exprs))
		}
	}
	return out
}

// inferOneWay gives the right side what the left side's rows and the condition
// imply: a right row that none of them matches makes no difference.
func inferOneWay(j *rel.Join, given []rel.Expr) rel.Rel {
	left, right := inferSides(j, given)
	return replaceInputs(j, left, right)
}

func inferSides(j *rel.Join, given []rel.Expr) (left, right rel.Rel) {
	n := rel.Width(j.Left)
	var toLeft []rel.Expr
	for _, c := range given {
		if rel.SideOf(c, n) == rel.OnLeft {
			toLeft = append(toLeft, c)
		}
	}
	left = infer(j.Left, toLeft)
	e := newEqualities()
	e.add(rel.Conjuncts(j.Cond))
	e.add(toLeft)
	e.add(conditionsOf(left))
	known := shiftAll(conditionsOf(j.Right), n)
	var members []int
	for i, m := range e.members {
		if rel.SideOf(m, n) == rel.OnRight {
			members = append(members, i)
		}
	}
	derived := e.derive(known, members)
	right = infer(filter(j.Right, shiftAll(derived, -n)), nil)
	return left, right
}

func shiftAll(conds []rel.Expr, by int) []rel.Expr {
	out := make([]rel.Expr, len(conds))
	for i, c := range conds {
		out[i] = rel.MapFields(c, func(k int) int { return k + by })
	}
	return out
}

// region is a tree of inner and semi joins, with the columns of all its inputs
// side by side.
type region struct {
	leaves []regionLeaf
	conds  []rel.Expr
	width  int
}

type regionLeaf struct {
	rel          rel.Rel
	first, width int
}

// takeApart adds r's joins, and returns its columns in terms of the region's.
func (g *region) takeApart(r rel.Rel) []int {
	if j, ok := r.(*rel.Join); ok && (j.Kind == rel.Inner || j.Kind == rel.LeftSemi) {
		left := g.takeApart(j.Left)
		right := g.takeApart(j.Right)
		both := append(slices.Clip(left), right...)
		for _, c := range rel.Conjuncts(j.Cond) {
			g.conds = append(g.conds, rel.MapFields(c, func(i int) int { return both[i] }))
		}
		if j.Kind == rel.LeftSemi {
			return left
		}
		return both
	}
	if p, ok := r.(*rel.Project); ok && p.ChoosesColumns() {
		if j, ok := p.Input.(*rel.Join); ok && (j.Kind == rel.Inner || j.Kind == rel.LeftSemi) {
			below := g.takeApart(j)
			out := make([]int, len(p.Exprs))
			for i, e := range p.Exprs {
				out[i] = below[e.(*rel.Field).Index]
			}
			return out
		}
	}
	l := regionLeaf{rel: r, first: g.width, width: rel.Width(r)}
	g.leaves = append(g.leaves, l)
	g.width += l.width
	out := make([]int, l.width)
	for i := range out {
		out[i] = l.first + i
	}
	return out
}

// putBack rebuilds r over the region's leaves, in the order of takeApart.
func (g *region) putBack(r rel.Rel) rel.Rel {
	if j, ok := r.(*rel.Join); ok && (j.Kind == rel.Inner || j.Kind == rel.LeftSemi) {
		left := g.putBack(j.Left)
		return replaceInputs(j, left, g.putBack(j.Right))
	}
	if p, ok := r.(*rel.Project); ok && p.ChoosesColumns() {
		if j, ok := p.Input.(*rel.Join); ok && (j.Kind == rel.Inner || j.Kind == rel.LeftSemi) {
			return replaceInputs(p, g.putBack(j))
		}
	}
	next := g.leaves[0].rel
	g.leaves = g.leaves[1:]
	return next
}

// leafOf is the one input that e looks at.
func (g *region) leafOf(e rel.Expr) (int, bool) {
	found := -1
	for i := range rel.Fields(e) {
		leaf := sort.Search(len(g.leaves), func(k int) bool { return i < g.leaves[k].first+g.leaves[k].width })
		if found >= 0 && found != leaf {
			return 0, false
		}
		found = leaf
	}
	return found, found >= 0
}

// byLeaf sorts what is known by the inputs that it is about.
func (g *region) byLeaf(e *equalities) (members [][]int, holds [][]rel.Expr) {
	members, holds = make([][]int, len(g.leaves)), make([][]rel.Expr, len(g.leaves))
	for i, m := range e.members {
		if leaf, ok := g.leafOf(m); ok {
			members[leaf] = append(members[leaf], i)
		}
	}
	for _, f := range e.facts {
		if leaf, ok := g.leafOf(f.cond); ok {
			holds[leaf] = append(holds[leaf], f.cond)
		}
	}
	return members, holds
}

func inferRegion(j *rel.Join, given []rel.Expr) rel.Rel {
	g := &region{}
	output := g.takeApart(j)
	e := newEqualities()
	e.add(g.conds)
	for _, c := range given {
		e.add([]rel.Expr{rel.MapFields(c, func(i int) int { return output[i] })})
	}
	known := make([][]rel.Expr, len(g.leaves))
	for i, l := range g.leaves {
		known[i] = shiftAll(conditionsOf(l.rel), l.first)
		e.add(known[i])
	}
	members, holds := g.byLeaf(e)
	for i := range g.leaves {
		l := &g.leaves[i]
		derived := e.derive(known[i], members[i])
		// What holds for the leaf anyway may say more further down.
		own := append(slices.Clip(holds[i]), derived...)
		l.rel = filter(infer(l.rel, shiftAll(own, -l.first)), shiftAll(derived, -l.first))
	}
	return g.putBack(j)
}
