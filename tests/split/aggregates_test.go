package split

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/split"
)

// valueTypes are columns of the random table by name, with what a small
// integer v becomes in them; v has NULLs, duplicates and both signs.
var valueTypes = []struct{ name, sql string }{
	{"b", "v % 2 = 0"},
	{"i8", "v::TINYINT"}, {"i16", "(v * 300)::SMALLINT"}, {"i32", "(v * 100000)::INTEGER"},
	{"i64", "v::BIGINT * 90000000000000000"}, {"i128", "v::HUGEINT * 1000000000000000000000000"},
	{"u8", "(v + 100)::UTINYINT"}, {"u32", "(v + 100)::UINTEGER"}, {"u64", "(v + 100)::UBIGINT * 90000000000000000"},
	{"u128", "(v + 100)::UHUGEINT * 1000000000000000000000000"},
	{"f32", "(v / 4)::FLOAT"}, {"f64", "CASE WHEN v = 3 THEN 'nan'::DOUBLE WHEN v = 0 THEN '-0'::DOUBLE ELSE v * 1e3 + 0.5 END"},
	{"x", "100 + v / 8"}, {"y", "v * v / 4.0::DOUBLE + 9 * v"}, {"one", "0.1::DOUBLE + 0 * v"},
	{"d9", "(v / 100)::DECIMAL(9,2)"}, {"d18", "(v * 1e10)::DECIMAL(18,3)"}, {"d38", "(v * 1e20)::DECIMAL(38,5)"},
	{"s", "CASE WHEN v = 2 THEN '' ELSE 'ü' || v END"}, {"bl", "encode('b' || v)"}, {"bits", "(v + 100)::INTEGER::BIT"},
	{"dt", "DATE '2020-01-31' + v::INTEGER"}, {"ts", "TIMESTAMP '2020-01-31 01:02:03.456789' + INTERVAL 1 HOUR * v"},
	{"tz", "TIMESTAMPTZ '2020-01-31 01:02:03+01' + INTERVAL 1 DAY * v"}, {"tm", "TIME '12:00:00' + INTERVAL 1 MINUTE * v"},
	{"iv", "INTERVAL 1 DAY * v"}, {"id", "('00000000-0000-0000-0000-0000000000' || right((v + 1000)::VARCHAR, 2))::UUID"},
	{"l", "[v, NULL]"}, {"st", "{'a': v, 'b': 'x'}"}, {"e", "(CASE WHEN v > 0 THEN 'hi' ELSE 'lo' END)::ENUM('hi', 'lo')"},
}

const (
	integers = "i8 i16 i32 i64 i128 u8 u32 u64"
	numbers  = integers + " f32 x y one d9 d18 d38"
	anything = numbers + " b u128 f64 s bl bits dt ts tz tm iv id l st e"
)

