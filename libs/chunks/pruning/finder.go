package pruning

import "math/bits"

// A finder finds items among stored keys, for as many lookups as a segment has chunks: a table says
// for each stretch of keys where in the list to begin, so that a lookup takes a step or two whatever
// the length of the list. Keys are brought into T once instead of what is stored into int64 each time,
// which is right for the ends as well: an open end is below, or above, every item.
type finder[T int32 | int64] struct {
	le, least []T // as in items
	// first has, for the keys from base + b<<shift on, the index of the first item with such an le.
	first []int32
	base  T
	shift uint8
}

// maxStretches bounds the table; there are some for each item.
const maxStretches = 4096

func newFinder[T int32 | int64](in items) *finder[T] {
	f := &finder[T]{le: make([]T, len(in.le)), least: make([]T, len(in.le))}
	for j := range in.le {
		f.le[j], f.least[j] = clamp[T](in.le[j]), clamp[T](in.least[j])
	}
	if len(f.le) == 0 {
		return f
	}
	f.base = f.le[0]
	span := distance(f.base, f.le[len(f.le)-1])
	stretches := min(4*len(f.le), maxStretches)
	f.shift = uint8(max(0, bits.Len64(span)-bits.Len(uint(stretches))))
	f.first = make([]int32, span>>f.shift+2)
	j := 0
	for b := range f.first {
		for j < len(f.le) && distance(f.base, f.le[j])>>f.shift < uint64(b) {
			j++
		}
		f.first[b] = int32(j)
	}
	return f
}

// distance is how far b is above a.
func distance[T int32 | int64](a, b T) uint64 { return uint64(int64(b)) - uint64(int64(a)) }

// meets tells whether values between lo and hi may equal an item. It may say so wrongly.
func (f *finder[T]) meets(lo, hi T) bool {
	i := 0
	if len(f.le) == 0 {
		return false
	}
	if lo > f.base {
		b := distance(f.base, lo) >> f.shift
		if b >= uint64(len(f.first)-1) {
			return false // above all items
		}
		// The first item that is not below lo is here, or the one that follows. The steps are sums and
		// not branches, which nothing could predict.
		i = int(f.first[b])
		for n := int(f.first[b+1]) - i; n > 0; {
			half := (n + 1) / 2
			i += half * int(bit(f.le[i+half-1] < lo))
			n -= half
		}
	}
	return i < len(f.le) && f.least[i] <= hi
}
