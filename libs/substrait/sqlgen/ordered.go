package sqlgen

import (
	"slices"
	"strconv"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

var asofWords = map[rel.JoinKind]string{
	rel.Inner: "ASOF JOIN", rel.Left: "ASOF LEFT JOIN", rel.Right: "ASOF RIGHT JOIN", rel.Full: "ASOF FULL JOIN",
}

func (g *generator) asof(r *rel.AsOf) (*block, error) {
	word, ok := asofWords[r.Kind]
	if !ok || r.Cond == nil {
		return nil, invalid("an as-of join of kind %s with condition %v", r.Kind, r.Cond != nil)
	}
	left, right, err := g.both(r.Left, r.Right)
	if err != nil {
		return nil, err
	}
	left, cond, err := g.keyed(r, left)
	if err != nil {
		return nil, err
	}
	left = g.leftSide(left, r.Kind == rel.Inner || r.Kind == rel.Left)
	right, _ = g.rightSide(right, false)
	cols := append(slices.Clip(left.cols), right.cols...)
	on, err := g.condition(cond, cols)
	if err != nil {
		return nil, err
	}
	left.from += " " + word + " " + right.from + " ON " + on
	left.single, left.cols = false, cols
	left.within(right)
	return left, nil
}

// keyed keeps left rows from an as-of join whose side of its comparison of order
// is NULL, which DuckDB 1.5.4 takes for the largest value, and so for a match, if
// there are more than 64 left rows. It has no way to say that of a full join.
func (g *generator) keyed(r *rel.AsOf, left *block) (*block, rel.Expr, error) {
	key := orderKey(r)
	if key == nil || r.Kind == rel.Full {
		return left, r.Cond, nil
	}
	known := rel.Bools(rel.IsNotNull, key)
	if r.Kind == rel.Left {
		return left, rel.Bools(rel.And, r.Cond, known), nil
	}
	if !left.open() {
		left = g.wrap(left)
	}
	return left, r.Cond, g.restrict(left, known)
}

func orderKey(r *rel.AsOf) rel.Expr {
	ps, _ := pairs(r.Cond, len(r.Left.Types()))
	for _, p := range ps {
		switch p.op {
		case rel.Lt, rel.Le, rel.Gt, rel.Ge:
			return p.left
		}
	}
	return nil
}

// positional joins tables as they are: nothing may filter or order them after
// the join instead of before.
func (g *generator) positional(r *rel.Positional) (*block, error) {
	left, right, err := g.both(r.Left, r.Right)
	if err != nil {
		return nil, err
	}
	left, right = g.alone(left), g.alone(right)
	left.from += " POSITIONAL JOIN " + right.from
	left.within(right)
	left.cols = append(slices.Clip(left.cols), right.cols...)
	// Another join would bind to the right side first.
	left.single = false
	return g.wrap(left), nil
}

func (g *generator) both(left, right rel.Rel) (l, r *block, err error) {
	if l, err = g.rel(left); err != nil {
		return nil, nil, err
	}
	r, err = g.rel(right)
	return l, r, err
}

// alone is the block as one table.
func (g *generator) alone(b *block) *block {
	if b.single && b.open() && len(b.order) == 0 && len(b.where) == 0 {
		return b
	}
	return g.wrap(b)
}

func (g *generator) sample(r *rel.Sample) (*block, error) {
	b, err := g.rel(r.Input)
	if err != nil {
		return nil, err
	}
	b = g.alone(b)
	size := strconv.FormatFloat(r.Percent, 'f', -1, 64) + " PERCENT"
	if r.Rows != nil {
		size = strconv.FormatInt(*r.Rows, 10) + " ROWS"
	}
	if r.Method.String() == "" || r.Rows != nil && *r.Rows < 0 || !(r.Percent >= 0 && r.Percent <= 100) {
		return nil, invalid("a sample of %s by method %d", size, r.Method)
	}
	b.from += " TABLESAMPLE " + r.Method.String() + "(" + size + ")"
	if r.Seed != nil {
		b.from += " REPEATABLE (" + strconv.FormatInt(*r.Seed, 10) + ")"
	}
	return g.wrap(b), nil
}
