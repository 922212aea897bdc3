package metrics

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"
)

// aborted is the code of requests whose connection the handler broke.
const aborted = "aborted"

var httpMethods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// HTTP measures requests by method, chi route pattern and status:
// shoal_<service>_http_requests_total, _http_request_duration_seconds, _http_requests_in_flight_count.
type HTTP struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

// NewHTTP makes the metrics. Their series come with Precreate.
func NewHTTP(s Set) *HTTP {
	return &HTTP{
		requests: s.CounterVec("http_requests_total", "HTTP requests answered, by method, route and status code.",
			Label{Name: "method"}, Label{Name: "route"}, Label{Name: "code"}),
		duration: s.HistogramVec("http_request_duration_seconds", "Time from a request's headers to the end of its answer.",
			DurationBuckets, Label{Name: "method"}, Label{Name: "route"}),
		inFlight: s.Gauge("http_requests_in_flight_count", "HTTP requests that are being answered now."),
	}
}

// Precreate makes the series of all routes, each with the status codes that faults have.
func (m *HTTP) Precreate(routes chi.Routes) error {
	codes := []string{"200", aborted}
	for _, kind := range fault.Kinds() {
		codes = append(codes, strconv.Itoa(httpfault.Status(kind)))
	}
	return chi.Walk(routes, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if !slices.Contains(httpMethods, method) {
			return nil
		}
		m.duration.WithLabelValues(method, route)
		for _, code := range codes {
			m.requests.WithLabelValues(method, route, code)
		}
		return nil
	})
}

// Middleware measures what passes through it. It must be the outermost, and be used by a chi
// router, which knows the route.
func (m *HTTP) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.inFlight.Inc()
		begun := time.Now()
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		done := false
		defer func() {
			m.inFlight.Dec()
			code := aborted
			if done {
				code = statusCode(ww.Status())
			}
			method, route := methodLabel(r.Method), routeLabel(r)
			m.requests.WithLabelValues(method, route, code).Inc()
			m.duration.WithLabelValues(method, route).Observe(time.Since(begun).Seconds())
		}()
		next.ServeHTTP(ww, r)
		done = true
	})
}

func statusCode(status int) string {
	if status == 0 { // nothing was written, which net/http answers with 200
		status = http.StatusOK
	}
	return strconv.Itoa(status)
}

// methodLabel and routeLabel keep what strangers send out of the labels.
func methodLabel(method string) string {
	if slices.Contains(httpMethods, method) {
		return method
	}
	return "other"
}

func routeLabel(r *http.Request) string {
	if ctx := chi.RouteContext(r.Context()); ctx != nil {
		if route := ctx.RoutePattern(); route != "" {
			return route
		}
	}
	return "unmatched"
}
