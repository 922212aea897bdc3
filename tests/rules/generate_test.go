package rules

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

var (
	integer = types.Of(types.Integer)
	bigint  = types.Of(types.BigInt)
	double  = types.Of(types.Double)
	varchar = types.Of(types.Varchar)
	boolean = types.Of(types.Boolean)
	scalars = []types.Type{integer, bigint, double, varchar, boolean}
)

// generator makes plans over the schema that have one result, whatever the
// order of rows.
type generator struct {
	*rand.Rand
	shared []rel.Rel
	// random is the shared subtree with a random number in each row, its last column; -1 if there is none.
	random int
	ids    int
}

func newGenerator(seed uint64) *generator {
	return &generator{Rand: rand.New(rand.NewPCG(seed, 77)), random: -1}
}

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func (g *generator) plan() *rel.Plan {
	if g.chance(30) {
		g.shared = append(g.shared, g.rel(2))
	}
	if len(g.shared) > 0 && g.chance(30) {
		g.shared = append(g.shared, g.rel(2))
	}
	if g.chance(20) {
		in := numbered(g.narrow(g.rel(2), 3))
		g.random, g.shared = len(g.shared), append(g.shared, in)
	}
	root := g.rel(1 + g.IntN(4))
	if len(root.Types()) == 0 {
		root = &rel.Project{Input: root, Exprs: []rel.Expr{rel.Int(1)}}
	}
	p := &rel.Plan{Shared: g.shared, Root: root}
	for i := range root.Types() {
		p.Names = append(p.Names, fmt.Sprintf("r%d", i))
	}
	return p
}

var columns = []rel.Column{{Name: "i", Type: integer}, {Name: "b", Type: bigint}, {Name: "f", Type: double}, {Name: "s", Type: varchar}, {Name: "o", Type: boolean}}

func (g *generator) read() rel.Rel {
	r := &rel.Read{}
	have := columns
	switch g.IntN(16) {
	case 0, 1, 2, 3, 4, 5:
		r.Table = []string{"main", "t"}
	case 6, 7, 8, 9, 10:
		r.Table = []string{"main", "u"}
	case 11, 12, 13, 14:
		r.Table, have = []string{"main", "k"}, []rel.Column{columns[0], columns[3], {Name: "n", Type: bigint}}
	default:
		r.Table, have = []string{"main", "none"}, []rel.Column{columns[0], columns[3]}
	}
	for _, i := range g.Perm(len(have))[:1+g.IntN(len(have))] {
		r.Columns = append(r.Columns, have[i])
	}
	if g.chance(20) {
		r.Filter = g.cond(r.Types(), 1)
	}
	return r
}

func (g *generator) leaf() rel.Rel {
	switch n := g.IntN(20); {
	case n < 2 && len(g.shared) > 0:
		return g.reference()
	case n < 4:
		ts := []types.Type{integer, scalars[g.IntN(len(scalars))]}
		v := &rel.Values{Columns: ts}
		for range g.IntN(4) {
			v.Rows = append(v.Rows, []rel.Expr{g.literal(ts[0]), g.literal(ts[1])})
		}
		return v
	case n < 8 && len(g.shared) > 0:
		return g.reference()
	}
	return g.read()
}

// reference reads a shared subtree, without its random numbers.
func (g *generator) reference() rel.Rel {
	i := g.IntN(len(g.shared))
	ref := &rel.Reference{Ordinal: i, Columns: g.shared[i].Types()}
	if i != g.random {
		return ref
	}
	return &rel.Project{Input: ref, Exprs: rel.FieldsOf(ref.Columns[:len(ref.Columns)-1])}
}

// rel is a relation of some depth with at most a handful of columns.
func (g *generator) rel(depth int) rel.Rel {
	if depth <= 0 {
		return g.leaf()
	}
	switch n := g.IntN(100); {
	case n < 22:
		return g.filter(g.rel(depth - 1))
	case n < 36:
		return g.project(g.rel(depth - 1))
	case n < 46:
		return g.aggregate(g.rel(depth - 1))
	case n < 76:
		return g.join(depth)
	case n < 80:
		return g.dependent(depth)
	case n < 85:
		in := g.rel(depth - 1)
		return &rel.Sort{Input: in, Keys: []rel.SortKey{{Expr: g.field(in.Types(), integer)}}}
	case n < 89:
		return g.fetch(g.rel(depth - 1))
	case n < 93:
		return g.volatile(depth)
	default:
		return g.setOp(depth)
	}
}

