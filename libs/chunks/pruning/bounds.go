package pruning

import (
	"math"
	"sort"
	"unsafe"
)

// bounds are the minimum and maximum keys of one column in all chunks of a segment. Each method
// narrows a set in place to the chunks for which a statement about their bounds holds.
type bounds interface {
	// minAtMost keeps the chunks with min ≤ key.
	minAtMost(set bitmap, key int64)
	// maxAtLeast keeps the chunks with max ≥ key.
	maxAtLeast(set bitmap, key int64)
	// notOnly keeps the chunks that are not bounded to key alone, by min = max = key.
	notOnly(set bitmap, key int64)
	// anyOf keeps the chunks whose bounds enclose one of the items.
	anyOf(set bitmap, in items)
	// at are a chunk's bounds, at the open ends where they are not known.
	at(chunk int) (least, most int64)
	// memory is the number of bytes held.
	memory() int64
}

// boundsOf stores keys as narrowly as they fit and prepares them for whole words at a time.
func boundsOf(mins, maxs []int64) bounds {
	if fits32(mins, lowest) && fits32(maxs, highest) {
		return newColumnBounds(narrow(mins), narrow(maxs))
	}
	return newColumnBounds(mins, maxs)
}

// fits32 tells whether all keys but the open end are strictly inside of int32, so that its ends
// are free to be open ends.
func fits32(keys []int64, open int64) bool {
	for _, k := range keys {
		if k != open && (k <= math.MinInt32 || k >= math.MaxInt32) {
			return false
		}
	}
	return true
}

func narrow(keys []int64) []int32 {
	out := make([]int32, len(keys))
	for i, k := range keys {
		out[i] = int32(max(math.MinInt32, min(math.MaxInt32, k)))
	}
	return out
}

// columnBounds holds bounds in any order, with the extremes of every 64 chunks, so that sets of
// them are decided at once where the column is clustered.
type columnBounds[T int32 | int64] struct {
	min, max []T
	// The least and greatest minimum and maximum of each word.
	leastMin, mostMin, leastMax, mostMax []T
}

func newColumnBounds[T int32 | int64](mins, maxs []T) *columnBounds[T] {
	c := &columnBounds[T]{min: mins, max: maxs}
	c.leastMin, c.mostMin = extremes(mins)
	c.leastMax, c.mostMax = extremes(maxs)
	return c
}

func extremes[T int32 | int64](keys []T) (least, most []T) {
	n := wordsFor(len(keys))
	least, most = make([]T, n), make([]T, n)
	for w := range n {
		part := keys[w*64 : min(w*64+64, len(keys))]
		least[w], most[w] = part[0], part[0]
		for _, k := range part[1:] {
			least[w], most[w] = min(least[w], k), max(most[w], k)
		}
	}
	return least, most
}

// ends returns the ends of T.
func ends[T int32 | int64]() (least, most T) {
	least = T(1) << (8*unsafe.Sizeof(T(0)) - 1)
	return least, ^least
}

// reopen brings a stored key to int64, open ends to open ends.
func reopen[T int32 | int64](k T) int64 {
	switch least, most := ends[T](); k {
	case least:
		return lowest
	case most:
		return highest
	}
	return int64(k)
}

// clamp brings a key into T. The ends of T are open ends, so a key outside stays outside of
// everything that is stored but not open.
func clamp[T int32 | int64](key int64) T {
	t := T(key)
	if int64(t) == key {
		return t
	}
	least, most := ends[T]()
	if key < 0 {
		return least
	}
	return most
}

func (c *columnBounds[T]) minAtMost(set bitmap, key int64) {
	k := clamp[T](key)
	for w, cares := range set {
		switch {
		case cares == 0 || c.mostMin[w] <= k:
		case c.leastMin[w] > k:
			set[w] = 0
		default:
			var keep uint64
			for i, v := range c.min[w*64 : min(w*64+64, len(c.min))] {
				keep |= bit(v <= k) << i
			}
			set[w] &= keep
		}
	}
}

func (c *columnBounds[T]) maxAtLeast(set bitmap, key int64) {
	k := clamp[T](key)
	for w, cares := range set {
		switch {
		case cares == 0 || c.leastMax[w] >= k:
		case c.mostMax[w] < k:
			set[w] = 0
		default:
			var keep uint64
			for i, v := range c.max[w*64 : min(w*64+64, len(c.max))] {
				keep |= bit(v >= k) << i
			}
			set[w] &= keep
		}
	}
}

