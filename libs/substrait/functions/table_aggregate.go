package functions

import "github.com/shoal-db/shoal/libs/substrait/types"

func aggregateTable() []entry {
	const generic, wide, plain = "functions_aggregate_generic", "functions_aggregate_decimal_output", "functions_arithmetic"
	const decimal, datetime, boolean = "functions_arithmetic_decimal", "functions_datetime", "functions_boolean"
	var out []entry
	add := func(e entry) { e.kind = Aggregate; out = append(out, e) }
	one := func(file, name string, when func([]types.Type) bool, returns rule, exact string, opts ...option) {
		add(entry{file: file, name: name, duck: name, min: 1, max: 1, when: when, returns: returns, exact: exact, options: opts})
	}
	isDecimal := first(types.Decimal)

	add(entry{file: generic, name: "count", duck: "count", min: 1, max: 1, returns: of(types.BigInt), exact: "any",
		options: options(overflow), aggregate: countBuilder})
	add(entry{file: generic, name: "count", duck: "count_star", min: 0, max: 0, returns: of(types.BigInt), exact: "()",
		options: options(overflow), aggregate: countBuilder})
	add(entry{file: wide, name: "count", duck: "count", min: 0, max: 1, options: options(overflow), aggregate: countBuilder})
	add(entry{file: generic, name: "any_value", duck: "any_value", min: 1, max: 1, returns: firstType, exact: "any",
		options: options(option{"ignore_nulls", []string{"TRUE", "FALSE"}}), aggregate: anyValue})
	one("functions_aggregate_approx", "approx_count_distinct", nil, of(types.BigInt), "any")
	one(wide, "approx_count_distinct", nil, of(types.BigInt), "")

	one(decimal, "sum", isDecimal, decimalSumType, "dec", overflow)
	one(plain, "sum", firstFloating, of(types.Double), "fp32 fp64", overflow)
	one(plain, "sum", firstInteger, of(types.HugeInt), "", overflow)
	add(entry{file: decimal, name: "sum0", duck: "sum", min: 1, max: 1, when: isDecimal, returns: decimalSumType, options: options(overflow), aggregate: sumOrZero})
	add(entry{file: plain, name: "sum0", duck: "sum", min: 1, max: 1, when: firstFloating, returns: of(types.Double), options: options(overflow), aggregate: sumOrZero})
	add(entry{file: plain, name: "sum0", duck: "sum", min: 1, max: 1, when: firstInteger, returns: of(types.HugeInt), options: options(overflow), aggregate: sumOrZero})
	one(decimal, "avg", isDecimal, of(types.Double), "", overflow)
	one(plain, "avg", first(types.Double), of(types.Double), "fp64", overflow)
	one(plain, "avg", func(a []types.Type) bool { return len(a) > 0 && a[0].IsNumeric() }, of(types.Double), "", overflow)
	for _, name := range []string{"min", "max"} {
		one(plain, name, func(a []types.Type) bool { return firstInteger(a) || firstFloating(a) }, sameType, ints+" fp32 fp64")
		one(decimal, name, isDecimal, sameType, "dec")
		one(datetime, name, firstTemporal, sameType, "date pts ptstz")
		// The standard has none for strings and others, but producers make them all the same.
		one(plain, name, nil, sameType, "")
	}
	add(entry{file: plain, name: "product", duck: "product", min: 1, max: 1, returns: of(types.Double), exact: "fp64", options: options(rounding)})
	distribution := option{"distribution", []string{"SAMPLE", "POPULATION"}}
	add(entry{file: plain, name: "std_dev", duck: "stddev_samp", min: 1, max: 1, returns: of(types.Double),
		options: options(distribution, rounding), aggregate: spread("stddev_samp", "stddev_pop")})
	add(entry{file: plain, name: "variance", duck: "var_samp", min: 1, max: 1, returns: of(types.Double),
		options: options(distribution, rounding), aggregate: spread("var_samp", "var_pop")})
	add(entry{file: plain, name: "corr", duck: "corr", min: 2, max: 2, returns: of(types.Double), exact: "fp64_fp64", options: options(rounding)})
	add(entry{file: plain, name: "mode", duck: "mode", min: 1, max: 1, returns: firstType})
	add(entry{file: plain, name: "median", duck: "median", min: 1, max: 1, returns: medianType, aggregate: median, options: options(rounding)})
	one(boolean, "bool_and", first(types.Boolean), of(types.Boolean), "bool")
	one(boolean, "bool_or", first(types.Boolean), of(types.Boolean), "bool")
	out = append(out, otherAggregates()...)
	add(entry{file: "functions_string", name: "string_agg", duck: "string_agg", min: 2, max: 2, returns: of(types.Varchar), exact: "str_str"})
	return out
}

func windowTable() []entry {
	const file = "functions_arithmetic"
	window := func(name string, least, most int, returns rule, exact string) entry {
		return entry{kind: Window, file: file, name: name, duck: name, min: least, max: most, returns: returns, exact: exact}
	}
	return []entry{
		window("row_number", 0, 0, of(types.BigInt), "()"),
		window("rank", 0, 0, of(types.BigInt), "()"),
		window("dense_rank", 0, 0, of(types.BigInt), "()"),
		window("percent_rank", 0, 0, of(types.Double), "()"),
		window("cume_dist", 0, 0, of(types.Double), "()"),
		window("ntile", 1, 1, of(types.BigInt), "i64"),
		window("first_value", 1, 1, firstType, "any"),
		window("last_value", 1, 1, firstType, "any"),
		window("nth_value", 2, 2, firstType, "any_i32"), // before the first row it is NULL, no error
		window("lead", 1, 3, firstType, "any any_i32"),
		window("lag", 1, 3, firstType, "any any_i32"),
	}
}
