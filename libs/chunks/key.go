package chunks

import "math/bits"

// Axis is what blocks are positions on: all chunked tables of a dataset share one, except for a
// table that is chunked by position, which has its own. It is comparable.
type Axis struct {
	Dataset string
	// Table is set for the axis of a table that is chunked by position.
	Table string
}

// String is the dataset, or dataset.table.
func (a Axis) String() string {
	if a.Table == "" {
		return a.Dataset
	}
	return a.Dataset + "." + a.Table
}

// Chunk is the unit of co-location and assignment: a range of an axis. It is comparable.
type Chunk struct {
	Axis  Axis
	Range Range
}

// String is the axis and the range: tpch/0000000001-0000032000.
func (c Chunk) String() string { return c.Axis.String() + "/" + c.Range.String() }

// Key is a 64-bit hash for compact sets of things named in this package. Equal things have equal
// keys on every machine and in every version; among a million there is a collision with
// probability 3e-8, so a key may decide where to look but not what is true.
type Key uint64

// Key returns the chunk's key. It does not depend on what is in the chunk.
func (c Chunk) Key() Key {
	h := chunkSeed.text(c.Axis.Dataset).text(c.Axis.Table).blocks(c.Range)
	return Key(h.done())
}

// FileKey returns the key of one table's file in a chunk.
func FileKey(dataset, table string, id ID) Key {
	h := fileSeed.text(dataset).text(table).blocks(id.Range).word(uint64(id.Hash))
	return Key(h.done())
}

// FilterKey returns the key of the filters of one table's file in a chunk.
func FilterKey(dataset, table string, id ID, sum FilterSum) Key {
	h := filterSeed.text(dataset).text(table).blocks(id.Range).word(uint64(id.Hash)).word(uint64(sum))
	return Key(h.done())
}

// ReferenceKey returns the key of a reference table's file.
func ReferenceKey(dataset, table string, hash ContentHash) Key {
	h := referenceSeed.text(dataset).text(table).word(uint64(hash))
	return Key(h.done())
}

// The seeds keep the kinds of keys apart.
const (
	chunkSeed     keyHash = 0x8f0c6d1fa25be937
	fileSeed      keyHash = 0x2b5f9a1d77c3e641
	referenceSeed keyHash = 0xd1e4b3905c68f72b
	filterSeed    keyHash = 0x64c9e0f7a3812d5b
)

type keyHash uint64

// word mixes one word in, by a folded 64×64 multiplication. The odd constants are fractions of the
// golden ratio and of √2; any with well spread bits would do.
func (h keyHash) word(v uint64) keyHash {
	hi, lo := bits.Mul64(uint64(h)^v^0x9e3779b97f4a7c15, 0x6a09e667f3bcc909)
	return keyHash((hi ^ lo) + bits.RotateLeft64(uint64(h), 23))
}

// text mixes a string in, led by its length so that neighbours cannot trade bytes.
func (h keyHash) text(s string) keyHash {
	h = h.word(uint64(len(s)))
	for len(s) > 0 {
		var v uint64
		n := min(8, len(s))
		for i := range n {
			v |= uint64(s[i]) << (8 * i)
		}
		h, s = h.word(v), s[n:]
	}
	return h
}

func (h keyHash) blocks(r Range) keyHash {
	if r.Null {
		return h.word(1)
	}
	return h.word(0).word(uint64(r.First)).word(uint64(r.Last))
}

func (h keyHash) done() uint64 {
	v := uint64(h)
	v ^= v >> 32
	v *= 0xd6e8feb86659fd93
	v ^= v >> 29
	v *= 0xd6e8feb86659fd93
	return v ^ v>>32
}
