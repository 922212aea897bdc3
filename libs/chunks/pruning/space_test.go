package pruning

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks/value"
)

// admits fails if a position rules out how a column's value, at key, compares with the literal.
func admits(t *testing.T, p position, key int64, order int, what ...any) {
	t.Helper()
	var ok bool
	switch {
	case order < 0:
		ok = key <= p.lt && key <= p.le
	case order > 0:
		ok = key >= p.gt && key >= p.ge
	default:
		ok = !p.noEq && key <= p.le && key >= p.ge
	}
	if p.exact && (key == p.le) != (order == 0) {
		ok = false
	}
	if !ok {
		t.Fatalf("%+v rules out %d, which compares as %d: %v", p, key, order, what)
	}
}

// bigRandom draws a number of up to so many digits, often close to the next power of two.
func bigRandom(rng *rand.Rand, digits int) *big.Int {
	limit := power(10, int64(rng.IntN(digits)+1))
	v := new(big.Int).SetUint64(rng.Uint64())
	v.Mul(v, new(big.Int).SetUint64(rng.Uint64())).Mod(v, limit)
	if rng.IntN(2) == 0 {
		v = power(2, int64(rng.IntN(digits*3)+1))
		v.Add(v, big.NewInt(rng.Int64N(7)-3)).Mod(v, limit)
	}
	if rng.IntN(2) == 0 {
		v.Neg(v)
	}
	return v
}

// Literals against columns of the other sort of number, in both readings.
func TestLocateAdmitsBothReadings(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 60_000 {
		kind := []value.Kind{value.Float32, value.Float64}[rng.IntN(2)]
		mk := func(f float64) value.Value {
			if kind == value.Float32 {
				return value.Float(float32(f))
			}
			return value.Double(f)
		}
		scale := uint8(rng.IntN(19))
		typ := value.Type{Kind: value.Decimal, Width: 18, Scale: scale}
		if scale == 0 {
			typ = value.Type{Kind: value.Integer, Bits: 64}
		}
		n := bigRandom(rng, 18)
		exact := fromNumber(typ, n)
		f := mk(nudge(castTo(exact, kind), kind, rng.IntN(5)-2))

		s := spaceOf(typ)
		p, ok := s.locate(f)
		if !ok {
			t.Fatalf("no place for %s in %v", f, typ)
		}
		for _, casts := range []bool{false, true} {
			order, _ := orderOf(exact, f, casts)
			// The two readings need not agree, so exact must not be claimed where they differ.
			admits(t, p, n.Int64(), order, exact, f, kind, casts)
		}

		p, ok = spaceOf(value.Type{Kind: kind}).locate(exact)
		if !ok {
			t.Fatalf("no place for %s in %s", exact, kind)
		}
		for _, casts := range []bool{false, true} {
			order, _ := orderOf(f, exact, casts)
			admits(t, p, value.FloatKey(f.Float64()), order, f, exact, kind, casts)
		}
	}
}

// Wide numbers have keys that enclose them.
func TestWideNumbersAreEnclosed(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	s := spaceOf(value.Type{Kind: value.Decimal, Width: 38, Scale: 9})
	for range 30_000 {
		v, lit := value.BigDecimal(bigRandom(rng, 38), 9), value.BigDecimal(bigRandom(rng, 38), uint8(rng.IntN(20)))
		if rng.IntN(3) == 0 {
			lit = value.BigDecimal(new(big.Int).Add(v.Big(), big.NewInt(rng.Int64N(3)-1)), 9)
		}
		lo, hi := s.enclose(v, v)
		if a, b := value.KeyFloat(lo), value.KeyFloat(hi); orderFloatRat(a, ratOf(v)) > 0 || orderFloatRat(b, ratOf(v)) < 0 {
			t.Fatalf("%s is not between %v and %v", v, a, b)
		}
		p, _ := s.locate(lit)
		order, _ := orderOf(v, lit, false)
		var ok bool
		switch {
		case order < 0:
			ok = lo <= p.lt && lo <= p.le
		case order > 0:
			ok = hi >= p.gt && hi >= p.ge
		default:
			ok = !p.noEq && lo <= p.le && hi >= p.ge
		}
		if !ok || p.exact && lo == p.le && hi == p.le && order != 0 {
			t.Fatalf("%+v rules out that %s compares with %s as %d", p, v, lit, order)
		}
	}
}

