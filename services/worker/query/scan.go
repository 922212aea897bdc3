package query

import (
	"strings"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
)

// scans maps the tables of a subplan to SQL.
type scans struct {
	tables  []Table
	paths   [][]string // of each table's files on the disk
	inspect sqlgen.Inspect
}

// newScans deals the paths of all files out to the tables.
func newScans(tables []Table, paths []string, inspect sqlgen.Inspect) *scans {
	s := &scans{tables: tables, inspect: inspect}
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
	if read.IsSent() {
		return sqlgen.SentScan(read), nil
	}
	for i := range s.tables {
		t := &s.tables[i]
		if chunks.FoldName(t.Dataset) == chunks.FoldName(read.Table[0]) && chunks.FoldName(t.Name) == chunks.FoldName(read.Table[1]) {
			return sqlgen.ParquetTable(read.Columns, s.paths[i], s.inspect)
		}
	}
	return "", fault.New(fault.PermissionDenied, "read table", "the ticket does not cover the table %s", strings.Join(read.Table, ".")).
		WithHint("a ticket is for the tables and chunks that it names; plan the query at the portal")
}
