package failures

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/ipc"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/libs/platform/fault"
	_ "github.com/shoal-db/shoal/libs/platform/fault/grpcfault" // fault.From reads gRPC's errors
	"github.com/shoal-db/shoal/tests/harness"
)

const scaleFactor = 0.01

// TestProcesses takes a cluster of real processes through the deaths of its
// parts.
func TestProcesses(t *testing.T) {
	t.Parallel()
	data := harness.NewTPCH(t, scaleFactor)
	all := questions(t, data)
	c := harness.StartProcesses(t, harness.ProcessOptions{Workers: 2, Replication: 2})
	data.LoadTPCH(t, c.HTTP, 5_000)
	a := newAsker(t, c.HTTP, c.Flight)
	a.right(t, "after the load", all)

	// While nobody needs worker 1 to have stayed the same, somebody takes its id.
	twin := c.StartTwin(t, 1)
	whole := t // what is started in a part of the test lives on after it
	t.Run("kill -9 of a worker", func(t *testing.T) {
		for i, door := range doors {
			victim := 0
			c.Workers[victim].Kill()
			// The very next query, and some more that do not know yet, either.
			for j := range all {
				q := all[(i+j)%len(all)]
				if err := a.wrong(context.Background(), door, q); err != nil {
					t.Errorf("after the death of %s: %v", c.WorkerID(victim), err)
				}
			}
			c.StartWorker(whole, victim)
			a.right(t, "while it comes back", all[:1])
			c.WaitWorker(t, victim)
			a.right(t, "after it came back", all)
		}
	})
	t.Run("a worker twice", func(t *testing.T) {
		err := twin.Wait(timeout)
		oneLine(t, "worker", err, twin.Output(), "another worker at "+c.WorkerFlight(1), "is registered as "+c.WorkerID(1), "--id")
		a.right(t, "after a twin was refused", all)
	})
	t.Run("the other worker dies", func(t *testing.T) {
		// Everything now depends on the one that has come back.
		c.Workers[1].Kill()
		a.right(t, "after the death of the other", all)
		c.StartWorker(whole, 1)
		c.WaitWorker(t, 1)
	})
	t.Run("metadata and etcd die under load", func(t *testing.T) { deathsUnderLoad(t, whole, c, a, all) })
	t.Run("stop and start", func(t *testing.T) {
		c.Stop(t)
		c.Start(whole)
		newAsker(t, c.HTTP, c.Flight).right(t, "after the start over the same data", all)
	})
}

func deathsUnderLoad(t, whole *testing.T, c *harness.Processes, a *asker, all []question) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	var answered atomic.Int64
	defer wg.Wait()
	defer cancel()
	for i := range 2 {
		mine := newAsker(t, c.HTTP, c.Flight)
		wg.Go(func() {
			for n := i; ctx.Err() == nil; n++ {
				err := mine.wrong(ctx, doors[n%len(doors)], all[n%len(all)])
				if err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
				answered.Add(1)
			}
		})
	}
	more := func(n int64) {
		t.Helper()
		target := answered.Load() + n
		harness.Eventually(t, timeout, fmt.Sprintf("%d more answers", n), func() error {
			if answered.Load() < target {
				return fmt.Errorf("%d are missing", target-answered.Load())
			}
			return nil
		})
	}
	more(2)
	c.Metadata.Kill()
	more(10)
	c.StartMetadata(whole)
	c.WaitMetadata(t)
	more(4)
	c.Etcd.Kill()
	more(20)
	c.StartEtcd(whole)
	more(4)
	c.WaitMetadata(t)
	for i := range c.Workers {
		c.WaitWorker(t, i)
	}
	more(4)
	cancel()
	wg.Wait()
	t.Logf("%d right answers meanwhile", answered.Load())
	loadAfter(t, c, a)
}

// loadAfter checks that the cluster can be written to again.
func loadAfter(t *testing.T, c *harness.Processes, a *asker) {
	o := harness.NewOracle(t)
	o.Exec(t, "CREATE TABLE later AS SELECT i AS k, 'row ' || i AS v FROM range(1000) t(i)")
	harness.Load(t, c.HTTP, "tpch", "later", o.WriteParquet(t, "later"), "", 1000)
	q := question{name: "later", sql: "SELECT sum(k) AS s, max(v) AS v FROM later"}
	q.want = o.Query(t, q.sql)
	a.right(t, "of a table that was loaded afterwards", []question{q})
}

