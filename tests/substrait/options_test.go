package substrait

import (
	"fmt"
	"strings"
	"testing"

	"github.com/substrait-io/substrait-go/v8/extensions"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/substrait/functions"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// behaviour is what a call gives that asks for one value of an option, where the values differ.
type behaviour struct {
	function, option, value string
	args                    string // as value reads them, separated by spaces
	want                    string // DuckDB's text, or part of an error after "error: "
}

// behaviours are those of all options that are not refused. Rounding of floating-point numbers is of the last digit.
var behaviours = []behaviour{
	{"add", "overflow", "ERROR", "9223372036854775807 1", "error: Overflow"},
	{"subtract", "overflow", "ERROR", "-9223372036854775807 2", "error: Overflow"},
	{"multiply", "overflow", "ERROR", "9223372036854775807 2", "error: Overflow"},
	{"negate", "overflow", "ERROR", "-9223372036854775808", "error: Overflow"},
	{"abs", "overflow", "ERROR", "-9223372036854775808", "error: Overflow"},
	{"divide", "overflow", "ERROR", "-9223372036854775808 -1", "error: Overflow"},
	{"divide", "on_division_by_zero", "NULL", "1 0", "NULL"},
	{"divide", "on_domain_error", "NULL", "0 0", "NULL"},
	{"divide", "on_division_by_zero", "IEEE", "1.0 0.0", "inf"},
	{"divide", "on_domain_error", "NAN", "0.0 0.0", "nan"},
	{"modulus", "overflow", "ERROR", "-9223372036854775808 -1", "error: Overflow"},
	{"modulus", "division_type", "TRUNCATE", "-5 3", "-2"},
	{"modulus", "on_domain_error", "NULL", "1 0", "NULL"},
	{"factorial", "overflow", "ERROR", "40", "error: out of range"},
	{"power", "complex_number_result", "NAN", "-8d 0.5d", "nan"},
	{"power", "complex_number_result", "ERROR", "-8d 0.5d", "error: no real number"},
	{"power", "overflow", "SILENT", "99999d 99999d", "inf"},
	{"power", "overflow", "ERROR", "99999d 99999d", "error: too large"},
	{"sqrt", "on_domain_error", "ERROR", "-1.0", "error: negative"},
	{"acos", "on_domain_error", "ERROR", "2.0", "error: undefined"},
	{"asin", "on_domain_error", "ERROR", "2.0", "error: undefined"},
	{"acosh", "on_domain_error", "NAN", "0.5", "nan"},
	{"ln", "on_domain_error", "ERROR", "-1.0", "error: negative"},
	{"ln", "on_log_zero", "ERROR", "0.0", "error: zero"},
	{"log10", "on_domain_error", "ERROR", "-1.0", "error: negative"},
	{"log10", "on_log_zero", "ERROR", "0.0", "error: zero"},
	{"log2", "on_domain_error", "ERROR", "-1.0", "error: negative"},
	{"log2", "on_log_zero", "ERROR", "0.0", "error: zero"},
	{"logb", "on_domain_error", "ERROR", "-1.0 2.0", "error: negative"},
	{"logb", "on_log_zero", "ERROR", "0.0 2.0", "error: zero"},
	{"log1p", "on_domain_error", "ERROR", "-2.0", "error: negative"},
	{"log1p", "on_log_zero", "ERROR", "-1.0", "error: zero"},
	{"round", "rounding", "TIE_AWAY_FROM_ZERO", "2.5 0i", "3.0"},
	{"concat", "null_handling", "ACCEPT_NULLS", "'a' NULL", "NULL"},
	{"concat", "null_handling", "IGNORE_NULLS", "'a' NULL 'b'", "ab"},
	{"like", "case_sensitivity", "CASE_SENSITIVE", "'ABC' 'a%'", "false"},
	{"like", "case_sensitivity", "CASE_INSENSITIVE", "'ABC' 'a%'", "true"},
	{"starts_with", "case_sensitivity", "CASE_SENSITIVE", "'ABC' 'a'", "false"},
	{"starts_with", "case_sensitivity", "CASE_INSENSITIVE", "'ABC' 'a'", "true"},
	{"ends_with", "case_sensitivity", "CASE_SENSITIVE", "'ABC' 'c'", "false"},
	{"ends_with", "case_sensitivity", "CASE_INSENSITIVE", "'ABC' 'c'", "true"},
	{"contains", "case_sensitivity", "CASE_SENSITIVE", "'ABC' 'b'", "false"},
	{"contains", "case_sensitivity", "CASE_INSENSITIVE", "'ABC' 'b'", "true"},
	{"strpos", "case_sensitivity", "CASE_SENSITIVE", "'ABC' 'b'", "0"},
	{"strpos", "case_sensitivity", "CASE_INSENSITIVE", "'ABC' 'b'", "2"},
	{"substring", "negative_start", "WRAP_FROM_END", "'abc' -2 2", "bc"},
	{"replace", "case_sensitivity", "CASE_SENSITIVE", "'aA' 'a' 'x'", "xA"},
	{"lower", "char_set", "UTF8", "'É'", "é"},
	{"upper", "char_set", "UTF8", "'é'", "É"},
	{"regexp_match_substring", "case_sensitivity", "CASE_SENSITIVE", "'xAa' 'a'", "a"},
	{"regexp_match_substring", "case_sensitivity", "CASE_INSENSITIVE", "'xAa' 'a'", "A"},
	{"regexp_match_substring", "multiline", "MULTILINE_DISABLED", "'x\na' '^a'", ""},
	{"regexp_match_substring", "dotall", "DOTALL_DISABLED", "'x\na' 'x.'", ""},
	{"regexp_match_substring", "dotall", "DOTALL_ENABLED", "'x\na' 'x.'", "x\n"},
	{"regexp_replace", "case_sensitivity", "CASE_SENSITIVE", "'Aa' 'a' '-'", "A-"},
	{"regexp_replace", "case_sensitivity", "CASE_INSENSITIVE", "'Aa' 'a' '-'", "--"},
	{"regexp_replace", "multiline", "MULTILINE_DISABLED", "'x\na' '^a' '-'", "x\na"},
	{"regexp_replace", "dotall", "DOTALL_DISABLED", "'x\na' 'x.' '-'", "x\na"},
	{"regexp_replace", "dotall", "DOTALL_ENABLED", "'x\na' 'x.' '-'", "-a"},
	{"regexp_string_split", "case_sensitivity", "CASE_SENSITIVE", "'1a2A3' 'a'", "[1, 2A3]"},
	{"regexp_string_split", "multiline", "MULTILINE_DISABLED", "'x\na' '^a'", "[x\na]"},
	{"regexp_string_split", "dotall", "DOTALL_DISABLED", "'x\na' 'x.'", "[x\na]"},
}

// TestOptions asks each scalar function for each value of each option that the standard gives it: it is refused, or
// done as the table above says.
func TestOptions(t *testing.T) {
	engine, err := duckdb.Open(t.Context(), duckdb.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = engine.Close(t.Context()) }()
	conn, err := engine.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	known := map[string]bool{}
	for _, b := range behaviours {
		known[b.function+" "+b.option+" "+b.value] = true
		got := ""
		sql, err := b.sql()
		if err == nil {
			var rows [][]duckdb.Value
			if rows, err = conn.QueryRows(t.Context(), sql); err == nil {
				if got = "NULL"; rows[0][0].Valid {
					got = strings.Replace(rows[0][0].Text, "-nan", "nan", 1)
				}
			}
		}
		want, fails := strings.CutPrefix(b.want, "error: ")
		if fails && (err == nil || !strings.Contains(err.Error(), want)) || !fails && (err != nil || got != want) {
			t.Errorf("%s(%s) with %s = %s gives %q, %v; want %q\n%s", b.function, b.args, b.option, b.value, got, err, b.want, sql)
		}
	}
	registry, err := extensions.GetDefaultCollection()
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, variant := range registry.GetAllScalarFunctions() {
		f, ok := functions.Lookup(functions.Scalar, variant.URN(), variant.Name())
		if !ok {
			continue
		}
		for option, values := range variant.Options() {
			for _, value := range values.Values {
				switch {
				case !accepts(f, option, value):
					refused++
				case option == "rounding" && value == "TIE_TO_EVEN", option == "direction", option == "nan_equality", known[variant.Name()+" "+option+" "+value]:
				default:
					t.Errorf("%s takes %s = %s, and no test says what it then does", variant.Name(), option, value)
				}
			}
		}
	}
	if refused < 100 {
		t.Errorf("only %d values are refused", refused)
	}
}

// accepts tells whether a function takes a value of an option, for arguments of some type.
func accepts(f *functions.Function, option, value string) bool {
	for _, of := range []types.Type{types.Of(types.BigInt), types.Of(types.Double), types.Of(types.Varchar), types.DecimalOf(10, 1)} {
		for n := 1; n <= 3; n++ {
			call := &functions.Call{Options: []functions.Option{{Name: option, Preference: []string{value}}}}
			for range n {
				call.Args = append(call.Args, functions.Arg{Value: &rel.Field{Of: of}})
			}
			if _, err := f.Scalar(call); err == nil {
				return true
			}
		}
	}
	return false
}

// sql is a query of the call's value.
func (b *behaviour) sql() (string, error) {
	call := &functions.Call{Options: []functions.Option{{Name: b.option, Preference: []string{b.value}}}}
	for _, a := range strings.Split(b.args, " ") {
		call.Args = append(call.Args, functions.Arg{Value: value(a)})
	}
	f, ok := functions.Lookup(functions.Scalar, "", b.function)
	if !ok {
		return "", fmt.Errorf("no function %s", b.function)
	}
	x, err := f.Scalar(call)
	if err != nil {
		return "", err
	}
	if x.Type().ID == types.Invalid {
		x = &rel.Cast{Input: x, To: types.Of(types.Varchar)}
	}
	sql, err := sqlgen.Expression(x)
	return "SELECT CAST(" + sql + " AS VARCHAR)", err
}

// value reads 1, 1i (INTEGER), 1.5, 1d (a DECIMAL), 'text' and NULL (a VARCHAR).
func value(text string) rel.Expr {
	if strings.HasPrefix(text, "'") {
		return rel.Str(strings.Trim(text, "'"))
	}
	if text == "NULL" {
		return rel.Null(types.Of(types.Varchar))
	}
	of := types.Of(types.BigInt)
	switch {
	case strings.HasSuffix(text, "d"):
		of, text = types.DecimalOf(10, 1), strings.TrimSuffix(text, "d")
	case strings.HasSuffix(text, "i"):
		of, text = types.Of(types.Integer), strings.TrimSuffix(text, "i")
	case strings.Contains(text, "."):
		var f float64
		_, _ = fmt.Sscan(text, &f)
		return &rel.Literal{Of: types.Of(types.Double), Value: f}
	}
	return &rel.Cast{Input: rel.Str(text), To: of}
}
