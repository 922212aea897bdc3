package flightsql

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// valueOf is an Arrow value as a constant of DuckDB's type for the Arrow type. Values that the type
// cannot hold, and types that DuckDB has nothing for, are invalid_argument.
func valueOf(a arrow.Array, row int) (any, types.Type, error) {
	switch a := a.(type) {
	case *array.Dictionary:
		return valueOf(a.Dictionary(), a.GetValueIndex(row))
	case array.ExtensionArray:
		return extensionValue(a, row)
	}
	t, err := typeOf(a.DataType())
	if err != nil {
		return nil, t, err
	}
	if a.DataType().ID() == arrow.NULL || a.IsNull(row) { // arrays of nulls have no bits that say so
		return nil, t, nil
	}
	v, err := scalar(a, row)
	if v == nil && err == nil {
		v, err = nested(a, row)
	}
	return v, t, err
}

func extensionValue(a array.ExtensionArray, row int) (any, types.Type, error) {
	if a.ExtensionType().ExtensionName() == "arrow.uuid" {
		of := types.Of(types.UUID)
		raw, ok := a.Storage().(*array.FixedSizeBinary)
		switch {
		case a.IsNull(row):
			return nil, of, nil
		case ok && len(raw.Value(row)) == 16:
			h := hex.EncodeToString(raw.Value(row))
			return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-"), of, nil
		}
	}
	return valueOf(a.Storage(), row)
}

func unsupported(t arrow.DataType) error {
	return fault.New(fault.InvalidArgument, "", "values of the Arrow type %s cannot be bound", t)
}

// plainTypes are DuckDB's types of Arrow types that have no parameters which matter.
var plainTypes = map[arrow.Type]types.ID{
	arrow.NULL: types.SQLNull, arrow.BOOL: types.Boolean,
	arrow.INT8: types.TinyInt, arrow.INT16: types.SmallInt, arrow.INT32: types.Integer, arrow.INT64: types.BigInt,
	arrow.UINT8: types.UTinyInt, arrow.UINT16: types.USmallInt, arrow.UINT32: types.UInteger, arrow.UINT64: types.UBigInt,
	arrow.FLOAT16: types.Float, arrow.FLOAT32: types.Float, arrow.FLOAT64: types.Double,
	arrow.STRING: types.Varchar, arrow.LARGE_STRING: types.Varchar, arrow.STRING_VIEW: types.Varchar,
	arrow.BINARY: types.Blob, arrow.LARGE_BINARY: types.Blob, arrow.BINARY_VIEW: types.Blob, arrow.FIXED_SIZE_BINARY: types.Blob,
	arrow.DATE32: types.Date, arrow.DATE64: types.Date, arrow.TIME32: types.Time,
	arrow.DURATION: types.Interval, arrow.INTERVAL_MONTHS: types.Interval, arrow.INTERVAL_DAY_TIME: types.Interval, arrow.INTERVAL_MONTH_DAY_NANO: types.Interval,
}

// typeOf is DuckDB's type for an Arrow type.
func typeOf(t arrow.DataType) (types.Type, error) {
	if id, ok := plainTypes[t.ID()]; ok {
		return types.Of(id), nil
	}
	switch t := t.(type) {
	case *arrow.Decimal128Type:
		return decimalType(t.Precision, t.Scale, t)
	case *arrow.Decimal256Type:
		return decimalType(t.Precision, t.Scale, t)
	case *arrow.Time64Type:
		if t.Unit == arrow.Nanosecond {
			return types.Of(types.TimeNS), nil
		}
		return types.Of(types.Time), nil
	case *arrow.TimestampType:
		return timestampType(t), nil
	case *arrow.DictionaryType:
		return typeOf(t.ValueType)
	case arrow.ExtensionType:
		if t.ExtensionName() == "arrow.uuid" {
			return types.Of(types.UUID), nil
		}
		return typeOf(t.StorageType())
	case *arrow.MapType:
		key, err := typeOf(t.KeyType())
		if err != nil {
			return key, err
		}
		item, err := typeOf(t.ItemType())
		return types.MapOf(key, item), err
	case *arrow.StructType:
		var fields []types.Field
		for _, f := range t.Fields() {
			of, err := typeOf(f.Type)
			if err != nil {
				return of, err
			}
			fields = append(fields, types.Field{Name: f.Name, Type: of})
		}
		return types.StructOf(fields...), nil
	case *arrow.FixedSizeListType:
		of, err := typeOf(t.Elem())
		return types.ArrayOf(of, uint32(t.Len())), err
	case arrow.ListLikeType:
		of, err := typeOf(t.Elem())
		return types.ListOf(of), err
	}
	return types.Type{}, unsupported(t)
}

func decimalType(precision, scale int32, t arrow.DataType) (types.Type, error) {
	if precision < 1 || precision > 38 || scale < 0 || scale > precision {
		return types.Type{}, unsupported(t)
	}
	return types.DecimalOf(uint8(precision), uint8(scale)), nil
}

func timestampType(t *arrow.TimestampType) types.Type {
	if t.TimeZone != "" {
		return types.Of(types.TimestampTZ) // DuckDB has one unit of them
	}
	return types.Of(map[arrow.TimeUnit]types.ID{
		arrow.Second: types.TimestampS, arrow.Millisecond: types.TimestampMS, arrow.Microsecond: types.Timestamp, arrow.Nanosecond: types.TimestampNS,
	}[t.Unit])
}

