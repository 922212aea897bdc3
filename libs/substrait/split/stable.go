package split

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// unstable is true of relations that may have other rows each time that they
// are computed over the same data. Such a relation must not be computed by
// several workers, of which each would see its own rows.
func (s *splitter) unstable(r rel.Rel) bool {
	if in, ok := scalarSubquery(r); ok {
		return s.unstable(in)
	}
	return s.choosesFreely(r) || slices.ContainsFunc(r.Inputs(), s.unstable)
}

// scalarSubquery matches how a subquery that has to have one row is bound: its
// first row, or an error if there are more. What it chooses the row from is its
// input.
func scalarSubquery(r rel.Rel) (input rel.Rel, ok bool) {
	p, is := r.(*rel.Project)
	if !is {
		return nil, false
	}
	a, is := p.Input.(*rel.Aggregate)
	if !is || len(a.Groups) > 0 || anyVolatile(p.Exprs) {
		return nil, false
	}
	for _, m := range a.Measures {
		if m.Func != "first" && m.Func != "count_star" || m.Filter != nil || anyVolatile(m.Args) {
			return nil, false
		}
	}
	for _, e := range p.Exprs {
		check, is := e.(*rel.Case)
		if is && len(check.Whens) == 1 && failsAboveOne(check.Whens[0], a) {
			return a.Input, true
		}
	}
	return nil, false
}

// failsAboveOne matches WHEN the count of rows > 1 THEN error.
func failsAboveOne(w rel.When, a *rel.Aggregate) bool {
	fail, ok := w.Then.(*rel.Call)
	if c, is := w.Then.(*rel.Cast); is {
		fail, ok = c.Input.(*rel.Call)
	}
	cond, is := w.Cond.(*rel.Call)
	if !ok || !is || fail.Func != "error" || cond.Func != rel.Gt || len(cond.Args) != 2 {
		return false
	}
	count, isField := cond.Args[0].(*rel.Field)
	one, isLiteral := cond.Args[1].(*rel.Literal)
	return isField && isLiteral && one.Value == int64(1) && a.Measures[count.Index].Func == "count_star"
}

// choosesFreely is true if the operator itself may give one or another answer.
func (s *splitter) choosesFreely(r rel.Rel) bool {
	switch r := r.(type) {
	case *rel.Sample, *rel.Positional, *rel.AsOf:
		// Of right rows that are equally near, an as-of join takes any.
		return true
	case *rel.Recursive:
		return len(r.Keys) > 0
	case *rel.Fetch:
		return anyVolatile([]rel.Expr{r.Offset, r.Count}) || !oneRow(r.Input) && !totallyOrdered(r.Input)
	case *rel.Aggregate:
		return anyVolatile(r.Groups) || slices.ContainsFunc(r.Measures, func(m rel.Measure) bool {
			return facts.AggregateOf(m.Func).Order == facts.Ordered && !oneRow(r.Input) ||
				anyVolatile(m.Args) || volatile(m.Filter) || anyVolatile(rel.KeyExprs(m.OrderBy))
		})
	case *rel.Read:
		return volatile(r.Filter)
	case *rel.Values:
		return slices.ContainsFunc(r.Rows, anyVolatile)
	case *rel.Filter:
		return volatile(r.Cond)
	case *rel.Join:
		return volatile(r.Cond)
	case *rel.Unnest:
		return anyVolatile(r.Lists)
	case *rel.Project:
		return anyVolatile(r.Exprs) || anyFreeWindow(r.Exprs)
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
	return len(keys) == len(sort.Types()) && !anyVolatile(rel.KeyExprs(sort.Keys))
}

// breakTies orders rows that tie by all of their columns.
func breakTies(sort *rel.Sort) *rel.Sort {
	keys := map[int]bool{}
	out := &rel.Sort{Input: sort.Input, Keys: sort.Keys[:len(sort.Keys):len(sort.Keys)]}
	for _, k := range sort.Keys {
		if f, ok := k.Expr.(*rel.Field); ok {
			keys[f.Index] = true
		}
	}
	for i, t := range sort.Types() {
		if !keys[i] {
			out.Keys = append(out.Keys, rel.SortKey{Expr: &rel.Field{Index: i, Of: t}})
		}
	}
	return out
}

func anyFreeWindow(exprs []rel.Expr) bool {
	free := false
	for _, e := range exprs {
		rel.WalkExpr(e, func(e rel.Expr) bool {
			if w, ok := e.(*rel.WindowCall); ok {
				free = free || !facts.PeersAlike(w.Func) || len(w.OrderBy) > 0 && w.Frame.Unit == rel.RowsFrame && !wholeFrame(w.Frame)
			}
			return !free
		})
	}
	return free
}

func wholeFrame(f rel.Frame) bool {
	return f.Start.Kind == rel.UnboundedPreceding && f.End.Kind == rel.UnboundedFollowing
}

func volatile(e rel.Expr) bool {
	return rel.AnyExpr(e, func(e rel.Expr) bool {
		c, ok := e.(*rel.Call)
		return ok && facts.Changes(c)
	})
}

func anyVolatile(exprs []rel.Expr) bool { return slices.ContainsFunc(exprs, volatile) }

// oneRow is true of relations that have at most one row.
func oneRow(r rel.Rel) bool {
	switch r := r.(type) {
	case *rel.Project:
		return oneRow(r.Input)
	case *rel.Filter:
		return oneRow(r.Input)
	case *rel.Sort:
		return oneRow(r.Input)
	case *rel.Join:
		return (r.Kind == rel.Inner || r.Kind == rel.Left || r.Kind == rel.LeftSingle) && oneRow(r.Left) && oneRow(r.Right) ||
			(r.Kind == rel.LeftSemi || r.Kind == rel.LeftAnti || r.Kind == rel.LeftMark) && oneRow(r.Left)
	case *rel.Aggregate:
		return len(r.Groups) == 0 && len(r.Sets) <= 1
	case *rel.Values:
		return len(r.Rows) <= 1
	case *rel.Fetch:
		n, ok := sumOfLiterals(nil, r.Count)
		return ok && n <= 1 || oneRow(r.Input)
	}
	return false
}
