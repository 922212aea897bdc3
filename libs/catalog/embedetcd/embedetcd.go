// Package embedetcd runs one etcd server inside of the process, for `--embed-etcd`, `shoal up` and
// tests. It keeps its data in a directory and so over restarts.
//
// It refuses to be part of a cluster: who wants etcd to survive a machine runs etcd.
package embedetcd

import (
	"context"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/etcd/server/v3/embed"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// Config says where etcd keeps its data and listens.
type Config struct {
	// Dir has the data; it is created.
	Dir string
	// ClientAddr is the host:port for clients; empty means a free port on loopback.
	ClientAddr string
	Log        *slog.Logger
	// NoSync leaves out fsync: data may be lost when the machine stops. For tests.
	NoSync bool
	// KeepHistory is how long old revisions can be watched; zero means 15 minutes.
	KeepHistory time.Duration
}

const (
	startTimeout = time.Minute
	quotaBytes   = 8 << 30 // what etcd recommends at most
)

// Server is a running etcd. Close it.
type Server struct {
	etcd  *embed.Etcd
	close sync.Once
	quiet atomic.Bool // while it stops
}

// Start starts etcd and returns when it serves. A port or directory in use is unavailable.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	const op = "start embedded etcd"
	if cfg.ClientAddr == "" {
		cfg.ClientAddr = "127.0.0.1:0"
	}
	if cfg.Log == nil {
		cfg.Log = logging.Discard()
	}
	s := &Server{}
	c, err := config(cfg, &s.quiet)
	if err != nil {
		return nil, fault.Wrap(err, op)
	}
	e, err := embed.StartEtcd(c)
	if err != nil {
		return nil, fault.New(fault.Unavailable, op, "%s on %s: %w", cfg.Dir, cfg.ClientAddr, err).WithRetry(false).
			WithHint("check that the directory can be written to and that nothing else listens there")
	}
	s.etcd = e
	select {
	case <-e.Server.ReadyNotify():
		return s, nil
	case err = <-e.Err():
	case <-ctx.Done():
		err = context.Cause(ctx)
	case <-time.After(startTimeout):
		err = fault.New(fault.DeadlineExceeded, op, "%s: not ready after %s", cfg.Dir, startTimeout).
			WithHint("check that no other process uses the directory")
	}
	s.Close()
	return nil, fault.Wrap(err, op)
}

func config(cfg Config, quiet *atomic.Bool) (*embed.Config, error) {
	if _, _, err := net.SplitHostPort(cfg.ClientAddr); err != nil {
		return nil, fault.New(fault.InvalidArgument, "", "%q is not host:port", cfg.ClientAddr)
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, err
	}
	keep := cfg.KeepHistory
	if keep <= 0 {
		keep = 15 * time.Minute
	}
	c := embed.NewConfig()
	c.Name, c.Dir = "shoal", dir
	client := []url.URL{{Scheme: "http", Host: cfg.ClientAddr}}
	// There are no peers, but etcd wants to listen for some.
	peer := []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}}
	c.ListenClientUrls, c.AdvertiseClientUrls = client, client
	c.ListenPeerUrls, c.AdvertisePeerUrls = peer, peer
	c.InitialCluster = c.InitialClusterFromName(c.Name)
	c.AutoCompactionMode, c.AutoCompactionRetention = embed.CompactorModePeriodic, keep.String()
	c.QuotaBackendBytes = quotaBytes
	c.UnsafeNoFsync = cfg.NoSync
	c.ZapLoggerBuilder = embed.NewZapLoggerBuilder(zapTo(cfg.Log.With("component", "etcd"), quiet))
	return c, nil
}

// Endpoint returns the host:port for clients.
func (s *Server) Endpoint() string { return s.etcd.Clients[0].Addr().String() }

// Run waits until ctx ends or etcd stops by itself, closes the server, and returns why in the
// latter case.
func (s *Server) Run(ctx context.Context) error {
	defer s.Close()
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.etcd.Err():
		return fault.Wrap(err, "run embedded etcd")
	case <-s.etcd.Server.StopNotify():
		if ctx.Err() != nil {
			return nil
		}
		return fault.New(fault.Unavailable, "run embedded etcd", "it has stopped")
	}
}

// Close stops etcd and waits until it has. It may be called more than once. It waits some seconds
// for clients that are connected, so they should be closed first.
func (s *Server) Close() {
	s.close.Do(func() {
		s.quiet.Store(true)
		s.etcd.Close()
	})
}
