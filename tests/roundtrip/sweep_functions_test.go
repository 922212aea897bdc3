package roundtrip

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// everyType is a table with a column of each kind that functions take.
const everyType = `CREATE TABLE every AS SELECT * REPLACE (en::ENUM('lo', 'hi') AS en) FROM (VALUES
 (1, true, 3::TINYINT, 5::SMALLINT, 7::INTEGER, 11::BIGINT, 13::HUGEINT, 3::UTINYINT, 5::USMALLINT, 7::UINTEGER, 11::UBIGINT, 13::UHUGEINT, 0.5::FLOAT, 0.25::DOUBLE, 1.50::DECIMAL(10,2), 'ab', 'abc'::BLOB, '0101'::BIT,
  DATE '2020-02-29', TIME '12:34:56', TIMESTAMP '2020-02-29 12:34:56', TIMESTAMPTZ '2020-02-29 12:34:56+00', INTERVAL 3 DAY, '12345678-1234-1234-1234-123456789abc'::UUID, [1, 2, NULL]::INTEGER[], ['a', 'b'], [0.5, 1.5]::DOUBLE[], [1.5, 2.5]::FLOAT[2], {'a': 1, 'b': 'x'}, MAP {'k': 1}, '{"a": [1, 2], "b": {"c": null}}'::JSON, 17::BIGNUM, 'lo'::ENUM('lo', 'hi'), '05:00:00+02'::TIMETZ),
 (2, false, -3, -5, -7, -11, -13, 0, 0, 0, 0, 0, -0.5, -0.25, -1.50, 'Straße 12', ''::BLOB, '1',
  DATE '1969-12-31', TIME '00:00:00', TIMESTAMP '1969-12-31 23:59:59.999999', TIMESTAMPTZ '1900-01-01 00:00:00+00', INTERVAL '-1 month', 'ffffffff-ffff-ffff-ffff-ffffffffffff', [], [], [2.0, -1.0], [0.5, -1.0]::FLOAT[2], {'a': NULL, 'b': ''}, MAP {}, '[]', -17, 'hi', '00:00:00+00'),
 (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (4, true, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.0, 1.0, 1.00, 'ab', 'x'::BLOB, '0011',
  DATE '2024-12-31', TIME '23:59:59', TIMESTAMP '2024-12-31 00:00:00', TIMESTAMPTZ '2024-12-31 00:00:00+00', INTERVAL 90 SECOND, '00000000-0000-0000-0000-000000000001', [3], ['c', NULL], [1.0], [3.0, 4.0]::FLOAT[2], {'a': 5, 'b': 'y'}, MAP {'k': 2, 'l': 3}, '"s"', 1, 'lo', '01:00:00+01')
) v(id, b, i1, i2, i4, i8, i16, u1, u2, u4, u8, u16, f4, f8, dc, s, bl, bt, d, tm, ts, tz, iv, uu, li, ls, lf, af, st, mp, js, bn, en, tt)`

// arguments are what stands for a parameter of a type, a column first.
var arguments = map[string][]string{
	"BOOLEAN": {"b", "true"}, "TINYINT": {"i1", "1::TINYINT"}, "SMALLINT": {"i2", "1::SMALLINT"}, "INTEGER": {"i4", "2"}, "BIGINT": {"i8", "2::BIGINT"},
	"HUGEINT": {"i16", "2::HUGEINT"}, "UTINYINT": {"u1"}, "USMALLINT": {"u2"}, "UINTEGER": {"u4"}, "UBIGINT": {"u8", "2::UBIGINT"}, "UHUGEINT": {"u16"},
	"FLOAT": {"f4", "0.5::FLOAT"}, "DOUBLE": {"f8", "0.5::DOUBLE"}, "DECIMAL": {"dc", "0.5"},
	"VARCHAR": {"s", "'a'", "'day'", "'UTC'", "'%Y'", "'$.a'", "'[1, 2]'", "'sum'", "'SHA256'", "'1 day'", "'{\"a\": \"INTEGER\"}'"},
	"BLOB":    {"bl"}, "BIT": {"bt"}, "DATE": {"d"}, "TIME": {"tm"}, "TIMESTAMP": {"ts"}, "TIMESTAMP WITH TIME ZONE": {"tz"}, "INTERVAL": {"iv", "INTERVAL 1 DAY"},
	"TIMESTAMP_S": {"ts::TIMESTAMP_S"}, "TIMESTAMP_MS": {"ts::TIMESTAMP_MS"}, "TIMESTAMP_NS": {"ts::TIMESTAMP_NS"}, "TIME WITH TIME ZONE": {"tt"}, "TIME_NS": {"tm::TIME_NS"},
	"UUID": {"uu"}, "JSON": {"js"}, "BIGNUM": {"bn"}, "MAP": {"mp"}, "STRUCT": {"st"}, "LIST": {"li"}, "ENUM": {"en"},
	"LAMBDA": {"lambda x: x", "lambda x: x > 1", "lambda x, y: x + y"}, `"NULL"`: {"NULL"},
	"POINTER": nil,
}

