package filters

import (
	"cmp"
	"encoding/hex"
	"math/big"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/shoal-db/shoal/libs/chunks/filter"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// add takes in the next values, in the form that package filter describes.
func (c *column) add(a arrow.Array) error {
	switch a := a.(type) {
	case *array.Int8:
		numbers(c, a, a.Int8Values(), asInt[int8])
	case *array.Int16:
		numbers(c, a, a.Int16Values(), asInt[int16])
	case *array.Int32:
		numbers(c, a, a.Int32Values(), asInt[int32])
	case *array.Int64:
		numbers(c, a, a.Int64Values(), asInt[int64])
	case *array.Uint8:
		numbers(c, a, a.Uint8Values(), asInt[uint8])
	case *array.Uint16:
		numbers(c, a, a.Uint16Values(), asInt[uint16])
	case *array.Uint32:
		numbers(c, a, a.Uint32Values(), asInt[uint32])
	case *array.Uint64:
		numbers(c, a, a.Uint64Values(), func(v uint64) uint64 { return filter.Int(int64(v ^ 1<<63)) })
	case *array.Float32:
		numbers(c, a, a.Float32Values(), func(v float32) uint64 { return filter.Int(value.FloatKey(float64(v))) })
	case *array.Float64:
		numbers(c, a, a.Float64Values(), func(v float64) uint64 { return filter.Int(value.FloatKey(v)) })
	case *array.Date32:
		numbers(c, a, a.Date32Values(), asInt[arrow.Date32])
	case *array.Time64:
		numbers(c, a, a.Time64Values(), asInt[arrow.Time64])
	case *array.Timestamp:
		if !c.inUnit(a) {
			return fault.New(fault.Internal, "", "timestamps are read as %s", a.DataType())
		}
		numbers(c, a, a.TimestampValues(), asInt[arrow.Timestamp])
	case *array.Decimal128:
		c.decimals(a)
	case *array.Binary:
		return c.texts(a, func(i int) string { return a.ValueString(i) })
	case *array.String:
		return c.texts(a, a.Value)
	default:
		return fault.New(fault.Internal, "", "values are read as %s", a.DataType())
	}
	return nil
}

func asInt[T ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32](v T) uint64 {
	return filter.Int(int64(v))
}

// numbers takes in an array of numbers.
func numbers[T cmp.Ordered](c *column, a arrow.Array, values []T, hash func(T) uint64) {
	last := -1
	for i, v := range values {
		if a.IsNull(i) {
			c.nulls++
			continue
		}
		c.hashes = append(c.hashes, hash(v))
		if last >= 0 {
			c.step(cmp.Compare(v, values[last]))
		}
		last = i
	}
}

// step notes how a value compares with the one before.
func (c *column) step(order int) {
	switch {
	case order > 0:
		c.ups++
	case order < 0:
		c.downs++
	}
}

// inUnit tells whether the array counts in the unit of the column's type.
func (c *column) inUnit(a *array.Timestamp) bool {
	unit := a.DataType().(*arrow.TimestampType).Unit
	return unit == map[value.Unit]arrow.TimeUnit{
		value.Seconds: arrow.Second, value.Milliseconds: arrow.Millisecond,
		value.Microseconds: arrow.Microsecond, value.Nanoseconds: arrow.Nanosecond,
	}[c.typ.Unit]
}

func (c *column) decimals(a *array.Decimal128) {
	isWide := filter.FormOf(c.typ) == filter.WideForm
	last := -1
	for i, v := range a.Values() {
		switch {
		case a.IsNull(i):
			c.nulls++
			continue
		case isWide:
			c.hashes = append(c.hashes, filter.Wide(v.HighBits(), v.LowBits()))
		default:
			c.hashes = append(c.hashes, filter.Int(int64(v.LowBits())))
		}
		if last >= 0 {
			c.step(v.Cmp(a.Value(last)))
		}
		last = i
	}
}

// texts takes in texts and blobs, and what is read as text: UUIDs and numbers of 128 bits.
func (c *column) texts(a arrow.Array, at func(int) string) error {
	last := -1
	for i := range a.Len() {
		if a.IsNull(i) {
			c.nulls++
			continue
		}
		hash, err := c.textHash(at(i))
		if err != nil {
			return err
		}
		c.hashes = append(c.hashes, hash)
		if last >= 0 {
			c.step(strings.Compare(at(i), at(last)))
		}
		last = i
	}
	return nil
}

func (c *column) textHash(s string) (uint64, error) {
	switch c.typ.Kind {
	case value.UUID:
		raw, err := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
		if err != nil || len(raw) != 16 {
			return 0, fault.New(fault.Internal, "", "a UUID is read as %q", s)
		}
		return filter.Text(string(raw)), nil
	case value.Integer:
		n, ok := new(big.Int).SetString(s, 10)
		if !ok || n.BitLen() > 128 {
			return 0, fault.New(fault.Internal, "", "a number is read as %q", s)
		}
		return filter.Wide(words(n)), nil
	}
	return filter.Text(s), nil
}

// words is a number's two's complement of 128 bits.
func words(n *big.Int) (hi int64, lo uint64) {
	mask := new(big.Int).SetUint64(1<<64 - 1)
	lo = new(big.Int).And(n, mask).Uint64()
	hi = int64(new(big.Int).And(new(big.Int).Rsh(n, 64), mask).Uint64())
	return hi, lo
}
