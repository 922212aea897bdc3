package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/assignment"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/pruning"
	"github.com/shoal-db/shoal/libs/chunks/value"
)

const (
	rowsPerChunk = 1000
	segmentSize  = 1000
)

// pruningRates prints how fast chunks are pruned, and, as the peer, how fast a
// loop over their ranges would do it.
func pruningRates(context.Context) error {
	t := newTable("chunks pruned", "predicate", "chunks", "kept", "time", "chunks/s", "time ÷ plain loop")
	for _, n := range []int{1_000, 10_000, 100_000, 1_000_000} {
		index, ranges, err := indexOf(n)
		if err != nil {
			return err
		}
		loop := testing.Benchmark(func(b *testing.B) {
			for b.Loop() {
				kept := 0
				for _, r := range ranges {
					if r.Last >= 5_000 && r.First <= 6_000 {
						kept++
					}
				}
				runtime.KeepAlive(kept)
			}
		}).NsPerOp()
		for _, p := range predicates(int64(n)) {
			var sel pruning.Selection
			ns := testing.Benchmark(func(b *testing.B) {
				for b.Loop() {
					sel = index.Select(p.cond, nil)
				}
			}).NsPerOp()
			t.add(p.name, n, sel.Selected, duration(ns), fmt.Sprintf("%.3g", float64(n)/float64(ns)*1e9), ratio(float64(ns)/float64(loop)))
		}
	}
	t.print()
	return nil
}

type namedPredicate struct {
	name string
	cond pruning.Predicate
}

func predicates(n int64) []namedPredicate {
	compare := func(column int, op pruning.Op, v value.Value) pruning.Predicate {
		return pruning.Compare{Column: column, Op: op, Value: v}
	}
	return []namedPredicate{
		{"block range", pruning.And{compare(0, pruning.Ge, value.Int(5_000)), compare(0, pruning.Le, value.Int(6_000))}},
		{"block IN (100 values)", pruning.In{Column: 0, Values: spread(n)}},
		{"statistics: a > x AND s = y", pruning.And{compare(1, pruning.Gt, value.Int(990_000)), compare(2, pruning.Eq, value.Text("k5"))}},
	}
}

func spread(n int64) []value.Value {
	out := make([]value.Value, 100)
	for i := range out {
		out[i] = value.Int(int64(i) * n * rowsPerChunk / 100)
	}
	return out
}

// indexOf makes n chunks with a block column, an integer and a string column.
func indexOf(n int) (*pruning.Index, []chunks.Range, error) {
	schema, err := pruning.NewSchema([]string{"BIGINT", "BIGINT", "VARCHAR"}, 0)
	if err != nil {
		return nil, nil, err
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var segments []*pruning.Segment
	ranges := make([]chunks.Range, 0, n)
	for first := 0; first < n; first += segmentSize {
		var entries []manifest.Entry
		for i := first; i < min(first+segmentSize, n); i++ {
			e := entry(int64(i), rng)
			ranges = append(ranges, e.ID.Range)
			entries = append(entries, e)
		}
		s, err := pruning.NewSegment(schema, entries)
		if err != nil {
			return nil, nil, err
		}
		segments = append(segments, s)
	}
	return pruning.NewIndex(schema, segments...), ranges, nil
}

func entry(i int64, rng *rand.Rand) manifest.Entry {
	r := chunks.Range{First: i * rowsPerChunk, Last: (i+1)*rowsPerChunk - 1}
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(i)))
	low := rng.Int64N(1_000_000)
	return manifest.Entry{
		ID: chunks.ID{Range: r, Hash: chunks.HashOf(sum)}, Rows: rowsPerChunk, Bytes: 1 << 20, SHA256: sum,
		Columns: []manifest.ColumnStats{
			{Min: value.Int(r.First), Max: value.Int(r.Last)},
			{Min: value.Int(low), Max: value.Int(low + 1000)},
			{Min: value.Text(fmt.Sprintf("k%d", low%10)), Max: value.Text(fmt.Sprintf("k%d~", low%10))},
		},
	}
}

// assignmentMoves prints what it takes to place a million chunks on a thousand
// workers, and how much moves when one comes or goes, as a ratio to the least
// that could.
func assignmentMoves(context.Context) error {
	const chunkCount, workerCount, replication = 1_000_000, 1_000, 2
	rng := rand.New(rand.NewPCG(3, 4))
	loads := make([]assignment.Load, chunkCount)
	for i := range loads {
		c := chunks.Chunk{Axis: chunks.Axis{Dataset: "bench"}, Range: chunks.Range{First: int64(i) * rowsPerChunk, Last: int64(i+1)*rowsPerChunk - 1}}
		loads[i] = assignment.Load{Key: c.Key(), Bytes: 8<<20 + rng.Int64N(48<<20)}
	}
	workers := make([]assignment.Worker, workerCount+1)
	for i := range workers {
		workers[i] = assignment.Worker{ID: chunks.WorkerID(fmt.Sprintf("worker-%04d", i)), Capacity: 1}
	}
	var total float64
	for _, l := range loads {
		total += float64(l.Bytes) * replication
	}
	t := newTable("assignment of 10⁶ chunks to 1,000 workers, 2 replicas", "step", "time", "moved", "moved ÷ least possible", "fullest ÷ mean")
	var first *assignment.Placement
	for _, step := range []struct {
		name    string
		workers []assignment.Worker
	}{{"first", workers[:workerCount]}, {"one joins", workers}, {"one leaves", workers[:workerCount-1]}} {
		var p *assignment.Placement
		var err error
		ns := once(func() {
			p, err = assignment.Assign(assignment.Input{Workers: step.workers, Chunks: loads, Replication: replication, Previous: first})
		})
		if err != nil {
			return err
		}
		moved, least := "—", "—"
		if first == nil {
			first = p
		} else {
			share := float64(assignment.Moved(first, p, loads)) / total
			moved = fmt.Sprintf("%.3f %%", 100*share)
			least = ratio(share * float64(max(len(step.workers), workerCount)))
		}
		t.add(step.name, duration(ns), moved, least, ratio(fullest(p, loads)/(total/float64(len(p.Workers)))))
	}
	t.print()
	return nil
}

// fullest is the number of bytes on the worker that has most.
func fullest(p *assignment.Placement, loads []assignment.Load) float64 {
	bytes := make([]int64, len(p.Workers))
	for i, l := range loads {
		for _, w := range p.Replicas(i) {
			bytes[w] += l.Bytes
		}
	}
	most := int64(0)
	for _, b := range bytes {
		most = max(most, b)
	}
	return float64(most)
}