// scalar is a value that is not NULL as a rel.Literal holds it; nil for nested ones.
func scalar(a arrow.Array, row int) (any, error) {
	switch a := a.(type) {
	case *array.Boolean:
		return a.Value(row), nil
	case *array.Float16:
		return float64(a.Value(row).Float32()), nil
	case *array.Float32:
		return float64(a.Value(row)), nil
	case *array.Float64:
		return a.Value(row), nil
	case *array.Decimal128:
		return a.Value(row).BigInt(), nil
	case *array.Decimal256:
		return a.Value(row).BigInt(), nil
	case *array.String:
		return strings.Clone(a.Value(row)), nil
	case *array.LargeString:
		return strings.Clone(a.Value(row)), nil
	case *array.StringView:
		return strings.Clone(a.Value(row)), nil
	case interface{ Value(int) []byte }: // all that is binary
		return append([]byte{}, a.Value(row)...), nil
	}
	if v, ok, err := integer(a, row); ok {
		return v, err
	}
	return temporal(a, row)
}

func integer(a arrow.Array, row int) (any, bool, error) {
	switch a := a.(type) {
	case *array.Int8:
		return int64(a.Value(row)), true, nil
	case *array.Int16:
		return int64(a.Value(row)), true, nil
	case *array.Int32:
		return int64(a.Value(row)), true, nil
	case *array.Int64:
		return a.Value(row), true, nil
	case *array.Uint8:
		return uint64(a.Value(row)), true, nil
	case *array.Uint16:
		return uint64(a.Value(row)), true, nil
	case *array.Uint32:
		return uint64(a.Value(row)), true, nil
	case *array.Uint64:
		return a.Value(row), true, nil
	}
	return nil, false, nil
}

const dayMillis = 24 * 60 * 60 * 1000

func temporal(a arrow.Array, row int) (any, error) {
	switch a := a.(type) {
	case *array.Date32:
		return int64(a.Value(row)), nil
	case *array.Date64:
		v := int64(a.Value(row))
		if v%dayMillis != 0 {
			return nil, fault.New(fault.InvalidArgument, "", "a date64 is not at midnight")
		}
		return v / dayMillis, nil
	case *array.Time32:
		return scaled(int64(a.Value(row)), a.DataType().(*arrow.Time32Type).Unit, arrow.Microsecond)
	case *array.Time64:
		unit := a.DataType().(*arrow.Time64Type).Unit
		return int64(a.Value(row)), timeOfDay(int64(a.Value(row)), unit)
	case *array.Timestamp:
		t := a.DataType().(*arrow.TimestampType)
		if t.TimeZone == "" {
			return int64(a.Value(row)), nil
		}
		return scaled(int64(a.Value(row)), t.Unit, arrow.Microsecond)
	case *array.Duration:
		micros, err := scaled(int64(a.Value(row)), a.DataType().(*arrow.DurationType).Unit, arrow.Microsecond)
		return rel.IntervalValue{Micros: micros}, err
	case *array.MonthInterval:
		return rel.IntervalValue{Months: int32(a.Value(row))}, nil
	case *array.DayTimeInterval:
		v := a.Value(row)
		return rel.IntervalValue{Days: v.Days, Micros: int64(v.Milliseconds) * 1000}, nil
	case *array.MonthDayNanoInterval:
		v := a.Value(row)
		if v.Nanoseconds%1000 != 0 {
			return nil, fault.New(fault.InvalidArgument, "", "an interval has nanoseconds, which DuckDB's have not")
		}
		return rel.IntervalValue{Months: v.Months, Days: v.Days, Micros: v.Nanoseconds / 1000}, nil
	}
	return nil, nil
}

func timeOfDay(v int64, unit arrow.TimeUnit) error {
	if v < 0 || time.Duration(v)*unit.Multiplier() > 24*time.Hour {
		return fault.New(fault.InvalidArgument, "", "a time of day is out of range")
	}
	return nil
}

// scaled converts between units; what would lose digits or not fit is an error.
func scaled(v int64, from, to arrow.TimeUnit) (int64, error) {
	a, b := int64(from.Multiplier()), int64(to.Multiplier())
	out := new(big.Int).Mul(big.NewInt(v), big.NewInt(a))
	out, rest := out.QuoRem(out, big.NewInt(b), new(big.Int))
	if rest.Sign() != 0 || !out.IsInt64() || out.Int64() == math.MinInt64 {
		return 0, fault.New(fault.InvalidArgument, "", "the time %d%s cannot be written in %s", v, from, to)
	}
	return out.Int64(), nil
}

// nested is a list, struct or map.
func nested(a arrow.Array, row int) (any, error) {
	switch a := a.(type) {
	case *array.Map:
		start, end := a.ValueOffsets(row)
		out := []any{}
		for i := int(start); i < int(end); i++ {
			key, _, err := valueOf(a.Keys(), i)
			if err != nil {
				return nil, err
			}
			item, _, err := valueOf(a.Items(), i)
			if err != nil {
				return nil, err
			}
			out = append(out, []any{key, item})
		}
		return out, nil
	case *array.Struct:
		out := []any{}
		for i := range a.NumField() {
			v, _, err := valueOf(a.Field(i), row)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	case array.ListLike:
		start, end := a.ValueOffsets(row)
		out := []any{}
		for i := int(start); i < int(end); i++ {
			v, _, err := valueOf(a.ListValues(), i)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	}
	return nil, fault.New(fault.InvalidArgument, "", "values of the Arrow type %s cannot be bound", fmt.Sprint(a.DataType()))
}
