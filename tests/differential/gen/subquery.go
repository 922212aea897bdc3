package gen

import "fmt"

// inner is the FROM and WHERE of a subquery, correlated mostly.
func (g *Gen) inner(depth int, s *scope) (from, where *Node, inner *scope) {
	outer := s
	if s.leaf != nil {
		outer = &scope{sources: s.sources, outer: s.outer}
	}
	from, inner = g.from(depth-1, outer)
	where = N()
	if g.chance(0.75) {
		where = Optional(" WHERE ", g.correlation(inner))
	}
	return from, where, inner
}

// scalarSubquery is a subquery that gives one value of a type.
func (g *Gen) scalarSubquery(t *Type, depth int, s *scope) *Node {
	from, where, inner := g.inner(depth, s)
	if g.chance(0.25) {
		x := g.expr(t, 1, inner)
		return N("(SELECT ", x, from, where, " ORDER BY 1"+g.direction(), " LIMIT 1", Optional(g.one("", "", " OFFSET 1")), ")")
	}
	if t == Ints && g.chance(0.3) {
		return N("ARRAY(SELECT ", g.expr(Int, 1, inner), from, where, " ORDER BY 1)")
	}
	having := N()
	if g.chance(0.1) {
		having = Optional(fmt.Sprintf(" HAVING count(*) > %d", g.IntN(3)))
	}
	return N("(SELECT ", g.aggregate(t, 1, inner), from, where, having, ")")
}

// subqueryCondition is a condition on a subquery.
func (g *Gen) subqueryCondition(depth int, s *scope) *Node {
	t := g.comparable(s)
	switch g.IntN(8) {
	case 0, 1:
		from, where, inner := g.inner(depth, s)
		what := N("1")
		if g.chance(0.2) {
			what = g.aggregate(Big, 1, inner)
		}
		return N(g.one("EXISTS (", "NOT EXISTS (")+"SELECT ", what, from, where, ")")
	case 2, 3, 4:
		q := g.subquery([]*Type{t}, depth, s)
		return N("(", g.expr(t, 1, s), g.one(" IN (", " NOT IN ("), q, "))")
	case 5:
		q := g.subquery([]*Type{t}, depth, s)
		return N("(", g.expr(t, 1, s), g.one(" = ", " <> ", " < ", " >= ")+g.one("ANY (", "ALL ("), q, "))")
	case 6:
		u := g.comparable(s)
		q := g.subquery([]*Type{t, u}, depth, s)
		return N("((", g.expr(t, 1, s), ", ", g.expr(u, 1, s), ")", g.one(" IN (", " NOT IN ("), q, "))")
	}
	return N("(", g.expr(t, 1, s), g.one(" = ", " < ", " <> "), g.scalarSubquery(t, depth, s), ")")
}

// subquery gives rows of some types.
func (g *Gen) subquery(types []*Type, depth int, s *scope) *Node {
	if g.chance(0.2) && s.leaf == nil {
		return g.query(types, depth-1, s).node
	}
	from, where, inner := g.inner(depth, s)
	if g.chance(0.2) {
		return g.grouped(types, from, where, inner).node
	}
	return N("SELECT ", g.items(types, 1, inner), from, where)
}
