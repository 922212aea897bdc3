// Package facts asks DuckDB whether what libs/substrait/facts says of its functions is true, and whether
// it says something of each of them.
package facts

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

func open(t *testing.T) *duckdb.Conn {
	t.Helper()
	ctx := context.Background()
	engine, err := duckdb.Open(ctx, duckdb.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close(ctx) })
	conn, err := engine.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// column is a query's first column.
func column(t *testing.T, conn *duckdb.Conn, sql string) []string {
	t.Helper()
	rows, err := conn.QueryRows(context.Background(), sql)
	if err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r[0].Text
	}
	return out
}

// written is true of functions that a query may have; the others are those of DuckDB's optimiser.
const written = `function_name NOT LIKE '\_\_internal%' ESCAPE '\'`

// Each of DuckDB's scalar functions is known, and none as more stable than DuckDB says.
func TestStability(t *testing.T) {
	conn := open(t)
	known := 0
	for stability, at := range map[string]facts.Stability{
		"VOLATILE": facts.Volatile, "CONSISTENT_WITHIN_QUERY": facts.PerQuery, "CONSISTENT": facts.Consistent,
	} {
		for _, name := range column(t, conn, "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'scalar' AND "+written+" AND stability = '"+stability+"'") {
			if got := facts.ScalarOf(name).Stability; got > at {
				t.Errorf("%s is %s, but known as consistent", name, stability)
			}
			if at != facts.Volatile && !facts.Known(name) {
				t.Errorf("%s is %s, and not known", name, stability)
			}
			known++
		}
	}
	if known < 400 {
		t.Errorf("DuckDB has %d functions", known)
	}
}

// What is known is there: a function that DuckDB no longer has may mean something else one day.
func TestKnownFunctionsExist(t *testing.T) {
	conn := open(t)
	have := column(t, conn, "SELECT DISTINCT function_name FROM duckdb_functions()")
	// These are spelled by the parser, or are names of the IR alone.
	have = append(have, strings.Fields(`= <> < <= > >= is_distinct_from is_not_distinct_from and or not is_null is_not_null coalesce
		current_timestamp localtime localtimestamp`)...)
	for _, name := range slices.Concat(facts.ScalarNames(), facts.AggregateNames(), facts.WindowNames()) {
		if !slices.Contains(have, name) {
			t.Errorf("DuckDB has no function %q", name)
		}
	}
}

// DuckDB's second names mean what the first one does.
func TestAliases(t *testing.T) {
	conn := open(t)
	pairs, err := conn.QueryRows(context.Background(), "SELECT DISTINCT function_name, alias_of FROM duckdb_functions() WHERE alias_of IS NOT NULL AND function_type = 'aggregate'")
	if err != nil || len(pairs) == 0 {
		t.Fatalf("%d, %v", len(pairs), err)
	}
	for _, p := range pairs {
		if a, b := p[0].Text, p[1].Text; facts.Canonical(a) != facts.Canonical(b) {
			t.Errorf("%s is %s, but has the canonical name %s", a, b, facts.Canonical(a))
		}
	}
}

// Calls of strict functions with a NULL are NULL, whatever the other arguments are.
func TestStrict(t *testing.T) {
	conn := open(t)
	values := map[string]string{
		"BIGINT": "5", "INTEGER": "3", "DOUBLE": "2.5", "VARCHAR": "'day'", "TIMESTAMP": "TIMESTAMP '2020-01-02 03:04:05'",
		"DATE": "DATE '2020-01-02'", "INTERVAL": "INTERVAL 1 DAY", "BOOLEAN": "true", "INTEGER[]": "[1, 2]",
	}
	of := map[string]types.Type{
		"BIGINT": types.Of(types.BigInt), "INTEGER": types.Of(types.Integer), "DOUBLE": types.Of(types.Double), "VARCHAR": types.Of(types.Varchar),
		"TIMESTAMP": types.Of(types.Timestamp), "DATE": types.Of(types.Date), "INTERVAL": types.Of(types.Interval),
		"BOOLEAN": types.Of(types.Boolean), "INTEGER[]": types.ListOf(types.Of(types.Integer)),
	}
	names := slices.DeleteFunc(facts.ScalarNames(), func(name string) bool { return !facts.ScalarOf(name).Strict })
	for _, name := range names {
		answered := 0
		for a := range values {
			for b := range values {
				calls := [][]string{{a}, {a, b}}
				if a == "VARCHAR" {
					calls = append(calls, []string{a, b, b})
				}
				for _, args := range calls {
					call := &rel.Call{Func: name}
					for _, arg := range args {
						call.Args = append(call.Args, &rel.Field{Of: of[arg]})
					}
					if !facts.IsStrict(call) {
						continue
					}
					for null := range args {
						answered += strictly(t, conn, name, args, values, null)
					}
				}
			}
		}
		if answered == 0 {
			t.Errorf("%s was never called", name)
		}
	}
}

// strictly calls a function with one NULL; it is 1 if there is such a function.
func strictly(t *testing.T, conn *duckdb.Conn, name string, args []string, values map[string]string, null int) int {
	t.Helper()
	var defined, used []string
	for i, a := range args {
		v := values[a]
		if i == null {
			v = "NULL::" + a
		}
		column := "a" + string(rune('0'+i))
		defined, used = append(defined, v+" AS "+column), append(used, column)
	}
	call := types.QuoteIdent(name) + "(" + strings.Join(used, ", ") + ")"
	if !strings.ContainsAny(name, "abcdefghijklmnopqrstuvwxyz_") && len(used) == 2 {
		call = used[0] + " " + name + " " + used[1]
	}
	// The column may be of several rows, so that nothing is folded.
	sql := "SELECT count(" + call + ") FROM (SELECT " + strings.Join(defined, ", ") + " FROM range(3) WHERE random() < 2)"
	rows, err := conn.QueryRows(context.Background(), sql)
	if err != nil {
		return 0 // there is no such overload, or the values are not for it
	}
	if got := rows[0][0].Text; got != "0" {
		t.Errorf("%s of a NULL is not NULL: %s", name, sql)
	}
	return 1
}
