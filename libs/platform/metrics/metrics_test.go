package metrics

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"
)

// scrape returns what the registry serves.
func scrape(t *testing.T, reg *prometheus.Registry) string {
	t.Helper()
	rec := httptest.NewRecorder()
	Handler(reg).ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
	body, err := io.ReadAll(rec.Result().Body)
	if err != nil || rec.Code != 200 {
		t.Fatalf("%d, %v", rec.Code, err)
	}
	return string(body)
}

func expect(t *testing.T, got string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(got, line+"\n") {
			t.Errorf("no line %q", line)
		}
	}
}

func TestRegistry(t *testing.T) {
	got := scrape(t, NewRegistry())
	for _, name := range []string{"go_goroutines ", "process_cpu_seconds_total ", "shoal_build_info{"} {
		if !strings.Contains(got, "\n"+name) {
			t.Errorf("no %s", name)
		}
	}
}

func TestSet(t *testing.T) {
	reg := prometheus.NewRegistry()
	s := For(reg, "portal")
	s.Counter("queries_total", "h").Add(3)
	s.CounterVec("chunks_total", "h", Label{"outcome", []string{"read", "pruned"}}, Label{"by", []string{"block", "filter"}}).
		WithLabelValues("read", "block").Inc()
	s.Gauge("queue_requests", "h").Set(2)
	s.GaugeVec("chunks_state_chunks", "h", Label{"state", []string{"ready", "waiting"}})
	s.GaugeFunc("memory_used_bytes", "h", func() float64 { return 7 })
	s.CounterFunc("rows_total", "h", func() float64 { return 9 })
	s.Histogram("plan_duration_seconds", "h", DurationBuckets).Observe(.3)
	s.HistogramVec("answer_size_bytes", "h", SizeBuckets, Label{"format", []string{"csv"}})
	expect(t, scrape(t, reg),
		"shoal_portal_queries_total 3",
		`shoal_portal_chunks_total{by="block",outcome="read"} 1`,
		`shoal_portal_chunks_total{by="filter",outcome="read"} 0`,
		`shoal_portal_chunks_total{by="block",outcome="pruned"} 0`,
		`shoal_portal_chunks_total{by="filter",outcome="pruned"} 0`,
		"shoal_portal_queue_requests 2",
		`shoal_portal_chunks_state_chunks{state="waiting"} 0`,
		"shoal_portal_memory_used_bytes 7",
		"shoal_portal_rows_total 9",
		`shoal_portal_plan_duration_seconds_bucket{le="0.25"} 0`,
		`shoal_portal_plan_duration_seconds_bucket{le="0.5"} 1`,
		`shoal_portal_answer_size_bytes_count{format="csv"} 0`,
	)
}

func TestWrongNamesPanic(t *testing.T) {
	s := For(prometheus.NewRegistry(), "portal")
	s.Counter("taken_total", "h")
	for name, fn := range map[string]func(){
		"taken":        func() { s.Counter("taken_total", "h") },
		"no total":     func() { s.Counter("queries", "h") },
		"no total vec": func() { s.CounterVec("queries", "h") },
		"upper case":   func() { s.Gauge("Queue", "h") },
		"service":      func() { For(prometheus.NewRegistry(), "my-portal") },
	} {
		if err := fault.Safely(name, func() error { fn(); return nil }); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestHTTP(t *testing.T) {
	reg := prometheus.NewRegistry()
	m := NewHTTP(For(reg, "portal"))
	r := chi.NewRouter()
	r.Use(m.Middleware)
	r.Get("/v1/queries/{id}", func(w http.ResponseWriter, r *http.Request) {
		switch chi.URLParam(r, "id") {
		case "gone":
			httpfault.Write(w, fault.New(fault.NotFound, "", "gone"))
		case "abort":
			panic(http.ErrAbortHandler)
		}
	})
	r.Route("/v1", func(r chi.Router) { r.Post("/plan", func(http.ResponseWriter, *http.Request) {}) })
	if err := m.Precreate(r); err != nil {
		t.Fatal(err)
	}
	got := scrape(t, reg)
	expect(t, got, `shoal_portal_http_requests_total{code="503",method="POST",route="/v1/plan"} 0`,
		`shoal_portal_http_request_duration_seconds_count{method="POST",route="/v1/plan"} 0`)

	ask := func(method, path string) {
		defer func() {
			if v := recover(); v != nil && v != http.ErrAbortHandler {
				panic(v)
			}
		}()
		r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, path, nil))
	}
	ask("GET", "/v1/queries/q1")
	ask("GET", "/v1/queries/q2")
	ask("GET", "/v1/queries/gone")
	ask("GET", "/v1/queries/abort")
	ask("GET", "/secret/path")
	ask("BREW", "/v1/plan")
	got = scrape(t, reg)
	expect(t, got,
		`shoal_portal_http_requests_total{code="200",method="GET",route="/v1/queries/{id}"} 2`,
		`shoal_portal_http_requests_total{code="404",method="GET",route="/v1/queries/{id}"} 1`,
		`shoal_portal_http_requests_total{code="aborted",method="GET",route="/v1/queries/{id}"} 1`,
		`shoal_portal_http_requests_total{code="404",method="GET",route="unmatched"} 1`,
		`shoal_portal_http_request_duration_seconds_count{method="GET",route="/v1/queries/{id}"} 4`,
		`shoal_portal_http_requests_in_flight_count 0`)
	for _, leak := range []string{"secret", "BREW", "q1"} {
		if strings.Contains(got, leak) {
			t.Errorf("%q got into a label", leak)
		}
	}
}

func TestGRPC(t *testing.T) {
	reg := prometheus.NewRegistry()
	m := NewGRPC(For(reg, "worker"))
	srv := grpc.NewServer()
	grpc_health_v1.RegisterHealthServer(srv, grpc_health_v1.UnimplementedHealthServer{})
	m.Precreate(srv)
	expect(t, scrape(t, reg), `shoal_worker_grpc_requests_total{code="Unavailable",method="/grpc.health.v1.Health/Watch"} 0`,
		`shoal_worker_grpc_request_duration_seconds_count{method="/grpc.health.v1.Health/Check"} 0`)

	const check, watch = "/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch"
	resp, err := m.Unary(context.Background(), nil, &grpc.UnaryServerInfo{FullMethod: check},
		func(context.Context, any) (any, error) { return 5, nil })
	if resp != 5 || err != nil {
		t.Errorf("%v, %v", resp, err)
	}
	want := status.Error(codes.NotFound, "x")
	err = m.Stream(nil, nil, &grpc.StreamServerInfo{FullMethod: watch},
		func(any, grpc.ServerStream) error { return want })
	if !errors.Is(err, want) {
		t.Errorf("the error was changed: %v", err)
	}
	expect(t, scrape(t, reg),
		`shoal_worker_grpc_requests_total{code="OK",method="/grpc.health.v1.Health/Check"} 1`,
		`shoal_worker_grpc_requests_total{code="NotFound",method="/grpc.health.v1.Health/Watch"} 1`,
		`shoal_worker_grpc_requests_in_flight_count 0`)
}
