package pruning

import (
	"iter"
	"math/bits"
	"sort"

	"github.com/shoal-db/shoal/libs/chunks"
)

// Index is all chunks of one table in one catalog version. It is immutable and may be used by many
// goroutines; indexes of other versions share its segments.
type Index struct {
	schema   Schema
	segments []*Segment
	starts   []int // the ordinal of each segment's first chunk
	total    int
	spreads  []spread // of each column
}

// NewIndex returns the index of segments that were made with the same schema.
func NewIndex(schema Schema, segments ...*Segment) *Index {
	x := &Index{schema: schema, spreads: make([]spread, len(schema.Columns))}
	for _, s := range segments {
		x.segments = append(x.segments, s)
		x.starts = append(x.starts, x.total)
		x.total += s.Len()
	}
	return x
}

// Chunk is one chunk of an index.
type Chunk struct {
	// Ordinal is the chunk's place in the index, from 0. It means nothing in another index.
	Ordinal int
	ID      chunks.ID
	Rows    int64
	Bytes   int64
}

// Len is the number of chunks.
func (x *Index) Len() int { return x.total }

// MemoryBytes is about how much memory the index holds, with what it shares.
func (x *Index) MemoryBytes() int64 {
	var total int64
	for _, s := range x.segments {
		total += s.MemoryBytes()
	}
	return total
}

// Chunk returns the chunk with an ordinal below Len.
func (x *Index) Chunk(ordinal int) Chunk {
	s, i := x.Place(ordinal)
	return s.chunk(ordinal-i, i)
}

// Place returns the segment of the chunk with an ordinal below Len, and the chunk's place in it.
func (x *Index) Place(ordinal int) (*Segment, int) {
	i := sort.SearchInts(x.starts, ordinal+1) - 1
	return x.segments[i], ordinal - x.starts[i]
}

func (s *Segment) chunk(start, i int) Chunk {
	return Chunk{Ordinal: start + i, ID: s.ids[i], Rows: s.rows[i], Bytes: s.bytes[i]}
}

// Selection is what pruning left of an index. Total = Selected + ByBlock + ByStatistics + ByFilter.
type Selection struct {
	Total, Selected int
	// ByBlock counts the chunks that their block ranges alone rule out, ByStatistics those that
	// bounds, NULL counts and row counts rule out of the rest, and ByFilter those that filters for
	// equality rule out of what is then left.
	ByBlock, ByStatistics, ByFilter int

	index *Index
	sets  []bitmap // one for each segment
}

// Select returns the chunks in which the predicate may be true for some row; nil selects all
// chunks that have rows. filters may be nil.
func (x *Index) Select(p Predicate, filters Filters) Selection {
	c := compile(&x.schema, p)
	sel := Selection{Total: x.total, index: x, sets: make([]bitmap, len(x.segments))}
	probes := maxProbes
	for i, s := range x.segments {
		e := evaluation{segment: s, probes: probes}
		set := fullBitmap(s.Len())
		left := s.Len()
		if c.usesBlock {
			e.blocksOnly = true
			c.root.narrow(&e, set, true)
			e.blocksOnly = false
			left = set.count()
			sel.ByBlock += s.Len() - left
		}
		if left > 0 {
			set.and(s.nonEmpty)
			c.root.narrow(&e, set, true)
		}
		kept := set.count()
		sel.ByStatistics += left - kept
		if kept > 0 && c.usesFilters && filters != nil {
			// Filters last, as they take longest. Below an OR the statistics count again: what rules
			// out one side and what rules out the other only do so together.
			if e.filters = filters.Of(s); e.filters != nil {
				e.onlyFilters = true
				c.root.narrow(&e, set, true)
				probes, left = e.probes, kept
				kept = set.count()
				sel.ByFilter += left - kept
			}
		}
		sel.Selected += kept
		sel.sets[i] = set
	}
	return sel
}

// Segments returns the segments whose chunks, one after the other, are those of the index. The slice
// is the Index's.
func (x *Index) Segments() []*Segment { return x.segments }

// Chunks yields the selected chunks in the order of the index.
func (s Selection) Chunks() iter.Seq[Chunk] {
	return func(yield func(Chunk) bool) {
		for i, set := range s.sets {
			seg, start := s.index.segments[i], s.index.starts[i]
			for w, word := range set {
				for ; word != 0; word &= word - 1 {
					if !yield(seg.chunk(start, w*64+bits.TrailingZeros64(word))) {
						return
					}
				}
			}
		}
	}
}

// Has tells whether the chunk with that ordinal is selected.
func (s Selection) Has(ordinal int) bool {
	i := sort.SearchInts(s.index.starts, ordinal+1) - 1
	return s.sets[i].has(ordinal - s.index.starts[i])
}

// Size returns the rows and bytes of the selected chunks.
func (s Selection) Size() (rows, bytes int64) {
	for c := range s.Chunks() {
		rows, bytes = rows+c.Rows, bytes+c.Bytes
	}
	return rows, bytes
}
