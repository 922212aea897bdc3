package gen

import (
	"fmt"
	"strings"
)

// template is an expression of a type with holes, %s, for others.
type template struct {
	out    *Type
	format string
	args   []*Type
}

func tmpl(out *Type, format string, args ...*Type) template { return template{out, format, args} }

// templates are functions and operators that do not fail for any row, so that it does not matter
// for which of them they are evaluated.
var templates = []template{
	tmpl(Int, "(%s % 100 + %s % 100)", Int, Int), tmpl(Int, "(%s % 50 * 3 - 1)", Int), tmpl(Int, "abs(%s % 50)", Int), tmpl(Int, "(- (%s % 9))", Int),
	tmpl(Int, "(%s % 8 & %s % 8)", Int, Int), tmpl(Int, "xor(%s, 3)", Int), tmpl(Int, "(%s)[1]", Ints), tmpl(Int, "(%s).a", Struct),
	tmpl(Int, "TRY_CAST(%s AS INTEGER)", Text), tmpl(Int, "TRY_CAST(%s AS INTEGER)", Double), tmpl(Int, "TRY_CAST(%s AS INTEGER)", Big),
	tmpl(Int, "%s::INTEGER", Bool), tmpl(Int, "%s::INTEGER", Small), tmpl(Int, "sign(%s)::INTEGER", Dec), tmpl(Int, "unicode(%s)", Text),
	tmpl(Int, "list_sum([%s % 10, %s % 10])::INTEGER", Int, Int), tmpl(Int, "bit_count(%s)::INTEGER", Int),
	tmpl(Small, "(%s % 100)::SMALLINT", Int), tmpl(Small, "TRY_CAST(%s AS SMALLINT)", Big),
	tmpl(Big, "length(%s)", Text), tmpl(Big, "len(%s)", Ints), tmpl(Big, "len(%s)", Texts), tmpl(Big, "%s::BIGINT", Int), tmpl(Big, "(%s % 1000 + %s % 7)", Big, Int),
	tmpl(Big, "(%s % 1000 // 3)", Big), tmpl(Big, "(%s % 7)", Big), tmpl(Big, "year(%s)", Date), tmpl(Big, "month(%s)", Stamp), tmpl(Big, "day(%s)", Date), tmpl(Big, "dayofweek(%s)", Date),
	tmpl(Big, "hour(%s)", Stamp), tmpl(Big, "extract(quarter FROM %s)", Date), tmpl(Big, "instr(%s, 'a')", Text), tmpl(Big, "strpos(%s, %s)", Text, Text), tmpl(Big, "TRY_CAST(%s AS BIGINT)", UBig),
	tmpl(Big, "CASE WHEN isfinite(%s) THEN date_diff('day', DATE '2024-01-01', %[1]s) END", Date), tmpl(Big, "list_position(%s, %s)::BIGINT", Ints, Int), tmpl(Big, "levenshtein(left(%s, 5), 'ab')", Text),
	tmpl(Huge, "%s::HUGEINT", Big), tmpl(Huge, "(%s::HUGEINT * 3)", Big), tmpl(UBig, "abs(%s % 100)::UBIGINT", Int),
	tmpl(Quarter, "(%s + %s)", Quarter, Quarter), tmpl(Quarter, "(%s * 2)", Quarter), tmpl(Quarter, "(- %s)", Quarter), tmpl(Quarter, "(%s % 100)::DOUBLE", Int), tmpl(Quarter, "abs(%s)", Quarter), tmpl(Quarter, "floor(%s)", Quarter),
	tmpl(Double, "sqrt(abs(%s))", Quarter), tmpl(Double, "(%s / 3)", Double), tmpl(Double, "round(%s, 1)", Quarter), tmpl(Double, "%s::DOUBLE", Dec), tmpl(Double, "%s::DOUBLE", Float), tmpl(Double, "(%s / NULLIF(%s, 0))", Int, Int), tmpl(Double, "%s::DOUBLE", Big),
	tmpl(Float, "%s::FLOAT", Quarter), tmpl(Float, "(%s * 2)", Float),
	tmpl(Dec, "TRY_CAST(%s + %s AS DECIMAL(9,2))", Dec, Dec), tmpl(Dec, "(%s % 1000)::DECIMAL(9,2)", Int), tmpl(Dec, "round(%s, 1)::DECIMAL(9,2)", Dec), tmpl(Dec, "(- %s)", Dec), tmpl(Dec, "abs(%s)", Dec),
	tmpl(WideDec, "%s::DECIMAL(30,5)", Dec), tmpl(WideDec, "TRY_CAST(%s * %s AS DECIMAL(30,5))", Dec, Dec), tmpl(WideDec, "%s::DECIMAL(30,5)", Big),
	tmpl(Text, "(%s || %s)", Text, Text), tmpl(Text, "upper(%s)", Text), tmpl(Text, "lower(%s)", Text), tmpl(Text, "trim(%s)", Text), tmpl(Text, "left(%s, 2)", Text), tmpl(Text, "substring(%s, 2, 2)", Text),
	tmpl(Text, "replace(%s, 'a', 'bb')", Text), tmpl(Text, "reverse(%s)", Text), tmpl(Text, "concat(%s, '-', %s)", Text, Int), tmpl(Text, "concat_ws(',', %s, %s)", Text, Text), tmpl(Text, "%s::VARCHAR", Int),
	tmpl(Text, "%s::VARCHAR", Big), tmpl(Text, "%s::VARCHAR", Dec), tmpl(Text, "%s::VARCHAR", Date), tmpl(Text, "%s::VARCHAR", Stamp), tmpl(Text, "%s::VARCHAR", Bool), tmpl(Text, "(%s + 0)::VARCHAR", Quarter), tmpl(Text, "%s::VARCHAR", Ints),
	tmpl(Text, "%s::VARCHAR", Struct), tmpl(Text, "%s::VARCHAR", UUID), tmpl(Text, "%s::VARCHAR", Enum), tmpl(Text, "%s::VARCHAR", StampTZ), tmpl(Text, "%s::VARCHAR", Huge), tmpl(Text, "(%s).b", Struct), tmpl(Text, "(%s)[1]", Texts),
	tmpl(Text, "lpad(%s, 3, '*')", Text), tmpl(Text, "array_to_string(%s, '+')", Texts), tmpl(Text, "md5(%s)", Text), tmpl(Text, "regexp_replace(%s, '[ab]+', '<>')", Text), tmpl(Text, "split_part(%s, 'b', 1)", Text),
	tmpl(Text, "strftime(%s, '%Y/%m')", Date), tmpl(Text, "chr(97 + abs(%s % 20))", Int), tmpl(Text, "format('{}:{}', %s, %s)", Int, Text), tmpl(Text, "left(hex(%s), 4)", Text), tmpl(Text, "strip_accents(%s)", Text),
	tmpl(Text, "CASE %s WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE %s END", Int, Text), tmpl(Text, "ifnull(%s, '?')", Text), tmpl(Text, "((%s::JSON)->>'$')", Int),
	tmpl(Date, "CASE WHEN isfinite(%s) THEN %[1]s + %s % 10 END", Date, Int), tmpl(Date, "%s::DATE", Stamp), tmpl(Date, "last_day(%s)", Date), tmpl(Date, "date_trunc('month', %s)::DATE", Date), tmpl(Date, "TRY_CAST(%s AS DATE)", Text),
	tmpl(Stamp, "%s::TIMESTAMP", Date), tmpl(Stamp, "(%s + INTERVAL 1 DAY)", Stamp), tmpl(Stamp, "date_trunc('day', %s)", Stamp), tmpl(Stamp, "(%s + %s)", Stamp, Interval), tmpl(Stamp, "%s::TIMESTAMP", StampS), tmpl(Stamp, "TRY_CAST(%s AS TIMESTAMP)", Text),
	tmpl(StampTZ, "%s::TIMESTAMPTZ", Stamp), tmpl(StampNS, "TRY_CAST(%s AS TIMESTAMP_NS)", StampS), tmpl(Interval, "to_hours(%s % 5)", Int),
	tmpl(Ints, "[%s, %s]", Int, Int), tmpl(Ints, "list_sort(%s)", Ints), tmpl(Ints, "list_reverse(%s)", Ints), tmpl(Ints, "list_concat(%s, %s)", Ints, Ints), tmpl(Ints, "list_transform(%s, x -> x % 10 + 1)", Ints), tmpl(Ints, "list_filter(%s, x -> x > 1)", Ints),
	tmpl(Ints, "(%s)[1:1]", Ints), tmpl(Ints, "list_sort(list_distinct(%s))", Ints), tmpl(Ints, "list_append(%s, %s)", Ints, Int),
	tmpl(Texts, "string_split(%s, 'b')", Text), tmpl(Texts, "[%s]", Text), tmpl(Texts, "list_sort(%s)", Texts),
	tmpl(Struct, "{'a': %s, 'b': %s}", Int, Text), tmpl(Struct, "struct_pack(a := %s, b := %s)", Int, Text), tmpl(Blob, "encode(%s)", Text),
	tmpl(Bool, "(%s IS NULL)", Int), tmpl(Bool, "(%s IS NOT NULL)", Text), tmpl(Bool, "(NOT %s)", Bool), tmpl(Bool, "(%s AND %s)", Bool, Bool), tmpl(Bool, "(%s OR %s)", Bool, Bool), tmpl(Bool, "(%s AND %s)", Bool, Bool), tmpl(Bool, "(%s OR %s)", Bool, Bool),
	tmpl(Bool, "(%s LIKE 'a%')", Text), tmpl(Bool, "(%s NOT LIKE '%b')", Text), tmpl(Bool, "(%s ILIKE 'A_')", Text), tmpl(Bool, "contains(%s, 'a')", Text), tmpl(Bool, "starts_with(%s, %s)", Text, Text), tmpl(Bool, "regexp_matches(%s, 'a.?b')", Text),
	tmpl(Bool, "list_contains(%s, %s)", Ints, Int), tmpl(Bool, "isnan(%s)", Double), tmpl(Bool, "(%s IS TRUE)", Bool), tmpl(Bool, "(%s IS NOT FALSE)", Bool), tmpl(Bool, "isfinite(%s)", Date), tmpl(Bool, "%s::BOOLEAN", Int), tmpl(Bool, "(%s % 2 = 0)", Big),
	tmpl(Bool, "(%s % 2 = 1)", Int), tmpl(Bool, "(%s GLOB '*b*')", Text), tmpl(Bool, "(%s = %s)", Int, Big), tmpl(Bool, "(%s < %s)", Dec, Double), tmpl(Bool, "(%s >= %s)", Date, Stamp), tmpl(Bool, "list_has_any(%s, %s)", Ints, Ints),
	tmpl(Bool, "(%s SIMILAR TO '[a-c]+')", Text), tmpl(Bool, "(%s = %s)", UBig, Int), tmpl(Bool, "(%s > %s)", Float, Quarter), tmpl(Bool, "(%s <> %s)", Stamp, StampTZ),
}

