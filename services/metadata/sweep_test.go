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
		if e.Filters.Exist() {
			out = append(out, chunks.FilterPath("d", table, e.ID, e.Filters.Sum))
		}
	}
	return out
}

func TestSweepDeletesJustWhatNobodyNeeds(t *testing.T) {
	c := newCluster(t)
	s, _ := c.metadata(func(cfg *Config) { cfg.Grace = time.Minute })
	sw := sweeper{term: c.waitLeader(s), unwanted: map[string]time.Time{}}
	c.worker("w1", false)
	old := filtered(entries("t", 1, span(1, 10), span(11, 20)), 1)
	kept := filtered(entries("t", 2, span(1, 10)), 1)
	formerFilters := filtered(entries("t", 2, span(1, 10)), 2)
	c.load(chunkedSpec("d", "t", metaapi.Create), old)
	// The same rows with other filters are the same chunks.
	c.load(chunkedSpec("d", "t", metaapi.Replace), formerFilters)
	c.load(chunkedSpec("d", "t", metaapi.Replace), kept)
	ref := metaapi.LoadSpec{Dataset: "d", Table: "r", Columns: columns, Kind: catalog.Reference, Mode: metaapi.Create}
	c.load(ref, entries("r", 1, chunks.Range{}))
	dead := filtered(entries("dead", 1, span(1, 10)), 3)
	c.upload(chunkedSpec("d", "dead", metaapi.Create), dead)
	live := filtered(entries("live", 1, span(1, 10)), 4)
	begun, err := c.client.BeginLoad(c.ctx, chunkedSpec("d", "live", metaapi.Create))
	if err != nil {
		t.Fatal(err)
	}
	c.upload(chunkedSpec("d", "live", metaapi.Create), live)
	for _, path := range []string{"notes.txt", "d/x/t.parquet", "d/_reference/zz/t.parquet", "a/b/c/d/e.parquet", "d/" + kept[0].ID.String() + "/t.filter"} {
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
	garbage := append(paths("t", old), paths("dead", dead)...)
	garbage = append(garbage, paths("t", formerFilters)[1])
	for _, gone := range garbage {
		if left[gone] {
			t.Errorf("%s is still there", gone)
		}
	}
	for _, path := range append(paths("t", kept), paths("live", live)...) {
		if !left[path] {
			t.Errorf("%s is gone", path)
		}
	}
	if len(left) != all+1-len(garbage) {
		t.Errorf("left: %v", left)
	}
	if _, err := c.client.CommitLoad(c.ctx, begun.ID, live); err != nil {
		t.Errorf("the load that went on: %v", err)
	}
	if err := sw.sweep(c.ctx, now.Add(3*time.Minute)); err != nil {
		t.Fatal(err)
	}
	for _, path := range paths("live", live) {
		if !c.objects()[path] {
			t.Errorf("%s, which was committed, is gone", path)
		}
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
	filters := chunks.FilterPath("d", "t", id, 0xab)
	if f, ok := parsePath(filters); !ok || f.dataset != "d" || f.table != "t" || f.key != chunks.FilterKey("d", "t", id, 0xab) {
		t.Errorf("%s: %+v, %v", filters, f, ok)
	}
	folder := "d/" + id.String() + "/"
	for _, path := range []string{folder + "t.filter", folder + "t.ab.filter", folder + "t.00000000000000AB.filter", folder + ".00000000000000ab.filter",
		"_x/" + id.String() + "/t.00000000000000ab.filter", "d/x/t.00000000000000ab.filter", "d/_reference/00000009/t.00000000000000ab.filter"} {
		if f, ok := parsePath(path); ok {
			t.Errorf("%s is taken for %+v", path, f)
		}
	}
	for _, path := range []string{"", "/", "d", "d/t.parquet", markerPath, "_x/" + id.String() + "/t.parquet", "d/" + id.String() + "/t.csv", "d/" + id.String() + "/../t.parquet"} {
		if f, ok := parsePath(path); ok {
			t.Errorf("%s is taken for %+v", path, f)
		}
	}
}
