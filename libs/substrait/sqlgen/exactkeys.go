package sqlgen

import (
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// byExtreme are the functions of two arguments that go by the second.
var byExtreme = map[string]bool{
	"arg_min": true, "argmin": true, "min_by": true, "arg_min_null": true, "arg_min_nulls_last": true,
	"arg_max": true, "argmax": true, "max_by": true, "arg_max_null": true, "arg_max_nulls_last": true,
}

// byKey makes a measure go by a key where DuckDB would not order the values as it compares them.
func byKey(m rel.Measure) rel.Measure {
	switch {
	case len(m.Args) == 2 && (m.Func == "arg_min_nulls_last" || m.Func == "arg_max_nulls_last"):
		m.OrderBy = []rel.SortKey{{Expr: m.Args[1], Descending: m.Func == "arg_max_nulls_last"}}
		m.Func, m.Args, m.Distinct = "first", m.Args[:1], false
	case byExtreme[m.Func] && len(m.Args) >= 2 && m.Args[1].Type().ID == types.Interval:
		m.Args = append([]rel.Expr{m.Args[0], microseconds(m.Args[1])}, m.Args[2:]...)
	case (m.Func == "min" || m.Func == "max") && len(m.Args) == 2 && m.Args[0].Type().ID == types.Interval:
		m.Func, m.Distinct = "arg_"+m.Func, false
		m.Args = []rel.Expr{m.Args[0], microseconds(m.Args[0]), m.Args[1]}
	}
	return m
}

// microseconds are those of an INTERVAL by which DuckDB compares it: a month has 30 days.
func microseconds(e rel.Expr) rel.Expr {
	huge := types.Of(types.HugeInt)
	var sum rel.Expr
	const second, day = 1_000_000, 86_400_000_000
	for _, p := range []struct {
		part string
		each int64
	}{{"year", 360 * day}, {"month", 30 * day}, {"day", day}, {"hour", 3600 * second}, {"minute", 60 * second}, {"microsecond", 1}} {
		part := &rel.Call{Func: "date_part", Args: []rel.Expr{rel.Str(p.part), e}, Of: types.Of(types.BigInt)}
		var next rel.Expr = &rel.Call{Func: "*", Of: huge, Args: []rel.Expr{
			&rel.Cast{Input: part, To: huge}, &rel.Cast{Input: rel.Int(p.each), To: huge}}}
		if sum != nil {
			next = &rel.Call{Func: "+", Of: huge, Args: []rel.Expr{sum, next}}
		}
		sum = next
	}
	return sum
}
