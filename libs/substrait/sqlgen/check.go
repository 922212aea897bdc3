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
	for _, e := range r.Expressions() {
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
