package filter

import (
	"bytes"
	"encoding/binary"
	"slices"
	"unsafe"

	"github.com/shoal-db/shoal/libs/chunks/internal/wire"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// A set is stored as "SHF1"; the number of columns; for each, ascending, its ordinal, the bits of a
// fingerprint, the logarithm of the segments' length, the number of starts and the seed; then the
// slots of each. It is not compressed: fingerprints are noise.
const (
	setMagic = "SHF1"
	// MaxSetBytes bounds an encoded set.
	MaxSetBytes = 256 << 20
	// MaxColumn is the greatest ordinal of a column.
	MaxColumn = 1<<16 - 1
)

// Set is the filters of one chunk's file. It is immutable.
type Set struct {
	columns []uint16 // ascending
	filters []Filter
}

// NewSet returns the set of the columns' filters, by ordinal.
func NewSet(filters map[int]Filter) *Set {
	s := &Set{}
	for c := range filters {
		s.columns = append(s.columns, uint16(c))
	}
	slices.Sort(s.columns)
	for _, c := range s.columns {
		s.filters = append(s.filters, filters[int(c)])
	}
	return s
}

// Columns returns the ordinals of the columns that have a filter, ascending. The slice is the Set's.
func (s *Set) Columns() []uint16 { return s.columns }

// Column returns the filter of a column, nil if it has none.
func (s *Set) Column(ordinal int) *Filter {
	// There are few: a loop is as fast as anything.
	for i, c := range s.columns {
		if int(c) == ordinal {
			return &s.filters[i]
		}
	}
	return nil
}

// Bits is how many bits most fingerprints of the set have, 0 if it is empty.
func (s *Set) Bits() uint8 {
	width := uint8(0)
	for i := range s.filters {
		width = max(width, s.filters[i].bits)
	}
	return width
}

// MemoryBytes is about how much memory the set holds.
func (s *Set) MemoryBytes() int64 {
	total := int64(unsafe.Sizeof(*s)) + int64(len(s.columns))*int64(2+unsafe.Sizeof(Filter{}))
	for i := range s.filters {
		total += int64(len(s.filters[i].slots))
	}
	return total
}

// Narrow returns the set with fingerprints of at most so many bits.
func (s *Set) Narrow(width uint8) *Set {
	out := &Set{columns: s.columns, filters: make([]Filter, len(s.filters))}
	for i := range s.filters {
		out.filters[i] = s.filters[i].Narrow(width)
	}
	return out
}

// Encode writes the set.
func (s *Set) Encode() []byte {
	out := wire.AppendUint([]byte(setMagic), uint64(len(s.columns)))
	for i, c := range s.columns {
		f := &s.filters[i]
		out = wire.AppendUint(out, uint64(c))
		out = append(out, f.bits, f.segmentLog)
		out = wire.AppendUint(out, uint64(f.starts))
		out = binary.LittleEndian.AppendUint64(out, f.seed)
	}
	for i := range s.filters {
		out = append(out, s.filters[i].slots...)
	}
	return out
}

// Decode is the inverse of Encode. What Encode does not write is invalid_argument. The set keeps data.
func Decode(data []byte) (*Set, error) {
	s, err := decode(data)
	if err != nil {
		return nil, fault.From(err).WithOp("decode filters")
	}
	return s, nil
}

func decode(data []byte) (*Set, error) {
	body, ok := bytes.CutPrefix(data, []byte(setMagic))
	if !ok || len(data) > MaxSetBytes {
		return nil, fault.New(fault.InvalidArgument, "", "these are not filters of at most %d bytes", MaxSetBytes)
	}
	r := wire.NewReader(body)
	n := r.Count(12)
	s := &Set{columns: make([]uint16, n), filters: make([]Filter, n)}
	last := -1
	for i := range n {
		column := int(min(r.Uint(), MaxColumn+1))
		if column <= last || column > MaxColumn {
			r.Fail("column %d follows column %d", column, last)
		}
		last = column
		s.columns[i] = uint16(column)
		s.filters[i] = readHead(r)
	}
	for i := range s.filters {
		f := &s.filters[i]
		if r.Err() == nil {
			f.slots = r.Raw(slotBytes(f.len(), f.bits))
		}
		if r.Err() == nil && !f.tailIsZero() {
			r.Fail("there is something behind the last slot")
		}
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	return s, nil
}

// readHead reads what precedes the slots.
func readHead(r *wire.Reader) Filter {
	f := Filter{bits: r.Byte(), segmentLog: r.Byte()}
	starts := r.Uint()
	if b := r.Raw(8); b != nil {
		f.seed = binary.LittleEndian.Uint64(b)
	}
	switch {
	case f.bits < 1 || f.bits > MaxBits:
		r.Fail("fingerprints of %d bits", f.bits)
	case f.segmentLog > maxSegmentLog || starts < 1 || starts+2 > maxSlots>>f.segmentLog:
		r.Fail("%d segments of 2^%d slots", starts, f.segmentLog)
	}
	f.starts = uint32(min(starts, maxSlots))
	return f
}

// tailIsZero tells whether the bits behind the last slot are 0.
func (f *Filter) tailIsZero() bool {
	used := f.len() * int(f.bits)
	tail := f.slots[used>>3:]
	if used&7 != 0 {
		if tail[0]>>(used&7) != 0 {
			return false
		}
		tail = tail[1:]
	}
	return !slices.ContainsFunc(tail, func(b byte) bool { return b != 0 })
}
