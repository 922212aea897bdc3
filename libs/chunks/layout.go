package chunks

import (
	"slices"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Layout is the set of ranges that an axis is cut into: disjoint, sorted, the NULL range apart.
// All tables of the axis use the same cuts, so that a block is in one chunk for every table. The
// zero Layout is empty and ready. It is immutable: Add returns a new one.
type Layout struct {
	ranges []Range
	null   bool
}

// Add returns the layout with more ranges. A range may equal an existing one; a range that
// otherwise overlaps an existing one or another new one is invalid_argument, with both ranges in
// the message and in the details "range" and "clashes_with".
func (l Layout) Add(added ...Range) (Layout, error) {
	out := Layout{null: l.null, ranges: slices.Concat(l.ranges)}
	for _, r := range added {
		if !r.Valid() {
			return l, fault.New(fault.InvalidArgument, "lay out chunks", "the range %s is not valid", r)
		}
		if r.Null {
			out.null = true
			continue
		}
		out.ranges = append(out.ranges, r)
	}
	slices.SortFunc(out.ranges, Range.Compare)
	out.ranges = slices.Compact(out.ranges)
	for i := 1; i < len(out.ranges); i++ {
		if a, b := out.ranges[i-1], out.ranges[i]; a.Overlaps(b) {
			return l, clash(a, b, added)
		}
	}
	return out, nil
}

// clash says that the new one of two ranges overlaps the other.
func clash(a, b Range, added []Range) error {
	if !slices.Contains(added, b) {
		a, b = b, a
	}
	return fault.New(fault.InvalidArgument, "lay out chunks", "the chunk range %s overlaps %s", b, a).
		WithHint("all tables of a dataset share the cuts of its block axis; cut along the existing ranges").
		WithDetail("range", b.String()).WithDetail("clashes_with", a.String())
}

// Find returns the range that has the block, and whether there is one.
func (l Layout) Find(block int64) (Range, bool) {
	i := l.at(block)
	if i < len(l.ranges) && l.ranges[i].Contains(block) {
		return l.ranges[i], true
	}
	return Range{}, false
}

// Gap returns the widest range around the block that overlaps no range of the layout, and false
// if the block is in a range already.
func (l Layout) Gap(block int64) (Range, bool) {
	gap := Range{First: -1 << 63, Last: 1<<63 - 1}
	i := l.at(block)
	if i < len(l.ranges) {
		if l.ranges[i].Contains(block) {
			return Range{}, false
		}
		gap.Last = l.ranges[i].First - 1
	}
	if i > 0 {
		gap.First = l.ranges[i-1].Last + 1
	}
	return gap, true
}

// at returns the index of the first range that does not end before the block.
func (l Layout) at(block int64) int {
	i, _ := slices.BinarySearchFunc(l.ranges, block, func(r Range, b int64) int {
		if r.Last < b {
			return -1
		}
		return 1
	})
	return i
}

// Ranges returns the ranges in order, the NULL range, if there is one, last. The slice is the
// caller's.
func (l Layout) Ranges() []Range {
	out := slices.Clone(l.ranges)
	if l.null {
		out = append(out, NullRange())
	}
	return out
}

// HasNull tells whether the layout has the NULL range.
func (l Layout) HasNull() bool { return l.null }

// Len returns the number of ranges, the NULL range included.
func (l Layout) Len() int {
	if l.null {
		return len(l.ranges) + 1
	}
	return len(l.ranges)
}
