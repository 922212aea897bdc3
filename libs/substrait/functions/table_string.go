package functions

import "github.com/shoal-db/shoal/libs/substrait/types"

var (
	anyCase = option{"case_sensitivity", []string{"CASE_SENSITIVE", "CASE_INSENSITIVE"}}
	oneCase = option{"case_sensitivity", []string{"CASE_SENSITIVE"}}
	lines   = option{"multiline", []string{"MULTILINE_DISABLED"}}
	dots    = option{"dotall", []string{"DOTALL_DISABLED", "DOTALL_ENABLED"}}
	utf8    = option{"char_set", []string{"UTF8"}}
)

func stringTable() []entry {
	const file = "functions_string"
	var out []entry
	add := func(id types.ID, name, duck string, least, most int, exact string, build scalarBuilder, opts ...option) {
		out = append(out, entry{file: file, name: name, duck: duck, min: least, max: most,
			returns: of(id), exact: exact, scalar: build, options: opts})
	}
	add(types.Varchar, "concat", "||", 1, -1, "str…2", concat, option{"null_handling", []string{"ACCEPT_NULLS", "IGNORE_NULLS"}})
	add(types.Varchar, "concat_ws", "concat_ws", 2, -1, "", nil)
	add(types.Boolean, "like", "~~", 2, 3, "str_str", like, anyCase)
	add(types.Boolean, "starts_with", "starts_with", 2, 2, "str_str", folded, anyCase)
	add(types.Boolean, "ends_with", "suffix", 2, 2, "str_str", folded, anyCase)
	add(types.Boolean, "contains", "contains", 2, 2, "str_str", folded, anyCase)
	add(types.BigInt, "strpos", "strpos", 2, 2, "str_str", folded, anyCase)
	add(types.Varchar, "substring", "substring", 2, 3, "", nil, option{"negative_start", []string{"WRAP_FROM_END"}})
	add(types.Varchar, "replace", "replace", 3, 3, "str_str_str", nil, oneCase)
	add(types.Varchar, "repeat", "repeat", 2, 2, "str_i64", nil)
	add(types.Varchar, "reverse", "reverse", 1, 1, "str", nil)
	add(types.Varchar, "lower", "lower", 1, 1, "str", nil, utf8)
	add(types.Varchar, "upper", "upper", 1, 1, "str", nil, utf8)
	add(types.BigInt, "char_length", "length", 1, 1, "str", nil)
	add(types.BigInt, "bit_length", "bit_length", 1, 1, "str", nil)
	add(types.BigInt, "octet_length", "strlen", 1, 1, "str", nil)
	add(types.Varchar, "ltrim", "ltrim", 1, 2, "str_str", nil)
	add(types.Varchar, "rtrim", "rtrim", 1, 2, "str_str", nil)
	add(types.Varchar, "trim", "trim", 1, 2, "str_str", nil)
	add(types.Varchar, "lpad", "lpad", 2, 3, "str_i32_str", padded)
	add(types.Varchar, "rpad", "rpad", 2, 3, "str_i32_str", padded)
	add(types.Varchar, "left", "left", 2, 2, "", nil)
	add(types.Varchar, "right", "right", 2, 2, "", nil)
	add(types.Varchar, "regexp_match_substring", "regexp_extract", 2, 5, "", regexExtract, anyCase, lines, dots)
	add(types.Varchar, "regexp_replace", "regexp_replace", 3, 5, "", regexReplace, anyCase, lines, dots)
	list := func(name, duck string, opts ...option) {
		out = append(out, entry{file: file, name: name, duck: duck, min: 2, max: 2,
			returns: listOf(types.Varchar), options: opts})
	}
	list("string_split", "string_split")
	list("regexp_string_split", "regexp_split_to_array", oneCase, lines, option{"dotall", []string{"DOTALL_DISABLED"}})
	return out
}

// aliases are the names that other producers have for standard functions when they declare no
// extension at all.
var aliases = map[string]string{
	"substr": "substring", "character_length": "char_length", "length": "char_length", "btrim": "trim",
	"mod": "modulus", "mean": "avg", "stddev": "std_dev", "stddev_samp": "std_dev", "var_samp": "variance",
	"var": "variance", "isnan": "is_nan", "isfinite": "is_finite", "isinf": "is_infinite",
	"prefix": "starts_with", "suffix": "ends_with", "count_star": "count", "sum_no_overflow": "sum",
	"pow": "power", "ceiling": "ceil", "array_length": "cardinality",
	"bitwise_shift_left": "shift_left", "bitwise_shift_right": "shift_right",
	"~~": "like", "+": "add", "-": "subtract", "*": "multiply", "/": "divide",
	"%": "modulus", "=": "equal", "<>": "not_equal", "!=": "not_equal", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte",
}
