// Package worker is the service that keeps chunk files and runs subplans over them.
//
// It owns its data folder (package store), its DuckDB (package query), how many queries run
// (package admission) and the Flight service (package serve); this package wires them to the cluster.
//
// Life:
//
//	starting ──► syncing ──► ready ──► not ready ──► deregistered ──► draining ──► stopped
//	 listens,    registered, all that   SIGTERM or     nobody is       running       lease given up,
//	 opens all   fetches     is assigned a failed      sent here       queries       files kept
//	             files       is on disk  part          any more        end
//
// Tickets are answered from syncing to draining, if their chunks are there.
//
// Invariants: a worker reports only files that it holds (package store), answers only tickets that
// name it, and follows the catalog only while that is known to be current: an etcd that went away
// does not make it drop files.
//
// It refuses to plan, to write chunks, and to talk to the metadata service: etcd is all they share.
package worker

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/admission"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/grpcserver"
	"github.com/shoal-db/shoal/libs/platform/httpserver"
	"github.com/shoal-db/shoal/libs/platform/listen"
	"github.com/shoal-db/shoal/libs/platform/metrics"
	"github.com/shoal-db/shoal/libs/platform/run"
	"github.com/shoal-db/shoal/services/worker/query"
	"github.com/shoal-db/shoal/services/worker/serve"
	"github.com/shoal-db/shoal/services/worker/store"
)

// Worker is a worker that has been opened. It must be Run, or Closed.
type Worker struct {
	cfg      Config
	id       chunks.WorkerID
	instance string
	ready    *run.Readiness
	store    *store.Store
	runner   *query.Runner
	gate     *admission.Gate
	http     *httpserver.Server
	grpc     *grpcserver.Server
	cluster  *cluster
	closers  []func() error
}

// Run opens a worker and runs it until ctx ends; it returns nil after an orderly shutdown.
func Run(ctx context.Context, cfg Config) error {
	w, err := New(ctx, cfg)
	if err != nil {
		return err
	}
	return w.Run(ctx)
}

// New opens everything that a worker needs: its data folder, DuckDB, its addresses, the object store
// and etcd, which has to answer within ConnectTimeout. Errors say which of them it was.
func New(ctx context.Context, cfg Config) (_ *Worker, err error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	w := &Worker{cfg: cfg, ready: run.NewReadiness("catalog", "session", "store")}
	defer func() {
		if err != nil {
			err = also(err, w.Close())
		}
	}()
	registry := metrics.NewRegistry()
	if err := w.openStore(ctx, metrics.For(registry, "worker")); err != nil {
		return nil, err
	}
	if err := w.openServers(ctx, registry); err != nil {
		return nil, err
	}
	location, err := listen.Advertise(w.grpc.Addr(), cfg.Advertise, "--advertise")
	if err != nil {
		return nil, err
	}
	// Last, so that nobody is sent here in vain.
	w.cluster, err = connect(ctx, cfg, member{id: w.id, instance: w.instance, location: "grpc://" + location, capacity: cfg.Capacity})
	if err != nil {
		return nil, err
	}
	w.closers = append(w.closers, w.cluster.Close)
	return w, nil
}

func (w *Worker) openStore(ctx context.Context, set metrics.Set) error {
	source, err := openObjects(ctx, w.cfg.ObjectStore)
	if err != nil {
		return err
	}
	w.closers = append(w.closers, source.Close)
	w.store, err = store.Open(store.Options{
		Dir: w.cfg.DataDir, Source: source, Downloads: w.cfg.Downloads, Grace: w.cfg.Grace,
		ReserveBytes: int64(w.cfg.DiskReserve), ScrubInterval: w.cfg.ScrubInterval, FS: w.cfg.FS,
		DownloadFailed: downloadErrors(set), Log: w.cfg.Logger,
	})
	if err != nil {
		return err
	}
	w.closers = append(w.closers, w.store.Close)
	if w.instance, err = identity(w.cfg.DataDir); err != nil {
		return err
	}
	if w.id, err = workerID(w.cfg.ID, w.instance); err != nil {
		return err
	}
	w.gate = admission.New(admission.Limits{
		Running: w.cfg.MaxQueries, Queued: w.cfg.MaxQueued, MaxWait: w.cfg.QueueTimeout,
		Hint: "try again in a moment, at another replica, or raise --max-queries of the worker",
	})
	w.runner, err = query.NewRunner(ctx, w.id, w.store, query.Substrait, query.Options{
		Threads: w.cfg.Threads, MemoryBytes: int64(w.cfg.Memory), MarginBytes: int64(w.cfg.MemoryMargin), SpillDir: w.cfg.SpillDir, SpillBytes: int64(w.cfg.SpillLimit),
		MaxConns: w.cfg.MaxQueries, Log: w.cfg.Logger,
	})
	if err != nil {
		return err
	}
	w.closers = append(w.closers, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		return w.runner.Close(ctx)
	})
	return nil
}

