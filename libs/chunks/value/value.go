// Package value owns typed SQL literals as statistics and predicates need them, and the DuckDB
// types that they belong to.
//
// Invariants: values are immutable and comparable with ==; integers and decimals are exact to 128
// bits; a float's -0 is stored as 0 and every NaN as one NaN, because DuckDB does not tell them
// apart.
//
// It refuses to cast: whether an integer equals a float depends on who rounds, which is decided
// where bounds and literals meet (package pruning).
package value

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"
)

// Kind says what a Value is.
type Kind uint8

// The kinds of values. Their numbers are part of the manifest format.
const (
	None        Kind = 0 // nothing is known; the zero Value
	Null        Kind = 1 // the SQL NULL
	Bool        Kind = 2
	Integer     Kind = 3 // up to 128 bits, signed
	Decimal     Kind = 4 // up to 128 bits, with a scale
	Float32     Kind = 5
	Float64     Kind = 6
	String      Kind = 7 // compared byte by byte, as DuckDB does without a collation
	Bytes       Kind = 8
	UUID        Kind = 9  // 16 bytes, compared as such
	Date        Kind = 10 // days since 1970-01-01
	Time        Kind = 11 // microseconds since midnight
	Timestamp   Kind = 12 // in its Unit since 1970-01-01, no time zone
	TimestampTZ Kind = 13 // microseconds since 1970-01-01 UTC
)

// Unit is what a timestamp counts: the number of decimal digits of a second.
type Unit uint8

// The units that DuckDB has.
const (
	Seconds      Unit = 0
	Milliseconds Unit = 3
	Microseconds Unit = 6
	Nanoseconds  Unit = 9
)

// MaxScale is the greatest scale of a decimal.
const MaxScale = 38

// Infinite dates and timestamps as DuckDB stores them; timestamps are the same in every unit.
const (
	InfiniteDate      = math.MaxInt32
	InfiniteTimestamp = math.MaxInt64
)

// Value is one typed literal. Its zero value is of kind None.
type Value struct {
	kind Kind
	aux  uint8 // a decimal's scale, a timestamp's unit
	hi   int64 // hi and lo are a 128-bit two's complement number, or lo a float64's bits
	lo   uint64
	text string
}

// NullValue returns the SQL NULL.
func NullValue() Value { return Value{kind: Null} }

// BoolValue returns a BOOLEAN.
func BoolValue(b bool) Value {
	if b {
		return number(Bool, 1)
	}
	return number(Bool, 0)
}

// Int returns an integer.
func Int(v int64) Value { return number(Integer, v) }

// Uint returns an integer.
func Uint(v uint64) Value { return Value{kind: Integer, lo: v} }

// Int128 returns the integer hi·2⁶⁴ + lo.
func Int128(hi int64, lo uint64) Value { return Value{kind: Integer, hi: hi, lo: lo} }

// DecimalValue returns the decimal (hi·2⁶⁴ + lo) / 10^scale; scales above MaxScale give None.
func DecimalValue(hi int64, lo uint64, scale uint8) Value {
	if scale > MaxScale {
		return Value{}
	}
	return Value{kind: Decimal, aux: scale, hi: hi, lo: lo}
}

// BigInt returns an integer, None if it does not fit in 128 bits (as a large UHUGEINT).
func BigInt(v *big.Int) Value {
	hi, lo, ok := split128(v)
	if !ok {
		return Value{}
	}
	return Int128(hi, lo)
}

// BigDecimal returns the decimal unscaled / 10^scale, None if unscaled does not fit in 128 bits.
func BigDecimal(unscaled *big.Int, scale uint8) Value {
	hi, lo, ok := split128(unscaled)
	if !ok {
		return Value{}
	}
	return DecimalValue(hi, lo, scale)
}

// Double returns a DOUBLE.
func Double(f float64) Value { return float(Float64, f) }

// Float returns a FLOAT.
func Float(f float32) Value { return float(Float32, float64(f)) }

// Text returns a VARCHAR.
func Text(s string) Value { return Value{kind: String, text: s} }

// Blob returns a BLOB; b is copied.
func Blob(b []byte) Value { return Value{kind: Bytes, text: string(b)} }

// UUIDValue returns a UUID from its bytes in the order in which it is written.
func UUIDValue(u [16]byte) Value { return Value{kind: UUID, text: string(u[:])} }

// DateValue returns a DATE, in days since 1970-01-01.
func DateValue(days int32) Value { return number(Date, int64(days)) }

// TimeValue returns a TIME, in microseconds since midnight.
func TimeValue(micros int64) Value { return number(Time, micros) }

// TimestampValue returns a TIMESTAMP of the given unit.
func TimestampValue(v int64, unit Unit) Value {
	out := number(Timestamp, v)
	out.aux = uint8(unit)
	return out
}

