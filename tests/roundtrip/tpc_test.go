package roundtrip

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/duckdb/benchdata"
)

func TestTPCH(t *testing.T) {
	d := openDB(t, "tpch")
	ctx := context.Background()
	if err := benchdata.TPCH(ctx, d.conn, 0.01); err != nil {
		t.Fatal(err)
	}
	queries, err := benchdata.TPCHQueries(ctx, d.conn)
	if err != nil {
		t.Fatal(err)
	}
	checkAll(t, d, queries, 22)
}

func TestTPCDS(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	d := openDB(t, "tpcds")
	ctx := context.Background()
	if err := benchdata.TPCDS(ctx, d.conn, 0.01); err != nil {
		t.Fatal(err)
	}
	queries, err := benchdata.TPCDSQueries(ctx, d.conn)
	if err != nil {
		t.Fatal(err)
	}
	checkAll(t, d, queries, 99)
}

func checkAll(t *testing.T, d *db, queries []benchdata.Query, want int) {
	t.Helper()
	if len(queries) != want {
		t.Fatalf("%d queries, not %d", len(queries), want)
	}
	for _, q := range queries {
		t.Run(fmt.Sprintf("q%02d", q.Number), func(t *testing.T) {
			d.on(t).check(strings.TrimRight(q.SQL, "; \n"), false)
		})
	}
}
