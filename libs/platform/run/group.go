// Package run owns the life of a process or of a service in it: actors that run until they are
// interrupted, and the order in which they go down.
//
//	running ──(ctx ends, or an actor returns)──► not ready ─► deregister ─► settle ─► drain ─► stop
//
// Deregister, settle and drain together take at most DrainTimeout; stop interrupts the actors one
// after the other, the last added first, so that an actor may rely on those added before it until
// it has returned. A panic of an actor is an Internal fault, and brings the group down in the same
// orderly way.
//
// It refuses to restart actors: what is worth retrying is retried inside the actor.
package run

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// Defaults for the zero values of Group.
const (
	DefaultDrainTimeout = 30 * time.Second
	DefaultStopTimeout  = 10 * time.Second
)

// Group runs actors together. Fill in the fields, add actors and hooks, then call Run once.
type Group struct {
	Log *slog.Logger
	// Ready, if set, is told when the shutdown begins.
	Ready *Readiness
	// Settle is how long to wait between deregistering and draining, for others to notice.
	Settle time.Duration
	// DrainTimeout bounds all that is done before actors are stopped; zero means the default.
	DrainTimeout time.Duration
	// StopTimeout bounds how long actors take to return; zero means the default.
	StopTimeout time.Duration

	actors     []*actor
	deregister []hook
	drain      []hook
}

type actor struct {
	name      string
	run       func(context.Context) error
	interrupt func(error)
	cancel    context.CancelCauseFunc
	done      chan struct{}
	err       error // set before done is closed
}

type hook struct {
	name string
	fn   func(context.Context) error
}

// errStop is why an actor's context ends in an orderly shutdown.
var errStop = fault.New(fault.Cancelled, "", "the service is stopping")

// Actor adds one. Its context ends when it is to stop; interrupt, which may be nil, is called
// then, too, for what doesn't listen to contexts. An actor that returns, with or without an error,
// brings the group down.
func (g *Group) Actor(name string, run func(ctx context.Context) error, interrupt func(cause error)) {
	g.actors = append(g.actors, &actor{name: name, run: run, interrupt: interrupt, done: make(chan struct{})})
}

// OnDeregister adds a hook that tells others not to come any more. All of them run at once; an
// error is logged and stops nothing.
func (g *Group) OnDeregister(name string, fn func(ctx context.Context) error) {
	g.deregister = append(g.deregister, hook{name, fn})
}

// OnDrain adds a hook that refuses new work and returns when the work that was begun is done, or
// when its context ends. All of them run at once; an error is logged and stops nothing.
func (g *Group) OnDrain(name string, fn func(ctx context.Context) error) {
	g.drain = append(g.drain, hook{name, fn})
}

// Run starts the actors and returns after the last one has returned. It is nil after an orderly
// shutdown; else it has the error of the actor that went first, and those of actors that failed
// on the way down or did not return in time.
func (g *Group) Run(ctx context.Context) error {
	if g.Log == nil {
		g.Log = logging.Discard()
	}
	// Actors outlive ctx: when it ends, they are needed until all is drained.
	base := context.WithoutCancel(ctx)
	exited := make(chan *actor, len(g.actors))
	for _, a := range g.actors {
		g.start(base, a, exited)
	}
	var first *actor
	select {
	case <-ctx.Done():
		g.Log.Info("shutting down", "reason", fault.Text(context.Cause(ctx)))
	case first = <-exited:
		if first.err == nil {
			g.Log.Info("shutting down", "reason", "actor returned", logging.KeyActor, first.name)
		} else {
			g.Log.Error("shutting down", "reason", "actor failed", logging.KeyActor, first.name, logging.Err(first.err))
		}
	}
	g.windDown(base)
	return g.stop(first)
}

func (g *Group) start(base context.Context, a *actor, exited chan<- *actor) {
	actorCtx, cancel := context.WithCancelCause(base)
	a.cancel = cancel
	fault.Go(a.name, func() error { return a.run(actorCtx) }, func(err error) {
		a.err = err
		close(a.done)
		exited <- a
	})
}

// windDown goes through all stages before the stop.
func (g *Group) windDown(base context.Context) {
	if g.Ready != nil {
		g.Ready.Set("running", false, "shutting down")
	}
	ctx, cancel := context.WithTimeout(base, orDefault(g.DrainTimeout, DefaultDrainTimeout))
	defer cancel()
	g.all(ctx, "deregister", g.deregister)
	if g.Settle > 0 && len(g.drain) > 0 {
		select {
		case <-time.After(g.Settle):
		case <-ctx.Done():
		}
	}
	g.all(ctx, "drain", g.drain)
}

// all runs hooks at once and waits for them until ctx ends; one that doesn't listen to its
// context is left behind.
func (g *Group) all(ctx context.Context, stage string, hooks []hook) {
	var wg sync.WaitGroup
	for _, h := range hooks {
		wg.Add(1)
		fault.Go(stage+" "+h.name, func() error { return h.fn(ctx) }, func(err error) {
			defer wg.Done()
			if err != nil {
				g.Log.Warn("shutdown stage incomplete", "stage", stage, logging.KeyActor, h.name, logging.Err(err))
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		// Those that listen to ctx return now and should get to say how it went.
		select {
		case <-done:
		case <-time.After(time.Second):
			g.Log.Warn("shutdown stage ran out of time", "stage", stage)
		}
	}
}

// stop interrupts the actors in reverse order and collects how they ended.
func (g *Group) stop(first *actor) error {
	deadline := time.NewTimer(orDefault(g.StopTimeout, DefaultStopTimeout))
	defer deadline.Stop()
	expired := false
	for i := len(g.actors) - 1; i >= 0; i-- {
		a := g.actors[i]
		a.cancel(errStop)
		if a.interrupt != nil {
			if err := fault.Safely("interrupt "+a.name, func() error { a.interrupt(errStop); return nil }); err != nil {
				g.Log.Error("interrupt panicked", logging.KeyActor, a.name, logging.Err(err))
			}
		}
		if expired {
			continue
		}
		select {
		case <-a.done:
		case <-deadline.C:
			expired = true // the others are still told, but not waited for
		}
	}
	return g.outcome(first)
}

func (g *Group) outcome(first *actor) error {
	var errs []error
	if first != nil && first.err != nil {
		errs = append(errs, fault.Wrap(first.err, first.name))
	}
	var stuck []string
	for _, a := range g.actors {
		select {
		case <-a.done:
		default:
			stuck = append(stuck, a.name)
			continue
		}
		if a != first && a.err != nil && !fault.Is(a.err, fault.Cancelled) {
			errs = append(errs, fault.Wrap(a.err, a.name))
		}
	}
	if len(stuck) > 0 {
		errs = append(errs, fault.New(fault.DeadlineExceeded, "stop", "did not return in time: %s", strings.Join(stuck, ", ")))
	}
	return errors.Join(errs...)
}

func orDefault(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}
