package manifest

import (
	"encoding/binary"
	"math"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// footer reads the statistics of a file.
type footer struct {
	md        *metadata.FileMetaData
	trustsMax bool
}

// column merges a column's statistics over all row groups.
func (f *footer) column(leaf int, t value.Type) (ColumnStats, error) {
	if leaf < 0 {
		return UnknownStats(), nil
	}
	out := ColumnStats{}
	hasValues := false // some row group so far may have values
	for g := range f.md.RowGroups {
		s, rows, err := f.group(g, leaf, t)
		if err != nil {
			return out, err
		}
		switch {
		case s.Nulls == rows: // no values, so no say about bounds
			if out.Nulls != NullsUnknown {
				out.Nulls += rows
			}
		case !hasValues:
			hasValues = true
			nulls := out.Nulls
			out = s
			if s.Nulls != NullsUnknown && nulls != NullsUnknown {
				out.Nulls += nulls
			} else {
				out.Nulls = NullsUnknown
			}
		default:
			out = merge(out, s)
		}
	}
	out.Min, out.Max = cutText(out.Min, false), cutText(out.Max, true)
	return out, nil
}

// group reads a column's statistics in one row group.
func (f *footer) group(g, leaf int, t value.Type) (out ColumnStats, rows int64, err error) {
	group := f.md.RowGroups[g]
	rows = group.NumRows
	out = UnknownStats()
	if rows < 0 || leaf >= len(group.Columns) {
		return out, rows, fault.New(fault.InvalidArgument, "", "row group %d has %d rows and %d columns", g, rows, len(group.Columns))
	}
	md := group.Columns[leaf].MetaData
	descr := f.md.Schema.Column(leaf)
	if descr.MaxDefinitionLevel() == 0 {
		out.Nulls = 0 // required
	}
	if md == nil || md.Statistics == nil {
		return out, rows, nil
	}
	s := md.Statistics
	if s.NullCount != nil && out.Nulls < 0 {
		if *s.NullCount < 0 || *s.NullCount > rows {
			return out, rows, fault.New(fault.InvalidArgument, "", "%d NULLs in %d rows", *s.NullCount, rows)
		}
		out.Nulls = *s.NullCount
	}
	// The older fields min and max are left alone: their order was never agreed on.
	if s.MinValue != nil {
		out.Min = f.bound(s.MinValue, descr, t)
	}
	if s.MaxValue != nil {
		out.Max = f.bound(s.MaxValue, descr, t)
	}
	isFloat := t.Kind == value.Float32 || t.Kind == value.Float64
	if isFloat && !f.trustsMax {
		out.Max = value.Value{} // NaN is above all numbers and may be there
	}
	if order, ok := value.Compare(out.Min, out.Max); ok && order > 0 {
		out.Min, out.Max = value.Value{}, value.Value{} // odd, so not to be trusted
	}
	return out, rows, nil
}

// bound reads one bound; what does not look like one is None.
func (f *footer) bound(b []byte, c *schema.Column, t value.Type) value.Value {
	switch t.Kind {
	case value.String:
		return value.Text(string(b))
	case value.Bytes:
		return value.Blob(b)
	case value.UUID:
		if len(b) == 16 {
			return value.UUIDValue([16]byte(b))
		}
	case value.Bool:
		if len(b) == 1 && b[0] <= 1 {
			return value.BoolValue(b[0] == 1)
		}
	case value.Float32:
		if len(b) == 4 {
			return numberOrNone(value.Float(math.Float32frombits(binary.LittleEndian.Uint32(b))))
		}
	case value.Float64:
		if len(b) == 8 {
			return numberOrNone(value.Double(math.Float64frombits(binary.LittleEndian.Uint64(b))))
		}
	default:
		if hi, lo, ok := integer(b, c, t.Unsigned); ok {
			return typed(hi, lo, c, t)
		}
	}
	return value.Value{}
}

// numberOrNone takes a NaN for no bound: it would be a bound of nothing.
func numberOrNone(v value.Value) value.Value {
	if math.IsNaN(v.Float64()) {
		return value.Value{}
	}
	return v
}

// integer reads the number in a bound of an integer, decimal, date or time, by its physical type.
func integer(b []byte, c *schema.Column, unsigned bool) (hi int64, lo uint64, ok bool) {
	switch p := c.PhysicalType(); {
	case p == parquet.Types.Int32 && len(b) == 4:
		if v := binary.LittleEndian.Uint32(b); unsigned {
			lo = uint64(v)
		} else {
			lo = uint64(int64(int32(v)))
		}
	case p == parquet.Types.Int64 && len(b) == 8:
		lo = binary.LittleEndian.Uint64(b)
	case p == parquet.Types.FixedLenByteArray && len(b) == c.TypeLength() && len(b) > 0 && len(b) <= 16:
		// Two's complement, most significant byte first.
		hi = int64(int8(b[0])) >> 7
		lo = uint64(hi)
		for _, v := range b {
			hi, lo = hi<<8|int64(lo>>56), lo<<8|uint64(v)
		}
		return hi, lo, true
	default:
		return 0, 0, false
	}
	if !unsigned {
		hi = int64(lo) >> 63
	}
	return hi, lo, true
}

// typed makes a value of the column's type of a number.
func typed(hi int64, lo uint64, c *schema.Column, t value.Type) value.Value {
	n := int64(lo)
	switch t.Kind {
	case value.Integer:
		if t.Bits <= 64 {
			return value.Int128(hi, lo)
		}
	case value.Decimal:
		return value.DecimalValue(hi, lo, t.Scale)
	case value.Date:
		return value.DateValue(int32(n))
	case value.Time:
		return value.TimeValue(n)
	case value.Timestamp, value.TimestampTZ:
		l, ok := c.LogicalType().(*schema.TimestampLogicalType)
		if !ok || l.IsAdjustedToUTC() != (t.Kind == value.TimestampTZ) {
			return value.Value{}
		}
		if t.Kind == value.TimestampTZ {
			return value.TimestampTZValue(n)
		}
		switch l.TimeUnit() {
		case schema.TimeUnitMillis:
			return value.TimestampValue(n, value.Milliseconds)
		case schema.TimeUnitMicros:
			return value.TimestampValue(n, value.Microseconds)
		case schema.TimeUnitNanos:
			return value.TimestampValue(n, value.Nanoseconds)
		}
	}
	return value.Value{}
}
