package httpserver

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"
	"github.com/shoal-db/shoal/libs/platform/logging"
	"github.com/shoal-db/shoal/libs/platform/run"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// buffer is a bytes.Buffer for several goroutines.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// serve starts a server and returns its base URL and a client.
func serve(t *testing.T, o Options) (*Server, string, *http.Client) {
	t.Helper()
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	o.Service = "portal"
	s, err := New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(context.Background()) }()
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(func() {
		client.CloseIdleConnections()
		s.Stop()
		if err := <-served; err != nil {
			t.Errorf("Serve = %v", err)
		}
	})
	return s, "http://" + s.Addr().String(), client
}

func get(t *testing.T, c *http.Client, url string) (*http.Response, string) {
	t.Helper()
	resp, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func TestProbes(t *testing.T) {
	ready := run.NewReadiness("catalog")
	_, url, c := serve(t, Options{Ready: ready})
	if resp, body := get(t, c, url+"/healthz"); resp.StatusCode != 200 || !strings.Contains(body, `"status":"ok"`) {
		t.Errorf("healthz: %d %s", resp.StatusCode, body)
	}
	var got struct {
		Ready      bool
		Conditions []run.Condition
		Error      *fault.Fault
	}
	resp, body := get(t, c, url+"/readyz")
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 503 || got.Ready || len(got.Conditions) != 1 || got.Conditions[0].Why != "starting" ||
		got.Error.Kind != fault.Unavailable || !strings.Contains(got.Error.Message, "catalog") {
		t.Errorf("not ready: %d %s", resp.StatusCode, body)
	}
	ready.Set("catalog", true, "version 17")
	if resp, body := get(t, c, url+"/readyz"); resp.StatusCode != 200 || !strings.Contains(body, `"ready":true`) ||
		strings.Contains(body, "error") {
		t.Errorf("ready: %d %s", resp.StatusCode, body)
	}
	if resp, body := get(t, c, url+"/metrics"); resp.StatusCode != 200 ||
		!strings.Contains(body, `shoal_portal_http_requests_total{code="503",method="GET",route="/readyz"} 1`) ||
		!strings.Contains(body, "go_goroutines") {
		t.Errorf("metrics: %d\n%s", resp.StatusCode, body)
	}
	_, url, c = serve(t, Options{})
	if resp, body := get(t, c, url+"/readyz"); resp.StatusCode != 200 || !strings.Contains(body, `"conditions":[]`) {
		t.Errorf("without conditions: %d %s", resp.StatusCode, body)
	}
}

func TestFaultsOfTheRouter(t *testing.T) {
	_, url, c := serve(t, Options{Routes: func(r chi.Router) {
		r.Post("/v1/plan", func(http.ResponseWriter, *http.Request) {})
	}})
	resp, err := c.Get(url + "/v1/nothing")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := httpfault.Read(resp); !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "GET /v1/nothing") {
		t.Errorf("%v", err)
	}
	resp2, err := c.Get(url + "/v1/plan")
	if err != nil {
		t.Fatal(err)
	}
	defer resp2.Body.Close()
	if err := httpfault.Read(resp2); resp2.StatusCode != 405 || !fault.Is(err, fault.InvalidArgument) || resp2.Header.Get("Allow") != "POST" {
		t.Errorf("%d %v, allow %q", resp2.StatusCode, err, resp2.Header.Get("Allow"))
	}
}

func TestPanics(t *testing.T) {
	var out buffer
	log := slog.New(logging.Handler(slog.NewTextHandler(&out, nil)))
	_, url, c := serve(t, Options{Log: log, Routes: func(r chi.Router) {
		r.Get("/before", func(http.ResponseWriter, *http.Request) { panic("boom") })
		r.Get("/after", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, strings.Repeat("row\n", 10))
			_ = http.NewResponseController(w).Flush()
			panic("boom")
		})
		r.Get("/abort", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "row\n")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		})
	}})
	resp, err := c.Get(url + "/before")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := httpfault.Read(resp); !fault.Is(err, fault.Internal) || strings.Contains(err.Error(), "goroutine") {
		t.Errorf("%v", err)
	}
	for _, path := range []string{"/after", "/abort"} {
		resp, err := c.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(resp.Body)
		resp.Body.Close()
		if err == nil {
			t.Errorf("%s: half an answer looks whole", path)
		}
	}
	if got := out.String(); strings.Count(got, "handler panicked") != 2 || !strings.Contains(got, "stack=") || !strings.Contains(got, "request=") {
		t.Errorf("log:\n%s", got)
	}
}

func TestRequestIDs(t *testing.T) {
	seen := make(chan string, 1)
	_, url, c := serve(t, Options{Routes: func(r chi.Router) {
		r.Get("/", func(_ http.ResponseWriter, r *http.Request) { seen <- logging.Request(r.Context()) })
	}})
	for sent, taken := range map[string]bool{"abc-1.2_3:4": true, "": false, "two words": false, strings.Repeat("x", 65): false} {
		req, err := http.NewRequest("GET", url+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set(HeaderRequestID, sent)
		resp, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		got := resp.Header.Get(HeaderRequestID)
		if inside := <-seen; got == "" || got != inside || (got == sent) != taken {
			t.Errorf("sent %q: answered %q, handler saw %q", sent, got, inside)
		}
	}
}

func TestPortInUse(t *testing.T) {
	s, _, _ := serve(t, Options{})
	_, err := New(context.Background(), Options{Addr: s.Addr().String(), Flag: "--http", Service: "portal"})
	if f := fault.From(err); f == nil || !strings.Contains(f.Text(), "in use") || !strings.Contains(f.Hint, "--http") {
		t.Errorf("%v", err)
	}
}

func TestDrainAndStopInAGroup(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	s, err := New(context.Background(), Options{Addr: "127.0.0.1:0", Service: "portal", Routes: func(r chi.Router) {
		r.Get("/slow", func(w http.ResponseWriter, _ *http.Request) {
			close(entered)
			<-release
			fmt.Fprint(w, "whole")
		})
	}})
	if err != nil {
		t.Fatal(err)
	}
	g := &run.Group{DrainTimeout: 5 * time.Second}
	s.Join(g)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- g.Run(ctx) }()

	answer := make(chan string, 1)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	go func() {
		resp, err := client.Get("http://" + s.Addr().String() + "/slow")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		answer <- string(body)
	}()
	<-entered
	cancel()
	waitRefused(t, s.Addr().String())
	close(release)
	if got := <-answer; got != "whole" {
		t.Errorf("the request that was begun got %q", got)
	}
	if err := <-done; err != nil {
		t.Errorf("Run = %v", err)
	}
}

func TestStopBreaksWhatDoesNotDrain(t *testing.T) {
	entered := make(chan struct{})
	s, url, c := serve(t, Options{Routes: func(r chi.Router) {
		r.Get("/endless", func(_ http.ResponseWriter, r *http.Request) {
			close(entered)
			<-r.Context().Done()
		})
	}})
	failed := make(chan error, 1)
	go func() {
		resp, err := c.Get(url + "/endless")
		if err == nil {
			resp.Body.Close()
		}
		failed <- err
	}()
	<-entered
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := s.Drain(ctx); !fault.Is(err, fault.DeadlineExceeded) {
		t.Errorf("Drain = %v", err)
	}
	s.Stop()
	if err := <-failed; err == nil {
		t.Error("the request that was cut off looks answered")
	}
}

// waitRefused returns when nobody listens at addr any more.
func waitRefused(t *testing.T, addr string) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < 5*time.Second; time.Sleep(time.Millisecond) {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		conn.Close()
	}
	t.Fatal("still listening while draining")
}
