package functions

import (
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// arg reads an argument: a type's spelling is a column of it, 'x' a string, a number a BIGINT,
// and @X the enum member X.
func arg(i int, text string) Arg {
	switch {
	case strings.HasPrefix(text, "@"):
		return Arg{Enum: text[1:]}
	case strings.HasPrefix(text, "'"):
		return Arg{Value: rel.Str(strings.Trim(text, "'"))}
	case text >= "0" && text <= "9~":
		return Arg{Value: rel.Int(int64(text[0] - '0'))}
	}
	return Arg{Value: &rel.Field{Index: i, Of: types.MustParse(text)}}
}

// invoke reads `name(args; option=value|value) -> type`.
func invoke(text string) (name string, c *Call) {
	text, output, _ := strings.Cut(text, " -> ")
	if output != "" {
		text = strings.TrimSpace(text)
	}
	name, rest, _ := strings.Cut(strings.TrimSuffix(text, ")"), "(")
	args, options, _ := strings.Cut(rest, "; ")
	c = &Call{}
	if output != "" {
		c.Output = types.MustParse(output)
	}
	place := 0
	for _, a := range strings.Split(args, ", ") {
		if a == "" {
			continue
		}
		c.Args = append(c.Args, arg(place, a))
		place++
	}
	for _, o := range strings.Fields(options) {
		key, values, _ := strings.Cut(o, "=")
		c.Options = append(c.Options, Option{Name: key, Preference: strings.Split(values, "|")})
	}
	return name, c
}

func TestForeignScalars(t *testing.T) {
	for text, want := range map[string]string{
		// The result is cast where DuckDB's type is another.
		"add(INTEGER, INTEGER) -> INTEGER":                                "($0 + $1)",
		"add(INTEGER, BIGINT) -> BIGINT":                                  "cast(($0 + $1) as BIGINT)",
		"multiply(DECIMAL(15,2), DECIMAL(15,2)) -> DECIMAL(31,4)":         "cast(($0 * $1) as DECIMAL(31,4))",
		"divide(INTEGER, INTEGER) -> INTEGER":                             "($0 // $1)",
		"divide(DOUBLE, DOUBLE) -> DOUBLE":                                "($0 / $1)",
		"divide(DECIMAL(9,2), DECIMAL(9,2)) -> DECIMAL(20,11)":            "cast(($0 / $1) as DECIMAL(20,11))",
		"sqrt(FLOAT) -> FLOAT":                                            "cast(sqrt($0) as FLOAT)",
		"modulus(BIGINT, BIGINT; division_type=FLOOR|TRUNCATE) -> BIGINT": "($0 % $1)",
		"and()":                                                "true",
		"or()":                                                 "false",
		"and(BOOLEAN)":                                         "$0",
		"and(BOOLEAN, BOOLEAN, BOOLEAN)":                       "($0 and $1 and $2)",
		"xor(BOOLEAN, BOOLEAN)":                                "($0 <> $1)",
		"and_not(BOOLEAN, BOOLEAN)":                            "($0 and not($1))",
		"is_not_true(BOOLEAN)":                                 "($0 is distinct from true)",
		"is_false(BOOLEAN)":                                    "($0 is not distinct from false)",
		"between(DATE, DATE, DATE)":                            "(($0 >= $1) and ($0 <= $2))",
		"nullif(VARCHAR, VARCHAR)":                             "case when ($0 = $1) then null:VARCHAR else $0 end",
		"least(INTEGER, INTEGER)":                              "case when (is_null($0) or is_null($1)) then null:INTEGER else least($0, $1) end",
		"greatest_skip_null(DATE, DATE)":                       "greatest($0, $1)",
		"logb(DOUBLE, DOUBLE)":                                 "log($1, $0)",
		"factorial(BIGINT) -> BIGINT":                          "cast(factorial(cast($0 as INTEGER)) as BIGINT)",
		"extract(@YEAR, DATE) -> BIGINT":                       "date_part('year', $1)",
		"extract(@MONTH, @ZERO, DATE)":                         "(date_part('month', $2) - 1:BIGINT)",
		"extract(@SUNDAY_DAY_OF_WEEK, @ONE, DATE)":             "(date_part('dow', $2) + 1:BIGINT)",
		"extract(@MICROSECOND, TIMESTAMP)":                     "(date_part('microsecond', $1) % 1000:BIGINT)",
		"extract(@HOUR, TIMESTAMPTZ, 'Europe/Berlin')":         "date_part('hour', timezone('Europe/Berlin', $1))",
		"extract(@UNIX_TIME, TIMESTAMP)":                       "cast(floor(date_part('epoch', $1)) as BIGINT)",
		"extract('year', DATE) -> INTEGER":                     "cast(date_part('year', $1) as INTEGER)",
		"add(DATE, INTERVAL) -> DATE":                          "cast(($0 + $1) as DATE)",
		"subtract(TIMESTAMP, INTERVAL) -> TIMESTAMP":           "($0 - $1)",
		"add(TIMESTAMPTZ, INTERVAL, 'UTC')":                    "timezone('UTC', (timezone('UTC', $0) + $1))",
		"multiply(INTEGER, INTERVAL) -> INTERVAL":              "($1 * cast($0 as BIGINT))",
		"strftime(TIME, '%H')":                                 "strftime((0:DATE + $0), '%H')",
		"concat(VARCHAR, VARCHAR, VARCHAR)":                    "(($0 || $1) || $2)",
		"concat(VARCHAR, VARCHAR; null_handling=IGNORE_NULLS)": "concat($0, $1)",
		"like(VARCHAR, VARCHAR; case_sensitivity=CASE_INSENSITIVE_ASCII|CASE_INSENSITIVE)": "~~*($0, $1)",
		"like(VARCHAR, VARCHAR, '#')":                                                         "like_escape($0, $1, '#')",
		"starts_with(VARCHAR, VARCHAR; case_sensitivity=CASE_INSENSITIVE)":                    "starts_with(lower($0), lower($1))",
		"lpad(VARCHAR, INTEGER)":                                                              "lpad($0, $1, ' ')",
		"regexp_replace(VARCHAR, VARCHAR, VARCHAR)":                                           "regexp_replace($0, $1, $2, 'g')",
		"regexp_replace(VARCHAR, VARCHAR, VARCHAR, 1, 1; dotall=DOTALL_ENABLED)":              "regexp_replace($0, $1, $2, 's')",
		"regexp_match_substring(VARCHAR, VARCHAR, 1, 1, 2)":                                   "regexp_extract($0, $1, 2)",
		"regexp_match_substring(VARCHAR, VARCHAR; case_sensitivity=CASE_INSENSITIVE)":         "regexp_extract($0, $1, 0, 'i')",
		"index_in(INTEGER, INTEGER[])":                                                        "(case when (list_position($1, $0) > 0) then cast(list_position($1, $0) as BIGINT) end - 1:BIGINT)",
		"sort(INTEGER[]; direction=DESC_NULLS_LAST)":                                          "list_sort($0, 'DESC', 'NULLS LAST')",
		"round(DECIMAL(9,3), INTEGER; rounding=TIE_AWAY_FROM_ZERO) -> DECIMAL(9,3)":           "cast(round($0, $1) as DECIMAL(9,3))",
		"shift_left(BIGINT, INTEGER)":                                                         "<<($0, $1)",
		"local_timestamp(TIMESTAMPTZ, 'UTC')":                                                 "timezone('UTC', $0)",
		"strptime_timestamp('2020', '%Y', 'UTC')":                                             "timezone('UTC', strptime('2020', '%Y'))",
		"cardinality(VARCHAR[])":                                                              "len($0)",
		"log1p(DOUBLE)":                                                                       "ln((1.0 + $0))",
		"substr(VARCHAR, 1)":                                                                  "substring($0, 1:BIGINT)",
		"date_part('epoch', DATE) -> DOUBLE":                                                  "date_part('epoch', $1)",
		"is_nan(DOUBLE)":                                                                      "isnan($0)",
		"equal(VARCHAR, INTEGER)":                                                             "($0 = $1)",
		"coalesce(INTEGER, BIGINT) -> BIGINT":                                                 "cast(coalesce($0, $1) as BIGINT)",
		"strptime_date('2020', '%Y')":                                                         "cast(strptime('2020', '%Y') as DATE)",
		"regexp_string_split(VARCHAR, VARCHAR; multiline=MULTILINE_DISABLED) -> VARCHAR[]":    "regexp_split_to_array($0, $1)",
		"ends_with(VARCHAR, VARCHAR; CASE_SENSITIVITY=case_sensitive|CASE_INSENSITIVE_ASCII)": "suffix($0, $1)",
	} {
		name, c := invoke(text)
		f, ok := Lookup(Scalar, "", name)
		if !ok {
			t.Errorf("%s is not found", text)
			continue
		}
		x, err := f.Scalar(c)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := rel.FormatExpr(x); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
		if c.Output.ID != types.Invalid && !x.Type().Equal(c.Output) {
			t.Errorf("%s: has the type %s", text, x.Type())
		}
	}
}

func TestForeignAggregates(t *testing.T) {
	for text, want := range map[string]string{
		"count() -> BIGINT":                       "count_star()",
		"count(VARCHAR) -> DECIMAL(38,0)":         "cast(count($0) as DECIMAL(38,0))",
		"sum(INTEGER) -> BIGINT":                  "cast(sum($0) as BIGINT)",
		"sum(DECIMAL(15,2)) -> DECIMAL(38,2)":     "sum($0)",
		"sum0(DOUBLE) -> DOUBLE":                  "coalesce(sum($0), cast(0:BIGINT as DOUBLE))",
		"avg(BIGINT) -> DOUBLE":                   "avg($0)",
		"avg(DECIMAL(15,2)) -> DECIMAL(38,2)":     "cast(avg($0) as DECIMAL(38,2))",
		"std_dev(DOUBLE) -> DOUBLE":               "stddev_samp($0)",
		"variance(@POPULATION, DOUBLE) -> DOUBLE": "var_pop($1)",
		"any_value(DATE; ignore_nulls=FALSE)":     "first($0)",
		"median(@EXACT, INTEGER) -> INTEGER":      "cast(median($1) as INTEGER)",
		"max(VARCHAR) -> VARCHAR":                 "max($0)",
		"stddev(DOUBLE) -> DOUBLE":                "stddev_samp($0)",
	} {
		name, c := invoke(text)
		f, ok := Lookup(Aggregate, "", name)
		if !ok {
			t.Errorf("%s is not found", text)
			continue
		}
		agg, err := f.Aggregation(c)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		x := rel.Expr(&rel.Call{Func: agg.Func, Args: agg.Args, Of: agg.Of})
		if agg.Finish != nil {
			x = agg.Finish(x)
		}
		if got := rel.FormatExpr(x); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	for text, want := range map[string]string{
		"add(INTEGER, INTEGER; overflow=SILENT|SATURATE)":   "overflow = SILENT or SATURATE, only with ERROR",
		"add(INTEGER, INTEGER; flavour=SWEET)":              "no option \"flavour\"",
		"add(INTEGER)":                                      "takes no arguments of the types (INTEGER)",
		"add(VARCHAR, VARCHAR)":                             "(VARCHAR, VARCHAR)",
		"lower(@X, VARCHAR)":                                "no enum argument, but X",
		"extract(@US_YEAR, DATE)":                           "cannot extract US_YEAR",
		"extract(@YEAR, @ZERO, DATE)":                       "cannot be counted from ZERO",
		"extract(DATE)":                                     "needs a component",
		"extract(@A, @B, @C, DATE)":                         "needs a component",
		"regexp_replace(VARCHAR, VARCHAR, VARCHAR, 2, 0)":   "position 1",
		"regexp_replace(VARCHAR, VARCHAR, VARCHAR, 1, 3)":   "the first occurrence or all",
		"regexp_match_substring(VARCHAR, VARCHAR, 2, 1, 0)": "from position 1",
		"date_part(VARCHAR, DATE)":                          "constant part",
		"concat()":                                          "takes no arguments",
	} {
		name, c := invoke(text)
		f, ok := Lookup(Scalar, "", name)
		if !ok {
			t.Errorf("%s is not found", text)
			continue
		}
		_, err := f.Scalar(c)
		if !fault.Is(err, fault.InvalidArgument) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error with %q", text, err, want)
		}
	}
	for _, text := range []string{"std_dev(@HALF, DOUBLE)", "median(@X, DOUBLE)", "sum(VARCHAR)", "count(@X, DATE)", "median(@EXACT, VARCHAR)"} {
		name, c := invoke(text)
		f, _ := Lookup(Aggregate, "", name)
		if agg, err := f.Aggregation(c); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%s was taken for %v (%v)", text, agg, err)
		}
	}
}

