package serve_test

import (
	"context"
	"testing"

	"github.com/shoal-db/shoal/services/worker/internal/workertest"
	"github.com/shoal-db/shoal/services/worker/query"
)

// BenchmarkDrain reads 600,000 rows of 16 columns over Flight on loopback, and from DuckDB in the
// same process.
func BenchmarkDrain(b *testing.B) {
	f := newFixture(b, settings{query: query.Options{Threads: 2}})
	file := f.Put("t", `SELECT range AS k, range % 1000 AS a, range * 2 AS b, (range % 50)::DECIMAL(15,2) AS c, (range % 90)::DECIMAL(15,2) AS d,
		(range % 10)::DECIMAL(15,2) AS e, (range % 8)::DECIMAL(15,2) AS f, 'N' AS g, 'O' AS h, DATE '1995-01-01' + (range % 1000)::INTEGER AS i,
		DATE '1996-01-01' + (range % 1000)::INTEGER AS j, DATE '1997-01-01' + (range % 1000)::INTEGER AS l, 'DELIVER IN PERSON' AS m,
		'TRUCK' AS n, 'a comment about line ' || range AS o, range % 7 AS p FROM range(600000)`)
	f.Sync()
	plan := workertest.Plan("SELECT * FROM %s", `d.t: k BIGINT; a BIGINT; b BIGINT; c DECIMAL(15,2); d DECIMAL(15,2); e DECIMAL(15,2); f DECIMAL(15,2); g VARCHAR; h VARCHAR; i DATE; j DATE; l DATE; m VARCHAR; n VARCHAR; o VARCHAR; p BIGINT`)
	ctx := context.Background()
	signed := f.sign(f.ticket(plan, file))
	before := f.streamed("shoal_worker_streamed_bytes_total")
	if _, _, err := f.get(ctx, signed); err != nil {
		b.Fatal(err)
	}
	bytes := int64(f.streamed("shoal_worker_streamed_bytes_total") - before)
	b.Run("flight", func(b *testing.B) {
		b.SetBytes(bytes)
		for b.Loop() {
			if rows, _, err := f.get(ctx, signed); err != nil || rows != 600000 {
				b.Fatalf("%d rows, %v", rows, err)
			}
		}
	})
	b.Run("in-process", func(b *testing.B) {
		b.SetBytes(bytes)
		sub := &query.Subplan{Tables: []query.Table{workertest.TableOf("t", file)}, Plan: plan}
		for b.Loop() {
			s, err := f.Run(ctx, sub)
			workertest.Must(b, err)
			var rows int64
			for s.Next() {
				rows += s.Record().NumRows()
			}
			s.Close()
			if s.Err() != nil || rows != 600000 {
				b.Fatalf("%d rows, %v", rows, s.Err())
			}
		}
	})
}
