package sqlgen

import "github.com/shoal-db/shoal/libs/substrait/rel"

// maxOptimisedNodes is how much may be computed by a plan that DuckDB 1.5.4 optimises: a chain of
// 20,000 ORs took its optimiser 17 s, in which it cannot be interrupted.
const maxOptimisedNodes = 10_000

// Prelude is what must be executed before a plan's SQL, on the same connection: nothing, or that a
// plan without joins that computes absurdly much is run as it is written. Joins always need the
// optimiser, since their conditions are written below all of them.
func Prelude(p *rel.Plan) string {
	joins, nodes := rel.LargestJoinTree(p), 0
	p.Any(func(r rel.Rel) bool {
		for _, e := range r.Expressions() {
			nodes += computed(e)
		}
		return nodes > maxOptimisedNodes
	})
	if joins > 0 || nodes <= maxOptimisedNodes {
		return ""
	}
	return "PRAGMA disable_optimizer; "
}

// computed is how many nodes of an expression compute something. A list of constants, however long,
// is looked up faster when it is optimised.
func computed(e rel.Expr) int {
	n := 0
	rel.WalkExpr(e, func(e rel.Expr) bool {
		switch e.(type) {
		case *rel.Field, *rel.Literal, *rel.Param:
		default:
			n++
		}
		return n <= maxOptimisedNodes
	})
	return n
}
