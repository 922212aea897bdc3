package pruning

import (
	"cmp"
	"slices"
	"unsafe"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Schema is what pruning has to know of a table.
type Schema struct {
	// Columns are the types of all columns, in the table's order.
	Columns []value.Type
	// Block is the ordinal of the block column, negative for a table chunked by position.
	Block int
}

// NewSchema returns the schema of a table from DuckDB's names of its column types; block is the
// ordinal of the block column, negative if there is none.
func NewSchema(duckTypes []string, block int) (Schema, error) {
	s := Schema{Block: max(block, -1)}
	for _, t := range duckTypes {
		s.Columns = append(s.Columns, value.ParseType(t))
	}
	if block >= len(duckTypes) {
		return s, fault.New(fault.Internal, "index chunks", "block column %d of %d columns", block, len(duckTypes))
	}
	if block >= 0 {
		if _, err := chunks.BlockKindOf(duckTypes[block]); err != nil {
			return s, err
		}
	}
	return s, nil
}

// axis returns the space of the block axis, whose keys are blocks.
func (s Schema) axis() space {
	t := s.Columns[s.Block]
	switch t.Kind {
	case value.Integer:
		// Blocks are int64 whatever the column's width, and unsigned ones are not shifted.
		t = value.Type{Kind: value.Integer, Bits: 64}
	case value.Timestamp:
		t.Unit = value.Microseconds
	}
	return spaceOf(t)
}

// coarse tells whether several values of the block column can share a block.
func (s Schema) coarse() bool {
	t := s.Columns[s.Block]
	return t.Kind == value.Timestamp && t.Unit > value.Microseconds
}

// Segment is an immutable part of an index: some chunks of one table, in the order of their
// ranges. Catalog versions share segments. Making one for every manifest page is a good cut: a
// page that did not change is not decoded again.
type Segment struct {
	ids     []chunks.ID
	rows    []int64
	bytes   []int64
	block   column // the block ranges; unused if the schema has no block column
	columns []column
	// nonEmpty are the chunks that have rows, nil for all.
	nonEmpty bitmap
}

// column is what a segment knows of one column.
type column struct {
	space  space
	bounds bounds // nil if no chunk has any
	// hasNull and hasValue are the chunks that may have rows where the column is, or is not, NULL;
	// nil for all chunks.
	hasNull, hasValue bitmap
}

// NewSegment makes a segment of manifest entries, which may be in any order. Entries that overlap,
// or that have another number of columns than the schema, are internal faults.
func NewSegment(schema Schema, entries []manifest.Entry) (*Segment, error) {
	sorted := make([]*manifest.Entry, len(entries))
	for i := range entries {
		sorted[i] = &entries[i]
	}
	slices.SortFunc(sorted, func(a, b *manifest.Entry) int { return a.ID.Compare(b.ID) })
	s := &Segment{}
	for i, e := range sorted {
		if len(e.Columns) != len(schema.Columns) {
			return nil, fault.New(fault.Internal, "index chunks", "chunk %s has statistics of %d columns, the table has %d",
				e.ID, len(e.Columns), len(schema.Columns))
		}
		if i > 0 && e.ID.Range.Overlaps(sorted[i-1].ID.Range) {
			return nil, fault.New(fault.Internal, "index chunks", "chunks %s and %s overlap", sorted[i-1].ID, e.ID)
		}
		s.ids = append(s.ids, e.ID)
		s.rows = append(s.rows, e.Rows)
		s.bytes = append(s.bytes, e.Bytes)
	}
	s.nonEmpty = where(len(sorted), func(i int) bool { return sorted[i].Rows > 0 })
	if schema.Block >= 0 {
		s.block = blockColumn(schema.axis(), s.ids)
	}
	s.columns = make([]column, len(schema.Columns))
	for c := range s.columns {
		s.columns[c] = newColumn(schema.Columns[c], sorted, c)
	}
	return s, nil
}

// where returns the set of the chunks for which has holds, nil if it is all of them.
func where(n int, has func(int) bool) bitmap {
	b := make(bitmap, wordsFor(n))
	all := true
	for i := range n {
		if has(i) {
			b.set(i)
		} else {
			all = false
		}
	}
	if all {
		return nil
	}
	return b
}

func blockColumn(axis space, ids []chunks.ID) column {
	n := len(ids)
	for n > 0 && ids[n-1].Range.Null {
		n--
	}
	r := rangeBounds{first: make([]int64, n), last: make([]int64, n)}
	for i, id := range ids[:n] {
		r.first[i], r.last[i] = id.Range.First, id.Range.Last
	}
	return column{
		space: axis, bounds: r,
		hasNull:  where(len(ids), func(i int) bool { return i >= n }),
		hasValue: where(len(ids), func(i int) bool { return i < n }),
	}
}

func newColumn(t value.Type, entries []*manifest.Entry, c int) column {
	col := column{space: spaceOf(t)}
	n := len(entries)
	col.hasNull = where(n, func(i int) bool { return entries[i].Columns[c].Nulls != 0 })
	col.hasValue = where(n, func(i int) bool { return entries[i].Columns[c].Nulls != entries[i].Rows })
	if col.space.sort == dictSpace {
		col.space.dict = dictionary(t.Kind, entries, c)
		for _, text := range col.space.dict {
			col.space.heads = append(col.space.heads, headOf(text))
		}
	}
	mins, maxs := make([]int64, n), make([]int64, n)
	known := false
	for i, e := range entries {
		mins[i], maxs[i] = col.space.enclose(e.Columns[c].Min, e.Columns[c].Max)
		known = known || mins[i] != lowest || maxs[i] != highest
	}
	if known {
		col.bounds = boundsOf(mins, maxs)
	}
	return col
}

// dictionary returns the sorted bounds of a column of strings.
func dictionary(kind value.Kind, entries []*manifest.Entry, c int) []string {
	dict := make([]string, 0, 2*len(entries))
	for _, e := range entries {
		for _, v := range [...]value.Value{e.Columns[c].Min, e.Columns[c].Max} {
			if v.Kind() == kind {
				dict = append(dict, v.Raw())
			}
		}
	}
	slices.SortFunc(dict, cmp.Compare[string])
	dict = slices.Compact(dict)
	// One array for all, so that pages that the strings came from are not kept alive.
	total := 0
	for _, s := range dict {
		total += len(s)
	}
	slab := make([]byte, 0, total)
	for _, s := range dict {
		slab = append(slab, s...)
	}
	rest := unsafe.String(unsafe.SliceData(slab), len(slab)) // the slab is not written again
	for i, s := range dict {
		dict[i], rest = rest[:len(s)], rest[len(s):]
	}
	return slices.Clip(dict)
}

// Len is the number of chunks in the segment.
func (s *Segment) Len() int { return len(s.ids) }

// MemoryBytes is about how much memory the segment holds.
func (s *Segment) MemoryBytes() int64 {
	total := int64(len(s.ids))*int64(unsafe.Sizeof(chunks.ID{})+16) + s.block.memory() + int64(len(s.nonEmpty))*8
	for i := range s.columns {
		total += s.columns[i].memory()
	}
	return total
}

func (c *column) memory() int64 {
	total := int64(len(c.hasNull)+len(c.hasValue)) * 8
	if c.bounds != nil {
		total += c.bounds.memory()
	}
	for _, s := range c.space.dict {
		total += int64(len(s)) + int64(unsafe.Sizeof(s)) + 8 // and its head
	}
	return total
}
