// Package chaos kills workers of a cluster at random while queries run, and
// compares every answer with DuckDB's. It runs for as long as SHOAL_CHAOS says.
package chaos

import (
	"context"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/grpcfault"
	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle"
)

const workers = 3

func TestChaos(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv("SHOAL_CHAOS"))
	if err != nil {
		t.Skip("SHOAL_CHAOS is not set to a duration: make chaos sets it")
	}
	data := harness.NewTPCH(t, 0.01)
	want := map[int]*oracle.Result{}
	for _, q := range data.Queries {
		want[q.Number] = data.Query(t, q.SQL)
	}
	c := harness.Start(t, cluster.Options{Workers: workers, Replication: 2, Killable: true})
	data.LoadTPCH(t, c.HTTP(), 500)

	ctx, cancel := context.WithTimeout(context.Background(), length)
	defer cancel()
	killed := make(chan int)
	go func() {
		kills := 0
		defer func() { killed <- kills }() // also when the test failed in there
		kills = killAndRevive(ctx, t, c)
	}()
	right, failed := ask(ctx, t, harness.SQL(t, c.Flight()), data, want)
	kills := <-killed
	t.Logf("%d workers were killed; %d answers were right, %d queries failed as unavailable", kills, right, failed)
	if kills == 0 || right == 0 {
		t.Error("nothing was put to the test")
	}
}

// ask runs random queries until ctx ends: each answers as DuckDB does, or fails
// because a worker was just killed.
func ask(ctx context.Context, t *testing.T, sql *harness.SQLClient, data *harness.TPCH, want map[int]*oracle.Result) (right, failed int) {
	in := harness.InSchema(context.Background(), "tpch")
	for ctx.Err() == nil {
		q := data.Queries[rand.IntN(len(data.Queries))]
		got, err := sql.Query(in, q.SQL)
		switch {
		case err == nil:
			right++
			if diff := oracle.Diff(got, want[q.Number], strings.Contains(q.SQL, "ORDER BY")); diff != "" {
				t.Errorf("query %d: %s", q.Number, diff)
			}
		case grpcfault.FromError(err).Kind == fault.Unavailable:
			failed++
		default:
			t.Errorf("query %d: %v", q.Number, err)
		}
	}
	return right, failed
}

// killAndRevive kills a random worker and starts it again, over and over, and
// leaves all of them running. One is down at a time.
func killAndRevive(ctx context.Context, t *testing.T, c *cluster.Cluster) (kills int) {
	for pause(ctx, 200, 1500) {
		i := 1 + rand.IntN(workers)
		if err := c.KillWorker(i); err != nil {
			t.Errorf("kill worker %d: %v", i, err)
			return kills
		}
		kills++
		pause(ctx, 0, 2000)
		if err := c.StartWorker(context.Background(), i); err != nil {
			t.Errorf("start worker %d: %v", i, err)
			return kills
		}
		awaitReplicas(t, c)
	}
	return kills
}

// pause waits for a random number of milliseconds; it is false when ctx ended.
func pause(ctx context.Context, least, most int) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(time.Duration(least+rand.IntN(most-least)) * time.Millisecond):
		return true
	}
}

// awaitReplicas waits until the worker that came back has its chunks: before
// that, killing another one could leave a chunk with nobody.
func awaitReplicas(t *testing.T, c *cluster.Cluster) {
	harness.Eventually(t, time.Minute, "all workers to have their chunks", func() error {
		chunks, err := c.Client().Chunks(context.Background(), "tpch", "lineitem")
		if err != nil {
			return err
		}
		for _, chunk := range chunks {
			if len(chunk.Ready) < 2 {
				return fault.New(fault.Unavailable, "wait", "chunk %s has %d replicas", chunk.Chunk, len(chunk.Ready))
			}
		}
		return nil
	})
}
