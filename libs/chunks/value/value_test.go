package value

import (
	"math"
	"math/big"
	"testing"
)

func TestBigRoundTrip(t *testing.T) {
	one := big.NewInt(1)
	top := new(big.Int).Lsh(one, 127)
	for _, c := range []struct {
		n  *big.Int
		ok bool
	}{
		{big.NewInt(0), true}, {big.NewInt(-1), true}, {big.NewInt(math.MinInt64), true}, {big.NewInt(math.MaxInt64), true},
		{new(big.Int).SetUint64(math.MaxUint64), true}, {new(big.Int).Sub(top, one), true}, {new(big.Int).Neg(top), true},
		{top, false}, {new(big.Int).Sub(new(big.Int).Neg(top), one), false}, {new(big.Int).Lsh(one, 128), false},
		{new(big.Int).Neg(new(big.Int).Lsh(one, 128)), false}, {new(big.Int).Lsh(one, 300), false},
	} {
		v := BigInt(c.n)
		if v.Known() != c.ok || c.ok && v.Big().Cmp(c.n) != 0 {
			t.Errorf("%s becomes %s", c.n, v)
		}
		if d := BigDecimal(c.n, 3); d.Known() != c.ok || c.ok && (d.Scale() != 3 || d.Big().Cmp(c.n) != 0) {
			t.Errorf("%s becomes %s", c.n, d)
		}
		n, fits := v.Int64()
		if c.ok && fits != c.n.IsInt64() || fits && n != c.n.Int64() {
			t.Errorf("%s fits: %v, as %d", c.n, fits, n)
		}
	}
	if Int(-5) != BigInt(big.NewInt(-5)) || Uint(7) != Int(7) || Int128(-1, math.MaxUint64) != Int(-1) {
		t.Error("equal integers differ")
	}
	if DecimalValue(0, 1, MaxScale+1).Known() {
		t.Error("a scale of 39 was accepted")
	}
}

func TestFloatsHaveOneNaNAndOneZero(t *testing.T) {
	if Double(math.Copysign(0, -1)) != Double(0) || Float(float32(math.Copysign(0, -1))) != Float(0) {
		t.Error("-0 is not 0")
	}
	if Double(math.NaN()) != Double(math.Float64frombits(0xfff8000000000123)) {
		t.Error("NaNs differ")
	}
	if Float(1) == Double(1) {
		t.Error("FLOAT and DOUBLE are one kind")
	}
}

func TestFloatKeyKeepsOrder(t *testing.T) {
	inOrder := []float64{math.Inf(-1), -math.MaxFloat64, -1.5, -1, -5e-324, 0, 5e-324, 1, 1.5, math.MaxFloat64, math.Inf(1), math.NaN()}
	for i, f := range inOrder {
		if i > 0 && FloatKey(inOrder[i-1]) >= FloatKey(f) {
			t.Errorf("%v is not before %v", inOrder[i-1], f)
		}
		if back := KeyFloat(FloatKey(f)); back != f && !math.IsNaN(f) {
			t.Errorf("%v becomes %v", f, back)
		}
	}
	if FloatKey(math.Copysign(0, -1)) != 0 {
		t.Error("-0 has a key of its own")
	}
}

