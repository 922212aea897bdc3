package catalog

import (
	"cmp"
	"sort"

	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/pruning"
)

// Kind says how a table's rows are spread.
type Kind string

// The kinds of tables.
const (
	Chunked    Kind = "chunked"    // by the values of its block column
	Positional Kind = "positional" // by row position, on an axis of its own
	Reference  Kind = "reference"  // one file, on every worker
)

// Valid tells whether k is one of the declared kinds.
func (k Kind) Valid() bool { return k == Chunked || k == Positional || k == Reference }

// Column is a column as DuckDB spells its name and type.
type Column = layout.Column

// Dataset is a namespace with one block axis. It is immutable.
type Dataset struct {
	Name string
	// Axis is what the blocks of its chunked tables are; empty while it has none.
	Axis chunks.BlockKind
	// Tables are sorted by folded name.
	Tables []*Table

	folded string
	layout chunks.Layout
}

// Table returns a table by its name; upper and lower case are not told apart.
func (d *Dataset) Table(name string) (*Table, bool) {
	name = chunks.FoldName(name)
	i, ok := sort.Find(len(d.Tables), func(i int) int { return cmp.Compare(name, d.Tables[i].folded) })
	if !ok {
		return nil, false
	}
	return d.Tables[i], true
}

// Ranges returns the ranges that the chunked tables cut the axis into, sorted, NULL last. The
// slice is the caller's.
func (d *Dataset) Ranges() []chunks.Range { return d.layout.Ranges() }

// Layout returns the same ranges in a form that finds blocks and gaps.
func (d *Dataset) Layout() chunks.Layout { return d.layout }

// Table is one version of a table. It is immutable.
type Table struct {
	Dataset string
	Name    string
	Columns []Column
	Kind    Kind
	// BlockColumn is the block column's ordinal in Columns, -1 for tables that are not Chunked.
	BlockColumn int
	// BlockKind is what the table's blocks are: of the block column, BlockPosition for Positional
	// tables, empty for Reference tables.
	BlockKind chunks.BlockKind
	Rows      int64
	Bytes     int64
	// Version is the catalog version that made this version of the table.
	Version int64
	// Incarnation changes when the table is created or replaced, not when rows are appended.
	Incarnation string
	// Index prunes the table's chunks; nil for a Follower without Indexes.
	Index *pruning.Index

	folded string
	pages  []*filePage
	starts []int // the ordinal of each page's first chunk
	chunks int
	// routes are the assignment and, while chunks move, the one before it.
	routes [2]route
}

// Chunk is what is known of one table's file in a chunk.
type Chunk struct {
	ID     chunks.ID // the Range of a Reference table's file is the zero Range
	Rows   int64
	Bytes  int64
	SHA256 [32]byte
}

// File is a file that a worker should hold.
type File struct {
	Dataset string
	Table   string
	// Reference files are not in a chunk; the Range of their ID is the zero Range.
	Reference bool
	ID        chunks.ID
	Key       chunks.Key
	// Path is the file's name in the object store.
	Path   string
	Bytes  int64
	SHA256 [32]byte
}

// Axis returns the axis of the table's chunks; the one of a Reference table has no ranges.
func (t *Table) Axis() chunks.Axis {
	if t.Kind == Positional {
		return chunks.Axis{Dataset: t.Dataset, Table: t.Name}
	}
	return chunks.Axis{Dataset: t.Dataset}
}

// NumChunks returns the number of the table's files. Chunk ordinals are 0 … NumChunks()-1, and the
// same as in Index; they mean nothing in another version of the table. A Reference table has one
// file; other tables may have none.
func (t *Table) NumChunks() int { return t.chunks }

// ID returns the id of the chunk's file.
func (t *Table) ID(chunk int) chunks.ID {
	p, i := t.page(chunk)
	return p.ids[i]
}

// Chunk returns what is known of a chunk.
func (t *Table) Chunk(chunk int) Chunk {
	p, i := t.page(chunk)
	return Chunk{ID: p.ids[i], Rows: p.rows[i], Bytes: p.bytes[i], SHA256: p.sums[i]}
}

// Find returns the ordinal of the table's chunk that covers just this range.
func (t *Table) Find(r chunks.Range) (int, bool) {
	for n, p := range t.pages {
		i, ok := sort.Find(len(p.ids), func(i int) int { return r.Compare(p.ids[i].Range) })
		if ok {
			return t.starts[n] + i, true
		}
	}
	return 0, false
}

func (t *Table) page(chunk int) (*filePage, int) {
	n := sort.SearchInts(t.starts, chunk+1) - 1
	return t.pages[n], chunk - t.starts[n]
}

// Key returns the key under which workers report the chunk's file.
func (t *Table) Key(chunk int) chunks.Key {
	if t.Kind == Reference {
		return chunks.ReferenceKey(t.Dataset, t.Name, t.ID(chunk).Hash)
	}
	return chunks.FileKey(t.Dataset, t.Name, t.ID(chunk))
}

// Path returns the name of the chunk's file in the object store.
func (t *Table) Path(chunk int) string {
	if t.Kind == Reference {
		return chunks.ReferencePath(t.Dataset, t.Name, t.ID(chunk).Hash)
	}
	return chunks.ObjectPath(t.Dataset, t.Name, t.ID(chunk))
}

// Filters returns where the chunk's filters for equality are, and of which columns.
func (t *Table) Filters(chunk int) manifest.Filters {
	if p, i := t.page(chunk); p.filters != nil {
		return p.filters[i]
	}
	return manifest.Filters{}
}

// FiltersPath returns the name of the chunk's filters in the object store.
//
// REQUIRES: there are any.
func (t *Table) FiltersPath(chunk int) string {
	return chunks.FilterPath(t.Dataset, t.Name, t.ID(chunk), t.Filters(chunk).Sum)
}

// FiltersKey returns the key of the chunk's filters.
func (t *Table) FiltersKey(chunk int) chunks.Key {
	return chunks.FilterKey(t.Dataset, t.Name, t.ID(chunk), t.Filters(chunk).Sum)
}

// File returns the chunk's file.
func (t *Table) File(chunk int) File {
	c := t.Chunk(chunk)
	return File{
		Dataset: t.Dataset, Table: t.Name, Reference: t.Kind == Reference,
		ID: c.ID, Key: t.Key(chunk), Path: t.Path(chunk), Bytes: c.Bytes, SHA256: c.SHA256,
	}
}

func (t *Table) assignedTo(chunk int, slot int32) bool {
	for i := range t.routes {
		for _, s := range t.routes[i].at(chunk) {
			if s == slot {
				return true
			}
		}
	}
	return false
}
