package duckdb

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/bitutil"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// A registered stream may come from another process. DuckDB follows the offsets, indices and ids in
// a batch wherever they point, and takes texts for UTF-8, so all that is checked before it sees it.

// validate refuses a batch that would have DuckDB read outside of its buffers, or whose texts are
// not UTF-8.
func validate(rec arrow.Record) error {
	for i, c := range rec.Columns() {
		if int64(c.Len()) != rec.NumRows() {
			return badBatch(rec, i, "length")
		}
		if what := flaw(c.Data()); what != "" {
			return badBatch(rec, i, what)
		}
	}
	return nil
}

func badBatch(rec arrow.Record, column int, what string) error {
	name := rec.ColumnName(column)
	return fault.New(fault.InvalidArgument, "read registered stream", "column %q of an Arrow batch has a bad %s", name, what).
		WithDetail("column", name)
}

// flaw names what is wrong with an array, empty if nothing is.
func flaw(d arrow.ArrayData) string {
	rows, end := d.Len(), d.Offset()+d.Len()
	if rows < 0 || d.Offset() < 0 {
		return "length"
	}
	if rows == 0 {
		return "" // nothing is read, and buffers may be left out
	}
	buffers, t := d.Buffers(), d.DataType()
	if len(buffers) > 0 && buffers[0] != nil && buffers[0].Len() > 0 && int64(buffers[0].Len()) < bitutil.BytesForBits(int64(end)) {
		return "validity bitmap"
	}
	switch t := t.(type) {
	case *arrow.NullType:
		return ""
	case *arrow.DictionaryType:
		return flawInDictionary(d, t)
	case arrow.ExtensionType, *arrow.RunEndEncodedType, *arrow.DenseUnionType:
		return "type" // see readable
	case arrow.FixedWidthDataType:
		if bytesIn(buffers, 1) < bitutil.BytesForBits(int64(end)*int64(t.BitWidth())) {
			return "size"
		}
		return ""
	case *arrow.StringViewType, *arrow.BinaryViewType:
		return flawInViews(d)
	case arrow.BinaryDataType:
		width := t.Layout().Buffers[1].ByteWidth
		if !ascending(buffers, width, d.Offset(), end, bytesIn(buffers, 2)) {
			return "offset"
		}
		if id := t.ID(); id == arrow.STRING || id == arrow.LARGE_STRING {
			return flawInTexts(d, width)
		}
		return ""
	}
	return flawInNested(d)
}

func flawInNested(d arrow.ArrayData) string {
	buffers, end := d.Buffers(), d.Offset()+d.Len()
	switch t := d.DataType().(type) {
	case *arrow.ListType, *arrow.LargeListType, *arrow.MapType:
		if !ascending(buffers, t.Layout().Buffers[1].ByteWidth, d.Offset(), end, int64(d.Children()[0].Len())) {
			return "offset"
		}
	case *arrow.FixedSizeListType:
		if d.Children()[0].Len() < end*int(t.Len()) {
			return "child's length"
		}
	case *arrow.StructType:
		for _, child := range d.Children() {
			if child.Len() < end {
				return "child's length"
			}
		}
	case *arrow.SparseUnionType:
		if bytesIn(buffers, 1) < int64(end) {
			return "size"
		}
		known := t.ChildIDs()
		for _, code := range buffers[1].Bytes()[d.Offset():end] {
			if code > 127 || int(code) >= len(known) || known[code] == arrow.InvalidUnionChildID {
				return "type id"
			}
		}
		for _, child := range d.Children() {
			if child.Len() < end {
				return "child's length"
			}
		}
	case *arrow.ListViewType, *arrow.LargeListViewType:
		if !viewsWithin(buffers, t.(arrow.VarLenListLikeType).Layout().Buffers[1].ByteWidth, d.Offset(), end, d.Children()[0].Len()) {
			return "offset"
		}
	}
	for _, child := range d.Children() {
		if what := flaw(child); what != "" {
			return what
		}
	}
	return ""
}

func bytesIn(buffers []*memory.Buffer, i int) int64 {
	if i >= len(buffers) || buffers[i] == nil {
		return 0
	}
	return int64(buffers[i].Len())
}

