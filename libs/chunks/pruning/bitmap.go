package pruning

import "math/bits"

// A bitmap is a set of chunks of a segment, 64 to a word; bits beyond the last chunk are 0.
type bitmap []uint64

func wordsFor(n int) int { return (n + 63) / 64 }

// fullBitmap returns the set of all n chunks.
func fullBitmap(n int) bitmap {
	b := make(bitmap, wordsFor(n))
	for i := range b {
		b[i] = ^uint64(0)
	}
	if n%64 != 0 {
		b[len(b)-1] = 1<<(n%64) - 1
	}
	return b
}

func (b bitmap) set(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bitmap) has(i int) bool { return b[i/64]>>(i%64)&1 != 0 }

func (b bitmap) count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

func (b bitmap) isEmpty() bool {
	for _, w := range b {
		if w != 0 {
			return false
		}
	}
	return true
}

// and keeps what is in o as well; a nil o stands for all chunks.
func (b bitmap) and(o bitmap) {
	if o == nil {
		return
	}
	for i := range b {
		b[i] &= o[i]
	}
}

func (b bitmap) or(o bitmap) {
	for i := range b {
		b[i] |= o[i]
	}
}

func (b bitmap) andNot(o bitmap) {
	for i := range b {
		b[i] &^= o[i]
	}
}

// keepPrefix keeps the chunks before n.
func (b bitmap) keepPrefix(n int) {
	if n/64 < len(b) {
		b[n/64] &= 1<<(n%64) - 1
		clear(b[n/64+1:])
	}
}

// dropPrefix keeps the chunks from n on.
func (b bitmap) dropPrefix(n int) {
	clear(b[:min(n/64, len(b))])
	if n/64 < len(b) {
		b[n/64] &^= 1<<(n%64) - 1
	}
}
