package assignment

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/shoal-db/shoal/libs/chunks"
)

// ring is a circle of 2⁶⁴ places with virtual nodes of the workers on it.
type ring struct {
	points []point
	// first has, for each value of a place's upper bits, the index of the first point at or after
	// the places with these bits, so that a lookup takes no search.
	first []int32
	shift uint
}

type point struct {
	place  uint64
	worker int32
}

// nodesPerWorker is the mean number of virtual nodes. More even out the ring, which bounded loads
// do as well.
const nodesPerWorker = 64

// newRing spreads virtual nodes over the ring, as many for each worker as its share asks for.
func newRing(hashes []uint64, fair []int64) ring {
	var total int64
	for _, f := range fair {
		total += f
	}
	var r ring
	for w, h := range hashes {
		n := proportion(fair[w], uint64(nodesPerWorker*len(hashes)), uint64(max(total, 1)))
		for k := range uint64(max(n, 1)) {
			r.points = append(r.points, point{mix(h + k*0xd1342543de82ef95), int32(w)})
		}
	}
	slices.SortFunc(r.points, func(a, b point) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(a.worker, b.worker))
	})
	width := uint(bits.Len(uint(len(r.points))))
	r.shift = 64 - width
	r.first = make([]int32, 1<<width)
	at := 0
	for i := range r.first {
		for at < len(r.points) && r.points[at].place>>r.shift < uint64(i) {
			at++
		}
		r.first[i] = int32(at)
	}
	return r
}

// at returns the worker of the first virtual node at or after a place.
func (r *ring) at(place uint64) int32 {
	i := int(r.first[place>>r.shift])
	for i < len(r.points) && r.points[i].place < place {
		i++
	}
	if i == len(r.points) {
		i = 0
	}
	return r.points[i].worker
}

// mix spreads the bits of v (the finisher of SplitMix64).
func mix(v uint64) uint64 {
	v ^= v >> 30
	v *= 0xbf58476d1ce4e5b9
	v ^= v >> 27
	v *= 0x94d049bb133111eb
	return v ^ v>>31
}

// hashID hashes a worker's id (FNV-1a, then mixed).
func hashID(id chunks.WorkerID) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(id) {
		h = (h ^ uint64(id[i])) * 1099511628211
	}
	return mix(h)
}
