package functions

import "github.com/shoal-db/shoal/libs/substrait/types"

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

const (
	maxDigits   = 38
	maxInt64Dec = 18
)

func areDecimals(args []types.Type) bool {
	for _, a := range args {
		if a.ID != types.Decimal {
			return false
		}
	}
	return len(args) > 0
}

// decimalSum is the type of a sum or difference: a digit more than its sides, but as long as both
// fit 64 bits, the result does.
func decimalSum(args []types.Type) (types.Type, bool) {
	if !areDecimals(args) || len(args) != 2 {
		return sameType(args)
	}
	a, b := args[0], args[1]
	scale := max(a.Scale, b.Scale)
	width := max(a.Width-a.Scale, b.Width-b.Scale) + scale + 1
	return capped(width, scale, max(a.Width, b.Width))
}

// decimalProduct is the type of a product, which has the digits of both its sides.
func decimalProduct(args []types.Type) (types.Type, bool) {
	if !areDecimals(args) || len(args) != 2 {
		return sameType(args)
	}
	a, b := args[0], args[1]
	if a.Scale+b.Scale > maxDigits {
		return types.Type{}, false
	}
	return capped(a.Width+b.Width, a.Scale+b.Scale, max(a.Width, b.Width))
}

func capped(width, scale, widest uint8) (types.Type, bool) {
	if width > maxInt64Dec && widest <= maxInt64Dec && scale < maxInt64Dec {
		width = maxInt64Dec
	}
	return types.DecimalOf(min(width, maxDigits), scale), true
}

func decimalSumType(args []types.Type) (types.Type, bool) {
	if len(args) != 1 || args[0].ID != types.Decimal {
		return types.Type{}, false
	}
	return types.DecimalOf(maxDigits, args[0].Scale), true
}

func decimalWhole(args []types.Type) (types.Type, bool) {
	if len(args) == 0 || args[0].ID != types.Decimal {
		return firstType(args)
	}
	return types.DecimalOf(args[0].Width, 0), true
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

func firstInteger(args []types.Type) bool { return len(args) > 0 && args[0].IsInteger() }

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
