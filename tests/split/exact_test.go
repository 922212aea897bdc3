package split

import (
	"context"
	"strings"
	"testing"
)

// TestExactSums has values whose parts fit 128 bits while the whole does not, and others that do.
func TestExactSums(t *testing.T) {
	conn := open(t, "exact")
	conn.judge = nil // the table is made anew for each case, and the second DuckDB has none
	l := layout{cuts: map[string]cut{"x": {"d", "k"}}, groups: 3}
	for _, c := range []struct {
		rows, sql string
		fails     bool
	}{
		{"0.9::DECIMAL(38,37) AS v FROM range(31) r(k)", "sum(v)", true},
		{"0.9::DECIMAL(38,37) AS v FROM range(31) r(k)", "avg(v)", true},
		{"0.9::DECIMAL(38,37) AS v FROM range(31) r(k)", "sum(v) OVER ()", true},
		{"0.9::DECIMAL(38,37) AS v FROM range(18) r(k)", "sum(v)", false},
		{"-0.9::DECIMAL(38,37) AS v FROM range(18) r(k)", "avg(v), sum(v) FILTER (k > 3)", false},
		{"6::HUGEINT * 10000000000000000000000000000000000000 + k AS v FROM range(0, 28, 7) r(k)", "sum(v)", true},
		{"6::HUGEINT * 10000000000000000000000000000000000000 + k AS v FROM range(0, 28, 7) r(k)", "avg(v)", true},
		{"6::HUGEINT * 10000000000000000000000000000000000000 + k AS v FROM range(0, 28, 7) r(k)", "sum(DISTINCT v)", true},
		{"6::HUGEINT * 10000000000000000000000000000000000000 + k AS v FROM range(0, 14, 7) r(k)", "sum(DISTINCT v), sum(v), avg(v)", false},
		{"9223372036854775807 AS v FROM range(1000) r(k)", "sum(v), avg(v)", false},
	} {
		if _, err := conn.Exec(context.Background(), "CREATE OR REPLACE TABLE x AS SELECT k, "+c.rows); err != nil {
			t.Fatal(err)
		}
		sql := "SELECT " + c.sql + " FROM x"
		if !c.fails {
			compare(t, conn, sql, l, false)
			continue
		}
		got, err := attempt(t, conn, partsOf(t, conn, sql, []string{"s"}, l), l)
		if err == nil {
			t.Errorf("%s of %s: %v, want an overflow", sql, c.rows, got.Rows)
		} else if !strings.Contains(err.Error(), "Overflow") {
			t.Error(err)
		}
	}
}

// TestExactFloats has sums of which the small values are lost unless they are compensated, or come in
// order: DuckDB's own, in one piece, is what is expected by value.
func TestExactFloats(t *testing.T) {
	conn := open(t, "exact")
	l := layout{cuts: map[string]cut{"x": {"d", "k"}}, groups: 3}
	const values = `CREATE OR REPLACE TABLE x AS SELECT k, CASE k WHEN 0 THEN 1e16 WHEN 29 THEN -1e16 ELSE 1 END::DOUBLE AS v,
		CASE k WHEN 3 THEN 'inf'::DOUBLE ELSE k END AS e, k % 2 AS g FROM range(30) r(k)`
	if _, err := conn.Exec(context.Background(), values); err != nil {
		t.Fatal(err)
	}
	for sql, want := range map[string]float64{
		"fsum(v)": 28, "kahan_sum(v)": 28, "favg(v) * 30": 28, "fsum(v) FILTER (k <> 7)": 27, "fsum(v ORDER BY v)": 28,
		"sum(v ORDER BY abs(v) DESC)": 28, "avg(v ORDER BY abs(v) DESC) * 30": 28, "sum(v ORDER BY v)": 0,
		"CASE WHEN fsum(e) = 'inf' THEN 1 END::DOUBLE": 1, "CASE WHEN favg(e) = 'inf' THEN 1 END::DOUBLE": 1,
	} {
		got := run(t, conn, partsOf(t, conn, "SELECT "+sql+" FROM x", []string{"s"}, l), l)
		if got.Rows[0][0] != want {
			t.Errorf("%s: %v, want %v", sql, got.Rows[0][0], want)
		}
	}
}

// TestExactChoices has values that some functions of DuckDB compare otherwise than < does, and orders of
// distinct values that follow from them.
func TestExactChoices(t *testing.T) {
	conn := open(t, "exact")
	l := layout{cuts: map[string]cut{"x": {"d", "k"}}, groups: 3}
	const values = `CREATE OR REPLACE TABLE x AS SELECT k, (['40 days', '1 month', '25 hours', '1 day', '-31 days', '-1 month'])[k // 5 + 1]::INTERVAL AS v,
		(['bb', 'a', 'dddd', 'ccc'])[k % 4 + 1] AS s, (['lo', 'hi'])[k % 2 + 1]::ENUM('lo', 'hi') AS e FROM range(30) r(k)`
	if _, err := conn.Exec(context.Background(), values); err != nil {
		t.Fatal(err)
	}
	for sql, want := range map[string]string{
		"arg_max(k // 5, v)::VARCHAR": "0", "arg_min(k // 5, v)::VARCHAR": "4", "(max_by(k // 5, v) FILTER (k > 9))::VARCHAR": "2",
		"arg_max(k // 5, v, 1)::VARCHAR": "[0]", "max(v, 1)::VARCHAR": "[40 days]", "min(v, 1)::VARCHAR": "[-31 days]",
		"arg_min_nulls_last(k // 5, v)::VARCHAR": "4", "arg_max_null(k // 5, v)::VARCHAR": "0",
		"string_agg(DISTINCT s, ',' ORDER BY length(s))":                      "a,bb,ccc,dddd",
		"string_agg(DISTINCT s, ',' ORDER BY length(s) % 2, s)":               "bb,dddd,a,ccc",
		"string_agg(DISTINCT e, ',' ORDER BY e DESC)":                         "hi,lo",
		"string_agg(DISTINCT k % 3, ',' ORDER BY -(k % 3))":                   "2,1,0",
		"list(DISTINCT s ORDER BY -length(s))::VARCHAR || median(k)::VARCHAR": "[dddd, ccc, bb, a]14.5",
	} {
		got := run(t, conn, partsOf(t, conn, "SELECT "+sql+" FROM x", []string{"s"}, l), l)
		if got.Rows[0][0] != want {
			t.Errorf("%s: %v, want %v", sql, got.Rows[0][0], want)
		}
	}
}
