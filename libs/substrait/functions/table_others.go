package functions

// others stands for a file in the documentation of functions that no extension of the standard has.
const others = "others"

const othersNote = "not standard, but made by others"

// otherScalars are functions that producers call by names of their own, and that DuckDB has under the same name
// with the same meaning, or under another.
func otherScalars() []entry {
	var out []entry
	same := func(least, most int, names ...string) {
		for _, name := range names {
			out = append(out, entry{file: others, name: name, duck: name, min: least, max: most, note: othersNote})
		}
	}
	same(0, 0, "pi")
	same(1, 1, "trunc", "cbrt", "cot", "ascii", "chr", "md5", "to_hex", "initcap", "last_day", "epoch")
	same(1, 2, "log")
	same(2, 2, "date_trunc", "gcd", "lcm", "levenshtein", "list_contains", "array_contains")
	same(3, 3, "translate", "split_part", "make_date", "date_diff")
	as := func(name, duck string, least, most int) {
		out = append(out, entry{file: others, name: name, duck: duck, min: least, max: most, note: othersNote})
	}
	as("signum", "sign", 1, 1)
	as("nvl", "ifnull", 2, 2)
	as("ifnull", "ifnull", 2, 2)
	as("regexp_like", "regexp_matches", 2, 2)
	as("regexp_matches", "regexp_matches", 2, 2)
	as("make_array", "list_value", 1, -1)
	as("list_value", "list_value", 1, -1)
	return out
}

// otherAggregates are such aggregate functions.
func otherAggregates() []entry {
	var out []entry
	as := func(name, duck string, arity int) {
		out = append(out, entry{kind: Aggregate, file: others, name: name, duck: duck, min: arity, max: arity, note: othersNote})
	}
	for _, name := range []string{"regr_slope", "regr_intercept", "regr_count", "regr_r2", "regr_avgx", "regr_avgy", "regr_sxx", "regr_syy", "regr_sxy",
		"covar_samp", "covar_pop"} {
		as(name, name, 2)
	}
	for _, name := range []string{"stddev_pop", "var_pop", "bit_and", "bit_or", "bit_xor", "array_agg", "list", "first", "last", "arbitrary", "skewness", "kurtosis"} {
		as(name, name, 1)
	}
	as("approx_distinct", "approx_count_distinct", 1)
	as("var_population", "var_pop", 1)
	as("var_sample", "var_samp", 1)
	as("covar", "covar_samp", 2)
	as("first_value", "first", 1)
	as("last_value", "last", 1)
	return out
}
