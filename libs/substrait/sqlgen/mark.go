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
	case len(rest) == 0 && len(values) == 1 && all(values, rel.Eq):
		mark, err = g.inSubquery(keys, values[0], left, g.aside(r.Right, right))
	case len(rest) == 0 && len(values) > 1 && len(keys) == 0 && len(g.outer) == 0 && all(values, rel.Eq):
		left, mark, err = g.rowInSubquery(r.Right, values, left, right)
	case len(rest) == 0 && len(values) == 1 && all(values, rel.Ne, rel.Lt, rel.Le, rel.Gt, rel.Ge) && !values[0].left.Type().IsNested():
		// Of nested values, DuckDB 1.5.6 has rows wrong after one with a NULL inside.
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

// inSubquery is `l IN (SELECT r WHERE keys)`.
func (g *generator) inSubquery(keys []pair, p pair, left, right *block) (string, error) {
	l, err := (&exprSQL{cols: left.cols}).expr(p.left)
	if err != nil {
		return "", err
	}
	sub, err := g.subselect(keys, []rel.Expr{p.right}, left, right)
	return "(" + l + " IN (" + sub + "))", err
}

// rowInSubquery is `(l, …) IN (SELECT r, …)`. DuckDB's own is NULL as soon as one of the values is, though others
// may tell the rows apart; so it is asked of rows without NULLs alone, which it looks up by hash, and what NULLs
// leave open is compared row by row, where there are any.
func (g *generator) rowInSubquery(in rel.Rel, values []pair, left, right *block) (*block, string, error) {
	left, ls, err := g.fixedValues(values, left)
	if err != nil {
		return nil, "", err
	}
	if !right.open() {
		right = g.wrap(right)
	}
	c := *right
	c.cols, c.plain, c.order = nil, false, nil
	for _, p := range values {
		r, err := (&exprSQL{cols: right.cols}).expr(p.right)
		if err != nil {
			return nil, "", err
		}
		c.cols = append(c.cols, r)
	}
	t := g.table()
	g.define(in, "q"+t+" AS MATERIALIZED ("+c.text(nil)+")")
	rs := columnRefs(t, len(values))
	agree := make([]string, len(values))
	for i := range values {
		agree[i] = "(" + ls[i] + " = " + rs[i] + ")"
	}
	rows, open := " FROM q"+t+" AS "+t+" WHERE ", "(("+strings.Join(agree, " AND ")+") IS NULL)"
	mark := "(CASE WHEN (" + strings.Join(ls, ", ") + ") IN (SELECT " + strings.Join(rs, ", ") + rows + strings.Join(rs, " IS NOT NULL AND ") + " IS NOT NULL) THEN TRUE" +
		" WHEN EXISTS (SELECT 1" + rows + anyNull(rs) + " AND " + open + ") OR EXISTS (SELECT 1" + rows + anyNull(ls) + " AND " + open + ") THEN CAST(NULL AS BOOLEAN) ELSE FALSE END)"
	return left, mark, nil
}

func anyNull(cols []string) string { return "(" + strings.Join(cols, " IS NULL OR ") + " IS NULL)" }

// fixedValues are the left sides of pairs, as columns of the block where they are more than columns and literals.
func (g *generator) fixedValues(values []pair, left *block) (*block, []string, error) {
	ls, plain := make([]string, len(values)), true
	for i, p := range values {
		var err error
		if ls[i], err = (&exprSQL{cols: left.cols}).expr(p.left); err != nil {
			return nil, nil, err
		}
		switch p.left.(type) {
		case *rel.Field, *rel.Literal:
		default:
			plain = false
		}
	}
	if plain && left.plain {
		return left, ls, nil
	}
	n, inner := len(left.cols), *left
	inner.cols, inner.plain = append(slices.Clip(left.cols), ls...), false
	out := g.wrap(&inner)
	ls, out.cols = out.cols[n:], slices.Clip(out.cols[:n])
	return out, ls, nil
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
