// Package httpserver owns how a service serves HTTP: a chi router with request ids, metrics, an
// access log and panics turned into faults, with /healthz, /readyz and /metrics mounted, and a
// graceful stop.
//
// New listens, so that the address is known before anything else starts; Serve serves until Drain
// or Stop. An answer that has begun and can't be finished is never ended as if it were whole: the
// connection is broken.
package httpserver

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"
	"github.com/shoal-db/shoal/libs/platform/listen"
	"github.com/shoal-db/shoal/libs/platform/logging"
	"github.com/shoal-db/shoal/libs/platform/metrics"
	"github.com/shoal-db/shoal/libs/platform/run"
)

// Options describe a server. Addr and Service are needed.
type Options struct {
	// Addr is where to listen, "host:port"; port 0 takes a free one.
	Addr string
	// Flag is the flag that sets Addr, "--http", for the hint when the port is in use.
	Flag string
	// Service names the metrics: shoal_<service>_http_….
	Service string
	Log     *slog.Logger
	// Registry is served at /metrics, and gets the server's own metrics. Nil means a new one.
	Registry *prometheus.Registry
	// Ready answers /readyz; nil means always ready.
	Ready *run.Readiness
	// Routes adds the service's routes; it may also add middleware.
	Routes func(chi.Router)
	// ReadHeaderTimeout bounds the time for a request's headers; zero means 10 s. There is no bound
	// on bodies and answers, which may stream for hours: the handlers bound them.
	ReadHeaderTimeout time.Duration
	// IdleTimeout closes a connection that has no request; zero means 2 minutes.
	IdleTimeout time.Duration
}

// Server is one HTTP listener and what it serves.
type Server struct {
	listener net.Listener
	http     *http.Server
	router   chi.Router
	cancel   context.CancelFunc // ends the contexts of all requests
}

// New listens and sets up the routes. The caller must call Serve, or Stop to free the address.
func New(ctx context.Context, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = logging.Discard()
	}
	if o.Registry == nil {
		o.Registry = metrics.NewRegistry()
	}
	measured := metrics.NewHTTP(metrics.For(o.Registry, o.Service))
	router := newRouter(o, measured)
	if err := measured.Precreate(router); err != nil {
		return nil, fault.Wrap(err, "name metrics of routes")
	}
	listener, err := listen.TCP(ctx, o.Addr, o.Flag)
	if err != nil {
		return nil, err
	}
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	return &Server{
		listener: listener,
		router:   router,
		cancel:   cancel,
		http: &http.Server{
			Handler:           router,
			ReadHeaderTimeout: orDefault(o.ReadHeaderTimeout, 10*time.Second),
			IdleTimeout:       orDefault(o.IdleTimeout, 2*time.Minute),
			MaxHeaderBytes:    64 << 10,
			ErrorLog:          slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug),
			BaseContext:       func(net.Listener) context.Context { return base },
		},
	}, nil
}

func newRouter(o Options, measured *metrics.HTTP) chi.Router {
	r := chi.NewRouter()
	r.Use(measured.Middleware, requestID, accessLog(o.Log), recoverPanics(o.Log))
	r.NotFound(func(w http.ResponseWriter, r *http.Request) {
		httpfault.Write(w, fault.New(fault.NotFound, "", "there is nothing at %s %s", r.Method, r.URL.Path))
	})
	r.MethodNotAllowed(methodNotAllowed(r))
	r.Get("/healthz", healthz)
	r.Get("/readyz", readyz(o.Ready))
	r.Method(http.MethodGet, "/metrics", metrics.Handler(o.Registry))
	if o.Routes != nil {
		r.Group(o.Routes)
	}
	return r
}

// methodNotAllowed answers what has a route, but not for the request's method.
func methodNotAllowed(routes chi.Routes) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			if routes.Match(chi.NewRouteContext(), method, r.URL.Path) {
				allowed = append(allowed, method)
			}
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		err := fault.New(fault.InvalidArgument, "", "%s is not possible at %s", r.Method, r.URL.Path).
			WithHint("possible there: %s", strings.Join(allowed, ", "))
		httpfault.WriteStatus(w, http.StatusMethodNotAllowed, err)
	}
}

// Addr returns the address that the server is bound to, with the port that it got.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Handler returns the router, for tests that need no connection.
func (s *Server) Handler() http.Handler { return s.router }

// Serve answers requests until Drain or Stop is called, and then returns nil.
func (s *Server) Serve(context.Context) error {
	if err := s.http.Serve(s.listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fault.Wrap(err, "serve HTTP")
	}
	return nil
}

// Drain refuses new connections and returns when the requests that were begun are answered, or
// with a fault when ctx ends before that.
func (s *Server) Drain(ctx context.Context) error {
	return fault.Wrap(s.http.Shutdown(ctx), "drain HTTP")
}

// Stop ends the contexts of all requests, breaks their connections and frees the address.
func (s *Server) Stop() {
	s.cancel()
	// Close reports errors of connections that are to be thrown away anyhow.
	_ = s.http.Close()
	_ = s.listener.Close()
}

// Join adds the server to a run group: it serves, drains and stops with it.
func (s *Server) Join(g *run.Group) {
	g.Actor("http", func(ctx context.Context) error {
		err := s.Serve(ctx)
		if err == nil {
			// Drained; what is left of the shutdown goes on without this actor's end hurrying it.
			<-ctx.Done()
		}
		return err
	}, func(error) { s.Stop() })
	g.OnDrain("http", s.Drain)
}

func orDefault(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}
