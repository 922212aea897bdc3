package facts

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// Deterministic is true of nil, and of expressions that have the same value for the same row, wherever,
// whenever and however often they are computed. To raise an error is as good as a value.
func Deterministic(e rel.Expr) bool { return !rel.AnyExpr(e, changes) }

// changes is true of the node of an expression by which it may have another value.
func changes(e rel.Expr) bool {
	switch e := e.(type) {
	case *rel.Call:
		return StabilityOf(e) != Consistent && !ScalarOf(e.Func).Raises
	case *rel.Subquery:
		return !Stable(e.Input, nil)
	}
	return false
}

// AllDeterministic is Deterministic of each of them.
func AllDeterministic(exprs []rel.Expr) bool { return !slices.ContainsFunc(exprs, Changes) }

// Changes is the opposite of Deterministic.
func Changes(e rel.Expr) bool { return !Deterministic(e) }

// Movable is true of nil, and of expressions that may be computed for rows for which the query as it is
// written does not compute them: they are deterministic, and none is there to raise an error.
func Movable(e rel.Expr) bool { return !rel.AnyExpr(e, stays) }

func stays(e rel.Expr) bool {
	c, ok := e.(*rel.Call)
	return ok && ScalarOf(c.Func).Raises || changes(e)
}

// AllMovable is Movable of each of them.
func AllMovable(exprs []rel.Expr) bool {
	return !slices.ContainsFunc(exprs, func(e rel.Expr) bool { return !Movable(e) })
}

// Foldable is true of expressions that have one value for all rows of a query.
func Foldable(e rel.Expr) bool {
	return rel.Closed(e) && !rel.AnyExpr(e, func(e rel.Expr) bool {
		switch e := e.(type) {
		case *rel.Field, *rel.OuterField, *rel.WindowCall, *rel.Subquery:
			return true
		case *rel.Call:
			return StabilityOf(e) == Volatile
		}
		return false
	})
}

// Constant is true of deterministic expressions that look at no column.
func Constant(e rel.Expr) bool { return len(rel.Fields(e)) == 0 && Deterministic(e) }

// Shared tells of the shared subtree that a relation refers to what is asked of the relation.
type Shared func(*rel.Reference) bool

// Stable is true of relations that have the same rows, in any order, each time that they are computed
// over the same data, but for the last digits of what is rounded. A reference is as stable as shared
// says, and not if it is nil. The rows of an Outer or Working relation are taken as given.
func Stable(r rel.Rel, shared Shared) bool { return (&asking{shared: shared}).same(r) }

// Exact is Stable without rounding: even the last digits are the same.
func Exact(r rel.Rel, shared Shared) bool { return (&asking{shared: shared, exact: true}).same(r) }

// Repeatable is true of relations that may be computed once more, in another place: they are exact, read
// nothing but tables and shared subtrees, and are made row by row, of joins and of aggregates alone.
func Repeatable(r rel.Rel, shared Shared) bool {
	return Exact(r, shared) && !rel.Any(r, func(r rel.Rel) bool {
		switch r := r.(type) {
		case *rel.Read, *rel.Values, *rel.Filter, *rel.Join, *rel.Aggregate, *rel.Sort, *rel.SetOp, *rel.Unnest, *rel.Reference:
			return false
		case *rel.Project:
			return slices.ContainsFunc(r.Exprs, rel.HasWindow)
		}
		return true
	})
}

// asking finds out whether a relation has the same rows each time.
type asking struct {
	shared Shared
	exact  bool
}

func (a *asking) same(r rel.Rel) bool {
	if in, ok := ScalarSubquery(r); ok {
		return a.same(in)
	}
	return !a.chooses(r) && !rel.AnyIn(r, a.changes) && !slices.ContainsFunc(r.Inputs(), func(in rel.Rel) bool { return !a.same(in) })
}

// chooses is true if the operator itself may give one or another answer, whatever its expressions are.
func (a *asking) chooses(r rel.Rel) bool {
	switch r := r.(type) {
	case *rel.Fetch:
		return !OneRow(r.Input) && !totallyOrdered(r.Input)
	case *rel.Recursive:
		return len(r.Keys) > 0
	case *rel.Reference:
		return a.shared == nil || !a.shared(r)
	case *rel.Aggregate:
		return slices.ContainsFunc(r.Measures, func(m rel.Measure) bool { return a.depends(m.Func, m.Args) && !OneRow(r.Input) })
	case *rel.Read, *rel.Values, *rel.Filter, *rel.Project, *rel.Join, *rel.DependentJoin, *rel.Sort, *rel.SetOp, *rel.Unnest,
		*rel.Outer, *rel.Working:
		return false
	}
	// Samples and positional joins look at the order of rows, and so does an as-of join where right rows tie.
	return true
}

// depends is true if an aggregate's result depends on the order of rows more than is asked for.
func (a *asking) depends(name string, args []rel.Expr) bool {
	order := OrderOf(name, args)
	return order == Ordered || a.exact && order == Rounded
}

