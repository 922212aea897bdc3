package duckdb

import (
	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/bitutil"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// Arrow v17 exports a struct (and a sparse union) that is a slice of another one with its offset
// counted twice: the children that it exports are cut already, and the offset is told, too. So such
// arrays are given the offset 0 before they are exported. Only validity bitmaps are copied.

// rebased returns the record with all structs and sparse unions at offset 0. The caller releases it.
func rebased(rec arrow.Record) arrow.Record {
	var columns []arrow.Array
	for i, c := range rec.Columns() {
		if !offsetInside(c.Data()) {
			continue
		}
		if columns == nil {
			columns = append(columns, rec.Columns()...)
		}
		data := rebase(c.Data())
		columns[i] = array.MakeFromData(data)
		data.Release()
		defer columns[i].Release()
	}
	if columns == nil {
		rec.Retain()
		return rec
	}
	return array.NewRecord(rec.Schema(), columns, rec.NumRows())
}

// cutsChildren tells whether Arrow v17 cuts the children of this array by its offset.
func cutsChildren(data arrow.ArrayData) bool {
	id := data.DataType().ID()
	return id == arrow.STRUCT || id == arrow.SPARSE_UNION
}

// offsetInside tells whether the array or one nested in it must be rebased.
func offsetInside(data arrow.ArrayData) bool {
	if cutsChildren(data) && data.Offset() != 0 {
		return true
	}
	for _, child := range data.Children() {
		if offsetInside(child) {
			return true
		}
	}
	return false
}

func rebase(data arrow.ArrayData) arrow.ArrayData {
	if !offsetInside(data) {
		data.Retain()
		return data
	}
	buffers, offset := data.Buffers(), data.Offset()
	children := make([]arrow.ArrayData, len(data.Children()))
	for i, child := range data.Children() {
		if cutsChildren(data) {
			child = array.NewSliceData(child, int64(offset), int64(offset+data.Len()))
		} else {
			child.Retain()
		}
		children[i] = rebase(child)
		child.Release()
		defer children[i].Release()
	}
	if cutsChildren(data) {
		buffers = cutBuffers(data)
		defer memory.ReleaseBuffers(buffers)
		offset = 0
	}
	return array.NewData(data.DataType(), data.Len(), buffers, children, data.NullN(), offset)
}

// cutBuffers returns a struct's validity, and a sparse union's type ids, from its offset on.
func cutBuffers(data arrow.ArrayData) []*memory.Buffer {
	cut := make([]*memory.Buffer, len(data.Buffers()))
	for i, b := range data.Buffers() {
		switch {
		case b == nil || b.Len() == 0:
		case i == 0: // validity, a bit for each row
			bits := memory.NewResizableBuffer(memory.DefaultAllocator)
			bits.Resize(int(bitutil.BytesForBits(int64(data.Len()))))
			bitutil.CopyBitmap(b.Bytes(), data.Offset(), data.Len(), bits.Bytes(), 0)
			cut[i] = bits
		default: // type ids, a byte for each row
			cut[i] = memory.SliceBuffer(b, data.Offset(), data.Len())
		}
	}
	return cut
}
