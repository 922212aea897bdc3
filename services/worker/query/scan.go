package query

import (
	"strings"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// scans maps the tables of a subplan to SQL.
type scans struct {
	tables []Table
	paths  [][]string // of each table's files on the disk
}

// newScans deals the paths of all files out to the tables.
func newScans(tables []Table, paths []string) *scans {
	s := &scans{tables: tables}
	for i := range tables {
		n := len(tables[i].Files)
		s.paths = append(s.paths, paths[:n])
		paths = paths[n:]
	}
	return s
}

// scan is the table expression for a read, with all of the read's columns in their declared types.
func (s *scans) scan(read *rel.Read) (string, error) {
	if len(read.Table) != 2 {
		return "", fault.New(fault.InvalidArgument, "read table", "%q does not name a table of a dataset", strings.Join(read.Table, "."))
	}
	for i := range s.tables {
		t := &s.tables[i]
		if chunks.FoldName(t.Dataset) == chunks.FoldName(read.Table[0]) && chunks.FoldName(t.Name) == chunks.FoldName(read.Table[1]) {
			return tableExpression(read.Columns, s.paths[i]), nil
		}
	}
	return "", fault.New(fault.PermissionDenied, "read table", "the ticket does not cover the table %s", strings.Join(read.Table, ".")).
		WithHint("a ticket is for the tables and chunks that it names; plan the query at the portal")
}

// tableExpression reads the files. The casts do nothing (DuckDB drops them) for a type that Parquet
// has, and restore the others, such as ENUM and UHUGEINT.
func tableExpression(columns []rel.Column, paths []string) string {
	var sql strings.Builder
	sql.WriteString("(SELECT ")
	for i, c := range columns {
		if i > 0 {
			sql.WriteString(", ")
		}
		// Qualified, or a column that the files lack would be taken for its own alias.
		value := "f." + duckdb.QuoteIdent(c.Name)
		if len(paths) == 0 {
			value = "NULL"
		}
		if c.Type.ID == types.Blob && len(paths) > 0 {
			// DuckDB 1.5.4 compares constants with the printed form of a file's least and greatest
			// BLOB, and would skip row groups that match; through a function it does not.
			value = "COALESCE(" + value + ", NULL)"
		}
		sql.WriteString("CAST(" + value + " AS " + c.Type.String() + ") AS " + duckdb.QuoteIdent(c.Name))
	}
	if len(columns) == 0 {
		sql.WriteString("1")
	}
	if len(paths) == 0 {
		sql.WriteString(" WHERE false)")
		return sql.String()
	}
	sql.WriteString(" FROM read_parquet([")
	for i, p := range paths {
		if i > 0 {
			sql.WriteByte(',')
		}
		sql.WriteString(duckdb.QuoteLiteral(p))
	}
	// A data folder named like k=v must not add a column.
	sql.WriteString("], hive_partitioning=false) AS f)")
	return sql.String()
}
