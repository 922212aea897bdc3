package grpcserver

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
	"github.com/shoal-db/shoal/libs/platform/run"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// service lets a test say what the calls do.
type service struct {
	grpc_health_v1.UnimplementedHealthServer
	check func(ctx context.Context, name string) error
	watch func(w grpc.ServerStreamingServer[grpc_health_v1.HealthCheckResponse]) error
}

func (s service) Check(ctx context.Context, r *grpc_health_v1.HealthCheckRequest) (*grpc_health_v1.HealthCheckResponse, error) {
	return &grpc_health_v1.HealthCheckResponse{}, s.check(ctx, r.GetService())
}

func (s service) Watch(_ *grpc_health_v1.HealthCheckRequest, w grpc.ServerStreamingServer[grpc_health_v1.HealthCheckResponse]) error {
	return s.watch(w)
}

func newServer(t *testing.T, o Options, svc service) *Server {
	t.Helper()
	o.Addr, o.Service = "127.0.0.1:0", "worker"
	s, err := New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	grpc_health_v1.RegisterHealthServer(s.GRPC(), svc)
	return s
}

func serve(t *testing.T, s *Server) {
	t.Helper()
	served := make(chan error, 1)
	go func() { served <- s.Serve(context.Background()) }()
	t.Cleanup(func() {
		s.Stop()
		if err := <-served; err != nil {
			t.Errorf("Serve = %v", err)
		}
	})
}

func dial(t *testing.T, s *Server, maxMessage int) grpc_health_v1.HealthClient {
	t.Helper()
	conn, err := grpc.NewClient(s.Addr().String(),
		append(DialOptions(maxMessage), grpc.WithTransportCredentials(insecure.NewCredentials()))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return grpc_health_v1.NewHealthClient(conn)
}

func check(c grpc_health_v1.HealthClient, name string) error {
	_, err := c.Check(context.Background(), &grpc_health_v1.HealthCheckRequest{Service: name})
	return err
}

func TestCalls(t *testing.T) {
	reg := prometheus.NewRegistry()
	var ids atomic.Int32
	inner := func(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
		if logging.Request(ctx) != "" {
			ids.Add(1)
		}
		if req.(*grpc_health_v1.HealthCheckRequest).GetService() == "forbidden" {
			return nil, fault.New(fault.PermissionDenied, "check grants", "not yours")
		}
		return next(ctx, req)
	}
	s := newServer(t, Options{Registry: reg, MaxMessage: 4096, Unary: []grpc.UnaryServerInterceptor{inner}}, service{
		check: func(_ context.Context, name string) error {
			if name == "missing" {
				return fault.New(fault.NotFound, "find", "no %s", name)
			}
			return nil
		},
		watch: func(w grpc.ServerStreamingServer[grpc_health_v1.HealthCheckResponse]) error {
			if logging.Request(w.Context()) != "" {
				ids.Add(1)
			}
			panic("boom")
		},
	})
	serve(t, s)
	c := dial(t, s, 0)
	for name, want := range map[string]fault.Kind{
		"": "", "missing": fault.NotFound, "forbidden": fault.PermissionDenied,
		strings.Repeat("x", 5000): fault.ResourceExhausted,
	} {
		if err := check(c, name); fault.KindOf(err) != want {
			t.Errorf("%.10q: %v, want %q", name, err, want)
		}
	}
	w, err := c.Watch(context.Background(), &grpc_health_v1.HealthCheckRequest{})
	if err == nil {
		_, err = w.Recv()
	}
	if !fault.Is(err, fault.Internal) {
		t.Errorf("panic in a stream: %v", err)
	}
	if ids.Load() != 4 {
		t.Errorf("%d calls had an id, want 4", ids.Load())
	}
	want := `
# HELP shoal_worker_grpc_requests_in_flight_count gRPC calls that are being answered now.
# TYPE shoal_worker_grpc_requests_in_flight_count gauge
shoal_worker_grpc_requests_in_flight_count 0
`
	if err := testutil.GatherAndCompare(reg, strings.NewReader(want), "shoal_worker_grpc_requests_in_flight_count"); err != nil {
		t.Error(err)
	}
	if n, err := testutil.GatherAndCount(reg, "shoal_worker_grpc_requests_total"); err != nil || n < 22 {
		t.Errorf("%d series, %v; want each method with each code", n, err)
	}
}

func TestPortInUse(t *testing.T) {
	s := newServer(t, Options{}, service{})
	defer s.Stop()
	_, err := New(context.Background(), Options{Addr: s.Addr().String(), Flag: "--flight", Service: "portal"})
	if f := fault.From(err); f == nil || !strings.Contains(f.Text(), "in use") || !strings.Contains(f.Hint, "--flight") {
		t.Errorf("%v", err)
	}
}

// streaming is a service whose stream sends one message, then waits for release or its context.
func streaming(release <-chan struct{}) service {
	return service{watch: func(w grpc.ServerStreamingServer[grpc_health_v1.HealthCheckResponse]) error {
		if err := w.Send(&grpc_health_v1.HealthCheckResponse{}); err != nil {
			return err
		}
		select {
		case <-release:
			return w.Send(&grpc_health_v1.HealthCheckResponse{})
		case <-w.Context().Done():
			return fault.FromContext(w.Context(), "stream")
		}
	}}
}

func begin(t *testing.T, c grpc_health_v1.HealthClient) grpc.ServerStreamingClient[grpc_health_v1.HealthCheckResponse] {
	t.Helper()
	w, err := c.Watch(context.Background(), &grpc_health_v1.HealthCheckRequest{})
	if err == nil {
		_, err = w.Recv()
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestDrainLetsStreamsEnd(t *testing.T) {
	release := make(chan struct{})
	s := newServer(t, Options{}, streaming(release))
	g := &run.Group{DrainTimeout: 5 * time.Second, Log: slog.New(slog.DiscardHandler)}
	s.Join(g)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- g.Run(ctx) }()
	c := dial(t, s, 0)
	w := begin(t, c)
	cancel()
	// Once it drains, new calls are refused while the old one goes on.
	refused := false
	for begun := time.Now(); !refused && time.Since(begun) < 5*time.Second; time.Sleep(time.Millisecond) {
		refused = fault.Is(check(dial(t, s, 0), ""), fault.Unavailable)
	}
	if !refused {
		t.Error("new calls are taken while draining")
	}
	close(release)
	if _, err := w.Recv(); err != nil {
		t.Errorf("the stream that was begun: %v", err)
	}
	if _, err := w.Recv(); err != io.EOF {
		t.Errorf("its end: %v", err)
	}
	if err := <-done; err != nil {
		t.Errorf("Run = %v", err)
	}
}

func TestStopCancelsWhatDoesNotDrain(t *testing.T) {
	s := newServer(t, Options{}, streaming(nil))
	g := &run.Group{DrainTimeout: 20 * time.Millisecond}
	s.Join(g)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- g.Run(ctx) }()
	w := begin(t, dial(t, s, 0))
	cancel()
	if _, err := w.Recv(); err == nil || err == io.EOF {
		t.Errorf("a stream that was cut off ended with %v", err)
	}
	if err := <-done; err != nil {
		t.Errorf("Run = %v", err)
	}
}