// TimestampTZValue returns a TIMESTAMP WITH TIME ZONE, in microseconds since 1970-01-01 UTC.
func TimestampTZValue(micros int64) Value {
	out := number(TimestampTZ, micros)
	out.aux = uint8(Microseconds)
	return out
}

// Kind returns the value's kind.
func (v Value) Kind() Kind { return v.kind }

// Known tells whether the value is of any kind but None.
func (v Value) Known() bool { return v.kind != None }

// IsNull tells whether the value is the SQL NULL.
func (v Value) IsNull() bool { return v.kind == Null }

// Scale returns a decimal's scale, 0 for others.
func (v Value) Scale() uint8 {
	if v.kind == Decimal {
		return v.aux
	}
	return 0
}

// Unit returns a timestamp's unit.
func (v Value) Unit() Unit { return Unit(v.aux) }

// Int64 returns the number behind an integer, boolean, date, time or timestamp, or the unscaled
// number of a decimal, and whether it fits.
func (v Value) Int64() (int64, bool) {
	switch v.kind {
	case Bool, Integer, Decimal, Date, Time, Timestamp, TimestampTZ:
		return int64(v.lo), v.hi == int64(v.lo)>>63
	}
	return 0, false
}

// Words returns the 128-bit two's complement number behind what Int64 describes.
func (v Value) Words() (hi int64, lo uint64) { return v.hi, v.lo }

// Big returns the number behind what Int64 describes.
func (v Value) Big() *big.Int {
	out := new(big.Int).Lsh(big.NewInt(v.hi), 64)
	return out.Add(out, new(big.Int).SetUint64(v.lo))
}

// Float64 returns the number of a FLOAT or DOUBLE, 0 for others.
func (v Value) Float64() float64 {
	if v.kind == Float32 || v.kind == Float64 {
		return math.Float64frombits(v.lo)
	}
	return 0
}

// Raw returns the bytes of a VARCHAR, BLOB or UUID.
func (v Value) Raw() string { return v.text }

// Finite tells whether a date or timestamp is not infinite; it holds for all other kinds.
func (v Value) Finite() bool {
	n := int64(v.lo)
	switch v.kind {
	case Date:
		return n != InfiniteDate && n != -InfiniteDate
	case Timestamp, TimestampTZ:
		return n != InfiniteTimestamp && n != -InfiniteTimestamp
	}
	return true
}

// Compare orders two values of the same kind, scale and unit as DuckDB does, NaN greatest; ok is
// false for others and for kinds without an order.
func Compare(a, b Value) (order int, ok bool) {
	if a.kind != b.kind || a.aux != b.aux {
		return 0, false
	}
	switch a.kind {
	case None, Null:
		return 0, false
	case String, Bytes, UUID:
		return cmp.Compare(a.text, b.text), true
	case Float32, Float64:
		return cmp.Compare(FloatKey(a.Float64()), FloatKey(b.Float64())), true
	}
	if a.hi != b.hi {
		return cmp.Compare(a.hi, b.hi), true
	}
	return cmp.Compare(a.lo, b.lo), true
}

// FloatKey maps floats to integers in DuckDB's order: -Inf < … < -0 = 0 < … < +Inf < NaN.
func FloatKey(f float64) int64 {
	switch {
	case math.IsNaN(f):
		f = math.NaN()
	case f == 0:
		f = 0 // drops the sign
	}
	b := int64(math.Float64bits(f))
	// Negative floats grow downwards: flipping their magnitude puts them in order.
	return b ^ int64(uint64(b>>63)>>1)
}

// KeyFloat is the inverse of FloatKey, on keys that it returns.
func KeyFloat(key int64) float64 {
	return math.Float64frombits(uint64(key ^ int64(uint64(key>>63)>>1)))
}

func number(kind Kind, v int64) Value { return Value{kind: kind, hi: v >> 63, lo: uint64(v)} }

func float(kind Kind, f float64) Value {
	return Value{kind: kind, lo: math.Float64bits(KeyFloat(FloatKey(f)))}
}

// split128 returns v as two's complement words.
func split128(v *big.Int) (hi int64, lo uint64, ok bool) {
	if v.BitLen() > 128 || v.BitLen() == 128 && v.Sign() > 0 {
		return 0, 0, false
	}
	var b [16]byte
	new(big.Int).Abs(v).FillBytes(b[:])
	var h uint64
	for i := range 8 {
		h, lo = h<<8|uint64(b[i]), lo<<8|uint64(b[8+i])
	}
	if v.Sign() < 0 {
		var borrow uint64
		lo, borrow = bits.Sub64(0, lo, 0)
		h, _ = bits.Sub64(0, h, borrow)
		if h>>63 == 0 {
			return 0, 0, false
		}
	} else if h>>63 != 0 {
		return 0, 0, false
	}
	return int64(h), lo, true
}
