package rel

import (
	"bytes"
	"math/big"
	"reflect"
)

// Equal says whether two expressions are the same, node for node.
func Equal(a, b Expr) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	if !a.Type().Equal(b.Type()) {
		return false
	}
	if !sameNode(a, b) {
		return false
	}
	ca, cb := a.Children(), b.Children()
	if len(ca) != len(cb) {
		return false
	}
	for i := range ca {
		if !Equal(ca[i], cb[i]) {
			return false
		}
	}
	return true
}

// sameNode compares two expressions without their children.
func sameNode(a, b Expr) bool {
	switch a := a.(type) {
	case *Field:
		b, ok := b.(*Field)
		return ok && a.Index == b.Index
	case *Literal:
		b, ok := b.(*Literal)
		return ok && sameValue(a.Value, b.Value)
	case *Call:
		b, ok := b.(*Call)
		return ok && a.Func == b.Func
	case *Cast:
		b, ok := b.(*Cast)
		return ok && a.Try == b.Try
	case *Case:
		b, ok := b.(*Case)
		return ok && len(a.Whens) == len(b.Whens)
	case *In:
		_, ok := b.(*In)
		return ok
	}
	// Windows are never equal: nothing gains from knowing that they are.
	return false
}

func sameValue(a, b any) bool {
	if x, ok := a.(*big.Int); ok {
		y, ok := b.(*big.Int)
		return ok && x.Cmp(y) == 0
	}
	if x, ok := a.([]byte); ok {
		y, ok := b.([]byte)
		return ok && bytes.Equal(x, y)
	}
	return reflect.DeepEqual(a, b)
}
