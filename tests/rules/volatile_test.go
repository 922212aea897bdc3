package rules

import (
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Calls that have another value each time, and samples, in places where the result is the same all the
// same, unless something is computed once that stands there twice, or twice that stands there once.

func random() rel.Expr { return &rel.Call{Func: "random", Of: double} }

func constant(v float64) rel.Expr { return &rel.Literal{Of: double, Value: v} }

// surely is a condition that is true, or false, of any random number.
func (g *generator) surely() rel.Expr {
	if g.chance(80) {
		return rel.Bools(rel.Lt, random(), constant(2))
	}
	return rel.Bools(rel.Lt, random(), constant(0))
}

// numbered is r with a random number in each row, behind its columns.
func numbered(r rel.Rel) *rel.Project {
	return &rel.Project{Input: r, Exprs: append(rel.FieldsOf(r.Types()), random())}
}

// volatile is a relation that uses random numbers, of whose values the result says nothing.
func (g *generator) volatile(depth int) rel.Rel {
	switch g.IntN(7) {
	case 0:
		return &rel.Filter{Input: g.rel(depth - 1), Cond: g.surely()}
	case 1:
		return g.meeting(depth)
	case 2:
		return g.meetingItself(depth)
	case 3:
		return g.twoMeasures(depth)
	case 4:
		return g.sampled(depth)
	case 5:
		return g.counted(depth)
	}
	// A group for each row: how many rows there are follows.
	in := numbered(g.narrow(g.rel(depth-1), 3))
	n := len(in.Exprs) - 1
	a := &rel.Aggregate{Input: in, Groups: []rel.Expr{g.field(in.Types()[:n], integer), &rel.Field{Index: n, Of: double}},
		Measures: []rel.Measure{{Func: "count_star", Filter: g.surely(), Type: bigint}}}
	return &rel.Project{Input: a, Exprs: []rel.Expr{&rel.Field{Index: 0, Of: a.Groups[0].Type()}, &rel.Field{Index: 2, Of: bigint}}}
}

// meeting joins by random numbers of each side: no two are equal.
func (g *generator) meeting(depth int) rel.Rel {
	in := g.narrow(g.rel(depth-1), 3)
	other := in
	if g.chance(40) {
		other = g.narrow(g.rel(depth-1), 3)
	}
	left, right := numbered(in), numbered(other)
	n, m := len(left.Exprs), len(right.Exprs)
	kind := []rel.JoinKind{rel.Inner, rel.Left, rel.Right, rel.Full, rel.LeftSemi, rel.LeftAnti}[g.IntN(6)]
	cond := rel.Bools(rel.Eq, &rel.Field{Index: n - 1, Of: double}, &rel.Field{Index: n + m - 1, Of: double})
	if g.chance(40) {
		cond = rel.Bools(rel.And, rel.Bools(rel.Eq, g.fieldAt(in.Types(), integer, 0), g.fieldAt(other.Types(), integer, n)), cond)
	}
	return without(&rel.Join{Kind: kind, Left: left, Right: right, Cond: cond}, n-1, n+m-1)
}

// meetingItself joins a shared subtree with itself, by the random numbers that it has: each row meets itself.
func (g *generator) meetingItself(depth int) rel.Rel {
	if g.random < 0 {
		return g.meeting(depth)
	}
	ts := g.shared[g.random].Types()
	n := len(ts)
	ref := func() rel.Rel { return &rel.Reference{Ordinal: g.random, Columns: ts} }
	left, right := ref(), ref()
	if g.chance(50) {
		left = &rel.Filter{Input: left, Cond: g.cond(ts[:n-1], 1)}
	}
	cond := rel.Bools(rel.Eq, &rel.Field{Index: n - 1, Of: double}, &rel.Field{Index: 2*n - 1, Of: double})
	kind := []rel.JoinKind{rel.Inner, rel.Left, rel.LeftSemi, rel.LeftAnti}[g.IntN(4)]
	return without(&rel.Join{Kind: kind, Left: left, Right: right, Cond: cond}, n-1, 2*n-1)
}

// without drops columns.
func without(r rel.Rel, columns ...int) rel.Rel {
	p := &rel.Project{Input: r}
	for i, t := range r.Types() {
		if i != columns[0] && i != columns[1] {
			p.Exprs = append(p.Exprs, &rel.Field{Index: i, Of: t})
		}
	}
	return p
}

// twoMeasures compares what two equal aggregates of random numbers give: they differ, unless there are no rows.
func (g *generator) twoMeasures(depth int) rel.Rel {
	of := g.rel(depth - 1)
	if g.chance(50) {
		of = &rel.Join{Kind: rel.Inner, Left: &rel.Filter{Input: numbered(g.narrow(of, 2)), Cond: g.surely()}, Right: &rel.Values{
			Columns: []types.Type{integer}, Rows: [][]rel.Expr{{g.literal(integer)}}}}
	}
	aggregate := func() rel.Rel {
		return &rel.Aggregate{Input: numbered(of), Measures: []rel.Measure{
			{Func: "max", Args: []rel.Expr{&rel.Field{Index: len(of.Types()), Of: double}}, Type: double}, {Func: "count_star", Type: bigint}}}
	}
	j := &rel.Join{Kind: rel.Inner, Left: aggregate(), Right: aggregate()}
	equal := rel.Bools(rel.Eq, &rel.Field{Index: 0, Of: double}, &rel.Field{Index: 2, Of: double})
	return &rel.Project{Input: j, Exprs: []rel.Expr{equal, &rel.Field{Index: 1, Of: bigint}, &rel.Field{Index: 3, Of: bigint}}}
}

// sampled takes all rows, or none.
func (g *generator) sampled(depth int) rel.Rel {
	s := &rel.Sample{Input: g.rel(depth - 1), Method: rel.SampleMethod(g.IntN(2)), Percent: 100}
	switch g.IntN(4) {
	case 0:
		s.Percent = 0
	case 1:
		most, seed := int64(100_000), int64(g.IntN(100))
		s.Method, s.Rows, s.Seed = rel.ReservoirSample, &most, &seed
	}
	return s
}

// counted tells how many rows are in a sample, or among the first by a random order.
func (g *generator) counted(depth int) rel.Rel {
	n := int64(g.IntN(6))
	var some rel.Rel
	if in := g.rel(depth - 1); g.chance(50) {
		some = &rel.Sample{Input: in, Method: rel.ReservoirSample, Rows: &n}
	} else {
		some = &rel.Fetch{Input: &rel.Sort{Input: in, Keys: []rel.SortKey{{Expr: random()}}}, Count: rel.Int(n)}
	}
	return &rel.Aggregate{Input: some, Measures: []rel.Measure{
		{Func: "count_star", Type: bigint}, {Func: "count", Args: []rel.Expr{random()}, Distinct: true, Type: bigint}}}
}