// inParts are the aggregates that workers must do in part, as templates for
// their columns.
var inParts = []struct{ sql, columns string }{
	{"count(%s)", anything}, {"count(*)", "b"}, {"count_if(%s)", "b"}, {"count(DISTINCT %s)", anything},
	{"sum(%s)", numbers + " b f64"}, {"sum(DISTINCT %s)", numbers}, {"avg(%s)", numbers + " f64"}, {"avg(DISTINCT %s)", numbers},
	{"product(%s)", "one i8"},
	{"min(%s)", anything}, {"max(%s)", anything}, {"min(DISTINCT %s)", "s"},
	{"bool_and(%s)", "b"}, {"bool_or(%s)", "b"},
	{"bit_and(%s)", integers + " u128 bits"}, {"bit_or(%s)", integers + " bits"}, {"bit_xor(%s)", integers + " bits"},
	{"bit_xor(DISTINCT %s)", "i32"},
	{"any_value(%s) IS NULL", anything}, {"any_value(c)", "b"}, {"any_value(%s ORDER BY u)", anything}, {"any_value(%s ORDER BY u DESC)", "s"},
	{"first(c)", "b"}, {"last(c)", "b"}, {"first(%s ORDER BY u)", anything}, {"last(%s ORDER BY u)", anything},
	{"first(%s ORDER BY i8 DESC NULLS LAST, u)", "s f64 i128"}, {"arbitrary(%s ORDER BY f64, u DESC)", "s"},
	{"arg_min(%s, u)", anything}, {"arg_max(%s, u)", anything}, {"max_by(%s, u)", "s"}, {"arg_min(%s, w)", "s i64"}, {"arg_max(%s, w)", "s i64"},
	{"arg_min_null(%s, w)", "s i64 f64"}, {"arg_max_null(%s, w)", "s i64"}, {"arg_min_nulls_last(u, %s) IS NULL", "w v"},
	{"min({'w': %s, 'u': u})", "w"},
	{"list_sort(list(%s))", numbers + " b i128 f64 s bl bits dt ts tz tm iv id l st e"}, {"list_sort(array_agg(DISTINCT %s))", "s i32 l"}, {"list_sort(list(u) FILTER (%s))", "b"},
	{"list_sort(string_split(string_agg(%s, '|'), '|'))", "s i32"}, {"string_agg(DISTINCT %s, ',' ORDER BY s)", "s"},
	{"list_sort(string_split(string_agg(%s), ','))", "i8"},
	{"approx_count_distinct(%s)", "i32 s dt f64"},
	{"var_pop(%s)", numbers}, {"var_samp(%s)", numbers}, {"variance(%s)", "x"}, {"stddev(%s)", numbers}, {"stddev_pop(%s)", numbers},
	{"sem(%s)", "x y one"}, {"var_pop(DISTINCT %s)", "x y"}, {"median(DISTINCT %s)", "x i32"}, {"mode(DISTINCT %s) IS NULL", "x"},
	{"covar_pop(x, %s)", "y one i8"}, {"covar_samp(x, %s)", "y one"}, {"corr(x, %s)", "y one x"},
	{"regr_count(x, %s)", "y"}, {"regr_avgx(x, %s)", "y"}, {"regr_avgy(x, %s)", "y"}, {"regr_sxx(x, %s)", "y one"}, {"regr_syy(x, %s)", "y"},
	{"regr_sxy(x, %s)", "y one"}, {"regr_slope(x, %s)", "y one"}, {"regr_intercept(x, %s)", "y one"}, {"regr_r2(x, %s)", "y one"}, {"regr_r2(%s, x)", "one"},
	{"count(DISTINCT %s) FILTER (u %% 3 = 0)", "i32 s"}, {"sum(%s) FILTER (b)", numbers}, {"avg(%s) FILTER (b AND u %% 2 = 0)", "i32 x d9"},
	{"first(%s ORDER BY u) FILTER (NOT b)", "s"}, {"stddev(%s) FILTER (b)", "x y"}, {"list_sort(list(DISTINCT %s) FILTER (b))", "s"},
	{"sum(%s ORDER BY u)", "i32 d38"},
}

// whole are aggregates that need all rows.
var whole = []string{
	"fsum(x)", "round(favg(d9), 9)", "kahan_sum(y) FILTER (b)", "sum(x ORDER BY u)", "avg(y ORDER BY u DESC)", "stddev(x ORDER BY u)",
	"median(x)", "quantile_cont(x, 0.25)", "quantile_disc(i32, [0.1, 0.9])", "mad(x)", "entropy(i8)", "skewness(y)", "kurtosis(y)",
	"list(u ORDER BY u)", "string_agg(s, ',' ORDER BY u)", "histogram(i8)", "max(u, 3)", "arg_max(s, u, 2)", "median(x + y) FILTER (b)",
}

// everyAggregate are all calls of inParts.
func everyAggregate() []string {
	var out []string
	for _, f := range inParts {
		for _, c := range strings.Fields(f.columns) {
			sql := strings.ReplaceAll(f.sql, "%%", "%")
			out = append(out, strings.ReplaceAll(sql, "%s", strings.ReplaceAll(c, ",", ", ")))
		}
	}
	return out
}

