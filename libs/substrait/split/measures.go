package split

import (
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// decompositions compute a measure in two steps, or say that they cannot. The
// measures have canonical names and no DISTINCT.
var decompositions map[string]func(p *partial, m rel.Measure) bool

func init() {
	decompositions = map[string]func(p *partial, m rel.Measure) bool{
		"count": counted, "count_star": counted, "regr_count": counted,
		"count_if": trues, "sum": summed, "product": sameAgain,
		"min": sameAgain, "max": sameAgain, "bool_and": sameAgain, "bool_or": sameAgain,
		"bit_and": sameAgain, "bit_or": sameAgain, "bit_xor": sameAgain,
		"avg":       average,
		"any_value": chosen, "first": chosen, "last": chosen,
		"arg_min": byExtreme, "arg_max": byExtreme, "arg_min_null": byExtreme, "arg_max_null": byExtreme,
		"arg_min_nulls_last": byExtreme, "arg_max_nulls_last": byExtreme,
		"list": concatenated, "string_agg": strung,
	}
	for name := range spreadResults {
		decompositions[name] = spreadOf
	}
}

// sameAgain puts parts together by the function that made them.
func sameAgain(p *partial, m rel.Measure) bool {
	if len(m.Args) != 1 {
		return false
	}
	p.result(p.again(m.Func, m), m.Type)
	return true
}

// counted adds up counts.
func counted(p *partial, m rel.Measure) bool {
	p.result(p.total(m), m.Type)
	return true
}

// trues adds up counts that are NULL where there are no rows.
func trues(p *partial, m rel.Measure) bool {
	p.result(p.again("sum", m), m.Type)
	return true
}

// total is the sum of counts: 0 where there are no parts.
func (p *partial) total(m rel.Measure) rel.Expr {
	huge := types.Of(types.HugeInt)
	total := p.addUpper(rel.Measure{Func: "sum", Args: []rel.Expr{p.part(m)}, Type: huge})
	return &rel.Call{Func: rel.Coalesce, Args: []rel.Expr{total, cast(rel.Int(0), huge)}, Of: huge}
}

func summed(p *partial, m rel.Measure) bool {
	if t := m.Args[0].Type(); !t.IsNumeric() && t.ID != types.Boolean && t.ID != types.BigNum {
		return false
	}
	return sameAgain(p, m)
}

// average is the sum over the count.
func average(p *partial, m rel.Measure) bool {
	arg := m.Args[0].Type()
	total := types.Of(types.HugeInt)
	switch {
	case arg.ID == types.Decimal:
		total = types.DecimalOf(38, arg.Scale)
	case arg.ID == types.Float || arg.ID == types.Double:
		total = types.Of(types.Double)
	case !arg.IsInteger() || arg.ID == types.UHugeInt:
		return false
	}
	if m.Type.ID != types.Double {
		return false
	}
	sum, count := m, m
	sum.Func, sum.Type = "sum", total
	count.Func, count.Type = "count", types.Of(types.BigInt)
	s, n := double(p.again("sum", sum)), double(p.total(count))
	p.result(orNull(isZero(n), divide(s, n)), m.Type)
	return true
}

// chosen takes one part's value. Parts without rows are left out; any_value
// leaves out NULLs as well. By an order, the part is chosen by the same order
// of the chosen rows' keys.
func chosen(p *partial, m rel.Measure) bool {
	if len(m.Args) != 1 {
		return false
	}
	if m.Func == "any_value" && len(m.OrderBy) == 0 {
		return sameAgain(p, m)
	}
	if m.Func == "any_value" {
		m.Filter = both(m.Filter, rel.Bools(rel.IsNotNull, m.Args[0]))
		m.Func = "first"
	}
	up := rel.Measure{Func: m.Func, Args: []rel.Expr{p.part(m)}, Filter: p.hasRows(m.Filter), Type: m.Type}
	for _, k := range m.OrderBy {
		key := m
		key.Args, key.Type = []rel.Expr{k.Expr}, k.Expr.Type()
		k.Expr = p.part(key)
		up.OrderBy = append(up.OrderBy, k)
	}
	p.result(p.addUpper(up), m.Type)
	return true
}

// hasRows is true of parts in which some row passed the filter.
func (p *partial) hasRows(filter rel.Expr) rel.Expr {
	rows := p.part(rel.Measure{Func: "count_star", Filter: filter, Type: types.Of(types.BigInt)})
	return rel.Bools(rel.Gt, rows, rel.Int(0))
}

// byExtreme takes the value of the part with the least or the greatest key.
func byExtreme(p *partial, m rel.Measure) bool {
	if len(m.Args) != 2 {
		return false
	}
	value, by := m.Args[0], m.Args[1]
	// The function itself finds the key: min and max may see values alike that it does not, or show another
	// of those that are equal.
	key := rel.Measure{Func: m.Func, Args: []rel.Expr{by, by}, Filter: m.Filter, Type: by.Type()}
	if m.Func == "arg_min" || m.Func == "arg_max" {
		// These skip rows without a value.
		key.Filter = both(m.Filter, rel.Bools(rel.IsNotNull, value))
	}
	p.result(p.addUpper(rel.Measure{
		Func: m.Func, Args: []rel.Expr{p.part(m), p.part(key)}, Filter: p.hasRows(m.Filter), Type: m.Type,
	}), m.Type)
	return true
}

// concatenated joins lists; a part without rows has none.
func concatenated(p *partial, m rel.Measure) bool {
	part := p.part(m)
	lists := p.addUpper(rel.Measure{
		Func: "list", Args: []rel.Expr{part}, Filter: rel.Bools(rel.IsNotNull, part), Type: types.ListOf(m.Type),
	})
	p.result(&rel.Call{Func: "flatten", Args: []rel.Expr{lists}, Of: m.Type}, m.Type)
	return true
}

// strung joins strings by the same separator.
func strung(p *partial, m rel.Measure) bool {
	for _, a := range m.Args[1:] {
		if _, literal := a.(*rel.Literal); !literal {
			return false
		}
	}
	args := append([]rel.Expr{p.part(m)}, m.Args[1:]...)
	p.result(p.addUpper(rel.Measure{Func: m.Func, Args: args, Type: m.Type}), m.Type)
	return true
}
