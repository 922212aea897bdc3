package duckdb

import (
	"encoding/binary"

	"github.com/apache/arrow/go/v17/arrow"
)

// recordBytes is how many bytes of buffers rows [from, to) of a record take, as Arrow IPC would send
// them but for padding. Dictionaries are left out: they are sent once.
func recordBytes(rec arrow.Record, from, to int64) int64 {
	var sum int64
	for _, c := range rec.Columns() {
		sum += dataBytes(c.Data(), from, to)
	}
	return sum
}

// dataBytes looks at rows [from, to) of the data, whose own offset it adds.
func dataBytes(data arrow.ArrayData, from, to int64) int64 {
	n := to - from
	sum := (n + 7) / 8 // validity
	buffers, offset := data.Buffers(), int64(data.Offset())
	switch t := data.DataType().(type) {
	case arrow.FixedWidthDataType: // dictionaries' indices, too
		return sum + (n*int64(t.BitWidth())+7)/8
	case arrow.BinaryDataType:
		width := int64(t.Layout().Buffers[1].ByteWidth)
		if len(buffers) < 3 || buffers[1] == nil || t.ID() == arrow.STRING_VIEW || t.ID() == arrow.BINARY_VIEW {
			return sum + n*width
		}
		first, last := offsetsAt(buffers[1].Bytes(), width, offset+from, offset+to)
		return sum + n*width + last - first
	case *arrow.ListType, *arrow.LargeListType, *arrow.MapType:
		width := int64(t.Layout().Buffers[1].ByteWidth)
		if len(buffers) < 2 || buffers[1] == nil {
			return sum
		}
		first, last := offsetsAt(buffers[1].Bytes(), width, offset+from, offset+to)
		return sum + n*width + dataBytes(data.Children()[0], first, last)
	case *arrow.FixedSizeListType:
		size := int64(t.Len())
		return sum + dataBytes(data.Children()[0], (offset+from)*size, (offset+to)*size)
	}
	// Structs, sparse unions and what else has children of its own length; one byte covers the ids
	// of a union's types.
	sum += n
	for _, child := range data.Children() {
		sum += dataBytes(child, offset+from, offset+to)
	}
	return sum
}

func offsetsAt(offsets []byte, width, from, to int64) (first, last int64) {
	if int64(len(offsets)) < (to+1)*width {
		return 0, 0 // an empty array may have no offsets at all
	}
	at := func(i int64) int64 {
		if width == 4 {
			return int64(binary.NativeEndian.Uint32(offsets[i*4:]))
		}
		return int64(binary.NativeEndian.Uint64(offsets[i*8:]))
	}
	return at(from), at(to)
}
