package catalog

import (
	"maps"
	"slices"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/assignment"
)

// Assignment is the assignment of one axis as metadata published it.
type Assignment struct {
	Axis       chunks.Axis
	Generation int64
	// Pages and Previous are the ids of the pages that Current and Former were read from.
	Pages, Previous []string

	current, former *placement
	slots           map[chunks.WorkerID]int32
}

// Assignments returns the assignments of all axes, sorted by axis.
func (s *Snapshot) Assignments() []Assignment {
	out := make([]Assignment, 0, len(s.axes))
	for _, key := range slices.Sorted(maps.Keys(s.axes)) {
		a := s.axes[key]
		out = append(out, Assignment{
			Axis: a.record.Axis, Generation: a.record.Generation, Pages: a.record.Pages, Previous: a.record.Previous,
			current: a.current, former: a.previous, slots: s.slots,
		})
	}
	return out
}

// Current returns who shall hold what. It is made anew by each call.
func (a *Assignment) Current() assignment.Table { return a.table(a.current) }

// Former returns the assignment from which chunks are still moving, without ranges if none are. It
// is made anew by each call.
func (a *Assignment) Former() assignment.Table { return a.table(a.former) }

func (a *Assignment) table(p *placement) assignment.Table {
	t := assignment.Table{Axis: a.Axis}
	if p == nil {
		return t
	}
	t.Ranges, t.Width, t.Slots = slices.Clone(p.ranges), p.width, slices.Clone(p.slots)
	used := make([]bool, len(a.slots))
	for _, slot := range t.Slots {
		if slot >= 0 {
			used[slot] = true
		}
	}
	// Workers are listed by id, so that equal tables are encoded equally in every process.
	number := make([]int32, len(a.slots))
	for _, id := range slices.Sorted(maps.Keys(a.slots)) {
		if slot := a.slots[id]; used[slot] {
			number[slot] = int32(len(t.Workers))
			t.Workers = append(t.Workers, id)
		}
	}
	for i, slot := range t.Slots {
		if slot >= 0 {
			t.Slots[i] = number[slot]
		}
	}
	return t
}

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
