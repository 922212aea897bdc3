package failures

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/services/metadata"
	"github.com/shoal-db/shoal/tests/harness"
)

// TestUpKeepsItsData stops shoal up, kills it, and starts it again.
func TestUpKeepsItsData(t *testing.T) {
	t.Parallel()
	o := harness.NewOracle(t)
	o.Exec(t, "CREATE TABLE events AS SELECT i AS k, 'event ' || i AS v FROM range(10000) t(i)")
	q := question{name: "events", sql: "SELECT * FROM events"}
	q.want = o.Query(t, q.sql)
	dir, http, flight := t.TempDir(), harness.FreeAddress(t), harness.FreeAddress(t)
	up := func() *harness.Process {
		t.Helper()
		p := harness.StartProcess(t, "shoal up", harness.Binary(t, "shoal"), "up", "--data-dir", dir, "--http", http, "--flight", flight)
		// Its line says that everything is there; after a kill the portal alone is ready while it still
		// takes the dead workers' leases for workers.
		harness.Eventually(t, timeout, "shoal up", func() error {
			if !strings.Contains(p.Output(), "shoal is up: ") {
				return errors.New(p.Output())
			}
			return nil
		})
		return p
	}
	p := up()
	harness.Load(t, "http://"+http, "tpch", "events", o.WriteParquet(t, "events"), "k", 1000)
	newAsker(t, http, flight).right(t, "after the load", []question{q})
	p.Stop(t, timeout)
	p = up()
	newAsker(t, http, flight).right(t, "after a stop and a start", []question{q})
	p.Kill()
	p = up()
	newAsker(t, http, flight).right(t, "after a kill and a start", []question{q})
	p.Stop(t, timeout)
}

// TestReturningWorkerIsUsed: a worker that was away for long gets its share of
// the queries again.
func TestReturningWorkerIsUsed(t *testing.T) {
	t.Parallel()
	o := harness.NewOracle(t)
	o.Exec(t, "CREATE TABLE events AS SELECT i AS k, 'event ' || i AS v FROM range(20000) t(i)")
	q := question{name: "events", sql: "SELECT * FROM events"}
	q.want = o.Query(t, q.sql)
	c := harness.Start(t, cluster.Options{Workers: 2, Replication: 2, EditMetadata: func(m *metadata.Config) { m.LeaveDelay = 1 }})
	harness.Load(t, c.HTTP(), "tpch", "events", o.WriteParquet(t, "events"), "k", 500)
	a := newAsker(t, c.HTTP(), c.Flight())
	first := func(worker string, replicas int) error {
		chunks, err := a.http.Chunks(t.Context(), "tpch", "events")
		if err != nil {
			return err
		}
		n := 0
		for _, ch := range chunks {
			if len(ch.Ready) != replicas {
				return fmt.Errorf("%s is ready on %v", ch.Chunk, ch.Ready)
			}
			if ch.Assigned[0] == worker {
				n++
			}
		}
		if n < len(chunks)/4 {
			return fmt.Errorf("%s comes first for %d of %d chunks", worker, n, len(chunks))
		}
		return nil
	}
	if err := first("w1", 2); err != nil {
		t.Fatal(err)
	}
	if err := c.StopWorker(1); err != nil {
		t.Fatal(err)
	}
	harness.Eventually(t, timeout, "one replica", func() error { return first("w2", 1) })
	a.right(t, "with one worker", []question{q})
	if err := c.StartWorker(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	harness.Eventually(t, timeout/3, "a fair share", func() error { return first("w1", 2) })
	a.right(t, "with both workers", []question{q})
}
