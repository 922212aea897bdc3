package differential

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/catalog"
)

// Case is tables, how they are kept, and queries over them. Its text is SQL that DuckDB reads as it
// is, with the layout in comments:
//
//	-- d.t is chunked by k
//	-- d.u is positional, 3 rows a chunk
//	-- d.r is a reference table
//	-- d is cut after -1, 7
//	CREATE SCHEMA d;
//	CREATE TABLE d.t(k BIGINT);
//	INSERT INTO d.t VALUES (1), (NULL);
//	-- query
//	SELECT count(*) FROM d.t;
//
// Blocks are cut after the numbers that they have in package chunks: days, microseconds. What
// else begins with -- is a remark; queries are asked with unqualified names looked up in Schema.
type Case struct {
	Tables  []TableLayout
	Cuts    map[string][]int64 // by dataset, ascending
	Setup   string
	Queries []string
	Remarks []string
}

// TableLayout says how a table is kept.
type TableLayout struct {
	Dataset, Name string
	Kind          catalog.Kind
	Block         string // of a chunked table
	ChunkRows     int64  // of a positional table
}

// Schema is where queries have their unqualified names looked up.
const Schema = "d"

const queryMark = "-- query"

var (
	chunkedBy  = regexp.MustCompile(`^-- (\w+)\.(\w+) is chunked by (\w+)$`)
	positional = regexp.MustCompile(`^-- (\w+)\.(\w+) is positional, (\d+) rows a chunk$`)
	reference  = regexp.MustCompile(`^-- (\w+)\.(\w+) is a reference table$`)
	cutAfter   = regexp.MustCompile(`^-- (\w+) is cut after (-?\d+(?:, -?\d+)*)$`)
)

// String is the case as ParseCase reads it.
func (c *Case) String() string {
	var out strings.Builder
	for _, r := range c.Remarks {
		out.WriteString("-- " + r + "\n")
	}
	for _, t := range c.Tables {
		fmt.Fprintf(&out, "-- %s.%s is ", t.Dataset, t.Name)
		switch t.Kind {
		case catalog.Chunked:
			fmt.Fprintf(&out, "chunked by %s\n", t.Block)
		case catalog.Positional:
			fmt.Fprintf(&out, "positional, %d rows a chunk\n", t.ChunkRows)
		default:
			out.WriteString("a reference table\n")
		}
	}
	for _, dataset := range slices.Sorted(maps.Keys(c.Cuts)) {
		if len(c.Cuts[dataset]) > 0 {
			fmt.Fprintf(&out, "-- %s is cut after %s\n", dataset, strings.Trim(strings.ReplaceAll(fmt.Sprint(c.Cuts[dataset]), " ", ", "), "[]"))
		}
	}
	out.WriteString(strings.TrimSpace(c.Setup) + "\n")
	for _, q := range c.Queries {
		out.WriteString(queryMark + "\n" + strings.TrimRight(strings.TrimSpace(q), ";") + ";\n")
	}
	return out.String()
}

// ParseCase reads what String writes.
func ParseCase(text string) (*Case, error) {
	c := &Case{Cuts: map[string][]int64{}}
	setup, queries, ok := strings.Cut(text, queryMark+"\n")
	if !ok {
		return nil, fmt.Errorf("there is no line %q", queryMark)
	}
	for _, q := range strings.Split(queries, queryMark+"\n") {
		c.Queries = append(c.Queries, strings.TrimRight(strings.TrimSpace(q), ";"))
	}
	var sql []string
	for _, line := range strings.Split(setup, "\n") {
		if !strings.HasPrefix(line, "-- ") {
			sql = append(sql, line)
		} else if !c.layout(line) {
			c.Remarks = append(c.Remarks, strings.TrimPrefix(line, "-- "))
		}
	}
	c.Setup = strings.TrimSpace(strings.Join(sql, "\n"))
	if len(c.Tables) == 0 {
		return nil, fmt.Errorf("no line says how a table is kept")
	}
	return c, nil
}

// layout takes in a comment that says how data is kept; false means that it says something else.
func (c *Case) layout(line string) bool {
	if m := chunkedBy.FindStringSubmatch(line); m != nil {
		c.Tables = append(c.Tables, TableLayout{Dataset: m[1], Name: m[2], Kind: catalog.Chunked, Block: m[3]})
		return true
	}
	if m := positional.FindStringSubmatch(line); m != nil {
		rows, _ := strconv.ParseInt(m[3], 10, 64) // they are digits
		c.Tables = append(c.Tables, TableLayout{Dataset: m[1], Name: m[2], Kind: catalog.Positional, ChunkRows: max(rows, 1)})
		return true
	}
	if m := reference.FindStringSubmatch(line); m != nil {
		c.Tables = append(c.Tables, TableLayout{Dataset: m[1], Name: m[2], Kind: catalog.Reference})
		return true
	}
	m := cutAfter.FindStringSubmatch(line)
	if m == nil {
		return false
	}
	for _, text := range strings.Split(m[2], ", ") {
		at, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return false
		}
		c.Cuts[m[1]] = append(c.Cuts[m[1]], at)
	}
	slices.Sort(c.Cuts[m[1]])
	return true
}

// readCases reads the cases of a folder by their files' names.
func readCases(dir string) (map[string]*Case, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.sql"))
	if err != nil {
		return nil, err
	}
	out := map[string]*Case{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		c, err := ParseCase(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		out[strings.TrimSuffix(filepath.Base(file), ".sql")] = c
	}
	return out, nil
}
