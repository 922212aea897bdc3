// Package portal is the service that answers clients: it plans queries for workers, merges what they
// send, and takes in loads.
//
// It wires together what the packages beneath own: binder (SQL), planning, references (copies of
// reference tables to plan with), exec (workers, DuckDB), queries (their life), httpapi and flightsql
// (the front doors), loads, filters.
//
// Life:
//
//	starting ──► ready ──► not ready ──► draining ──► stopped
//	 listens,    follows    SIGTERM or    running      connections
//	 opens all   etcd       a failed      queries      closed
//	             in sync    part          end
//
// It keeps nothing that must outlive it: what is planned, prepared or half loaded is asked anew.
package portal

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/apache/arrow/go/v17/arrow/flight"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/objectstore"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/admission"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/grpcserver"
	"github.com/shoal-db/shoal/libs/platform/httpserver"
	"github.com/shoal-db/shoal/libs/platform/listen"
	"github.com/shoal-db/shoal/libs/platform/metrics"
	"github.com/shoal-db/shoal/libs/platform/run"
	"github.com/shoal-db/shoal/libs/platform/version"

	"github.com/shoal-db/shoal/services/portal/binder"
	"github.com/shoal-db/shoal/services/portal/exec"
	"github.com/shoal-db/shoal/services/portal/filters"
	"github.com/shoal-db/shoal/services/portal/flightsql"
	"github.com/shoal-db/shoal/services/portal/httpapi"
	"github.com/shoal-db/shoal/services/portal/loads"
	"github.com/shoal-db/shoal/services/portal/planning"
	"github.com/shoal-db/shoal/services/portal/queries"
	"github.com/shoal-db/shoal/services/portal/references"
)

// Portal is a portal that has been opened. It must be Run, or Closed.
type Portal struct {
	cfg      Config
	ready    *run.Readiness
	cluster  cluster
	pool     *exec.Pool
	merging  *duckdb.Pair
	binder   *binder.Binder
	queries  *queries.Service
	store    *objectstore.Store
	copies   *references.Copies // nil: none are made
	loads    *loads.Manager
	filters  *filters.Store
	http     *httpserver.Server
	grpc     *grpcserver.Server
	location string
	closers  []func() error
}

// Run opens a portal and runs it until ctx ends; it returns nil after an orderly shutdown.
func Run(ctx context.Context, cfg Config) error {
	p, err := New(ctx, cfg)
	if err != nil {
		return err
	}
	return p.Run(ctx)
}

// New opens everything that a portal needs: DuckDB, its addresses, the object store and etcd, which
// has to answer within ConnectTimeout. Errors say which of them it was.
func New(ctx context.Context, cfg Config) (*Portal, error) { return open(ctx, cfg, connect) }

// open is New with another way into the cluster, for tests.
func open(ctx context.Context, cfg Config, join func(context.Context, Config) (cluster, error)) (_ *Portal, err error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	p := &Portal{cfg: cfg, ready: run.NewReadiness("catalog", "workers")}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	if p.cluster, err = join(ctx, cfg); err != nil {
		return nil, err
	}
	p.closers = append(p.closers, p.cluster.Close)
	registry := metrics.NewRegistry()
	spill, err := p.makeSpill()
	if err != nil {
		return nil, err
	}
	if p.store, err = objectstore.Open(ctx, cfg.ObjectStore); err != nil {
		return nil, err
	}
	p.closers = append(p.closers, p.store.Close)
	p.filters = filters.NewStore(filters.Options{
		Catalog: p.cluster, Objects: p.store, MemoryBytes: int64(cfg.FilterMemory),
		Metrics: filters.NewMetrics(metrics.For(registry, "portal")), Log: cfg.Logger,
	})
	if err := p.openReferences(ctx, registry, spill); err != nil {
		return nil, err
	}
	if err := p.openQueries(ctx, registry, spill); err != nil {
		return nil, err
	}
	if err := p.openLoads(ctx, registry, spill); err != nil {
		return nil, err
	}
	if err := p.openServers(ctx, registry); err != nil {
		return nil, err
	}
	p.observe(metrics.For(registry, "portal"))
	return p, nil
}

// makeSpill makes the folder for what does not fit into memory, which is removed at the end. Within
// one that was given there is one for each life, so that what a killed one left is in nobody's way.
func (p *Portal) makeSpill() (string, error) {
	const op = "make spill folder"
	if dir := p.cfg.SpillDir; dir != "" {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return "", fault.New(fault.Unavailable, op, "%w", err).WithHint("choose another --spill-dir").WithRetry(false)
		}
		left, _ := filepath.Glob(filepath.Join(dir, "portal-*")) // the pattern is well formed
		for _, old := range left {
			if err := os.RemoveAll(old); err != nil {
				p.cfg.Logger.Warn("what an earlier life spilled could not be removed", "folder", old, "error", err)
			}
		}
	}
	spill, err := os.MkdirTemp(p.cfg.SpillDir, "portal-*")
	if err != nil {
		return "", fault.New(fault.Unavailable, op, "%w", err).WithHint("choose another --spill-dir").WithRetry(false)
	}
	p.closers = append(p.closers, func() error { return os.RemoveAll(spill) })
	return spill, nil
}

