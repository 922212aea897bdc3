package cluster

import (
	"context"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/internal/errs"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/run"
)

// runner is a service that was opened.
type runner interface {
	Run(context.Context) error
	Ready() *run.Readiness
}

// service is a runner on its way.
type service struct {
	name   string
	runner runner
	cancel context.CancelFunc
	done   chan struct{}
	err    error // once done is closed
	wires  []*wire
}

// launch runs a service until stop. When it ends by itself, ended is told.
func launch(name string, r runner, ended func(*service)) *service {
	ctx, cancel := context.WithCancel(context.Background())
	s := &service{name: name, runner: r, cancel: cancel, done: make(chan struct{})}
	fault.Go("run "+name, func() error { return r.Run(ctx) }, func(err error) {
		s.err = err
		close(s.done)
		if ctx.Err() == nil {
			ended(s)
		}
	})
	return s
}

// stop ends the service in order, and returns what went wrong on the way.
func (s *service) stop() error {
	s.cancel()
	<-s.done
	return errs.Join(fault.Wrap(s.err, "stop "+s.name), s.cut())
}

// cut cuts the service's wires, if it has any.
func (s *service) cut() error {
	var all []error
	for _, w := range s.wires {
		all = append(all, w.cut())
	}
	return errs.Join(all...)
}

// wait returns when the service is ready, or has ended.
func (s *service) wait(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var err error
	ready := make(chan struct{})
	go func() {
		defer close(ready)
		err = s.runner.Ready().Wait(ctx)
	}()
	select {
	case <-ready:
		return fault.Wrap(err, "start "+s.name)
	case <-s.done:
		cancel()
		<-ready
		if s.err != nil {
			return fault.Wrap(s.err, "run "+s.name)
		}
		return fault.New(fault.Unavailable, "start "+s.name, "it has stopped")
	}
}

// poll calls fn until it is content, an error that is not worth a retry comes, or ctx ends.
func poll(ctx context.Context, fn func() (bool, error)) error {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		if ok, err := fn(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fault.FromContext(ctx, "wait")
		case <-ticker.C:
		}
	}
}
