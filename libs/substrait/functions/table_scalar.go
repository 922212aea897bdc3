package functions

import (
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

const (
	ints      = "i8 i16 i32 i64"
	intPairs  = "i8_i8 i16_i16 i32_i32 i64_i64"
	floatPair = "fp32_fp32 fp64_fp64"
)

var (
	overflow   = option{"overflow", []string{"ERROR"}}
	rounding   = option{"rounding", []string{"TIE_TO_EVEN"}}
	domain     = option{"on_domain_error", []string{"ERROR"}}
	domainNull = option{"on_domain_error", []string{"NULL"}}
	zeroNull   = option{"on_division_by_zero", []string{"NULL"}}
	zeroIEEE   = option{"on_division_by_zero", []string{"IEEE"}}
	logZero    = option{"on_log_zero", []string{"ERROR"}}
)

func options(list ...option) []option { return list }

func scalarTable() []entry {
	var out []entry
	for _, part := range [][]entry{comparisons(), booleans(), arithmetic(), decimals(), mathematics(), datetimes(), lists(), otherScalars()} {
		out = append(out, part...)
	}
	return out
}

func comparisons() []entry {
	var out []entry
	compare := func(file, name, duck, exact string) {
		out = append(out, entry{file: file, name: name, duck: duck, min: 2, max: 2, returns: of(types.Boolean), exact: exact})
	}
	compare("functions_comparison", "equal", rel.Eq, "any_any")
	compare("functions_comparison", "not_equal", rel.Ne, "any_any")
	compare("functions_comparison", "lt", rel.Lt, "any_any")
	compare("functions_comparison", "lte", rel.Le, "any_any")
	compare("functions_comparison", "gt", rel.Gt, "any_any")
	compare("functions_comparison", "gte", rel.Ge, "any_any")
	compare("functions_comparison", "is_distinct_from", rel.DistinctFrom, "any_any")
	compare("functions_comparison", "is_not_distinct_from", rel.NotDistinctFrom, "any_any")
	compare("functions_datetime", "lt", rel.Lt, "")
	compare("functions_datetime", "lte", rel.Le, "")
	compare("functions_datetime", "gt", rel.Gt, "")
	compare("functions_datetime", "gte", rel.Ge, "")
	test := func(name, duck, exact string, build scalarBuilder) {
		out = append(out, entry{file: "functions_comparison", name: name, duck: duck, min: 1, max: 1,
			returns: of(types.Boolean), exact: exact, scalar: build})
	}
	test("is_null", rel.IsNull, "any", nil)
	test("is_not_null", rel.IsNotNull, "any", nil)
	test("is_true", "IS TRUE", "", truth(rel.NotDistinctFrom, true))
	test("is_not_true", "IS NOT TRUE", "", truth(rel.DistinctFrom, true))
	test("is_false", "IS FALSE", "", truth(rel.NotDistinctFrom, false))
	test("is_not_false", "IS NOT FALSE", "", truth(rel.DistinctFrom, false))
	test("is_nan", "isnan", "fp32 fp64", nil)
	test("is_finite", "isfinite", "fp32 fp64", nil)
	test("is_infinite", "isinf", "fp32 fp64", nil)
	return append(out,
		entry{file: "functions_comparison", name: "between", duck: "BETWEEN", min: 3, max: 3, scalar: between, repeats: true},
		entry{file: "functions_comparison", name: "nullif", duck: "nullif", min: 2, max: 2, scalar: nullIf, repeats: true},
		entry{file: "functions_comparison", name: "coalesce", duck: rel.Coalesce, min: 1, max: -1, returns: sameType, exact: "any…"},
		entry{file: "functions_comparison", name: "least", duck: "least", min: 1, max: -1, scalar: strict, repeats: true, note: "NULL if an argument is"},
		entry{file: "functions_comparison", name: "greatest", duck: "greatest", min: 1, max: -1, scalar: strict, repeats: true, note: "NULL if an argument is"},
		entry{file: "functions_comparison", name: "least_skip_null", duck: "least", min: 1, max: -1, returns: sameType},
		entry{file: "functions_comparison", name: "greatest_skip_null", duck: "greatest", min: 1, max: -1, returns: sameType},
	)
}

func booleans() []entry {
	const file = "functions_boolean"
	return []entry{
		{file: file, name: "and", duck: rel.And, min: 0, max: -1, returns: of(types.Boolean), exact: "bool…", scalar: junction},
		{file: file, name: "or", duck: rel.Or, min: 0, max: -1, returns: of(types.Boolean), exact: "bool…", scalar: junction},
		{file: file, name: "not", duck: rel.Not, min: 1, max: 1, returns: of(types.Boolean), exact: "bool"},
		{file: file, name: "xor", duck: rel.Ne, min: 2, max: 2, returns: of(types.Boolean)},
		{file: file, name: "and_not", duck: "AND NOT", min: 2, max: 2, scalar: andNot},
	}
}

func arithmetic() []entry {
	const file = "functions_arithmetic"
	var out []entry
	both := func(name, duck string, arity int, exactInts, exactFloats string, forInts, forFloats []option) {
		out = append(out,
			entry{file: file, name: name, duck: duck, min: arity, max: arity, when: firstInteger, returns: sameType, exact: exactInts, options: forInts},
			entry{file: file, name: name, duck: duck, min: arity, max: arity, when: firstFloating, returns: sameType, exact: exactFloats, options: forFloats})
	}
	both("add", "+", 2, intPairs, floatPair, options(overflow), options(rounding))
	both("subtract", "-", 2, intPairs, floatPair, options(overflow), options(rounding))
	both("multiply", "*", 2, intPairs, floatPair, options(overflow), options(rounding))
	both("negate", "-", 1, ints, "fp32 fp64", options(overflow), nil)
	both("abs", "abs", 1, ints, "fp32 fp64", options(overflow), nil)
	out = append(out,
		entry{file: file, name: "divide", duck: "//", min: 2, max: 2, when: firstInteger, returns: sameType, exact: intPairs,
			options: options(zeroNull, domainNull, overflow), note: "integers"},
		entry{file: file, name: "divide", duck: "/", min: 2, max: 2, when: firstFloating, returns: sameType, exact: floatPair,
			options: options(zeroIEEE, rounding, option{"on_domain_error", []string{"NAN"}}), note: "floating-point numbers"},
		entry{file: file, name: "modulus", duck: "%", min: 2, max: 2, when: firstInteger, returns: sameType, exact: intPairs,
			options: options(option{"division_type", []string{"TRUNCATE"}}, domainNull, overflow)},
		entry{file: file, name: "factorial", duck: "factorial", min: 1, max: 1, scalar: factorial, options: options(overflow)},
		entry{file: file, name: "sign", duck: "sign", min: 1, max: 1, returns: of(types.TinyInt)},
		entry{file: file, name: "bitwise_not", duck: "~", min: 1, max: 1, when: firstInteger, returns: sameType, exact: ints},
		entry{file: file, name: "bitwise_and", duck: "&", min: 2, max: 2, when: firstInteger, returns: sameType, exact: intPairs},
		entry{file: file, name: "bitwise_or", duck: "|", min: 2, max: 2, when: firstInteger, returns: sameType, exact: intPairs},
		entry{file: file, name: "bitwise_xor", duck: "xor", min: 2, max: 2, when: firstInteger, returns: sameType, exact: intPairs},
		entry{file: file, name: "shift_left", duck: "<<", min: 2, max: 2, when: firstInteger, returns: firstType},
		entry{file: file, name: "shift_right", duck: ">>", min: 2, max: 2, when: firstInteger, returns: firstType},
		// The standard has it for no decimals and intervals, but producers make it all the same.
		entry{file: file, name: "negate", duck: "-", min: 1, max: 1, returns: firstType},
	)
	return out
}

func decimals() []entry {
	const file = "functions_arithmetic_decimal"
	isDecimal := first(types.Decimal)
	return []entry{
		{file: file, name: "add", duck: "+", min: 2, max: 2, when: isDecimal, returns: decimalOf("+"), options: options(overflow)},
		{file: file, name: "subtract", duck: "-", min: 2, max: 2, when: isDecimal, returns: decimalOf("-"), options: options(overflow)},
		{file: file, name: "multiply", duck: "*", min: 2, max: 2, when: isDecimal, returns: decimalOf("*"), options: options(overflow)},
		{file: file, name: "divide", duck: "/", min: 2, max: 2, when: isDecimal, returns: of(types.Double), options: options(overflow),
			note: "computed as DOUBLE"},
		{file: file, name: "modulus", duck: "%", min: 2, max: 2, when: isDecimal, options: options(overflow)},
		{file: file, name: "abs", duck: "abs", min: 1, max: 1, when: isDecimal, returns: sameType, exact: "dec"},
		{file: file, name: "sqrt", duck: "sqrt", min: 1, max: 1, when: isDecimal, returns: of(types.Double), note: "computed as DOUBLE"},
		{file: file, name: "power", duck: "pow", min: 2, max: 2, when: isDecimal, returns: of(types.Double),
			scalar: power, repeats: true, note: "computed as DOUBLE",
			options: options(option{"overflow", []string{"SILENT", "ERROR"}}, option{"complex_number_result", []string{"NAN", "ERROR"}})},
		{file: file, name: "factorial", duck: "factorial", min: 1, max: 1, when: isDecimal, scalar: factorial},
	}
}

// mathematics are the functions that DuckDB computes as DOUBLE, whatever they are given.
func mathematics() []entry {
	var out []entry
	double := func(file, name, duck string, arity int, exact string, opts ...option) {
		out = append(out, entry{file: file, name: name, duck: duck, min: arity, max: arity, returns: of(types.Double), exact: exact, options: opts})
	}
	const plain, logs = "functions_arithmetic", "functions_logarithmic"
	for _, name := range []string{"exp", "cos", "sin", "tan", "cosh", "sinh", "tanh", "atan", "asinh", "radians", "degrees"} {
		double(plain, name, name, 1, "fp64", rounding)
	}
	double(plain, "sqrt", "sqrt", 1, "fp64", domain, rounding)
	double(plain, "acos", "acos", 1, "fp64", domain, rounding)
	double(plain, "asin", "asin", 1, "fp64", domain, rounding)
	double(plain, "acosh", "acosh", 1, "", option{"on_domain_error", []string{"NAN"}}, rounding)
	double(plain, "atanh", "atanh", 1, "", rounding)
	double(plain, "atan2", "atan2", 2, "fp64_fp64", rounding) // of (0, 0) it is 0, neither an error nor NaN
	double(plain, "power", "pow", 2, "fp64_fp64")
	for _, name := range []string{"ln", "log10", "log2"} {
		double(logs, name, name, 1, "fp64", domain, logZero, rounding)
	}
	const whole, wholeDecimal = "functions_rounding", "functions_rounding_decimal"
	round := options(option{"rounding", []string{"TIE_AWAY_FROM_ZERO"}})
	return append(out,
		entry{file: logs, name: "logb", duck: "log", min: 2, max: 2, returns: of(types.Double), scalar: swapped, options: options(domain, logZero, rounding)},
		entry{file: logs, name: "log1p", duck: "ln", min: 1, max: 1, scalar: logOnePlus, options: options(domain, logZero, rounding)},
		entry{file: whole, name: "ceil", duck: "ceil", min: 1, max: 1, when: firstFloating, returns: sameType, exact: "fp32 fp64"},
		entry{file: whole, name: "floor", duck: "floor", min: 1, max: 1, when: firstFloating, returns: sameType, exact: "fp32 fp64"},
		entry{file: whole, name: "round", duck: "round", min: 2, max: 2, when: firstFloating, returns: firstType, exact: "fp32_i32 fp64_i32", options: round},
		entry{file: whole, name: "round", duck: "round", min: 1, max: 2, when: firstInteger, returns: firstType, exact: "i8_i32 i16_i32 i32_i32 i64_i32", options: round},
		entry{file: wholeDecimal, name: "ceil", duck: "ceil", min: 1, max: 1, returns: decimalWhole},
		entry{file: wholeDecimal, name: "floor", duck: "floor", min: 1, max: 1, returns: decimalWhole},
		entry{file: wholeDecimal, name: "round", duck: "round", min: 1, max: 2, options: round},
	)
}

func datetimes() []entry {
	const file = "functions_datetime"
	move2 := func(args []types.Type) bool { return firstTemporal(args) && anyInterval(args) }
	return []entry{
		{file: file, name: "extract", duck: "date_part", min: 1, max: 3, scalar: extract},
		{file: file, name: "date_part", duck: "date_part", min: 2, max: 2, scalar: datePart, note: "not standard, but made by others"},
		{file: file, name: "add", duck: "+", min: 2, max: 3, when: move2, scalar: move, repeats: true},
		{file: file, name: "subtract", duck: "-", min: 2, max: 3, when: move2, scalar: move, repeats: true},
		{file: file, name: "subtract", duck: "-", min: 2, max: 2, when: firstTemporal, note: "not standard, but made by others"},
		{file: file, name: "multiply", duck: "*", min: 2, max: 2, when: anyInterval, scalar: scaled},
		{file: file, name: "add_intervals", duck: "+", min: 2, max: 2, when: anyInterval, returns: sameType},
		{file: file, name: "assume_timezone", duck: "timezone", min: 2, max: 2, scalar: inZone(types.TimestampTZ)},
		{file: file, name: "local_timestamp", duck: "timezone", min: 2, max: 2, scalar: inZone(types.Timestamp)},
		{file: file, name: "strptime_time", duck: "strptime", min: 2, max: 2, scalar: parseTime(types.Time)},
		{file: file, name: "strptime_date", duck: "strptime", min: 2, max: 2, scalar: parseTime(types.Date)},
		{file: file, name: "strptime_timestamp", duck: "strptime", min: 2, max: 3, scalar: parseTime(types.TimestampTZ)},
		{file: file, name: "strftime", duck: "strftime", min: 2, max: 3, scalar: formatTime},
	}
}

func lists() []entry {
	return []entry{
		{file: "functions_list", name: "cardinality", duck: "len", min: 1, max: 1, when: first(types.List), returns: of(types.BigInt), exact: "list"},
		{file: "functions_list", name: "sort", duck: "list_sort", min: 1, max: 1, when: first(types.List), returns: firstType, scalar: sortList,
			options: options(option{"direction", []string{"ASC_NULLS_LAST", "ASC_NULLS_FIRST", "DESC_NULLS_FIRST", "DESC_NULLS_LAST"}})},
		{file: "functions_set", name: "index_in", duck: "list_position", min: 2, max: 2, scalar: indexIn, repeats: true,
			options: options(option{"nan_equality", []string{"NAN_IS_NAN"}})},
	}
}
