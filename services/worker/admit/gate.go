// Package admit bounds how many queries run at a time and how many wait for their turn, and knows
// when the last one has left.
//
// Invariants: at most Running queries are inside, at most Queued wait, each for at most MaxWait; those
// that wait are let in first come first served. Once draining, nobody is let in any more.
//
// It refuses to know what a query is.
package admit

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Limits of a gate; zero fields have the defaults that are given with them.
type Limits struct {
	// Running queries at a time; 64.
	Running int
	// Queued queries that wait for one of those to end; 256. Negative: none.
	Queued int
	// MaxWait is how long a query waits; 30 s.
	MaxWait time.Duration
}

// Gate lets queries in. Its methods may be called from any goroutine.
type Gate struct {
	limits Limits
	slots  *semaphore.Weighted

	mu       sync.Mutex
	queued   int
	running  int
	draining bool
	open     context.Context // done when draining begins
	close    context.CancelFunc
	idle     chan struct{} // closed when draining and nobody is inside
}

// New makes a gate.
func New(l Limits) *Gate {
	if l.Running <= 0 {
		l.Running = 64
	}
	switch {
	case l.Queued == 0:
		l.Queued = 256
	case l.Queued < 0:
		l.Queued = 0
	}
	if l.MaxWait <= 0 {
		l.MaxWait = 30 * time.Second
	}
	g := &Gate{limits: l, slots: semaphore.NewWeighted(int64(l.Running)), idle: make(chan struct{})}
	g.open, g.close = context.WithCancel(context.Background())
	return g
}

const op = "wait for a turn"

// Enter waits for a turn; leave must be called when the query is over. Errors are resource_exhausted
// when the queue is full or the wait was too long, unavailable while draining, and ctx's own.
func (g *Gate) Enter(ctx context.Context) (leave func(), err error) {
	if g.slots.TryAcquire(1) {
		return g.enter()
	}
	if err := g.queue(); err != nil {
		return nil, err
	}
	waitCtx, cancel := context.WithTimeoutCause(ctx, g.limits.MaxWait, errWaited)
	defer cancel()
	defer context.AfterFunc(g.open, cancel)()
	err = g.slots.Acquire(waitCtx, 1)
	g.mu.Lock()
	g.queued--
	g.mu.Unlock()
	if err == nil {
		return g.enter()
	}
	switch {
	case ctx.Err() != nil:
		return nil, fault.FromContext(ctx, op)
	case errors.Is(context.Cause(waitCtx), errWaited):
		return nil, fault.New(fault.ResourceExhausted, op, "%d queries run, and none of them ended in %s", g.limits.Running, g.limits.MaxWait).
			WithHint(hintBusy).WithRetry(true).WithDetail("running", g.limits.Running)
	}
	return nil, errDraining()
}

var errWaited = fault.New(fault.ResourceExhausted, op, "waited too long")

const hintBusy = "try again in a moment, at another replica, or raise --max-queries of the worker"

func errDraining() error {
	return fault.New(fault.Unavailable, op, "the worker is shutting down").
		WithHint("ask another replica")
}

func (g *Gate) queue() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.draining {
		return errDraining()
	}
	if g.queued >= g.limits.Queued {
		return fault.New(fault.ResourceExhausted, op, "%d queries run and %d wait", g.limits.Running, g.queued).
			WithHint(hintBusy).WithRetry(true).WithDetail("running", g.limits.Running).WithDetail("queued", g.queued)
	}
	g.queued++
	return nil
}

// enter counts a query whose slot is taken.
func (g *Gate) enter() (func(), error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.draining {
		g.slots.Release(1)
		return nil, errDraining()
	}
	g.running++
	return sync.OnceFunc(func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.slots.Release(1)
		g.running--
		if g.draining && g.running == 0 {
			close(g.idle)
		}
	}), nil
}

// Drain lets nobody in any more, sends those away that wait, and returns when all others have left
// or, as ctx's error, when ctx is done.
func (g *Gate) Drain(ctx context.Context) error {
	g.mu.Lock()
	if !g.draining {
		g.draining = true
		g.close()
		if g.running == 0 {
			close(g.idle)
		}
	}
	g.mu.Unlock()
	select {
	case <-g.idle:
		return nil
	case <-ctx.Done():
		running, _ := g.Counts()
		return fault.FromContext(ctx, "drain queries").WithDetail("running", running)
	}
}

// Counts returns how many queries are inside and how many wait.
func (g *Gate) Counts() (running, queued int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.running, g.queued
}
