package rel

import (
	"reflect"
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/types"
)

// EqualPlans says whether two plans are the same, node for node. What they
// share in memory is not looked at.
func EqualPlans(a, b *Plan) bool {
	return a == b || slices.Equal(a.Names, b.Names) && EqualRels(a.Root, b.Root) &&
		slices.EqualFunc(a.Shared, b.Shared, EqualRels)
}

// EqualRels says whether two relations are the same, node for node, with all
// that they read.
func EqualRels(a, b Rel) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || reflect.TypeOf(a) != reflect.TypeOf(b) {
		return false
	}
	same, known := sameRel(a, b)
	if !known {
		return reflect.DeepEqual(a, b)
	}
	return same && slices.EqualFunc(a.Inputs(), b.Inputs(), EqualRels)
}

// sameRel compares two relations of one type without their inputs.
func sameRel(a, b Rel) (same, known bool) {
	switch a := a.(type) {
	case *Read:
		b := b.(*Read)
		return slices.Equal(a.Table, b.Table) && slices.EqualFunc(a.Columns, b.Columns, sameColumn) && Equal(a.Filter, b.Filter), true
	case *Values:
		b := b.(*Values)
		return types.EqualAll(a.Columns, b.Columns) && slices.EqualFunc(a.Rows, b.Rows, equalExprs), true
	case *Filter:
		return Equal(a.Cond, b.(*Filter).Cond), true
	case *Project:
		return equalExprs(a.Exprs, b.(*Project).Exprs), true
	case *Aggregate:
		b := b.(*Aggregate)
		return equalExprs(a.Groups, b.Groups) && slices.EqualFunc(a.Sets, b.Sets, slices.Equal[[]int]) &&
			(a.Sets == nil) == (b.Sets == nil) && slices.EqualFunc(a.Measures, b.Measures, EqualMeasures), true
	case *Join:
		return sameJoin(a, b.(*Join)), true
	case *DependentJoin:
		b := b.(*DependentJoin)
		return a.ID == b.ID && equalExprs(a.Keys, b.Keys) && sameJoin(&a.Join, &b.Join), true
	case *Outer:
		b := b.(*Outer)
		return a.ID == b.ID && types.EqualAll(a.Columns, b.Columns), true
	case *Sort:
		return equalKeys(a.Keys, b.(*Sort).Keys), true
	case *Fetch:
		b := b.(*Fetch)
		return Equal(a.Offset, b.Offset) && Equal(a.Count, b.Count), true
	case *SetOp:
		return a.Kind == b.(*SetOp).Kind, true
	case *Reference:
		b := b.(*Reference)
		return a.Ordinal == b.Ordinal && types.EqualAll(a.Columns, b.Columns), true
	}
	return false, false
}

func sameJoin(a, b *Join) bool { return a.Kind == b.Kind && Equal(a.Cond, b.Cond) }

func sameColumn(a, b Column) bool { return a.Name == b.Name && a.Type.Equal(b.Type) }

func equalExprs(a, b []Expr) bool { return slices.EqualFunc(a, b, Equal) }

func equalKeys(a, b []SortKey) bool {
	return sameDirections(a, b) && slices.EqualFunc(a, b, func(x, y SortKey) bool { return Equal(x.Expr, y.Expr) })
}

// EqualMeasures says whether two measures are the same.
func EqualMeasures(a, b Measure) bool {
	return a.Func == b.Func && a.Distinct == b.Distinct && a.Type.Equal(b.Type) && equalExprs(a.Args, b.Args) &&
		Equal(a.Filter, b.Filter) && equalKeys(a.OrderBy, b.OrderBy)
}