// anything stands for parameters of any type.
var anything = []string{"i4", "s", "li", "st", "mp", "en", "f8", "2"}

func argumentsFor(parameter string) []string {
	t, _, _ := strings.Cut(parameter, "(")
	if args, ok := arguments[t]; ok {
		return args
	}
	switch {
	case strings.HasSuffix(parameter, "[]") && strings.HasPrefix(parameter, "VARCHAR"):
		return []string{"ls", "['a', '$.a']"}
	case strings.HasSuffix(parameter, "[]") && (strings.HasPrefix(parameter, "DOUBLE") || strings.HasPrefix(parameter, "FLOAT")):
		return []string{"lf", "[0.25, 0.5]::DOUBLE[]"}
	case strings.HasSuffix(parameter, "[]"):
		return []string{"li", "lf", "ls", "[1, 2]"}
	case strings.HasSuffix(parameter, "]"):
		return []string{"af"}
	case strings.HasPrefix(parameter, "STRUCT"):
		return []string{"st"}
	case strings.HasPrefix(parameter, "MAP"):
		return []string{"mp"}
	}
	return anything
}

// maxCombinations bounds how many ways an overload is called.
const maxCombinations = 24

// combinations are argument lists: columns first, then with constants.
func combinations(parameters []string) [][]string {
	out := [][]string{{}}
	for _, p := range parameters {
		var next [][]string
		for _, head := range out {
			for _, a := range argumentsFor(p) {
				if len(next) < maxCombinations*4 {
					next = append(next, append(slices.Clone(head), a))
				}
			}
		}
		out = next
	}
	return out[:min(len(out), maxCombinations)]
}

type function struct {
	name, kind string
	overloads  [][]string
}

func functionsOf(d *db) []function {
	d.Helper()
	rows, err := d.conn.QueryRows(context.Background(), `SELECT function_name, function_type, list_transform(parameter_types, lambda p: coalesce(p, 'ANY')), coalesce(varargs, '')
		FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate', 'macro') AND database_name IN ('system', 'memory', 'temp') ORDER BY 1, 2, len(parameter_types), 3::VARCHAR`)
	if err != nil {
		d.Fatal(err)
	}
	var out []function
	for _, r := range rows {
		var parameters []string
		list := strings.TrimSuffix(strings.TrimPrefix(r[2].Text, "["), "]")
		if list != "" {
			parameters = splitTypes(list)
		}
		if r[3].Text != "" {
			parameters = append(parameters, r[3].Text, r[3].Text)
		}
		if n := len(out); n == 0 || out[n-1].name != r[0].Text || out[n-1].kind != r[1].Text {
			out = append(out, function{name: r[0].Text, kind: r[1].Text})
		}
		last := &out[len(out)-1]
		last.overloads = append(last.overloads, parameters)
	}
	return out
}

// splitTypes splits a printed list at the commas outside of parentheses.
func splitTypes(s string) (out []string) {
	depth, start := 0, 0
	for i, c := range s {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, strings.TrimSpace(strings.Trim(strings.TrimSpace(s[start:i]), "'")))
				start = i + 1
			}
		}
	}
	return append(out, strings.TrimSpace(strings.Trim(strings.TrimSpace(s[start:]), "'")))
}

