package manifest

import (
	"bytes"
	"crypto/sha256"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/internal/wire"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// sampleValues has a value of each kind and some at the edges.
func sampleValues() []value.Value {
	return []value.Value{
		{}, value.BoolValue(true), value.Int(math.MinInt64), value.Int(-1), value.Uint(math.MaxUint64), value.Int128(math.MinInt64, 0),
		value.DecimalValue(0, 12345, 2), value.DecimalValue(-1, 5, 38), value.DecimalValue(math.MaxInt64, math.MaxUint64, 0),
		value.Float(1.5), value.Double(math.NaN()), value.Double(math.Inf(-1)), value.Text(""), value.Text(strings.Repeat("é", 16)),
		value.Blob([]byte{0, 255}), value.UUIDValue([16]byte{1, 15: 9}), value.DateValue(-value.InfiniteDate), value.TimeValue(86400e6),
		value.TimestampValue(math.MaxInt64, value.Nanoseconds), value.TimestampValue(-5, value.Seconds), value.TimestampTZValue(7),
	}
}

func sampleEntry(i int, columns int, rng *rand.Rand) Entry {
	var e Entry
	rng2 := [4]byte{byte(i), byte(i >> 8), byte(i >> 16), byte(i >> 24)}
	e.SHA256 = sha256.Sum256(rng2[:])
	e.ID = chunks.ID{Range: chunks.Range{First: int64(i) * 1000, Last: int64(i)*1000 + 999}, Hash: chunks.HashOf(e.SHA256)}
	e.Rows, e.Bytes = 1000, rng.Int64N(1<<40)
	samples := sampleValues()
	for range columns {
		v := samples[rng.IntN(len(samples))]
		e.Columns = append(e.Columns, ColumnStats{Nulls: rng.Int64N(1002) - 1, Min: v, Max: v})
	}
	if columns > 1 && i%3 != 0 {
		e.Filters = Filters{Sum: chunks.FilterSum(rng.Uint64()), Bytes: 1 + rng.Int64N(1<<20), Bits: uint8(1 + rng.IntN(16)), Columns: []uint16{0}}
		if i%2 == 0 {
			e.Filters.Columns = append(e.Filters.Columns, uint16(columns-1))
		}
	}
	return e
}

func TestPagesRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct{ entries, columns, pages int }{{1, 0, 1}, {1, 1, 1}, {100, 30, 1}, {20_000, 4, 2}, {40, 3000, 2}} {
		var want []Entry
		for i := range c.entries {
			want = append(want, sampleEntry(i, c.columns, rng))
		}
		want[len(want)-1].ID.Range = chunks.NullRange()
		want[0].ID.Range = chunks.Range{First: math.MinInt64, Last: math.MaxInt64}
		pages, err := EncodePages(want)
		if err != nil {
			t.Fatal(err)
		}
		if len(pages) < c.pages {
			t.Errorf("%d entries fill %d pages", c.entries, len(pages))
		}
		var got []Entry
		for _, p := range pages {
			if len(p) > MaxPageBytes {
				t.Errorf("a page of %d bytes", len(p))
			}
			part, err := DecodePage(p)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, part...)
		}
		for i := range want {
			if want[i].Columns == nil {
				want[i].Columns = []ColumnStats{}
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%d entries of %d columns are not what they were", c.entries, c.columns)
		}
	}
	if pages, err := EncodePages(nil); err != nil || len(pages) != 0 {
		t.Errorf("nothing becomes %d pages: %v", len(pages), err)
	}
}

