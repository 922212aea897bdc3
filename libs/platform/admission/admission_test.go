package admission_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/libs/platform/admission"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func enter(t *testing.T, g *admission.Gate, ask admission.Ask) *admission.Pass {
	t.Helper()
	pass, err := g.Enter(context.Background(), ask)
	if err != nil {
		t.Fatal(err)
	}
	return pass
}

func heavy(client string) admission.Ask { return admission.Ask{Client: client, Lane: admission.Heavy} }

func quick(client string) admission.Ask { return admission.Ask{Client: client} }

func counts(t *testing.T, g *admission.Gate, running, queued int) {
	t.Helper()
	c := g.Counts()
	if r, q := c.Running[0]+c.Running[1], c.Queued[0]+c.Queued[1]; r != running || q != queued {
		t.Errorf("%d running, %d queued; want %d, %d", r, q, running, queued)
	}
}

// visits has each of asks enter in this order, stay for a second, and leave; it returns in which order they were
// let in. REQUIRES: in a synctest bubble.
func visits(t *testing.T, g *admission.Gate, asks ...admission.Ask) (let func() []int) {
	var order []int
	var mu sync.Mutex
	var all sync.WaitGroup
	for i, ask := range asks {
		all.Go(func() {
			pass, err := g.Enter(context.Background(), ask)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			order = append(order, i)
			mu.Unlock()
			time.Sleep(time.Second)
			pass.Leave()
		})
		synctest.Wait()
	}
	return func() []int { all.Wait(); return order }
}

func TestOneAfterTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := admission.New(admission.Limits{Running: 1, Queued: 3})
		first := enter(t, g, quick("a"))
		let := visits(t, g, quick("a"), quick("a"), quick("a"))
		counts(t, g, 1, 3)
		first.Leave()
		first.Leave() // counts once
		if order := let(); !slices.Equal(order, []int{0, 1, 2}) {
			t.Errorf("order %v", order)
		}
		counts(t, g, 0, 0)
	})
}

func TestClientsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := admission.New(admission.Limits{Running: 8, Heavy: 2})
		let := visits(t, g, heavy("a"), heavy("a"), heavy("a"), heavy("a"), heavy("b"), heavy("b"))
		// Whenever one of a's two leaves, b has less inside.
		if order := let(); !slices.Equal(order[2:4], []int{4, 2}) && !slices.Equal(order[2:4], []int{4, 5}) {
			t.Errorf("order %v", order)
		}
	})
}

func TestQuickOnesPassHeavyOnes(t *testing.T) {
	g := admission.New(admission.Limits{Running: 4})
	for range 3 {
		enter(t, g, heavy("a"))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := g.Enter(ctx, heavy("a")); !fault.Is(err, fault.DeadlineExceeded) {
		t.Errorf("the last place is kept for what is quick, but a heavy one got %v", err)
	}
	enter(t, g, quick("b")).Leave()
}

func TestParkedOnesMakePlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := admission.New(admission.Limits{Running: 8, Heavy: 1})
		first := enter(t, g, heavy("a"))
		let := visits(t, g, heavy("b"), heavy("b"))
		counts(t, g, 1, 2)
		first.Park()
		first.Park() // counts once
		synctest.Wait()
		counts(t, g, 2, 1)
		first.Resume()
		first.Resume()
		time.Sleep(time.Minute)
		counts(t, g, 1, 1) // the place is taken again
		first.Leave()
		let()
		counts(t, g, 0, 0)
		enter(t, g, heavy("a")).Leave()
	})
}

func TestMemoryIsReserved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := admission.New(admission.Limits{Running: 8, Memory: 100})
		big := enter(t, g, admission.Ask{Lane: admission.Heavy, Memory: 1000}) // alone, whatever it needs
		let := visits(t, g, admission.Ask{Lane: admission.Heavy, Memory: 60}, admission.Ask{Lane: admission.Heavy, Memory: 60},
			admission.Ask{Lane: admission.Heavy, Memory: 40})
		counts(t, g, 1, 3)
		enter(t, g, quick("b")).Leave()
		big.Leave()
		synctest.Wait()
		counts(t, g, 1, 2) // nobody overtakes the second
		if order := let(); !slices.Equal(order, []int{0, 1, 2}) && !slices.Equal(order, []int{0, 2, 1}) {
			t.Errorf("order %v", order)
		}
	})
}

func TestFullQueue(t *testing.T) {
	g := admission.New(admission.Limits{Running: 2, Queued: -1, Hint: "raise it"})
	enter(t, g, quick("a"))
	enter(t, g, quick("a"))
	_, err := g.Enter(context.Background(), quick("b"))
	if !fault.Is(err, fault.ResourceExhausted) || !fault.IsRetryable(err) || fault.From(err).Hint != "raise it" {
		t.Errorf("error %v", err)
	}
}

func TestWhoWaitsMostGivesWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := admission.New(admission.Limits{Running: 1, Queued: 3})
		first := enter(t, g, quick("a"))
		refused := make(chan error, 3)
		for range 3 {
			go func() {
				pass, err := g.Enter(context.Background(), heavy("a"))
				if err == nil {
					pass.Leave()
				}
				refused <- err
			}()
		}
		synctest.Wait()
		let := visits(t, g, quick("b"))
		if err := <-refused; !fault.Is(err, fault.ResourceExhausted) || !fault.IsRetryable(err) {
			t.Errorf("who gave way: %v", err)
		}
		counts(t, g, 1, 3)
		first.Leave()
		let()
		for range 2 {
			if err := <-refused; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestWaitIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := admission.New(admission.Limits{Running: 1, MaxWait: time.Minute})
		first := enter(t, g, quick("a"))
		begun := time.Now()
		_, err := g.Enter(context.Background(), quick("a"))
		if !fault.Is(err, fault.ResourceExhausted) || time.Since(begun) != time.Minute {
			t.Errorf("after %s: %v", time.Since(begun), err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if _, err := g.Enter(ctx, quick("a")); !fault.Is(err, fault.DeadlineExceeded) {
			t.Errorf("the caller's deadline: %v", err)
		}
		ctx, cancel = context.WithCancel(context.Background())
		time.AfterFunc(time.Second, cancel)
		if _, err := g.Enter(ctx, quick("a")); !fault.Is(err, fault.Cancelled) {
			t.Errorf("the caller's cancellation: %v", err)
		}
		counts(t, g, 1, 0)
		first.Leave()
		enter(t, g, quick("a")).Leave()
	})
}

func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := admission.New(admission.Limits{Running: 1})
		first := enter(t, g, quick("a"))
		refused := make(chan error, 1)
		go func() {
			_, err := g.Enter(context.Background(), quick("a"))
			refused <- err
		}()
		synctest.Wait()
		time.AfterFunc(time.Hour, first.Leave)
		short, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := g.Drain(short); !fault.Is(err, fault.DeadlineExceeded) || fault.From(err).Details["running"] != 1 {
			t.Errorf("too short: %v", err)
		}
		if err := <-refused; !fault.Is(err, fault.Unavailable) {
			t.Errorf("who waited: %v", err)
		}
		if _, err := g.Enter(context.Background(), quick("a")); !fault.Is(err, fault.Unavailable) {
			t.Errorf("who came: %v", err)
		}
		if err := g.Drain(context.Background()); err != nil {
			t.Error(err)
		}
		if _, err := g.Enter(context.Background(), quick("a")); !fault.Is(err, fault.Unavailable) {
			t.Errorf("who came after all: %v", err)
		}
	})
	if err := admission.New(admission.Limits{}).Drain(context.Background()); err != nil {
		t.Errorf("an empty gate: %v", err)
	}
}

// TestLimitsHold has many come, wait, give up, park and leave at random.
func TestLimitsHold(t *testing.T) {
	g := admission.New(admission.Limits{Running: 8, Heavy: 3, Memory: 50, Queued: 1000})
	var inside, active, reserved [2]atomic.Int64
	var all sync.WaitGroup
	for i := range 300 {
		all.Go(func() {
			r := rand.New(rand.NewPCG(1, uint64(i)))
			ask := admission.Ask{Client: fmt.Sprint(i % 5), Lane: admission.Lane(r.IntN(2)), Memory: r.Int64N(20)}
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(r.IntN(100))*time.Millisecond)
			defer cancel()
			pass, err := g.Enter(ctx, ask)
			if err != nil {
				return // gave up
			}
			check := func(what string, n *atomic.Int64, by, most int64) {
				if got := n.Add(by); got > most {
					t.Errorf("%d %s, of %d", got, what, most)
				}
			}
			check("are inside", &inside[0], 1, 8)
			if ask.Lane == admission.Heavy {
				check("are heavy", &inside[1], 1, 6)
				check("compute", &active[1], 1, 3)
				check("bytes are reserved", &reserved[1], ask.Memory, 50)
			}
			time.Sleep(100 * time.Microsecond)
			if ask.Lane == admission.Heavy {
				active[1].Add(-1)
			}
			if r.IntN(2) == 0 {
				pass.Park()
				time.Sleep(100 * time.Microsecond)
			}
			if ask.Lane == admission.Heavy {
				inside[1].Add(-1)
				reserved[1].Add(-ask.Memory)
			}
			inside[0].Add(-1)
			pass.Leave()
		})
	}
	all.Wait()
	counts(t, g, 0, 0)
	for range 6 {
		enter(t, g, heavy("a")).Park()
	}
}
