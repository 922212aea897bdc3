package sqlgen

import "github.com/shoal-db/shoal/libs/substrait/rel"

// strict replaces IS NOT DISTINCT FROM by = where one side is never NULL: they
// match the same rows then, and DuckDB does more with =.
// REQUIRES: the condition decides on matches only, NULL being no match.
func strict(j *rel.Join) rel.Expr {
	if j.Cond == nil {
		return nil
	}
	width := len(j.Left.Types())
	conds := rel.Conjuncts(j.Cond)
	out := make([]rel.Expr, len(conds))
	for i, c := range conds {
		out[i] = c
		call, ok := c.(*rel.Call)
		if !ok || call.Func != rel.NotDistinctFrom || len(call.Args) != 2 {
			continue
		}
		for _, a := range call.Args {
			if f, ok := a.(*rel.Field); ok && (f.Index < width && neverNull(j.Left, f.Index) ||
				f.Index >= width && neverNull(j.Right, f.Index-width)) {
				out[i] = rel.Bools(rel.Eq, call.Args...)
			}
		}
	}
	return rel.Conjunction(out)
}

// neverNull is true of columns that some filter below keeps from being NULL.
func neverNull(r rel.Rel, column int) bool {
	switch r := r.(type) {
	case *rel.Read:
		return rejectsNull(r.Filter, column)
	case *rel.Filter:
		return rejectsNull(r.Cond, column) || neverNull(r.Input, column)
	case *rel.Sort:
		return neverNull(r.Input, column)
	case *rel.Fetch:
		return neverNull(r.Input, column)
	case *rel.Project:
		if column < len(r.Exprs) {
			if f, ok := r.Exprs[column].(*rel.Field); ok {
				return neverNull(r.Input, f.Index)
			}
		}
	case *rel.Aggregate:
		if r.Sets == nil && column < len(r.Groups) {
			if f, ok := r.Groups[column].(*rel.Field); ok {
				return neverNull(r.Input, f.Index)
			}
		}
	case *rel.Join:
		return neverNullJoin(r, column)
	}
	return false
}

func neverNullJoin(r *rel.Join, column int) bool {
	width := len(r.Left.Types())
	switch {
	case r.Kind == rel.Inner && rejectsNull(r.Cond, column):
		return true
	case column < width:
		return r.Kind != rel.Right && r.Kind != rel.Full && neverNull(r.Left, column)
	}
	return (r.Kind == rel.Inner || r.Kind == rel.Right) && neverNull(r.Right, column-width)
}

// rejectsNull is true if no row passes the condition in which the column is NULL.
func rejectsNull(cond rel.Expr, column int) bool {
	for _, c := range rel.Conjuncts(cond) {
		call, ok := c.(*rel.Call)
		if !ok {
			continue
		}
		switch call.Func {
		case rel.IsNotNull, rel.Eq, rel.Ne, rel.Lt, rel.Le, rel.Gt, rel.Ge:
			for _, a := range call.Args {
				if f, ok := a.(*rel.Field); ok && f.Index == column {
					return true
				}
			}
		}
	}
	return false
}
