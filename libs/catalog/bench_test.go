package catalog

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"go.etcd.io/etcd/api/v3/mvccpb"

	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/assignment"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/value"
)

// bigCatalog is what etcd has for one table of many chunks, each on two of many workers.
type bigCatalog struct {
	kvs       []*mvccpb.KeyValue
	rec       layout.Table
	placement assignment.Table
	keys      map[chunks.WorkerID][]chunks.Key
}

func makeBig(tb testing.TB, files, workers int) *bigCatalog {
	tb.Helper()
	big := &bigCatalog{keys: map[chunks.WorkerID][]chunks.Key{}}
	big.rec = layout.Table{Dataset: "d", Name: "t", Kind: string(Chunked), BlockKind: chunks.BlockInteger, Incarnation: "i", Chunks: files}
	for i := range 4 {
		big.rec.Columns = append(big.rec.Columns, Column{Name: fmt.Sprint("c", i), Type: "BIGINT"})
	}
	entries := make([]manifest.Entry, files)
	for i := range entries {
		e := &entries[i]
		e.SHA256 = sha256.Sum256(binary.LittleEndian.AppendUint64(nil, uint64(i)))
		first := int64(i) * 1000
		e.ID = chunks.ID{Range: chunks.Range{First: first, Last: first + 999}, Hash: chunks.HashOf(e.SHA256)}
		e.Rows, e.Bytes = 1000, 32<<20
		for c := range int64(4) {
			e.Columns = append(e.Columns, manifest.ColumnStats{Min: value.Int(first * c), Max: value.Int(first*c + 999)})
		}
	}
	pages, err := manifest.EncodePages(entries)
	if err != nil {
		tb.Fatal(err)
	}
	for n, page := range pages {
		ref := layout.ManifestRef{ID: layout.ManifestPage("l", n), Bytes: len(page)}
		big.rec.Pages = append(big.rec.Pages, ref)
		big.put(layout.ManifestKey(ref.ID), page)
	}
	big.put(layout.TableKey("d", "t"), encode(tb, big.rec))
	big.place(tb, entries, workers)
	return big
}

func (b *bigCatalog) put(key string, value []byte) {
	b.kvs = append(b.kvs, &mvccpb.KeyValue{Key: []byte(key), Value: value, Lease: 7})
}

func encode(tb testing.TB, record any) []byte {
	tb.Helper()
	text, err := layout.Encode(record)
	if err != nil {
		tb.Fatal(err)
	}
	return []byte(text)
}

func (b *bigCatalog) place(tb testing.TB, entries []manifest.Entry, workers int) {
	p := assignment.Table{Axis: chunks.Axis{Dataset: "d"}, Width: 2}
	for w := range workers {
		p.Workers = append(p.Workers, chunks.WorkerID(fmt.Sprintf("w%04d", w)))
	}
	for i := range entries {
		p.Ranges = append(p.Ranges, entries[i].ID.Range)
		x, y := i%workers, (i*7+1)%workers
		if x == y {
			y = (y + 1) % workers
		}
		p.Slots = append(p.Slots, int32(x), int32(y))
		key := chunks.FileKey("d", "t", entries[i].ID)
		b.keys[p.Workers[x]] = append(b.keys[p.Workers[x]], key)
		b.keys[p.Workers[y]] = append(b.keys[p.Workers[y]], key)
	}
	pages, err := assignment.EncodePages(p)
	if err != nil {
		tb.Fatal(err)
	}
	rec := layout.Assignment{Axis: p.Axis, Generation: 1}
	for i, page := range pages {
		id := fmt.Sprint("p", i)
		rec.Pages = append(rec.Pages, id)
		b.put(layout.PlacesKey(id), page)
	}
	b.put(layout.AssignmentKey(p.Axis), encode(tb, rec))
	b.placement = p
	for _, id := range p.Workers {
		b.put(layout.WorkerKey(id), encode(tb, layout.Worker{ID: id, Location: "grpc://h:1", Capacity: 1}))
		for n, part := range slices.Collect(slices.Chunk(b.keys[id], layout.MaxReadyKeys)) {
			page := layout.ReadyPage{Add: part}
			text, err := page.Encode()
			if err != nil {
				tb.Fatal(err)
			}
			b.put(layout.ReadyKey(id, 7, uint64(n)), []byte(text))
		}
	}
}

