package split

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// A DISTINCT aggregate may be ordered by its arguments alone, or by what is computed from them: DuckDB
// refuses anything else. So those keys stay expressions over the arguments, wherever these are computed;
// a cast of an argument, which DuckDB's binder made, stays with the aggregate as well.

// lookedAt are the values that a measure is computed from.
func lookedAt(m rel.Measure) []rel.Expr {
	if !m.Distinct || len(m.OrderBy) == 0 {
		return append(slices.Clip(m.Args), rel.KeyExprs(m.OrderBy)...)
	}
	out := uncastAll(m.Args)
	for _, k := range m.OrderBy {
		if _, ok := fromValues(k.Expr, out, func(e rel.Expr) rel.Expr { return e }); !ok {
			out = append(out, k.Expr)
		}
	}
	return out
}

// overValues is a measure over the columns in which place puts the values that it is computed from.
func overValues(m rel.Measure, place func(rel.Expr) rel.Expr) rel.Measure {
	args, keys := m.Args, m.OrderBy
	m.Args, m.OrderBy = make([]rel.Expr, len(args)), make([]rel.SortKey, len(keys))
	ordered := m.Distinct && len(keys) > 0
	for i, a := range args {
		if c, ok := a.(*rel.Cast); ok && ordered && !c.Try {
			m.Args[i] = &rel.Cast{Input: place(c.Input), To: c.To}
		} else {
			m.Args[i] = place(a)
		}
	}
	for i, k := range keys {
		over, ok := rel.Expr(nil), false
		if ordered {
			over, ok = fromValues(k.Expr, uncastAll(args), place)
		}
		if !ok {
			over = place(k.Expr)
		}
		k.Expr = over
		m.OrderBy[i] = k
	}
	return m
}

// fromValues computes an expression from the columns that have these values.
func fromValues(e rel.Expr, values []rel.Expr, place func(rel.Expr) rel.Expr) (rel.Expr, bool) {
	if slices.ContainsFunc(values, func(v rel.Expr) bool { return rel.Equal(v, e) }) {
		return place(e), true
	}
	if _, field := e.(*rel.Field); field || !facts.Deterministic(e) {
		return nil, false
	}
	children := e.Children()
	next := make([]rel.Expr, len(children))
	for i, c := range children {
		var ok bool
		if next[i], ok = fromValues(c, values, place); !ok {
			return nil, false
		}
	}
	if len(children) == 0 {
		return e, true
	}
	return e.WithChildren(next), true
}

func uncastAll(args []rel.Expr) []rel.Expr {
	out := make([]rel.Expr, len(args))
	for i, a := range args {
		out[i] = a
		if c, ok := a.(*rel.Cast); ok && !c.Try {
			out[i] = c.Input
		}
	}
	return out
}
