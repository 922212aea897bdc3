package sqlgen

import (
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// subquery renders a relation that is a value. References to outer columns are those columns' own
// SQL: aliases are unique in the whole text, so nothing hides them.
func (x *exprSQL) subquery(s *rel.Subquery) (string, error) {
	if x.g == nil {
		return "", invalid("a subquery stands where only plain expressions may")
	}
	left, err := x.list(s.Left)
	if err != nil {
		return "", err
	}
	text, err := x.g.subselectOf(s.Input, x.cols)
	if err != nil {
		return "", err
	}
	if n := len(s.Input.Types()); s.Kind != rel.ExistsSubquery && n != max(1, len(left)) {
		return "", invalid("a subquery of %d columns for %d values", n, max(1, len(left)))
	}
	switch s.Kind {
	case rel.ExistsSubquery:
		return "(EXISTS (" + text + "))", nil
	case rel.ScalarSubquery:
		return "(" + text + ")", nil
	case rel.InSubquery:
		if len(left) == 0 {
			return "", invalid("IN without a value")
		}
		row := strings.Join(left, ", ")
		if len(left) > 1 {
			row = "(" + row + ")"
		}
		return "(" + row + " IN (" + text + "))", nil
	}
	op, ok := between[s.Op]
	if !ok || len(left) != 1 {
		return "", invalid("a comparison of %d values by %q with a subquery", len(left), s.Op)
	}
	word := " ANY ("
	if s.Kind == rel.AllSubquery {
		word = " ALL ("
	}
	return "(" + left[0] + " " + op + word + text + "))", nil
}

// subselectOf is a relation's SELECT, for each row of columns cols.
func (g *generator) subselectOf(r rel.Rel, cols []string) (string, error) {
	g.outer = append(g.outer, cols)
	b, err := g.rel(r)
	g.outer = g.outer[:len(g.outer)-1]
	if err != nil {
		return "", err
	}
	b = g.shut(b)
	g.nested = max(g.nested, b.nested+1)
	return b.text(nil), nil
}

func (x *exprSQL) outerField(f *rel.OuterField) (string, error) {
	if x.g == nil || f.Steps < 1 || f.Steps > len(x.g.outer) {
		return "", invalid("a reference to a query %d levels out, of which there are none", f.Steps)
	}
	cols := x.g.outer[len(x.g.outer)-f.Steps]
	if f.Index < 0 || f.Index >= len(cols) {
		return "", invalid("outer field %d of %d", f.Index, len(cols))
	}
	return cols[f.Index], nil
}

// HasSubquery tells whether a subquery stands in an expression of the plan.
func HasSubquery(p *rel.Plan) bool {
	is := func(e rel.Expr) bool { _, is := e.(*rel.Subquery); return is }
	return p.Any(func(r rel.Rel) bool { return rel.AnyIn(r, is) })
}

// anywhere is rel.Any with the relations of subqueries.
func anywhere(r rel.Rel, is func(rel.Rel) bool) bool {
	within := func(e rel.Expr) bool {
		s, ok := e.(*rel.Subquery)
		return ok && anywhere(s.Input, is)
	}
	return rel.Any(r, func(r rel.Rel) bool { return is(r) || rel.AnyIn(r, within) })
}
