// Package grpcserver owns how a service serves gRPC: listening, keep-alive, message sizes,
// metrics, request ids, faults turned into statuses, and a graceful stop; and the dial options
// that go with it on the client's side.
//
// New listens, so that the address is known before anything else starts; services are registered
// with GRPC before Serve.
package grpcserver

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/grpcfault"
	"github.com/shoal-db/shoal/libs/platform/listen"
	"github.com/shoal-db/shoal/libs/platform/logging"
	"github.com/shoal-db/shoal/libs/platform/metrics"
	"github.com/shoal-db/shoal/libs/platform/run"
)

// DefaultMaxMessage is the largest message in bytes, either way, unless Options say otherwise.
// gRPC's own 4 MiB are too few for record batches with wide rows.
const DefaultMaxMessage = 64 << 20

// Options describe a server. Addr and Service are needed.
type Options struct {
	// Addr is where to listen, "host:port"; port 0 takes a free one.
	Addr string
	// Flag is the flag that sets Addr, "--flight", for the hint when the port is in use.
	Flag string
	// Service names the metrics: shoal_<service>_grpc_….
	Service string
	Log     *slog.Logger
	// Registry gets the server's metrics. Nil means none are kept.
	Registry prometheus.Registerer
	// MaxMessage is in bytes; zero means DefaultMaxMessage.
	MaxMessage int
	// MaxStreams bounds the calls at a time on one connection; zero means 1000.
	MaxStreams uint32
	// Unary and Stream are interceptors that run inside of those of this package: they and the
	// handlers return faults.
	Unary  []grpc.UnaryServerInterceptor
	Stream []grpc.StreamServerInterceptor
	// Extra are further options, such as credentials.
	Extra []grpc.ServerOption
}

// Server is one gRPC listener and what it serves.
type Server struct {
	listener net.Listener
	grpc     *grpc.Server
	measured *metrics.GRPC
}

// New listens. The caller must call Serve, or Stop to free the address.
func New(ctx context.Context, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = logging.Discard()
	}
	if o.MaxMessage == 0 {
		o.MaxMessage = DefaultMaxMessage
	}
	if o.MaxStreams == 0 {
		o.MaxStreams = 1000
	}
	if o.Registry == nil {
		o.Registry = prometheus.NewRegistry()
	}
	measured := metrics.NewGRPC(metrics.For(o.Registry, o.Service))
	listener, err := listen.TCP(ctx, o.Addr, o.Flag)
	if err != nil {
		return nil, err
	}
	unary := append([]grpc.UnaryServerInterceptor{measured.Unary, unaryID, grpcfault.Unary(o.Log)}, o.Unary...)
	stream := append([]grpc.StreamServerInterceptor{measured.Stream, streamID, grpcfault.Stream(o.Log)}, o.Stream...)
	options := append([]grpc.ServerOption{
		grpc.ChainUnaryInterceptor(unary...),
		grpc.ChainStreamInterceptor(stream...),
		grpc.MaxRecvMsgSize(o.MaxMessage),
		grpc.MaxSendMsgSize(o.MaxMessage),
		grpc.MaxConcurrentStreams(o.MaxStreams),
		// A client that vanished without a word is noticed, and its query cancelled, within half a minute.
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: 15 * time.Second, Timeout: 10 * time.Second}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
		// A stopped server has no handler left that uses what is closed next.
		grpc.WaitForHandlers(true),
	}, o.Extra...)
	return &Server{listener: listener, grpc: grpc.NewServer(options...), measured: measured}, nil
}

// GRPC returns the server for registering services. It must not be served or stopped by others.
func (s *Server) GRPC() *grpc.Server { return s.grpc }

// Addr returns the address that the server is bound to, with the port that it got.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Serve answers calls until Drain or Stop is called, and then returns nil.
func (s *Server) Serve(context.Context) error {
	s.measured.Precreate(s.grpc)
	if err := s.grpc.Serve(s.listener); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		return fault.Wrap(err, "serve gRPC")
	}
	return nil
}

// Drain refuses new calls and returns when those that were begun have ended, or with a fault when
// ctx ends before that; then Stop is to be called.
func (s *Server) Drain(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		// Returns at once when Stop is called.
		s.grpc.GracefulStop()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fault.FromContext(ctx, "drain gRPC")
	}
}

// Stop cancels all calls, waits for their handlers and frees the address.
func (s *Server) Stop() {
	s.grpc.Stop()
	// Closed already if it was ever served.
	_ = s.listener.Close()
}

// Join adds the server to a run group: it serves, drains and stops with it.
func (s *Server) Join(g *run.Group) {
	g.Actor("grpc", func(ctx context.Context) error {
		err := s.Serve(ctx)
		if err == nil {
			// Drained; what is left of the shutdown goes on without this actor's end hurrying it.
			<-ctx.Done()
		}
		return err
	}, func(error) { s.Stop() })
	g.OnDrain("grpc", s.Drain)
}