func (b *bigCatalog) read(tb testing.TB, indexes bool) (*state, *Snapshot) {
	st := newState(indexes)
	for _, kv := range b.kvs {
		if err := st.put(kv); err != nil {
			tb.Fatal(err)
		}
	}
	snap, err := st.snapshot(1)
	if err != nil {
		tb.Fatal(err)
	}
	return st, snap
}

func TestManyChunksOnManyWorkers(t *testing.T) {
	big := makeBig(t, 5000, 30)
	_, snap := big.read(t, true)
	table, _ := snap.Table("d", "t")
	if table.NumChunks() != 5000 || snap.ReadyChunks(table) != 5000 || table.Index.Len() != 5000 {
		t.Fatalf("%d chunks, %d ready", table.NumChunks(), snap.ReadyChunks(table))
	}
	for i := range table.NumChunks() {
		got := snap.Replicas(table, i, nil)
		want := big.placement.Replicas(i)
		if len(got) != 2 || snap.Workers()[got[0]].ID != big.placement.Workers[want[0]] || snap.Workers()[got[1]].ID != big.placement.Workers[want[1]] {
			t.Fatalf("chunk %d is at %v, not at %v", i, got, want)
		}
	}
	for _, id := range []chunks.WorkerID{"w0000", "w0029"} {
		var got []chunks.Key
		for f := range snap.Assigned(id) {
			got = append(got, f.Key)
		}
		slices.Sort(got)
		want := slices.Sorted(slices.Values(big.keys[id]))
		if !slices.Equal(got, want) {
			t.Errorf("%s is assigned %d files, not %d", id, len(got), len(want))
		}
	}
	all := snap.Assignments()
	current := all[0].Current()
	if len(all) != 1 || !slices.Equal(current.Ranges, big.placement.Ranges) || !slices.Equal(current.Workers, big.placement.Workers) || !slices.Equal(current.Slots, big.placement.Slots) {
		t.Error("the assignment does not come back as it was published")
	}
}

// BenchmarkSnapshot is for a table of 10⁶ chunks with two replicas on 1,000 workers.
func BenchmarkSnapshot(b *testing.B) {
	big := makeBig(b, 1_000_000, 1000)
	for _, indexes := range []bool{true, false} {
		b.Run(fmt.Sprintf("read/indexes=%v", indexes), func(b *testing.B) {
			for b.Loop() {
				big.read(b, indexes)
			}
		})
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	st, snap := big.read(b, true)
	runtime.GC()
	runtime.ReadMemStats(&after)
	table, _ := snap.Table("d", "t")
	b.Run("replicas", func(b *testing.B) {
		buf := make([]int, 0, 4)
		for i := 0; b.Loop(); i++ {
			if buf = snap.Replicas(table, i%table.NumChunks(), buf); len(buf) != 2 {
				b.Fatal("a chunk is not ready")
			}
		}
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB-held")
	})
	b.Run("assigned", func(b *testing.B) {
		for b.Loop() {
			n := 0
			for range snap.Assigned("w0001") {
				n++
			}
			if n < 1000 {
				b.Fatal(n)
			}
		}
	})
	b.Run("report", func(b *testing.B) {
		page := layout.ReadyPage{Add: []chunks.Key{1, 2, 3}}
		text, err := page.Encode()
		if err != nil {
			b.Fatal(err)
		}
		for n := uint64(100); b.Loop(); n++ {
			key := layout.ReadyKey("w0001", 7, n)
			if err := st.put(&mvccpb.KeyValue{Key: []byte(key), Value: []byte(text), Lease: 7}); err != nil {
				b.Fatal(err)
			}
			if _, err := st.snapshot(int64(n)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
