package sqlgen

import (
	"slices"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// markJoin appends a mark column. DuckDB has no syntax for it, but plans some
// expressions as one.
func (g *generator) markJoin(r *rel.Join, left, right *block) (*block, error) {
	ps, rest := pairs(r.Cond, len(r.Left.Types()))
	left = g.leftSide(left, true)
	// What an IN asks within the rows that the keys choose.
	var keys, values []pair
	for _, p := range ps {
		if p.op == rel.NotDistinctFrom {
			keys = append(keys, p)
		} else {
			values = append(values, p)
		}
	}
	var mark string
	var err error
	switch {
	case len(rest) == 0 && len(ps) > 0 && all(ps, rel.NotDistinctFrom):
		return g.existsJoin(ps, left, right)
	case len(rest) == 0 && all(values, rel.Eq) && (len(values) == 1 || len(values) > 1 && len(keys) == 0):
		// DuckDB knows rows in correlated subqueries not yet.
		mark, err = g.inSubquery(keys, values, left, g.aside(r.Right, right))
	case len(rest) == 0 && len(values) == 1 && all(values, rel.Ne, rel.Lt, rel.Le, rel.Gt, rel.Ge):
		mark, err = g.anySubquery(keys, values[0], left, g.aside(r.Right, right))
	default:
		mark, err = g.markSubquery(r.Cond, left, g.aside(r.Right, right))
	}
	if err != nil {
		return nil, err
	}
	left.cols, left.plain = append(slices.Clip(left.cols), mark), false
	left.nested = max(left.nested, right.nested+2)
	return left, nil
}

// existsJoin marks by a join with the distinct keys: such a condition is never
// NULL.
func (g *generator) existsJoin(ps []pair, left, right *block) (*block, error) {
	if !right.open() {
		right = g.wrap(right)
	}
	on, keys, err := sides(ps, left, right)
	if err != nil {
		return nil, err
	}
	right.cols, right.plain, right.grouped, right.order = append(keys, "TRUE"), false, true, nil
	right.distinct = true
	keyed := g.wrap(right)
	for i := range on {
		on[i] += " IS NOT DISTINCT FROM " + keyed.cols[i]
	}
	left.from += " LEFT JOIN " + keyed.from + " ON " + strings.Join(on, " AND ")
	left.single = false
	left.within(keyed)
	left.cols = append(slices.Clip(left.cols), "("+keyed.cols[len(ps)]+" IS NOT NULL)")
	left.plain = false
	return left, nil
}

// inSubquery is `(l, …) IN (SELECT r, … WHERE keys)`.
func (g *generator) inSubquery(keys, values []pair, left, right *block) (string, error) {
	var ls, rs []rel.Expr
	for _, p := range values {
		ls, rs = append(ls, p.left), append(rs, p.right)
	}
	l, err := (&exprSQL{cols: left.cols}).list(ls)
	if err != nil {
		return "", err
	}
	sub, err := g.subselect(keys, rs, left, right)
	return "((" + strings.Join(l, ", ") + ") IN (" + sub + "))", err
}

// anySubquery is `l < ANY (SELECT r WHERE keys)`.
func (g *generator) anySubquery(keys []pair, p pair, left, right *block) (string, error) {
	l, err := (&exprSQL{cols: left.cols}).expr(p.left)
	if err != nil {
		return "", err
	}
	sub, err := g.subselect(keys, []rel.Expr{p.right}, left, right)
	return "(" + l + " " + between[p.op] + " ANY (" + sub + "))", err
}

// subselect is right's SELECT of other expressions, where the keys agree with
// left's.
func (g *generator) subselect(keys []pair, exprs []rel.Expr, left, right *block) (string, error) {
	if !right.open() && (len(keys) > 0 || !right.plain || right.chosen) {
		right = g.wrap(right)
	}
	x := &exprSQL{cols: right.cols}
	cols, err := x.list(exprs)
	if err != nil {
		return "", err
	}
	c := *right
	c.cols, c.where = cols, slices.Clip(right.where)
	for _, k := range keys {
		l, err := (&exprSQL{cols: left.cols}).expr(k.left)
		if err != nil {
			return "", err
		}
		r, err := x.expr(k.right)
		if err != nil {
			return "", err
		}
		c.where = append(c.where, l+" IS NOT DISTINCT FROM "+r)
	}
	return c.text(nil), nil
}

// markSubquery asks, for each left row, whether the condition is true for some
// right row, and if not, whether it is NULL for some. DuckDB decorrelates it.
func (g *generator) markSubquery(cond rel.Expr, left, right *block) (string, error) {
	if !right.open() {
		right = g.wrap(right)
	}
	on, err := g.condition(cond, append(slices.Clip(left.cols), right.cols...))
	if err != nil {
		return "", err
	}
	on = orTrue(on)
	c := *right
	c.order = nil
	c.cols = []string{"CASE WHEN count(*) FILTER (WHERE " + on + ") > 0 THEN TRUE " +
		"WHEN count(*) FILTER (WHERE (" + on + ") IS NULL) > 0 THEN NULL ELSE FALSE END"}
	return "(" + c.text(nil) + ")", nil
}
