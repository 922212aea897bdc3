package query_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/shoal-db/shoal/services/worker/internal/workertest"
	"github.com/shoal-db/shoal/services/worker/query"
	"github.com/shoal-db/shoal/services/worker/store"
)

// BenchmarkManyFiles is what a subplan costs that reads n files of 2,000 rows: pinning, checking,
// DuckDB's opening of all of them, and the rows.
func BenchmarkManyFiles(b *testing.B) {
	w := workertest.New(b, query.Options{Threads: 2})
	var files []store.File
	for i := range 1000 {
		files = append(files, w.Put("t", fmt.Sprintf(
			"SELECT range AS k, range %% 100 AS g, 'text ' || range AS s, (range %% 7)::DECIMAL(15,2) AS a FROM range(%d, %d)", i*2000, (i+1)*2000)))
	}
	w.Sync()
	const columns = "d.t: k BIGINT; g BIGINT; s VARCHAR; a DECIMAL(15,2)"
	for _, n := range []int{1, 10, 100, 1000} {
		for name, sql := range map[string]string{
			"count": "SELECT count(*) FROM %s", "point": "SELECT s FROM %s WHERE k = 5", "sums": "SELECT g, sum(a), max(s) FROM %s GROUP BY g",
		} {
			sub := &query.Subplan{Tables: []query.Table{workertest.TableOf("t", files[:n]...)}, Plan: workertest.Plan(sql, columns)}
			b.Run(fmt.Sprintf("%s/files=%d", name, n), func(b *testing.B) {
				for b.Loop() {
					rows, _, err := w.Rows(context.Background(), sub)
					if err != nil || rows == 0 {
						b.Fatalf("%d rows, %v", rows, err)
					}
				}
			})
		}
	}
}