var byType = func() map[*Type][]template {
	out := map[*Type][]template{}
	for _, t := range templates {
		out[t.out] = append(out[t.out], t)
	}
	return out
}()

// expr is an expression of a type.
func (g *Gen) expr(t *Type, depth int, s *scope) *Node {
	if depth <= 0 || g.chance(0.35) {
		return g.leaf(t, s)
	}
	arg := func() *Node { return g.expr(t, depth-1, s) }
	var n *Node
	switch k := g.IntN(20); {
	case k < 2:
		a, b := arg(), arg()
		n = N("CASE WHEN ", g.expr(Bool, depth-1, s), " THEN ", a, Optional(" ELSE ", b), " END").Or(a, b)
	case k == 2:
		a, b := arg(), arg()
		n = N("COALESCE(", List(", ", 1, a, b), ")").Or(a, b)
	case k == 3:
		a := arg()
		n = N("NULLIF(", a, ", ", arg(), ")").Or(a)
	case k == 4 && t.class != structOf && t.class != listOf && t.class != boolean && t != Bit && t != Enum:
		a, b := arg(), arg()
		n = N(g.one("greatest", "least")+"(", List(", ", 1, a, b), ")").Or(a, b)
	case k == 5 && depth > 1:
		n = g.scalarSubquery(t, depth-1, s)
	case k < 12 && t == Bool:
		n = g.condition(depth-1, s)
	default:
		n = g.templated(t, depth-1, s)
	}
	return n.Or(zero(t))
}

