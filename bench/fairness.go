package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	fairSorts   = 50
	fairLookups = 400
	fairPause   = 20 * time.Millisecond // between lookups
)

// fairness prints what a client with lookups sees beside another one that keeps 50 sorts of a whole table running.
func fairness(ctx context.Context) error {
	return withBed(ctx, tpch, bedOptions{scale: 1, workers: 2, threads: 1}, func(b *bed, _ *sqlClient) error {
		alone, err := b.lookups(ctx)
		if err != nil {
			return err
		}
		var done, failed atomic.Int64
		var reason atomic.Value
		sorting, stop := context.WithCancel(ctx)
		var all sync.WaitGroup
		for range fairSorts {
			all.Go(func() {
				for sorting.Err() == nil {
					err := b.ask(sorting, "sorter", "SELECT * FROM lineitem ORDER BY l_comment, l_orderkey")
					switch {
					case err == nil:
						done.Add(1)
					case sorting.Err() == nil:
						failed.Add(1)
						reason.Store(err.Error())
					}
				}
			})
		}
		time.Sleep(5 * time.Second)
		begun := time.Now()
		beside, err := b.lookups(ctx)
		took := time.Since(begun)
		stop()
		all.Wait()
		if err != nil {
			return err
		}
		t := newTable("lookups beside 50 sorts of a whole table", "", "median", "99th percentile", "sorts done", "sorts failed")
		t.add("alone", duration(middle(alone).Nanoseconds()), duration(p99(alone).Nanoseconds()), "", "")
		t.add("beside them", duration(middle(beside).Nanoseconds()), duration(p99(beside).Nanoseconds()), done.Load(), failed.Load())
		t.add("ratio", ratioOf(middle(beside), middle(alone)), ratioOf(p99(beside), p99(alone)), "", "")
		t.print()
		fmt.Printf("%d lookups took %s beside the sorts; %v\n", fairLookups, took.Round(time.Millisecond), reason.Load())
		return nil
	})
}

func middle(times []time.Duration) time.Duration { return times[len(times)/2] }

func p99(times []time.Duration) time.Duration { return times[len(times)*99/100] }

func ratioOf(a, b time.Duration) string { return fmt.Sprintf("%.2f", float64(a)/float64(b)) }

// lookups asks for orders one after the other, by the portal, and returns how long each took, in ascending order.
func (b *bed) lookups(ctx context.Context) ([]time.Duration, error) {
	var times []time.Duration
	for i := range fairLookups {
		begun := time.Now()
		sql := fmt.Sprintf("SELECT count(*), sum(l_extendedprice) FROM lineitem WHERE l_orderkey = %d", 32*(i*467%40_000)+1)
		if err := b.ask(ctx, "looker", sql); err != nil {
			return nil, err
		}
		times = append(times, time.Since(begun))
		time.Sleep(fairPause)
	}
	slices.Sort(times)
	return times, nil
}

// ask runs a query over HTTP as a client and throws its rows away.
func (b *bed) ask(ctx context.Context, client, sql string) error {
	body, err := json.Marshal(map[string]any{"sql": sql, "schema": b.suite.name})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.cluster.HTTP()+"/v1/query", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/vnd.apache.arrow.stream")
	req.Header.Set("X-Shoal-Client", client)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(resp.Body, 2000))
		return fmt.Errorf("status %d: %s", resp.StatusCode, text)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
