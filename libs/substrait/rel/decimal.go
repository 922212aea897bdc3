package rel

import (
	"math/big"

	"github.com/shoal-db/shoal/libs/substrait/types"
)

// The widest DECIMALs: of all, and of those that fit 64 bits.
const (
	maxDecimalWidth   = 38
	maxDecimalWidth64 = 18
)

// DecimalOfInteger is the DECIMAL that DuckDB takes an integer type for.
func DecimalOfInteger(t types.Type) (types.Type, bool) {
	width := map[types.ID]uint8{
		types.TinyInt: 3, types.SmallInt: 5, types.Integer: 10, types.BigInt: 19, types.HugeInt: 38,
		types.UTinyInt: 3, types.USmallInt: 5, types.UInteger: 10, types.UBigInt: 20, types.UHugeInt: 38,
	}[t.ID]
	return types.DecimalOf(width, 0), width > 0
}

// DecimalResult is the type of `+`, `-`, `*` or `%` of two DECIMALs in DuckDB.
// A sum has one digit more than its sides and a product the digits of both, but
// a result of sides that fit 64 bits is kept to 64 bits, with an error for
// values that do not fit.
func DecimalResult(function string, a, b types.Type) (types.Type, bool) {
	if a.ID != types.Decimal || b.ID != types.Decimal {
		return types.Type{}, false
	}
	widest := max(a.Width, b.Width)
	scale := max(a.Scale, b.Scale)
	width := max(max(a.Width-a.Scale, b.Width-b.Scale)+scale, widest)
	narrow := widest <= maxDecimalWidth64
	switch function {
	case "+", "-":
		width++
	case "*":
		width, scale = a.Width+b.Width, a.Scale+b.Scale
		narrow = narrow && scale < maxDecimalWidth64
	case "%":
		narrow = false
	default:
		return types.Type{}, false
	}
	if width > maxDecimalWidth64 && narrow {
		width = maxDecimalWidth64
	}
	if scale > maxDecimalWidth {
		return types.Type{}, false
	}
	return types.DecimalOf(min(width, maxDecimalWidth), scale), true
}

// Fits is false of a literal with a DECIMAL that has more digits than its type: DuckDB computes such values, of
// round(95::DECIMAL(2,0), -1) for one, but nobody can write them.
func (l *Literal) Fits() bool { return fits(l.Of, l.Value) }

func fits(t types.Type, value any) bool {
	switch v := value.(type) {
	case *big.Int:
		limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Width)), nil)
		return t.ID != types.Decimal || v.CmpAbs(limit) < 0
	case UnionValue:
		return fits(t.Fields[v.Member].Type, v.Value)
	case []any:
		for i, item := range v {
			of := t
			switch t.ID {
			case types.List, types.Array:
				of = t.Fields[0].Type
			case types.Struct:
				of = t.Fields[i].Type
			case types.Map: // pairs
				of = types.StructOf(t.Fields...)
			}
			if !fits(of, item) {
				return false
			}
		}
	}
	return true
}