// filter asks for a mark where there is one.
func (g *generator) filter(in rel.Rel) rel.Rel {
	ts := in.Types()
	cond := g.cond(ts, 2)
	j, join := in.(*rel.Join)
	d, dependent := in.(*rel.DependentJoin)
	if join && j.Kind == rel.LeftMark || dependent && d.Kind == rel.LeftMark {
		mark := rel.Expr(&rel.Field{Index: len(ts) - 1, Of: boolean})
		if g.chance(40) {
			mark = rel.Bools(rel.Not, mark)
		}
		if cond = mark; g.chance(40) {
			cond = rel.Bools(rel.And, mark, g.cond(ts, 1))
		}
	}
	return &rel.Filter{Input: in, Cond: cond}
}

// narrow keeps a few of the columns.
func (g *generator) narrow(r rel.Rel, most int) rel.Rel {
	ts := r.Types()
	if len(ts) <= most {
		return r
	}
	p := &rel.Project{Input: r}
	for _, i := range g.Perm(len(ts))[:most] {
		p.Exprs = append(p.Exprs, &rel.Field{Index: i, Of: ts[i]})
	}
	return p
}

func (g *generator) project(in rel.Rel) rel.Rel {
	ts := in.Types()
	p := &rel.Project{Input: in}
	for range 1 + g.IntN(4) {
		p.Exprs = append(p.Exprs, g.expr(ts, scalars[g.IntN(len(scalars))], 2))
	}
	if g.chance(25) {
		partition := g.field(ts, scalars[g.IntN(3)])
		for range 1 + g.IntN(2) {
			w := &rel.WindowCall{
				Func: "count", Args: []rel.Expr{g.field(ts, integer)}, Partition: []rel.Expr{partition}, Of: bigint,
				Frame: rel.Frame{Start: rel.Bound{Kind: rel.UnboundedPreceding}, End: rel.Bound{Kind: rel.UnboundedFollowing}},
			}
			if g.chance(50) {
				w.Partition = append(w.Partition, g.field(ts, varchar))
			}
			if g.chance(50) {
				w.Func, w.Args, w.OrderBy, w.Frame.End.Kind = "rank", nil, []rel.SortKey{{Expr: g.field(ts, integer)}}, rel.CurrentRow
			}
			p.Exprs = append(p.Exprs, w)
		}
		if g.chance(70) {
			p.Exprs[0] = partition
		}
	}
	return p
}

func (g *generator) aggregate(in rel.Rel) rel.Rel {
	ts := in.Types()
	a := &rel.Aggregate{Input: in}
	for range g.IntN(3) {
		if g.chance(80) {
			a.Groups = append(a.Groups, g.field(ts, scalars[g.IntN(len(scalars))]))
		} else {
			a.Groups = append(a.Groups, g.expr(ts, integer, 1))
		}
	}
	if len(a.Groups) > 0 && g.chance(30) {
		for _, set := range [][]int{{0}, {len(a.Groups) - 1, 0}, {}, {0, len(a.Groups) - 1}}[g.IntN(3):] {
			if len(set) == 2 && set[0] == set[1] {
				set = set[:1]
			}
			a.Sets = append(a.Sets, set)
		}
	}
	for range g.IntN(3) {
		a.Measures = append(a.Measures, g.measure(ts))
	}
	if len(a.Groups)+len(a.Measures) == 0 {
		a.Measures = append(a.Measures, rel.Measure{Func: "count_star", Type: bigint})
	}
	return a
}

func (g *generator) measure(ts []types.Type) rel.Measure {
	var m rel.Measure
	switch g.IntN(5) {
	case 0:
		m = rel.Measure{Func: "count_star", Type: bigint}
	case 1:
		m = rel.Measure{Func: "count", Args: []rel.Expr{g.expr(ts, scalars[g.IntN(len(scalars))], 1)}, Distinct: g.chance(40), Type: bigint}
	case 2:
		m = rel.Measure{Func: "sum", Args: []rel.Expr{g.expr(ts, integer, 1)}, Distinct: g.chance(30), Type: types.Of(types.HugeInt)}
	case 3:
		t := scalars[g.IntN(len(scalars))]
		m = rel.Measure{Func: []string{"min", "max"}[g.IntN(2)], Args: []rel.Expr{g.expr(ts, t, 1)}, Type: t}
	default:
		m = rel.Measure{Func: []string{"bool_and", "bool_or"}[g.IntN(2)], Args: []rel.Expr{g.cond(ts, 1)}, Type: boolean}
	}
	if g.chance(20) {
		m.Filter = g.cond(ts, 1)
	}
	return m
}

func (g *generator) join(depth int) rel.Rel {
	left, right := g.narrow(g.rel(depth-1), 5), g.narrow(g.rel(depth-1-g.IntN(2)), 5)
	kind := rel.JoinKind(g.IntN(int(rel.LeftMark) + 1))
	if g.chance(30) {
		kind = rel.Inner
	}
	j := &rel.Join{Kind: kind, Left: left, Right: right, Cond: g.on(left.Types(), right.Types())}
	return j
}

