package catalog

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func newSession(t *testing.T, client *clientv3.Client, change func(*SessionConfig)) *WorkerSession {
	t.Helper()
	cfg := SessionConfig{ID: workerOf(t), Location: "grpc://127.0.0.1:1234", TTL: time.Second, Version: "v1"}
	if change != nil {
		change(&cfg)
	}
	s, err := NewWorkerSession(client, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// workerOf is the id of a test's worker: tests that run in parallel have their own.
func workerOf(t *testing.T) chunks.WorkerID {
	if strings.Contains(t.Name(), "Twin") || strings.Contains(t.Name(), "Another") {
		return chunks.WorkerID(t.Name())
	}
	return "w1"
}

func follow(t *testing.T, client *clientv3.Client) *Follower {
	t.Helper()
	f := NewFollower(client, FollowerOptions{Indexes: true, Silence: 500 * time.Millisecond})
	start(t, f.Run)
	return f
}

func hasReady(id chunks.WorkerID, n int) func(*Snapshot) bool {
	return func(s *Snapshot) bool {
		i, ok := s.Worker(id)
		return ok && s.Workers()[i].Ready == n
	}
}

func TestAWorkerRegistersReportsAndLeaves(t *testing.T) {
	ctx, client := testEtcd(t)
	f := follow(t, client)
	var mu sync.Mutex
	var said []bool
	s := newSession(t, client, func(c *SessionConfig) {
		c.OnChange = func(registered bool, _ string) {
			mu.Lock()
			defer mu.Unlock()
			said = append(said, registered)
		}
	})
	s.ReportReady([]chunks.Key{1, 2, 3}, nil)
	stop := start(t, s.Run)
	if err := s.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	snap, err := f.Wait(ctx, "reports", hasReady("w1", 3))
	if err != nil {
		t.Fatal(err)
	}
	if w := snap.Workers()[0]; w.Location != "grpc://127.0.0.1:1234" || w.Capacity != 1 || w.Version != "v1" || !snap.Holds(0, 2) || snap.Holds(0, 4) {
		t.Errorf("worker %+v", w)
	}
	s.ReportReady([]chunks.Key{4}, []chunks.Key{1, 2, 3})
	if snap, err = f.Wait(ctx, "reports", hasReady("w1", 1)); err != nil || !snap.Holds(0, 4) {
		t.Fatal(err)
	}
	if err := s.Deregister(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err = f.Wait(ctx, "leave", func(s *Snapshot) bool { return len(s.Workers()) == 0 }); err != nil {
		t.Fatal(err)
	}
	resp, err := client.Get(ctx, layout.ReadyPrefix, clientv3.WithPrefix())
	if err != nil || len(resp.Kvs) != 0 {
		t.Errorf("reports are left: %v, %v", resp, err)
	}
	if err := s.Flush(ctx); !fault.Is(err, fault.Unavailable) {
		t.Errorf("flush after the end: %v", err)
	}
	if err := stop(); err != nil {
		t.Errorf("Run: %v", err)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(said) < 2 || !said[0] || said[len(said)-1] {
		t.Errorf("OnChange was told %v", said)
	}
}

func TestALostLeaseIsReplacedAndAllIsReportedAgain(t *testing.T) {
	ctx, client := testEtcd(t)
	f := follow(t, client)
	s := newSession(t, client, nil)
	start(t, s.Run)
	s.ReportReady([]chunks.Key{7, 8}, nil)
	snap, err := f.Wait(ctx, "reports", hasReady("w1", 2))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		resp, err := client.Get(ctx, layout.WorkerKey("w1"))
		if err != nil || len(resp.Kvs) != 1 {
			t.Fatal(resp, err)
		}
		lease := resp.Kvs[0].Lease
		if _, err := client.Revoke(ctx, clientv3.LeaseID(lease)); err != nil {
			t.Fatal(err)
		}
		snap, err = f.Wait(ctx, "another lease", func(x *Snapshot) bool {
			return x.Revision() > snap.Revision() && hasReady("w1", 2)(x)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestATwinIsRefused(t *testing.T) {
	ctx, client := parallelEtcd(t)
	first := newSession(t, client, nil)
	start(t, first.Run)
	if err := first.WaitRegistered(ctx); err != nil {
		t.Fatal(err)
	}
	twin := newSession(t, client, func(c *SessionConfig) { c.Location = "grpc://127.0.0.1:9999" })
	err := twin.Run(ctx)
	f := fault.From(err)
	if err == nil || f.Kind != fault.InvalidArgument || f.Retryable || !strings.Contains(f.Hint, "--id") || f.Details["location"] != "grpc://127.0.0.1:1234" {
		t.Errorf("the twin got %v", err)
	}
	if !first.Registered() {
		t.Error("the first one lost its registration")
	}
}

func TestAWorkerTakesOverFromItsFormerLife(t *testing.T) {
	cases := map[string]func(*SessionConfig){
		"same data": func(c *SessionConfig) { c.Instance, c.Location = "data", "grpc://127.0.0.1:2222" },
		"same port": func(c *SessionConfig) {},
	}
	for name, second := range cases {
		t.Run(name, func(t *testing.T) {
			ctx, client := testEtcd(t)
			f := follow(t, client)
			// The former life ended without a word: its lease has an hour to go.
			dead := newSession(t, client, func(c *SessionConfig) {
				c.TTL = time.Hour
				if name == "same data" {
					c.Instance = "data"
				}
			})
			if _, err := dead.register(ctx); err != nil {
				t.Fatal(err)
			}
			if _, err := f.Wait(ctx, "first life", hasReady("w1", 0)); err != nil {
				t.Fatal(err)
			}
			s := newSession(t, client, second)
			start(t, s.Run)
			s.ReportReady([]chunks.Key{5}, nil)
			started := time.Now()
			if _, err := f.Wait(ctx, "second life", hasReady("w1", 1)); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(started); took > 3*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// Two processes that claim the same id and address must not push each other out for ever.
func TestOfTwinsAtOneAddressTheOlderEnds(t *testing.T) {
	ctx, client := parallelEtcd(t)
	older := newSession(t, client, nil)
	olderEnd := make(chan error, 1)
	go func() { olderEnd <- older.Run(ctx) }()
	if err := older.WaitRegistered(ctx); err != nil {
		t.Fatal(err)
	}
	younger := newSession(t, client, nil)
	start(t, younger.Run)
	if err := <-olderEnd; !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("the older one ended with %v", err)
	}
	if err := younger.WaitRegistered(ctx); err != nil {
		t.Error(err)
	}
}

func TestAnotherWorkersLeaseIsWaitedFor(t *testing.T) {
	ctx, client := parallelEtcd(t)
	dead := newSession(t, client, nil)
	if _, err := dead.register(ctx); err != nil {
		t.Fatal(err)
	}
	s := newSession(t, client, func(c *SessionConfig) { c.Location = "grpc://127.0.0.1:2222" })
	start(t, s.Run)
	if err := s.WaitRegistered(ctx); err != nil {
		t.Error(err)
	}
}

func TestSessionsRefuseWhatCannotBeReached(t *testing.T) {
	for _, location := range []string{"", "127.0.0.1:1", "grpc://0.0.0.0:1", "grpc://[::]:1", "grpc://host", "grpc://:1", "grpc://host:0", "http://host:1"} {
		if _, err := NewWorkerSession(nil, SessionConfig{ID: "w", Location: location}); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("location %q: %v", location, err)
		}
	}
	if _, err := NewWorkerSession(nil, SessionConfig{ID: "a b", Location: "grpc://h:1"}); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("id: %v", err)
	}
}

func TestManyReportsBecomeFewPages(t *testing.T) {
	ctx, client := testEtcd(t)
	f := follow(t, client)
	s := newSession(t, client, nil)
	start(t, s.Run)
	const n = 20_000
	for i := range n {
		s.ReportReady([]chunks.Key{chunks.Key(i) * 0x9e3779b97f4a7c15}, nil)
		if i%1000 == 0 {
			time.Sleep(5 * time.Millisecond)
		}
	}
	if _, err := f.Wait(ctx, "reports", hasReady("w1", n)); err != nil {
		t.Fatal(err)
	}
	resp, err := client.Get(ctx, layout.ReadyWorkerPrefix("w1"), clientv3.WithPrefix())
	if err != nil || len(resp.Kvs) > 12 {
		t.Errorf("%d pages, %v", len(resp.Kvs), err)
	}
	// Who comes later sees the same.
	if _, err := follow(t, client).Wait(ctx, "reports", hasReady("w1", n)); err != nil {
		t.Error(err)
	}
}

func TestFlushIsBoundedByItsContext(t *testing.T) {
	_, client := testEtcd(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := newSession(t, client, nil).Flush(ctx); !fault.Is(err, fault.DeadlineExceeded) {
		t.Error(err)
	}
}
