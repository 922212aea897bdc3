package filters

import (
	"sync/atomic"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/filter"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/pruning"
)

// held are the filters of one segment's chunks that are in memory.
type held struct {
	sets []atomic.Pointer[filter.Set]
}

func newSets(chunks int) []atomic.Pointer[filter.Set] {
	return make([]atomic.Pointer[filter.Set], chunks)
}

// MayHave tells whether a chunk may have a value with one of the hashes in a column.
func (h *held) MayHave(chunk, column int, hashes []uint64) bool {
	set := h.sets[chunk].Load()
	if set == nil {
		return true
	}
	f := set.Column(column)
	if f == nil {
		return true
	}
	for _, hash := range hashes {
		if f.Has(hash) {
			return true
		}
	}
	return false
}

// item is a chunk that has filters in the object store. There may be a million, so that what can be
// asked of the table is not copied.
type item struct {
	at    *atomic.Pointer[filter.Set]
	table *catalog.Table
	chunk int32
	bits  uint8 // of the stored fingerprints
}

func (it *item) stored() manifest.Filters { return it.table.Filters(int(it.chunk)) }
func (it *item) key() chunks.Key          { return it.table.FiltersKey(int(it.chunk)) }
func (it *item) path() string             { return it.table.FiltersPath(int(it.chunk)) }

// width is how many bits of a fingerprint are kept when most are.
func (it *item) width(most uint8) uint8 { return min(it.bits, most) }

// has tells whether the filters are in memory, with so many bits.
func (it *item) has(width uint8) bool {
	set := it.at.Load()
	return set != nil && set.Bits() == width
}

// segments is what is held of each segment, and of which chunks there are filters.
type segments struct {
	held  map[*pruning.Segment]*held
	items []item
	// most is how many bits of a fingerprint are kept.
	most uint8
	// stored are how many chunks have filters, and of how many bytes, by the bits of a fingerprint.
	stored [filter.MaxBits + 1]struct{ chunks, bytes int64 }
}

// segmentsOf finds all filters of a snapshot. What was held before is held again: of the same segments
// as a whole, and of the same chunks in others.
func segmentsOf(snap *catalog.Snapshot, before *segments) *segments {
	next := &segments{held: map[*pruning.Segment]*held{}}
	for _, d := range snap.Datasets() {
		for _, t := range d.Tables {
			if t.Index != nil && t.Kind != catalog.Reference {
				next.add(t, before)
			}
		}
	}
	former := before.leftBehind(next)
	if len(former) == 0 {
		return next
	}
	for i := range next.items {
		if it := &next.items[i]; it.at.Load() == nil {
			it.at.Store(former[it.key()])
		}
	}
	return next
}

// leftBehind returns the filters of the segments that are not in next.
func (s *segments) leftBehind(next *segments) map[chunks.Key]*filter.Set {
	out := map[chunks.Key]*filter.Set{}
	for i := range s.items {
		it := &s.items[i]
		segment, _ := it.table.Index.Place(int(it.chunk))
		if set := it.at.Load(); set != nil && next.held[segment] == nil {
			out[it.key()] = set
		}
	}
	return out
}

// add takes in a table, whose pages of chunks are its index' segments.
func (s *segments) add(t *catalog.Table, before *segments) {
	ordinal := 0
	for _, segment := range t.Index.Segments() {
		h := before.held[segment]
		for i := range segment.Len() {
			if f := t.Filters(ordinal); f.Exist() {
				if h == nil {
					h = &held{sets: newSets(segment.Len())}
				}
				s.items = append(s.items, item{at: &h.sets[i], table: t, chunk: int32(ordinal), bits: f.Bits})
				s.stored[f.Bits].chunks++
				s.stored[f.Bits].bytes += f.Bytes
			}
			ordinal++
		}
		if h != nil {
			s.held[segment] = h
		}
	}
}

// widthFor is the greatest width with which all filters fit into so much memory, at least one bit.
func (s *segments) widthFor(limit int64) uint8 {
	for width := uint8(filter.MaxBits); width > 1; width-- {
		total := int64(0)
		for bits, have := range s.stored {
			if have.chunks > 0 {
				total += have.chunks*overhead + have.bytes*int64(min(width, uint8(bits)))/int64(bits)
			}
		}
		if total <= limit {
			return width
		}
	}
	return 1
}

// overhead is about what a chunk's filters take in memory beside what is stored.
const overhead = 128
