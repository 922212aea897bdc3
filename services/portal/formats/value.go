package formats

import (
	"encoding/base64"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// appender writes the value at a place that is not NULL.
type appender func(dst []byte, i int) []byte

// column writes the values of one array, as JSON and as text.
type column struct {
	array arrow.Array
	// text writes a value as DuckDB prints it.
	text appender
	// json writes a value as JSON; nil means that text, in quotes, is it.
	json appender
}

func (c *column) appendJSON(dst []byte, i int) []byte {
	switch {
	case c.array.IsNull(i):
		return append(dst, "null"...)
	case c.json != nil:
		return c.json(dst, i)
	}
	dst = append(dst, '"')
	dst = c.text(dst, i)
	return append(dst, '"')
}

// newColumn chooses how the array's type is written.
func newColumn(a arrow.Array) (*column, error) {
	c := &column{array: a}
	if c.plain() || c.temporal() || c.textual() {
		return c, nil
	}
	var err error
	switch a := a.(type) {
	case *array.Dictionary:
		err = c.dictionary(a)
	case *array.Map: // before lists: it is one
		err = c.mapped(a)
	case array.ListLike:
		err = c.list(a)
	case *array.Struct:
		err = c.structure(a)
	case array.Union:
		err = c.union(a)
	default:
		return nil, fault.New(fault.InvalidArgument, "write result", "a column of Arrow type %s cannot be written as text", a.DataType()).
			WithHint("ask for an Arrow stream, or cast the column to VARCHAR")
	}
	return c, err
}

// both sets the same writer for text and JSON, for what JSON spells the same.
func (c *column) both(f appender) bool { c.text, c.json = f, f; return true }

func (c *column) signed(value func(int) int64) bool {
	return c.both(func(dst []byte, i int) []byte { return strconv.AppendInt(dst, value(i), 10) })
}

func (c *column) unsigned(value func(int) uint64) bool {
	return c.both(func(dst []byte, i int) []byte { return strconv.AppendUint(dst, value(i), 10) })
}

func (c *column) float(bits int, value func(int) float64) bool {
	c.text = func(dst []byte, i int) []byte { return appendFloat(dst, value(i), bits) }
	c.json = func(dst []byte, i int) []byte {
		v := value(i)
		switch {
		case math.IsNaN(v):
			return append(dst, `"NaN"`...)
		case math.IsInf(v, 1):
			return append(dst, `"Infinity"`...)
		case math.IsInf(v, -1):
			return append(dst, `"-Infinity"`...)
		}
		return appendFloat(dst, v, bits)
	}
	return true
}

// plain handles booleans and numbers.
func (c *column) plain() bool {
	switch a := c.array.(type) {
	case *array.Null:
		return c.both(func(dst []byte, _ int) []byte { return append(dst, "null"...) })
	case *array.Boolean:
		return c.both(func(dst []byte, i int) []byte { return strconv.AppendBool(dst, a.Value(i)) })
	case *array.Int8:
		return c.signed(func(i int) int64 { return int64(a.Value(i)) })
	case *array.Int16:
		return c.signed(func(i int) int64 { return int64(a.Value(i)) })
	case *array.Int32:
		return c.signed(func(i int) int64 { return int64(a.Value(i)) })
	case *array.Int64:
		return c.signed(a.Value)
	case *array.Uint8:
		return c.unsigned(func(i int) uint64 { return uint64(a.Value(i)) })
	case *array.Uint16:
		return c.unsigned(func(i int) uint64 { return uint64(a.Value(i)) })
	case *array.Uint32:
		return c.unsigned(func(i int) uint64 { return uint64(a.Value(i)) })
	case *array.Uint64:
		return c.unsigned(a.Value)
	case *array.Float32:
		return c.float(32, func(i int) float64 { return float64(a.Value(i)) })
	case *array.Float64:
		return c.float(64, a.Value)
	case *array.Decimal128:
		scale := a.DataType().(*arrow.Decimal128Type).Scale
		c.text = func(dst []byte, i int) []byte { return append(dst, a.Value(i).ToString(scale)...) }
		if scale == 0 {
			c.json = c.text // whole numbers are JSON numbers, however long
		}
		return true
	}
	return false
}

func (c *column) temporal() bool {
	switch a := c.array.(type) {
	case *array.Date32:
		c.text = func(dst []byte, i int) []byte { return appendDate(dst, int64(a.Value(i))) }
	case *array.Time32:
		unit := a.DataType().(*arrow.Time32Type).Unit
		c.text = func(dst []byte, i int) []byte { return appendTime(dst, int64(a.Value(i)), unit) }
	case *array.Time64:
		unit := a.DataType().(*arrow.Time64Type).Unit
		c.text = func(dst []byte, i int) []byte { return appendTime(dst, int64(a.Value(i)), unit) }
	case *array.Timestamp:
		t := a.DataType().(*arrow.TimestampType)
		c.text = func(dst []byte, i int) []byte {
			return appendTimestamp(dst, int64(a.Value(i)), t.Unit, t.TimeZone != "")
		}
	case *array.MonthDayNanoInterval:
		c.text = func(dst []byte, i int) []byte { return appendInterval(dst, a.Value(i)) }
	default:
		return false
	}
	return true
}

func (c *column) textual() bool {
	quoted := func(value func(int) string) bool {
		c.text = func(dst []byte, i int) []byte { return append(dst, value(i)...) }
		c.json = func(dst []byte, i int) []byte { return appendString(dst, value(i)) }
		return true
	}
	binary := func(value func(int) []byte) bool {
		c.text = func(dst []byte, i int) []byte { return appendBlob(dst, value(i)) }
		c.json = func(dst []byte, i int) []byte {
			dst = append(dst, '"')
			dst = base64.StdEncoding.AppendEncode(dst, value(i))
			return append(dst, '"')
		}
		return true
	}
	switch a := c.array.(type) {
	case *array.String:
		return quoted(a.Value)
	case *array.LargeString:
		return quoted(a.Value)
	case *array.StringView:
		return quoted(a.Value)
	case *array.Binary:
		return binary(a.Value)
	case *array.LargeBinary:
		return binary(a.Value)
	case *array.FixedSizeBinary:
		return binary(a.Value)
	}
	return false
}

func (c *column) dictionary(a *array.Dictionary) error {
	values, err := newColumn(a.Dictionary())
	if err != nil {
		return err
	}
	c.text = func(dst []byte, i int) []byte { return values.text(dst, a.GetValueIndex(i)) }
	c.json = func(dst []byte, i int) []byte { return values.appendJSON(dst, a.GetValueIndex(i)) }
	return nil
}

func (c *column) list(a array.ListLike) error {
	elements, err := newColumn(a.ListValues())
	if err != nil {
		return err
	}
	c.elements(a, elements.appendJSON)
	return nil
}

func (c *column) mapped(a *array.Map) error {
	keys, err := newColumn(a.Keys())
	if err != nil {
		return err
	}
	items, err := newColumn(a.Items())
	if err != nil {
		return err
	}
	c.elements(a, func(dst []byte, i int) []byte {
		dst = append(dst, `{"key":`...)
		dst = keys.appendJSON(dst, i)
		dst = append(dst, `,"value":`...)
		dst = items.appendJSON(dst, i)
		return append(dst, '}')
	})
	return nil
}

// elements writes each list as an array of what one writes for the place of an element.
func (c *column) elements(a array.ListLike, one func(dst []byte, i int) []byte) {
	c.both(func(dst []byte, i int) []byte {
		dst = append(dst, '[')
		from, to := a.ValueOffsets(i)
		for j := from; j < to; j++ {
			if j > from {
				dst = append(dst, ',')
			}
			dst = one(dst, int(j))
		}
		return append(dst, ']')
	})
}

func (c *column) structure(a *array.Struct) error {
	fields := make([]*column, a.NumField())
	names := make([][]byte, a.NumField())
	for f := range fields {
		var err error
		if fields[f], err = newColumn(a.Field(f)); err != nil {
			return err
		}
		names[f] = append(appendString(nil, a.DataType().(*arrow.StructType).Field(f).Name), ':')
	}
	if slices.ContainsFunc(names, func(n []byte) bool { return string(n) == `"":` }) {
		c.tuple(fields)
		return nil
	}
	c.both(func(dst []byte, i int) []byte {
		dst = append(dst, '{')
		for f, field := range fields {
			if f > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, names[f]...)
			dst = field.appendJSON(dst, i)
		}
		return append(dst, '}')
	})
	return nil
}

