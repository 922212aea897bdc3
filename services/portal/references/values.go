package references

import (
	"context"
	"math/big"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// literals are the rows of a query. Values of types that pruning knows nothing of are an error.
func literals(ctx context.Context, conn *duckdb.Conn, sql string) ([][]*rel.Literal, error) {
	rows, err := conn.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	defer rows.Release()
	columns := make([]types.Type, len(rows.Columns()))
	for i, c := range rows.Columns() {
		if columns[i], err = types.Parse(c.Type); err != nil {
			return nil, fault.Wrap(err, "read keys")
		}
	}
	var out [][]*rel.Literal
	for rows.Next() {
		rec := rows.Record()
		for i := range int(rec.NumRows()) {
			row := make([]*rel.Literal, len(columns))
			for c, t := range columns {
				if row[c], err = literal(rec.Column(c), i, t); err != nil {
					return nil, err
				}
			}
			out = append(out, row)
		}
	}
	return out, rows.Err()
}

func literal(a arrow.Array, i int, t types.Type) (*rel.Literal, error) {
	if a.IsNull(i) {
		return rel.Null(t), nil
	}
	if v := goValue(a, i, t); v != nil {
		return &rel.Literal{Of: t, Value: v}, nil
	}
	return nil, fault.New(fault.InvalidArgument, "read keys", "keys of type %s are of no use", t)
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
