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

// newRoute finds the places of a table's chunks. The chunks of one page are sorted.
func newRoute(place *placement, t *Table) route {
	if place == nil {
		return route{}
	}
	r := route{place: place, ordinals: make([]int32, 0, t.chunks)}
	same := t.chunks == len(place.ranges)
	for _, p := range t.pages {
		at := 0
		if len(p.ids) > 0 {
			at, _ = slices.BinarySearchFunc(place.ranges, p.ids[0].Range, chunks.Range.Compare)
		}
		for _, id := range p.ids {
			for at < len(place.ranges) && place.ranges[at].Compare(id.Range) < 0 {
				at++
			}
			ordinal := int32(-1)
			if at < len(place.ranges) && place.ranges[at] == id.Range {
				ordinal = int32(at)
			}
			same = same && int(ordinal) == len(r.ordinals)
			r.ordinals = append(r.ordinals, ordinal)
		}
	}
	if same {
		r.ordinals = nil
	}
	return r
}
