package assignment

import (
	"bytes"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/internal/wire"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func sampleTable(n, workers, width int, rng *rand.Rand) Table {
	t := Table{Axis: chunks.Axis{Dataset: "tpch"}, Width: width, Ranges: []chunks.Range{}, Slots: []int32{}, Workers: []chunks.WorkerID{}}
	for _, w := range workersNamed(workers) {
		t.Workers = append(t.Workers, w.ID)
	}
	at := int64(math.MinInt64)
	for range n {
		last := at + rng.Int64N(40_000)
		t.Ranges = append(t.Ranges, chunks.Range{First: at, Last: last})
		at = last + 1 + rng.Int64N(3)
		for range width {
			t.Slots = append(t.Slots, rng.Int32N(int32(workers)+1)-1)
		}
	}
	if n > 0 {
		t.Ranges[n-1] = chunks.NullRange()
	}
	return t
}

// joined puts the tables of pages together again.
func joined(t *testing.T, pages [][]byte) Table {
	t.Helper()
	var out Table
	for i, b := range pages {
		if len(b) > MaxPageBytes {
			t.Errorf("a page of %d bytes", len(b))
		}
		part, err := DecodePage(b)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			out = part
			continue
		}
		out.Ranges, out.Slots = append(out.Ranges, part.Ranges...), append(out.Slots, part.Slots...)
	}
	return out
}

func TestPagesRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct{ n, workers, width, pages int }{{1, 1, 1, 1}, {3, 0, 0, 1}, {1000, 5, 3, 1}, {300_000, 1000, 3, 2}, {5, maxWorkers, MaxReplication, 1}} {
		want := sampleTable(c.n, c.workers, c.width, rng)
		if c.n == 3 {
			want.Axis.Table = "by_position"
		}
		pages, err := EncodePages(want)
		if err != nil {
			t.Fatal(err)
		}
		if got := joined(t, pages); !reflect.DeepEqual(got, want) {
			t.Errorf("%+v is not what it was", c)
		}
		if len(pages) < c.pages {
			t.Errorf("%+v: %d pages", c, len(pages))
		}
	}
	if pages, err := EncodePages(sampleTable(0, 3, 2, rng)); err != nil || len(pages) != 0 {
		t.Errorf("nothing becomes %d pages: %v", len(pages), err)
	}
}

