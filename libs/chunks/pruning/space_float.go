package pruning

import (
	"math"
	"math/big"

	"github.com/shoal-db/shoal/libs/chunks/value"
)

// locateFloat places a number among float keys.
//
// For FLOAT and DOUBLE columns the keys are the values; a literal that is not a float is rounded by
// the engine, to either side as far as is known here, so it is taken to be anywhere between its
// neighbours. For wide integers and decimals the keys are enclosures: a literal on a key is exact,
// any other is between two keys and may be a value.
func (s space) locateFloat(v value.Value) (position, bool) {
	isFloatColumn := s.typ.Kind == value.Float32 || s.typ.Kind == value.Float64
	switch v.Kind() {
	case value.Float32, value.Float64:
		f := v.Float64()
		if isFloatColumn {
			return onKey(value.FloatKey(f)), true
		}
		if p, ok := outOfNumbers(f); ok {
			return p, true
		}
		return fuzzy(f, f, v.Kind()), true
	case value.Integer, value.Decimal:
	default:
		return position{}, false
	}
	r := new(big.Rat).Mul(new(big.Rat).SetInt(v.Big()), pow10(-int(v.Scale())))
	lo, hi := neighbours(r)
	if !isFloatColumn {
		if lo == hi {
			return onKey(value.FloatKey(lo)), true
		}
		k := value.FloatKey(lo)
		return position{lt: k, le: k, ge: value.FloatKey(hi), gt: value.FloatKey(hi)}, true
	}
	if lo == hi && isPlain(v, s.typ.Kind) {
		return onKey(value.FloatKey(lo)), true
	}
	return fuzzy(lo, hi, s.typ.Kind), true
}

// isPlain tells whether the engine's cast of a number that is a float is that float: then its digits
// and the power of ten that they are divided by must be exact in the kind.
func isPlain(v value.Value, kind value.Kind) bool {
	n, fits := v.Int64()
	limit, scale := exactIn(kind)
	return fits && -limit <= n && n <= limit && v.Scale() <= scale
}

// exactIn returns up to what size all integers, and up to what exponent all powers of ten, are
// exact in a kind of float.
func exactIn(kind value.Kind) (limit int64, scale uint8) {
	if kind == value.Float32 {
		return 1 << 24, 10
	}
	return 1 << 53, 22
}

// fuzzy is the position of a literal anywhere around lo and hi, a few steps of the kind's
// precision to either side: more than any rounding of a cast.
func fuzzy(lo, hi float64, kind value.Kind) position {
	a, b := value.FloatKey(nudge(lo, kind, -4)), value.FloatKey(nudge(hi, kind, 4))
	return position{lt: b - 1, le: b, ge: a, gt: a + 1}
}

// nudge returns the float n steps of the kind's precision above f, below for negative n.
func nudge(f float64, kind value.Kind, n int) float64 {
	to := math.Inf(1)
	if n < 0 {
		to, n = math.Inf(-1), -n
	}
	if kind == value.Float32 {
		g := float32(f)
		for range n {
			g = math.Nextafter32(g, float32(to))
		}
		return float64(g)
	}
	for range n {
		f = math.Nextafter(f, to)
	}
	return f
}

// neighbours returns the greatest float that is not above r and the least that is not below. No
// 128-bit number overflows a float.
func neighbours(r *big.Rat) (lo, hi float64) {
	f, exact := r.Float64()
	if exact {
		return f, f
	}
	if new(big.Rat).SetFloat64(f).Cmp(r) > 0 {
		return math.Nextafter(f, math.Inf(-1)), f
	}
	return f, math.Nextafter(f, math.Inf(1))
}
