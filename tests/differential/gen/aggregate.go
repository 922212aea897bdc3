package gen

import "strings"

// aggregates are those whose result does not depend on the order of rows.
var aggregates = []template{
	tmpl(Big, "count(*)"), tmpl(Big, "count(%s)", Text), tmpl(Big, "count(%s)", Int), tmpl(Big, "count(DISTINCT %s)", Int), tmpl(Big, "count(DISTINCT %s)", Text), tmpl(Big, "count(DISTINCT %s)", Dec), tmpl(Big, "count(%s)", Date),
	tmpl(Big, "count_if(%s)::BIGINT", Bool), tmpl(Big, "count(DISTINCT %s)", Double), tmpl(Big, "approx_count_distinct(%s)", Int),
	tmpl(Huge, "sum(%s)", Int), tmpl(Huge, "sum(%s)", Big), tmpl(Huge, "sum(DISTINCT %s)", Int), tmpl(Huge, "sum(%s)", Small),
	tmpl(Quarter, "sum(%s)", Quarter), tmpl(Quarter, "sum(DISTINCT %s)", Quarter), tmpl(Quarter, "fsum(%s)", Quarter),
	tmpl(Double, "avg(%s)", Int), tmpl(Double, "avg(%s)", Quarter), tmpl(Double, "avg(%s)", Dec), tmpl(Double, "median(%s)", Int), tmpl(Double, "avg(DISTINCT %s)", Int), tmpl(Double, "quantile_cont(%s, 0.25)", Int), tmpl(Double, "avg(%s)", Big),
	tmpl(WideDec, "sum(%s)::DECIMAL(30,5)", Dec), tmpl(WideDec, "sum(DISTINCT %s)::DECIMAL(30,5)", Dec), tmpl(WideDec, "sum(%s)::DECIMAL(30,5)", WideDec),
	tmpl(Text, "string_agg(%s, ',' ORDER BY %[1]s)", Text), tmpl(Text, "string_agg(DISTINCT %s, ',' ORDER BY %[1]s)", Text), tmpl(Text, "histogram(%s)::VARCHAR", Int),
	tmpl(Ints, "list(%s ORDER BY %[1]s)", Int), tmpl(Ints, "list(%s ORDER BY %[1]s DESC NULLS LAST)", Int), tmpl(Ints, "list(DISTINCT %s ORDER BY %[1]s)", Int), tmpl(Ints, "list_sort(list(%s))", Int), tmpl(Ints, "max(%s, 2)", Int),
	tmpl(Texts, "array_agg(%s ORDER BY %[1]s)", Text), tmpl(Texts, "list_sort(list(DISTINCT %s))", Text),
	tmpl(Bool, "bool_and(%s)", Bool), tmpl(Bool, "bool_or(%s)", Bool), tmpl(Int, "bit_xor(%s)", Int), tmpl(Int, "bit_and(%s)", Int), tmpl(Int, "bit_or(%s)", Int), tmpl(Int, "quantile_disc(%s, 0.5)", Int),
}

// extremes are aggregates that give one of the values.
var extremes = []string{"min", "max", "min", "max"}

var aggregatesByType = func() map[*Type][]template {
	out := map[*Type][]template{}
	for _, t := range aggregates {
		out[t.out] = append(out[t.out], t)
	}
	return out
}()

// aggregate is an aggregate function's call of a type, over the rows of a scope.
func (g *Gen) aggregate(t *Type, depth int, s *scope) *Node {
	all := aggregatesByType[t]
	var n *Node
	switch {
	case t == Enum || t == Bit: // whose least and greatest DuckDB types in its own way
		n = N("first(", g.expr(t, depth, s), " ORDER BY ", g.keyOrder(s), ")")
	case len(all) > 0 && g.chance(0.6):
		tm := all[g.IntN(len(all))]
		args := make([]*Node, len(tm.args))
		for i, a := range tm.args {
			args[i] = g.expr(a, depth, s)
		}
		n = tm.fill(args)
	case g.chance(0.15):
		n = N(g.one("first", "last")+"(", g.expr(t, depth, s), " ORDER BY ", g.keyOrder(s), ")")
	case g.chance(0.1) && len(s.sources) == 1 && len(s.sources[0].key) == 1:
		n = N(g.one("arg_min", "arg_max")+"(", g.expr(t, depth, s), ", "+s.key()[0]+")")
	default:
		n = N(extremes[g.IntN(len(extremes))]+"(", g.expr(t, depth, s), ")")
	}
	if g.chance(0.15) && !strings.HasSuffix(n.String(), "::VARCHAR") && strings.HasSuffix(n.String(), ")") && !strings.Contains(n.String(), "::DECIMAL(30,5)") && !strings.HasPrefix(n.String(), "list_sort") {
		n = N(n, Optional(" FILTER (WHERE ", g.expr(Bool, depth, s), ")"))
	}
	return n
}

// keyOrder is an order that tells all rows of a scope apart.
func (g *Gen) keyOrder(s *scope) *Node {
	keys := s.key()
	if len(keys) == 0 {
		return N("1")
	}
	var list []*Node
	for _, k := range keys {
		list = append(list, N(k+g.direction()))
	}
	return N(List(", ", len(list), list...))
}

