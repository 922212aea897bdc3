package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/grpcfault"
)

// GRPC measures calls by method and code: shoal_<service>_grpc_requests_total,
// _grpc_request_duration_seconds, _grpc_requests_in_flight_count.
type GRPC struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

// NewGRPC makes the metrics. Their series come with Precreate.
func NewGRPC(s Set) *GRPC {
	return &GRPC{
		requests: s.CounterVec("grpc_requests_total", "gRPC calls that ended, by method and code.",
			Label{Name: "method"}, Label{Name: "code"}),
		duration: s.HistogramVec("grpc_request_duration_seconds", "Time from the start of a gRPC call to its end.",
			DurationBuckets, Label{Name: "method"}),
		inFlight: s.Gauge("grpc_requests_in_flight_count", "gRPC calls that are being answered now."),
	}
}

// Precreate makes the series of all methods that are registered with the server, each with the
// codes that faults have.
func (m *GRPC) Precreate(srv *grpc.Server) {
	all := []string{codes.OK.String(), codes.Unimplemented.String()}
	for _, kind := range fault.Kinds() {
		all = append(all, grpcfault.Code(kind).String())
	}
	for service, info := range srv.GetServiceInfo() {
		for _, method := range info.Methods {
			name := "/" + service + "/" + method.Name
			m.duration.WithLabelValues(name)
			for _, code := range all {
				m.requests.WithLabelValues(name, code)
			}
		}
	}
}

// Unary is the interceptor for unary calls; it must be outside of the one that makes statuses of
// faults. The server calls it for registered methods only, so that the label is bounded.
func (m *GRPC) Unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	observe := m.begin(info.FullMethod)
	resp, err := handler(ctx, req)
	observe(err)
	return resp, err
}

// Stream is the interceptor for streaming calls.
func (m *GRPC) Stream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	observe := m.begin(info.FullMethod)
	err := handler(srv, stream)
	observe(err)
	return err
}

func (m *GRPC) begin(method string) func(error) {
	m.inFlight.Inc()
	begun := time.Now()
	return func(err error) {
		m.inFlight.Dec()
		m.requests.WithLabelValues(method, status.Code(err).String()).Inc()
		m.duration.WithLabelValues(method).Observe(time.Since(begun).Seconds())
	}
}
