package pruning

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/services/portal"
	"github.com/shoal-db/shoal/tests/harness"
)

// TestTPCDSByDate says how many chunks of the sales by date the queries of TPC-DS read, most of which name dates
// by a year or a month of the reference table date_dim only.
func TestTPCDSByDate(t *testing.T) {
	data := harness.NewTPCDS(t, 0.01)
	w := &world{Oracle: data.Oracle, http: &http.Client{}}
	w.cluster = harness.Start(t, cluster.Options{
		Workers: 1, Replication: 1, EditPortal: func(c *portal.Config) { c.LookupTimeout = 20 * time.Second },
	})
	const references = 2
	for table, block := range map[string]string{
		"store_sales": "ss_sold_date_sk", "web_sales": "ws_sold_date_sk", "catalog_sales": "cs_sold_date_sk", "date_dim": "", "item": "",
	} {
		harness.Load(t, w.cluster.HTTP(), "main", table, data.Files[table], block, 500)
	}
	w.awaitCopies(t, references)
	planned, total, static, dynamic := 0, 0, 0, 0
	for _, q := range data.Queries {
		sql := strings.TrimRight(q.SQL, "; \n")
		off, err := w.planBody(map[string]any{"sql": sql, "dynamic_pruning": false})
		if err != nil {
			continue // it reads tables that were not loaded
		}
		on, err := w.planBody(map[string]any{"sql": sql})
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("q%02d: %d chunks; %d read by their own conditions, %d with joins", q.Number, off.Pruning.Total, off.Pruning.Selected, on.Pruning.Selected)
		if on.Pruning.Selected > off.Pruning.Selected {
			t.Errorf("q%02d reads more with dynamic pruning", q.Number)
		}
		planned++
		total += off.Pruning.Total
		static += off.Pruning.Selected
		dynamic += on.Pruning.Selected
	}
	t.Logf("%d queries: %d chunks; %d read by their own conditions, %d with joins", planned, total, static, dynamic)
	if planned < 10 || dynamic*2 > static {
		t.Errorf("%d queries read %d chunks instead of %d: less than half were expected", planned, dynamic, static)
	}
}