// on is a join's condition, mostly with an equality.
func (g *generator) on(left, right []types.Type) rel.Expr {
	both := append(append([]types.Type{}, left...), right...)
	var conds []rel.Expr
	for range 1 + g.IntN(2) {
		t := scalars[g.IntN(4)]
		op := rel.Eq
		if g.chance(15) {
			op = []string{rel.Lt, rel.Ne, rel.NotDistinctFrom, rel.Ge}[g.IntN(4)]
		}
		conds = append(conds, rel.Bools(op, g.fieldAt(left, t, 0), g.fieldAt(right, t, len(left))))
	}
	if g.chance(40) {
		conds = append(conds, g.cond(both, 1))
	}
	if g.chance(5) {
		return nil
	}
	return rel.Conjunction(conds)
}

// dependent is a correlated subquery.
func (g *generator) dependent(depth int) rel.Rel {
	left := g.narrow(g.rel(depth-1), 4)
	key := g.field(left.Types(), scalars[g.IntN(4)])
	g.ids++
	id := g.ids
	outer := &rel.Outer{ID: id, Columns: []types.Type{key.Type()}}
	other := g.narrow(g.rel(depth-2), 3)
	n := len(other.Types())
	o := &rel.Field{Index: n, Of: key.Type()}
	cond := rel.Expr(rel.Bools([]string{rel.Eq, rel.Eq, rel.Lt, rel.NotDistinctFrom}[g.IntN(4)], g.fieldAt(other.Types(), key.Type(), 0), o))
	if g.chance(40) {
		cond = rel.Bools(rel.And, cond, g.cond(append(append([]types.Type{}, other.Types()...), key.Type()), 1))
	}
	var right rel.Rel = &rel.Join{Kind: rel.Inner, Left: other, Right: outer, Cond: cond}
	var keyAt rel.Expr = o
	if g.chance(50) {
		right = &rel.Aggregate{Input: right, Groups: []rel.Expr{o}, Measures: []rel.Measure{g.measure(other.Types())}}
		keyAt = &rel.Field{Index: 0, Of: key.Type()}
	}
	if g.chance(40) {
		right = &rel.Filter{Input: right, Cond: g.cond(right.Types(), 1)}
	}
	right = &rel.Project{Input: right, Exprs: append([]rel.Expr{keyAt}, g.expr(right.Types(), integer, 1))}
	same := rel.Bools(rel.NotDistinctFrom, key, &rel.Field{Index: len(left.Types()), Of: key.Type()})
	kind := []rel.JoinKind{rel.Inner, rel.Left, rel.LeftSemi, rel.LeftAnti, rel.LeftSingle, rel.LeftMark}[g.IntN(6)]
	d := &rel.DependentJoin{Join: rel.Join{Kind: kind, Left: left, Right: right, Cond: same}, ID: id, Keys: []rel.Expr{key}}
	if g.chance(30) {
		extra := rel.Bools(rel.Eq, g.fieldAt(left.Types(), integer, 0), &rel.Field{Index: len(left.Types()) + 1, Of: integer})
		d.Cond = rel.Bools(rel.And, same, extra)
	}
	return d
}

// fetch limits an ordered relation: rows that are equal in the order are equal.
func (g *generator) fetch(in rel.Rel) rel.Rel {
	s := &rel.Sort{Input: in}
	for i, t := range in.Types() {
		s.Keys = append(s.Keys, rel.SortKey{Expr: &rel.Field{Index: i, Of: t}, Descending: g.chance(40), NullsFirst: g.chance(50)})
	}
	f := &rel.Fetch{Input: s, Count: rel.Int(int64(g.IntN(6)))}
	if g.chance(30) {
		p := &rel.Project{Input: s}
		for i, t := range in.Types() {
			p.Exprs = append(p.Exprs, &rel.Field{Index: i, Of: t})
		}
		p.Exprs = append(p.Exprs, g.expr(in.Types(), integer, 1))
		f.Input = p
	}
	if g.chance(30) {
		f.Offset = rel.Int(int64(g.IntN(3)))
	}
	if g.chance(10) {
		f.Count = nil
	}
	return f
}

func (g *generator) setOp(depth int) rel.Rel {
	first := g.narrow(g.rel(depth-1), 3)
	ts := first.Types()
	s := &rel.SetOp{Kind: rel.SetKind(g.IntN(6)), Rels: []rel.Rel{first}}
	for range 1 + g.IntN(2) {
		in := g.rel(depth - 1 - g.IntN(2))
		p := &rel.Project{Input: in}
		for _, t := range ts {
			p.Exprs = append(p.Exprs, g.expr(in.Types(), t, 1))
		}
		s.Rels = append(s.Rels, p)
	}
	return s
}