// tuple writes a struct without names, whose members an object would lose, as an array.
func (c *column) tuple(fields []*column) {
	c.both(func(dst []byte, i int) []byte {
		dst = append(dst, '[')
		for f, field := range fields {
			if f > 0 {
				dst = append(dst, ',')
			}
			dst = field.appendJSON(dst, i)
		}
		return append(dst, ']')
	})
}

// union writes a value as the object {member: value}.
func (c *column) union(a array.Union) error {
	fields := make([]*column, a.NumFields())
	names := make([][]byte, a.NumFields())
	for f := range fields {
		var err error
		if fields[f], err = newColumn(a.Field(f)); err != nil {
			return err
		}
		names[f] = append(appendString(nil, a.UnionType().Fields()[f].Name), ':')
	}
	dense, _ := a.(*array.DenseUnion)
	c.both(func(dst []byte, i int) []byte {
		f := a.ChildID(i)
		dst = append(dst, '{')
		dst = append(dst, names[f]...)
		if dense != nil {
			i = int(dense.ValueOffset(i))
		}
		dst = fields[f].appendJSON(dst, i)
		return append(dst, '}')
	})
	return nil
}

// appendString writes a JSON string. What is not UTF-8 becomes the replacement character.
func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		b := s[i]
		if b < utf8.RuneSelf {
			if b >= ' ' && b != '"' && b != '\\' {
				i++
				continue
			}
			dst = append(dst, s[start:i]...)
			switch b {
			case '"', '\\':
				dst = append(dst, '\\', b)
			case '\n':
				dst = append(dst, '\\', 'n')
			case '\r':
				dst = append(dst, '\\', 'r')
			case '\t':
				dst = append(dst, '\\', 't')
			default:
				dst = append(dst, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			dst = append(dst, s[start:i]...)
			dst = append(dst, "\ufffd"...)
			start = i + size
		}
		i += size
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}
