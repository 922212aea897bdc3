package gen

import (
	"fmt"
	"strings"
)

// query is a query that gives columns c1, c2, … of some types.
type query struct {
	node  *Node
	types []*Type
	// bare queries cannot be followed by ORDER BY: they have one, or are not a SELECT.
	bare bool
}

func columnNames(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("c%d", i+1))
	}
	return out
}

// source is the query as a derived table of that name.
func (q *query) source(alias string) *source {
	s := &source{alias: alias, key: columnNames(len(q.types))}
	for i, t := range q.types {
		s.columns = append(s.columns, column{s.key[i], t})
	}
	return s
}

// sorted is the query in a total order, with at most limit rows if that is not 0.
func (q *query) sorted(g *Gen, limit int) *query {
	n := N(q.node)
	if q.bare {
		n = N("SELECT * FROM (", q.node, ") AS "+g.alias("o"))
	}
	if g.chance(0.2) {
		n.parts = append(n.parts, " ORDER BY ALL"+g.direction())
	} else {
		var keys []string
		for _, i := range g.Perm(len(q.types)) {
			key := fmt.Sprint(i + 1)
			if g.chance(0.3) {
				key = fmt.Sprintf("c%d", i+1)
			}
			keys = append(keys, key+g.direction())
		}
		n.parts = append(n.parts, " ORDER BY "+strings.Join(keys, ", "))
	}
	if limit > 0 {
		n.parts = append(n.parts, Optional(fmt.Sprintf(" LIMIT %d", g.IntN(limit+1))))
		if g.chance(0.3) {
			n.parts = append(n.parts, Optional(fmt.Sprintf(" OFFSET %d", g.IntN(3))))
		}
	}
	return &query{node: n.Or(q.node), types: q.types, bare: true}
}

func (q *query) or(others ...*query) *query {
	for _, o := range others {
		q.node.Or(o.node)
	}
	return q
}

// query makes a query of some depth.
func (g *Gen) query(types []*Type, depth int, outer *scope) *query {
	if depth > 0 {
		switch g.IntN(16) {
		case 0, 1:
			return g.setOperation(types, depth, outer)
		case 2, 3:
			return g.withQuery(types, depth, outer)
		case 4:
			return g.query(types, depth-1, outer).sorted(g, 12)
		case 5:
			if g.chance(0.4) {
				return g.values(types)
			}
		}
	}
	return g.core(types, depth, outer)
}

func (g *Gen) setOperation(types []*Type, depth int, outer *scope) *query {
	a, b := g.query(types, depth-1, outer), g.query(types, depth-1, outer)
	n := N("(", a.node, ")")
	ops := []string{" UNION ", " UNION ALL ", " EXCEPT ", " INTERSECT ", " UNION ALL ", " EXCEPT ALL ", " INTERSECT ALL ", " UNION BY NAME ", " UNION ALL BY NAME "}
	n.parts = append(n.parts, Optional(g.one(ops...)+"(", b.node, ")"))
	if g.chance(0.2) {
		c := g.query(types, depth-1, outer)
		n.parts = append(n.parts, Optional(g.one(ops...)+"(", c.node, ")"))
	}
	return (&query{node: n, types: types}).or(a, b)
}

func (g *Gen) values(types []*Type) *query {
	var rows []*Node
	for range 1 + g.IntN(4) {
		var row []*Node
		for _, t := range types {
			row = append(row, N("CAST(", g.literal(t), " AS "+t.SQL+")"))
		}
		rows = append(rows, N("(", List(", ", len(row), row...), ")"))
	}
	names := columnNames(len(types))
	n := N("SELECT * FROM (VALUES ", List(", ", 1, rows...), ") AS "+g.alias("v")+"("+strings.Join(names, ", ")+")")
	return &query{node: n, types: types}
}

// withQuery is a query with common table expressions, which are used several times.
func (g *Gen) withQuery(types []*Type, depth int, outer *scope) *query {
	n, before := N("WITH "), len(g.with)
	for i := range 1 + g.IntN(2) {
		name := g.alias("w")
		q := g.query(g.someTypes(4), depth-1, nil)
		if i > 0 {
			n.parts = append(n.parts, ", ")
		}
		n.parts = append(n.parts, name+g.one(" AS ", " AS ", " AS MATERIALIZED ", " AS NOT MATERIALIZED ")+"(", q.node, ")")
		g.with = append(g.with, q.source(name), q.source(name))
	}
	q := g.query(types, depth-1, outer)
	g.with = g.with[:before]
	if strings.HasPrefix(q.node.String(), "WITH") {
		n.parts = append(n.parts, " (", q.node, ")")
	} else {
		n.parts = append(n.parts, " ", q.node)
	}
	return &query{node: n.Or(q.node), types: types, bare: true}
}

