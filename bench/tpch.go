package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"
)

const (
	waitForWorkers = 5 * time.Minute
	// rounds is how often each side runs each query, in turn; the fastest counts.
	rounds = 3
)

// scaleFactor is TPC-H's scale, 1 unless SHOAL_BENCH_SCALE says otherwise.
func scaleFactor() (float64, error) {
	text, ok := os.LookupEnv("SHOAL_BENCH_SCALE")
	if !ok {
		return 1, nil
	}
	return strconv.ParseFloat(text, 64)
}

// withBed runs a measurement on a cluster of some workers with some threads
// each.
func withBed(ctx context.Context, workers, threads int, f func(*bed, *sqlClient, float64) error) error {
	scale, err := scaleFactor()
	if err != nil {
		return err
	}
	b, err := newBed(ctx, scale, workers, threads)
	if err != nil {
		return err
	}
	defer b.close()
	client, err := dial(b.cluster.Flight())
	if err != nil {
		return err
	}
	defer client.close()
	return f(b, client, scale)
}

// drainRatio prints how long it takes to read a wide table from one worker,
// against reading it in-process.
func drainRatio(ctx context.Context) error {
	return withBed(ctx, 1, 2, func(b *bed, client *sqlClient, scale float64) error {
		t := newTable(fmt.Sprintf("drain of a wide table (TPC-H scale %g), one worker with two threads", scale),
			"query", "rows", "MiB", "in-process", "Flight", "Flight ÷ in-process")
		for _, sql := range []string{"SELECT * FROM lineitem", "SELECT l_orderkey, l_extendedprice, l_shipdate FROM lineitem"} {
			m, err := compare(ctx, client, b, sql)
			if err != nil {
				return err
			}
			t.add(sql, m.size.rows, m.size.bytes>>20, duration(m.peer), duration(m.shoal), ratio(m.ratio()))
		}
		t.print()
		return nil
	})
}

// tpchRatios prints each query's time on two workers with one thread each,
// against DuckDB with two threads over the same files.
func tpchRatios(ctx context.Context) error {
	return withBed(ctx, 2, 1, func(b *bed, client *sqlClient, scale float64) error {
		t := newTable(fmt.Sprintf("TPC-H scale %g: 2 workers × 1 thread against DuckDB × 2 threads in-process, same files", scale),
			"query", "DuckDB", "Shoal", "Shoal ÷ DuckDB")
		var ratios []float64
		for _, q := range b.queries {
			m, err := compare(ctx, client, b, q.SQL)
			if err != nil {
				return fmt.Errorf("query %d: %w", q.Number, err)
			}
			ratios = append(ratios, m.ratio())
			t.add(fmt.Sprintf("Q%d", q.Number), duration(m.peer), duration(m.shoal), ratio(m.ratio()))
		}
		t.add("geometric mean", "", "", ratio(geomean(ratios)))
		t.print()
		return nil
	})
}

// measured are the best times of the two sides, in nanoseconds.
type measured struct {
	peer, shoal int64
	size        drained
}

func (m measured) ratio() float64 { return float64(m.shoal) / float64(m.peer) }

// compare runs a query on both sides in turn, after one warm-up of each.
func compare(ctx context.Context, client *sqlClient, b *bed, sql string) (measured, error) {
	var best measured
	for i := range rounds + 1 {
		var peer, shoal drained
		var errPeer, errShoal error
		tPeer := once(func() { peer, errPeer = b.drainPeer(ctx, sql) })
		tShoal := once(func() { shoal, errShoal = client.drain(ctx, sql) })
		if errPeer != nil {
			return best, fmt.Errorf("ask DuckDB: %w", errPeer)
		}
		if errShoal != nil {
			return best, fmt.Errorf("ask Shoal: %w", errShoal)
		}
		if peer.rows != shoal.rows {
			return best, fmt.Errorf("DuckDB gave %d rows, Shoal %d", peer.rows, shoal.rows)
		}
		if i == 1 || i > 1 && tPeer < best.peer {
			best.peer = tPeer
		}
		if i == 1 || i > 1 && tShoal < best.shoal {
			best.shoal = tShoal
		}
		best.size = shoal
	}
	return best, nil
}
