package functions

import (
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// The rules by which DuckDB finds a result's type, as measured on DuckDB 1.5.4.

type rule = func([]types.Type) (types.Type, bool)

func of(id types.ID) rule {
	return func([]types.Type) (types.Type, bool) { return types.Of(id), true }
}

// sameType is the arguments' common type; arguments of several types are cast by rules that are
// not repeated here.
func sameType(args []types.Type) (types.Type, bool) {
	if len(args) == 0 {
		return types.Type{}, false
	}
	for _, a := range args[1:] {
		if !a.Equal(args[0]) {
			return types.Type{}, false
		}
	}
	return args[0], true
}

func firstType(args []types.Type) (types.Type, bool) {
	if len(args) == 0 {
		return types.Type{}, false
	}
	return args[0], true
}

func listOf(id types.ID) rule {
	return func([]types.Type) (types.Type, bool) { return types.ListOf(types.Of(id)), true }
}

// decimalOf is the type of DuckDB's arithmetic with two decimals.
func decimalOf(function string) rule {
	return func(args []types.Type) (types.Type, bool) {
		if len(args) != 2 {
			return types.Type{}, false
		}
		return rel.DecimalResult(function, args[0], args[1])
	}
}

func decimalSumType(args []types.Type) (types.Type, bool) {
	if len(args) != 1 || args[0].ID != types.Decimal {
		return types.Type{}, false
	}
	return types.DecimalOf(38, args[0].Scale), true
}

func decimalWhole(args []types.Type) (types.Type, bool) {
	if len(args) == 0 || args[0].ID != types.Decimal {
		return firstType(args)
	}
	return types.DecimalOf(args[0].Width, 0), true
}

// medianType is the type of a median, which lies between two values.
func medianType(args []types.Type) (types.Type, bool) {
	switch t := args[0]; {
	case t.IsInteger():
		return types.Of(types.Double), true
	case t.IsNumeric(), t.ID == types.Timestamp, t.ID == types.TimestampTZ, t.ID == types.Time:
		return t, true
	case t.ID == types.Date:
		return types.Of(types.Timestamp), true
	}
	return types.Type{}, false
}

// temporalSum is the type of a point in time moved by an interval.
func temporalSum(args []types.Type) (types.Type, bool) {
	switch args[0].ID {
	case types.Date:
		return types.Of(types.Timestamp), true
	case types.Timestamp, types.TimestampTZ, types.Interval, types.Time:
		return args[0], true
	}
	return types.Type{}, false
}

// Conditions on argument types.

func first(ids ...types.ID) func([]types.Type) bool {
	return func(args []types.Type) bool {
		for _, id := range ids {
			if len(args) > 0 && args[0].ID == id {
				return true
			}
		}
		return false
	}
}

// firstInteger leaves an integer times an interval to the functions of time.
func firstInteger(args []types.Type) bool {
	return len(args) > 0 && args[0].IsInteger() && !anyInterval(args)
}

func firstFloating(args []types.Type) bool { return first(types.Float, types.Double)(args) }

func firstTemporal(args []types.Type) bool {
	return len(args) > 0 && args[0].ID >= types.Date && args[0].ID <= types.Interval
}

func anyInterval(args []types.Type) bool {
	for _, a := range args {
		if a.ID == types.Interval {
			return true
		}
	}
	return false
}