// changes is true of the node of an expression by which it may have another value each time.
func (a *asking) changes(e rel.Expr) bool {
	switch e := e.(type) {
	case *rel.WindowCall:
		return a.choosesPeer(e)
	case *rel.Subquery:
		return !a.same(e.Input)
	}
	return changes(e)
}

// choosesPeer is true of windows that may tell rows apart which tie in their order.
func (a *asking) choosesPeer(w *rel.WindowCall) bool {
	if !WindowOf(w.Func).Peers && a.depends(w.Func, w.Args) {
		return true
	}
	whole := w.Frame.Start.Kind == rel.UnboundedPreceding && w.Frame.End.Kind == rel.UnboundedFollowing
	return w.Frame.Unit == rel.RowsFrame && !whole
}

// OneRow is true of relations that have at most one row.
func OneRow(r rel.Rel) bool {
	switch r := r.(type) {
	case *rel.Project:
		return OneRow(r.Input)
	case *rel.Filter:
		return OneRow(r.Input)
	case *rel.Sort:
		return OneRow(r.Input)
	case *rel.Sample:
		return OneRow(r.Input)
	case *rel.Join:
		return (r.Kind == rel.Inner || r.Kind == rel.Left || r.Kind == rel.LeftSingle) && OneRow(r.Left) && OneRow(r.Right) ||
			(r.Kind == rel.LeftSemi || r.Kind == rel.LeftAnti || r.Kind == rel.LeftMark) && OneRow(r.Left)
	case *rel.Aggregate:
		return len(r.Groups) == 0 && len(r.Sets) <= 1
	case *rel.Values:
		return len(r.Rows) <= 1
	case *rel.Fetch:
		count, ok := r.Count.(*rel.Literal)
		if ok {
			n, isCount := count.Value.(int64)
			ok = isCount && n >= 0 && n <= 1
		}
		return ok || OneRow(r.Input)
	}
	return false
}

// ExactlyOneRow is true of relations that have one row, no less.
func ExactlyOneRow(r rel.Rel) bool {
	switch r := r.(type) {
	case *rel.Project:
		return ExactlyOneRow(r.Input)
	case *rel.Sort:
		return ExactlyOneRow(r.Input)
	case *rel.Aggregate:
		return len(r.Groups) == 0 && len(r.Sets) <= 1
	case *rel.Values:
		return len(r.Rows) == 1
	}
	return false
}

// totallyOrdered is true of a sort in which rows that tie are equal.
func totallyOrdered(r rel.Rel) bool {
	sort, ok := r.(*rel.Sort)
	if !ok {
		return false
	}
	keys := map[int]bool{}
	for _, k := range sort.Keys {
		if f, ok := k.Expr.(*rel.Field); ok {
			keys[f.Index] = true
		}
	}
	return len(keys) == rel.Width(sort)
}

// ScalarSubquery matches how a subquery that has to have one row is bound: its first row, or an error if
// there are more. It gives what the row is chosen from; as that has one row, the choice is none.
func ScalarSubquery(r rel.Rel) (input rel.Rel, ok bool) {
	p, is := r.(*rel.Project)
	if !is {
		return nil, false
	}
	a, is := p.Input.(*rel.Aggregate)
	if !is || len(a.Groups) > 0 || !slices.ContainsFunc(p.Exprs, func(e rel.Expr) bool { return failsAboveOne(e, a) }) {
		return nil, false
	}
	first := func(m rel.Measure) bool {
		return (m.Func == "first" || m.Func == "count_star") && m.Filter == nil && AllDeterministic(m.Args)
	}
	if slices.ContainsFunc(p.Exprs, changesRow) || slices.ContainsFunc(a.Measures, func(m rel.Measure) bool { return !first(m) }) {
		return nil, false
	}
	return a.Input, true
}

// changesRow is true of expressions over a row that have not the same value each time.
func changesRow(e rel.Expr) bool { return !Deterministic(e) || rel.HasWindow(e) }

// failsAboveOne matches CASE WHEN the count of rows > 1 THEN error … END.
func failsAboveOne(e rel.Expr, a *rel.Aggregate) bool {
	check, is := e.(*rel.Case)
	if !is || len(check.Whens) != 1 {
		return false
	}
	fail, ok := check.Whens[0].Then.(*rel.Call)
	if c, is := check.Whens[0].Then.(*rel.Cast); is {
		fail, ok = c.Input.(*rel.Call)
	}
	cond, is := check.Whens[0].Cond.(*rel.Call)
	if !ok || !is || !ScalarOf(fail.Func).Raises || cond.Func != rel.Gt || len(cond.Args) != 2 {
		return false
	}
	count, isField := cond.Args[0].(*rel.Field)
	one, isLiteral := cond.Args[1].(*rel.Literal)
	return isField && isLiteral && one.Value == int64(1) &&
		count.Index < len(a.Measures) && a.Measures[count.Index].Func == "count_star"
}
