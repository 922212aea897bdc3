package rewrite

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// AggregateEarly aggregates a table in pieces by the keys of a join before it
// is sent to that join, where an aggregate above the join looks at nothing else
// of it: one row for each key goes instead of all rows, and workers make it. It
// is for joins that workers cannot do themselves, with a side that has fewer
// rows, so that there are fewer keys as well.
//
// An aggregate over the join counts each of the other side's rows as often as
// there are rows of the key: adding up the key's parts gives the same.
func AggregateEarly(p *rel.Plan, tables Tables) *rel.Plan {
	return p.Transform(func(r rel.Rel) rel.Rel {
		a, ok := r.(*rel.Aggregate)
		if !ok {
			return r
		}
		return aggregateEarly(a, tables)
	})
}

func aggregateEarly(a *rel.Aggregate, tables Tables) rel.Rel {
	whole, join := overJoin(a)
	if join == nil || tables.onPieces(join) {
		return a
	}
	for _, left := range earlySides(join.Kind) {
		if e := newEarly(whole, join, left, tables); e != nil {
			return e.build()
		}
	}
	return a
}

// overJoin is an aggregate of a projection of a join in terms of the join.
func overJoin(a *rel.Aggregate) (*rel.Aggregate, *rel.Join) {
	in := a.Input
	for {
		switch r := in.(type) {
		case *rel.Join:
			return a, r
		case *rel.Project:
			if anyWindow(r.Exprs) || !facts.AllMovable(r.Exprs) {
				return nil, nil
			}
			a, in = substituteAggregate(a, r.Exprs), r.Input
		default:
			return nil, nil
		}
	}
}

func substituteAggregate(a *rel.Aggregate, exprs []rel.Expr) *rel.Aggregate {
	out := &rel.Aggregate{Groups: substituteAll(a.Groups, exprs), Sets: a.Sets}
	for _, m := range a.Measures {
		m.Args = substituteAll(m.Args, exprs)
		if m.Filter != nil {
			m.Filter = substitute(m.Filter, exprs)
		}
		m.OrderBy = slices.Clone(m.OrderBy)
		for i := range m.OrderBy {
			m.OrderBy[i].Expr = substitute(m.OrderBy[i].Expr, exprs)
		}
		out.Measures = append(out.Measures, m)
	}
	return out
}

// earlySides are the sides of a join, left or not, whose rows come out only
// beside a match.
func earlySides(k rel.JoinKind) []bool {
	switch k {
	case rel.Inner:
		return []bool{false, true}
	case rel.Left:
		return []bool{false}
	case rel.Right:
		return []bool{true}
	}
	return nil
}

// early is an aggregate over a join of which one side is aggregated first.
type early struct {
	whole *rel.Aggregate
	join  *rel.Join
	left  bool // the side is the left one
	// first is the side's first column in the join, width how many it has, and
	// keys those of its columns that stay, as places in the side.
	first, width int
	keys         []int
	lower        []rel.Measure
	upper        []rel.Measure
	results      []rel.Expr
}

// newEarly is nil if that side cannot be aggregated first, or need not be.
func newEarly(whole *rel.Aggregate, join *rel.Join, left bool, tables Tables) *early {
	own, other := join.Right, join.Left
	if left {
		own, other = join.Left, join.Right
	}
	has, against := tables.extentOf(own), tables.extentOf(other)
	if !has.cut || has.other || against.other || !tables.onPieces(own) ||
		2*(against.references+against.pieces) > has.pieces || len(joinKeys(join)) == 0 {
		return nil
	}
	e := &early{whole: whole, join: join, left: left, width: rel.Width(own)}
	if !left {
		e.first = rel.Width(other)
	}
	if !e.findKeys(own.Types()) {
		return nil
	}
	for _, m := range whole.Measures {
		if !e.add(m) {
			return nil
		}
	}
	return e
}

// findKeys finds the side's columns that the join and the groups look at.
func (e *early) findKeys(ts []types.Type) bool {
	used := map[int]bool{}
	for _, x := range append(slices.Clip(e.whole.Groups), e.join.Cond) {
		if !facts.Movable(x) {
			return false
		}
		for i := range rel.Fields(x) {
			if e.owns(i) {
				used[i-e.first] = true
			}
		}
	}
	e.keys = sortedKeys(used)
	for _, k := range e.keys {
		// 0.0 and -0.0 are one group, but two values.
		if id := ts[k].ID; id == types.Float || id == types.Double || ts[k].IsNested() {
			return false
		}
	}
	return len(e.keys) > 0 && len(e.keys) < e.width
}

func (e *early) owns(i int) bool { return i >= e.first && i < e.first+e.width }

