// Package limits checks that a limit stops the scans of all workers as soon as
// it is met, by what workers report that they scanned and sent.
package limits

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/services/portal/explain"
	"github.com/shoal-db/shoal/tests/harness"
)

// scaleFactor makes 600,000 rows of lineitem.
const scaleFactor = 0.1

// few is how many rows a limit may cost beyond those that it asks for: some
// batches of DuckDB's for each thread and stream, but no table.
const few = 20_000

func TestLimitsStopScans(t *testing.T) {
	data := harness.NewTPCH(t, scaleFactor)
	c := harness.Start(t, cluster.Options{DataDir: t.TempDir(), Workers: 2, Replication: 1})
	data.LoadTPCH(t, c.HTTP(), 15_000)
	for _, tt := range []struct {
		name, sql string
		// rows are the result's, sent the most that each subplan may send, and scanned the most that those
		// of them that ended may have scanned.
		rows, sent, scanned int64
	}{
		{"a scan", "SELECT * FROM lineitem LIMIT 10", 10, 10, few},
		{"an offset", "SELECT * FROM lineitem LIMIT 10 OFFSET 100", 10, 110, few},
		{"a filter that passes one in fifty", "SELECT * FROM lineitem WHERE l_quantity = 49 LIMIT 10", 10, 10, few},
		{"above a projection", "SELECT l_quantity + 1 AS q, upper(l_comment) FROM lineitem LIMIT 10", 10, 10, few},
		{"a join with a reference table", "SELECT * FROM lineitem JOIN part ON l_partkey = p_partkey LIMIT 10", 10, 10, few + 2*20_000},
		{"a union", "SELECT l_orderkey FROM lineitem UNION ALL SELECT o_custkey FROM orders LIMIT 10", 10, 10, few},
		{"what is joined in the portal",
			"SELECT l_comment, o_comment FROM lineitem, orders WHERE l_partkey = o_custkey LIMIT 10", 10, 75_000 + few, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := analyze(t, c.HTTP(), tt.sql)
			run := got.Analyzed
			if run == nil || run.Rows != tt.rows {
				t.Fatalf("ran %+v", run)
			}
			var scanned int64
			for _, s := range got.Subplans {
				if s.Ran != nil && s.Ran.Reported != nil {
					scanned += s.Ran.Reported.RowsScanned
				}
			}
			t.Logf("%d subplans, %d rows sent, %d scanned", len(got.Subplans), run.ReceivedRows, scanned)
			if most := tt.sent * int64(len(got.Subplans)); run.ReceivedRows > most {
				t.Errorf("workers sent %d rows, at most %d are needed", run.ReceivedRows, most)
			}
			if tt.scanned > 0 && scanned > tt.scanned {
				t.Errorf("workers scanned %d rows, at most %d are needed", scanned, tt.scanned)
			}
		})
	}
}

func analyze(t *testing.T, portal, sql string) *explain.Explanation {
	t.Helper()
	body, err := json.Marshal(map[string]any{"sql": sql, "schema": "tpch", "analyze": true})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(portal+"/v1/explain", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	out := &explain.Explanation{}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v", resp.StatusCode, err)
	}
	return out
}
