// Package rewrite holds the rules that turn a plan into an equal one that does
// less, earlier: each a function from plan to plan that can be run, tested and
// left out on its own.
//
// Invariants: whatever rules are left out, the result is a plan that splits and
// that answers the same rows with the same types. A relation that a rule does
// not know is kept, with all of its columns, and nothing is moved across it.
//
// As in DuckDB, a condition may be evaluated for rows that another condition
// would have removed first, and so raise an error, such as that of a cast, that
// another order would not have raised. Conditions that are volatile, or that
// call error(), are never moved.
package rewrite

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

func anyWindow(exprs []rel.Expr) bool {
	return slices.ContainsFunc(exprs, rel.HasWindow)
}

// substitute replaces each field reference by the expression of that place.
func substitute(e rel.Expr, exprs []rel.Expr) rel.Expr {
	return rel.TransformExpr(e, func(e rel.Expr) rel.Expr {
		if f, ok := e.(*rel.Field); ok {
			return exprs[f.Index]
		}
		return e
	})
}

// partition splits conditions by whether they pass.
func partition(conds []rel.Expr, pass func(rel.Expr) bool) (yes, no []rel.Expr) {
	for _, c := range conds {
		if pass(c) {
			yes = append(yes, c)
		} else {
			no = append(no, c)
		}
	}
	return yes, no
}
