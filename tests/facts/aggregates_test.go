package facts

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// rows has a column of each kind that aggregates take. Equal values are the same in all of them, so that
// which one is shown cannot be seen; x has NULLs, and ties by everything but k.
const rows = `CREATE TABLE rows AS SELECT k, hash(k) AS mixed,
	v::BIGINT AS i, (v % 2 = 0) AS b, (v * 1.25)::DECIMAL(12,2) AS d, sin(v) * pow(10, v % 17) AS f, 1 + sin(v) / 9 AS fg, 's' || v AS s, k % 9 AS ties,
	DATE '2020-01-01' + v::INTEGER AS da, to_days(v::INTEGER) AS iv, v::INTEGER AS i4, v::UTINYINT AS u
	FROM (SELECT range AS k, hash(range) % 83 AS v FROM range(900))`

// arguments are ways to call aggregates; those that DuckDB has not are left out.
var arguments = []string{"", "i", "b", "d", "f", "s", "da", "iv", "u", "ties", "fg", "i, f", "f, i", "fg, fg * fg + i4 / 80", "s, i", "i, i % 7", "s, s[2:2]",
	"i, 0.3", "f, 0.3", "i, 3", "i, [1, 5, 9]", "i4, 0, 100"}

var typesOf = map[byte]types.Type{'i': types.Of(types.BigInt), 'f': types.Of(types.Double)}

// aggregateCall is a call's columns as expressions; what is no column is no float.
func aggregateCall(args string) []rel.Expr {
	var out []rel.Expr
	for a := range strings.SplitSeq(args, ", ") {
		t := types.Of(types.Integer)
		if a != "" && a[0] == 'f' {
			t = typesOf['f']
		}
		out = append(out, &rel.Field{Of: t})
	}
	return out
}

// orders are those in which rows come.
var orders = []string{"k", "k DESC", "mixed", "mixed DESC", "i NULLS FIRST, k", "i DESC, mixed", "k % 30, k"}

// TestAggregates checks each aggregate of DuckDB with each kind of argument. What is said to be true must
// be; of what is said to depend on the order of rows, some call has to.
func TestAggregates(t *testing.T) {
	conn := open(t)
	if _, err := conn.Exec(context.Background(), rows); err != nil {
		t.Fatal(err)
	}
	window, known := facts.WindowNames(), facts.AggregateNames()
	names := column(t, conn, "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'aggregate'")
	for _, name := range names {
		if slices.Contains(window, name) || name == "sum_no_overflow" { // which the optimiser alone may call
			continue
		}
		if !slices.Contains(known, facts.Canonical(name)) {
			t.Errorf("nothing is known of the aggregate %s", name)
			continue
		}
		calls, ordered := 0, false
		for _, args := range arguments {
			if name == "product" && args != "fg" { // of many numbers it overflows, or not, by their order
				continue
			}
			results, ok := inOrders(conn, name, args)
			if !ok {
				continue
			}
			calls++
			differs := checkOrder(t, name, args, results)
			ordered = ordered || differs
			checkSkips(t, conn, name, args)
		}
		if calls == 0 {
			t.Errorf("%s was never called", name)
		}
		if is := facts.AggregateOf(name).Order; is == facts.Ordered && !ordered {
			t.Errorf("%s is said to depend on the order of rows, but no call did", name)
		}
	}
}

// inOrders calls an aggregate over rows in several orders; not ok if it has no such arguments.
func inOrders(conn *duckdb.Conn, name, args string) ([]string, bool) {
	var out []string
	for _, order := range orders {
		got, err := conn.QueryString(context.Background(), fmt.Sprintf("SELECT coalesce(%s(%s)::VARCHAR, 'NULL') FROM (FROM rows ORDER BY %s)", name, args, order))
		if err != nil {
			return nil, false
		}
		out = append(out, got)
	}
	return out, true
}

