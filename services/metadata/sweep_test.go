package metadata

import (
	"strings"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func (c *cluster) objects() map[string]bool {
	c.t.Helper()
	out := map[string]bool{}
	for o, err := range c.store.List(c.ctx, "") {
		if err != nil {
			c.t.Fatal(err)
		}
		out[o.Path] = true
	}
	return out
}

func paths(table string, list []manifest.Entry) (out []string) {
	for _, e := range list {
		out = append(out, chunks.ObjectPath("d", table, e.ID))
	}
	return out
}

func TestSweepDeletesJustWhatNobodyNeeds(t *testing.T) {
	c := newCluster(t)
	s, _ := c.metadata(func(cfg *Config) { cfg.Grace = time.Minute })
	sw := sweeper{term: c.waitLeader(s), unwanted: map[string]time.Time{}}
	c.worker("w1", false)
	old := entries("t", 1, span(1, 10), span(11, 20))
	kept := entries("t", 2, span(1, 10))
	c.load(chunkedSpec("d", "t", metaapi.Create), old)
	c.load(chunkedSpec("d", "t", metaapi.Replace), kept)
	ref := metaapi.LoadSpec{Dataset: "d", Table: "r", Columns: columns, Kind: catalog.Reference, Mode: metaapi.Create}
	c.load(ref, entries("r", 1, chunks.Range{}))
	dead := entries("dead", 1, span(1, 10))
	c.upload(chunkedSpec("d", "dead", metaapi.Create), dead)
	live := entries("live", 1, span(1, 10))
	begun, err := c.client.BeginLoad(c.ctx, chunkedSpec("d", "live", metaapi.Create))
	if err != nil {
		t.Fatal(err)
	}
	c.upload(chunkedSpec("d", "live", metaapi.Create), live)
	for _, path := range []string{"notes.txt", "d/x/t.parquet", "d/_reference/zz/t.parquet", "a/b/c/d/e.parquet"} {
		if _, err := c.store.Upload(c.ctx, path, strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
	}
	all := len(c.objects())

	now := time.Now()
	for _, at := range []time.Duration{0, 59 * time.Second} {
		if err := sw.sweep(c.ctx, now.Add(at)); err != nil {
			t.Fatal(err)
		}
		if n := len(c.objects()); n != all+1 { // and the marker
			t.Fatalf("%s after it was noticed, %d of %d objects are left", at, n, all)
		}
	}
	if err := sw.sweep(c.ctx, now.Add(61*time.Second)); err != nil {
		t.Fatal(err)
	}
	left := c.objects()
	for _, gone := range append(paths("t", old), paths("dead", dead)...) {
		if left[gone] {
			t.Errorf("%s is still there", gone)
		}
	}
	for _, path := range append(paths("t", kept), paths("live", live)...) {
		if !left[path] {
			t.Errorf("%s is gone", path)
		}
	}
	if len(left) != all+1-3 {
		t.Errorf("left: %v", left)
	}
	if _, err := c.client.CommitLoad(c.ctx, begun.ID, live); err != nil {
		t.Errorf("the load that went on: %v", err)
	}
	if err := sw.sweep(c.ctx, now.Add(3*time.Minute)); err != nil {
		t.Fatal(err)
	}
	if !c.objects()[paths("live", live)[0]] {
		t.Error("a file that was committed is gone")
	}
}

func TestSweepDeletesPages(t *testing.T) {
	c := newCluster(t)
	s, _ := c.metadata(nil)
	sw := sweeper{term: c.waitLeader(s), unwanted: map[string]time.Time{}}
	c.worker("w1", false)
	mode := metaapi.Create
	for i := range 6 {
		c.load(chunkedSpec("d", "t", mode), entries("t", i, tens(5)...))
		mode = metaapi.Replace
	}
	c.wait("all is ready", func(s *catalog.Snapshot) bool { return allReady(s) && !moving(s) })
	time.Sleep(100 * time.Millisecond)
	pages := func(prefix string) int64 {
		resp, err := c.etcd.Get(c.ctx, prefix, clientv3.WithPrefix(), clientv3.WithCountOnly())
		if err != nil {
			t.Fatal(err)
		}
		return resp.Count
	}
	if n := pages(layout.ManifestsPrefix); n != 6 {
		t.Errorf("%d manifest pages before", n)
	}
	if err := sw.sweepPages(c.ctx); err != nil {
		t.Fatal(err)
	}
	if n := pages(layout.ManifestsPrefix) + pages(layout.PlacesPrefix); n != 2 {
		t.Errorf("%d pages after", n)
	}
	// A newcomer still reads everything.
	other := catalog.NewFollower(c.connect(), catalog.FollowerOptions{})
	c.goRun("other follower", other.Run)
	snap, err := other.WaitVersion(c.ctx, c.follower.Current().Version())
	if err != nil || table(snap, "d", "t").NumChunks() != 5 {
		t.Errorf("%v", err)
	}
}

// A cluster that lost its etcd must not take all files for garbage.
func TestAForeignStoreIsNotSwept(t *testing.T) {
	c := newCluster(t)
	s, _ := c.metadata(nil)
	sw := sweeper{term: c.waitLeader(s), unwanted: map[string]time.Time{}}
	if _, err := c.store.Upload(c.ctx, markerPath, strings.NewReader("another")); err != nil {
		t.Fatal(err)
	}
	c.upload(chunkedSpec("d", "t", metaapi.Create), entries("t", 1, span(1, 10)))
	for i := range 3 {
		err := sw.sweep(c.ctx, time.Now().Add(time.Duration(i)*time.Hour))
		if f := fault.From(err); err == nil || f.Kind != fault.InvalidArgument || !strings.Contains(f.Hint, markerPath) {
			t.Errorf("sweep: %v", err)
		}
	}
	if len(c.objects()) != 2 {
		t.Errorf("objects %v", c.objects())
	}
}

func TestParsePath(t *testing.T) {
	id := chunks.ID{Range: span(-5, 7), Hash: 9}
	for _, path := range []string{chunks.ObjectPath("d", "t", id), chunks.ObjectPath("d", "t", chunks.ID{Range: chunks.NullRange()})} {
		if f, ok := parsePath(path); !ok || f.dataset != "d" || f.table != "t" {
			t.Errorf("%s: %+v, %v", path, f, ok)
		}
	}
	if f, ok := parsePath(chunks.ReferencePath("d", "t", 9)); !ok || f.key != chunks.ReferenceKey("d", "t", 9) {
		t.Errorf("%+v, %v", f, ok)
	}
	for _, path := range []string{"", "/", "d", "d/t.parquet", markerPath, "_x/" + id.String() + "/t.parquet", "d/" + id.String() + "/t.csv", "d/" + id.String() + "/../t.parquet"} {
		if f, ok := parsePath(path); ok {
			t.Errorf("%s is taken for %+v", path, f)
		}
	}
}
