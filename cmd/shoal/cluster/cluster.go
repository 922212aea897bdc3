// Package cluster starts all services of Shoal in one process, for shoal up, the demo, tests and
// benchmarks. They are the very services that run as processes, with an etcd of their own, and talk
// over loopback.
//
// Invariants: a data folder belongs to one cluster at a time; services stop in the order portal,
// workers, metadata, etcd, so that none loses what it leans on; when one ends by itself, the whole
// cluster is told (Failed).
package cluster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/cmd/shoal/internal/dirlock"
	"github.com/shoal-db/shoal/cmd/shoal/internal/errs"
	"github.com/shoal-db/shoal/libs/catalog/embedetcd"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/services/metadata"
	"github.com/shoal-db/shoal/services/portal"
	"github.com/shoal-db/shoal/services/worker"
)

// Cluster is a cluster that runs. Stop it.
type Cluster struct {
	opts   Options
	lock   *dirlock.Lock
	etcd   *embedetcd.Server
	failed chan error
	client *client.Client

	stopping atomic.Bool

	mu       sync.Mutex
	metadata *service
	portal   *service
	workers  map[int]*service
	stopped  bool
	killed   sync.WaitGroup // workers that were killed and have not ended yet
}

// Worker says where a worker is reached.
type Worker struct {
	ID string
	// Number counts from 1; it is how workers are stopped and started.
	Number int
	// Location is for Flight, grpc://host:port; HTTP for probes and metrics, http://host:port.
	Location, HTTP string
}

// Start starts a cluster and returns when it can answer queries. When it can't, everything that was
// started is stopped again, and the error says which part failed and why.
func Start(ctx context.Context, o Options) (_ *Cluster, err error) {
	const op = "start cluster"
	o, err = o.withDefaults()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, o.StartTimeout)
	defer cancel()
	if err := os.MkdirAll(o.DataDir, 0o750); err != nil {
		return nil, fault.Wrap(err, op)
	}
	c := &Cluster{opts: o, failed: make(chan error, 1), workers: map[int]*service{}}
	if c.lock, err = dirlock.Take(o.DataDir); errors.Is(err, dirlock.ErrHeld) {
		return nil, fault.From(err).WithHint("stop the other cluster, or choose another --data-dir")
	} else if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errs.Join(err, c.Stop())
		}
	}()
	if err := c.start(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context) (err error) {
	c.etcd, err = embedetcd.Start(ctx, embedetcd.Config{
		Dir: filepath.Join(c.opts.DataDir, "etcd"), NoSync: c.opts.NoSync,
		Log: slog.New(etcdLog{c.opts.Log.Handler(), &c.stopping}),
	})
	if err != nil {
		return err
	}
	// The portal first: its ports are the ones that may be taken.
	opened, err := portal.New(ctx, c.opts.portalConfig(c.etcd.Endpoint()))
	if err != nil {
		return err
	}
	c.portal = launch("portal", opened, c.ended)
	if c.client, err = client.New(c.HTTP()); err != nil {
		return err
	}
	if err := c.StartMetadata(ctx); err != nil {
		return err
	}
	for i := 1; i <= c.opts.Workers; i++ {
		if err := c.openWorker(ctx, i); err != nil {
			return err
		}
	}
	for i := 1; i <= c.opts.Workers; i++ {
		if err := c.workers[i].wait(ctx); err != nil {
			return err
		}
	}
	if err := c.portal.wait(ctx); err != nil {
		return err
	}
	if err := c.awaitWorkers(ctx, c.opts.Workers); err != nil || c.opts.Workers == 0 {
		return err
	}
	return c.awaitTables(ctx)
}

// ended remembers the first service that ended by itself.
func (c *Cluster) ended(s *service) {
	err := s.err
	if err == nil {
		err = fault.New(fault.Internal, "run "+s.name, "it has stopped by itself")
	}
	select {
	case c.failed <- fault.Wrap(err, "run "+s.name):
	default:
	}
}

// Failed gives the error of the first service that ended by itself, once.
func (c *Cluster) Failed() <-chan error { return c.failed }

// StartMetadata starts the metadata service and returns when it leads. It must not be running.
func (c *Cluster) StartMetadata(ctx context.Context) error {
	s, err := metadata.New(ctx, c.opts.metadataConfig(c.etcd.Endpoint()))
	if err != nil {
		return err
	}
	started := launch("metadata", s, c.ended)
	c.mu.Lock()
	c.metadata = started
	c.mu.Unlock()
	return started.wait(ctx)
}