// leaf is a column, or a constant.
func (g *Gen) leaf(t *Type, s *scope) *Node {
	if s.leaf != nil && g.chance(0.85) {
		return s.leaf(t)
	}
	if refs := s.refs(t, g.chance(0.5)); len(refs) > 0 && s.leaf == nil && g.chance(0.85) {
		return N(refs[g.IntN(len(refs))]).Or(zero(t))
	}
	// Something of another type may be turned into it.
	if s.leaf == nil && g.chance(0.6) {
		if n := g.converted(t, s); n != nil {
			return n.Or(zero(t))
		}
	}
	return g.literal(t).Or(zero(t))
}

// converted is a template with a column in each hole.
func (g *Gen) converted(t *Type, s *scope) *Node {
	all := byType[t]
	if len(all) == 0 {
		return nil
	}
	tm := all[g.IntN(len(all))]
	args := make([]*Node, len(tm.args))
	for i, a := range tm.args {
		refs := s.refs(a, false)
		if len(refs) == 0 {
			return nil
		}
		args[i] = N(refs[g.IntN(len(refs))]).Or(zero(a))
	}
	return tm.fill(args)
}

func (g *Gen) templated(t *Type, depth int, s *scope) *Node {
	all := byType[t]
	if len(all) == 0 {
		return g.leaf(t, s)
	}
	tm := all[g.IntN(len(all))]
	args := make([]*Node, len(tm.args))
	for i, a := range tm.args {
		args[i] = g.expr(a, depth, s)
	}
	return tm.fill(args)
}

