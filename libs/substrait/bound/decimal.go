package bound

import (
	"math/big"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// naturalDecimals takes back the casts that the binder puts around the sides of
// decimal arithmetic: it casts them to the result's type, and the same function
// of sides of that type would have another, wider result. Afterwards the
// result's type follows from the sides' types again, as it did in the query.
func naturalDecimals(call *rel.Call) *rel.Call {
	if call.Of.ID != types.Decimal || len(call.Args) != 2 {
		return call
	}
	natural := func(a, b rel.Expr) bool {
		t, ok := rel.DecimalResult(call.Func, a.Type(), b.Type())
		return ok && t.Equal(call.Of)
	}
	left, right := call.Args[0], call.Args[1]
	for _, a := range []rel.Expr{left, uncast(left)} {
		for _, b := range []rel.Expr{right, uncast(right)} {
			if natural(a, b) {
				return &rel.Call{Func: call.Func, Args: []rel.Expr{a, b}, Of: call.Of}
			}
		}
	}
	return call
}

// uncast is what a DECIMAL was cast from, as a DECIMAL.
func uncast(e rel.Expr) rel.Expr {
	c, ok := e.(*rel.Cast)
	if !ok || c.To.ID != types.Decimal || c.Try {
		return e
	}
	if c.Input.Type().ID == types.Decimal {
		return c.Input
	}
	as, ok := rel.DecimalOfInteger(c.Input.Type())
	if !ok {
		return e
	}
	if l, ok := c.Input.(*rel.Literal); ok {
		if n, ok := integer(l.Value); ok {
			digits := len(new(big.Int).Abs(n).String())
			return rel.Dec(n, uint8(min(digits, 38)), 0)
		}
	}
	return &rel.Cast{Input: c.Input, To: as}
}

func integer(v any) (*big.Int, bool) {
	switch v := v.(type) {
	case int64:
		return big.NewInt(v), true
	case uint64:
		return new(big.Int).SetUint64(v), true
	case *big.Int:
		return v, v.BitLen() < 120
	}
	return nil, false
}