func (p *Portal) openQueries(ctx context.Context, registry *prometheus.Registry, spill string) (err error) {
	cfg := p.cfg
	p.binder, err = binder.Open(ctx, binder.Options{
		Source:      func() binder.Catalog { return queries.View{Snapshot: p.cluster.Current()} },
		MaxSQLBytes: int(cfg.MaxSQL), Parallel: cfg.BindParallel, Timeout: cfg.BindTimeout,
		CacheBytes: int64(cfg.BindCache), Log: cfg.Logger,
	})
	if err != nil {
		return err
	}
	p.closers = append(p.closers, inTime(p.binder.Close))
	p.merging, err = exec.OpenEngines(ctx, exec.EngineOptions{
		Threads: cfg.Threads, MemoryBytes: int64(cfg.Memory), MarginBytes: int64(cfg.MemoryMargin), SpillDir: filepath.Join(spill, "duckdb"),
		SpillBytes: int64(cfg.SpillLimit), MaxConns: cfg.MaxQueries, Log: cfg.Logger,
	})
	if err != nil {
		return err
	}
	p.closers = append(p.closers, inTime(p.merging.Close))
	p.pool = exec.NewPool()
	p.closers = append(p.closers, func() error { p.pool.Close(); return nil })
	measured := queries.NewMetrics(metrics.For(registry, "portal"))
	var lookups func(context.Context) planning.Lookup
	if p.copies != nil {
		lookups = p.copies.Begin
	}
	p.queries = queries.New(queries.Options{
		Lookups: lookups, BroadcastSaving: int64(cfg.BroadcastSaving),
		Binder: p.binder, Catalog: p.cluster, Keyring: p.cluster.Keyring, Filters: p.filters,
		Executor: exec.New(exec.Options{
			Engines: p.merging, Pool: p.pool, Parallel: cfg.Streams, Log: cfg.Logger, Metrics: measured,
			Fallback: exec.FallbackOptions{
				Threads: cfg.Threads, MemoryBytes: int64(cfg.Memory) / 4, SpillDir: filepath.Join(spill, "duckdb"), SpillBytes: int64(cfg.SpillLimit),
			},
		}),
		Revoke:       p.revoke,
		QueryTimeout: cfg.QueryTimeout, TicketTTL: cfg.TicketTTL,
		Admission: admission.Limits{
			Running: cfg.MaxQueries, Heavy: cfg.MaxHeavy, Memory: int64(cfg.Memory), Queued: cfg.MaxQueued,
			Hint: "try again later, or raise --max-queries, --max-heavy or --max-queued of the portal",
		},
		MaxPlanned: cfg.MaxPlanned, MaxEnded: cfg.MaxHistory,
		Metrics: measured, Log: cfg.Logger,
	})
	return nil
}

// revoke tells all workers that a query is cancelled: those that have nothing of it forget it when its tickets expire.
func (p *Portal) revoke(ctx context.Context, id queries.ID, expires time.Time) error {
	ring := p.cluster.Keyring()
	if ring == nil {
		return nil // then there are no tickets
	}
	var workers []exec.Replica
	for _, w := range p.cluster.Current().Workers() {
		workers = append(workers, exec.Replica{Worker: w.ID, Location: w.Location})
	}
	return p.pool.Cancel(ctx, workers, ring.SealCancel(string(id), expires))
}

// openReferences prepares copies of reference tables, if there may be any.
func (p *Portal) openReferences(ctx context.Context, registry *prometheus.Registry, spill string) (err error) {
	set := metrics.For(registry, "portal")
	measured := references.NewMetrics(set)
	if p.cfg.ReferenceCache > 0 {
		p.copies, err = references.Open(ctx, references.Options{
			Catalog: p.cluster, Store: p.store, Dir: filepath.Join(spill, "references"),
			MaxBytes: int64(p.cfg.ReferenceCache), Budget: p.cfg.LookupTimeout, Threads: p.cfg.Threads,
			Metrics: measured, Log: p.cfg.Logger,
		})
		if err != nil {
			return err
		}
		p.closers = append(p.closers, inTime(p.copies.Close))
	}
	references.Observe(set, p.copies)
	return nil
}

func (p *Portal) openLoads(ctx context.Context, registry *prometheus.Registry, spill string) error {
	builder, err := filters.OpenBuilder(ctx, spill)
	if err != nil {
		return err
	}
	p.closers = append(p.closers, inTime(builder.Close))
	p.loads = loads.New(loads.Options{
		Metadata: p.cluster.Metadata(), Store: p.store, Filters: builder, SpoolDir: spill,
		MaxLoads: p.cfg.MaxLoads, MaxFiles: p.cfg.MaxFiles, MaxFileBytes: int64(p.cfg.MaxFile), Idle: p.cfg.LoadTimeout,
		CheckColumns: func(ctx context.Context, columns []catalog.Column) error {
			list := make([]binder.Column, len(columns))
			for i, c := range columns {
				list[i] = binder.Column(c)
			}
			return p.binder.CheckColumns(ctx, list)
		},
		Published: func(ctx context.Context, version int64) error {
			_, err := p.cluster.WaitVersion(ctx, version)
			return err
		},
		Metrics: loads.NewMetrics(metrics.For(registry, "portal")), Log: p.cfg.Logger,
	})
	return nil
}

