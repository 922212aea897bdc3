package filters

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/embedetcd"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/filter"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/pruning"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
	"github.com/shoal-db/shoal/libs/platform/metrics"
)

// objects is an object store that can fail.
type objects struct {
	mu    sync.Mutex
	data  map[string][]byte
	reads map[string]int
	fail  int // so many reads
}

func (o *objects) Open(_ context.Context, path string) (io.ReadCloser, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.reads[path]++
	if o.fail > 0 {
		o.fail--
		return nil, fault.New(fault.Unavailable, "download", "it is away")
	}
	data, ok := o.data[path]
	if !ok {
		return nil, fault.New(fault.NotFound, "download", "%s is not there", path)
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

func (o *objects) change(path string, change func([]byte) []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.data[path] = change(slices.Clone(o.data[path])); o.data[path] == nil {
		delete(o.data, path)
	}
}

// world is a catalog in etcd, and an object store with the filters of its chunks.
type world struct {
	*objects
	t        *testing.T
	ctx      context.Context
	client   *clientv3.Client
	follower *catalog.Follower
	version  int64
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	etcd, err := embedetcd.Start(ctx, embedetcd.Config{Dir: t.TempDir(), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	client, err := catalog.Connect(ctx, catalog.ClientConfig{Endpoints: []string{etcd.Endpoint()}})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, ctx: ctx, client: client, objects: &objects{data: map[string][]byte{}, reads: map[string]int{}}}
	w.follower = catalog.NewFollower(client, catalog.FollowerOptions{Indexes: true})
	done := make(chan struct{})
	go func() { defer close(done); _ = w.follower.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done; _ = client.Close(); etcd.Close() })
	return w
}

func key(chunk, i int) value.Value { return value.Text(fmt.Sprintf("c%d-%d", chunk, i)) }

const keysPerChunk = 500

// entries are those of chunks whose keys only they have; the seed tells loads of the same keys apart.
func (w *world) entries(seed string, from, to int) (out []manifest.Entry) {
	w.t.Helper()
	for c := from; c < to; c++ {
		sum := sha256.Sum256([]byte(fmt.Sprint(seed, c)))
		e := manifest.Entry{
			ID:   chunks.ID{Range: chunks.Range{First: int64(c), Last: int64(c)}, Hash: chunks.HashOf(sum)},
			Rows: keysPerChunk, Bytes: 10, SHA256: sum,
			Columns: []manifest.ColumnStats{{Min: value.Int(int64(c)), Max: value.Int(int64(c))}, manifest.UnknownStats()},
		}
		var hashes []uint64
		for i := range keysPerChunk {
			hashes = append(hashes, filter.Text(key(c, i).Raw()))
		}
		f, _, err := filter.Build(hashes, 12)
		if err != nil {
			w.t.Fatal(err)
		}
		data := filter.NewSet(map[int]filter.Filter{1: f}).Encode()
		e.Filters = manifest.Filters{Sum: chunks.FilterSumOf(sha256.Sum256(data)), Bytes: int64(len(data)), Bits: 12, Columns: []uint16{1}}
		w.change(chunks.FilterPath("d", "t", e.ID, e.Filters.Sum), func([]byte) []byte { return data })
		out = append(out, e)
	}
	return out
}

// publish makes entries, in pages, the table d.t, and returns it. A page of a name never changes.
func (w *world) publish(pages map[string][]manifest.Entry) *catalog.Table {
	w.t.Helper()
	w.version++
	rec := layout.Table{
		Dataset: "d", Name: "t", Kind: string(catalog.Chunked), BlockKind: chunks.BlockInteger, Version: w.version, Incarnation: "i",
		Columns: []layout.Column{{Name: "k", Type: "BIGINT"}, {Name: "v", Type: "VARCHAR"}},
	}
	var ops []clientv3.Op
	for id, entries := range pages {
		encoded, err := manifest.EncodePages(entries)
		if err != nil || len(encoded) != 1 {
			w.t.Fatal(len(encoded), err)
		}
		ops = append(ops, clientv3.OpPut(layout.ManifestKey(id), string(encoded[0])))
		rec.Pages = append(rec.Pages, layout.ManifestRef{ID: id, Entries: len(entries), Bytes: len(encoded[0])})
		rec.Chunks += len(entries)
	}
	slices.SortFunc(rec.Pages, func(a, b layout.ManifestRef) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) })
	for k, record := range map[string]any{layout.TableKey("d", "t"): rec, layout.VersionKey: layout.Version{Version: w.version, SchemaVersion: 1}} {
		text, err := layout.Encode(record)
		if err != nil {
			w.t.Fatal(err)
		}
		ops = append(ops, clientv3.OpPut(k, text))
	}
	if _, err := w.client.Txn(w.ctx).Then(ops...).Commit(); err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(w.ctx, 15*time.Second)
	defer cancel()
	snap, err := w.follower.WaitVersion(ctx, w.version)
	if err != nil {
		w.t.Fatal(err)
	}
	t, _ := snap.Table("d", "t")
	return t
}