func TestCompare(t *testing.T) {
	less := [][2]Value{
		{Int(-1), Int(0)}, {Int(math.MaxInt64), Uint(math.MaxUint64)}, {Int128(-2, 5), Int(math.MinInt64)},
		{DecimalValue(0, 10, 2), DecimalValue(0, 11, 2)}, {Double(math.Inf(1)), Double(math.NaN())}, {Float(-1), Float(0)},
		{Text("a"), Text("a\x00")}, {Text("Z"), Text("a")}, {Blob([]byte{1}), Blob([]byte{0xff})}, {BoolValue(false), BoolValue(true)},
		{DateValue(-InfiniteDate), DateValue(0)}, {TimestampValue(1, Seconds), TimestampValue(2, Seconds)}, {TimeValue(0), TimeValue(1)},
		{TimestampTZValue(5), TimestampTZValue(InfiniteTimestamp)}, {UUIDValue([16]byte{1}), UUIDValue([16]byte{0x80})},
	}
	for _, p := range less {
		if c, ok := Compare(p[0], p[1]); !ok || c >= 0 {
			t.Errorf("%s and %s compare as %d (%v)", p[0], p[1], c, ok)
		}
		if c, ok := Compare(p[1], p[0]); !ok || c <= 0 {
			t.Errorf("%s and %s compare as %d (%v)", p[1], p[0], c, ok)
		}
		if c, ok := Compare(p[0], p[0]); !ok || c != 0 {
			t.Errorf("%s differs from itself", p[0])
		}
	}
	for _, p := range [][2]Value{
		{Int(1), Text("1")}, {Value{}, Value{}}, {NullValue(), NullValue()}, {DecimalValue(0, 1, 1), DecimalValue(0, 1, 2)},
		{TimestampValue(1, Seconds), TimestampValue(1, Nanoseconds)}, {Float(1), Double(1)}, {Int(1), Value{}},
	} {
		if _, ok := Compare(p[0], p[1]); ok {
			t.Errorf("%s and %s compare", p[0], p[1])
		}
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		v    Value
		want string
	}{
		{Value{}, "?"}, {NullValue(), "NULL"}, {BoolValue(true), "true"}, {Int128(1, 0), "18446744073709551616"},
		{DecimalValue(0, 5, 2), "0.05"}, {BigDecimal(big.NewInt(-12345), 2), "-123.45"}, {DecimalValue(0, 7, 0), "7"}, {BigDecimal(big.NewInt(-5), 1), "-0.5"},
		{Double(0.1), "0.1"}, {Float(0.1), "0.1"}, {Text("é"), "é"}, {Blob([]byte{0xff, 0}), `\xff00`},
		{UUIDValue([16]byte{0x12, 15: 0xff}), "12000000-0000-0000-0000-0000000000ff"},
		{DateValue(-1), "1969-12-31"}, {DateValue(InfiniteDate), "infinity"}, {DateValue(-InfiniteDate), "-infinity"},
		{TimeValue(3_723_000_004), "01:02:03.000004"}, {TimestampValue(-1, Nanoseconds), "1969-12-31 23:59:59.999999999"},
		{TimestampValue(1, Seconds), "1970-01-01 00:00:01"}, {TimestampValue(1, Milliseconds), "1970-01-01 00:00:00.001"},
		{TimestampValue(1, Microseconds), "1970-01-01 00:00:00.000001"}, {TimestampTZValue(-500_000), "1969-12-31 23:59:59.5+00"},
		{TimestampValue(-InfiniteTimestamp, Seconds), "-infinity"},
	} {
		if got := c.v.String(); got != c.want {
			t.Errorf("%s is written %q, not %q", c.v.Kind(), got, c.want)
		}
	}
	if Kind(200).String() != "kind 200" || TimestampTZ.String() != "timestamptz" {
		t.Error("kinds are named wrongly")
	}
}

func TestParseType(t *testing.T) {
	for name, want := range map[string]Type{
		"BIGINT": {Kind: Integer, Bits: 64}, "ubigint": {Kind: Integer, Bits: 64, Unsigned: true}, "DECIMAL(15,2)": {Kind: Decimal, Width: 15, Scale: 2},
		"DECIMAL(38, 38)": {Kind: Decimal, Width: 38, Scale: 38}, "TIMESTAMP_NS": {Kind: Timestamp, Unit: Nanoseconds}, "TIMESTAMP": {Kind: Timestamp, Unit: Microseconds},
		"TIMESTAMP WITH TIME ZONE": {Kind: TimestampTZ, Unit: Microseconds}, "JSON": {Kind: String}, "HUGEINT": {Kind: Integer, Bits: 128},
		// No order that bounds could use, or no type at all.
		"BIGINT[]": {}, "DECIMAL(15,2)[]": {}, "DECIMAL(3,4)": {}, "DECIMAL(39,0)": {}, "DECIMAL(0,0)": {}, "DECIMAL(300,2)": {}, "DECIMAL(15,2": {}, "DECIMAL": {},
		"STRUCT(a BIGINT)": {}, "ENUM('a')": {}, "BIT": {}, "INTERVAL": {}, "TIME WITH TIME ZONE": {}, "": {}, "VARCHAR COLLATE NOCASE": {},
	} {
		if got := ParseType(name); got != want {
			t.Errorf("%s is %+v", name, got)
		}
	}
}
