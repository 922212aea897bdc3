package gen

import "fmt"

// from is a FROM clause, and what it makes visible.
func (g *Gen) from(depth int, outer *scope) (*Node, *scope) {
	s := &scope{outer: outer}
	first, src := g.source(depth, s)
	clause := N(first, " AS "+src.alias)
	s = s.with(src)
	most := 3
	if depth <= 0 {
		most = 2
	}
	for range g.IntN(most) {
		clause, s = g.join(clause, s, depth)
	}
	return N(" FROM ", clause), s
}

// source is a table, or what stands for one; s is what a lateral one can see.
func (g *Gen) source(depth int, s *scope) (*Node, *source) {
	switch k := g.IntN(20); {
	case k < 4 && depth > 0:
		return g.derived(depth-1, nil)
	case k < 9 && len(g.with) > 0:
		w := g.with[g.IntN(len(g.with))]
		src := *w
		src.alias = g.alias("t")
		return N(w.alias), &src
	case k == 9 && g.chance(0.5):
		alias := g.alias("r")
		return N(fmt.Sprintf("(SELECT range AS c1 FROM range(%d))", 1+g.IntN(6))), &source{alias: alias, columns: []column{{"c1", Big}}, key: []string{"c1"}}
	case k == 10 && g.chance(0.5):
		q := g.values(g.someTypes(3))
		return N("(", q.node, ")"), q.source(g.alias("t"))
	}
	t := g.tables[g.IntN(len(g.tables))]
	src := &source{alias: g.alias("t"), key: t.key(), block: t.Block}
	for _, c := range t.Columns {
		src.columns = append(src.columns, column{c.Name, c.Type})
	}
	return N(t.ref(g)), src
}

func (g *Gen) derived(depth int, outer *scope) (*Node, *source) {
	q := g.query(g.someTypes(4), depth, outer)
	return N("(", q.node, ")"), q.source(g.alias("t"))
}

// join joins another source.
func (g *Gen) join(left *Node, s *scope, depth int) (*Node, *scope) {
	if depth > 0 && g.chance(0.12) {
		n, src := g.lateral(s, depth)
		kind := g.one(", LATERAL ", " CROSS JOIN LATERAL ", " LEFT JOIN LATERAL ")
		on := ""
		if kind == " LEFT JOIN LATERAL " {
			on = " ON true"
		}
		return N(left, Optional(kind, n, " AS "+src.alias+on)), s.with(src)
	}
	n, src := g.source(depth, s)
	both := s.with(src)
	as := " AS " + src.alias
	switch k := g.IntN(20); {
	case k < 1:
		return N(left, Optional(g.one(", ", " CROSS JOIN "), n, as)), both
	case k < 3:
		on := g.on(s, src, depth)
		return N(left, Optional(g.one(" SEMI JOIN ", " ANTI JOIN "), n, as+" ON ", on)), s
	case k < 5:
		if name := commonColumn(s, src); name != "" && len(s.sources) == 1 {
			return N(left, Optional(g.one(" JOIN ", " LEFT JOIN ", " FULL JOIN ", " RIGHT JOIN "), n, as+" USING ("+name+")")), both
		}
	}
	kind := g.one(" JOIN ", " JOIN ", " LEFT JOIN ", " LEFT JOIN ", " RIGHT JOIN ", " FULL JOIN ")
	return N(left, Optional(kind, n, as+" ON ", g.on(s, src, depth))), both
}

// commonColumn is a column that both sides have, of the same type.
func commonColumn(s *scope, src *source) string {
	for _, a := range s.sources[0].columns {
		for _, b := range src.columns {
			if a == b {
				return a.name
			}
		}
	}
	return ""
}

// lateral is a derived table that sees what stands to its left.
func (g *Gen) lateral(s *scope, depth int) (*Node, *source) {
	if refs := s.refs(Ints, false); len(refs) > 0 && g.chance(0.3) {
		alias := g.alias("t")
		return N("(SELECT unnest(" + refs[g.IntN(len(refs))] + ") AS c1)"), &source{alias: alias, columns: []column{{"c1", Int}}, key: []string{"c1"}}
	}
	types := g.someTypes(3)
	from, inner := g.from(0, s)
	where := Optional(" WHERE ", g.correlation(inner))
	q := &query{node: N("SELECT ", g.items(types, 1, inner), from, where), types: types}
	switch {
	case g.chance(0.3):
		q = g.grouped(types, from, where, inner)
	case g.chance(0.2):
		q = q.sorted(g, 3)
	}
	return N("(", q.node, ")"), q.source(g.alias("t"))
}

// correlation is a condition between a scope and one around it.
func (g *Gen) correlation(s *scope) *Node {
	if s.outer != nil {
		for range 8 {
			ref, t, ok := g.anyRef(s)
			if !ok {
				break
			}
			if outer := s.outer.refs(t, false); len(outer) > 0 {
				eq := N(ref, g.one(" = ", " = ", " = ", " <> ", " < ", " IS NOT DISTINCT FROM "), outer[g.IntN(len(outer))])
				if g.chance(0.3) {
					return N(eq, Optional(g.one(" AND ", " OR "), g.expr(Bool, 1, s)))
				}
				return eq
			}
		}
	}
	return g.expr(Bool, 1, s)
}

// on is a join condition, mostly an equality.
func (g *Gen) on(s *scope, right *source, depth int) *Node {
	both := s.with(right)
	eq := g.equality(s, right)
	switch k := g.IntN(12); {
	case k < 6 && eq != nil:
		return eq
	case k < 9 && eq != nil:
		return N(eq, Optional(" AND ", g.expr(Bool, min(depth, 1)+1, both)))
	case k == 9 && eq != nil:
		return N("(", eq, " OR ", g.expr(Bool, 1, both), ")").Or(eq)
	}
	return g.expr(Bool, 2, both)
}

// equality is an equality of two columns of the same type; nil if there are none.
func (g *Gen) equality(s *scope, right *source) *Node {
	var blocks, all []string
	for _, src := range s.sources {
		for _, a := range src.columns {
			for _, b := range right.columns {
				kin := a.typ == b.typ || a.typ.class == integer && b.typ.class == integer && g.chance(0.2)
				if !kin {
					continue
				}
				eq := src.ref(a.name) + g.one(" = ", " = ", " = ", " = ", " IS NOT DISTINCT FROM ") + right.ref(b.name)
				all = append(all, eq)
				if src.block == a.name && right.block == b.name {
					blocks = append(blocks, eq)
				}
			}
		}
	}
	switch {
	case len(blocks) > 0 && g.chance(0.5):
		return N(g.one(blocks...))
	case len(all) == 0:
		return nil
	case g.chance(0.2):
		return N(List(" AND ", 1, N(g.one(all...)), N(g.one(all...))))
	}
	return N(g.one(all...))
}
