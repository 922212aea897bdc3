package metadata

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/embedetcd"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/catalog/metaclient"
	"github.com/shoal-db/shoal/libs/catalog/objectstore"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/value"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("gopkg.in/natefinch/lumberjack%2ev2.(*Logger).millRun"),
		goleak.IgnoreAnyFunction("go.opencensus.io/stats/view.(*worker).start"))
}

// cluster is an etcd, an object store, and what a client and an onlooker need.
type cluster struct {
	t        *testing.T
	ctx      context.Context
	endpoint string
	etcd     *clientv3.Client
	follower *catalog.Follower
	seen     *catalog.Follower // as workers see the catalog
	client   *metaclient.Client
	store    *objectstore.Store
	storeURL string
}

// newCluster starts etcd and a follower with indexes, and no metadata service yet.
func newCluster(t *testing.T) *cluster {
	t.Helper()
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	etcd, err := embedetcd.Start(ctx, embedetcd.Config{Dir: t.TempDir(), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(etcd.Close)
	c := &cluster{t: t, ctx: ctx, endpoint: etcd.Endpoint(), storeURL: "file://" + t.TempDir()}
	if c.store, err = objectstore.Open(ctx, c.storeURL); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.store.Close() })
	c.etcd = c.connect()
	c.follower = catalog.NewFollower(c.etcd, catalog.FollowerOptions{Indexes: true})
	c.goRun("follower", c.follower.Run)
	c.seen = catalog.NewFollower(c.etcd, catalog.FollowerOptions{})
	c.goRun("workers' follower", c.seen.Run)
	c.client = metaclient.New(c.follower)
	t.Cleanup(c.client.Close)
	return c
}

func (c *cluster) connect() *clientv3.Client {
	c.t.Helper()
	client, err := catalog.Connect(c.ctx, catalog.ClientConfig{Endpoints: []string{c.endpoint}})
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = client.Close() })
	return client
}

// goRun runs something until the test ends, or the returned function is called.
func (c *cluster) goRun(what string, run func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			c.t.Errorf("%s: %v", what, err)
		}
	}
	c.t.Cleanup(stop)
	return stop
}

// metadata starts a metadata service with short delays.
func (c *cluster) metadata(change func(*Config)) (s *Service, stop func()) {
	c.t.Helper()
	cfg := Config{
		Etcd: []string{c.endpoint}, ObjectStore: c.storeURL, HTTP: "127.0.0.1:0",
		JoinDelay: 20 * time.Millisecond, LeaveDelay: 300 * time.Millisecond,
		LeaderTTL: time.Second, SweepInterval: time.Hour, Grace: time.Nanosecond,
	}
	if change != nil {
		change(&cfg)
	}
	s, err := New(c.ctx, cfg)
	if err != nil {
		c.t.Fatal(err)
	}
	return s, c.goRun("metadata", s.Run)
}

// worker starts a worker that has everything it is assigned at once, unless it is lazy.
func (c *cluster) worker(id chunks.WorkerID, lazy bool) (session *catalog.WorkerSession, stop func()) {
	c.t.Helper()
	session, err := catalog.NewWorkerSession(c.etcd, catalog.SessionConfig{ID: id, Location: "grpc://" + string(id) + ":1", TTL: time.Second})
	if err != nil {
		c.t.Fatal(err)
	}
	stop = c.goRun(string(id), func(ctx context.Context) error {
		if !lazy {
			go c.fetch(ctx, id, session)
		}
		return session.Run(ctx)
	})
	if err := session.WaitRegistered(c.ctx); err != nil {
		c.t.Fatal(err)
	}
	return session, stop
}

