package split

import (
	"math"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Expressions over DOUBLE.

func cast(e rel.Expr, t types.Type) rel.Expr {
	if e.Type().Equal(t) {
		return e
	}
	return &rel.Cast{Input: e, To: t}
}

func double(e rel.Expr) rel.Expr { return cast(e, types.Of(types.Double)) }

func number(v float64) rel.Expr { return &rel.Literal{Of: types.Of(types.Double), Value: v} }

func arith(function string, args ...rel.Expr) rel.Expr {
	return &rel.Call{Func: function, Args: args, Of: types.Of(types.Double)}
}

func add(a, b rel.Expr) rel.Expr      { return arith("+", a, b) }
func subtract(a, b rel.Expr) rel.Expr { return arith("-", a, b) }
func multiply(a, b rel.Expr) rel.Expr { return arith("*", a, b) }
func divide(a, b rel.Expr) rel.Expr   { return arith("/", a, b) }
func root(e rel.Expr) rel.Expr        { return arith("sqrt", e) }

func isZero(e rel.Expr) rel.Expr { return rel.Bools(rel.Eq, e, number(0)) }

// orNull is e unless a condition is true.
func orNull(cond, e rel.Expr) rel.Expr { return unless(cond, rel.Null(e.Type()), e) }

func orNaN(cond, e rel.Expr) rel.Expr { return unless(cond, number(math.NaN()), e) }

func unless(cond, then, otherwise rel.Expr) rel.Expr {
	return &rel.Case{Whens: []rel.When{{Cond: cond, Then: then}}, Else: otherwise, Of: otherwise.Type()}
}

// both is the conjunction of two conditions, of which the first may be nil.
func both(a, b rel.Expr) rel.Expr {
	if a == nil {
		return b
	}
	return rel.Bools(rel.And, a, b)
}