func (c *columnBounds[T]) notOnly(set bitmap, key int64) {
	k := clamp[T](key)
	if int64(k) != key {
		return // no bound is that key
	}
	for w, cares := range set {
		if cares == 0 || c.leastMin[w] > k || c.mostMax[w] < k {
			continue
		}
		var only uint64
		for i, v := range c.min[w*64 : min(w*64+64, len(c.min))] {
			only |= bit(v == k && c.max[w*64+i] == k) << i
		}
		set[w] &^= only
	}
}

func (c *columnBounds[T]) anyOf(set bitmap, in items) {
	find := newFinder[T](in)
	for w, cares := range set {
		if cares == 0 {
			continue
		}
		if !find.meets(c.leastMin[w], c.mostMax[w]) {
			set[w] = 0
			continue
		}
		mins := c.min[w*64 : min(w*64+64, len(c.min))]
		maxs := c.max[w*64 : w*64+len(mins)]
		var keep uint64
		for i, v := range mins {
			keep |= bit(find.meets(v, maxs[i])) << i
		}
		set[w] &= keep
	}
}

func (c *columnBounds[T]) at(chunk int) (least, most int64) {
	return reopen(c.min[chunk]), reopen(c.max[chunk])
}

func (c *columnBounds[T]) memory() int64 {
	return int64(unsafe.Sizeof(T(0))) * int64(2*len(c.min)+4*len(c.leastMin))
}

// bit is 1 for true. The compiler makes it a flag move, without a branch.
func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// rangeBounds are the block ranges of a segment's chunks, both ends ascending, so that every
// statement but anyOf is about a prefix or suffix, found by binary search. Chunks after the last
// range have the NULL block; nothing is said about them here (see column.hasValue).
type rangeBounds struct {
	first, last []int64
}

func (r rangeBounds) minAtMost(set bitmap, key int64) {
	set.keepPrefix(sort.Search(len(r.first), func(i int) bool { return r.first[i] > key }))
}

func (r rangeBounds) maxAtLeast(set bitmap, key int64) {
	set.dropPrefix(sort.Search(len(r.last), func(i int) bool { return r.last[i] >= key }))
}

func (r rangeBounds) notOnly(set bitmap, key int64) {
	lo := sort.Search(len(r.last), func(i int) bool { return r.last[i] >= key })
	for i := lo; i < len(r.first) && r.first[i] <= key; i++ {
		if r.first[i] == key && r.last[i] == key {
			set[i/64] &^= 1 << (i % 64)
		}
	}
}

func (r rangeBounds) anyOf(set bitmap, in items) {
	if len(in.le) > len(r.first) {
		for i := range r.first {
			if set.has(i) && !in.meets(r.first[i], r.last[i]) {
				set[i/64] &^= 1 << (i % 64)
			}
		}
		return
	}
	keep := make(bitmap, len(set))
	for j := range in.le {
		lo := sort.Search(len(r.last), func(i int) bool { return r.last[i] >= in.ge[j] })
		for i := lo; i < len(r.first) && r.first[i] <= in.le[j]; i++ {
			keep.set(i)
		}
	}
	set.and(keep)
}

func (r rangeBounds) at(chunk int) (least, most int64) { return r.first[chunk], r.last[chunk] }

func (r rangeBounds) memory() int64 { return 16 * int64(len(r.first)) }

// items are the positions of an IN list: a chunk may have one of them if, for one j, its min is at
// most le[j] and its max at least ge[j]. Sorted by le. least[j] is the least ge from j on, because
// positions of literals of mixed types may be nested.
type items struct {
	le, ge, least []int64
}

func newItems(at []position) items {
	var in items
	sort.Slice(at, func(i, j int) bool { return at[i].le < at[j].le })
	for _, p := range at {
		if n := len(in.le); p.noEq || n > 0 && in.le[n-1] == p.le && in.ge[n-1] == p.ge {
			continue
		}
		in.le, in.ge = append(in.le, p.le), append(in.ge, p.ge)
	}
	in.least = make([]int64, len(in.ge))
	for j := len(in.ge) - 1; j >= 0; j-- {
		in.least[j] = in.ge[j]
		if j+1 < len(in.ge) {
			in.least[j] = min(in.ge[j], in.least[j+1])
		}
	}
	return in
}

// meets tells whether values between lo and hi may equal an item. It may say so wrongly.
func (in items) meets(lo, hi int64) bool {
	// The first item that is not below lo. The steps are sums and not branches, which nothing
	// could predict.
	i := 0
	for n := len(in.le); n > 0; {
		half := (n + 1) / 2
		i += half * int(bit(in.le[i+half-1] < lo))
		n -= half
	}
	return i < len(in.le) && in.least[i] <= hi
}
