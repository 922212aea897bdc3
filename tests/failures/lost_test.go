package failures

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/tests/harness"
)

// hangBound is what a query may take that meets a worker that hangs: until it is known to hang, and a
// moment to be answered by another one.
const hangBound = 12 * time.Second

// TestWorkerHangs freezes a worker while queries come in: they are answered by the other one, those that
// were begun before, too, unless a part of their rows was out. A slow query of a healthy worker ends.
func TestWorkerHangs(t *testing.T) {
	t.Parallel()
	data := harness.NewTPCH(t, scaleFactor)
	all := questions(t, data)
	c := harness.StartProcesses(t, harness.ProcessOptions{Workers: 2, Replication: 2})
	data.LoadTPCH(t, c.HTTP, 5_000)
	newAsker(t, c.HTTP, c.Flight).right(t, "after the load", all)

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var mu sync.Mutex
	var frozen time.Time
	var after int
	var longest time.Duration
	var wg sync.WaitGroup
	for i := range 3 {
		a := newAsker(t, c.HTTP, c.Flight)
		wg.Go(func() {
			for n := i; ctx.Err() == nil; n++ {
				door, q := doors[1+n%2], all[n%len(all)]
				begun := time.Now()
				err := a.wrong(context.Background(), door, q)
				took := time.Since(begun)
				mu.Lock()
				before := frozen.IsZero() || begun.Before(frozen)
				if !before {
					after++
				}
				longest = max(longest, took)
				mu.Unlock()
				if err != nil && !(before && fault.Is(err, fault.Unavailable)) {
					t.Errorf("begun before the worker hung: %v, after %s: %v", before, took, err)
				}
			}
		})
	}
	time.Sleep(time.Second)
	mu.Lock()
	c.Workers[0].Freeze(t)
	frozen = time.Now()
	mu.Unlock()
	time.Sleep(15 * time.Second) // until its lease is gone
	c.Workers[0].Thaw(t)
	c.WaitWorker(t, 0)
	time.Sleep(time.Second)
	cancel()
	wg.Wait()
	t.Logf("%d queries begun after the worker hung; the longest took %s", after, longest)
	if after == 0 || longest > hangBound {
		t.Errorf("%d queries were answered, the longest took %s", after, longest)
	}
	c.Workers[1].Kill() // what hung does its work again
	newAsker(t, c.HTTP, c.Flight).right(t, "from the worker that hung", all)
}

// TestDeadlyStatement kills each worker that runs a statement, as one does of which workers die: it is
// tried at two of them.
func TestDeadlyStatement(t *testing.T) {
	t.Parallel()
	o := harness.NewOracle(t)
	o.Exec(t, "CREATE TABLE many AS SELECT i AS k, 'row ' || i AS v FROM range(60000) t(i)")
	const workers = 4
	c := harness.StartProcesses(t, harness.ProcessOptions{Workers: workers, Replication: 3})
	harness.Load(t, c.HTTP, "tpch", "many", o.WriteParquet(t, "many"), "", 100_000)
	a := newAsker(t, c.HTTP, c.Flight)
	easy := question{name: "easy", sql: "SELECT count(*) AS n, max(v) AS v FROM many"}
	easy.want = o.Query(t, easy.sql)
	for i, deadly := range []string{
		"SELECT sum(hash(a.k * b.k + 1) % 7) AS s FROM many a, many b",
		"SELECT a.v, max(hash(a.k * b.k + 2)) AS m FROM many a JOIN many b ON a.k < b.k GROUP BY a.v",
	} {
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		var killed []string
		var watch sync.WaitGroup
		over := make(chan struct{})
		watch.Go(func() {
			for {
				select {
				case <-over:
					return
				case <-time.After(50 * time.Millisecond):
				}
				if w := a.runningAt(ctx, deadly, killed); w >= 0 {
					time.Sleep(300 * time.Millisecond) // it has begun for sure
					c.Workers[w].Kill()
					killed = append(killed, c.WorkerID(w))
				}
			}
		})
		_, err := a.ask(ctx, doors[1+i%2], deadly)
		if f := fault.From(err); err == nil || f.Retryable || f.Kind != fault.Internal {
			t.Errorf("%s: %v", deadly, err)
		}
		refused(t, deadly, err, fault.Internal, "died", "run the statement again")
		// The client insists.
		begun := time.Now()
		if _, err = a.ask(ctx, byHTTP, deadly); !fault.Is(err, fault.Internal) || time.Since(begun) > 2*time.Second {
			t.Errorf("%s, again: %v", deadly, err)
		}
		close(over)
		watch.Wait()
		cancel()
		if len(killed) != 2 {
			t.Errorf("%s killed %v", deadly, killed)
		}
		if err := a.wrong(context.Background(), byHTTP, easy); err != nil {
			t.Errorf("after %v died: %v", killed, err)
		}
		for w := range workers {
			if slices.Contains(killed, c.WorkerID(w)) {
				c.StartWorker(t, w)
			}
		}
		for w := range workers {
			c.WaitWorker(t, w)
		}
	}
	a.right(t, "after all", []question{easy})
}

// runningAt is a worker that has run a subplan of the statement for a while; -1 if there is none.
func (a *asker) runningAt(ctx context.Context, sql string, but []string) int {
	all, err := a.http.Queries(ctx)
	if err != nil {
		return -1
	}
	for _, q := range all {
		if q.SQL != sql || q.State != "running" {
			continue
		}
		for _, s := range q.Subplans {
			var w int
			if _, err := fmt.Sscanf(s.Worker, "w%d", &w); err == nil && s.Running && !slices.Contains(but, s.Worker) {
				return w - 1
			}
		}
	}
	return -1
}