// open runs a store with so much memory.
func (w *world) open(memory int64) (*Store, func()) {
	s := NewStore(Options{
		Catalog: w.follower, Objects: w.objects, MemoryBytes: memory, Metrics: NewMetrics(metrics.For(prometheus.NewRegistry(), "portal")), Log: logging.Discard(),
	})
	ctx, cancel := context.WithCancel(w.ctx)
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	stop := func() { cancel(); <-done }
	w.t.Cleanup(stop)
	return s, stop
}

// wait waits until something of the store is as it should be.
func (w *world) wait(what string, ok func() bool) {
	w.t.Helper()
	for until := time.Now().Add(15 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			w.t.Fatal("in vain: " + what)
		}
	}
}

func loaded(s *Store, t *catalog.Table) (n int) {
	for i := range t.NumChunks() {
		if s.Bits(t, i) > 0 {
			n++
		}
	}
	return n
}

// find looks up a key, and sees that the chunk that has it is among those that are left.
func (w *world) find(s *Store, t *catalog.Table, chunk int) pruning.Selection {
	w.t.Helper()
	sel := t.Index.Select(pruning.Compare{Column: 1, Op: pruning.Eq, Value: key(chunk, 7)}, s)
	if !sel.Has(chunk) {
		w.t.Fatalf("chunk %d is lost", chunk)
	}
	return sel
}

func TestFiltersAreLoadedAndFollowTheCatalog(t *testing.T) {
	w := newWorld(t)
	s, stop := w.open(1 << 20)
	if sel := w.publish(map[string][]manifest.Entry{"a": w.entries("x", 0, 10)}); loaded(s, sel) > 10 {
		t.Error("more is loaded than there is")
	}
	table := w.publish(map[string][]manifest.Entry{"a": w.entries("x", 0, 10), "b": w.entries("x", 10, 20)})
	w.wait("all filters are loaded", func() bool { return loaded(s, table) == 20 })
	if sel := w.find(s, table, 13); sel.Selected > 2 || sel.ByFilter < 18 {
		t.Errorf("%+v", sel)
	}
	w.wait("the metric follows", func() bool { return testutil.ToFloat64(s.opts.Metrics.loaded) == 20 })
	// Pages that are merged bring no download.
	merged := w.publish(map[string][]manifest.Entry{"c": w.entries("x", 0, 20)})
	w.wait("the merged page has them", func() bool { return loaded(s, merged) == 20 })
	w.mu.Lock()
	for path, n := range w.reads {
		if n != 1 {
			t.Errorf("%s was read %d times", path, n)
		}
	}
	w.mu.Unlock()
	// Replaced chunks have others.
	replaced := w.publish(map[string][]manifest.Entry{"d": w.entries("y", 0, 5)})
	w.wait("the new ones are loaded", func() bool { return loaded(s, replaced) == 5 })
	w.find(s, replaced, 2)
	w.find(s, table, 13) // who plans with the old catalog still gets right answers
	w.wait("the metrics follow", func() bool {
		return testutil.ToFloat64(s.opts.Metrics.loaded) == 5 && testutil.ToFloat64(s.opts.Metrics.wanted) == 5
	})
	used := int64(0)
	for i := range s.current.Load().items {
		used += s.current.Load().items[i].at.Load().MemoryBytes()
	}
	w.wait("what is used is accounted for", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.used == used && testutil.ToFloat64(s.opts.Metrics.bytes) == float64(used)
	})
	// A restarted portal loads all again.
	stop()
	again, _ := w.open(1 << 20)
	w.wait("all filters are loaded again", func() bool { return loaded(again, replaced) == 5 })
}

