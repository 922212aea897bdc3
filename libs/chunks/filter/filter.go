package filter

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/FastFilter/xorfilter"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

const (
	// MaxBits bounds the bits of a fingerprint.
	MaxBits = 16
	// DefaultBits make a filter say maybe wrongly once in 256 times.
	DefaultBits = 8
	// MaxValues bounds how many values a filter is built of: building takes some 40 bytes for each.
	MaxValues = 4 << 20
)

const (
	// padding lets any slot be read as 32 bits.
	padding = 3
	// maxSegmentLog is the logarithm of the longest segment that is ever built.
	maxSegmentLog = 18
	// maxSlots is what MaxValues take at most, with room.
	maxSlots = 4 * MaxValues
)

// Filter is the filter of one column in one chunk. It is immutable; the zero Filter says no to all.
type Filter struct {
	seed uint64
	// The slots are in segments of 1 << segmentLog; a key has one in each of three neighbouring ones,
	// of which the first is one of starts.
	segmentLog uint8
	bits       uint8
	starts     uint32
	slots      []byte // packed, bits each, lowest first, then padding
}

// Build makes a filter of hashes, which it sorts and of which it drops duplicates; there must be
// between 1 and MaxValues. distinct is how many there are.
func Build(hashes []uint64, width uint8) (f Filter, distinct int, err error) {
	const op = "build filter"
	if width < 1 || width > MaxBits || len(hashes) == 0 || len(hashes) > MaxValues {
		return f, 0, fault.New(fault.Internal, op, "%d values in %d bits each", len(hashes), width)
	}
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	if width <= 8 {
		f, err = build[uint8](hashes, width)
	} else {
		f, err = build[uint16](hashes, width)
	}
	if err != nil {
		return Filter{}, 0, fault.New(fault.Internal, op, "%w", err)
	}
	// A filter that denies a value loses rows, so that this is worth its time.
	for _, h := range hashes {
		if !f.Has(h) {
			return Filter{}, 0, fault.New(fault.Internal, op, "the filter of %d values denies one of them", len(hashes))
		}
	}
	return f, len(hashes), nil
}

func build[T uint8 | uint16](hashes []uint64, width uint8) (Filter, error) {
	b, err := xorfilter.NewBinaryFuse[T](hashes)
	if err != nil {
		return Filter{}, err
	}
	f := Filter{
		seed: b.Seed, segmentLog: uint8(bits.TrailingZeros32(b.SegmentLength)), bits: width, starts: b.SegmentCount,
	}
	f.slots = make([]byte, slotBytes(len(b.Fingerprints), width))
	for i, v := range b.Fingerprints {
		f.set(i, uint32(v))
	}
	return f, nil
}

// slotBytes is how many bytes the packed slots take.
func slotBytes(slots int, width uint8) int { return (slots*int(width)+7)/8 + padding }

// len is the number of slots.
func (f *Filter) len() int { return (int(f.starts) + 2) << f.segmentLog }

// Bits is how many bits a fingerprint has.
func (f *Filter) Bits() uint8 { return f.bits }

// set writes the low bits of v to a slot that is 0.
func (f *Filter) set(i int, v uint32) {
	at := i * int(f.bits)
	b := f.slots[at>>3:]
	word := binary.LittleEndian.Uint32(b) | v&f.mask()<<(at&7)
	binary.LittleEndian.PutUint32(b, word)
}

func (f *Filter) mask() uint32 { return 1<<f.bits - 1 }

// slot returns a slot, with bits of its neighbours above its own.
func (f *Filter) slot(i uint32) uint32 {
	at := uint64(i) * uint64(f.bits)
	return binary.LittleEndian.Uint32(f.slots[at>>3:]) >> (at & 7)
}

// Has tells whether a value with this hash may be there; false is certain.
func (f *Filter) Has(hash uint64) bool {
	if f.bits == 0 {
		return false
	}
	// As xorfilter does it, for which Build checks.
	h := mix(hash + f.seed)
	a, _ := bits.Mul64(h, uint64(f.starts)<<f.segmentLog)
	length := uint32(1) << f.segmentLog
	s0 := uint32(a)
	s1 := s0 + length
	s2 := s1 + length
	s1 ^= uint32(h>>18) & (length - 1)
	s2 ^= uint32(h) & (length - 1)
	print := uint32(h ^ h>>32)
	return (print^f.slot(s0)^f.slot(s1)^f.slot(s2))&f.mask() == 0
}

// mix is the finalizer of MurmurHash3.
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	h ^= h >> 33
	return h
}

// Narrow returns the filter with fingerprints of at most so many bits, at least one.
func (f *Filter) Narrow(width uint8) Filter {
	if f.bits <= width || width == 0 {
		return *f
	}
	out := *f
	out.bits = width
	out.slots = make([]byte, slotBytes(f.len(), width))
	for i := range f.len() {
		out.set(i, f.slot(uint32(i)))
	}
	return out
}
