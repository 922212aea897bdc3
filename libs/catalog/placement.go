package catalog

import (
	"slices"

	"github.com/shoal-db/shoal/libs/chunks"
)

// noSlot fills the places of a chunk that has fewer replicas than others.
const noSlot int32 = -1

// placement is a decoded assignment of one axis: for each range, sorted, the slots of its workers
// by preference. It is immutable and shared between Snapshots.
type placement struct {
	ranges []chunks.Range
	width  int
	slots  []int32 // width per range, filled up with noSlot
}

// route leads from a table's chunks to their places.
type route struct {
	place *placement
	// ordinals has the place of each chunk in the placement, -1 for a chunk that it lacks; nil when
	// the table has just the placement's ranges, so that the ordinals are the same.
	ordinals []int32
}

// at returns the slots of a chunk's workers, by preference.
func (r *route) at(chunk int) []int32 {
	if r.place == nil {
		return nil
	}
	if r.ordinals != nil {
		chunk = int(r.ordinals[chunk])
	}
	if chunk < 0 || chunk >= len(r.place.ranges) {
		return nil
	}
	slots := r.place.slots[chunk*r.place.width : (chunk+1)*r.place.width]
	if i := slices.Index(slots, noSlot); i >= 0 {
		slots = slots[:i]
	}
	return slots
}

// newRoute finds the places of sorted chunks.
func newRoute(place *placement, ids []chunks.ID) route {
	if place == nil {
		return route{}
	}
	r := route{place: place, ordinals: make([]int32, len(ids))}
	same, at := len(ids) == len(place.ranges), 0
	for i, id := range ids {
		for at < len(place.ranges) && place.ranges[at].Compare(id.Range) < 0 {
			at++
		}
		r.ordinals[i] = -1
		if at < len(place.ranges) && place.ranges[at] == id.Range {
			r.ordinals[i] = int32(at)
		}
		same = same && int(r.ordinals[i]) == i
	}
	if same {
		r.ordinals = nil
	}
	return r
}
