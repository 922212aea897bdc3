// Package tpch checks all 22 queries of TPC-H, through Flight SQL, against
// DuckDB alone, for several numbers of workers and sizes of chunks.
package tpch

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle"
)

const scaleFactor = 0.1

// mayBeEmpty lists the queries without an answer at this scale: none.
var mayBeEmpty = map[int]bool{}

func TestTPCH(t *testing.T) {
	data := harness.NewTPCH(t, scaleFactor)
	want := map[int]*oracle.Result{}
	for _, q := range data.Queries {
		want[q.Number] = data.Query(t, q.SQL)
		if len(want[q.Number].Rows) == 0 && !mayBeEmpty[q.Number] {
			t.Errorf("query %d has no rows: it proves nothing", q.Number)
		}
	}
	for _, chunkRows := range []int64{1_000, 100_000} {
		// The data stays where it is while the number of workers changes, so that the
		// start of a cluster over existing data is tested with it.
		dir := t.TempDir()
		for i, workers := range []int{2, 1, 4} {
			t.Run(fmt.Sprintf("chunks=%d/workers=%d", chunkRows, workers), func(t *testing.T) {
				c := harness.Start(t, cluster.Options{DataDir: dir, Workers: workers, Replication: 2})
				if i == 0 {
					data.LoadTPCH(t, c.HTTP(), chunkRows)
				}
				check(t, harness.SQL(t, c.Flight()), data, want)
				noFallback(t, c.HTTP())
			})
		}
	}
}

// noFallback: plans can say all of them.
func noFallback(t *testing.T, portal string) {
	t.Helper()
	resp, err := http.Get(portal + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	series := 0
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "shoal_portal_fallback_queries_total{") {
			series++
			if !strings.HasSuffix(line, " 0\n") {
				t.Errorf("a fallback: %s", line)
			}
		}
	}
	if series == 0 {
		t.Error("fallbacks are not counted")
	}
}

func check(t *testing.T, sql *harness.SQLClient, data *harness.TPCH, want map[int]*oracle.Result) {
	ctx := harness.InSchema(context.Background(), "tpch")
	for _, q := range data.Queries {
		t.Run(fmt.Sprintf("q%02d", q.Number), func(t *testing.T) {
			got, err := sql.Query(ctx, q.SQL)
			if err != nil {
				t.Fatal(err)
			}
			ordered := strings.Contains(strings.ToLower(q.SQL), "order by")
			if diff := oracle.Diff(got, want[q.Number], ordered); diff != "" {
				t.Error(diff)
			}
		})
	}
}
