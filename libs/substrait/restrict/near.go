package restrict

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// near tells whether a relation reads near tables alone and gives the same rows whenever and wherever it is
// computed.
func (f *finder) near(r rel.Rel) bool {
	if a, ok := scalar(r); ok {
		return steadyAggregate(a, true) && f.near(a.Input)
	}
	if !f.steady(r) {
		return false
	}
	for _, in := range r.Inputs() {
		if !f.near(in) {
			return false
		}
	}
	return true
}

// scalar matches a scalar subquery: the first row, and an error if it is not the only one.
func scalar(r rel.Rel) (*rel.Aggregate, bool) {
	p, ok := r.(*rel.Project)
	if !ok || len(p.Exprs) != 1 {
		return nil, false
	}
	a, ok := p.Input.(*rel.Aggregate)
	c, is := p.Exprs[0].(*rel.Case)
	if !ok || !is || len(a.Groups) > 0 || len(c.Whens) != 1 {
		return nil, false
	}
	op, left, right, ok := comparison(c.Whens[0].Cond)
	count, isField := left.(*rel.Field)
	one, isLiteral := right.(*rel.Literal)
	raises, isCall := c.Whens[0].Then.(*rel.Call)
	return a, ok && op == rel.Gt && isField && count.Index < len(a.Measures) && a.Measures[count.Index].Func == "count_star" &&
		isLiteral && one.Value == int64(1) && isCall && raises.Func == "error" && c.Else != nil && steadyExpr(c.Else)
}

func (f *finder) steady(r rel.Rel) bool {
	switch r := r.(type) {
	case *rel.Read:
		return f.tables.Near(r) && steadyExpr(r.Filter)
	case *rel.Sort, *rel.SetOp:
		return true
	case *rel.Values:
		return !slices.ContainsFunc(r.Rows, func(row []rel.Expr) bool { return !allSteady(row) })
	case *rel.Filter:
		return steadyExpr(r.Cond)
	case *rel.Join:
		return steadyExpr(r.Cond)
	case *rel.Project:
		return allSteady(r.Exprs)
	case *rel.Aggregate:
		return steadyAggregate(r, false)
	}
	return false
}

// steadyAggregate is true of aggregates that give the same rows each time. oneRow says that there is at most
// one row to aggregate.
func steadyAggregate(a *rel.Aggregate, oneRow bool) bool {
	exprs := slices.Clone(a.Groups)
	for _, m := range a.Measures {
		switch {
		case facts.OrderOf(m.Func, m.Args) == facts.Unordered:
		case m.Func == "first" && oneRow:
		default:
			return false
		}
		exprs = append(append(exprs, m.Args...), m.Filter)
	}
	return allSteady(exprs)
}

// steadyExpr is true of nil, and of expressions that give the same value for the same row; raising an error is
// one.
func steadyExpr(e rel.Expr) bool {
	return !rel.AnyExpr(e, func(e rel.Expr) bool {
		switch e := e.(type) {
		case *rel.WindowCall:
			return true
		case *rel.Call:
			return facts.Changes(e)
		}
		return false
	})
}

func allSteady(exprs []rel.Expr) bool {
	return !slices.ContainsFunc(exprs, func(e rel.Expr) bool { return !steadyExpr(e) })
}

// restricts tells whether something in a near relation may leave out rows, or there are few to begin with:
// a join with all rows of a table is seldom a restriction, and not worth a look.
func (f *finder) restricts(r rel.Rel) bool {
	found := false
	rel.Walk(r, func(r rel.Rel) bool {
		switch r := r.(type) {
		case *rel.Read:
			found = found || filters(r.Filter) || f.tables.Few(r)
		case *rel.Values:
			found = true
		case *rel.Filter:
			found = found || filters(r.Cond)
		case *rel.Join:
			found = found || r.Kind == rel.LeftSemi || r.Kind == rel.LeftAnti
		case *rel.SetOp:
			found = found || r.Kind != rel.UnionAll && r.Kind != rel.UnionDistinct
		}
		return !found
	})
	return found
}

// filters is true of conditions that do more than to refuse NULLs.
func filters(cond rel.Expr) bool {
	for _, c := range rel.Conjuncts(cond) {
		if call, ok := c.(*rel.Call); !ok || call.Func != rel.IsNotNull {
			return true
		}
	}
	return false
}