func TestEncodePagesRefuses(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for name, change := range map[string]func(*Table){
		"axis":       func(t *Table) { t.Axis.Dataset = "" },
		"table":      func(t *Table) { t.Axis.Table = "a.b" },
		"slots":      func(t *Table) { t.Slots = t.Slots[1:] },
		"width":      func(t *Table) { t.Width = MaxReplication + 1 },
		"worker":     func(t *Table) { t.Slots[0] = 5 },
		"below none": func(t *Table) { t.Slots[0] = -2 },
		"worker id":  func(t *Table) { t.Workers[0] = "a b" },
		"range":      func(t *Table) { t.Ranges[0] = chunks.Range{First: 1, Last: 0} },
		"order":      func(t *Table) { slices.Reverse(t.Ranges) },
		"twice":      func(t *Table) { t.Ranges[1] = t.Ranges[0] },
	} {
		x := sampleTable(10, 5, 2, rng)
		change(&x)
		if _, err := EncodePages(x); !fault.Is(err, fault.Internal) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func page(t testing.TB, raw []byte) []byte {
	t.Helper()
	b, err := wire.Compress([]byte(pageMagic), raw)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecodePageRefuses(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	pages, err := EncodePages(sampleTable(5, 3, 2, rng))
	if err != nil {
		t.Fatal(err)
	}
	good := pages[0]
	raw, err := wire.Decompress(good[4:], maxRawPage)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"nothing":    nil,
		"other":      append([]byte("SHM1"), good[4:]...),
		"cut":        good[:len(good)-1],
		"two frames": append(bytes.Clone(good), good[4:]...),
		"too large":  append([]byte("SHA1"), make([]byte, MaxPageBytes)...),
		"bomb":       page(t, make([]byte, 32<<20)),
		"raw cut":    page(t, raw[:len(raw)-1]),
		"raw longer": page(t, append(bytes.Clone(raw), 0)),
	} {
		if _, err := DecodePage(b); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range raw {
		b := bytes.Clone(raw)
		b[i] ^= 0x81
		checkPage(t, page(t, b))
	}
}

// checkPage fails if a page can be decoded and is not what its table is encoded as.
func checkPage(t *testing.T, b []byte) {
	table, err := DecodePage(b)
	if err != nil {
		if !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%v", err)
		}
		return
	}
	again, err := EncodePages(table)
	if err != nil || len(again) != 1 {
		t.Fatalf("%d pages: %v", len(again), err)
	}
	was, err := wire.Decompress(b[4:], maxRawPage)
	if err != nil {
		t.Fatal(err)
	}
	is, err := wire.Decompress(again[0][4:], maxRawPage)
	if err != nil || !bytes.Equal(was, is) {
		t.Errorf("%x is read as what is written %x: %v", was, is, err)
	}
}

func FuzzDecodePage(f *testing.F) {
	rng := rand.New(rand.NewPCG(4, 4))
	for _, width := range []int{0, 1, 3} {
		pages, err := EncodePages(sampleTable(4, 3, width, rng))
		if err != nil {
			f.Fatal(err)
		}
		raw, err := wire.Decompress(pages[0][4:], maxRawPage)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw, false)
		f.Add(pages[0], true)
	}
	f.Fuzz(func(t *testing.T, b []byte, whole bool) {
		if !whole {
			if len(b) == 0 || len(b) > maxRawPage {
				return
			}
			b = page(t, b)
		}
		checkPage(t, b)
	})
}

// What is stored and read back serves as the previous placement, also over axes and when the
// tables list different workers.
func TestPlacementOf(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	a, b := chunks.Axis{Dataset: "a"}, chunks.Axis{Dataset: "b", Table: "t"}
	var loads []Load
	var ranges []chunks.Range
	for i := range int64(400) {
		r := chunks.Range{First: i * 10, Last: i*10 + 9}
		ranges = append(ranges, r)
		axis := a
		if i >= 150 {
			axis = b
		}
		loads = append(loads, Load{Key: chunks.Chunk{Axis: axis, Range: r}.Key(), Bytes: 1 + rng.Int64N(1000)})
	}
	in := Input{Workers: workersNamed(6), Chunks: loads, Replication: 2}
	p := mustAssign(t, in)
	var tables []Table
	for _, x := range []Table{
		{Axis: a, Ranges: ranges[:150], Workers: p.Workers, Width: 2, Slots: p.Slots[:300]},
		{Axis: b, Ranges: ranges[150:], Workers: p.Workers, Width: 2, Slots: slices.Clone(p.Slots[300:])},
	} {
		pages, err := EncodePages(x)
		if err != nil {
			t.Fatal(err)
		}
		tables = append(tables, joined(t, pages))
	}
	slices.Reverse(tables[1].Workers) // the same workers under other numbers
	for i := range tables[1].Slots {
		tables[1].Slots[i] = 5 - tables[1].Slots[i]
	}
	back := PlacementOf(tables)
	if !slices.Equal(back.Keys, p.Keys) || Moved(p, back, loads) != 0 || Moved(back, p, loads) != 0 {
		t.Error("the placement is not what it was")
	}
	in.Previous = back
	if again := mustAssign(t, in); !reflect.DeepEqual(again, p) {
		t.Error("what was read back is not kept")
	}
	tables = append(tables, Table{Axis: chunks.Axis{Dataset: "c"}, Ranges: ranges[:1], Width: 1, Slots: []int32{-1}})
	if wide := PlacementOf(tables); wide.Width != 2 || !slices.Equal(wide.Replicas(400), []int32{-1, -1}) {
		t.Errorf("a chunk without replicas is on %v", wide.Replicas(400))
	}
}

func BenchmarkPages(b *testing.B) {
	table := sampleTable(1_000_000, 1000, 3, rand.New(rand.NewPCG(6, 6)))
	size := 0
	b.Run("encode", func(b *testing.B) {
		for b.Loop() {
			pages, err := EncodePages(table)
			if err != nil {
				b.Fatal(err)
			}
			size = 0
			for _, p := range pages {
				size += len(p)
			}
			b.ReportMetric(float64(len(pages)), "pages")
		}
		b.ReportMetric(float64(size)/float64(len(table.Ranges)), "B/chunk")
	})
	pages, err := EncodePages(table)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			for _, p := range pages {
				if _, err := DecodePage(p); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
