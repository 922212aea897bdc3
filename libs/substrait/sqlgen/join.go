package sqlgen

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/rel"
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
	right, where := g.rightSide(right, r.Kind == rel.Inner)
	cond := strict(r)
	if r.Kind == rel.Inner && !left.single {
		cond = afterEqualities(cond, len(left.cols))
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

// afterEqualities hides comparisons for being different from DuckDB's choice of an order of joins where
// the sides are also compared for being equal. Otherwise it may join two tables, of the many on the
// left and the one on the right, on nothing but being different, which is nearly all of their product.
func afterEqualities(cond rel.Expr, leftWidth int) rel.Expr {
	ps, _ := pairs(cond, leftWidth)
	if !slices.ContainsFunc(ps, func(p pair) bool { return p.op == rel.Eq || p.op == rel.NotDistinctFrom }) {
		return cond
	}
	conjuncts := rel.Conjuncts(cond)
	for i, c := range conjuncts {
		if call, ok := c.(*rel.Call); ok && (call.Func == rel.Ne || call.Func == rel.DistinctFrom) {
			conjuncts[i] = &rel.Call{Func: rel.Coalesce, Args: []rel.Expr{c, rel.Bool(false)}, Of: c.Type()}
		}
	}
	return rel.Conjunction(conjuncts)
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
