package roundtrip

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/duckdb/benchdata"
)

var benchScale = flag.Float64("bench-scale", 0.1, "TPC-H scale factor of BenchmarkTPCH")

// BenchmarkTPCH compares DuckDB's time for each query as written with its time
// for the rendered one, which should be alike.
func BenchmarkTPCH(b *testing.B) {
	ctx := context.Background()
	d := openDB(b, "tpch")
	if err := benchdata.TPCH(ctx, d.conn, *benchScale); err != nil {
		b.Fatal(err)
	}
	queries, err := benchdata.TPCHQueries(ctx, d.conn)
	if err != nil {
		b.Fatal(err)
	}
	for _, q := range queries {
		sql := strings.TrimRight(q.SQL, "; \n")
		plan, err := d.convert(sql)
		if err != nil {
			b.Fatal(err)
		}
		texts := map[string]string{"original": sql}
		for _, name := range []string{"as read", "optimised"} {
			if texts[name], err = render(plan, name); err != nil {
				b.Fatal(err)
			}
		}
		for _, name := range []string{"original", "as read", "optimised"} {
			b.Run(fmt.Sprintf("q%02d/%s", q.Number, strings.ReplaceAll(name, " ", "-")), func(b *testing.B) {
				for b.Loop() {
					if _, err := d.conn.QueryRows(ctx, texts[name]); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
