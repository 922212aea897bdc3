package gen

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Kind says how a table is kept.
type Kind string

// The kinds of tables.
const (
	Chunked    Kind = "chunked"
	Positional Kind = "positional"
	Reference  Kind = "reference"
)

// Table is a random table.
type Table struct {
	Dataset, Name string
	Columns       []Column
	Rows          [][]string // cells as SQL
	Kind          Kind
	Block         string // of a chunked table
	ChunkRows     int    // of a positional table
	// Repeat is how often the rows are there, more than once in a table whose chunks have several row groups; the
	// unique column goes on counting.
	Repeat int
}

// Column is a column of a table.
type Column struct {
	Name string
	Type *Type
}

// unique is the name of the column that tells a table's rows apart, where there is one.
const unique = "id"

func (t *Table) key() (out []string) {
	for _, c := range t.Columns {
		if c.Name == unique {
			return []string{unique}
		}
		out = append(out, c.Name)
	}
	return out
}

// ref names the table in a query whose unqualified names are looked up in the first dataset.
func (t *Table) ref(g *Gen) string {
	if t.Repeat > 1 { // a few rows of it, or joins would have too many
		return fmt.Sprintf("(SELECT * FROM %s.%s WHERE %s %% %d IN (0, 7))", t.Dataset, t.Name, unique, t.Repeat*len(t.Rows)/12)
	}
	if t.Dataset == "d" && g.chance(0.7) {
		return t.Name
	}
	return t.Dataset + "." + t.Name
}

// axes are the types that the blocks of a dataset's tables may have.
var axes = map[string][][]*Type{
	"d": {{Int, Int, Big, Small}, {Big}, {Int, UBig}},
	"e": {{Date}, {Stamp, StampS}, {StampTZ}, {Int}, {StampNS, Stamp}},
}

// Tables makes the tables of two datasets, some of them without rows.
func Tables(r *rand.Rand) []*Table {
	g := &Gen{Rand: r}
	var out []*Table
	for _, dataset := range []string{"d", "e"} {
		blocks := axes[dataset][g.IntN(len(axes[dataset]))]
		for i := range 2 + g.IntN(3) {
			out = append(out, g.table(dataset, dataset+fmt.Sprintf("_%d", i), blocks))
		}
	}
	return out
}

func (g *Gen) table(dataset, name string, blocks []*Type) *Table {
	t := &Table{Dataset: dataset, Name: name, Kind: Chunked, ChunkRows: 1 + g.IntN(6)}
	switch g.IntN(8) {
	case 0:
		t.Kind = Positional
	case 1, 2:
		t.Kind = Reference
	}
	t.Columns = append(t.Columns, Column{"k", blocks[g.IntN(len(blocks))]})
	if t.Kind == Chunked {
		t.Block = "k"
	}
	if g.chance(0.7) {
		t.Columns = append(t.Columns, Column{unique, Int})
	}
	for i := range 2 + g.IntN(5) {
		t.Columns = append(t.Columns, Column{string(rune('a' + i)), g.anyType()})
	}
	if g.chance(0.2) { // any column may be the block column, and stand anywhere
		g.Shuffle(len(t.Columns), func(i, j int) { t.Columns[i], t.Columns[j] = t.Columns[j], t.Columns[i] })
	}
	rows := 1 + g.IntN(20)
	if g.chance(0.08) {
		rows = 0
	}
	g.fill(t, rows)
	if rows > 12 && t.Kind != Positional && slices.Contains(t.key(), unique) && g.chance(0.5) {
		t.Repeat = 6000/rows + 1
	}
	return t
}

// fill makes rows. Some columns are NULL often, or never, or everywhere; some are the same for a
// while, so that chunks can be told apart by them.
func (g *Gen) fill(t *Table, rows int) {
	t.Rows = make([][]string, rows)
	for _, c := range t.Columns {
		nulls := []float64{0, 0.1, 0.1, 0.4}[g.IntN(4)]
		if g.chance(0.03) {
			nulls = 1
		}
		last := "NULL"
		for i := range t.Rows {
			cell := quote(c.Type.values(g))
			switch {
			case c.Name == unique:
				cell = fmt.Sprint(i + 1)
			case c.Name == "k" && g.chance(0.3):
				cell = last
			case g.chance(nulls):
				cell = "NULL"
			}
			// Blocks have 64 bits, and nanoseconds end in 2262.
			if c.Name == "k" && (strings.Contains(cell, "9223372036854775808") || strings.Contains(cell, "18446744073709551615")) {
				cell = "'7'"
			}
			last = cell
			t.Rows[i] = append(t.Rows[i], cell)
		}
	}
	if g.chance(0.1) && len(t.Rows) > 1 && !slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Name == unique }) {
		t.Rows = append(t.Rows, t.Rows[0], t.Rows[0])
	}
}

// SQL makes the table in DuckDB.
func (t *Table) SQL() string {
	var columns, rows []string
	for _, c := range t.Columns {
		columns = append(columns, c.Name+" "+c.Type.SQL)
	}
	out := fmt.Sprintf("CREATE TABLE %s.%s(%s);\n", t.Dataset, t.Name, strings.Join(columns, ", "))
	for _, row := range t.Rows {
		rows = append(rows, "("+strings.Join(row, ", ")+")")
	}
	if len(rows) > 0 {
		out += fmt.Sprintf("INSERT INTO %s.%s VALUES %s;\n", t.Dataset, t.Name, strings.Join(rows, ", "))
	}
	if t.Repeat > 1 {
		out += fmt.Sprintf("INSERT INTO %[1]s.%[2]s SELECT t.* REPLACE (t.%[3]s + n * %[4]d AS %[3]s) FROM %[1]s.%[2]s t, range(1, %[5]d) r(n);\n",
			t.Dataset, t.Name, unique, len(t.Rows), t.Repeat)
	}
	return out
}
