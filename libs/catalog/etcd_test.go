package catalog

import (
	"context"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/libs/catalog/embedetcd"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// shared is one etcd for all tests of the package that do not stop it; each begins with it empty.
var shared *embedetcd.Server

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "catalog")
	if err != nil {
		panic(err)
	}
	shared, err = embedetcd.Start(context.Background(), embedetcd.Config{Dir: dir, NoSync: true})
	if err != nil {
		panic(err)
	}
	code := m.Run()
	shared.Close()
	_ = os.RemoveAll(dir)
	if code == 0 {
		if err := goleak.Find(goleak.IgnoreAnyFunction("gopkg.in/natefinch/lumberjack%2ev2.(*Logger).millRun")); err != nil {
			println(err.Error())
			code = 1
		}
	}
	os.Exit(code)
}

// testEtcd returns a client of an empty etcd, and a context that bounds the test.
func testEtcd(t *testing.T) (context.Context, *clientv3.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	client := connect(ctx, t, shared.Endpoint())
	if _, err := client.Delete(ctx, layout.Prefix, clientv3.WithPrefix()); err != nil {
		t.Fatal(err)
	}
	return ctx, client
}

// parallelEtcd is testEtcd for tests that can do with what others leave behind, at the same time.
func parallelEtcd(t *testing.T) (context.Context, *clientv3.Client) {
	t.Helper()
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx, connect(ctx, t, shared.Endpoint())
}

func connect(ctx context.Context, t *testing.T, endpoint string) *clientv3.Client {
	t.Helper()
	client, err := Connect(ctx, ClientConfig{Endpoints: []string{endpoint}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// start runs something until the test ends or the returned function is called, which returns what
// it returned.
func start(t *testing.T, run func(context.Context) error) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	var err error
	stopped := false
	stop = func() error {
		cancel()
		if !stopped {
			stopped, err = true, <-done
		}
		return err
	}
	t.Cleanup(func() { _ = stop() })
	return stop
}

func TestConnectSaysWhichEndpointsAndWhy(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	started := time.Now()
	_, err = Connect(t.Context(), ClientConfig{Endpoints: []string{addr, "127.0.0.1:1"}, Timeout: 500 * time.Millisecond})
	f := fault.From(err)
	if err == nil || f.Kind != fault.Unavailable || !f.Retryable || !strings.Contains(err.Error(), addr) ||
		!strings.Contains(err.Error(), "refused") || !strings.Contains(f.Hint, "--etcd") {
		t.Errorf("%v, hint %q", err, f.Hint)
	}
	if took := time.Since(started); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	if _, err := Connect(t.Context(), ClientConfig{}); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("no endpoints: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Connect(ctx, ClientConfig{Endpoints: []string{addr}}); !fault.Is(err, fault.Cancelled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestConnectWaitsForEtcd(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	dir := t.TempDir()
	go func() {
		time.Sleep(300 * time.Millisecond)
		s, err := embedetcd.Start(context.Background(), embedetcd.Config{Dir: dir, ClientAddr: addr, NoSync: true})
		if err == nil {
			t.Cleanup(s.Close)
		}
	}()
	client, err := Connect(t.Context(), ClientConfig{Endpoints: []string{addr}, Timeout: 20 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	_ = client.Close()
}