// core is one SELECT.
func (g *Gen) core(types []*Type, depth int, outer *scope) *query {
	from, s := g.from(depth, outer)
	// Types that the tables have say more than constants do.
	where := N()
	if g.chance(0.5) {
		where = Optional(" WHERE ", g.expr(Bool, 2, s))
	}
	switch k := g.IntN(12); {
	case k < 3:
		return g.grouped(types, from, where, s)
	case k == 3:
		return g.windowed(types, from, where, s)
	case k == 4:
		n := N("SELECT DISTINCT ", g.items(types, 1, s), from, where)
		return &query{node: n, types: types}
	case k == 5 && g.chance(0.6):
		ref, _, ok := g.anyRef(s)
		if !ok {
			break
		}
		on := N(ref)
		n := N("SELECT DISTINCT ON (", on, ") ", g.items(types, 1, s), from, where, " ORDER BY ", on, g.direction()+", ", g.keyOrder(s))
		return &query{node: n, types: types, bare: true}
	case k == 6 && g.chance(0.3):
		if refs := s.refs(Ints, false); len(refs) > 0 {
			n := N("SELECT ", g.itemsBut(types, Int, "unnest("+refs[g.IntN(len(refs))]+")", s), from, where)
			return &query{node: n, types: types}
		}
	}
	n := N("SELECT ", g.items(types, 2, s), from, where)
	return &query{node: n, types: types}
}

// items is a select list.
func (g *Gen) items(types []*Type, depth int, s *scope) *Node {
	return g.list(types, func(t *Type) *Node { return g.expr(t, depth, s) })
}

func (g *Gen) list(types []*Type, item func(*Type) *Node) *Node {
	var items []*Node
	for i, t := range types {
		items = append(items, N(g.typed(t, item(t)), fmt.Sprintf(" AS c%d", i+1)))
	}
	return List(", ", 1, items...)
}

// typed is an expression whose type is no other: constants may be of a narrower one.
func (g *Gen) typed(t *Type, n *Node) *Node {
	if t == Int || t == Text || t == Bool || g.chance(0.2) {
		return n
	}
	return N("CAST(", n, " AS "+t.SQL+")")
}

// itemsBut is a select list that has one expression in the place of a type's first column.
func (g *Gen) itemsBut(types []*Type, t *Type, expr string, s *scope) *Node {
	used := false
	return g.list(types, func(at *Type) *Node {
		if at == t && !used {
			used = true
			return N(expr)
		}
		return g.expr(at, 1, s)
	})
}

// grouped is an aggregation.
func (g *Gen) grouped(types []*Type, from, where *Node, s *scope) *query {
	var groups []*Node
	byType := map[*Type][]*Node{}
	plainOuter := &scope{outer: s.outer}
	for range g.IntN(4) {
		ref, t, ok := g.anyRef(s)
		if !ok {
			break
		}
		n := N(ref)
		if g.chance(0.25) {
			n = g.expr(t, 1, s)
		} else {
			alias, name, _ := strings.Cut(ref, ".")
			plainOuter.sources = append(plainOuter.sources, &source{alias: alias, columns: []column{{name, t}}})
		}
		groups = append(groups, n)
		byType[t] = append(byType[t], n)
	}
	inner := &scope{sources: plainOuter.sources, outer: s.outer}
	inner.leaf = func(t *Type) *Node {
		if list := byType[t]; len(list) > 0 && g.chance(0.6) {
			return N(list[g.IntN(len(list))])
		}
		return g.aggregate(t, 1, s)
	}
	item := func(t *Type) *Node { return g.expr(t, g.IntN(2), inner) }
	by, sets := g.groupBy(groups)
	if sets && g.chance(0.3) {
		old := item
		item = func(t *Type) *Node {
			if t == Big {
				return N("GROUPING(", groups[0], ")")
			}
			return old(t)
		}
	}
	n := N("SELECT ", g.list(types, item), from, where, by)
	if g.chance(0.25) {
		n.parts = append(n.parts, Optional(" HAVING ", g.expr(Bool, 2, inner)))
	}
	return &query{node: n, types: types}
}

// groupBy is the clause, and whether it has several grouping sets.
func (g *Gen) groupBy(groups []*Node) (clause *Node, sets bool) {
	if len(groups) == 0 {
		return N(), false
	}
	list := func() *Node {
		var refs []*Node
		for _, n := range groups {
			refs = append(refs, N(n))
		}
		return List(", ", len(refs), refs...)
	}
	plain := func() *Node { return N(" GROUP BY ", list()) }
	switch g.IntN(8) {
	case 0:
		return N(" GROUP BY "+g.one("ROLLUP", "CUBE")+" (", list(), ")").Or(plain()), true
	case 1:
		return N(" GROUP BY GROUPING SETS (", List(", ", 1, N("(", list(), ")"), N("()"), N("(", N(groups[0]), ")")), ")").Or(plain()), true
	}
	return plain(), false
}

// windowed is a SELECT with window functions.
func (g *Gen) windowed(types []*Type, from, where *Node, s *scope) *query {
	some := false
	item := func(t *Type) *Node {
		if !g.chance(0.6) {
			return g.expr(t, 1, s)
		}
		some = true
		w := N(g.windowCall(t, 1, s)).Or(zero(t))
		if g.chance(0.2) && t.class != structOf {
			return N("COALESCE(", List(", ", 1, w, g.expr(t, 0, s)), ")").Or(w)
		}
		return w
	}
	n := N("SELECT ", g.list(types, item), from, where)
	if g.chance(0.3) {
		over := N("row_number() OVER (", Optional("PARTITION BY ", g.expr(g.comparable(s), 1, s), " "), "ORDER BY ", g.keyOrder(s), ")")
		n.parts = append(n.parts, Optional(" QUALIFY ", over, fmt.Sprintf(" <= %d", 1+g.IntN(3))))
		some = true
	}
	return &query{node: n, types: types, bare: !some}
}
