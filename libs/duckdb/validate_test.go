package duckdb

import (
	"bytes"
	"context"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func le32(numbers ...int32) *memory.Buffer {
	var b bytes.Buffer
	_ = binary.Write(&b, binary.NativeEndian, numbers)
	return memory.NewBufferBytes(b.Bytes())
}

func data(t arrow.DataType, rows int, children []arrow.ArrayData, buffers ...*memory.Buffer) *array.Data {
	return array.NewData(t, rows, buffers, children, 0, 0)
}

func TestFlaws(t *testing.T) {
	text := memory.NewBufferBytes([]byte("abcdef"))
	three := data(arrow.PrimitiveTypes.Int32, 3, nil, nil, le32(1, 2, 3))
	texts := data(arrow.BinaryTypes.String, 2, nil, nil, le32(0, 3, 6), text)
	list, fixed := arrow.ListOf(arrow.PrimitiveTypes.Int32), arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Int32)
	st := arrow.StructOf(arrow.Field{Name: "a", Type: arrow.PrimitiveTypes.Int32})
	union := arrow.SparseUnionOf([]arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int32}}, []arrow.UnionTypeCode{5})
	dict := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	encoded := func(indices ...int32) *array.Data {
		return array.NewDataWithDictionary(dict, len(indices), []*memory.Buffer{nil, le32(indices...)}, 0, 0, texts)
	}
	views := func(h func(*arrow.ViewHeader)) *array.Data {
		headers := make([]arrow.ViewHeader, 1)
		h(&headers[0])
		return data(arrow.BinaryTypes.StringView, 1, nil, nil, memory.NewBufferBytes(arrow.ViewHeaderTraits.CastToBytes(headers)), text)
	}
	long := func(index, offset int32) *array.Data {
		return views(func(h *arrow.ViewHeader) { h.SetString("longer than twelve"); h.SetIndexOffset(index, offset) })
	}
	listView := arrow.ListViewOf(arrow.PrimitiveTypes.Int32)
	for name, tc := range map[string]struct {
		data arrow.ArrayData
		want string
	}{
		"fine":                     {three, ""},
		"fine text":                {texts, ""},
		"too short":                {data(arrow.PrimitiveTypes.Int32, 4, nil, nil, le32(1, 2, 3)), "size"},
		"no buffer":                {data(arrow.PrimitiveTypes.Int32, 4, nil, nil, nil), "size"},
		"short bitmap":             {data(arrow.PrimitiveTypes.Int8, 9, nil, text, memory.NewBufferBytes(make([]byte, 9))), ""},
		"shorter bitmap":           {data(arrow.PrimitiveTypes.Int8, 9, nil, memory.NewBufferBytes(make([]byte, 1)), memory.NewBufferBytes(make([]byte, 9))), "validity bitmap"},
		"falling offsets":          {data(arrow.BinaryTypes.String, 3, nil, nil, le32(0, 5, 2, 6), text), "offset"},
		"negative offset":          {data(arrow.BinaryTypes.Binary, 2, nil, nil, le32(-5, 2, 6), text), "offset"},
		"offset beyond":            {data(arrow.BinaryTypes.String, 2, nil, nil, le32(0, 2, 7), text), "offset"},
		"offsets missing":          {data(arrow.BinaryTypes.String, 3, nil, nil, le32(0, 2, 3), text), "offset"},
		"not UTF-8":                {data(arrow.BinaryTypes.String, 1, nil, nil, le32(0, 2), memory.NewBufferBytes([]byte("a\xff"))), "text"},
		"a cut rune":               {data(arrow.BinaryTypes.String, 2, nil, nil, le32(0, 1, 2), memory.NewBufferBytes([]byte("ä"))), "text"},
		"bytes need not be UTF-8":  {data(arrow.BinaryTypes.Binary, 1, nil, nil, le32(0, 2), memory.NewBufferBytes([]byte("a\xff"))), ""},
		"list beyond":              {data(list, 1, []arrow.ArrayData{three}, nil, le32(0, 4)), "offset"},
		"list":                     {data(list, 1, []arrow.ArrayData{three}, nil, le32(0, 3)), ""},
		"flaw in a list":           {data(arrow.ListOf(arrow.BinaryTypes.String), 1, []arrow.ArrayData{data(arrow.BinaryTypes.String, 2, nil, nil, le32(0, 9, 6), text)}, nil, le32(0, 2)), "offset"},
		"fixed list, too few":      {data(fixed, 2, []arrow.ArrayData{three}, nil), "child's length"},
		"fixed list":               {data(fixed, 1, []arrow.ArrayData{three}, nil), ""},
		"struct, too few":          {data(st, 4, []arrow.ArrayData{three}, nil), "child's length"},
		"struct":                   {data(st, 3, []arrow.ArrayData{three}, nil), ""},
		"union":                    {data(union, 2, []arrow.ArrayData{three}, nil, memory.NewBufferBytes([]byte{5, 5})), ""},
		"union, unknown id":        {data(union, 2, []arrow.ArrayData{three}, nil, memory.NewBufferBytes([]byte{5, 0})), "type id"},
		"union, negative id":       {data(union, 1, []arrow.ArrayData{three}, nil, memory.NewBufferBytes([]byte{0xff})), "type id"},
		"union, too few ids":       {data(union, 3, []arrow.ArrayData{three}, nil, memory.NewBufferBytes([]byte{5})), "size"},
		"dictionary":               {encoded(0, 1, 0), ""},
		"dictionary, beyond":       {encoded(0, 2), "dictionary index"},
		"dictionary, negative":     {encoded(-1), "dictionary index"},
		"short view":               {views(func(h *arrow.ViewHeader) { h.SetString("inline") }), ""},
		"short view, not UTF-8":    {views(func(h *arrow.ViewHeader) { h.SetString("\xff") }), "text"},
		"view of no buffer":        {long(1, 0), "offset"},
		"view beyond":              {long(0, 1), "offset"},
		"view before":              {long(0, -1), "offset"},
		"list view":                {data(listView, 2, []arrow.ArrayData{three}, nil, le32(2, 0), le32(1, 3)), ""},
		"list view beyond":         {data(listView, 1, []arrow.ArrayData{three}, nil, le32(2), le32(2)), "offset"},
		"list view, negative size": {data(listView, 1, []arrow.ArrayData{three}, nil, le32(2), le32(-1)), "offset"},
		"list view, sizes missing": {data(listView, 2, []arrow.ArrayData{three}, nil, le32(0, 0), le32(0)), "offset"},
		"empty without any buffer": {data(arrow.BinaryTypes.String, 0, nil, nil, nil, nil), ""},
		"what was refused before":  {data(arrow.RunEndEncodedOf(arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int32), 1, []arrow.ArrayData{three, three}), "type"},
		"null":                     {data(arrow.Null, 3, nil), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := flaw(tc.data)
			if tc.want == "" && got != "" || !strings.HasPrefix(got, tc.want) {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// TestBrokenBatchFailsTheQuery: garbage from a peer is the peer's fault.
func TestBrokenBatchFailsTheQuery(t *testing.T) {
	e := open(t, Options{})
	c := connect(t, e)
	schema := arrow.NewSchema([]arrow.Field{{Name: "s", Type: arrow.BinaryTypes.String}}, nil)
	arr := array.MakeFromData(data(arrow.BinaryTypes.String, 3, nil, nil, le32(0, 1<<30, 2, 6), memory.NewBufferBytes([]byte("abcdef"))))
	defer arr.Release()
	rec := array.NewRecord(schema, []arrow.Array{arr}, 3)
	defer rec.Release()
	register(t, c, "x", newFake(schema, rec))
	_, err := c.QueryRows(context.Background(), "FROM x")
	if f := fault.From(err); err == nil || f.Kind != fault.InvalidArgument || f.Details["column"] != "s" {
		t.Errorf("got %v", err)
	}
}

// FuzzRegister pokes at the buffers and the lengths of valid batches; whatever is in them, the process
// goes on. (Arrow's IPC reader is left out: it can be made to allocate without bounds.)
func FuzzRegister(f *testing.F) {
	e := open(f, Options{Threads: 1})
	var batches []arrow.Record
	for _, sql := range []string{
		"SELECT i, 'text ' || i AS s, [i, NULL] AS l, {'a': i, 'b': 'x'} AS st FROM range(20) t(i)",
		"SELECT i::VARCHAR::ENUM('0', '1') AS e, MAP {i: 'v'} AS m, [i, i]::BIGINT[2] AS f FROM range(2) t(i)",
		"SELECT i::UNION(n BIGINT, s VARCHAR) AS u, true AS b, 1.5::DECIMAL(38,2) AS d, 'äö' AS t FROM range(3) t(i)",
	} {
		records, _ := collect(f, connect(f, e), sql, 1)
		batches = append(batches, records...)
	}
	f.Cleanup(func() { release(batches) })
	f.Add([]byte{0, 1, 0, 5})
	f.Add([]byte{1, 3, 0, 0xff, 9, 4, 1, 1})
	f.Add([]byte{2, 0, 200, 3, 1, 0, 0, 5, 7, 1, 0, 0})
	f.Fuzz(func(t *testing.T, pokes []byte) {
		if len(pokes) == 0 {
			return
		}
		rec := batches[int(pokes[0])%len(batches)]
		c := connect(t, e)
		defer c.Close()
		err := fault.Safely("fuzz", func() error { // Arrow's constructors panic on some garbage
			broken := poked(rec, pokes[1:])
			defer broken.Release()
			if _, err := c.RegisterArrow("x", newFake(rec.Schema(), broken)); err != nil {
				return err
			}
			_, err := c.QueryRows(context.Background(), "FROM x")
			return err
		})
		if fault.Is(err, fault.Internal) && fault.From(err).Stack() == nil {
			t.Error(err)
		}
	})
}

// poked copies a record with changes: of each three bytes the first chooses a buffer (or a length),
// the second a place in it, the third is what to put there.
func poked(rec arrow.Record, pokes []byte) arrow.Record {
	n := 0
	var walk func(arrow.ArrayData) arrow.ArrayData
	poke := func(size int) (at int, value byte, ok bool) {
		n++
		for i := 0; i+2 < len(pokes); i += 3 {
			if int(pokes[i]) == n && size > 0 {
				return int(pokes[i+1]) % size, pokes[i+2], true
			}
		}
		return 0, 0, false
	}
	walk = func(d arrow.ArrayData) arrow.ArrayData {
		buffers := make([]*memory.Buffer, len(d.Buffers()))
		for i, b := range d.Buffers() {
			if b == nil {
				continue
			}
			bytes := bytes.Clone(b.Bytes())
			if at, value, ok := poke(len(bytes)); ok {
				bytes[at] = value
			}
			buffers[i] = memory.NewBufferBytes(bytes)
		}
		rows, offset := d.Len(), d.Offset()
		if _, value, ok := poke(1); ok {
			rows, offset = int(value>>4), int(value&15)
		}
		var children []arrow.ArrayData
		for _, child := range d.Children() {
			children = append(children, walk(child))
		}
		out := array.NewData(d.DataType(), rows, buffers, children, array.UnknownNullCount, offset)
		if dict := d.(*array.Data).Dictionary(); dict != nil && dict.Len() > 0 {
			return array.NewDataWithDictionary(d.DataType(), rows, buffers, array.UnknownNullCount, offset, walk(dict).(*array.Data))
		}
		return out
	}
	columns := make([]arrow.Array, rec.NumCols())
	for i, c := range rec.Columns() {
		columns[i] = array.MakeFromData(walk(c.Data()))
	}
	return array.NewRecord(rec.Schema(), columns, int64(columns[0].Len()))
}
