package sqlgen

import (
	"math"
	"strconv"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Aggregates that DuckDB 1.5.6 gets wrong are written in a form that is right:
//
//   - A sum of 128 bits wraps without a word when the sums of two threads, or of two parts of a
//     window's frame, are put together. Such a sum is compared with one of DOUBLEs.
//   - fsum and favg lose what they compensate, too, and are NaN over an infinity. They see the values
//     from the largest to the smallest, in one thread.
//   - The arg functions that take NULL keys last take others for NULL. They are the first by their keys.
//   - The arg functions and the n least or greatest order INTERVALs by their months, then days. They go by
//     the microseconds by which INTERVALs are compared.

// aggregate is a measure's call, over a window if over is not empty.
func (x *exprSQL) aggregate(m rel.Measure, ignoreNulls bool, over string) (string, error) {
	m = byKey(m)
	c := aggregateCall{x: x, m: m, ignoreNulls: ignoreNulls, over: over}
	switch {
	case !facts.AllDeterministic(m.Args):
		// It would not be the same twice.
	case len(m.Args) == 1 && (m.Func == "sum" || m.Func == "avg" || m.Func == "mean") && m.Args[0].Type().SumsWrap():
		return c.checked()
	case len(m.Args) == 1 && compensates[m.Func] != "" && over == "":
		return c.compensated()
	}
	return c.sql(c.m)
}

type aggregateCall struct {
	x           *exprSQL
	m           rel.Measure
	ignoreNulls bool
	over        string
}

// sql is m over the call's window.
func (c aggregateCall) sql(m rel.Measure) (string, error) {
	sql, err := c.x.aggregateCall(m.Func, m.Args, m.Distinct, m.OrderBy, c.ignoreNulls)
	if err != nil {
		return "", err
	}
	if m.Filter != nil {
		cond, err := c.x.expr(m.Filter)
		if err != nil {
			return "", err
		}
		sql += " FILTER (WHERE " + cond + ")"
	}
	return sql + c.over, nil
}

// plain is another function of the call's rows, in no order.
func (c aggregateCall) plain(function string, arg rel.Expr) (string, error) {
	m := c.m
	m.Func, m.Args, m.OrderBy = function, []rel.Expr{arg}, nil
	return c.sql(m)
}

// checked is a sum or an average of 128 bits, or an error if it wrapped around.
func (c aggregateCall) checked() (string, error) {
	wide, err := c.sql(c.m)
	if err != nil {
		return "", err
	}
	off, err := c.off(wide)
	of := c.m.Args[0].Type()
	limit := strconv.FormatFloat(math.Ldexp(1, 126)/math.Pow10(int(of.Scale)), 'e', -1, 64)
	fail := "error('Overflow in the sum of " + of.String() + ": it has more than 128 bits')"
	return "CASE WHEN " + off + " >= " + limit + " THEN " + fail + " ELSE " + wide + " END", err
}

// off is how far a sum is from the sum of DOUBLEs: 2^128 or a multiple if it wrapped around, else much
// less, as no sum on the way to it is more than 2^127. Values that are distinct need not be as DOUBLEs, so
// those come as a list; for a window, which would have a list for each row, it is what the sum may be at
// most.
func (c aggregateCall) off(wide string) (string, error) {
	double := types.Of(types.Double)
	arg := c.m.Args[0]
	parts := map[string]string{}
	for _, f := range []string{"count", "min", "max", "list", c.m.Func} {
		var of rel.Expr = arg
		if f == c.m.Func {
			of = &rel.Cast{Input: arg, To: double}
		}
		sql, err := c.plain(f, of)
		if err != nil {
			return "", err
		}
		parts[f] = sql
	}
	near := parts[c.m.Func]
	if c.m.Distinct {
		if c.over != "" {
			return "greatest(abs(" + castTo(parts["min"], double) + "), abs(" + castTo(parts["max"], double) + ")) * " + parts["count"], nil
		}
		near = "list_" + c.m.Func + "(" + castTo(parts["list"], types.ListOf(double)) + ")"
	}
	off := "abs(" + castTo(wide, double) + " - " + near + ")"
	if c.m.Func != "sum" {
		off += " * " + parts["count"]
	}
	return off, nil
}

// compensates are the sums and averages that compensate for rounding, with those that do not.
var compensates = map[string]string{"fsum": "sum", "kahan_sum": "sum", "sumkahan": "sum", "favg": "avg"}

// compensated is a sum or an average of few roundings. Where it is not finite, it is what the plain
// one is.
func (c aggregateCall) compensated() (string, error) {
	arg := c.m.Args[0]
	plain, err := c.plain(compensates[c.m.Func], arg)
	if err != nil {
		return "", err
	}
	c.m.OrderBy = []rel.SortKey{{Expr: &rel.Call{Func: "abs", Args: []rel.Expr{arg}, Of: arg.Type()}, Descending: true}}
	sql, err := c.sql(c.m)
	return "CASE WHEN isfinite(" + sql + ") THEN " + sql + " ELSE " + plain + " END", err
}
