package metadata

import (
	"slices"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/catalog/objectstore"
	"github.com/shoal-db/shoal/libs/chunks"
)

// 100,000 chunks go through the whole of it, and no value in etcd comes near what it refuses.
func TestAHundredThousandChunks(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	c := newCluster(t)
	var err error
	c.storeURL = "mem://scale"
	if c.store, err = objectstore.Open(c.ctx, c.storeURL); err != nil {
		t.Fatal(err)
	}
	s, _ := c.metadata(nil)
	c.waitLeader(s)
	for _, id := range []chunks.WorkerID{"w1", "w2", "w3", "w4"} {
		c.worker(id, false)
	}
	const n = 100_000 / raceSlowdown
	list := entries("t", 1, tens(n)...)
	spec := chunkedSpec("d", "t", metaapi.Create)
	begun, err := c.client.BeginLoad(c.ctx, spec)
	if err != nil {
		t.Fatal(err)
	}
	c.upload(spec, list)
	took := stopwatch(t)
	if _, err := c.client.CommitLoad(c.ctx, begun.ID, list); err != nil {
		t.Fatal(err)
	}
	took("commit")
	c.wait("all is ready", func(s *catalog.Snapshot) bool { return allReady(s) && len(holders(s)) == 4 && !moving(s) })
	took("all ready on four workers")
	out := c.load(chunkedSpec("d", "t", metaapi.Append), entries("t", 1, span(10*n, 10*n+5)))
	took("append of one chunk")
	c.wait("all is ready", func(s *catalog.Snapshot) bool { return s.Version() >= out.CatalogVersion && allReady(s) })
	took("append ready")

	resp, err := c.etcd.Get(c.ctx, layout.Prefix, clientv3.WithPrefix())
	if err != nil {
		t.Fatal(err)
	}
	largest, total := 0, 0
	for _, kv := range resp.Kvs {
		total += len(kv.Value)
		if largest = max(largest, len(kv.Value)); len(kv.Value) > layout.MaxValueBytes {
			t.Errorf("%s has %d bytes", kv.Key, len(kv.Value))
		}
	}
	t.Logf("%d keys, %d bytes, the largest value has %d", len(resp.Kvs), total, largest)
	counts := holders(c.follower.Current())
	for id, k := range counts {
		if want := 2 * (n + 1) / 4; k < want*9/10 || k > want*11/10 {
			t.Errorf("%s has %d chunks, a fair share is %d", id, k, want)
		}
	}
}

func stopwatch(t *testing.T) func(what string) {
	last := time.Now()
	return func(what string) {
		t.Helper()
		t.Logf("%s: %s", what, time.Since(last).Round(time.Millisecond))
		last = time.Now()
	}
}

func TestTableBuilderIsCanonical(t *testing.T) {
	a := newTableBuilder(chunks.Axis{Dataset: "d"})
	b := newTableBuilder(chunks.Axis{Dataset: "d"})
	for i, r := range tens(3) {
		row := [][]chunks.WorkerID{{"w2", "w1"}, {"w3"}, {}}[i]
		a.ranges, a.rows, a.width = append(a.ranges, r), append(a.rows, row), 2
	}
	first := a.table()
	b.addAll(&first)
	second := b.table()
	if !slices.Equal(first.Workers, second.Workers) || !slices.Equal(first.Slots, second.Slots) {
		t.Errorf("%+v, then %+v", first, second)
	}
	if got := idsOf(&second, 0); !slices.Equal(got, []chunks.WorkerID{"w2", "w1"}) {
		t.Errorf("row %v", got)
	}
	if len(idsOf(&second, 2)) != 0 {
		t.Error("an empty row is not empty any more")
	}
}