func (g *Gen) direction() string {
	return g.one("", "", " DESC", " NULLS FIRST", " DESC NULLS LAST", " ASC NULLS LAST", " DESC NULLS FIRST")
}

// windowCall is a window function's call of a type; nil if there is none.
func (g *Gen) windowCall(t *Type, depth int, s *scope) *Node {
	var partition []*Node
	for range g.IntN(3) {
		_, pt, ok := g.anyRef(s)
		if !ok || g.chance(0.3) {
			pt = plain[g.IntN(len(plain))]
		}
		partition = append(partition, g.expr(pt, depth-1, s))
	}
	by := N()
	if len(partition) > 0 {
		by = Optional("PARTITION BY ", List(", ", 1, partition...), " ")
	}
	total := N(" OVER (", by, "ORDER BY ", g.keyOrder(s), " ", g.rowsFrame(), ")")
	plainTotal := N(" OVER (", by, "ORDER BY ", g.keyOrder(s), ")")
	some := N(" OVER (", by, g.looseOrder(depth, s), ")")
	x := func() *Node { return g.expr(t, depth-1, s) }
	switch {
	case t == Big && g.chance(0.5):
		if g.chance(0.5) {
			return N(g.one("row_number()", "ntile(3)"), plainTotal)
		}
		return N(g.one("rank()", "dense_rank()"), some)
	case t == Double && g.chance(0.5):
		return N(g.one("percent_rank()", "cume_dist()"), some)
	case g.chance(0.3):
		return N(g.one("lag", "lead")+"(", x(), Optional(g.one(", 2", ", 1", ", 0")), Optional(g.one("", " IGNORE NULLS")), ")", plainTotal)
	case g.chance(0.4):
		return N(g.one("first_value", "last_value")+"(", x(), Optional(g.one("", " IGNORE NULLS")), ")", total)
	case g.chance(0.2):
		return N("nth_value(", x(), ", 2)", total)
	}
	call := g.windowedAggregate(t, depth-1, s)
	if g.chance(0.5) {
		return N(call, total)
	}
	return N(call, some)
}

// windowedAggregate is an aggregate function that can be windowed.
func (g *Gen) windowedAggregate(t *Type, depth int, s *scope) *Node {
	var fitting []template
	for _, tm := range aggregatesByType[t] {
		if !strings.Contains(tm.format, "::") && !strings.Contains(tm.format, "list_sort") && !strings.Contains(tm.format, "ORDER BY") && !strings.Contains(tm.format, "max(%s, 2)") {
			fitting = append(fitting, tm)
		}
	}
	if len(fitting) == 0 || g.chance(0.3) || t == Enum || t == Bit {
		if t == Enum || t == Bit {
			return N("first_value(", g.expr(t, depth, s), " ORDER BY ", g.keyOrder(s), ")")
		}
		return N(g.one("min", "max")+"(", g.expr(t, depth, s), ")", g.filter(depth, s))
	}
	tm := fitting[g.IntN(len(fitting))]
	args := make([]*Node, len(tm.args))
	for i, a := range tm.args {
		args[i] = g.expr(a, depth, s)
	}
	return N(tm.fill(args), g.filter(depth, s))
}

func (g *Gen) filter(depth int, s *scope) *Node {
	if g.chance(0.85) {
		return N()
	}
	return Optional(" FILTER (WHERE ", g.expr(Bool, depth, s), ")")
}

// rowsFrame is a frame for a total order.
func (g *Gen) rowsFrame() *Node {
	if g.chance(0.4) {
		return N()
	}
	start := g.one("UNBOUNDED PRECEDING", "1 PRECEDING", "2 PRECEDING", "CURRENT ROW")
	end := g.one("UNBOUNDED FOLLOWING", "1 FOLLOWING", "CURRENT ROW")
	if g.chance(0.1) {
		start, end = "1 FOLLOWING", "3 FOLLOWING"
	}
	return Optional(g.one("ROWS", "ROWS", "GROUPS", "ROWS")+" BETWEEN "+start+" AND "+end, Optional(g.one("", "", " EXCLUDE CURRENT ROW", " EXCLUDE TIES", " EXCLUDE GROUP")))
}

// looseOrder is an order, perhaps none, that leaves peers among which nothing may be told apart.
func (g *Gen) looseOrder(depth int, s *scope) *Node {
	switch g.IntN(4) {
	case 0:
		return N()
	case 1:
		return N("ORDER BY ", g.expr(Int, depth-1, s), g.one("", " DESC"), " RANGE BETWEEN ", g.one("1 PRECEDING", "UNBOUNDED PRECEDING", "CURRENT ROW"), " AND ", g.one("2 FOLLOWING", "CURRENT ROW", "UNBOUNDED FOLLOWING"))
	case 2:
		return N("ORDER BY ", g.expr(g.comparable(s), depth-1, s), g.direction(), " GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW")
	}
	return N("ORDER BY ", g.expr(g.comparable(s), depth-1, s), g.direction())
}
