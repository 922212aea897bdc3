package pruning

import (
	"math"
	"math/big"

	"github.com/shoal-db/shoal/libs/chunks/value"
)

// This file evaluates predicates row by row, with no code of the package but its types, as the
// judge of what pruning may not drop.

// rowEval evaluates in one of two readings of numbers against floats: exactly, or after casting
// what is not a float as DuckDB does.
type rowEval struct {
	casts  bool
	random func() Truth // what a node that is not understood gives
}

func (e rowEval) eval(p Predicate, row []value.Value) Truth {
	switch p := p.(type) {
	case nil:
		return True
	case And:
		out := True
		for _, c := range p {
			out = and3(out, e.eval(c, row))
		}
		return out
	case Or:
		out := False
		for _, c := range p {
			out = not3(and3(not3(out), not3(e.eval(c, row))))
		}
		return out
	case Not:
		return not3(e.eval(p.Of, row))
	case Const:
		return Truth(p)
	case IsNull:
		return truth(row[p.Column].IsNull())
	case IsNotNull:
		return truth(!row[p.Column].IsNull())
	case Compare:
		return e.compare(p.Column, row, p.Op, p.Value)
	case Distinct:
		v := row[p.Column]
		if v.IsNull() || p.Value.IsNull() {
			return truth((v.IsNull() != p.Value.IsNull()) != p.Not)
		}
		t := e.compare(p.Column, row, Ne, p.Value)
		if p.Not {
			t = not3(t)
		}
		return t
	case In:
		out := False
		for _, v := range p.Values {
			out = not3(and3(not3(out), not3(e.compare(p.Column, row, Eq, v))))
		}
		if p.HasNull {
			out = not3(and3(not3(out), NullTruth))
		}
		return out
	}
	return e.random()
}

func truth(b bool) Truth {
	if b {
		return True
	}
	return False
}

func not3(t Truth) Truth { return [...]Truth{False: True, True: False, NullTruth: NullTruth}[t] }

func and3(a, b Truth) Truth {
	switch {
	case a == False || b == False:
		return False
	case a == True && b == True:
		return True
	}
	return NullTruth
}

func (e rowEval) compare(col int, row []value.Value, op Op, lit value.Value) Truth {
	v := row[col]
	if v.IsNull() || lit.IsNull() {
		return NullTruth
	}
	order, ok := orderOf(v, lit, e.casts)
	if !ok {
		return e.random()
	}
	switch op {
	case Eq:
		return truth(order == 0)
	case Ne:
		return truth(order != 0)
	case Lt:
		return truth(order < 0)
	case Le:
		return truth(order <= 0)
	case Gt:
		return truth(order > 0)
	case Ge:
		return truth(order >= 0)
	}
	return e.random()
}

func isFloat(v value.Value) bool { return v.Kind() == value.Float32 || v.Kind() == value.Float64 }
func isExact(v value.Value) bool { return v.Kind() == value.Integer || v.Kind() == value.Decimal }

// orderOf compares a column's value with a literal.
func orderOf(v, lit value.Value, casts bool) (int, bool) {
	switch {
	case isFloat(v) && isFloat(lit):
		return orderFloats(v.Float64(), lit.Float64()), true
	case isExact(v) && isExact(lit):
		return ratOf(v).Cmp(ratOf(lit)), true
	case isExact(v) && isFloat(lit):
		if casts {
			return orderFloats(castTo(v, lit.Kind()), lit.Float64()), true
		}
		return -orderFloatRat(lit.Float64(), ratOf(v)), true
	case isFloat(v) && isExact(lit):
		if casts {
			return orderFloats(v.Float64(), castTo(lit, v.Kind())), true
		}
		return orderFloatRat(v.Float64(), ratOf(lit)), true
	}
	a, okA := seconds(v)
	b, okB := seconds(lit)
	if okA && okB {
		return a.Cmp(b), true
	}
	if v.Kind() != lit.Kind() {
		return 0, false
	}
	switch v.Kind() {
	case value.String, value.Bytes, value.UUID:
		switch {
		case v.Raw() < lit.Raw():
			return -1, true
		case v.Raw() > lit.Raw():
			return 1, true
		}
		return 0, true
	case value.Bool, value.Time, value.TimestampTZ:
		return v.Big().Cmp(lit.Big()), true
	}
	return 0, false
}

// castTo casts a number to a float as DuckDB does: decimals by dividing floats.
func castTo(v value.Value, kind value.Kind) float64 {
	if kind == value.Float32 {
		n, _ := new(big.Float).SetInt(v.Big()).Float32()
		return float64(n / float32(math.Pow10(int(v.Scale()))))
	}
	n, _ := new(big.Float).SetInt(v.Big()).Float64()
	return n / math.Pow10(int(v.Scale()))
}

func orderFloats(a, b float64) int {
	switch {
	case math.IsNaN(a) && math.IsNaN(b):
		return 0
	case math.IsNaN(a):
		return 1
	case math.IsNaN(b):
		return -1
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func orderFloatRat(f float64, r *big.Rat) int {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 1):
		return 1
	case math.IsInf(f, -1):
		return -1
	}
	return new(big.Rat).SetFloat64(f).Cmp(r)
}

func ratOf(v value.Value) *big.Rat {
	p := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(v.Scale())), nil)
	return new(big.Rat).SetFrac(v.Big(), p)
}

// seconds is a date or timestamp without zone as seconds, infinities far away.
func seconds(v value.Value) (*big.Rat, bool) {
	n, _ := v.Int64()
	far := new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), 100))
	switch v.Kind() {
	case value.Date:
		if n == math.MaxInt32 {
			return far, true
		}
		if n == -math.MaxInt32 {
			return far.Neg(far), true
		}
		return new(big.Rat).SetInt(new(big.Int).Mul(big.NewInt(n), big.NewInt(86400))), true
	case value.Timestamp:
		if n == math.MaxInt64 {
			return far, true
		}
		if n == -math.MaxInt64 {
			return far.Neg(far), true
		}
		p := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(v.Unit())), nil)
		return new(big.Rat).SetFrac(big.NewInt(n), p), true
	}
	return nil, false
}
