package binder

import (
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/bound"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// unwritten tells of DuckDB's answer that it bound the statement and cannot write its plan down.
func unwritten(answer []byte) bool {
	_, err := bound.Convert(answer, bound.Options{})
	f, ok := bound.IsBeyond(err)
	return ok && f.Kind == bound.KindSerialization
}

// fallback is how a statement is answered that was bound and is no plan, for the reason that cause
// gives; cause itself if it is not answered at all.
func fallback(e *entry, cause error, opts bound.Options, current Catalog, schema string) (*bound.Fallback, error) {
	f, ok := bound.IsBeyond(cause)
	if !ok {
		return nil, cause
	}
	var err error
	if e.statement == nil {
		f.Scans, err = bound.Scans(e.plan, opts)
	} else {
		f.Scans, err = namedTables(e.statement, current, schema)
	}
	return f, err
}

// namedTables reads whatever a statement names as tables, whole. Names of its own common table
// expressions may be among them: which of the two is meant, the statement itself decides.
func namedTables(statement []byte, current Catalog, schema string) ([]*rel.Read, error) {
	names, ctes, err := bound.TablesOf(statement)
	if err != nil {
		return nil, err
	}
	var scans []*rel.Read
	seen := map[string]bool{}
	for _, name := range names {
		t, ok := find(current, name, schema)
		if !ok {
			if len(name) == 1 && ctes[strings.ToLower(name[0])] {
				continue
			}
			return nil, fault.New(fault.InvalidArgument, op, "%s is no loaded table, and DuckDB cannot write down the plan of a query over it",
				strings.Join(name, "."))
		}
		if key := t.Dataset + "." + t.Name; !seen[key] {
			seen[key] = true
			read, err := whole(t)
			if err != nil {
				return nil, err
			}
			scans = append(scans, read)
		}
	}
	return scans, nil
}

// find is the table that a name means, looked up as DuckDB does.
func find(c Catalog, name []string, schema string) (Table, bool) {
	for len(name) > 1 && strings.EqualFold(name[0], Database) && len(name) != 2 {
		name = name[1:]
	}
	schemas := []string{schema, DefaultSchema}
	if len(name) == 2 {
		if schemas = []string{name[0]}; strings.EqualFold(name[0], Database) {
			schemas = append(schemas, DefaultSchema) // a catalog, with its default schema
		}
		name = name[1:]
	}
	for _, s := range schemas {
		for _, t := range c.Tables() {
			if strings.EqualFold(t.Dataset, s) && strings.EqualFold(t.Name, name[0]) {
				return t, true
			}
		}
	}
	return Table{}, false
}

// whole reads a table with all of its columns.
func whole(t Table) (*rel.Read, error) {
	read := &rel.Read{Table: []string{t.Dataset, t.Name}}
	for _, c := range t.Columns {
		typ, err := types.Parse(c.Type)
		if err != nil {
			return nil, fault.New(fault.Internal, op, "column %s of %s.%s: %w", c.Name, t.Dataset, t.Name, err)
		}
		read.Columns = append(read.Columns, rel.Column{Name: c.Name, Type: typ})
	}
	return read, nil
}
