package pruning

import (
	"math/bits"

	"github.com/shoal-db/shoal/libs/chunks/filter"
	"github.com/shoal-db/shoal/libs/chunks/value"
)

// Filters are the filters for equality that are at hand. They may come and go at any time, and are
// used by many goroutines; a chunk without one is kept.
type Filters interface {
	// Of returns the filters of a segment's chunks, nil if there are none.
	Of(*Segment) ChunkFilters
}

// ChunkFilters are the filters of the chunks of one segment.
type ChunkFilters interface {
	// MayHave tells whether a chunk, by its place in the segment, may have a value with one of the
	// hashes (as package filter makes them) in a column. Only false is certain.
	MayHave(chunk, column int, hashes []uint64) bool
}

const (
	// maxHashes is up to how many literals of an IN list filters are asked about. With more, they
	// would say maybe too often to be worth asking.
	maxHashes = 256
	// maxProbes bounds how many hashes a Select looks up, which takes some 10 ns each. Chunks that are
	// left then are kept.
	maxProbes = 1 << 21
)

// equality is what filters know of a leaf: if it shall be want, the column must have a value with one
// of the hashes. It is never so for a leaf without hashes.
type equality struct {
	hashes []uint64
	want   bool
}

// equalityOf returns what filters can be asked about a column of a type.
func equalityOf(t value.Type, x test) equality {
	literals, want, ok := x.equals()
	if !ok || len(literals) > maxHashes {
		return equality{}
	}
	s := spaceOf(t)
	q := equality{want: want, hashes: make([]uint64, len(literals))}
	for i, v := range literals {
		if q.hashes[i], ok = s.hashOf(v); !ok {
			return equality{}
		}
	}
	return q
}

// hashOf returns the hash of the column's values that equal a literal; ok is false if they may have
// several hashes, or it is not known which.
func (s space) hashOf(v value.Value) (hash uint64, ok bool) {
	switch filter.FormOf(s.typ) {
	case filter.TextForm:
		return filter.Text(v.Raw()), v.Kind() == s.typ.Kind
	case filter.IntForm:
		p, ok := s.locate(v)
		return filter.Int(p.le), ok && p.exact && !p.noEq
	case filter.WideForm:
		if v.Kind() != value.Integer && v.Kind() != value.Decimal {
			return 0, false
		}
		r, ok := s.scaled(v)
		if !ok || !r.IsInt() {
			return 0, false
		}
		n := value.BigInt(r.Num())
		return filter.Wide(n.Words()), n.Known()
	}
	return 0, false
}

// ask removes the chunks that cannot have the column equal to one of the literals.
func (q equality) ask(e *evaluation, column int, set bitmap) {
	for w, word := range set {
		for ; word != 0; word &= word - 1 {
			if e.probes < len(q.hashes) {
				return
			}
			e.probes -= len(q.hashes)
			i := bits.TrailingZeros64(word)
			if !e.filters.MayHave(w*64+i, column, q.hashes) {
				set[w] &^= 1 << i
			}
		}
	}
}