func (p *Portal) openServers(ctx context.Context, registry *prometheus.Registry) (err error) {
	guard, err := httpapi.NewGuard(p.cfg.TrustedOrigins, listen.IsLoopback(p.cfg.HTTP))
	if err != nil {
		return err
	}
	api := &httpapi.API{Queries: p.queries, Catalog: p.cluster, Loads: p.loads, Filters: p.filters, Guard: guard}
	p.http, err = httpserver.New(ctx, httpserver.Options{
		Addr: p.cfg.HTTP, Flag: "--http", Service: "portal", Log: p.cfg.Logger, Registry: registry, Ready: p.ready, Routes: api.Routes,
	})
	if err != nil {
		return err
	}
	p.closers = append(p.closers, func() error { p.http.Stop(); return nil })
	p.grpc, err = grpcserver.New(ctx, grpcserver.Options{
		Addr: p.cfg.Flight, Flag: "--flight", Service: "portal", Log: p.cfg.Logger, Registry: registry,
	})
	if err != nil {
		return err
	}
	p.closers = append(p.closers, func() error { p.grpc.Stop(); return nil })
	address, err := listen.Advertise(p.grpc.Addr(), p.cfg.AdvertiseFlight, "--advertise-flight")
	if err != nil {
		return err
	}
	p.location = "grpc://" + address
	front, err := flightsql.New(flightsql.Options{
		Queries: p.queries, Catalog: p.cluster, Binder: p.binder, Location: p.location, Version: version.Get().Version,
	})
	if err != nil {
		return err
	}
	flight.RegisterFlightServiceServer(p.grpc.GRPC(), front.Flight())
	return nil
}

// closeTimeout bounds how long closing waits for what should have ended.
const closeTimeout = 10 * time.Second

// inTime is a close that waits for at most closeTimeout.
func inTime(end func(context.Context) error) func() error {
	return func() error {
		ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
		defer cancel()
		return end(ctx)
	}
}

// Ready tells whether the portal can answer a query now.
func (p *Portal) Ready() *run.Readiness { return p.ready }

// HTTPAddr is where HTTP is served.
func (p *Portal) HTTPAddr() net.Addr { return p.http.Addr() }

// FlightAddr is where Arrow Flight SQL is served.
func (p *Portal) FlightAddr() net.Addr { return p.grpc.Addr() }

// FlightLocation is where clients are told that Arrow Flight SQL is: grpc://host:port.
func (p *Portal) FlightLocation() string { return p.location }

// Run serves until ctx ends or a part fails, then shuts down in order (see the package comment) and
// closes the portal. It is nil after an orderly shutdown.
func (p *Portal) Run(ctx context.Context) error {
	g := &run.Group{Log: p.cfg.Logger, Ready: p.ready, DrainTimeout: p.cfg.Drain}
	g.Actor("cluster", p.cluster.Run, nil)
	g.Actor("loads", p.loads.Run, nil)
	g.Actor("filters", p.filters.Run, nil)
	if p.copies != nil {
		g.Actor("reference copies", p.copies.Run, nil)
	}
	g.Actor("readiness", p.watch, nil)
	p.http.Join(g)
	p.grpc.Join(g)
	p.cfg.Logger.Info("portal started", "flight", p.FlightAddr().String(), "http", p.HTTPAddr().String(), "advertised", p.location)
	err := g.Run(ctx)
	return errors.Join(err, p.Close())
}

// watch keeps the readiness and the connections to workers up to date.
func (p *Portal) watch(ctx context.Context) error {
	for {
		changed := p.cluster.Changed()
		ok, why := p.cluster.Sync()
		if ok && p.cluster.Keyring() == nil {
			ok, why = false, "no metadata service has set up the cluster yet"
		}
		p.ready.Set("catalog", ok, why)
		ok, why = canRead(p.cluster.Current())
		p.ready.Set("workers", ok, why)
		locations := map[string]bool{}
		for _, w := range p.cluster.Current().Workers() {
			locations[w.Location] = true
		}
		p.pool.Retire(locations)
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

// canRead is false when there are tables, but nobody has them. That some chunk is missing does not
// count: it is an error of the queries that need it.
func canRead(s *catalog.Snapshot) (ok bool, why string) {
	tables := slices.ContainsFunc(s.Datasets(), func(d *catalog.Dataset) bool { return len(d.Tables) > 0 })
	if !tables || slices.ContainsFunc(s.Workers(), func(w catalog.Worker) bool { return !w.Draining }) {
		return true, ""
	}
	return false, "no worker is there to read the tables"
}

// Close frees everything. It is for a portal that was never Run.
func (p *Portal) Close() error {
	var errs []error
	for i := len(p.closers) - 1; i >= 0; i-- {
		errs = append(errs, p.closers[i]())
	}
	p.closers = nil
	return errors.Join(errs...)
}
