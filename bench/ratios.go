package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"
)

const (
	waitForWorkers = 5 * time.Minute
	// rounds is how often each side runs each query, in turn; the fastest counts.
	rounds = 3
)

// scaleFactor is the data's scale, 1 unless SHOAL_BENCH_SCALE says otherwise.
func scaleFactor() (float64, error) {
	text, ok := os.LookupEnv("SHOAL_BENCH_SCALE")
	if !ok {
		return 1, nil
	}
	return strconv.ParseFloat(text, 64)
}

// withBed runs a measurement on a cluster with a suite's data.
func withBed(ctx context.Context, s suite, o bedOptions, f func(*bed, *sqlClient) error) error {
	b, err := newBed(ctx, s, o)
	if err != nil {
		return err
	}
	defer b.close()
	client, err := dial(b.cluster.Flight(), s.name)
	if err != nil {
		return err
	}
	defer client.close()
	return f(b, client)
}

// drainRatio prints how long it takes to read a wide table from one worker,
// against reading it in-process.
func drainRatio(ctx context.Context) error {
	scale, err := scaleFactor()
	if err != nil {
		return err
	}
	return withBed(ctx, tpch, bedOptions{scale: scale, workers: 1, threads: 2}, func(b *bed, client *sqlClient) error {
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

func tpchRatios(ctx context.Context) error  { return queryRatios(ctx, tpch) }
func tpcdsRatios(ctx context.Context) error { return queryRatios(ctx, tpcds) }

// queryRatios prints each query's time on two workers with one thread each,
// against DuckDB with two threads over the same files, and which share of the
// bytes that it reads goes from workers to the portal.
func queryRatios(ctx context.Context, s suite) error {
	scale, err := scaleFactor()
	if err != nil {
		return err
	}
	return withBed(ctx, s, bedOptions{scale: scale, workers: 2, threads: 1}, func(b *bed, client *sqlClient) error {
		t := newTable(fmt.Sprintf("%s scale %g: 2 workers × 1 thread against DuckDB × 2 threads in-process, same files", s.title, scale),
			"query", "DuckDB", "Shoal", "Shoal ÷ DuckDB", "read KiB", "moved KiB", "moved ÷ read")
		var ratios []float64
		for _, q := range b.queries {
			m, err := compare(ctx, client, b, q.SQL)
			if err != nil {
				return fmt.Errorf("query %d: %w", q.Number, err)
			}
			moved, err := b.movement(ctx, q.SQL)
			if err != nil {
				return fmt.Errorf("query %d: %w", q.Number, err)
			}
			ratios = append(ratios, m.ratio())
			t.add(fmt.Sprintf("Q%d", q.Number), duration(m.peer), duration(m.shoal), ratio(m.ratio()),
				moved.read>>10, moved.received>>10, fmt.Sprintf("%.3f", float64(moved.received)/float64(max(1, moved.read))))
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

// movement is what a query's workers read, as stored, and what they sent.
type movement struct{ read, received int64 }

// movement runs a query through EXPLAIN ANALYZE.
func (b *bed) movement(ctx context.Context, sql string) (movement, error) {
	var answer struct {
		Subplans []struct{ Bytes int64 }
		Analyzed struct {
			ReceivedBytes int64 `json:"received_bytes"`
		}
	}
	data, err := b.post(ctx, "/v1/explain", map[string]any{"sql": sql, "schema": b.suite.name, "analyze": true})
	if err == nil {
		err = json.Unmarshal(data, &answer)
	}
	m := movement{received: answer.Analyzed.ReceivedBytes}
	for _, s := range answer.Subplans {
		m.read += s.Bytes
	}
	return m, err
}

// post sends JSON to the portal and reads its answer.
func (b *bed) post(ctx context.Context, path string, body any) ([]byte, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.cluster.HTTP()+path, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if err := httpfault.Read(resp); err != nil {
		return nil, err
	}
	return io.ReadAll(resp.Body)
}