// However badly it compresses, a page stays below its limit, and is not needlessly small.
func TestPagesAreFull(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	var entries []Entry
	for i := range 30_000 {
		e := sampleEntry(i, 0, rng)
		for range 4 {
			var u [16]byte
			for k := range u {
				u[k] = byte(rng.Uint32())
			}
			e.Columns = append(e.Columns, ColumnStats{Nulls: rng.Int64N(1000), Min: value.UUIDValue(u), Max: value.UUIDValue(u)})
		}
		entries = append(entries, e)
	}
	pages, err := EncodePages(entries)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range pages {
		if len(p) > MaxPageBytes || i < len(pages)-1 && len(p) < MaxPageBytes/4 {
			t.Errorf("page %d of %d has %d bytes", i, len(pages), len(p))
		}
	}
}

func TestEncodePagesRefuses(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	with := func(f func(*Entry)) []Entry {
		es := []Entry{sampleEntry(0, 2, rng), sampleEntry(1, 2, rng)}
		f(&es[1])
		return es
	}
	for name, c := range map[string]struct {
		entries []Entry
		kind    fault.Kind
	}{
		"hash":        {with(func(e *Entry) { e.ID.Hash++ }), fault.Internal},
		"range":       {with(func(e *Entry) { e.ID.Range = chunks.Range{First: 2, Last: 1} }), fault.Internal},
		"rows":        {with(func(e *Entry) { e.Rows = -1 }), fault.Internal},
		"bytes":       {with(func(e *Entry) { e.Bytes = -1 }), fault.Internal},
		"columns":     {with(func(e *Entry) { e.Columns = e.Columns[:1] }), fault.Internal},
		"NULLs":       {with(func(e *Entry) { e.Columns[0].Nulls = e.Rows + 1 }), fault.Internal},
		"fewer NULLs": {with(func(e *Entry) { e.Columns[0].Nulls = -2 }), fault.Internal},
		"NULL bound":  {with(func(e *Entry) { e.Columns[0].Min = value.NullValue() }), fault.Internal},
		"order":       {with(func(e *Entry) { e.Columns[0] = ColumnStats{Min: value.Int(2), Max: value.Int(1)} }), fault.Internal},
		"kinds":       {with(func(e *Entry) { e.Columns[0] = ColumnStats{Min: value.Int(2), Max: value.Text("x")} }), fault.Internal},
		"no filters":  {with(func(e *Entry) { e.Filters = Filters{Bytes: 1} }), fault.Internal},
		"bits":        {with(func(e *Entry) { e.Filters = Filters{Bytes: 1, Columns: []uint16{0}} }), fault.Internal},
		"filters of":  {with(func(e *Entry) { e.Filters = Filters{Bytes: 1, Bits: 8, Columns: []uint16{2}} }), fault.Internal},
		"twice":       {with(func(e *Entry) { e.Filters = Filters{Bytes: 1, Bits: 8, Columns: []uint16{1, 1}} }), fault.Internal},
		"long text":   {with(func(e *Entry) { e.Columns[0] = ColumnStats{Max: value.Text(strings.Repeat("x", 33))} }), fault.Internal},
		"too wide":    {[]Entry{sampleEntry(0, 200_000, rng)}, fault.ResourceExhausted},
	} {
		if _, err := EncodePages(c.entries); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func page(t *testing.T, raw []byte) []byte {
	t.Helper()
	b, err := wire.Compress([]byte(pageMagic), raw)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecodePageRefuses(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	pages, err := EncodePages([]Entry{sampleEntry(0, 3, rng), sampleEntry(1, 3, rng)})
	if err != nil {
		t.Fatal(err)
	}
	good := pages[0]
	raw, err := wire.Decompress(good[4:], maxRawPage)
	if err != nil {
		t.Fatal(err)
	}
	flip := bytes.Clone(good)
	flip[len(flip)/2] ^= 1
	bomb := page(t, make([]byte, 32<<20))
	manyColumns := wire.AppendUint(wire.AppendUint(nil, 1), 1<<40)
	for name, b := range map[string][]byte{
		"nothing":        nil,
		"magic":          []byte("SHM1"),
		"other magic":    append([]byte("SHX1"), good[4:]...),
		"cut":            good[:len(good)-3],
		"flipped bit":    flip,
		"two frames":     append(bytes.Clone(good), good[4:]...),
		"trailing bytes": append(bytes.Clone(good), 0),
		"bomb":           bomb,
		"too large":      append([]byte("SHM1"), make([]byte, MaxPageBytes)...),
		"no entries":     page(t, []byte{0, 0}),
		"too many":       page(t, append(manyColumns, make([]byte, 100)...)),
		"raw cut":        page(t, raw[:len(raw)-1]),
		"raw longer":     page(t, append(bytes.Clone(raw), 0)),
		"long varint":    page(t, append([]byte{0x82, 0x00}, raw[1:]...)),
	} {
		if entries, err := DecodePage(b); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%s: %d entries, %v", name, len(entries), err)
		}
	}
	for i := range raw { // damage beneath the checksum of the frame
		b := bytes.Clone(raw)
		b[i] ^= 0xff
		checkPage(t, page(t, b))
	}
}

// checkPage fails if a page can be decoded and is not what its entries are encoded as.
func checkPage(t *testing.T, b []byte) {
	entries, err := DecodePage(b)
	if err != nil {
		if !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%v", err)
		}
		return
	}
	again, err := EncodePages(entries)
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
	rng := rand.New(rand.NewPCG(5, 5))
	for _, columns := range []int{0, 1, 3, 8} {
		pages, err := EncodePages([]Entry{sampleEntry(0, columns, rng), sampleEntry(1, columns, rng)})
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
	// Most fuzzing goes beneath compression, whose checksum would stop it otherwise.
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

func TestCutText(t *testing.T) {
	x := strings.Repeat("x", 40)
	ff := strings.Repeat("\xff", 40)
	for _, c := range []struct {
		in    value.Value
		isMax bool
		want  value.Value
	}{
		{value.Text("short"), true, value.Text("short")},
		{value.Text(x), false, value.Text(x[:32])},
		{value.Text(x), true, value.Text(x[:31] + "y")},
		{value.Blob([]byte("a" + ff)), true, value.Blob([]byte("b"))},
		{value.Blob([]byte(ff)), true, value.Value{}},
		{value.Blob([]byte(ff)), false, value.Blob([]byte(ff[:32]))},
		{value.Text(x[:32]), true, value.Text(x[:32])},
		{value.Int(5), true, value.Int(5)},
		{value.Value{}, true, value.Value{}},
	} {
		got := cutText(c.in, c.isMax)
		if got != c.want {
			t.Errorf("%s becomes %s, not %s", c.in, got, c.want)
		}
		if got.Known() && (c.isMax && got.Raw() < c.in.Raw() || !c.isMax && got.Raw() > c.in.Raw()) {
			t.Errorf("%s does not bound %s", got, c.in)
		}
	}
}

func BenchmarkPages(b *testing.B) {
	rng := rand.New(rand.NewPCG(6, 6))
	var entries []Entry
	for i := range 20_000 {
		e := sampleEntry(i, 0, rng)
		for c := range int64(16) {
			lo := rng.Int64N(1 << 20)
			e.Columns = append(e.Columns, ColumnStats{Min: value.Int(lo), Max: value.Int(lo + c*1000)})
		}
		entries = append(entries, e)
	}
	pages, err := EncodePages(entries)
	if err != nil {
		b.Fatal(err)
	}
	size := 0
	for _, p := range pages {
		size += len(p)
	}
	report := func(b *testing.B) {
		b.ReportMetric(float64(size)/float64(len(entries)), "B/entry")
		b.ReportMetric(float64(len(entries))*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
	}
	b.Run("encode", func(b *testing.B) {
		for b.Loop() {
			if _, err := EncodePages(entries); err != nil {
				b.Fatal(err)
			}
		}
		report(b)
	})
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			for _, p := range pages {
				if _, err := DecodePage(p); err != nil {
					b.Fatal(err)
				}
			}
		}
		report(b)
	})
}