func TestLocate(t *testing.T) {
	integer := func(lt, le, ge, gt int64) position {
		return position{lt: lt, le: le, ge: ge, gt: gt, noEq: ge > le, exact: le == ge}
	}
	const day = 86400e6
	for _, c := range []struct {
		name string
		typ  string
		lit  value.Value
		want position
	}{
		{"integer", "INTEGER", value.Int(5), integer(4, 5, 5, 6)},
		{"least", "BIGINT", value.Int(math.MinInt64), integer(math.MinInt64, math.MinInt64, math.MinInt64, math.MinInt64+1)},
		{"beyond", "BIGINT", value.Uint(math.MaxUint64), integer(highest, highest, highest, highest).never()},
		{"below", "BIGINT", value.Int128(-2, 0), integer(lowest, lowest, lowest, lowest).never()},
		{"unsigned 0", "UBIGINT", value.Int(0), integer(lowest, lowest, lowest, lowest+1)},
		{"unsigned middle", "UBIGINT", value.Uint(1 << 63), integer(-1, 0, 0, 1)},
		{"below unsigned", "UBIGINT", value.Int(-1), integer(lowest, lowest, lowest, lowest).never()},
		{"decimal between", "INTEGER", value.DecimalValue(0, 25, 1), integer(2, 2, 3, 3)},
		{"decimal on", "INTEGER", value.DecimalValue(0, 30, 1), integer(2, 3, 3, 4)},
		{"negative between", "INTEGER", value.BigDecimal(big.NewInt(-25), 1), integer(-3, -3, -2, -2)},
		{"integer for decimal", "DECIMAL(9,2)", value.Int(3), integer(299, 300, 300, 301)},
		{"finer for decimal", "DECIMAL(9,2)", value.DecimalValue(0, 12345, 4), integer(123, 123, 124, 124)},
		{"small float", "BIGINT", value.Double(2.5), integer(2, 2, 3, 3)},
		{"float at 2^53", "BIGINT", value.Double(1 << 53), position{lt: 1<<53 - 1, le: 1<<53 + 2, ge: 1<<53 - 1, gt: 1<<53 + 1}},
		{"NaN", "BIGINT", value.Double(math.NaN()), integer(highest, highest, highest, highest).never()},
		{"infinity", "BIGINT", value.Double(math.Inf(-1)), integer(lowest, lowest, lowest, lowest).never()},
		{"timestamp for date", "DATE", value.TimestampValue(3*day, value.Microseconds), integer(2, 3, 3, 4)},
		{"noon for date", "DATE", value.TimestampValue(-day/2, value.Microseconds), integer(-1, -1, 0, 0)},
		{"date for timestamp", "TIMESTAMP", value.DateValue(-1), integer(-day-1, -day, -day, -day+1)},
		{"coarser unit", "TIMESTAMP_NS", value.TimestampValue(7, value.Microseconds), integer(6999, 7000, 7000, 7001)},
		{"finer unit", "TIMESTAMP_S", value.TimestampValue(-1, value.Milliseconds), integer(-1, -1, 0, 0)},
		{"infinite date", "TIMESTAMP", value.DateValue(math.MaxInt32), integer(highest-1, highest, highest, highest)},
		{"infinite timestamp", "DATE", value.TimestampValue(math.MaxInt64, value.Microseconds), integer(math.MaxInt32-1, math.MaxInt32, math.MaxInt32, math.MaxInt32+1)},
		{"late but finite", "TIMESTAMP_NS", value.DateValue(200_000_000), position{lt: highest - 1, le: highest - 1, ge: highest, gt: highest, noEq: true}},
	} {
		got, ok := spaceOf(value.ParseType(c.typ)).locate(c.lit)
		if !ok || got != c.want {
			t.Errorf("%s: %s in %s is at %+v (%v), not %+v", c.name, c.lit, c.typ, got, ok, c.want)
		}
	}
	for _, c := range []struct {
		typ string
		lit value.Value
	}{
		{"INTEGER", value.Text("5")}, {"VARCHAR", value.Int(5)}, {"VARCHAR", value.Blob([]byte("a"))}, {"TIMESTAMP", value.TimestampTZValue(0)},
		{"TIMESTAMP WITH TIME ZONE", value.DateValue(0)}, {"DATE", value.Int(1)}, {"TIME", value.Int(1)}, {"BOOLEAN", value.Int(1)},
		{"INTERVAL", value.Int(1)}, {"DOUBLE", value.Text("1")}, {"DECIMAL(38,2)", value.Text("1")}, {"INTEGER", value.Value{}},
		{"TIMESTAMP WITH TIME ZONE", value.TimestampValue(math.MaxInt64, value.Microseconds)}, {"INTEGER", value.DateValue(3)}, {"DATE", value.Double(1)},
	} {
		if p, ok := spaceOf(value.ParseType(c.typ)).locate(c.lit); ok {
			t.Errorf("%s of kind %s has the place %+v in %s", c.lit, c.lit.Kind(), p, c.typ)
		}
	}
}

// never is the position without equality.
func (p position) never() position {
	p.noEq, p.exact = true, false
	return p
}
