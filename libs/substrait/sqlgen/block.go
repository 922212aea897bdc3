package sqlgen

import (
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// block is one SELECT in the making: relations are put into it, in the order
// in which SQL evaluates its clauses, as long as that is exact, and wrapped
// into a subselect when it is not.
type block struct {
	from string
	// cols are the columns' SQL; where plain, they are columns of from, which
	// may be named as often as wanted, and anywhere.
	cols  []string
	plain bool
	where []string
	// single is true while from is one table.
	single bool
	// multiplied is true if from has a join that is neither semi nor anti.
	multiplied bool
	// grouped blocks have aggregates for columns, groupBy or not, or are
	// distinct.
	grouped       bool
	distinct      bool
	groupBy       string
	order         []string
	limit, offset string
	// chosen is true if the limit chooses rows.
	chosen bool
	// nested is how many SELECTs deep the block is, without its own.
	nested int
}

// from is a block over one table.
func from(table string, cols []string) *block {
	return &block{from: table, cols: cols, plain: true, single: true}
}

// open blocks take conditions and expressions: nothing but WHERE and ORDER BY
// stands between their columns and from.
func (b *block) open() bool {
	return b.plain && !b.grouped && !b.limited() && b.from != ""
}

func (b *block) limited() bool { return b.limit != "" || b.offset != "" }

// text is the SELECT, its columns under the given names, or c0, c1 ….
func (b *block) text(names []string) string {
	var s strings.Builder
	s.WriteString("SELECT ")
	if b.distinct {
		s.WriteString("DISTINCT ")
	}
	if len(b.cols) == 0 {
		s.WriteString("NULL") // a row without columns
	}
	for i, c := range b.cols {
		if i > 0 {
			s.WriteString(", ")
		}
		s.WriteString(c + " AS ")
		if names != nil {
			s.WriteString(types.QuoteIdent(names[i]))
		} else {
			s.WriteString("c" + strconv.Itoa(i))
		}
	}
	clause := func(word, text string) {
		if text != "" {
			s.WriteString(word + text)
		}
	}
	clause(" FROM ", b.from)
	clause(" WHERE ", strings.Join(b.where, " AND "))
	clause(" GROUP BY ", b.groupBy)
	clause(" ORDER BY ", strings.Join(b.order, ", "))
	clause(" LIMIT ", b.limit)
	clause(" OFFSET ", b.offset)
	return s.String()
}

// wrap makes the block a subselect.
func (g *generator) wrap(b *block) *block {
	b = g.shut(b)
	t := g.table()
	out := from("("+b.text(nil)+") AS "+t, columnRefs(t, len(b.cols)))
	out.nested = b.nested + 1
	return out
}

// shut keeps DuckDB from filtering what is below a limit: 1.5 pushes the keys that a join above has found through
// limits and top-ns into scans, and so other rows are chosen.
func (g *generator) shut(b *block) *block {
	if !b.chosen {
		return b
	}
	t := g.table()
	out := from("("+b.text(nil)+") AS "+t, columnRefs(t, len(b.cols)))
	out.nested = b.nested + 1
	for i, c := range out.cols {
		out.cols[i] = opaque(c)
	}
	out.plain = false
	return out
}

// aside makes r, whose block b is, a common table expression if it would not do in
// a correlated subquery: DuckDB 1.5.4 fails to decorrelate one in which both a
// common table expression and a semi, anti or full join stand.
func (g *generator) aside(r rel.Rel, b *block) *block {
	shares, joins := false, false
	rel.Walk(r, func(r rel.Rel) bool {
		switch r := r.(type) {
		case *rel.Reference:
			shares = true
		case *rel.Join:
			joins = joins || r.Kind != rel.Inner && r.Kind != rel.Left && r.Kind != rel.Right
		}
		return !shares || !joins
	})
	if !shares || !joins {
		return b
	}
	t := g.table()
	name := "q" + t
	g.define(r, name+" AS ("+g.shut(b).text(nil)+")")
	out := from(name+" AS "+t, columnRefs(t, len(b.cols)))
	out.nested = b.nested + 1
	return out
}

// within makes the block at least as deep as what was put into it.
func (b *block) within(others ...*block) {
	for _, o := range others {
		b.nested = max(b.nested, o.nested)
	}
}
