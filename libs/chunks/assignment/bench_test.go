package assignment

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks"
)

func workersNamed(n int) []Worker {
	ws := make([]Worker, n)
	for i := range ws {
		ws[i] = Worker{ID: chunks.WorkerID(fmt.Sprintf("worker-%04d", i)), Capacity: 1}
	}
	return ws
}

// randomLoads makes chunks whose sizes differ as those of real tables do.
func randomLoads(n int, rng *rand.Rand) []Load {
	loads := make([]Load, n)
	for i := range loads {
		c := chunks.Chunk{Axis: chunks.Axis{Dataset: "bench"}, Range: chunks.Range{First: int64(i) * 1000, Last: int64(i)*1000 + 999}}
		loads[i] = Load{Key: c.Key(), Bytes: 8<<20 + rng.Int64N(48<<20)}
	}
	return loads
}

// loadsOf returns the bytes on each worker of a placement.
func loadsOf(p *Placement, loads []Load) map[chunks.WorkerID]int64 {
	out := map[chunks.WorkerID]int64{}
	for i, l := range loads {
		for _, w := range p.Replicas(i) {
			out[p.Workers[w]] += l.Bytes
		}
	}
	return out
}

// imbalance is the greatest load in percent of the mean, less 100.
func imbalance(p *Placement, loads []Load) float64 {
	var most, total int64
	for _, l := range loadsOf(p, loads) {
		most, total = max(most, l), total+l
	}
	return 100*float64(most)*float64(len(p.Workers))/float64(total) - 100
}

func mustAssign(tb testing.TB, in Input) *Placement {
	tb.Helper()
	p, err := Assign(in)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func totalBytes(loads []Load) (total int64) {
	for _, l := range loads {
		total += l.Bytes
	}
	return total
}

// BenchmarkAssign reports the time to place 10⁶ chunks on 1,000 workers, three replicas each, and
// which part of the replicas moves when a worker joins or leaves. Ideal is 0.1%.
func BenchmarkAssign(b *testing.B) {
	const replication = 3
	loads := randomLoads(1_000_000, rand.New(rand.NewPCG(1, 2)))
	everything := float64(totalBytes(loads)) * replication
	ws := workersNamed(1001)
	first := mustAssign(b, Input{Workers: ws[:1000], Chunks: loads, Replication: replication})
	run := func(name string, workers []Worker, prev *Placement) {
		b.Run(name, func(b *testing.B) {
			var p *Placement
			for b.Loop() {
				p = mustAssign(b, Input{Workers: workers, Chunks: loads, Replication: replication, Previous: prev})
			}
			b.ReportMetric(imbalance(p, loads), "%imbalance")
			b.ReportMetric(100*float64(Moved(first, p, loads))/everything, "%moved")
			b.ReportMetric(float64(len(loads))*float64(b.N)/b.Elapsed().Seconds(), "chunks/s")
		})
	}
	run("first", ws[:1000], nil)
	run("same", ws[:1000], first)
	run("join", ws, first)
	run("leave", ws[:999], first)
	run("join/no-previous", ws, nil)
	run("leave/no-previous", ws[:999], nil)
}
