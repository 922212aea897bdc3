package bound

import (
	"math"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// rowCount is a constant number of rows; nil for the largest, which is what a
// NULL becomes.
func rowCount(o object, key string) (rel.Expr, error) {
	n, err := o.uint(key)
	if err != nil || n >= math.MaxInt64 {
		return nil, err
	}
	return rel.Int(int64(n)), nil
}

func (c *converter) limit(o object) (node, error) {
	in, err := c.onlyChild(o)
	if err != nil {
		return node{}, err
	}
	count, percent, err := c.limitValue(o.object("limit_val"), in.scope())
	if err != nil {
		return node{}, err
	}
	offset, _, err := c.limitValue(o.object("offset_val"), in.scope())
	if err != nil {
		return node{}, err
	}
	switch {
	case count == nil && offset == nil:
	case percent || computed(count) || computed(offset):
		return in.numbered(count, offset, percent)
	default:
		in.rel = &rel.Fetch{Input: in.rel, Count: whole(count), Offset: whole(offset)}
	}
	return in, nil
}

// computed tells whether a number of rows comes from a subquery.
func computed(e rel.Expr) bool { return e != nil && len(rel.Fields(e)) > 0 }

// whole is a number of rows as a BIGINT.
func whole(e rel.Expr) rel.Expr {
	if e == nil {
		return nil
	}
	return as(e, types.Of(types.BigInt))
}

// limitValue is a number of rows, or a percentage of them; nil for none given,
// or NULL.
func (c *converter) limitValue(o object, s scope) (e rel.Expr, percent bool, err error) {
	switch o.string("type") {
	case "", "UNSET":
		return nil, false, nil
	case "CONSTANT_VALUE":
		e, err = rowCount(o, "constant_integer")
		return e, false, err
	case "CONSTANT_PERCENTAGE":
		n, ok := o.get("constant_percentage").(number)
		if !ok {
			n = "0"
		}
		p, err := floatPayload(string(n))
		if err != nil {
			return nil, false, err
		}
		if v := p.(float64); !(v >= 0 && v <= 100) {
			return nil, false, fault.New(fault.InvalidArgument, op, "%s", percentOutOfRange)
		}
		return &rel.Literal{Of: types.Of(types.Double), Value: p}, true, nil
	case "EXPRESSION_VALUE", "EXPRESSION_PERCENTAGE":
		if e, err = c.expr(o.object("expression"), s); err != nil {
			return nil, false, err
		}
		if l, ok := e.(*rel.Literal); ok && l.Value == nil {
			return nil, false, nil
		}
		return e, o.string("type") == "EXPRESSION_PERCENTAGE", nil
	}
	return nil, false, malformed("a limit of type %q", o.string("type"))
}

const percentOutOfRange = "Limit percent out of range, should be between 0% and 100%"

// numbered is a limit that is not known before the rows are: those with the
// right numbers are kept. A limit that is NULL is none, as DuckDB has it.
func (n node) numbered(count, offset rel.Expr, percent bool) (node, error) {
	width, big := len(n.typs), types.Of(types.BigInt)
	row := &rel.Field{Index: width, Of: big}
	frame := rel.Frame{Unit: rel.RowsFrame, End: rel.Bound{Kind: rel.CurrentRow}}
	out := rel.Rel(&rel.Project{Input: n.rel, Exprs: append(n.fields(), &rel.WindowCall{Func: "row_number", Frame: frame, Of: big})})
	skipped, last := asRows(offset), asRows(count)
	if offset == nil {
		skipped = &rel.Cast{Input: rel.Int(0), To: types.Of(types.HugeInt)}
	}
	if percent {
		frame.End.Kind = rel.UnboundedFollowing
		all := &rel.WindowCall{Func: "count_star", Frame: frame, Of: big}
		out = &rel.Project{Input: out, Exprs: append(rel.FieldsOf(out.Types()), all)}
		last = share(count, &rel.Field{Index: width + 1, Of: big})
	}
	huge := types.Of(types.HugeInt)
	number := as(row, huge)
	var conds []rel.Expr
	if offset != nil {
		conds = append(conds, orNull(skipped, rel.Bools(rel.Gt, number, skipped)))
	}
	if count != nil {
		end := &rel.Call{Func: "+", Args: []rel.Expr{orZero(skipped), last}, Of: huge}
		conds = append(conds, orNull(last, rel.Bools(rel.Le, number, end)))
	}
	out = &rel.Filter{Input: out, Cond: junction(rel.And, conds)}
	if percent {
		// Counting all rows may have given up their order.
		out = &rel.Sort{Input: out, Keys: []rel.SortKey{{Expr: row}}}
	}
	limited := newNode(out, n.cols)
	limited.at = n.at
	return limited, nil
}

func orNull(e, cond rel.Expr) rel.Expr { return rel.Bools(rel.Or, rel.Bools(rel.IsNull, e), cond) }

func orZero(e rel.Expr) rel.Expr {
	zero := as(rel.Int(0), e.Type())
	return &rel.Call{Func: rel.Coalesce, Args: []rel.Expr{e, zero}, Of: e.Type()}
}

// asRows is a number of rows as DuckDB reads it, which is without a sign, and
// for a DECIMAL by way of DOUBLE.
func asRows(e rel.Expr) rel.Expr {
	if e == nil {
		return nil
	}
	if e.Type().ID == types.Decimal {
		e = as(e, types.Of(types.Double))
	}
	return as(as(e, types.Of(types.UBigInt)), types.Of(types.HugeInt))
}

// share is a percentage of a number of rows.
func share(percent, all rel.Expr) rel.Expr {
	double := types.Of(types.Double)
	p := as(percent, double)
	number := func(v float64) rel.Expr { return &rel.Literal{Of: double, Value: v} }
	call := func(name string, args ...rel.Expr) rel.Expr { return &rel.Call{Func: name, Args: args, Of: double} }
	rows := call("trunc", call("*", call("/", p, number(100)), as(all, double)))
	failed := &rel.Cast{Input: &rel.Call{Func: "error", Args: []rel.Expr{rel.Str(percentOutOfRange)}, Of: types.Of(types.SQLNull)}, To: double}
	outside := rel.Bools(rel.Or, rel.Bools(rel.Lt, p, number(0)), rel.Bools(rel.Gt, p, number(100)))
	checked := &rel.Case{Of: double, Whens: []rel.When{{Cond: outside, Then: failed}}, Else: rows}
	if _, constant := percent.(*rel.Literal); constant {
		return as(rows, types.Of(types.HugeInt))
	}
	return as(checked, types.Of(types.HugeInt))
}
