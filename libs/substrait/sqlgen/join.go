package sqlgen

import (
	"slices"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

var joinWords = map[rel.JoinKind]string{
	rel.Inner: "JOIN", rel.Left: "LEFT JOIN", rel.Right: "RIGHT JOIN", rel.Full: "FULL JOIN",
	rel.LeftSemi: "SEMI JOIN", rel.LeftAnti: "ANTI JOIN",
}

func (g *generator) join(r *rel.Join) (*block, error) {
	left, err := g.rel(r.Left)
	if err != nil {
		return nil, err
	}
	right, err := g.rel(r.Right)
	if err != nil {
		return nil, err
	}
	switch r.Kind {
	case rel.LeftMark:
		return g.markJoin(r, left, right)
	case rel.LeftSingle:
		return g.singleJoin(r, left, right)
	}
	word, ok := joinWords[r.Kind]
	if !ok {
		return nil, invalid("a join of kind %d", r.Kind)
	}
	left = g.leftSide(left, r.Kind != rel.Right && r.Kind != rel.Full)
	if filters := r.Kind == rel.LeftSemi || r.Kind == rel.LeftAnti; filters && left.multiplied && comparesBeyond(r) {
		left = g.fixed(left)
	} else if !filters {
		left.multiplied = true
	}
	right, where := g.rightSide(right, r.Kind == rel.Inner)
	cond := strict(r)
	switch {
	case r.Kind == rel.Inner && !left.single:
		cond = keysFirst(cond, left.cols)
	case r.Kind == rel.LeftSemi || r.Kind == rel.LeftAnti:
		cond = hideIntervals(cond, len(left.cols))
	}
	on, err := g.condition(cond, append(slices.Clip(left.cols), right.cols...))
	if err != nil {
		return nil, err
	}
	if on == "" && r.Kind == rel.Inner {
		left.from += " CROSS JOIN " + right.from
	} else {
		left.from += " " + word + " " + right.from + " ON " + orTrue(on)
	}
	left.single = false
	left.within(right)
	left.where = append(left.where, where...)
	if r.Kind != rel.LeftSemi && r.Kind != rel.LeftAnti {
		left.cols = append(slices.Clip(left.cols), right.cols...)
	}
	return left, nil
}

// comparesBeyond is true of joins whose condition is more than equalities.
func comparesBeyond(r *rel.Join) bool {
	ps, rest := pairs(r.Cond, len(r.Left.Types()))
	return len(rest) > 0 || !all(ps, rel.Eq, rel.NotDistinctFrom)
}

// fixed keeps DuckDB from moving a semi or anti join that follows into the joins of b. It does not do so with the
// EXISTS that such joins mostly come from, and it is mostly slower: TPC-H's query 21 takes 1.7 times as long.
func (g *generator) fixed(b *block) *block {
	b.offset = "0"
	return g.wrap(b)
}

// hideIntervals hides comparisons of intervals from DuckDB 1.5.4 where a semi or anti join has nothing else than
// inequalities: it has no such join for them, but one for any condition.
func hideIntervals(cond rel.Expr, leftWidth int) rel.Expr {
	conjuncts := slices.Clone(rel.Conjuncts(cond))
	for _, c := range conjuncts {
		if p, ok := onePair(c, leftWidth); ok && equality(p.op) {
			return cond
		}
	}
	for i, c := range conjuncts {
		if p, ok := onePair(c, leftWidth); ok && p.left.Type().ID == types.Interval {
			conjuncts[i] = &rel.Call{Func: rel.Coalesce, Args: []rel.Expr{c, rel.Bool(false)}, Of: c.Type()}
		}
	}
	return rel.Conjunction(conjuncts)
}

// keysFirst hides conditions from DuckDB's choice of an order of joins where the sides are also
// compared for integers being equal, which are most likely keys. Otherwise it may join two tables, of
// the many on the left and the one on the right, on nothing but being different, or on text that has
// few values, which is nearly all of their product: it does not know how many values a Parquet file has.
func keysFirst(cond rel.Expr, left []string) rel.Expr {
	conjuncts := rel.Conjuncts(cond)
	keyed := map[string]bool{} // tables on the left
	for _, c := range conjuncts {
		if p, ok := onePair(c, len(left)); ok && equality(p.op) && integer(p.left) && integer(p.right) {
			keyed[tableOf(p.left, left)] = true
		}
	}
	if len(keyed) == 0 {
		return cond
	}
	for i, c := range conjuncts {
		p, ok := onePair(c, len(left))
		if ok && (p.op == rel.Ne || p.op == rel.DistinctFrom || equality(p.op) && !keyed[tableOf(p.left, left)] && !integer(p.left)) {
			conjuncts[i] = &rel.Call{Func: rel.Coalesce, Args: []rel.Expr{c, rel.Bool(false)}, Of: c.Type()}
		}
	}
	return rel.Conjunction(conjuncts)
}

func onePair(c rel.Expr, leftWidth int) (pair, bool) {
	ps, _ := pairs(c, leftWidth)
	if len(ps) != 1 {
		return pair{}, false
	}
	return ps[0], true
}

func equality(op string) bool { return op == rel.Eq || op == rel.NotDistinctFrom }

func integer(e rel.Expr) bool { return e.Type().IsInteger() }

// tableOf is the alias that a column is of; "" for anything but a column.
func tableOf(e rel.Expr, cols []string) string {
	f, ok := e.(*rel.Field)
	if !ok {
		return ""
	}
	alias, _, _ := strings.Cut(cols[f.Index], ".")
	return alias
}

func orTrue(on string) string {
	if on == "" {
		return "TRUE"
	}
	return on
}

// condition is a join's condition over both sides' columns; "" for none.
func (g *generator) condition(cond rel.Expr, cols []string) (string, error) {
	if cond == nil {
		return "", nil
	}
	return g.over(cols).expr(cond)
}

// leftSide is a block to which a join can be appended. Its WHERE may stay where
// the join keeps each left row by itself.
func (g *generator) leftSide(b *block, keepsWhere bool) *block {
	if b.open() && len(b.order) == 0 && (keepsWhere || len(b.where) == 0) {
		return b
	}
	return g.wrap(b)
}

// rightSide is one table, and the conditions on it that the whole block may as
// well apply.
func (g *generator) rightSide(b *block, inner bool) (*block, []string) {
	if b.single && b.open() && len(b.order) == 0 && (inner || len(b.where) == 0) {
		return b, b.where
	}
	return g.wrap(b), nil
}

// pair is a conjunct that compares an expression of the left side with one of
// the right.
type pair struct {
	op          string
	left, right rel.Expr
}

// pairs splits a join's condition; rest is what is no comparison of the sides.
// The pairs' expressions are over their own side.
func pairs(cond rel.Expr, leftWidth int) (out []pair, rest []rel.Expr) {
	for _, c := range rel.Conjuncts(cond) {
		call, ok := c.(*rel.Call)
		if !ok || len(call.Args) != 2 || mirrored[call.Func] == "" {
			rest = append(rest, c)
			continue
		}
		a, b := call.Args[0], call.Args[1]
		switch onA, onB := rel.SideOf(a, leftWidth), rel.SideOf(b, leftWidth); {
		case onA&rel.OnRight == 0 && onB&rel.OnLeft == 0: // constants are on either side
			out = append(out, pair{call.Func, a, toRight(b, leftWidth)})
		case onA&rel.OnLeft == 0 && onB&rel.OnRight == 0:
			out = append(out, pair{mirrored[call.Func], b, toRight(a, leftWidth)})
		default:
			rest = append(rest, c)
		}
	}
	return out, rest
}

// mirrored is each comparison as it reads from the other side.
var mirrored = map[string]string{
	rel.Eq: rel.Eq, rel.Ne: rel.Ne, rel.Lt: rel.Gt, rel.Le: rel.Ge, rel.Gt: rel.Lt, rel.Ge: rel.Le,
	rel.NotDistinctFrom: rel.NotDistinctFrom, rel.DistinctFrom: rel.DistinctFrom,
}

// sides renders what pairs compare, each side over its own block.
func sides(ps []pair, left, right *block) (lefts, rights []string, err error) {
	for _, p := range ps {
		l, err := (&exprSQL{cols: left.cols}).expr(p.left)
		if err != nil {
			return nil, nil, err
		}
		r, err := (&exprSQL{cols: right.cols}).expr(p.right)
		if err != nil {
			return nil, nil, err
		}
		lefts, rights = append(lefts, l), append(rights, r)
	}
	return lefts, rights, nil
}

func toRight(e rel.Expr, leftWidth int) rel.Expr {
	return rel.MapFields(e, func(i int) int { return i - leftWidth })
}

func all(ps []pair, ops ...string) bool {
	for _, p := range ps {
		if !slices.Contains(ops, p.op) {
			return false
		}
	}
	return true
}
