package substrait

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/libs/duckdb/benchdata"
	"github.com/shoal-db/shoal/tests/harness"
)

// TestProducersTPCDS runs DataFusion's plans of TPC-DS's queries.
func TestProducersTPCDS(t *testing.T) {
	ctx := context.Background()
	alone := harness.NewOracle(t, benchdata.TPCDSExtension)
	if err := benchdata.TPCDS(ctx, alone.Conn(), 0.01); err != nil {
		t.Fatal(err)
	}
	queries, err := benchdata.TPCDSQueries(ctx, alone.Conn())
	if err != nil {
		t.Fatal(err)
	}
	c := harness.Start(t, cluster.Options{Workers: 2})
	for _, row := range alone.Query(t, "SELECT table_name FROM duckdb_tables()").Rows {
		table := row[0].(string)
		block := map[string]string{"store_sales": "ss_item_sk", "store_returns": "sr_item_sk", "web_sales": "ws_item_sk"}[table]
		harness.LoadWith(t, c.HTTP(), load.Options{Dataset: "tpcds", Table: table, BlockColumn: block, Reference: block == "",
			Files: []string{alone.WriteParquet(t, table)}, ChunkRows: 5000, Threads: 1})
	}
	client := harness.SQL(t, c.Flight())
	ctx = harness.InSchema(ctx, "tpcds")
	for _, q := range queries {
		t.Run(fmt.Sprintf("%02d", q.Number), func(t *testing.T) {
			plan, err := os.ReadFile(filepath.Join("testdata", "datafusion_tpcds", fmt.Sprintf("%02d.pb", q.Number)))
			if err != nil {
				t.Fatal(err)
			}
			want := alone.Query(t, q.SQL)
			info, err := client.Portal().ExecuteSubstrait(ctx, flightsql.SubstraitPlan{Plan: plan})
			if err != nil {
				t.Fatal(err)
			}
			got, err := client.Read(ctx, info)
			if err != nil {
				t.Fatal(err)
			}
			if diff := valuesDiff(got, want); diff != "" {
				t.Error(diff)
			}
		})
	}
}
