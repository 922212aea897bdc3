// Package metadata is the service that decides: it is the only writer of tables, assignments and
// ticket keys in etcd, and it sweeps what nobody needs any more.
//
// Several of them may run; one leads (lead.go), the others send requests to it and wait for their
// turn.
//
// Invariants:
//   - whatever changes the catalog is one etcd transaction, guarded by the leader's key (who lost
//     the lead without noticing changes nothing) and by the catalog version that the change was
//     worked out for (publish.go);
//   - a table record names only pages that are there; a chunk that a table has is assigned by then, if
//     there are workers, and a table that could be queried before still can be (prepare.go);
//   - of the ranges of a dataset any two are equal or apart (commit.go);
//   - a chunk is taken from a worker only when those that shall have it instead do (assign.go);
//   - an object or page is deleted only when no table has had it for the whole grace period and no
//     load that could bring it goes on (sweep.go).
//
// It refuses to touch data: files go from the portal to the object store and on to the workers.
package metadata

import (
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/embedetcd"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/catalog/objectstore"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/httpserver"
	"github.com/shoal-db/shoal/libs/platform/listen"
	"github.com/shoal-db/shoal/libs/platform/metrics"
	"github.com/shoal-db/shoal/libs/platform/run"
)

// Service is a metadata service that has been opened. It must be Run, or Closed.
type Service struct {
	cfg      Config
	self     layout.Leader
	ready    *run.Readiness
	etcd     *embedetcd.Server // nil unless embedded
	client   *clientv3.Client
	store    *objectstore.Store
	follower *catalog.Follower
	http     *httpserver.Server
	metrics  *serviceMetrics
	office   office
	closers  []func() error
}

// Run opens a metadata service and runs it until ctx ends; it returns nil after an orderly shutdown.
func Run(ctx context.Context, cfg Config) error {
	s, err := New(ctx, cfg)
	if err != nil {
		return err
	}
	return s.Run(ctx)
}

// New opens everything that the service needs: its address, the object store and etcd, which has to
// answer within ConnectTimeout. Errors say which of them it was.
func New(ctx context.Context, cfg Config) (_ *Service, err error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	s := &Service{cfg: cfg, ready: run.NewReadiness("catalog", "leader")}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.store, err = objectstore.Open(ctx, cfg.ObjectStore); err != nil {
		return nil, err
	}
	s.closers = append(s.closers, s.store.Close)
	if err := s.openEtcd(ctx); err != nil {
		return nil, err
	}
	s.follower = catalog.NewFollower(s.client, catalog.FollowerOptions{Log: cfg.Logger})
	registry := metrics.NewRegistry()
	s.metrics = newMetrics(metrics.For(registry, "metadata"), s)
	s.http, err = httpserver.New(ctx, httpserver.Options{
		Addr: cfg.HTTP, Flag: "--http", Service: "metadata", Log: cfg.Logger, Registry: registry,
		Ready: s.ready, Routes: s.routes,
	})
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, func() error { s.http.Stop(); return nil })
	addr, err := listen.Advertise(s.http.Addr(), cfg.Advertise, "--advertise")
	if err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		host = "metadata"
	}
	s.self = layout.Leader{ID: host + "-" + strconv.Itoa(os.Getpid()) + "-" + newID()[:6], URL: "http://" + addr}
	return s, nil
}

func (s *Service) openEtcd(ctx context.Context) (err error) {
	endpoints := s.cfg.Etcd
	if s.cfg.EmbedEtcd != "" {
		s.etcd, err = embedetcd.Start(ctx, embedetcd.Config{
			Dir: s.cfg.EmbedEtcd, ClientAddr: s.cfg.EmbedEtcdClientAddr, Log: s.cfg.Logger, NoSync: s.cfg.NoSync,
		})
		if err != nil {
			return err
		}
		s.closers = append(s.closers, func() error { s.etcd.Close(); return nil })
		endpoints = []string{s.etcd.Endpoint()}
	}
	s.client, err = catalog.Connect(ctx, catalog.ClientConfig{Endpoints: endpoints, Timeout: s.cfg.ConnectTimeout, Log: s.cfg.Logger})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, func() error {
		_ = s.client.Close() // again, after Run
		return nil
	})
	return nil
}

// EtcdEndpoints returns the addresses of etcd, also of an embedded one.
func (s *Service) EtcdEndpoints() []string { return s.client.Endpoints() }

// Addr is where the API is served.
func (s *Service) Addr() net.Addr { return s.http.Addr() }

// Ready tells whether the catalog is known and somebody leads.
func (s *Service) Ready() *run.Readiness { return s.ready }

// Run serves until ctx ends or a part fails, then shuts down in order and closes the service. It is
// nil after an orderly shutdown.
func (s *Service) Run(ctx context.Context) error {
	g := &run.Group{Log: s.cfg.Logger, Ready: s.ready, DrainTimeout: s.cfg.Drain}
	if s.etcd != nil {
		// It stops last, and not before this process has closed its connection: it would wait for that.
		g.Actor("etcd", s.etcd.Run, nil)
		g.Actor("etcd client", func(ctx context.Context) error {
			<-ctx.Done()
			return s.client.Close()
		}, nil)
	}
	g.Actor("catalog", s.follower.Run, nil)
	g.Actor("leader", s.campaign, nil)
	g.Actor("readiness", s.watchReadiness, nil)
	s.http.Join(g)
	s.cfg.Logger.Info("metadata started", "id", s.self.ID, "url", s.self.URL, "etcd", s.EtcdEndpoints(), "object_store", s.store.URL())
	err := g.Run(ctx)
	return errors.Join(err, s.Close())
}

// Close releases everything, the last opened first. It is for a service that was never Run.
func (s *Service) Close() error {
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i]())
	}
	s.closers = nil
	return errors.Join(errs...)
}

// watchReadiness keeps the conditions of /readyz current.
func (s *Service) watchReadiness(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		changed := s.follower.Changed()
		ok, why := s.follower.Sync()
		s.ready.Set("catalog", ok, why)
		leads := s.follower.Leader().URL != ""
		why = ""
		if !leads {
			why = "no metadata service leads"
		}
		s.ready.Set("leader", leads, why)
		select {
		case <-changed:
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// errNotLeader is what a service that does not lead answers when it does not know who does.
var errNotLeader = fault.New(fault.Unavailable, "find leader", "no metadata service leads at the moment").
	WithHint("try again in a few seconds")