func TestLookup(t *testing.T) {
	const arithmetic = StandardPrefix + "functions_arithmetic"
	for _, c := range []struct {
		kind      Kind
		urn, name string
		want      bool
	}{
		{Scalar, arithmetic, "add:i64_i64", true}, {Scalar, arithmetic, "add", true}, {Scalar, "", "add", true},
		{Aggregate, arithmetic, "add", false}, {Window, arithmetic, "sum:i64", true}, {Window, arithmetic, "rank", true},
		{Scalar, "extension:com.acme:functions_arithmetic", "add", false}, {Scalar, arithmetic, "substr", false},
		{Scalar, "", "substr", true}, {Scalar, "", "", false}, {Scalar, DuckDB, "add", false},
	} {
		if _, ok := Lookup(c.kind, c.urn, c.name); ok != c.want {
			t.Errorf("%s %s %s: found is %v", c.kind, c.urn, c.name, ok)
		}
	}
}

func TestStandardOnlyWhereTheSame(t *testing.T) {
	big, huge, dec := types.Of(types.BigInt), types.Of(types.HugeInt), types.DecimalOf(15, 2)
	for _, c := range []struct {
		kind   Kind
		duck   string
		args   []types.Type
		result types.Type
		want   string
	}{
		{Scalar, "+", []types.Type{big, big}, big, "add:i64_i64"},
		{Scalar, "+", []types.Type{huge, huge}, huge, ""},
		{Scalar, "*", []types.Type{dec, dec}, types.DecimalOf(18, 4), ""},
		{Scalar, "/", []types.Type{big, big}, types.Of(types.Double), ""},
		{Scalar, "=", []types.Type{big, dec}, types.Of(types.Boolean), ""},
		{Scalar, "=", []types.Type{huge, huge}, types.Of(types.Boolean), "equal:any_any"},
		{Aggregate, "sum", []types.Type{big}, huge, ""},
		{Aggregate, "sum", []types.Type{dec}, types.DecimalOf(38, 2), "sum:dec"},
		{Aggregate, "count_star", nil, big, "count:"},
		{Window, "count_star", nil, big, "count:"},
		{Window, "row_number", nil, big, "row_number:"},
		{Scalar, "ceil", []types.Type{dec}, types.DecimalOf(15, 0), ""},
		{Scalar, "no such thing", nil, big, ""},
	} {
		name, ok := Standard(c.kind, c.duck, c.args, c.result)
		if ok != (c.want != "") || name.Compound != c.want {
			t.Errorf("%s %v: got %q, want %q", c.duck, c.args, name.Compound, c.want)
		}
	}
}

