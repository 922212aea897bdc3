package substrait

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle"
)

// TestProducersTPCH runs plans that other programs made of TPC-H's queries (see testdata/README.md)
// and compares with DuckDB's answer to the SQL. Producers name columns and type averages in their own
// way, so that values are compared alone.
func TestProducersTPCH(t *testing.T) {
	data := harness.NewTPCH(t, 0.01)
	c := harness.Start(t, cluster.Options{Workers: 2})
	data.LoadTPCH(t, c.HTTP(), 1000)
	client := harness.SQL(t, c.Flight())
	ctx := harness.InSchema(context.Background(), "tpch")
	for _, producer := range []string{"datafusion", "isthmus", "ibis"} {
		files, err := filepath.Glob(filepath.Join("testdata", producer, "*.pb"))
		if err != nil || len(files) < 10 {
			t.Fatalf("%s: %d plans (%v)", producer, len(files), err)
		}
		for _, file := range files {
			t.Run(producer+"/"+strings.TrimSuffix(filepath.Base(file), ".pb"), func(t *testing.T) {
				plan, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				sql := sqlOf(t, file, data)
				want := data.Query(t, sql)
				info, err := client.Portal().ExecuteSubstrait(ctx, flightsql.SubstraitPlan{Plan: plan})
				if err != nil {
					t.Fatal(err)
				}
				got, err := client.Read(ctx, info)
				if err != nil {
					t.Fatal(err)
				}
				if diff := valuesDiff(got, want); diff != "" {
					t.Errorf("%s\n%s", diff, sql)
				}
			})
		}
	}
}

// sqlOf is the SQL of a plan: that of the file beside it, or TPC-H's of its number.
func sqlOf(t *testing.T, file string, data *harness.TPCH) string {
	t.Helper()
	base := strings.TrimSuffix(file, ".pb")
	if sql, err := os.ReadFile(base + ".sql"); err == nil {
		return string(sql)
	}
	number, err := strconv.Atoi(filepath.Base(base))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range data.Queries {
		if q.Number == number {
			return q.SQL
		}
	}
	t.Fatalf("%s is no query of TPC-H", file)
	return ""
}

// valuesDiff compares values in order, numbers to the digits that a plan's type of them has, six at
// most.
func valuesDiff(got, want *oracle.Result) string {
	if len(got.Rows) != len(want.Rows) {
		return fmt.Sprintf("%d rows instead of %d", len(got.Rows), len(want.Rows))
	}
	for i := range want.Rows {
		if len(got.Rows[i]) != len(want.Rows[i]) {
			return fmt.Sprintf("%d columns instead of %d", len(got.Rows[i]), len(want.Rows[i]))
		}
		for c := range want.Rows[i] {
			if !sameValue(got.Rows[i][c], want.Rows[i][c]) {
				return fmt.Sprintf("row %d, column %d: %v instead of %v", i, c, got.Rows[i][c], want.Rows[i][c])
			}
		}
	}
	return ""
}

func sameValue(a, b any) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	got := fmt.Sprint(a)
	x, errX := strconv.ParseFloat(got, 64)
	y, errY := strconv.ParseFloat(fmt.Sprint(b), 64)
	if errX == nil && errY == nil {
		tolerance := 1e-6 * max(1, math.Abs(x))
		if _, decimals, ok := strings.Cut(got, "."); ok && len(decimals) < 6 {
			tolerance = 0.5001 * math.Pow10(-len(decimals))
		}
		return math.Abs(x-y) <= tolerance
	}
	return strings.TrimRight(fmt.Sprint(a), " ") == strings.TrimRight(fmt.Sprint(b), " ")
}