// furtherCalls are calls that need arguments of their own.
var furtherCalls = map[string]string{
	"!__postfix": "3!", "aggregate": "aggregate(li, 'sum')", "array_aggr": "array_aggr(li, 'max')", "array_aggregate": "array_aggregate(ls, 'string_agg', '-')",
	"list_aggr": "list_aggr(li, 'quantile_cont', 0.5)", "list_aggregate": "list_aggregate(li, 'min')", "array_cross_product": "array_cross_product([1, 2, 3]::DOUBLE[3], [id, 1, 0]::DOUBLE[3])",
	"array_slice": "array_slice(li, 1, 2)", "list_slice": "list_slice(li, 1, 3, 2)", "array_to_json": "array_to_json(li)", "array_to_string": "array_to_string(ls, ',')",
	"array_to_string_comma_default": "array_to_string_comma_default(ls)", "array_where": "array_where(li, [true, false, true])", "list_where": "list_where([1, 2], [false, true])",
	"bitstring": "bitstring('01', 5)", "cardinality": "cardinality(mp)", "constant_or_null": "constant_or_null(1, i4)", "create_sort_key": "create_sort_key(i4, 'DESC NULLS LAST')",
	"days_in_month": "days_in_month(d)", "enum_code": "enum_code(en)", "enum_first": "enum_first(en)", "enum_last": "enum_last(en)", "enum_range": "enum_range(en)",
	"enum_range_boundary": "enum_range_boundary(en, NULL)", "flatten": "flatten([li, [9]])", "from_base64": "from_base64('YWJj')", "from_binary": "from_binary('0110')", "unbin": "unbin('0110')",
	"from_json_strict": "from_json_strict('{\"a\": 1}', '{\"a\": \"INTEGER\"}')", "json_transform_strict": "json_transform_strict('{\"a\": 1}', '{\"a\": \"INTEGER\"}')",
	"generate_subscripts": "generate_subscripts(li, 1)", "get_bit": "get_bit('0101'::BIT, 1)", "set_bit": "set_bit('0101'::BIT, 0, 1)", "json_object": "json_object('a', i4)", "json_quote": "json_quote(s)",
	"row_to_json": "row_to_json(st)", "to_json": "to_json(li)", "list_bool_and": "list_bool_and([b, true])", "list_bool_or": "list_bool_or([b, false])",
	"map_contains_entry": "map_contains_entry(mp, 'k', 1)", "map_from_entries": "map_from_entries([{'k': id, 'v': s}])", "split_part": "split_part(s, ' ', 1)",
	"struct_concat": "struct_concat(st, {'z': i4})", "struct_contains": "struct_contains(row(i4, 1), 1)", "struct_has": "struct_has(row(i4, 2), 3)", "struct_indexof": "struct_indexof(row(1, i4), 7)",
	"struct_position": "struct_position(row(1, i4), 7)", "union_extract": "union_extract(union_value(a := i4), 'a')", "union_tag": "union_tag(union_value(a := i4))", "union_value": "union_extract(union_value(a := s), 'a')",
	"uuid_extract_timestamp": "uuid_extract_timestamp('0191a1b2-c3d4-7abc-8def-0123456789ab'::UUID)", "parse_formatted_bytes": "parse_formatted_bytes('16 KiB')",
	"row_number": "row_number() OVER (ORDER BY id)", "rank": "rank() OVER (ORDER BY b)", "dense_rank": "dense_rank() OVER (ORDER BY b)", "rank_dense": "rank_dense() OVER (ORDER BY b)",
	"percent_rank": "percent_rank() OVER (ORDER BY b)", "cume_dist": "cume_dist() OVER (ORDER BY b)", "ntile": "ntile(2) OVER (ORDER BY id)", "first_value": "first_value(s) OVER (ORDER BY id)",
	"last_value": "last_value(s) OVER (ORDER BY id)", "nth_value": "nth_value(s, 2) OVER (ORDER BY id)", "lag": "lag(s, 1, 'none') OVER (ORDER BY id)", "lead": "lead(s) OVER (ORDER BY id)",
	"fill": "fill(f8) OVER (ORDER BY id)", "switch": "switch(i4, MAP {7: 'seven'}, 'other')", "error": "CASE WHEN id > 9 THEN error('no') ELSE 1 END",
	"map_concat": "map_concat(mp, MAP {'z': i4})", "map_contains_value": "map_contains_value(mp, 1)", "struct_insert": "struct_insert(st, z := i4)", "struct_update": "struct_update(st, a := i4)",
	"remap_struct": "remap_struct(st, NULL::STRUCT(b VARCHAR, a INTEGER), {'b': 'b', 'a': 'a'}, NULL)",
}

// furtherAggregates are such calls over groups.
var furtherAggregates = map[string]string{
	"geomean": "geomean(id)", "geometric_mean": "geometric_mean(id)", "json_group_array": "json_group_array(i4)", "json_group_object": "json_group_object(id::VARCHAR, i4)",
	"json_group_structure": "json_group_structure(js)", "wavg": "wavg(f8, 2)", "weighted_avg": "weighted_avg(f8, id)",
	"reservoir_quantile": "reservoir_quantile(dc, [0.5, 0.25])",
}