// checkOrder tells whether the results differ, and complains if they must not.
func checkOrder(t *testing.T, name, args string, results []string) bool {
	t.Helper()
	differs := false
	for i, got := range results[1:] {
		if got == results[0] {
			continue
		}
		differs = true
		switch facts.OrderOf(name, aggregateCall(args)) {
		case facts.Unordered:
			t.Errorf("%s(%s) is %s by %s, and %s by %s", name, args, results[0], orders[0], got, orders[i+1])
		case facts.Rounded:
			a, errA := strconv.ParseFloat(results[0], 64)
			b, errB := strconv.ParseFloat(got, 64)
			if errA != nil || errB != nil || math.Abs(a-b) > 1e-6*math.Max(math.Abs(a), math.Abs(b))+1e-12 {
				t.Errorf("%s(%s) is %s by %s, and %s by %s: that is more than rounding", name, args, results[0], orders[0], got, orders[i+1])
			}
		}
	}
	return differs
}

// checkSkips checks what is said of NULLs and duplicates, for calls with one argument.
func checkSkips(t *testing.T, conn *duckdb.Conn, name, args string) {
	t.Helper()
	is := facts.AggregateOf(name)
	if args == "" || strings.Contains(args, ",") || name == "bitstring_agg" { // it needs statistics, or bounds
		return
	}
	ask := func(sql string) string {
		got, err := conn.QueryString(context.Background(), sql)
		if err != nil {
			t.Fatalf("%v\n%s", err, sql)
		}
		return got
	}
	plain := ask(fmt.Sprintf("SELECT coalesce(%s(%s ORDER BY k)::VARCHAR, 'NULL') FROM rows", name, args))
	if is.SkipsNulls {
		for _, position := range []string{"-1", "450", "1000"} {
			with := ask(fmt.Sprintf("SELECT coalesce(%s(x ORDER BY k)::VARCHAR, 'NULL') FROM (SELECT k, %s AS x FROM rows UNION ALL SELECT %s, NULL FROM range(3))", name, args, position))
			if with != plain {
				t.Errorf("%s(%s) is %s, with NULLs at %s it is %s", name, args, plain, position, with)
			}
		}
	}
	if is.SkipsDuplicates {
		with := ask(fmt.Sprintf("SELECT coalesce(%s(DISTINCT x)::VARCHAR, 'NULL') FROM (SELECT %s AS x FROM rows ORDER BY k)", name, args))
		if with != plain && !is.TakesOne {
			t.Errorf("%s(%s) is %s, of distinct values it is %s", name, args, plain, with)
		}
	}
	if is.TakesOne {
		if got := ask(fmt.Sprintf("SELECT count(*) FROM rows WHERE %s = (SELECT %s(%s ORDER BY k) FROM rows)", args, name, args)); got == "0" {
			t.Errorf("%s(%s) is no row's value", name, args)
		}
	}
}

// Window functions that are said to give rows which tie the same value do.
func TestWindows(t *testing.T) {
	conn := open(t)
	if _, err := conn.Exec(context.Background(), rows); err != nil {
		t.Fatal(err)
	}
	calls := map[string]string{"ntile": "5", "lead": "k", "lag": "k", "first_value": "k", "last_value": "k", "nth_value": "k, 2", "fill": "CASE WHEN k % 3 > 0 THEN k END"}
	for _, name := range facts.WindowNames() {
		of := fmt.Sprintf("SELECT i, %s(%s) OVER (ORDER BY i) AS w FROM rows", name, calls[name])
		uneven := column(t, conn, "SELECT count(*) FROM (SELECT i FROM ("+of+") GROUP BY i HAVING count(DISTINCT w) > 1)")[0]
		if alike := uneven == "0"; facts.WindowOf(name).Peers && !alike {
			t.Errorf("%s tells peers apart", name)
		}
		if !facts.WindowOf(name).Grows {
			continue
		}
		// What is beyond the first n in a half is beyond them among all. row_number has to break ties alike.
		order := "i, b"
		if !facts.WindowOf(name).Peers {
			order = "i, k"
		}
		for n := range 40 {
			lost := column(t, conn, fmt.Sprintf(`WITH w AS (SELECT k, %[1]s() OVER (ORDER BY %[3]s) AS r FROM rows), h AS (SELECT k, %[1]s() OVER (PARTITION BY k %% 2 ORDER BY %[3]s) AS r FROM rows)
				SELECT count(*) FROM w JOIN h USING (k) WHERE w.r <= %[2]d AND h.r > %[2]d`, name, n, order))[0]
			if lost != "0" {
				t.Errorf("%s is smaller among more rows", name)
			}
		}
	}
}
