package embedetcd

import (
	"context"
	"net"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/goleak"
	"go.uber.org/zap"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("gopkg.in/natefinch/lumberjack%2ev2.(*Logger).millRun"))
}

func client(t *testing.T, s *Server) *clientv3.Client {
	t.Helper()
	c, err := clientv3.New(clientv3.Config{Endpoints: []string{s.Endpoint()}, Logger: zap.NewNop()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestKeepsDataOverARestart(t *testing.T) {
	cfg := Config{Dir: t.TempDir(), NoSync: true}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()

	s, err := Start(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client(t, s).Put(ctx, "k", "v"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	s.Close()

	if s, err = Start(ctx, cfg); err != nil {
		t.Fatal(err)
	}
	runCtx, stop := context.WithCancel(ctx)
	done := make(chan error, 1)
	go func() { done <- s.Run(runCtx) }()
	resp, err := client(t, s).Get(ctx, "k")
	if err != nil || len(resp.Kvs) != 1 || string(resp.Kvs[0].Value) != "v" {
		t.Errorf("after the restart: %v, %v", resp, err)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("Run: %v", err)
	}
}

func TestSaysWhyItDoesNotStart(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, err = Start(t.Context(), Config{Dir: t.TempDir(), ClientAddr: l.Addr().String()})
	if f := fault.From(err); err == nil || f.Kind != fault.Unavailable || f.Hint == "" {
		t.Errorf("port in use: %v", err)
	}
	_, err = Start(t.Context(), Config{Dir: t.TempDir(), ClientAddr: "nowhere"})
	if !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("no port: %v", err)
	}
}