func (w *Worker) openServers(ctx context.Context, registry *prometheus.Registry) (err error) {
	set := metrics.For(registry, "worker")
	w.http, err = httpserver.New(ctx, httpserver.Options{
		Addr: w.cfg.HTTP, Flag: "--http", Service: "worker", Log: w.cfg.Logger, Registry: registry, Ready: w.ready,
	})
	if err != nil {
		return err
	}
	w.closers = append(w.closers, stopper(w.http.Stop))
	w.grpc, err = grpcserver.New(ctx, grpcserver.Options{
		Addr: w.cfg.Flight, Flag: "--flight", Service: "worker", Log: w.cfg.Logger, Registry: registry,
	})
	if err != nil {
		return err
	}
	w.closers = append(w.closers, stopper(w.grpc.Stop))
	observe(set, w.store, w.runner, w.gate)
	// Portals ask for signs of life of workers that give nothing.
	grpc_health_v1.RegisterHealthServer(w.grpc.GRPC(), health.NewServer())
	flight.RegisterFlightServiceServer(w.grpc.GRPC(), &serve.Server{
		Worker: w.id, Tickets: &serve.Verifier{Worker: w.id, Keyring: w.keyring},
		Gate: w.gate, Runner: w.runner, Metrics: serve.NewMetrics(set), Log: w.cfg.Logger,
		StallTimeout: max(w.cfg.StallTimeout, 0),
	})
	return nil
}

func stopper(stop func()) func() error {
	return func() error {
		stop()
		return nil
	}
}

// ID is the worker's name.
func (w *Worker) ID() chunks.WorkerID { return w.id }

// Ready tells whether the worker is registered and has all its files.
func (w *Worker) Ready() *run.Readiness { return w.ready }

// HTTPAddr is where probes and metrics are served.
func (w *Worker) HTTPAddr() net.Addr { return w.http.Addr() }

// FlightAddr is where Arrow Flight is served.
func (w *Worker) FlightAddr() net.Addr { return w.grpc.Addr() }

// settle is how long queries are still taken after deregistering: portals need a moment to notice.
const settle = 300 * time.Millisecond

// Run serves until ctx ends or a part fails, then shuts down in order (see the package comment) and
// closes the worker. It is nil after an orderly shutdown.
func (w *Worker) Run(ctx context.Context) error {
	log := w.cfg.Logger
	g := &run.Group{Log: log, Ready: w.ready, Settle: settle, DrainTimeout: w.cfg.Drain}
	g.Actor("cluster", w.cluster.Run, nil)
	g.Actor("store", w.store.Run, nil)
	g.Actor("report", func(ctx context.Context) error { return w.store.Report(ctx, w.cluster.Report) }, nil)
	g.Actor("assignment", w.followAssignment, nil)
	g.Actor("readiness", w.watchReadiness, nil)
	w.http.Join(g)
	w.grpc.Join(g)
	g.OnDeregister("session", w.cluster.Deregister)
	g.OnDrain("queries", w.gate.Drain)
	log.Info("worker started", "id", w.id, "flight", w.FlightAddr().String(), "http", w.HTTPAddr().String())
	err := g.Run(ctx)
	return also(err, w.Close())
}

// also adds what went wrong while cleaning up, and leaves err as it is if nothing did.
func also(err, cleanup error) error {
	if cleanup == nil {
		return err
	}
	return errors.Join(err, cleanup)
}

// Close releases everything, the last opened first. It is for a worker that was never Run.
func (w *Worker) Close() error {
	var errs []error
	for i := len(w.closers) - 1; i >= 0; i-- {
		errs = append(errs, w.closers[i]())
	}
	w.closers = nil
	return errors.Join(errs...)
}

// followAssignment hands the store what the catalog assigns to this worker.
func (w *Worker) followAssignment(ctx context.Context) error {
	for seen := (edition{version: -1}); ; {
		changed := w.cluster.Changed()
		if files, current, ok := w.cluster.Files(); ok && current != seen {
			w.store.SetAssigned(files)
			seen = current
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

// watchReadiness keeps the conditions of /readyz current.
func (w *Worker) watchReadiness(ctx context.Context) error {
	const every = 100 * time.Millisecond
	tick := time.NewTicker(every)
	defer tick.Stop()
	// All may be fine at the first look, when Ready still says that it is starting.
	for last, seen := (conditions{}), false; ; seen = true {
		changed := w.cluster.Changed()
		if now := w.conditions(); now != last || !seen {
			w.ready.Set("catalog", now.catalog == "", now.catalog)
			w.ready.Set("session", now.session == "", now.session)
			w.ready.Set("store", now.store == "", now.store)
			last = now
		}
		select {
		case <-changed:
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// conditions are why the worker is not ready, empty for what is fine.
type conditions struct{ catalog, session, store string }

func (w *Worker) conditions() (c conditions) {
	c.catalog, c.session = w.cluster.State()
	if w.cluster.Keyring() == nil && c.catalog == "" {
		c.catalog = "no metadata service has made the ticket keys yet"
	}
	c.store = lacks(w.store.Status())
	return c
}

// lacks says what keeps the store from being in sync.
func lacks(st store.Status) string {
	switch {
	case !st.Known:
		return "the assignment is not known yet"
	case st.InSync():
		return ""
	}
	text := missingFiles(st.Assigned-st.Ready, st.Assigned)
	if !st.DiskFull.IsZero() {
		return text + ": the disk is full"
	}
	if st.LastError != nil {
		return text + ": " + fault.Text(st.LastError)
	}
	return text
}