// field is a column of the type, or else a literal of it.
func (g *generator) field(ts []types.Type, t types.Type) rel.Expr { return g.fieldAt(ts, t, 0) }

func (g *generator) fieldAt(ts []types.Type, t types.Type, base int) rel.Expr {
	if len(ts) == 0 {
		return g.literal(t)
	}
	start := g.IntN(len(ts))
	for k := range ts {
		if i := (start + k) % len(ts); ts[i].Equal(t) {
			return &rel.Field{Index: base + i, Of: t}
		}
	}
	if isNumber(t) {
		for k := range ts {
			if i := (start + k) % len(ts); isNumber(ts[i]) && ts[i].ID != types.Double {
				return &rel.Cast{Input: &rel.Field{Index: base + i, Of: ts[i]}, To: t}
			}
		}
	}
	return g.literal(t)
}

func isNumber(t types.Type) bool {
	return t.ID == types.Integer || t.ID == types.BigInt || t.ID == types.Double
}

func (g *generator) literal(t types.Type) rel.Expr {
	if g.chance(6) {
		return rel.Null(t)
	}
	switch t.ID {
	case types.Integer, types.BigInt:
		return &rel.Literal{Of: t, Value: int64(g.IntN(5))}
	case types.Double:
		return &rel.Literal{Of: t, Value: []float64{0, 1, 2.5, math.NaN(), math.Inf(1)}[g.IntN(5)]}
	case types.Varchar:
		return &rel.Literal{Of: t, Value: []string{"a", "b", "", "c"}[g.IntN(4)]}
	case types.Boolean:
		return &rel.Literal{Of: t, Value: g.chance(50)}
	}
	return rel.Null(t) // types that only aggregates give
}

func (g *generator) expr(ts []types.Type, t types.Type, depth int) rel.Expr {
	switch n := g.IntN(10); {
	case depth <= 0 || n < 5:
		return g.field(ts, t)
	case n < 6:
		return g.literal(t)
	case n < 7:
		return &rel.Call{Func: rel.Coalesce, Args: []rel.Expr{g.expr(ts, t, depth-1), g.expr(ts, t, depth-1)}, Of: t}
	case n < 8:
		c := &rel.Case{Whens: []rel.When{{Cond: g.cond(ts, depth-1), Then: g.expr(ts, t, depth-1)}}, Of: t}
		if g.chance(60) {
			c.Else = g.expr(ts, t, depth-1)
		}
		return c
	}
	switch t.ID {
	case types.BigInt:
		return &rel.Call{Func: "+", Args: []rel.Expr{g.field(ts, t), g.expr(ts, t, depth-1)}, Of: t}
	case types.Varchar:
		return &rel.Call{Func: "lower", Args: []rel.Expr{g.expr(ts, t, depth-1)}, Of: t}
	case types.Boolean:
		return g.cond(ts, depth-1)
	}
	return g.field(ts, t)
}

// cond is a condition.
func (g *generator) cond(ts []types.Type, depth int) rel.Expr {
	if depth > 0 && g.chance(55) {
		switch g.IntN(5) {
		case 0, 1:
			return rel.Bools(rel.And, g.cond(ts, depth-1), g.cond(ts, depth-1))
		case 2, 3:
			return rel.Bools(rel.Or, g.cond(ts, depth-1), g.cond(ts, depth-1))
		default:
			return rel.Bools(rel.Not, g.cond(ts, depth-1))
		}
	}
	t := scalars[g.IntN(4)]
	value := g.field(ts, t)
	if g.chance(20) {
		value = g.expr(ts, t, depth)
	}
	switch g.IntN(17) {
	case 16:
		if g.chance(30) {
			return g.surely()
		}
	case 0:
		return rel.Bools(rel.IsNull, value)
	case 1:
		return rel.Bools(rel.IsNotNull, value)
	case 2:
		in := &rel.In{Value: value}
		for range 1 + g.IntN(3) {
			in.Options = append(in.Options, g.literal(t))
		}
		return in
	case 3:
		return g.field(ts, boolean)
	case 4:
		if g.chance(80) {
			return rel.Bool(g.chance(60))
		}
		return rel.Null(boolean)
	case 5:
		return rel.Bools([]string{rel.DistinctFrom, rel.NotDistinctFrom}[g.IntN(2)], value, g.literal(t))
	case 6, 7, 8, 9:
		return rel.Bools([]string{rel.Le, rel.Ge, rel.DistinctFrom, rel.Eq}[g.IntN(4)], value, g.field(ts, t))
	}
	return rel.Bools([]string{rel.Eq, rel.Lt, rel.Le, rel.Gt, rel.Ge, rel.Ne}[g.IntN(6)], value, g.literal(t))
}