// add splits a measure; not ok if it cannot be split.
func (e *early) add(m rel.Measure) bool {
	if m.Distinct || len(m.OrderBy) > 0 || !e.onOwnSide(m) || e.join.Kind != rel.Inner && !ignoresPadding(m) {
		return false
	}
	switch m.Func {
	case "count", "count_star":
		part := e.part(m)
		if m.Func == "count_star" && e.join.Kind != rel.Inner {
			// The row of one that has no match counts, too.
			part = &rel.Call{Func: rel.Coalesce, Args: []rel.Expr{part, rel.Int(1)}, Of: m.Type}
		}
		huge := types.Of(types.HugeInt)
		total := e.above(rel.Measure{Func: "sum", Args: []rel.Expr{part}, Type: huge})
		none := &rel.Cast{Input: rel.Int(0), To: huge}
		e.results = append(e.results, &rel.Cast{To: m.Type, Input: &rel.Call{Func: rel.Coalesce, Args: []rel.Expr{total, none}, Of: huge}})
		return true
	case "sum":
		if id := m.Type.ID; id != types.HugeInt && id != types.Decimal || m.Args[0].Type().SumsWrap() {
			return false // floating sums depend on their order; others may overflow by rows that have no match
		}
	case "min", "max", "bool_and", "bool_or", "bit_and", "bit_or":
		if len(m.Args) != 1 {
			return false
		}
	default:
		return false
	}
	e.results = append(e.results, e.above(rel.Measure{Func: m.Func, Args: []rel.Expr{e.part(m)}, Type: m.Type}))
	return true
}

// ignoresPadding is true if a measure sees NULL where a row has no match, or
// looks at no column.
func ignoresPadding(m rel.Measure) bool {
	if m.Filter != nil {
		return false
	}
	for _, x := range m.Args {
		if _, ok := x.(*rel.Field); !ok {
			return false
		}
	}
	return true
}

func (e *early) onOwnSide(m rel.Measure) bool {
	for _, x := range append(slices.Clip(m.Args), m.Filter) {
		if x == nil {
			continue
		}
		if !facts.Movable(x) || len(rel.Fields(x)) == 0 {
			return false
		}
		for i := range rel.Fields(x) {
			if !e.owns(i) {
				return false
			}
		}
	}
	return true
}

// part computes a measure on the side; it is a column of the new join.
func (e *early) part(m rel.Measure) rel.Expr {
	own := func(x rel.Expr) rel.Expr { return rel.MapFields(x, func(i int) int { return i - e.first }) }
	low := rel.Measure{Func: m.Func, Type: m.Type}
	for _, x := range m.Args {
		low.Args = append(low.Args, own(x))
	}
	if m.Filter != nil {
		low.Filter = own(m.Filter)
	}
	e.lower = append(e.lower, low)
	return &rel.Field{Index: e.first + len(e.keys) + len(e.lower) - 1, Of: m.Type}
}

func (e *early) above(m rel.Measure) rel.Expr {
	e.upper = append(e.upper, m)
	return &rel.Field{Index: len(e.whole.Groups) + len(e.upper) - 1, Of: m.Type}
}

// build puts the aggregated side into the join, and aggregates again above it.
func (e *early) build() rel.Rel {
	own := e.join.Right
	if e.left {
		own = e.join.Left
	}
	ts := own.Types()
	below := &rel.Aggregate{Input: own, Measures: e.lower}
	place := map[int]int{}
	for at, k := range e.keys {
		below.Groups = append(below.Groups, &rel.Field{Index: k, Of: ts[k]})
		place[e.first+k] = e.first + at
	}
	grown := len(e.keys) + len(e.lower) - e.width
	move := func(x rel.Expr) rel.Expr {
		return rel.MapFields(x, func(i int) int {
			switch {
			case e.owns(i):
				return place[i]
			case i >= e.first+e.width:
				return i + grown
			}
			return i
		})
	}
	join := &rel.Join{Kind: e.join.Kind, Left: e.join.Left, Right: below, Cond: move(e.join.Cond)}
	if e.left {
		join.Left, join.Right = below, e.join.Right
	}
	up := &rel.Aggregate{Input: join, Sets: e.whole.Sets, Measures: e.upper}
	out := &rel.Project{Input: up}
	for i, g := range e.whole.Groups {
		up.Groups = append(up.Groups, move(g))
		out.Exprs = append(out.Exprs, &rel.Field{Index: i, Of: g.Type()})
	}
	out.Exprs = append(out.Exprs, e.results...)
	if len(e.whole.Sets) > 1 {
		out.Exprs = append(out.Exprs, &rel.Field{Index: len(up.Groups) + len(up.Measures), Of: types.Of(types.BigInt)})
	}
	return out
}
