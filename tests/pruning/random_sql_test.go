package pruning

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// generator makes random queries over the random tables.
type generator struct {
	*rand.Rand
	columns []*randomColumn
	// block is the table's block column, nil if there is none.
	block *randomColumn
	// prefix qualifies columns.
	prefix string
}

var operators = []string{"=", "<>", "<", "<=", ">", ">="}

// query is a random query whose rows do not depend on an order.
func (g *generator) query(t randomTable) string {
	from := t.dataset + ".t"
	if i := slices.IndexFunc(g.columns, func(c *randomColumn) bool { return c.name == t.block }); i >= 0 {
		g.block = g.columns[i]
	}
	switch g.IntN(20) {
	case 0, 1:
		if t.block != "" {
			return g.join(t)
		}
	case 2:
		return fmt.Sprintf("WITH c AS (SELECT * FROM %s WHERE %s) SELECT id FROM c WHERE %s", from, g.predicate(1), g.predicate(2))
	case 3:
		return fmt.Sprintf("SELECT count(*) AS n, min(id) AS least, max(id) AS most FROM %s WHERE %s", from, g.predicate(2))
	case 4:
		c := g.column()
		return fmt.Sprintf("SELECT %[1]s, count(*) AS n FROM %[2]s GROUP BY %[1]s HAVING %[3]s", c.name, from, g.only(c).simple(c))
	case 5:
		c := g.column()
		return fmt.Sprintf("SELECT id FROM (SELECT id, %s AS %s FROM %s WHERE %s) WHERE %s", g.expr(c), c.name, from, g.predicate(1), g.only(c).simple(c))
	case 6:
		return fmt.Sprintf("SELECT * FROM (SELECT 1 AS part, id FROM %[1]s.t WHERE %[2]s UNION ALL SELECT 2, id FROM %[1]s.u WHERE %[3]s) WHERE part >= %[4]d",
			t.dataset, g.predicate(1), g.predicate(1), 1+g.IntN(2))
	}
	return fmt.Sprintf("SELECT id FROM %s WHERE %s", from, g.predicate(3))
}

// join is a join on the block with conditions on either side.
func (g *generator) join(t randomTable) string {
	a, b := *g, *g
	a.prefix, b.prefix = "a.", "b."
	either := func(depth int) string {
		if g.IntN(2) == 0 {
			return a.predicate(depth)
		}
		return b.predicate(depth)
	}
	if g.IntN(3) == 0 {
		return fmt.Sprintf("SELECT id FROM %[1]s.t AS a WHERE %[2]s AND %[3]s EXISTS (SELECT 1 FROM %[1]s.u AS b WHERE b.%[4]s = a.%[4]s AND %[5]s)",
			t.dataset, a.predicate(1), one(g.Rand, "", "NOT"), t.block, either(1))
	}
	return fmt.Sprintf("SELECT a.id AS a, b.id AS b FROM %[1]s.t AS a %[2]s JOIN %[1]s.u AS b ON a.%[3]s = b.%[3]s AND %[4]s WHERE %[5]s",
		t.dataset, one(g.Rand, "INNER", "LEFT", "RIGHT", "FULL"), t.block, either(1), either(1))
}

// column is any column, the block column more often.
func (g *generator) column() *randomColumn {
	if g.block != nil && chance(g.Rand, 0.2) {
		return g.block
	}
	return g.columns[g.IntN(len(g.columns))]
}

// only is a generator that knows one column.
func (g *generator) only(c *randomColumn) *generator {
	return &generator{Rand: g.Rand, columns: []*randomColumn{c}}
}

// predicate is a condition of bounded depth.
func (g *generator) predicate(depth int) string {
	if depth == 0 || chance(g.Rand, 0.25) {
		return g.simple(g.column())
	}
	p := func() string { return g.predicate(depth - 1) }
	switch g.IntN(12) {
	case 0, 1, 2, 3:
		return fmt.Sprintf("(%s AND %s)", p(), p())
	case 4, 5, 6:
		return fmt.Sprintf("(%s OR %s)", p(), p())
	case 7, 8, 9:
		return fmt.Sprintf("(NOT %s)", p())
	case 10:
		return fmt.Sprintf("(CASE WHEN %s THEN %s ELSE %s END)", p(), p(), p())
	}
	return fmt.Sprintf(one(g.Rand, "COALESCE(%s, false)", "(%s IS TRUE)", "(%s IS NOT FALSE)", "(%s IS NULL)", "((%s) = true)"), p())
}

