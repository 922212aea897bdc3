package pruning

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/value"
)

// benchTypes are the columns of a table of facts: a block column, a date that follows it, numbers
// and texts that do not, one all over the place.
var benchTypes = []string{"BIGINT", "DATE", "DECIMAL(15,2)", "DOUBLE", "VARCHAR", "INTEGER"}

// benchIndex has n chunks in segments of as many as a manifest page has.
func benchIndex(b *testing.B, n int) *Index {
	b.Helper()
	schema, err := NewSchema(benchTypes, 0)
	if err != nil {
		b.Fatal(err)
	}
	const perSegment = 5000
	rng := rand.New(rand.NewPCG(1, 1))
	var segments []*Segment
	for from := 0; from < n; from += perSegment {
		entries := make([]manifest.Entry, min(perSegment, n-from))
		for i := range entries {
			entries[i] = benchEntry(int64(from+i), n, rng)
		}
		s, err := NewSegment(schema, entries)
		if err != nil {
			b.Fatal(err)
		}
		segments = append(segments, s)
	}
	return NewIndex(schema, segments...)
}

func benchEntry(i int64, n int, rng *rand.Rand) manifest.Entry {
	day := int32(i * 20000 / int64(n))
	dec := rng.Int64N(1_000_000)
	f, k := rng.Float64(), rng.Int64N(1_000_000)
	return entryOf(chunks.Range{First: i * 1000, Last: i*1000 + 999}, 1000,
		bounded(0, value.Int(i*1000), value.Int(i*1000+998)),
		bounded(0, value.DateValue(day), value.DateValue(day+3)),
		bounded(0, value.DecimalValue(0, uint64(dec), 2), value.DecimalValue(0, uint64(dec+1000), 2)),
		bounded(3, value.Double(f), value.Double(f+0.01)),
		bounded(0, value.Text(fmt.Sprintf("k%06d", k)), value.Text(fmt.Sprintf("k%06d", k+1000))),
		bounded(0, value.Int(k), value.Int(k+100)))
}

func BenchmarkSelect(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000, 1_000_000} {
		x := benchIndex(b, n)
		runtime.GC()
		middle := int64(n) * 500
		var blocks, texts []value.Value
		for i := range int64(100) {
			blocks = append(blocks, value.Int(i*int64(n)*10+500))
			texts = append(texts, value.Text(fmt.Sprintf("k%06d", i*9973)))
		}
		for _, c := range []struct {
			name string
			p    Predicate
		}{
			{"block-range", And{Compare{0, Ge, value.Int(middle)}, Compare{0, Lt, value.Int(middle + 10_000)}}},
			{"block-in-100", In{0, blocks, false}},
			{"clustered-range", And{Compare{1, Ge, value.DateValue(9000)}, Compare{1, Lt, value.DateValue(9030)}}},
			{"scattered-range", And{Compare{2, Ge, value.DecimalValue(0, 500_000, 2)}, Compare{2, Lt, value.DecimalValue(0, 600_000, 2)}}},
			{"scattered-conjunction", And{Compare{2, Lt, value.DecimalValue(0, 100_000, 2)}, Compare{3, Gt, value.Double(0.5)}, Compare{5, Eq, value.Int(12345)}}},
			{"scattered-in-100", In{4, texts, false}},
		} {
			b.Run(fmt.Sprintf("%s/chunks=%d", c.name, n), func(b *testing.B) {
				b.ReportAllocs()
				var sel Selection
				for b.Loop() {
					sel = x.Select(c.p, nil)
				}
				b.ReportMetric(float64(sel.Total)*float64(b.N)/b.Elapsed().Seconds(), "chunks/s")
				b.ReportMetric(float64(sel.Selected), "selected")
				b.ReportMetric(float64(x.MemoryBytes())/float64(n), "B/chunk")
			})
		}
	}
}