// fill puts nodes into the holes, %s in order and %[1]s for the first again.
func (t template) fill(args []*Node) *Node {
	n := N()
	rest, next := t.format, 0
	for rest != "" {
		at := strings.IndexByte(rest, '%')
		again := at >= 0 && strings.HasPrefix(rest[at:], "%[1]s")
		hole := at >= 0 && strings.HasPrefix(rest[at:], "%s")
		switch {
		case at < 0:
			n.parts, rest = append(n.parts, rest), ""
		case again:
			n.parts, rest = append(n.parts, rest[:at], args[0]), rest[at+5:]
		case hole:
			n.parts, rest = append(n.parts, rest[:at], args[next]), rest[at+2:]
			next++
		default:
			n.parts, rest = append(n.parts, rest[:at+1]), rest[at+1:]
		}
	}
	for i, a := range t.args {
		if a == t.out {
			n.Or(args[i])
		}
	}
	return n
}

// condition is a predicate, over subqueries now and then.
func (g *Gen) condition(depth int, s *scope) *Node {
	if depth > 0 && g.chance(0.3) {
		return g.subqueryCondition(depth, s)
	}
	t := g.comparable(s)
	a := g.expr(t, depth-1, s)
	b := func() *Node { return g.expr(t, depth-1, s) }
	switch g.IntN(8) {
	case 0:
		return N("(", a, g.one(" IS DISTINCT FROM ", " IS NOT DISTINCT FROM "), b(), ")")
	case 1:
		return N("(", a, g.one(" BETWEEN ", " NOT BETWEEN "), b(), " AND ", b(), ")")
	case 2:
		var list []*Node
		for range 1 + g.IntN(5) {
			list = append(list, g.literal(t))
		}
		return N("(", a, g.one(" IN (", " NOT IN ("), List(", ", 1, list...), "))")
	case 3:
		return N("(", a, g.one(" IS NULL", " IS NOT NULL"), ")")
	}
	return N("(", a, g.one(" = ", " = ", " <> ", " < ", " <= ", " > ", " >= "), b(), ")")
}

// comparable is a type of which the scope has a column.
func (g *Gen) comparable(s *scope) *Type {
	if _, t, ok := g.anyRef(s); ok && t.class != structOf && s.leaf == nil {
		return t
	}
	return plain[g.IntN(len(plain))]
}

// Samples are queries, by "expression AS type", that tell the type of each template.
func Samples() map[string]string {
	out := map[string]string{}
	for _, list := range [][]template{templates, aggregates} {
		for _, t := range list {
			args, columns := make([]*Node, len(t.args)), []string{"1"}
			for i, a := range t.args {
				args[i] = N(fmt.Sprintf("x%d", i))
				columns = append(columns, fmt.Sprintf("NULL::%s AS x%d", a.SQL, i))
			}
			e := t.fill(args).String()
			out[e+" AS "+t.out.SQL] = "SELECT column_type FROM (DESCRIBE SELECT " + e + " FROM (SELECT " + strings.Join(columns, ", ") + "))"
		}
	}
	return out
}
