package metadata

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Bounds of a table's columns, which keep its record in etcd small.
const (
	maxColumns      = 4096
	maxColumnsBytes = 512 << 10
	maxColumnName   = 1024
)

const opBegin = "begin load"

func refuse(format string, args ...any) *fault.Fault {
	return fault.New(fault.InvalidArgument, opBegin, format, args...)
}

// checkSpec turns what a client asks for into the record of a load, or says what is wrong with it.
// It looks at the catalog as it is now; checkCommit looks again.
func checkSpec(snap *catalog.Snapshot, spec metaapi.LoadSpec) (layout.Load, error) {
	load := layout.Load{
		Dataset: spec.Dataset, Table: spec.Table, Columns: spec.Columns, Kind: string(spec.Kind),
		BlockColumn: -1, Mode: spec.Mode,
	}
	if err := checkNames(snap, spec); err != nil {
		return load, err
	}
	if err := checkColumns(spec.Columns); err != nil {
		return load, err
	}
	if err := setBlocks(&load, spec); err != nil {
		return load, err
	}
	table, exists := snap.Table(spec.Dataset, spec.Table)
	if exists {
		load.Base = table.Incarnation
	}
	return load, checkTable(snap, &load, table)
}

func checkNames(snap *catalog.Snapshot, spec metaapi.LoadSpec) error {
	if err := chunks.CheckNewNames(spec.Dataset, spec.Table); err != nil {
		return err
	}
	return checkSpelling(snap, spec.Dataset, spec.Table)
}

// checkSpelling sees that a dataset or table has one spelling: the names are parts of paths.
func checkSpelling(snap *catalog.Snapshot, dataset, table string) error {
	if d, ok := snap.Dataset(dataset); ok && d.Name != dataset {
		return refuse("the dataset is spelled %s, not %s", d.Name, dataset)
	}
	if t, ok := snap.Table(dataset, table); ok && t.Name != table {
		return refuse("the table is spelled %s, not %s", t.Name, table)
	}
	return nil
}

func checkColumns(columns []catalog.Column) error {
	if len(columns) == 0 || len(columns) > maxColumns {
		return refuse("a table has between 1 and %d columns, not %d", maxColumns, len(columns))
	}
	seen, size := make(map[string]bool, len(columns)), 0
	for i, c := range columns {
		if c.Name == "" || strings.TrimSpace(c.Type) == "" {
			return refuse("column %d has no name or no type", i+1)
		}
		if why := oddName(c.Name); why != "" {
			return refuse("column %d cannot be called %q: %s", i+1, c.Name[:min(len(c.Name), maxColumnName)], why)
		}
		folded := strings.ToLower(c.Name)
		if seen[folded] {
			return refuse("there are two columns named %s", c.Name)
		}
		seen[folded] = true
		size += len(c.Name) + len(c.Type)
	}
	if size > maxColumnsBytes {
		return fault.New(fault.ResourceExhausted, opBegin, "names and types of the columns have %d bytes, the limit is %d", size, maxColumnsBytes)
	}
	return nil
}

