package split

import (
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// placeAggregate runs an aggregate on the workers: wholly, if its groups never
// span two pieces; else in part, if all its measures can be put together from
// partial ones; else it ships the rows.
func (s *splitter) placeAggregate(a *rel.Aggregate) placed {
	in := s.place(a.Input)
	if in.where != onPieces {
		why := "over reference tables alone"
		if in.where == merged {
			why = "its input is there"
		}
		return placed{rel: a.WithInputs([]rel.Rel{in.rel}), where: in.where, rows: in.rows, why: why}
	}
	if a.Sets == nil && anyBlock(a.Groups, in.blocks) {
		out := in.over(a.WithInputs([]rel.Rel{in.rel}), in.blocks.through(a.Groups), "")
		out.why = "grouped by " + out.blocks.names() + ", the block column: complete on the worker"
		return out
	}
	p, whole := newPartial(a)
	if whole != "" {
		return placed{rel: a.WithInputs([]rel.Rel{s.cut(in)}), where: merged, rows: in.rows,
			why: whole + " cannot be put together from parts: the rows are sent, with the needed columns alone"}
	}
	in.rel, in.blocks = p.below(in.rel), nil
	return placed{rel: p.above(s.cut(in)), where: merged, rows: in.rows,
		why: "computed in part on the workers, per chunk, and put together in the portal"}
}

// partial is an aggregate in two steps. The lower one groups by the same
// expressions, and by the argument of the DISTINCT measures if there is one;
// the upper one groups the lower one's rows.
type partial struct {
	whole    *rel.Aggregate
	distinct []rel.Expr // the lower step's extra groups
	lower    []rel.Measure
	upper    []rel.Measure
	// results compute each of the whole's measures from the upper step's
	// columns.
	results []rel.Expr
}

// newPartial takes an aggregate apart; or else whole is the function that needs
// all rows together.
func newPartial(a *rel.Aggregate) (p *partial, whole string) {
	p = &partial{whole: a}
	for _, m := range a.Measures {
		if m.Distinct && !p.addDistinctGroups(m) {
			return nil, m.Func
		}
	}
	for _, m := range a.Measures {
		if !p.add(m) {
			return nil, m.Func
		}
	}
	return p, ""
}

// ignoresDuplicates are the aggregates for which DISTINCT changes nothing.
var ignoresDuplicates = map[string]bool{
	"min": true, "max": true, "bool_and": true, "bool_or": true, "bit_and": true, "bit_or": true,
}

// distinctFromSets are the aggregates that may be computed, with DISTINCT, from
// rows in which each value stands at least once.
var distinctFromSets = map[string]bool{"count": true, "sum": true, "avg": true}

// addDistinctGroups makes a DISTINCT measure's argument a group of the lower
// step. All DISTINCT measures must have the same one, and no filter.
func (p *partial) addDistinctGroups(m rel.Measure) bool {
	if ignoresDuplicates[m.Func] {
		return true
	}
	if !distinctFromSets[m.Func] || len(m.Args) != 1 || m.Filter != nil || len(m.OrderBy) > 0 {
		return false
	}
	if len(p.distinct) == 0 {
		p.distinct = m.Args
		return true
	}
	return rel.Equal(p.distinct[0], m.Args[0])
}

// add splits one measure.
func (p *partial) add(m rel.Measure) bool {
	if len(m.OrderBy) > 0 {
		return false
	}
	if m.Distinct && !ignoresDuplicates[m.Func] {
		arg := &rel.Field{Index: len(p.whole.Groups), Of: p.distinct[0].Type()}
		p.result(p.addUpper(rel.Measure{Func: m.Func, Args: []rel.Expr{arg}, Distinct: true, Type: m.Type}), m.Type)
		return true
	}
	switch m.Func {
	case "count", "count_star":
		p.result(p.sum(m, types.Of(types.BigInt)), m.Type)
	case "sum":
		if !m.Args[0].Type().IsNumeric() && m.Args[0].Type().ID != types.Boolean {
			return false
		}
		p.result(p.again("sum", m, m.Type), m.Type)
	case "min", "max":
		if len(m.Args) != 1 {
			return false
		}
		p.result(p.again(m.Func, m, m.Type), m.Type)
	case "bool_and", "bool_or", "bit_and", "bit_or", "bit_xor", "any_value":
		p.result(p.again(m.Func, m, m.Type), m.Type)
	case "avg":
		return p.average(m)
	default:
		return false
	}
	return true
}

// average is the sum over the count.
func (p *partial) average(m rel.Measure) bool {
	arg := m.Args[0].Type()
	total := types.Of(types.HugeInt)
	switch {
	case arg.ID == types.Decimal:
		total = types.DecimalOf(38, arg.Scale)
	case arg.ID == types.Float || arg.ID == types.Double:
		total = types.Of(types.Double)
	case !arg.IsInteger() || arg.ID == types.UHugeInt || arg.ID == types.HugeInt:
		return false
	}
	sum, count := m, m
	sum.Func, sum.Type = "sum", total
	count.Func, count.Type = "count", types.Of(types.BigInt)
	double := types.Of(types.Double)
	s := &rel.Cast{Input: p.again("sum", sum, total), To: double}
	n := &rel.Cast{Input: p.sum(count, count.Type), To: double}
	none := rel.Bools(rel.Eq, n, &rel.Literal{Of: double, Value: 0.0})
	p.result(&rel.Case{
		Whens: []rel.When{{Cond: none, Then: rel.Null(double)}},
		Else:  &rel.Call{Func: "/", Args: []rel.Expr{s, n}, Of: double}, Of: double,
	}, m.Type)
	return true
}

// again computes a measure below and puts the parts together by the same or
// another function of one argument.
func (p *partial) again(upper string, m rel.Measure, t types.Type) *rel.Field {
	m.Distinct = false
	p.lower = append(p.lower, m)
	part := &rel.Field{Index: len(p.whole.Groups) + len(p.distinct) + len(p.lower) - 1, Of: m.Type}
	return p.addUpper(rel.Measure{Func: upper, Args: []rel.Expr{part}, Type: t})
}

// sum adds up counts: 0 where there are no parts.
func (p *partial) sum(m rel.Measure, t types.Type) rel.Expr {
	total := p.again("sum", m, types.Of(types.HugeInt))
	return &rel.Cast{Input: &rel.Call{
		Func: rel.Coalesce, Args: []rel.Expr{total, &rel.Cast{Input: rel.Int(0), To: total.Of}}, Of: total.Of,
	}, To: t}
}

func (p *partial) addUpper(m rel.Measure) *rel.Field {
	p.upper = append(p.upper, m)
	return &rel.Field{Index: len(p.whole.Groups) + len(p.upper) - 1, Of: m.Type}
}

func (p *partial) result(e rel.Expr, t types.Type) {
	if !e.Type().Equal(t) {
		e = &rel.Cast{Input: e, To: t}
	}
	p.results = append(p.results, e)
}

// below is the lower step over in.
func (p *partial) below(in rel.Rel) rel.Rel {
	groups := append(append([]rel.Expr{}, p.whole.Groups...), p.distinct...)
	if len(groups) == 0 && len(p.lower) == 0 {
		// Only whether there is a group at all: there always is one.
		return &rel.Fetch{Input: &rel.Project{Input: in}, Count: rel.Int(0)}
	}
	return &rel.Aggregate{Input: in, Groups: groups, Measures: p.lower}
}

// above is the upper step over the lower one's rows, with the whole's columns.
func (p *partial) above(in rel.Rel) rel.Rel {
	groups := make([]rel.Expr, len(p.whole.Groups))
	for i, g := range p.whole.Groups {
		groups[i] = &rel.Field{Index: i, Of: g.Type()}
	}
	agg := &rel.Aggregate{Input: in, Groups: groups, Sets: p.whole.Sets, Measures: p.upper}
	out := &rel.Project{Input: agg, Exprs: append(append([]rel.Expr{}, groups...), p.results...)}
	if len(p.whole.Sets) > 1 {
		out.Exprs = append(out.Exprs, &rel.Field{Index: len(groups) + len(p.upper), Of: types.Of(types.BigInt)})
	}
	return out
}