// simple is a condition on one column.
func (g *generator) simple(c *randomColumn) string {
	e := g.expr(c)
	switch g.IntN(16) {
	case 0:
		return fmt.Sprintf("(%s %s BETWEEN %s AND %s)", e, one(g.Rand, "", "NOT"), g.literal(c), g.literal(c))
	case 1, 2:
		var list []string
		for range 1 + g.IntN(8) {
			list = append(list, g.literal(c))
		}
		return fmt.Sprintf("(%s %s IN (%s))", e, one(g.Rand, "", "NOT"), strings.Join(list, ", "))
	case 3:
		return fmt.Sprintf("(%s IS %s NULL)", e, one(g.Rand, "", "NOT"))
	case 4:
		return fmt.Sprintf("(%s IS %s DISTINCT FROM %s)", e, one(g.Rand, "", "NOT"), g.literal(c))
	case 5:
		return fmt.Sprintf("(%s %s %s)", g.literal(c), one(g.Rand, operators...), e)
	case 6:
		if c.typ == "VARCHAR" {
			start := []rune(g.seen(c))
			return fmt.Sprintf("(%s %s LIKE %s)", e, one(g.Rand, "", "NOT"), quote(string(start[:min(len(start), g.IntN(4))])+one(g.Rand, "%", "_%", "", "%1")))
		}
	case 7:
		if other := g.column(); len(other.kin) == len(c.kin) && len(c.kin) > 1 {
			return fmt.Sprintf("(%s %s %s)", e, one(g.Rand, operators...), g.prefix+other.name)
		}
	case 8:
		if c.typ == "BOOLEAN" {
			return e
		}
		if g.IntN(4) == 0 {
			return one(g.Rand, "true", "false", "NULL", "(1 = 0)", "(1 = 1)", "(NULL = 1)")
		}
	}
	return fmt.Sprintf("(%s %s %s)", e, one(g.Rand, operators...), g.literal(c))
}

// expr is a column or something computed from it.
func (g *generator) expr(c *randomColumn) string {
	name := g.prefix + c.name
	switch {
	case chance(g.Rand, 0.2):
		return "(" + strings.ReplaceAll(one(g.Rand, c.shift...), "%s", name) + ")"
	case chance(g.Rand, 0.05):
		return fmt.Sprintf("%s(%s, %s)", one(g.Rand, "COALESCE", "NULLIF"), name, g.literal(c))
	}
	return name
}

func (g *generator) seen(c *randomColumn) string {
	if len(c.seen) == 0 {
		return c.value(g.Rand, 0)
	}
	return c.seen[g.IntN(len(c.seen))]
}

// literal is a constant to compare a column with: mostly one of its values or one near them.
func (g *generator) literal(c *randomColumn) string {
	if chance(g.Rand, 0.04) {
		return "NULL"
	}
	v := g.seen(c)
	if chance(g.Rand, 0.3) {
		v = c.value(g.Rand, g.IntN(101)-50)
	}
	kin := one(g.Rand, c.kin...)
	if kin == "" || chance(g.Rand, 0.4) {
		return g.plain(c, v)
	}
	// Casts that fail would be raised or not by which rows are reached, here as in DuckDB.
	small := len(v) <= 4 && !strings.Contains(v, ".") && (kin != "UBIGINT" || v[0] != '-') && strings.Trim(v, "-0123456789") == ""
	if small || strings.HasPrefix(v, "2024-") {
		return fmt.Sprintf("%s::%s", quote(v), kin)
	}
	return fmt.Sprintf("TRY_CAST(%s AS %s)", quote(v), kin)
}

// plain is a literal without a cast, or one of the column's type.
func (g *generator) plain(c *randomColumn, v string) string {
	isNumber := len(c.kin) == len(numbers) && strings.Trim(v, "-0123456789.") == ""
	switch {
	case isNumber && chance(g.Rand, 0.2):
		return fmt.Sprintf("(%s %s %d)", v, one(g.Rand, "+", "-"), g.IntN(3))
	case isNumber && chance(g.Rand, 0.7):
		return v
	case chance(g.Rand, 0.5):
		return fmt.Sprintf("%s::%s", quote(v), c.typ)
	}
	return quote(v)
}
