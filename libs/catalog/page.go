package catalog

import (
	"slices"

	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/pruning"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// filePage has what one manifest page says, in columns, sorted by id: some 80 bytes a file, and 40
// more with filters. It is
// immutable, belongs to one table, and is shared by all versions of it that have the page.
type filePage struct {
	ids     []chunks.ID
	rows    []int64
	bytes   []int64
	sums    [][32]byte
	filters []manifest.Filters // nil if no file has any
	segment *pruning.Segment   // nil without indexes
}

// readPage decodes a manifest page.
func readPage(raw []byte, schema *pruning.Schema) (*filePage, error) {
	entries, err := manifest.DecodePage(raw)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(entries, func(a, b manifest.Entry) int { return a.ID.Compare(b.ID) })
	p := &filePage{
		ids: make([]chunks.ID, len(entries)), sums: make([][32]byte, len(entries)),
		rows: make([]int64, len(entries)), bytes: make([]int64, len(entries)),
	}
	for i := range entries {
		e := &entries[i]
		p.ids[i], p.rows[i], p.bytes[i], p.sums[i] = e.ID, e.Rows, e.Bytes, e.SHA256
		if e.Filters.Exist() {
			if p.filters == nil {
				p.filters = make([]manifest.Filters, len(entries))
			}
			p.filters[i] = e.Filters
		}
	}
	if schema != nil {
		if p.segment, err = pruning.NewSegment(*schema, entries); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// newTable makes a table, without routes, of its record and the pages that it names.
func newTable(rec *layout.Table, pages []*filePage, schema *pruning.Schema) (*Table, error) {
	t := &Table{
		Dataset: rec.Dataset, Name: rec.Name, Columns: rec.Columns, Kind: Kind(rec.Kind),
		BlockColumn: rec.BlockColumn, BlockKind: rec.BlockKind, Rows: rec.Rows, Bytes: rec.Bytes,
		Version: rec.Version, Incarnation: rec.Incarnation,
		folded: chunks.FoldName(rec.Name), pages: pages,
	}
	for _, p := range pages {
		t.starts = append(t.starts, t.chunks)
		t.chunks += len(p.ids)
	}
	if t.chunks != rec.Chunks || !t.Kind.Valid() || t.Kind == Reference && t.chunks != 1 {
		return nil, fault.New(fault.Internal, "read table record",
			"%s.%s: its pages have %d chunks, its record says %d, its kind is %q", rec.Dataset, rec.Name, t.chunks, rec.Chunks, rec.Kind)
	}
	if schema != nil {
		segments := make([]*pruning.Segment, len(pages))
		for i, p := range pages {
			segments[i] = p.segment
		}
		t.Index = pruning.NewIndex(*schema, segments...)
	}
	return t, nil
}

// schemaOf returns what pruning has to know of a table.
func schemaOf(rec *layout.Table) (*pruning.Schema, error) {
	types := make([]string, len(rec.Columns))
	for i, c := range rec.Columns {
		types[i] = c.Type
	}
	schema, err := pruning.NewSchema(types, rec.BlockColumn)
	return &schema, err
}
