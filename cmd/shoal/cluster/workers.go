package cluster

import (
	"context"

	"github.com/shoal-db/shoal/cmd/shoal/internal/errs"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/services/worker"
)

func (c *Cluster) openWorker(ctx context.Context, i int) (err error) {
	etcd, advertise := c.etcd.Endpoint(), ""
	var wires []*wire
	defer func() {
		if err != nil {
			for _, w := range wires {
				err = errs.Join(err, w.cut())
			}
		}
	}()
	if c.opts.Killable {
		for _, target := range []string{etcd, ""} {
			w, err := newWire(ctx, target)
			if err != nil {
				return err
			}
			wires = append(wires, w)
		}
		etcd, advertise = wires[0].addr(), wires[1].addr()
	}
	w, err := worker.New(ctx, c.opts.workerConfig(etcd, advertise, i))
	if err != nil {
		return err
	}
	if c.opts.Killable {
		wires[1].setTarget(w.FlightAddr().String())
	}
	started := launch(workerName(i), w, c.ended)
	started.wires = wires
	c.mu.Lock()
	defer c.mu.Unlock()
	c.workers[i] = started
	return nil
}

// location is where others reach the worker.
func (s *service) location(w *worker.Worker) string {
	if len(s.wires) > 0 {
		return s.wires[1].addr()
	}
	return w.FlightAddr().String()
}

// StartWorker starts a worker that was stopped, or a further one, and returns when it has its chunks
// and the portal knows it.
func (c *Cluster) StartWorker(ctx context.Context, i int) error {
	c.mu.Lock()
	_, runs := c.workers[i]
	c.mu.Unlock()
	if runs || i < 1 {
		return fault.New(fault.InvalidArgument, "start worker", "worker %d cannot be started", i)
	}
	// A killed one with the same data folder must be gone.
	c.killed.Wait()
	if err := c.openWorker(ctx, i); err != nil {
		return err
	}
	c.mu.Lock()
	s, n := c.workers[i], len(c.workers)
	c.mu.Unlock()
	if err := s.wait(ctx); err != nil {
		return err
	}
	return c.awaitWorkers(ctx, n)
}

// take removes a worker from those that run.
func (c *Cluster) take(op string, i int) (*service, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.workers[i]
	if s == nil {
		return nil, fault.New(fault.NotFound, op, "there is no worker %d", i)
	}
	delete(c.workers, i)
	return s, nil
}

// StopWorker stops a worker in order: it deregisters, and running queries get to end.
func (c *Cluster) StopWorker(i int) error {
	s, err := c.take("stop worker", i)
	if err != nil {
		return err
	}
	return s.stop()
}

// KillWorker makes a worker vanish for everybody else as if its process were killed: its connections
// break, and it stays registered until its lease runs out. The cluster must be Killable.
func (c *Cluster) KillWorker(i int) error {
	if !c.opts.Killable {
		return fault.New(fault.InvalidArgument, "kill worker", "the cluster was not started as Killable")
	}
	s, err := c.take("kill worker", i)
	if err != nil {
		return err
	}
	cutErr := s.cut()
	s.cancel()
	c.killed.Add(1)
	go func() {
		defer c.killed.Done()
		<-s.done // what it says of its end is of no interest: it has lost everything
	}()
	return cutErr
}
