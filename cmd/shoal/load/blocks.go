package load

import (
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/shoal-db/shoal/cmd/shoal/load/cut"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// addBlocks gives the blocks of one batch to the cutter, runs of equal ones at once. Dates are days,
// timestamps microseconds rounded down, as in package chunks; a value beyond 64 bits is refused.
func addBlocks(c *cut.Cutter, column arrow.Array) error {
	block, err := blockReader(column)
	if err != nil {
		return err
	}
	n := column.Len()
	for i := 0; i < n; {
		if column.IsNull(i) {
			c.AddNull(1)
			i++
			continue
		}
		b, err := block(i)
		if err != nil {
			return err
		}
		start := i
		for i++; i < n && !column.IsNull(i); i++ {
			next, err := block(i)
			if err != nil {
				return err
			}
			if next != b {
				break
			}
		}
		if err := c.Add(b, int64(i-start)); err != nil {
			return err
		}
	}
	return nil
}

// blockReader returns how the values of an array are read as blocks.
func blockReader(column arrow.Array) (func(i int) (int64, error), error) {
	switch a := column.(type) {
	case *array.Int8:
		return exact(func(i int) int64 { return int64(a.Value(i)) }), nil
	case *array.Int16:
		return exact(func(i int) int64 { return int64(a.Value(i)) }), nil
	case *array.Int32:
		return exact(func(i int) int64 { return int64(a.Value(i)) }), nil
	case *array.Int64:
		return exact(a.Value), nil
	case *array.Uint8:
		return exact(func(i int) int64 { return int64(a.Value(i)) }), nil
	case *array.Uint16:
		return exact(func(i int) int64 { return int64(a.Value(i)) }), nil
	case *array.Uint32:
		return exact(func(i int) int64 { return int64(a.Value(i)) }), nil
	case *array.Uint64:
		return func(i int) (int64, error) {
			if v := a.Value(i); v > math.MaxInt64 {
				return 0, fault.New(fault.InvalidArgument, "", "%d does not fit into the 64 bits, with sign, that blocks have", v)
			}
			return int64(a.Value(i)), nil
		}, nil
	case *array.Date32:
		return exact(func(i int) int64 { return int64(a.Value(i)) }), nil
	case *array.Timestamp:
		unit := a.DataType().(*arrow.TimestampType).Unit
		return func(i int) (int64, error) { return micros(int64(a.Value(i)), unit) }, nil
	}
	return nil, fault.New(fault.Internal, "", "blocks come as %s", column.DataType())
}

func exact(value func(i int) int64) func(i int) (int64, error) {
	return func(i int) (int64, error) { return value(i), nil }
}

// micros converts a time since 1970 to microseconds.
func micros(v int64, unit arrow.TimeUnit) (int64, error) {
	factor := int64(1)
	switch unit {
	case arrow.Second:
		factor = 1e6
	case arrow.Millisecond:
		factor = 1e3
	case arrow.Nanosecond:
		down := v / 1e3
		if v%1e3 < 0 {
			down--
		}
		return down, nil
	}
	if v > math.MaxInt64/factor || v < math.MinInt64/factor {
		return 0, fault.New(fault.InvalidArgument, "", "a timestamp is infinite, or too far away to be a block")
	}
	return v * factor, nil
}