// ascending tells whether offsets [from, to] never fall and stay within [0, limit].
func ascending(buffers []*memory.Buffer, width, from, to int, limit int64) bool {
	if bytesIn(buffers, 1) < int64(to+1)*int64(width) {
		return false
	}
	last := int64(0)
	if width == 4 {
		for _, at := range arrow.Int32Traits.CastFromBytes(buffers[1].Bytes())[from : to+1] {
			if int64(at) < last {
				return false
			}
			last = int64(at)
		}
		return last <= limit
	}
	for _, at := range arrow.Int64Traits.CastFromBytes(buffers[1].Bytes())[from : to+1] {
		if at < last {
			return false
		}
		last = at
	}
	return last <= limit
}

// viewsWithin tells whether the list views [from, to) stay within [0, limit].
func viewsWithin(buffers []*memory.Buffer, width, from, to, limit int) bool {
	if least := int64(to) * int64(width); bytesIn(buffers, 1) < least || bytesIn(buffers, 2) < least {
		return false
	}
	at := func(buffer, i int) int64 {
		b := buffers[buffer].Bytes()[i*width:]
		if width == 4 {
			return int64(int32(binary.NativeEndian.Uint32(b)))
		}
		return int64(binary.NativeEndian.Uint64(b))
	}
	for i := from; i < to; i++ {
		offset, size := at(1, i), at(2, i)
		if offset < 0 || size < 0 || offset > int64(limit) || size > int64(limit)-offset {
			return false
		}
	}
	return true
}

// flawInTexts checks UTF-8, after the offsets were found right. Mostly all texts are ASCII, which one
// look at all bytes tells.
func flawInTexts(d arrow.ArrayData, width int) string {
	buffers, from, to := d.Buffers(), d.Offset(), d.Offset()+d.Len()
	if bytesIn(buffers, 2) == 0 {
		return ""
	}
	offsets, text := buffers[1].Bytes(), buffers[2].Bytes()
	first, last := offsetsAt(offsets, int64(width), int64(from), int64(to))
	if ascii(text[first:last]) {
		return ""
	}
	for i := from; i < to; i++ {
		if bytesIn(buffers, 0) > 0 && !bitutil.BitIsSet(buffers[0].Bytes(), i) {
			continue
		}
		if a, b := offsetsAt(offsets, int64(width), int64(i), int64(i+1)); !utf8.Valid(text[a:b]) {
			return "text: it is not UTF-8"
		}
	}
	return ""
}

func ascii(text []byte) bool {
	for ; len(text) >= 8; text = text[8:] {
		if binary.NativeEndian.Uint64(text)&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, b := range text {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func flawInViews(d arrow.ArrayData) string {
	buffers, from, to := d.Buffers(), d.Offset(), d.Offset()+d.Len()
	if bytesIn(buffers, 1) < int64(to)*int64(arrow.ViewHeaderSizeBytes) {
		return "size"
	}
	for i, view := range arrow.ViewHeaderTraits.CastFromBytes(buffers[1].Bytes())[from:to] {
		if bytesIn(buffers, 0) > 0 && !bitutil.BitIsSet(buffers[0].Bytes(), from+i) {
			continue
		}
		var text []byte
		switch {
		case view.Len() < 0:
			return "offset"
		case view.IsInline():
			text = view.InlineBytes()
		default:
			begin, end := int64(view.BufferOffset()), int64(view.BufferOffset())+int64(view.Len())
			if view.BufferIndex() < 0 || begin < 0 || end > bytesIn(buffers, 2+int(view.BufferIndex())) {
				return "offset"
			}
			text = buffers[2+view.BufferIndex()].Bytes()[begin:end]
		}
		if d.DataType().ID() == arrow.STRING_VIEW && !utf8.Valid(text) {
			return "text: it is not UTF-8"
		}
	}
	return ""
}

func flawInDictionary(d arrow.ArrayData, t *arrow.DictionaryType) string {
	width := t.BitWidth() / 8
	if bytesIn(d.Buffers(), 1) < int64(d.Offset()+d.Len())*int64(width) {
		return "size"
	}
	if d.Dictionary() == nil {
		return "dictionary"
	}
	size := d.Dictionary().Len()
	arr, ok := array.MakeFromData(d).(*array.Dictionary)
	if !ok {
		return "dictionary"
	}
	defer arr.Release()
	for i := range arr.Len() {
		if arr.IsValid(i) {
			if at := arr.GetValueIndex(i); at < 0 || at >= size {
				return "dictionary index"
			}
		}
	}
	return flaw(d.Dictionary())
}