func TestFiltersThatCannotBeUsedAreLeftOut(t *testing.T) {
	w := newWorld(t)
	entries := w.entries("x", 0, 6)
	path := func(i int) string { return chunks.FilterPath("d", "t", entries[i].ID, entries[i].Filters.Sum) }
	w.change(path(0), func([]byte) []byte { return nil })
	w.change(path(1), func(b []byte) []byte { return b[:len(b)-1] })
	w.change(path(2), func(b []byte) []byte { b[len(b)/2] ^= 1; return b })
	w.change(path(3), func([]byte) []byte { return []byte{} })
	// With the right checksum, but of another column.
	f, _, err := filter.Build([]uint64{1}, 12)
	if err != nil {
		t.Fatal(err)
	}
	other := filter.NewSet(map[int]filter.Filter{0: f}).Encode()
	entries[4].Filters.Bytes, entries[4].Filters.Sum = int64(len(other)), chunks.FilterSumOf(sha256.Sum256(other))
	w.change(path(4), func([]byte) []byte { return other })
	w.fail = 3
	s, _ := w.open(1 << 20)
	table := w.publish(map[string][]manifest.Entry{"a": entries})
	w.wait("what is whole is loaded", func() bool { return s.Bits(table, 5) == 12 })
	failed := func(reason string) float64 { return testutil.ToFloat64(s.opts.Metrics.failed.WithLabelValues(reason)) }
	w.wait("the others are counted", func() bool { return failed(missing) == 1 && failed(damaged) == 4 })
	if failed(unavailable) != 3 || loaded(s, table) != 1 {
		t.Errorf("%v failures, %d are loaded", failed(unavailable), loaded(s, table))
	}
	for chunk := range 6 {
		if sel := w.find(s, table, chunk); sel.Selected < 5 {
			t.Errorf("chunk %d: %+v", chunk, sel)
		}
	}
	// They are not asked for again.
	next := w.publish(map[string][]manifest.Entry{"a": entries, "b": w.entries("x", 6, 7)})
	w.wait("the next one is loaded", func() bool { return s.Bits(next, 6) == 12 })
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := w.reads[path(2)]; n > 2 {
		t.Errorf("a damaged object was read %d times", n)
	}
}

func TestFiltersFitIntoTheirMemory(t *testing.T) {
	w := newWorld(t)
	one := w.entries("x", 0, 1)
	full := one[0].Filters.Bytes + overhead
	s, _ := w.open(12 * full)
	table := w.publish(map[string][]manifest.Entry{"a": w.entries("x", 0, 10)})
	w.wait("all are loaded whole", func() bool { return loaded(s, table) == 10 && s.Bits(table, 0) == 12 })
	// Twice as many have about half of the bits each, those that are there at once.
	more := w.publish(map[string][]manifest.Entry{"a": w.entries("x", 0, 10), "b": w.entries("x", 10, 24)})
	w.wait("all are loaded in part", func() bool { return loaded(s, more) == 24 })
	for i := range 24 {
		if bits := s.Bits(more, i); bits != 5 && bits != 6 {
			t.Errorf("chunk %d has %d bits", i, bits)
		}
	}
	if sel := w.find(s, more, 20); sel.ByFilter < 18 {
		t.Errorf("%+v", sel)
	}
	// With as little as a bit each, some go without.
	most := w.publish(map[string][]manifest.Entry{"c": w.entries("x", 0, 200)})
	w.wait("one bit is left", func() bool { return testutil.ToFloat64(s.opts.Metrics.width) == 1 })
	w.wait("the memory is used", func() bool { n := loaded(s, most); return n > 50 && n < 200 })
	w.find(s, most, 20)
	w.find(s, most, 199)
	// And back.
	few := w.publish(map[string][]manifest.Entry{"a": w.entries("x", 0, 10)})
	w.wait("all bits are back", func() bool {
		return loaded(s, few) == 10 && s.Bits(few, 0) == 12 && s.Bits(few, 9) == 12
	})
	if sel := w.find(s, few, 3); sel.Selected > 2 {
		t.Errorf("%+v", sel)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used > 12*full || s.used < 5*full {
		t.Errorf("%d bytes are accounted for", s.used)
	}
}
