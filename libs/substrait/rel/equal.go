package rel

import (
	"bytes"
	"math/big"
	"reflect"
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Equal says whether two expressions are the same, node for node.
func Equal(a, b Expr) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil {
		return false
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
	case *WindowCall:
		b, ok := b.(*WindowCall)
		return ok && sameWindow(a, b)
	case *Lambda:
		b, ok := b.(*Lambda)
		return ok && types.EqualAll(a.Params, b.Params)
	case *Param:
		b, ok := b.(*Param)
		return ok && a.Out == b.Out && a.Index == b.Index
	}
	return false
}

// sameWindow compares two windows without their children, but how many of each
// kind there are.
func sameWindow(a, b *WindowCall) bool {
	return a.Func == b.Func && a.Distinct == b.Distinct && a.IgnoreNulls == b.IgnoreNulls &&
		len(a.Args) == len(b.Args) && len(a.Partition) == len(b.Partition) &&
		sameDirections(a.OrderBy, b.OrderBy) && sameDirections(a.ArgOrder, b.ArgOrder) &&
		(a.Filter == nil) == (b.Filter == nil) && a.Frame.Unit == b.Frame.Unit && a.Frame.Exclude == b.Frame.Exclude &&
		sameBound(a.Frame.Start, b.Frame.Start) && sameBound(a.Frame.End, b.Frame.End)
}

func sameBound(a, b Bound) bool {
	return a.Kind == b.Kind && (a.Offset == nil) == (b.Offset == nil)
}

func sameDirections(a, b []SortKey) bool {
	return slices.EqualFunc(a, b, func(x, y SortKey) bool {
		return x.Descending == y.Descending && x.NullsFirst == y.NullsFirst
	})
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