// StopMetadata stops the metadata service in order.
func (c *Cluster) StopMetadata() error {
	c.mu.Lock()
	s := c.metadata
	c.metadata = nil
	c.mu.Unlock()
	if s == nil {
		return nil
	}
	return s.stop()
}

// awaitWorkers returns when the portal knows of n workers or more.
func (c *Cluster) awaitWorkers(ctx context.Context, n int) error {
	err := poll(ctx, func() (bool, error) {
		workers, err := c.client.Workers(ctx)
		if err != nil && !fault.IsRetryable(err) {
			return false, err
		}
		return err == nil && len(workers) >= n, nil
	})
	return fault.Wrap(err, "wait until the portal sees the workers")
}

// awaitTables returns when every chunk can be asked for: workers that come back have to look at what
// they have first, and fetch what they lack.
func (c *Cluster) awaitTables(ctx context.Context) error {
	var missing string
	err := poll(ctx, func() (bool, error) {
		tables, err := c.client.Tables(ctx)
		if err != nil {
			return false, err
		}
		missing = ""
		for _, t := range tables {
			if t.ChunksReady < t.Chunks {
				missing = fmt.Sprintf("; %d of %d chunks of %s.%s are not", t.Chunks-t.ChunksReady, t.Chunks, t.Dataset, t.Table)
			}
		}
		return missing == "", nil
	})
	if fault.Is(err, fault.DeadlineExceeded) && missing != "" {
		// What can be answered should be; queries that need what is missing say so.
		c.opts.Log.WarnContext(ctx, "started although some chunks are on no worker", "missing", strings.TrimPrefix(missing, "; "))
		return nil
	}
	return fault.Wrap(err, "wait until the workers have all chunks")
}

// HTTP is the portal's HTTP address, http://host:port.
func (c *Cluster) HTTP() string {
	return "http://" + c.portal.runner.(*portal.Portal).HTTPAddr().String()
}

// Flight is the portal's Flight SQL location, grpc://host:port.
func (c *Cluster) Flight() string { return c.portal.runner.(*portal.Portal).FlightLocation() }

// Metadata is the metadata service's HTTP address, http://host:port; empty while it is stopped.
func (c *Cluster) Metadata() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.metadata == nil {
		return ""
	}
	return "http://" + c.metadata.runner.(*metadata.Service).Addr().String()
}

// Etcd is etcd's address, host:port.
func (c *Cluster) Etcd() string { return c.etcd.Endpoint() }

// DataDir is where everything is kept.
func (c *Cluster) DataDir() string { return c.opts.DataDir }

// Client is a client of the portal; the cluster closes it.
func (c *Cluster) Client() *client.Client { return c.client }

// Workers lists the workers that run, by number.
func (c *Cluster) Workers() []Worker {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []Worker
	for i, s := range c.workers {
		w := s.runner.(*worker.Worker)
		out = append(out, Worker{
			ID: string(w.ID()), Number: i, Location: "grpc://" + s.location(w), HTTP: "http://" + w.HTTPAddr().String(),
		})
	}
	slices.SortFunc(out, func(a, b Worker) int { return a.Number - b.Number })
	return out
}

// Stop drains and stops everything, in order. It returns what went wrong on the way; everything is
// stopped all the same. Stopping twice is fine.
func (c *Cluster) Stop() error {
	c.mu.Lock()
	if c.stopped {
		c.mu.Unlock()
		return nil
	}
	c.stopped = true
	workers := c.workers
	c.workers = map[int]*service{}
	c.mu.Unlock()

	var all []error
	if c.client != nil {
		c.client.Close()
	}
	if c.portal != nil {
		all = append(all, c.portal.stop())
	}
	all = append(all, stopAll(workers))
	c.killed.Wait()
	all = append(all, c.StopMetadata())
	if c.etcd != nil {
		c.stopping.Store(true)
		c.etcd.Close()
	}
	return errs.Join(append(all, c.lock.Release())...)
}

// stopAll stops services side by side.
func stopAll(services map[int]*service) error {
	ended := make(chan error, len(services))
	for _, s := range services {
		go func() { ended <- s.stop() }()
	}
	var all []error
	for range services {
		all = append(all, <-ended)
	}
	return errs.Join(all...)
}
