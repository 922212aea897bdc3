package sqlgen

import "github.com/shoal-db/shoal/libs/substrait/rel"

// check refuses trees that are no plans: with holes in them, or nested so
// deeply that nothing should walk them.
func check(r rel.Rel, depth int) error {
	switch {
	case r == nil:
		return invalid("a relation is missing")
	case depth > maxRelDepth:
		return tooDeep()
	}
	if s, ok := r.(*rel.SetOp); ok && len(s.Rels) == 0 {
		return invalid("a set operation without inputs")
	}
	for _, e := range exprsOf(r) {
		if err := checkExpr(e, 0); err != nil {
			return err
		}
	}
	for _, in := range r.Inputs() {
		if err := check(in, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func checkExpr(e rel.Expr, depth int) error {
	switch {
	case e == nil:
		return invalid("an expression is missing")
	case depth > 4*maxExprDepth:
		return invalid("an expression is nested too deeply")
	}
	if s, ok := e.(*rel.Subquery); ok {
		if err := check(s.Input, depth+1); err != nil {
			return err
		}
	}
	for _, c := range e.Children() {
		if err := checkExpr(c, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// exprsOf are a relation's own expressions; those that may be missing are not
// among them when they are.
func exprsOf(r rel.Rel) []rel.Expr {
	var out []rel.Expr
	given := func(exprs ...rel.Expr) {
		for _, e := range exprs {
			if e != nil {
				out = append(out, e)
			}
		}
	}
	keys := func(keys []rel.SortKey) {
		for _, k := range keys {
			out = append(out, k.Expr)
		}
	}
	switch r := r.(type) {
	case *rel.Read:
		given(r.Filter)
	case *rel.Values:
		for _, row := range r.Rows {
			out = append(out, row...)
		}
	case *rel.Filter:
		out = append(out, r.Cond)
	case *rel.Project:
		out = append(out, r.Exprs...)
	case *rel.Aggregate:
		out = append(out, r.Groups...)
		for _, m := range r.Measures {
			out = append(out, m.Args...)
			given(m.Filter)
			keys(m.OrderBy)
		}
	case *rel.Join:
		given(r.Cond)
	case *rel.DependentJoin:
		given(r.Cond)
		out = append(out, r.Keys...)
	case *rel.Sort:
		keys(r.Keys)
	case *rel.Fetch:
		given(r.Count, r.Offset)
	case *rel.Unnest:
		out = append(out, r.Lists...)
	case *rel.AsOf:
		given(r.Cond)
	}
	return out
}
