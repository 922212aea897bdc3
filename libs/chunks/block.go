package chunks

import (
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// BlockKind says what the blocks of an axis are.
type BlockKind string

// The kinds of blocks, and what one step on their axis is.
const (
	BlockInteger     BlockKind = "integer"     // the value itself
	BlockDate        BlockKind = "date"        // one day since 1970-01-01
	BlockTimestamp   BlockKind = "timestamp"   // one microsecond since 1970-01-01, no time zone
	BlockTimestampTZ BlockKind = "timestamptz" // one microsecond since 1970-01-01 UTC
	BlockPosition    BlockKind = "position"    // the row's position in its table, from 0
)

// BlockKindOf returns the kind of the blocks that a column of DuckDB type duckType has.
// Types that cannot be blocks are invalid_argument.
func BlockKindOf(duckType string) (BlockKind, error) {
	switch strings.ToUpper(strings.TrimSpace(duckType)) {
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT",
		"UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT":
		return BlockInteger, nil
	case "DATE":
		return BlockDate, nil
	case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS":
		return BlockTimestamp, nil
	case "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ":
		return BlockTimestampTZ, nil
	}
	return "", fault.New(fault.InvalidArgument, "choose block column",
		"a column of type %s cannot be a block column", duckType).
		WithHint("block columns are integers, dates or timestamps")
}

// Valid tells whether k is one of the declared kinds.
func (k BlockKind) Valid() bool {
	switch k {
	case BlockInteger, BlockDate, BlockTimestamp, BlockTimestampTZ, BlockPosition:
		return true
	}
	return false
}

// Range is a contiguous run of blocks, both ends included, or the NULL block, which is on no
// position of the axis. It is comparable; First and Last of the NULL block are 0.
type Range struct {
	First, Last int64
	// Null marks the range that has just the rows whose block is NULL.
	Null bool
}

// NullRange is the range of the rows whose block is NULL.
func NullRange() Range { return Range{Null: true} }

// Valid tells whether the range is well formed: First ≤ Last, or the canonical NULL range.
func (r Range) Valid() bool {
	if r.Null {
		return r.First == 0 && r.Last == 0
	}
	return r.First <= r.Last
}

// Contains tells whether the (non-NULL) block is in the range.
func (r Range) Contains(block int64) bool {
	return !r.Null && r.First <= block && block <= r.Last
}

// Overlaps tells whether the ranges have a block in common. NULL overlaps NULL alone.
func (r Range) Overlaps(o Range) bool {
	if r.Null || o.Null {
		return r.Null && o.Null
	}
	return r.First <= o.Last && o.First <= r.Last
}

// Span is Last − First, the number of blocks less one, so that the widest range does not overflow.
func (r Range) Span() uint64 { return uint64(r.Last) - uint64(r.First) }

// Compare orders ranges by First, then Last, the NULL range last.
func (r Range) Compare(o Range) int {
	switch {
	case r.Null != o.Null:
		if r.Null {
			return 1
		}
		return -1
	case r.First != o.First:
		if r.First < o.First {
			return -1
		}
		return 1
	case r.Last != o.Last:
		if r.Last < o.Last {
			return -1
		}
		return 1
	}
	return 0
}

// String is the range as IDs spell it: 0000000001-0000032000, or null.
func (r Range) String() string {
	return string(r.append(make([]byte, 0, 32)))
}

func (r Range) append(b []byte) []byte {
	if r.Null {
		return append(b, "null"...)
	}
	return appendPadded(append(appendPadded(b, r.First), '-'), r.Last)
}

// appendPadded writes v in decimal with at least ten digits after the sign, so that ids of usual blocks
// sort as text in the order of their ranges.
func appendPadded(b []byte, v int64) []byte {
	n := uint64(v)
	if v < 0 {
		b, n = append(b, '-'), -n // right for the smallest int64 as well
	}
	for least := uint64(1_000_000_000); least > n && least > 1; least /= 10 {
		b = append(b, '0')
	}
	return strconv.AppendUint(b, n, 10)
}