// oddName tells why a column cannot have a name; empty if it can. What names are made of otherwise is nobody's business:
// SQL quotes them.
func oddName(name string) string {
	control := func(r rune) bool { return unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' }
	switch {
	case len(name) > maxColumnName:
		return fmt.Sprintf("it has %d bytes, and %d are the most", len(name), maxColumnName)
	case strings.ContainsFunc(name, control):
		return "it has a control character"
	}
	return ""
}

// setBlocks finds the block column and what its blocks are.
func setBlocks(load *layout.Load, spec metaapi.LoadSpec) error {
	if spec.Kind != catalog.Chunked && spec.BlockColumn != "" {
		return refuse("a %s table has no block column", spec.Kind)
	}
	switch spec.Kind {
	case catalog.Reference:
	case catalog.Positional:
		load.BlockKind = chunks.BlockPosition
	case catalog.Chunked:
		load.BlockColumn = slices.IndexFunc(spec.Columns, func(c catalog.Column) bool { return strings.EqualFold(c.Name, spec.BlockColumn) })
		if load.BlockColumn < 0 {
			return fault.New(fault.NotFound, opBegin, "there is no column %q to be the block column", spec.BlockColumn).
				WithHint("the columns are %s", columnNames(spec.Columns))
		}
		kind, err := chunks.BlockKindOf(spec.Columns[load.BlockColumn].Type)
		load.BlockKind = kind
		return err
	default:
		return refuse("%q is no kind of table", spec.Kind).WithHint("the kinds are chunked, positional and reference")
	}
	return nil
}

func columnNames(columns []catalog.Column) string {
	const most = 20
	var names []string
	for _, c := range columns[:min(most, len(columns))] {
		names = append(names, c.Name)
	}
	if len(columns) > most {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// checkTable tells why the load does not go with the table and the dataset that there are; table is
// nil if there is none.
func checkTable(snap *catalog.Snapshot, load *layout.Load, table *catalog.Table) error {
	name := load.Dataset + "." + load.Table
	if err := checkSpelling(snap, load.Dataset, load.Table); err != nil {
		return err // another one was made since the load began
	}
	switch load.Mode {
	case metaapi.Create:
		if table != nil {
			return refuse("the table %s exists", name).WithDetail("table", name).
				WithHint("append to it with --append, or replace it with --replace")
		}
	case metaapi.Append:
		if table == nil {
			return fault.New(fault.NotFound, opBegin, "there is no table %s to append to", name).WithHint("leave out --append to create it")
		}
		if err := checkSameTable(table, load); err != nil {
			return err
		}
	case metaapi.Replace:
	default:
		return refuse("%q is no mode", load.Mode).WithHint("the modes are create, append and replace")
	}
	return checkAxis(snap, load)
}

// checkSameTable tells how what is appended differs from the table.
func checkSameTable(table *catalog.Table, load *layout.Load) error {
	name := table.Dataset + "." + table.Name
	if table.Kind == catalog.Reference {
		return refuse("%s is a reference table, which is one file and cannot be appended to", name).
			WithHint("load all of it with --replace")
	}
	if string(table.Kind) != load.Kind {
		return refuse("%s is a %s table, not a %s one", name, table.Kind, load.Kind)
	}
	if table.Kind == catalog.Chunked && table.BlockColumn < len(load.Columns) && table.BlockColumn != load.BlockColumn {
		return refuse("the block column of %s is %s, not %s", name,
			table.Columns[table.BlockColumn].Name, load.Columns[load.BlockColumn].Name)
	}
	for i := range max(len(table.Columns), len(load.Columns)) {
		switch {
		case i >= len(load.Columns):
			return refuse("the column %s of %s is missing", table.Columns[i].Name, name)
		case i >= len(table.Columns):
			return refuse("%s has no column %s", name, load.Columns[i].Name)
		case table.Columns[i] != load.Columns[i]:
			return refuse("column %d of %s is %s %s, not %s %s", i+1, name,
				table.Columns[i].Name, table.Columns[i].Type, load.Columns[i].Name, load.Columns[i].Type).
				WithHint("rename, cast or reorder the columns to match, or replace the table with --replace")
		}
	}
	return nil
}

// checkAxis tells whether the dataset's axis has other blocks.
func checkAxis(snap *catalog.Snapshot, load *layout.Load) error {
	d, ok := snap.Dataset(load.Dataset)
	if !ok || load.Kind != string(catalog.Chunked) {
		return nil
	}
	for _, t := range d.Tables {
		if t.Kind == catalog.Chunked && t.BlockKind != load.BlockKind && !isTarget(t, load) {
			return refuse("the blocks of dataset %s are of kind %s (table %s), not %s", d.Name, t.BlockKind, t.Name, load.BlockKind).
				WithHint("use a column of that kind, another dataset, or a reference table")
		}
	}
	return nil
}

// isTarget tells whether the table is the one that the load is for.
func isTarget(t *catalog.Table, load *layout.Load) bool {
	return chunks.FoldName(t.Name) == chunks.FoldName(load.Table) && chunks.FoldName(t.Dataset) == chunks.FoldName(load.Dataset)
}

// otherRanges returns the ranges of the load's axis that stay whatever the load brings: those of
// the dataset's other tables, and the table's own if it is appended to.
func otherRanges(snap *catalog.Snapshot, load *layout.Load) (chunks.Layout, error) {
	var out chunks.Layout
	d, ok := snap.Dataset(load.Dataset)
	if !ok || load.Kind == string(catalog.Reference) {
		return out, nil
	}
	for _, t := range d.Tables {
		own := isTarget(t, load)
		if own && load.Mode != metaapi.Append || string(t.Kind) != load.Kind || t.Kind == catalog.Positional && !own {
			continue
		}
		var err error
		if out, err = out.Add(rangesOf(t)...); err != nil {
			return out, fault.New(fault.Internal, "read catalog", "%w", err)
		}
	}
	return out, nil
}

func rangesOf(t *catalog.Table) []chunks.Range {
	out := make([]chunks.Range, t.NumChunks())
	for i := range out {
		out[i] = t.ID(i).Range
	}
	return out
}
