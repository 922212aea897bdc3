package bound

import (
	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// scalarSubquery takes away the check that DuckDB puts on top of a scalar
// subquery, that it has no second row, where it cannot have one: a projection
// of CASE WHEN count > 1 THEN error(…) ELSE first END over those two aggregates
// of exactly one row is that row.
func scalarSubquery(p *rel.Project) rel.Rel {
	agg, ok := p.Input.(*rel.Aggregate)
	if !ok || len(p.Exprs) != 1 || len(agg.Groups) > 0 || len(agg.Measures) != 2 {
		return p
	}
	check, ok := p.Exprs[0].(*rel.Case)
	if !ok || len(check.Whens) != 1 || !isField(check.Else, 0) || !isCall(check.Whens[0].Then, "error") {
		return p
	}
	more, ok := check.Whens[0].Cond.(*rel.Call)
	if !ok || more.Func != rel.Gt || !isField(more.Args[0], 1) || agg.Measures[1].Func != "count_star" {
		return p
	}
	first := agg.Measures[0]
	if first.Func != "first" || first.Filter != nil || len(first.Args) != 1 || !isField(first.Args[0], 0) ||
		len(agg.Input.Types()) != 1 || !facts.ExactlyOneRow(agg.Input) {
		return p
	}
	return agg.Input
}

func isField(e rel.Expr, index int) bool {
	f, ok := e.(*rel.Field)
	return ok && f.Index == index
}

func isCall(e rel.Expr, name string) bool {
	c, ok := e.(*rel.Call)
	return ok && c.Func == name
}
