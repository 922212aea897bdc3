package metadata

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/embedetcd"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// waitLeader waits until the service leads, and returns its term.
func (c *cluster) waitLeader(s *Service) *term {
	c.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if t, err := s.leading(); err == nil {
			return t
		}
		if time.Now().After(deadline) {
			c.t.Fatal("it does not lead")
		}
	}
}

func TestAnotherServiceTakesTheLead(t *testing.T) {
	c := newCluster(t)
	first, stopFirst := c.metadata(nil)
	c.waitLeader(first)
	second, _ := c.metadata(nil)
	c.worker("w1", false)
	spec := chunkedSpec("d", "t", metaapi.Create)
	begun, err := c.client.BeginLoad(c.ctx, spec)
	if err != nil {
		t.Fatal(err)
	}
	list := entries("t", 1, tens(5)...)
	c.upload(spec, list)
	keys := c.follower.Keyring()
	stopFirst()
	// The load lives on with the next leader, which the client finds by itself.
	out, err := c.client.CommitLoad(c.ctx, begun.ID, list)
	if err != nil {
		t.Fatal(err)
	}
	c.waitLeader(second)
	if again, err := c.client.CommitLoad(c.ctx, begun.ID, list); err != nil || again != out {
		t.Errorf("committed again: %+v, %v", again, err)
	}
	c.wait("the chunks are ready", allReady)
	if got, err := c.follower.Keyring().Open("p", keys.Seal("p", []byte("x"))); err != nil || string(got) != "x" {
		t.Errorf("tickets of the first leader: %v", err)
	}
}

func TestWhoLostTheLeadChangesNothing(t *testing.T) {
	c := newCluster(t)
	s, _ := c.metadata(func(cfg *Config) { cfg.LeaderTTL = 10 * time.Second })
	old := c.waitLeader(s)
	snap, err := c.follower.WaitVersion(c.ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	// Its key goes, as if the lease had ended, and it acts before it notices.
	if _, err := c.etcd.Delete(c.ctx, old.key); err != nil {
		t.Fatal(err)
	}
	old.change.Lock()
	_, err = old.publish(c.ctx, change{base: snap, ops: func(int64) ([]clientv3.Op, error) {
		return []clientv3.Op{clientv3.OpPut(layout.TablesPrefix+"d/ghost", "{}")}, nil
	}})
	old.change.Unlock()
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("publish without the lead: %v", err)
	}
	if err := old.put(c.ctx, layout.ManifestKey("ghost/1"), []byte("x")); !fault.Is(err, fault.Unavailable) {
		t.Errorf("put without the lead: %v", err)
	}
	if _, err := old.beginLoad(c.ctx, chunkedSpec("d", "t", metaapi.Create)); !errors.Is(err, error(errNotLeader)) && !fault.Is(err, fault.Unavailable) {
		t.Errorf("begin without the lead: %v", err)
	}
	resp, err := c.etcd.Get(c.ctx, layout.Prefix, clientv3.WithPrefix(), clientv3.WithKeysOnly())
	if err != nil {
		t.Fatal(err)
	}
	for _, kv := range resp.Kvs {
		if strings.Contains(string(kv.Key), "ghost") || strings.HasPrefix(string(kv.Key), layout.LoadsPrefix) {
			t.Errorf("%s was written", kv.Key)
		}
	}
}

// A change that was worked out for an older catalog is refused.
func TestStaleChangesAreRefused(t *testing.T) {
	c := newCluster(t)
	s, _ := c.metadata(nil)
	lead := c.waitLeader(s)
	before := c.follower.Current()
	c.load(chunkedSpec("d", "t", metaapi.Create), entries("t", 1, span(1, 2)))
	lead.change.Lock()
	defer lead.change.Unlock()
	_, err := lead.publish(c.ctx, change{base: before, ops: func(int64) ([]clientv3.Op, error) { return nil, nil }})
	if !fault.Is(err, fault.Unavailable) || !fault.IsRetryable(err) {
		t.Errorf("published on an old base: %v", err)
	}
}

func TestALostLeaseEndsTheTermAndALaterOneBegins(t *testing.T) {
	c := newCluster(t)
	s, _ := c.metadata(nil)
	first := c.waitLeader(s)
	resp, err := c.etcd.Get(c.ctx, first.key)
	if err != nil || len(resp.Kvs) != 1 {
		t.Fatal(resp, err)
	}
	if _, err := c.etcd.Revoke(c.ctx, clientv3.LeaseID(resp.Kvs[0].Lease)); err != nil {
		t.Fatal(err)
	}
	select {
	case <-first.ctx.Done():
	case <-c.ctx.Done():
		t.Fatal("the term goes on without its lease")
	}
	if second := c.waitLeader(s); second == first {
		t.Error("the first term leads still")
	}
	c.load(chunkedSpec("d", "t", metaapi.Create), entries("t", 1, span(1, 2)))
}

