package assignment

import (
	"slices"

	"github.com/shoal-db/shoal/libs/chunks"
)

// Placement says which workers hold each of a list of chunks.
type Placement struct {
	Workers []chunks.WorkerID
	Keys    []chunks.Key
	// Width is the number of replicas of each chunk.
	Width int
	// Slots has Width elements for each key: indexes into Workers in order of preference, -1 for none.
	Slots []int32
}

// Replicas returns the workers' indexes for chunk i, in order of preference. The slice aliases
// Slots; elements may be -1 in placements that Assign did not make.
func (p *Placement) Replicas(i int) []int32 { return p.Slots[i*p.Width : (i+1)*p.Width] }

// Moved returns the bytes of the replicas that next has and prev has not: what workers download.
func Moved(prev, next *Placement, loads []Load) int64 {
	bytes := make(map[chunks.Key]int64, len(loads))
	for _, l := range loads {
		bytes[l.Key] = l.Bytes
	}
	was := make(map[chunks.Key]int, len(prev.Keys))
	for i, k := range prev.Keys {
		was[k] = i
	}
	var moved int64
	for i, k := range next.Keys {
		var before []int32
		if at, ok := was[k]; ok {
			before = prev.Replicas(at)
		}
		for _, w := range next.Replicas(i) {
			held := w >= 0 && slices.ContainsFunc(before, func(b int32) bool { return b >= 0 && prev.Workers[b] == next.Workers[w] })
			if w >= 0 && !held {
				moved += bytes[k]
			}
		}
	}
	return moved
}
