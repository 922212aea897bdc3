// Package literals makes literals of the plan of values that DuckDB exported to Arrow. It knows the types of which
// every value comes through unchanged.
package literals

import (
	"math/big"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Supports tells whether values of a type can be made literals.
func Supports(t types.Type) bool {
	switch t.ID {
	case types.Boolean, types.Float, types.Double, types.Decimal, types.Varchar, types.UUID, types.Date, types.HugeInt,
		types.Timestamp, types.TimestampS, types.TimestampMS, types.TimestampNS, types.TimestampTZ:
		return true
	}
	return t.IsInteger() && t.ID != types.UHugeInt
}

// Of is the cell of a column that DuckDB exported with the given type, invalid_argument if Supports says that it is
// of no use.
func Of(a arrow.Array, i int, t types.Type) (*rel.Literal, error) {
	if a.IsNull(i) {
		return rel.Null(t), nil
	}
	if v := goValue(a, i, t); v != nil {
		return &rel.Literal{Of: t, Value: v}, nil
	}
	return nil, fault.New(fault.InvalidArgument, "read values", "values of type %s cannot be literals here", t)
}

// goValue is a cell as rel.Literal has it, nil for types that it is not made of here.
func goValue(a arrow.Array, i int, t types.Type) any {
	switch a := a.(type) {
	case *array.Boolean:
		return a.Value(i)
	case *array.Int8:
		return int64(a.Value(i))
	case *array.Int16:
		return int64(a.Value(i))
	case *array.Int32:
		return int64(a.Value(i))
	case *array.Int64:
		return a.Value(i)
	case *array.Uint8:
		return uint64(a.Value(i))
	case *array.Uint16:
		return uint64(a.Value(i))
	case *array.Uint32:
		return uint64(a.Value(i))
	case *array.Uint64:
		return a.Value(i)
	case *array.Float32:
		return float64(a.Value(i))
	case *array.Float64:
		return a.Value(i)
	case *array.Date32:
		return int64(a.Value(i))
	case *array.Timestamp:
		return int64(a.Value(i))
	case *array.Decimal128:
		return bigValue(a, i, t)
	case *array.String:
		if t.ID == types.Varchar || t.ID == types.UUID {
			return strings.Clone(a.Value(i)) // it aliases DuckDB's memory
		}
	}
	return nil
}

func bigValue(a *array.Decimal128, i int, t types.Type) any {
	if t.ID != types.Decimal && t.ID != types.HugeInt {
		return nil
	}
	return new(big.Int).Set(a.Value(i).BigInt())
}