func (c *cluster) fetch(ctx context.Context, id chunks.WorkerID, session *catalog.WorkerSession) {
	has := map[chunks.Key]bool{}
	for {
		changed := c.seen.Changed()
		want := map[chunks.Key]bool{}
		var add, remove []chunks.Key
		for f := range c.seen.Current().Assigned(id) {
			if want[f.Key] = true; !has[f.Key] {
				add = append(add, f.Key)
			}
		}
		for k := range has {
			if !want[k] {
				remove = append(remove, k)
			}
		}
		has = want
		session.ReportReady(add, remove)
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// wait waits until the catalog is as it should be.
func (c *cluster) wait(what string, ok func(*catalog.Snapshot) bool) *catalog.Snapshot {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, 15*time.Second)
	defer cancel()
	snap, err := c.follower.Wait(ctx, what, ok)
	if err != nil {
		c.t.Fatalf("waiting until %s: %v", what, err)
	}
	return snap
}

var columns = []catalog.Column{{Name: "k", Type: "BIGINT"}, {Name: "v", Type: "VARCHAR"}}

func chunkedSpec(dataset, table, mode string) metaapi.LoadSpec {
	return metaapi.LoadSpec{Dataset: dataset, Table: table, Columns: columns, Kind: catalog.Chunked, BlockColumn: "k", Mode: mode}
}

// entry makes the entry of a file with made-up content.
func entry(table string, r chunks.Range, rows int64, version int) manifest.Entry {
	seed := fmt.Sprint(table, r, version)
	sum := sha256.Sum256([]byte(seed))
	stats := func(lo, hi int64) manifest.ColumnStats {
		return manifest.ColumnStats{Min: value.Int(lo), Max: value.Int(hi)}
	}
	return manifest.Entry{
		ID: chunks.ID{Range: r, Hash: chunks.HashOf(sum)}, Rows: rows, Bytes: 8, SHA256: sum,
		Columns: []manifest.ColumnStats{stats(r.First, r.Last), manifest.UnknownStats()},
	}
}

func entries(table string, version int, ranges ...chunks.Range) []manifest.Entry {
	out := make([]manifest.Entry, len(ranges))
	for i, r := range ranges {
		out[i] = entry(table, r, 10, version)
	}
	return out
}

// filtered gives entries made-up filters.
func filtered(list []manifest.Entry, sum chunks.FilterSum) []manifest.Entry {
	for i := range list {
		list[i].Filters = manifest.Filters{Sum: sum, Bytes: 5, Bits: 8, Columns: []uint16{1}}
	}
	return list
}

func span(first, last int64) chunks.Range { return chunks.Range{First: first, Last: last} }

// upload puts files of eight bytes where the entries say.
func (c *cluster) upload(spec metaapi.LoadSpec, list []manifest.Entry) {
	c.t.Helper()
	for _, e := range list {
		path := chunks.ObjectPath(spec.Dataset, spec.Table, e.ID)
		if spec.Kind == catalog.Reference {
			path = chunks.ReferencePath(spec.Dataset, spec.Table, e.ID.Hash)
		}
		body := binary.LittleEndian.AppendUint64(nil, uint64(e.ID.Hash))
		if _, err := c.store.Upload(c.ctx, path, bytes.NewReader(body)); err != nil {
			c.t.Fatal(err)
		}
		if e.Filters.Exist() {
			path := chunks.FilterPath(spec.Dataset, spec.Table, e.ID, e.Filters.Sum)
			if _, err := c.store.Upload(c.ctx, path, bytes.NewReader(make([]byte, e.Filters.Bytes))); err != nil {
				c.t.Fatal(err)
			}
		}
	}
}

// tryLoad begins, uploads and commits.
func (c *cluster) tryLoad(spec metaapi.LoadSpec, list []manifest.Entry) (metaapi.LoadCommitted, error) {
	c.t.Helper()
	begun, err := c.client.BeginLoad(c.ctx, spec)
	if err != nil {
		return metaapi.LoadCommitted{}, err
	}
	c.upload(spec, list)
	return c.client.CommitLoad(c.ctx, begun.ID, list)
}

// load is tryLoad that must succeed and be seen.
func (c *cluster) load(spec metaapi.LoadSpec, list []manifest.Entry) metaapi.LoadCommitted {
	c.t.Helper()
	out, err := c.tryLoad(spec, list)
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := c.follower.WaitVersion(c.ctx, out.CatalogVersion); err != nil {
		c.t.Fatal(err)
	}
	return out
}

func (c *cluster) liveLoads() int64 {
	c.t.Helper()
	resp, err := c.etcd.Get(c.ctx, layout.LoadsPrefix, clientv3.WithPrefix(), clientv3.WithCountOnly())
	if err != nil {
		c.t.Fatal(err)
	}
	return resp.Count
}

// count returns how many manifest pages a table's record names.
func (c *cluster) count(key string) int {
	c.t.Helper()
	resp, err := c.etcd.Get(c.ctx, key)
	if err != nil || len(resp.Kvs) != 1 {
		c.t.Fatal(resp, err)
	}
	var rec layout.Table
	if err := layout.Decode(resp.Kvs[0].Key, resp.Kvs[0].Value, &rec); err != nil {
		c.t.Fatal(err)
	}
	return len(rec.Pages)
}

func newClient(c *cluster) *metaclient.Client {
	client := metaclient.New(c.follower)
	c.t.Cleanup(client.Close)
	return client
}