// TestNeverAShortAnswer kills the only worker that has some of the rows while they
// are being read.
func TestNeverAShortAnswer(t *testing.T) {
	t.Parallel()
	data := harness.NewTPCH(t, scaleFactor)
	c := harness.StartProcesses(t, harness.ProcessOptions{Workers: 2, Replication: 1})
	harness.Load(t, c.HTTP, "tpch", "lineitem", data.Files["lineitem"], "l_orderkey", 5_000)
	whole := t
	const wide = "SELECT *, repeat(l_comment, 100) AS much FROM lineitem"
	for _, tt := range []struct {
		name, door, sql string
		merged          bool
		names           []string // what the error must name
	}{
		// Whoever asks a worker knows which one, and for what.
		{"direct", direct, wide, false, nil},
		{"routed", routed, wide, false, []string{"w1"}},
		{"http", byHTTP, wide, false, []string{"w1"}},
		// The first row comes after the last one was read, so that nothing at all may come.
		{"merged", routed, wide + " ORDER BY l_comment, l_orderkey, l_linenumber", true, []string{"w1"}},
		{"merged over http", byHTTP, "SELECT count(DISTINCT much) AS n FROM (" + wide + ")", true, []string{"w1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := newAsker(t, c.HTTP, c.Flight)
			rows, err := a.readWhile(t, tt.door, tt.sql, tt.merged, c.Workers[0].Kill)
			if err == nil {
				t.Fatalf("the worker died, and %d rows look like all of them", rows)
			}
			t.Logf("after %d rows: %v", rows, err)
			f := fault.From(err)
			if f.Kind != fault.Unavailable {
				t.Errorf("is %s instead of unavailable", f.Kind)
			}
			text := f.Text() + fmt.Sprint(f.Details)
			for _, name := range tt.names {
				if !strings.Contains(text, name) {
					t.Errorf("does not name %s: %s", name, text)
				}
			}
			if _, ok := f.Details["chunks"]; len(tt.names) > 0 && !ok {
				t.Errorf("does not name the chunks: %v", f.Details)
			}
			c.StartWorker(whole, 0)
			c.WaitWorker(t, 0)
			n := question{name: "count", sql: "SELECT count(*) AS n FROM lineitem"}
			n.want = data.Query(t, n.sql)
			harness.Eventually(t, timeout, "answers again", func() error { return a.wrong(context.Background(), routed, n) })
		})
	}
}

// readWhile reads a result, and does something when a part of it, and not all,
// has left the worker: after the first record, or before a merge gives any.
func (a *asker) readWhile(t *testing.T, door, sql string, merged bool, do func()) (rows int64, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	var once sync.Once
	first := func() { once.Do(do) }
	if merged {
		first = func() { t.Error("there are rows before the worker died") }
		// What the portal reads can be seen from outside.
		go func() {
			for ctx.Err() == nil && !a.reading(ctx, sql) {
				time.Sleep(5 * time.Millisecond)
			}
			once.Do(do)
		}()
		defer once.Do(func() {})
	}
	if door == byHTTP {
		return a.readHTTP(ctx, sql, first)
	}
	ctx = harness.InSchema(ctx, "tpch")
	if door == routed {
		ctx = viaPortal(ctx)
	}
	info, err := a.sql.Portal().Execute(ctx, sql)
	if err != nil {
		return 0, err
	}
	for _, e := range info.Endpoint {
		r, err := a.sql.Open(ctx, e, 0)
		if err != nil {
			return rows, err
		}
		defer r.Release()
		if r.Next() {
			rows += r.Record().NumRows()
			first()
		}
		n, err := drain(r)
		if rows += n; err != nil {
			return rows, err
		}
	}
	return rows, nil
}

// reading tells whether a query has got rows from a worker that still sends.
func (a *asker) reading(ctx context.Context, sql string) bool {
	all, err := a.http.Queries(ctx)
	if err != nil {
		return false
	}
	for _, q := range all {
		for _, s := range q.Subplans {
			if q.SQL == sql && q.State == "running" && s.Running && s.Rows > 0 {
				return true
			}
		}
	}
	return false
}

func (a *asker) readHTTP(ctx context.Context, sql string, first func()) (rows int64, err error) {
	result, err := a.http.Query(ctx, client.Statement{SQL: sql, Schema: "tpch"}, client.TypeArrow)
	if err != nil {
		return 0, err
	}
	defer result.Close()
	kept := &keepError{r: result}
	r, err := ipc.NewReader(kept)
	if err != nil {
		return 0, errors.Join(kept.err, err)
	}
	defer r.Release()
	if r.Next() {
		rows += r.Record().NumRows()
		first()
	}
	n, err := drain(r)
	if err != nil && kept.err != nil {
		err = kept.err
	}
	return rows + n, err
}
