package admit_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/services/worker/admit"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func mustEnter(t *testing.T, g *admit.Gate) (leave func()) {
	t.Helper()
	leave, err := g.Enter(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return leave
}

func counts(t *testing.T, g *admit.Gate, running, queued int) {
	t.Helper()
	if r, q := g.Counts(); r != running || q != queued {
		t.Errorf("%d running, %d queued; want %d, %d", r, q, running, queued)
	}
}

func TestOneAfterTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := admit.New(admit.Limits{Running: 1, Queued: 3})
		leave := mustEnter(t, g)
		var order []int
		var waiting sync.WaitGroup
		for i := range 3 {
			waiting.Go(func() {
				leave, err := g.Enter(context.Background())
				if err != nil {
					t.Error(err)
					return
				}
				order = append(order, i)
				time.Sleep(time.Second)
				leave()
			})
			synctest.Wait()
		}
		counts(t, g, 1, 3)
		leave()
		leave() // counts once
		waiting.Wait()
		for i, got := range order {
			if i != got {
				t.Errorf("order %v", order)
			}
		}
		counts(t, g, 0, 0)
	})
}

func TestFullQueue(t *testing.T) {
	g := admit.New(admit.Limits{Running: 2, Queued: -1})
	mustEnter(t, g)
	mustEnter(t, g)
	_, err := g.Enter(context.Background())
	if !fault.Is(err, fault.ResourceExhausted) || !fault.IsRetryable(err) || fault.From(err).Hint == "" {
		t.Errorf("error %v", err)
	}
}

func TestWaitIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := admit.New(admit.Limits{Running: 1, MaxWait: time.Minute})
		leave := mustEnter(t, g)
		begun := time.Now()
		_, err := g.Enter(context.Background())
		if !fault.Is(err, fault.ResourceExhausted) || time.Since(begun) != time.Minute {
			t.Errorf("after %s: %v", time.Since(begun), err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if _, err := g.Enter(ctx); !fault.Is(err, fault.DeadlineExceeded) {
			t.Errorf("the caller's deadline: %v", err)
		}
		ctx, cancel = context.WithCancel(context.Background())
		time.AfterFunc(time.Second, cancel)
		if _, err := g.Enter(ctx); !fault.Is(err, fault.Cancelled) {
			t.Errorf("the caller's cancellation: %v", err)
		}
		counts(t, g, 1, 0)
		leave()
		mustEnter(t, g)()
	})
}

func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := admit.New(admit.Limits{Running: 1})
		leave := mustEnter(t, g)
		refused := make(chan error, 1)
		go func() {
			_, err := g.Enter(context.Background())
			refused <- err
		}()
		synctest.Wait()
		time.AfterFunc(time.Hour, leave)
		short, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := g.Drain(short); !fault.Is(err, fault.DeadlineExceeded) || fault.From(err).Details["running"] != 1 {
			t.Errorf("too short: %v", err)
		}
		if err := <-refused; !fault.Is(err, fault.Unavailable) {
			t.Errorf("who waited: %v", err)
		}
		if _, err := g.Enter(context.Background()); !fault.Is(err, fault.Unavailable) {
			t.Errorf("who came: %v", err)
		}
		if err := g.Drain(context.Background()); err != nil {
			t.Error(err)
		}
		if _, err := g.Enter(context.Background()); !fault.Is(err, fault.Unavailable) {
			t.Errorf("who came after all: %v", err)
		}
	})
	if err := admit.New(admit.Limits{}).Drain(context.Background()); err != nil {
		t.Errorf("an empty gate: %v", err)
	}
}

func TestNeverMoreThanAllowed(t *testing.T) {
	g := admit.New(admit.Limits{Running: 3, Queued: 1000})
	var inside, most atomic.Int64
	var all sync.WaitGroup
	for range 200 {
		all.Go(func() {
			leave, err := g.Enter(context.Background())
			if err != nil {
				t.Error(err)
				return
			}
			defer leave()
			n := inside.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			time.Sleep(100 * time.Microsecond)
			inside.Add(-1)
		})
	}
	all.Wait()
	if most.Load() != 3 {
		t.Errorf("%d were inside", most.Load())
	}
}
