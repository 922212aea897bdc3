package rewrite

import (
	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// MergeOuter turns EXISTS over a join with the outer keys into a semi (or anti)
// join with the other side of that join: whether some row of it meets the
// condition is what EXISTS asks, whatever the condition compares.
func MergeOuter(p *rel.Plan) *rel.Plan {
	return mapDependent(p, func(d *rel.DependentJoin) rel.Rel {
		if d.Kind != rel.LeftSemi && d.Kind != rel.LeftAnti || countOuter(d.Right, d.ID) != 1 {
			return d
		}
		m, ok := openExists(d)
		if !ok {
			return d
		}
		return m
	})
}

// openExists matches a right side that is an inner join with the Outer, below
// projections and filters alone, and puts the left side's keys in place of the
// Outer's columns.
func openExists(d *rel.DependentJoin) (rel.Rel, bool) {
	// columns are the right side's in terms of the join's, conds what it filters.
	columns := rel.FieldsOf(d.Right.Types())
	var conds []rel.Expr
	r := d.Right
	for {
		switch next := r.(type) {
		case *rel.Project:
			if anyWindow(next.Exprs) || !facts.AllMovable(next.Exprs) {
				return nil, false
			}
			columns, conds = substituteAll(columns, next.Exprs), substituteAll(conds, next.Exprs)
			r = next.Input
			continue
		case *rel.Filter:
			conds = append(conds, rel.Conjuncts(next.Cond)...)
			r = next.Input
			continue
		case *rel.Join:
			return mergeOuter(d, next, columns, conds)
		}
		return nil, false
	}
}

func mergeOuter(d *rel.DependentJoin, j *rel.Join, columns, conds []rel.Expr) (rel.Rel, bool) {
	outerLeft := isOuter(j.Left, d.ID)
	if j.Kind != rel.Inner || !outerLeft && !isOuter(j.Right, d.ID) {
		return nil, false
	}
	conds = append(conds, rel.Conjuncts(j.Cond)...)
	other, before := j.Right, rel.Width(j.Left) // Outer's columns come first
	keyAt := 0
	if !outerLeft {
		other, before, keyAt = j.Left, 0, rel.Width(j.Left)
	}
	n := rel.Width(d.Left)
	// inner rewrites an expression over the join's columns to one over the left
	// side's and the other side's.
	inner := func(e rel.Expr) rel.Expr {
		return rel.TransformExpr(e, func(e rel.Expr) rel.Expr {
			f, ok := e.(*rel.Field)
			if !ok {
				return e
			}
			if k := f.Index - keyAt; k >= 0 && k < len(d.Keys) {
				return d.Keys[k]
			}
			return &rel.Field{Index: n + f.Index - before, Of: f.Of}
		})
	}
	var on []rel.Expr
	for _, c := range conds {
		on = append(on, inner(c))
	}
	for _, c := range rel.Conjuncts(d.Cond) {
		c = rel.TransformExpr(c, func(e rel.Expr) rel.Expr {
			if f, ok := e.(*rel.Field); ok && f.Index >= n {
				return inner(columns[f.Index-n])
			}
			return e
		})
		if !isSelfEquality(c) {
			on = append(on, c)
		}
	}
	return &rel.Join{Kind: d.Kind, Left: d.Left, Right: other, Cond: rel.Conjunction(on)}, true
}

// isSelfEquality is true for `x IS NOT DISTINCT FROM x`.
func isSelfEquality(c rel.Expr) bool {
	call, ok := c.(*rel.Call)
	return ok && call.Func == rel.NotDistinctFrom && facts.Movable(c) && rel.Equal(call.Args[0], call.Args[1])
}

func substituteAll(exprs, by []rel.Expr) []rel.Expr {
	out := make([]rel.Expr, len(exprs))
	for i, e := range exprs {
		out[i] = substitute(e, by)
	}
	return out
}
