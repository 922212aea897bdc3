// Package corpus has the odd data and the queries over it that every path through Shoal must answer
// as DuckDB does: through the plan and back (tests/roundtrip), and from whole clusters (tests/logic).
//
// Queries are files, a theme each, a query a line. A line that begins with "> " has a total order, so
// its rows are compared in order; all others must have one result whatever order rows come in.
package corpus

import (
	"embed"
	"strings"
)

// Tables makes the tables, which hold what is easily got wrong: NULLs, NaN, signed zeros, infinities,
// empty and odd strings, nested values, the ends of ranges.
//
//go:embed tables.sql
var Tables string

// NotStored are the columns of Tables, by table, whose type no Parquet file can keep, so that only
// DuckDB alone has them. No query of the themes names them.
var NotStored = map[string]string{"x": "un"}

//go:embed queries/*.sql queries/systematic/*.sql
var files embed.FS

//go:embed beyond.sql
var beyond string

// Beyond are queries that no plan can say, so that the statement itself runs in the portal.
func Beyond() Theme { return Theme{Name: "beyond", Queries: parse(beyond)} }

// Query is a query of the corpus.
type Query struct {
	SQL string
	// Ordered tells that the query's order is total.
	Ordered bool
}

// Theme is queries about one subject.
type Theme struct {
	Name    string
	Queries []Query
	// Systematic queries are combinations of columns, functions and clauses: so many that each is asked
	// of a few clusters, not of all.
	Systematic bool
}

// Themes are all queries over Tables, in the order of their names, systematic ones last.
func Themes() []Theme {
	return append(themesIn("queries", false), themesIn("queries/systematic", true)...)
}

func themesIn(dir string, systematic bool) (out []Theme) {
	entries, err := files.ReadDir(dir)
	if err != nil {
		panic(err) // they are in the binary
	}
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		text, err := files.ReadFile(dir + "/" + e.Name())
		if err != nil {
			panic(err)
		}
		out = append(out, Theme{strings.TrimSuffix(e.Name(), ".sql"), parse(string(text)), systematic})
	}
	return out
}

func parse(text string) (out []Query) {
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		if line == "" || strings.HasPrefix(line, "--") {
			continue
		}
		sql, ordered := strings.CutPrefix(line, "> ")
		out = append(out, Query{sql, ordered})
	}
	return out
}