func TestExplain(t *testing.T) {
	for _, c := range [][3]string{
		{"", "magic", "of no extension"},
		{"extension:com.acme:x", "magic", "extension \"extension:com.acme:x\", which is not known"},
		{StandardPrefix + "functions_string", "center:str_i32_str", "no counterpart in DuckDB"},
		{StandardPrefix + "functions_string", "magic:str", "has no scalar function \"magic:str\""},
	} {
		if got := Explain(Scalar, c[0], c[1]); !strings.Contains(got, c[2]) {
			t.Errorf("%v: got %q", c, got)
		}
	}
}

// TestRepeatsIsMarked finds what has an argument twice: the decoder bounds the growth of just those
// that say so.
func TestRepeatsIsMarked(t *testing.T) {
	for _, e := range byName[Scalar] {
		for _, entry := range e {
			for n := max(entry.min, 1); n <= max(entry.min, entry.max, 3); n++ {
				for _, of := range []string{"BIGINT", "BOOLEAN", "DOUBLE", "VARCHAR", "TIMESTAMPTZ", "DECIMAL(9,2)", "BIGINT[]"} {
					c := &Call{}
					for i := range n {
						c.Args = append(c.Args, Arg{Value: &rel.Field{Index: i, Of: types.MustParse(of)}})
					}
					f := &Function{kind: Scalar, name: entry.name, entries: e}
					x, err := f.Scalar(c)
					if err != nil || f.Repeats() {
						continue
					}
					seen := map[int]bool{}
					rel.WalkExpr(x, func(x rel.Expr) bool {
						if field, ok := x.(*rel.Field); ok {
							if seen[field.Index] {
								t.Errorf("%s holds argument %d twice: %s", entry.name, field.Index, rel.FormatExpr(x))
							}
							seen[field.Index] = true
						}
						return true
					})
				}
			}
		}
	}
}