// makeValues makes a table t of some rows, with a block column k that has
// NULLs, groups g, u without duplicates and w with NULLs and without.
func makeValues(t *testing.T, conn *db, rows int, seed float64) {
	t.Helper()
	columns := make([]string, len(valueTypes))
	for i, c := range valueTypes {
		columns[i] = "(" + c.sql + ") AS " + c.name
	}
	sql := fmt.Sprintf(`CREATE OR REPLACE TABLE t AS
		SELECT k, g, u, CASE WHEN u %% 3 > 0 THEN u END AS w, v, 'same' AS c, %s FROM (
			SELECT CASE WHEN random() < 0.9 THEN floor(random() * 60)::BIGINT END AS k,
				CASE WHEN random() < 0.9 THEN floor(random() * 5)::INTEGER END AS g,
				i AS u, CASE WHEN random() < 0.8 THEN floor(random() * 16)::INTEGER - 7 END AS v
			FROM range(%d) r(i))`, strings.Join(columns, ", "), rows)
	for _, q := range []string{fmt.Sprintf("SELECT setseed(%g)", seed), sql} {
		if _, err := conn.Exec(context.Background(), q); err != nil {
			t.Fatalf("%v\n%s", err, q)
		}
	}
	conn.judge.CopyOf(t, conn.Conn, "main")
}

func TestAggregates(t *testing.T) {
	conn := open(t, "aggregates")
	rng := rand.New(rand.NewPCG(1, 2))
	for _, size := range []struct{ rows, groups int }{{0, 2}, {3, 3}, {40, 4}, {400, 3}} {
		makeValues(t, conn, size.rows, rng.Float64())
		l := layout{cuts: map[string]cut{"t": {"d", "k"}}, groups: size.groups}
		t.Run(fmt.Sprintf("%d rows in %d groups", size.rows, size.groups), func(t *testing.T) { checkAggregates(t, conn, l, rng) })
		if testing.Short() && size.rows == 3 {
			break
		}
	}
	conn.judge.Finish(t, 500)
}

func checkAggregates(t *testing.T, conn *db, l layout, rng *rand.Rand) {
	calls := everyAggregate()
	rng.Shuffle(len(calls), func(i, j int) { calls[i], calls[j] = calls[j], calls[i] })
	for len(calls) > 0 {
		n := min(len(calls), 5+rng.IntN(25))
		list := strings.Join(calls[:n], ", ")
		calls = calls[n:]
		for _, sql := range []string{
			"SELECT " + list + " FROM t",
			"SELECT g, " + list + " FROM t GROUP BY g",
			"SELECT " + list + " FROM t WHERE g > 100",
		} {
			inPart(t, compare(t, conn, sql, l, false), sql)
		}
		compare(t, conn, "SELECT g, b, "+list+" FROM t GROUP BY GROUPING SETS ((g, b), (b), (g), (), ())", l, false)
		compare(t, conn, "SELECT k, b, "+list+" FROM t GROUP BY ROLLUP (k, b)", l, false)
		compare(t, conn, "SELECT k, "+list+", median(x) FROM t GROUP BY k", l, false)
		compare(t, conn, "SELECT g, "+list+", "+whole[rng.IntN(len(whole))]+" FROM t GROUP BY g", l, false)
		if t.Failed() {
			return
		}
	}
	for _, call := range whole {
		compare(t, conn, "SELECT "+call+" FROM t", l, false)
		compare(t, conn, "SELECT u % 3, "+call+" FROM t GROUP BY 1", l, false)
	}
}

// inPart fails if the workers send rows instead of an aggregate.
func inPart(t *testing.T, parts *split.Result, sql string) {
	t.Helper()
	if !isInPart(parts) {
		t.Errorf("%s is not done in part:\n%s", sql, show(parts))
	}
}

// isInPart is true if the workers aggregate.
func isInPart(parts *split.Result) bool {
	root := parts.Fragments[0].Plan.Root
	if p, ok := root.(*rel.Project); ok {
		root = p.Input
	}
	_, ok := root.(*rel.Aggregate)
	return ok && len(parts.Fragments) == 1
}