// TestFunctionSweep calls every function that DuckDB has, and compares what the
// plan says with what DuckDB says.
func TestFunctionSweep(t *testing.T) {
	d := openDB(t)
	d.exec(everyType)
	const sorted = " FROM (SELECT * FROM every ORDER BY id) GROUP BY b"
	rows, groups := &batch{from: " FROM every", size: 25}, &batch{from: sorted, size: 25}
	// A macro may be an aggregate or none.
	macros := &batch{from: " FROM every", size: 1}
	for _, f := range functionsOf(d) {
		if unsteadyFunctions[f.name] != "" {
			continue
		}
		into := rows
		switch f.kind {
		case "aggregate":
			into = groups
		case "macro":
			into = macros
		}
		answered := 0
		for _, parameters := range f.overloads {
			answered += d.addCalls(into, f, parameters)
		}
		for in, calls := range map[*batch]map[string]string{rows: furtherCalls, groups: furtherAggregates} {
			if call, ok := calls[f.name]; ok {
				in.add(t, d, call)
				answered++
			}
		}
		if answered == 0 && !uncallable(f.name) {
			t.Errorf("%s %s %v: no call of it is answered", f.kind, f.name, f.overloads)
		}
	}
	rows.check(t, d)
	groups.check(t, d)
	if n := rows.total + groups.total + macros.total; n < 1500 {
		t.Errorf("only %d calls", n)
	}
}

// addCalls adds some calls of an overload that DuckDB answers.
func (d *db) addCalls(into *batch, f function, parameters []string) int {
	answered := 0
	for _, args := range combinations(parameters) {
		call := callText(f.name, args)
		if _, err := d.query("SELECT " + call + " AS v" + into.from); err == nil {
			into.add(d.TB.(*testing.T), d, call)
			if answered++; answered == 2 {
				break
			}
		}
	}
	return answered
}

// batch is calls that are compared in one query.
type batch struct {
	from  string
	calls []string
	size  int
	total int
}

func (b *batch) add(t *testing.T, d *db, call string) {
	b.calls = append(b.calls, call)
	if b.total++; len(b.calls) == b.size {
		b.check(t, d)
	}
}

func (b *batch) check(t *testing.T, d *db) {
	list := make([]string, len(b.calls))
	for i, c := range b.calls {
		list[i] = fmt.Sprintf("%s AS v%d", c, i)
	}
	b.calls = nil
	if len(list) > 0 {
		t.Run(fmt.Sprint(b.total), func(t *testing.T) { d.on(t).check("SELECT "+strings.Join(list, ", ")+b.from, false) })
	}
}

func callText(name string, args []string) string {
	if !isWord(name) {
		switch len(args) {
		case 1:
			return "(" + name + " " + args[0] + ")"
		case 2:
			return "(" + args[0] + " " + name + " " + args[1] + ")"
		}
	}
	return `"` + name + `"(` + strings.Join(args, ", ") + ")"
}

func isWord(s string) bool {
	return s[0] >= 'a' && s[0] <= 'z' || s[0] >= 'A' && s[0] <= 'Z' || s[0] == '_'
}

// unsteadyFunctions give another value each time, or one of the session's.
var unsteadyFunctions = func() map[string]string {
	out := map[string]string{}
	for reason, names := range map[string]string{
		"the time": "current_date current_localtime current_localtimestamp get_current_time get_current_timestamp now today transaction_timestamp ago age " +
			"current_timestamp current_time localtime localtimestamp pg_conf_load_time pg_postmaster_start_time",
		"a type that no result can have": "get_type make_type",
		"how DuckDB runs the query":      "vector_type stats alias",
		"chance":                         "random gen_random_uuid uuid uuidv4 uuidv7 setseed hash_random",
		"session":                        "current_query current_transaction_id txid_current current_connection_id current_query_id current_setting current_schemas in_search_path getvariable write_log",
		"DuckDB's own catalog, which the plan's tables are not in": "format_type get_block_size pg_get_constraintdef pg_get_viewdef nextval currval",
	} {
		for name := range strings.FieldsSeq(names) {
			out[name] = reason
		}
	}
	return out
}()

// uncallable tells of functions that have no meaning in a query over tables.
func uncallable(name string) bool {
	switch {
	case strings.HasPrefix(name, "__internal_"): // DuckDB's optimiser alone calls them
		return true
	case strings.HasPrefix(name, "st_"), strings.HasPrefix(name, "variant_"): // of types that tables cannot have
		return true
	}
	switch name {
	case "combine", "finalize", "sum_no_overflow", // of aggregates' states, which are no values
		"parse_duckdb_log_message", "json_deserialize_sql": // of logs and statements
		return true
	}
	return false
}