func TestHTTP(t *testing.T) {
	c := newCluster(t)
	leader, _ := c.metadata(nil)
	c.waitLeader(leader)
	other, _ := c.metadata(nil)
	c.worker("w1", false)
	c.load(chunkedSpec("d", "t", metaapi.Create), entries("t", 1, tens(3)...))
	c.wait("all is ready", allReady)
	if err := other.Ready().Wait(c.ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := other.follower.WaitVersion(c.ctx, c.follower.Current().Version()); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	call := func(method, path, body string) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(c.ctx, method, "http://"+other.Addr().String()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(text)
	}
	for path, says := range map[string]string{
		"/v1/tables":      `"chunks":3`,
		"/v1/workers":     `"location":"grpc://w1:1"`,
		"/v1/assignments": `"workers":{"w1":3}`,
		"/v1/loads":       `[]`,
		"/healthz":        "ok",
		"/readyz":         "",
		"/metrics":        "shoal_metadata_chunks_count 3",
	} {
		if status, body := call("GET", path, ""); status != 200 || !strings.Contains(body, says) {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	// The other one sends its caller to the leader.
	status, body := call("POST", "/v1/loads", `{"dataset":"d","table":"u","columns":[{"name":"k","type":"BIGINT"}],"kind":"chunked","block_column":"k","mode":"create"}`)
	var begun metaapi.LoadBegun
	if err := json.Unmarshal([]byte(body), &begun); status != 200 || err != nil || begun.ID == "" || len(begun.Ranges) != 3 {
		t.Errorf("begin: %d %s", status, body)
	}
	if status, _ := call("DELETE", "/v1/loads/"+begun.ID, ""); status != 204 {
		t.Errorf("abort: %d", status)
	}
	for name, x := range map[string]struct{ method, path, body, kind string }{
		"unknown field":  {"POST", "/v1/loads", `{"dataste":"d"}`, "invalid_argument"},
		"no JSON":        {"POST", "/v1/loads", `{`, "invalid_argument"},
		"garbage":        {"POST", "/v1/loads/x/commit", "\x05garbage", "invalid_argument"},
		"no such table":  {"DELETE", "/v1/tables/d/nothing", "", "not_found"},
		"no such load":   {"POST", "/v1/loads/x/keep", "", "not_found"},
		"no such method": {"PUT", "/v1/loads", "", "invalid_argument"},
	} {
		if status, body := call(x.method, x.path, x.body); status < 400 || status >= 500 || !strings.Contains(body, `"kind":"`+x.kind+`"`) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
}

// Etcd stops and starts again; everybody goes on.
func TestEtcdRestarts(t *testing.T) {
	if testing.Short() {
		t.Skip("etcd waits seconds for its clients")
	}
	c := newCluster(t)
	dir := t.TempDir()
	etcd, err := embedetcd.Start(c.ctx, embedetcd.Config{Dir: dir, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { etcd.Close() }) // after the clients, for which it would wait
	c.endpoint = etcd.Endpoint()
	c.etcd = c.connect()
	c.follower = catalog.NewFollower(c.etcd, catalog.FollowerOptions{Indexes: true, Silence: time.Second})
	c.goRun("follower", c.follower.Run)
	c.seen = catalog.NewFollower(c.etcd, catalog.FollowerOptions{Silence: time.Second})
	c.goRun("workers' follower", c.seen.Run)
	c.client.Close()
	c.client = newClient(c)
	c.metadata(nil)
	c.worker("w1", false)
	c.load(chunkedSpec("d", "t", metaapi.Create), entries("t", 1, tens(3)...))
	c.wait("all is ready", allReady)
	etcd.Close()
	time.Sleep(300 * time.Millisecond)
	if !allReady(c.follower.Current()) {
		t.Error("the Snapshot is gone with etcd")
	}
	etcd, err = embedetcd.Start(c.ctx, embedetcd.Config{Dir: dir, ClientAddr: c.endpoint, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	c.load(chunkedSpec("d", "t", metaapi.Append), entries("t", 1, span(100, 110)))
	c.wait("all is ready", func(s *catalog.Snapshot) bool { return allReady(s) && table(s, "d", "t").NumChunks() == 4 })
}

func TestAnEmbeddedEtcdKeepsTheCatalog(t *testing.T) {
	dir, store := t.TempDir(), t.TempDir()
	for round := range 2 {
		ctx, cancel := context.WithCancel(t.Context())
		s, err := New(ctx, Config{EmbedEtcd: dir, EmbedEtcdClientAddr: "127.0.0.1:0", ObjectStore: store, HTTP: "127.0.0.1:0", NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx) }()
		if err := s.Ready().Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		c := &cluster{t: t, ctx: ctx, store: s.store, follower: s.follower}
		c.client = newClient(c)
		if round == 0 {
			c.load(chunkedSpec("d", "t", metaapi.Create), entries("t", 1, tens(3)...))
		}
		if tab := table(s.follower.Current(), "d", "t"); tab == nil || tab.NumChunks() != 3 {
			t.Errorf("round %d: %+v", round, tab)
		}
		c.client.Close()
		cancel()
		if err := <-done; err != nil {
			t.Errorf("round %d: %v", round, err)
		}
	}
}

func TestConfigsThatAreRefused(t *testing.T) {
	for name, cfg := range map[string]Config{
		"no etcd":     {ObjectStore: "x"},
		"two etcds":   {ObjectStore: "x", Etcd: []string{"a:1"}, EmbedEtcd: "d"},
		"no store":    {Etcd: []string{"a:1"}},
		"replication": {ObjectStore: "x", Etcd: []string{"a:1"}, Replication: 17},
		"negative":    {ObjectStore: "x", Etcd: []string{"a:1"}, Grace: -1},
		"bad store":   {ObjectStore: "nosuch://x", Etcd: []string{"a:1"}},
	} {
		if _, err := New(t.Context(), cfg); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := New(t.Context(), Config{ObjectStore: "mem://x", Etcd: []string{"127.0.0.1:1"}, ConnectTimeout: 200 * time.Millisecond})
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("etcd is not there: %v", err)
	}
}
