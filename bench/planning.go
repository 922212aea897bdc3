package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/chunks/ticket"
	"github.com/shoal-db/shoal/libs/platform/metrics"
	"github.com/shoal-db/shoal/services/portal/binder"
	"github.com/shoal-db/shoal/services/portal/queries"
)

// planningRounds is how often each statement is planned.
const planningRounds = 40

// planningTimes prints how long it takes from SQL to tickets.
func planningTimes(ctx context.Context) error {
	t := newTable("from SQL to tickets", "what", "chunks", "median", "99th percentile")
	if err := planTPCH(ctx, t); err != nil {
		return err
	}
	if err := planMillion(ctx, t); err != nil {
		return err
	}
	t.print()
	return nil
}

// planTPCH plans all queries of TPC-H, cut into about 1,000 chunks, by HTTP: as
// statements that the portal has seen, and as new ones, after one that warms up.
func planTPCH(ctx context.Context, t report) error {
	const scale, chunkRows = 0.1, 1_200
	return withBed(ctx, tpch, bedOptions{scale: scale, workers: 2, threads: 1, chunkRows: chunkRows}, func(b *bed, _ *sqlClient) error {
		var seen, fresh []time.Duration
		chunks := 0
		for _, q := range b.queries {
			for i := range planningRounds + 1 {
				for _, statement := range []struct {
					times *[]time.Duration
					sql   string
				}{{&seen, q.SQL}, {&fresh, fmt.Sprintf("/* %d */ %s", i, q.SQL)}} {
					begun := time.Now()
					data, err := b.post(ctx, "/v1/plan", map[string]any{"sql": statement.sql, "schema": "tpch"})
					if err != nil {
						return fmt.Errorf("query %d: %w", q.Number, err)
					}
					if i > 0 {
						*statement.times = append(*statement.times, time.Since(begun))
					}
					var answer struct {
						Pruning struct {
							Total int `json:"chunks_total"`
						}
					}
					if err := json.Unmarshal(data, &answer); err != nil {
						return fmt.Errorf("query %d: %w", q.Number, err)
					}
					chunks = max(chunks, answer.Pruning.Total)
				}
			}
		}
		t.addTimes("TPC-H, statements seen before", chunks, seen)
		t.addTimes("TPC-H, new statements", chunks, fresh)
		return nil
	})
}

func (r report) addTimes(what string, chunks int, times []time.Duration) {
	slices.Sort(times)
	r.add(what, chunks, duration(times[len(times)/2].Nanoseconds()), duration(times[len(times)*99/100].Nanoseconds()))
}

// planMillion plans a filter by block on a table of a million chunks on 1,000
// workers, with a portal's planner that follows an etcd that holds them.
func planMillion(ctx context.Context, t report) error {
	const files, workers = 1_000_000, 1_000
	dir, err := os.MkdirTemp("", "shoal-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	follower, stop, err := followBig(ctx, filepath.Join(dir, "etcd"), files, workers)
	if err != nil {
		return err
	}
	defer stop()
	b, err := binder.Open(ctx, binder.Options{Source: func() binder.Catalog { return queries.View{Snapshot: follower.Current()} }})
	if err != nil {
		return err
	}
	defer func() { _ = b.Close(ctx) }()
	ring, err := ticket.NewKeyring(ticket.GenerateKey())
	if err != nil {
		return err
	}
	service := queries.New(queries.Options{
		Binder: b, Catalog: follower, Keyring: func() *ticket.Keyring { return ring }, TicketTTL: time.Minute,
		QueryTimeout: time.Minute, MaxPlanned: 1 << 20, MaxEnded: 1,
		Metrics: queries.NewMetrics(metrics.For(prometheus.NewRegistry(), "portal")),
	})
	for _, c := range []struct{ what, sql string }{
		{"a block of a large table", "SELECT * FROM big.facts WHERE c0 = %d"},
		{"an aggregate over a range of 100 blocks' chunks", "SELECT c1 %% 10, count(*) FROM big.facts WHERE c0 BETWEEN %d AND %[1]d + 100000 GROUP BY 1"},
	} {
		var times []time.Duration
		for i := range 25 * planningRounds {
			begun := time.Now()
			if _, err := service.Plan(ctx, queries.Request{Form: queries.SQL, Text: fmt.Sprintf(c.sql, 1000*i), Front: queries.FrontHTTP}); err != nil {
				return err
			}
			times = append(times, time.Since(begun))
		}
		t.addTimes(c.what, files, times)
	}
	return nil
}

// followBig fills an etcd of its own with a catalog and follows it. The caller calls stop.
func followBig(ctx context.Context, dir string, files, workers int) (_ *catalog.Follower, stop func(), err error) {
	etcd, client, err := etcdWith(ctx, dir, files, workers)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	follower := catalog.NewFollower(client, catalog.FollowerOptions{Indexes: true})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = follower.Run(ctx) // it ends with ctx
	}()
	stop = func() {
		cancel()
		<-done
		_ = client.Close()
		etcd.Close()
	}
	_, err = follower.Wait(ctx, "read the catalog", func(s *catalog.Snapshot) bool {
		t, ok := s.Table(bigDataset, bigTable)
		return ok && s.ReadyChunks(t) == files
	})
	if err != nil {
		stop()
		return nil, nil, err
	}
	return follower, stop, nil
}
