package assignment

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// check fails if a placement breaks an invariant of Assign.
func check(t *testing.T, in Input, p *Placement) {
	t.Helper()
	active := map[chunks.WorkerID]bool{}
	for _, w := range in.Workers {
		if !w.Draining {
			active[w.ID] = true
		}
	}
	if want := min(in.Replication, len(active)); p.Width != want || len(p.Keys) != len(in.Chunks) || len(p.Slots) != want*len(in.Chunks) {
		t.Fatalf("%d keys, width %d, %d slots for %d chunks on %d workers", len(p.Keys), p.Width, len(p.Slots), len(in.Chunks), len(active))
	}
	for i, c := range in.Chunks {
		if p.Keys[i] != c.Key {
			t.Fatalf("key %d is another", i)
		}
		row := p.Replicas(i)
		for j, w := range row {
			if w < 0 || !active[p.Workers[w]] || slices.Contains(row[:j], w) {
				t.Fatalf("chunk %d is on %v", i, row)
			}
		}
	}
}

// spread returns the least and greatest load in percent of fair shares, and the largest chunk in
// percent of the least share.
func spread(in Input, p *Placement) (least, most, grain float64) {
	s, _, err := newState(in)
	if err != nil {
		panic(err)
	}
	var largest int64
	for _, l := range in.Chunks {
		largest = max(largest, l.Bytes)
	}
	loads := loadsOf(p, in.Chunks)
	least = 1e9
	for i, w := range s.workers {
		r := 100 * float64(loads[w.ID]) / float64(max(s.fair[i], 1))
		least, most = min(least, r), max(most, r)
		grain = max(grain, 100*float64(largest)/float64(max(s.fair[i], 1)))
	}
	return least, most, grain
}

func TestAssignIsBalanced(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct{ workers, chunks, replication int }{
		{1, 1, 1}, {1, 100, 3}, {2, 16, 2}, {2, 17, 1}, {3, 16, 2}, {3, 1000, 2}, {4, 188, 2}, {10, 1000, 3}, {50, 20_000, 2}, {200, 50_000, 3}, {5, 0, 2}, {16, 4, 2},
	} {
		in := Input{Workers: workersNamed(c.workers), Chunks: randomLoads(c.chunks, rng), Replication: c.replication}
		p := mustAssign(t, in)
		check(t, in, p)
		least, most, grain := spread(in, p)
		if c.chunks > 0 && (most > 100+DefaultSlackPercent+grain+1 || least < 100-DefaultSlackPercent-grain-1) {
			t.Errorf("%+v: loads are between %.1f%% and %.1f%% of fair shares, the largest chunk is %.1f%%", c, least, most, grain)
		}
	}
}

func TestAssignByCapacity(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	ws := workersNamed(12)
	for i := range ws {
		ws[i].Capacity = uint32(1 + i%4)
	}
	in := Input{Workers: ws, Chunks: randomLoads(12_000, rng), Replication: 2}
	p := mustAssign(t, in)
	check(t, in, p)
	least, most, grain := spread(in, p)
	if most > 105+grain+1 || least < 95-grain-1 {
		t.Errorf("loads are between %.1f%% and %.1f%% of fair shares", least, most)
	}
	loads := loadsOf(p, in.Chunks)
	if r := float64(loads[ws[3].ID]) / float64(loads[ws[0].ID]); r < 3.5 || r > 4.5 {
		t.Errorf("four times the capacity gets %.2f times the bytes", r)
	}
	// A giant holds at most one replica of everything, the others share the rest.
	in.Workers = workersNamed(4)
	in.Workers[0].Capacity = 1_000_000
	p = mustAssign(t, in)
	check(t, in, p)
	if giant := loadsOf(p, in.Chunks)[in.Workers[0].ID]; giant < totalBytes(in.Chunks)/100*94 {
		t.Errorf("the giant has %d of %d bytes", giant, totalBytes(in.Chunks))
	}
	if least, most, _ := spread(in, p); least < 90 || most > 110 {
		t.Errorf("beside a giant, loads are between %.1f%% and %.1f%%", least, most)
	}
}

// The placement depends on what is given, not on its order.
func TestAssignIsAFunction(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	in := Input{Workers: workersNamed(7), Chunks: randomLoads(500, rng), Replication: 3}
	byKey := func(p *Placement) map[chunks.Key][]chunks.WorkerID {
		out := map[chunks.Key][]chunks.WorkerID{}
		for i, k := range p.Keys {
			for _, w := range p.Replicas(i) {
				out[k] = append(out[k], p.Workers[w])
			}
		}
		return out
	}
	first := mustAssign(t, in)
	second := mustAssign(t, in)
	if !reflect.DeepEqual(first, second) {
		t.Error("two calls differ")
	}
	other := in
	other.Workers, other.Chunks = slices.Clone(in.Workers), slices.Clone(in.Chunks)
	rng.Shuffle(len(other.Workers), func(i, j int) { other.Workers[i], other.Workers[j] = other.Workers[j], other.Workers[i] })
	rng.Shuffle(len(other.Chunks), func(i, j int) { other.Chunks[i], other.Chunks[j] = other.Chunks[j], other.Chunks[i] })
	if !reflect.DeepEqual(byKey(mustAssign(t, other)), byKey(first)) {
		t.Error("the order of workers or chunks has a say")
	}
	in.Previous = first
	again := mustAssign(t, in)
	if !reflect.DeepEqual(again, first) {
		t.Error("nothing changed, and yet replicas or their order did")
	}
}

func TestMovement(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	loads := randomLoads(30_000, rng)
	const replication = 3
	everything := float64(totalBytes(loads)) * replication
	ws := workersNamed(51)
	base := Input{Workers: ws[:50], Chunks: loads, Replication: replication}
	first := mustAssign(t, base)
	moved := func(in Input) (*Placement, float64) {
		t.Helper()
		in.Previous = first
		p := mustAssign(t, in)
		check(t, in, p)
		least, most, grain := spread(in, p)
		if most > 105+grain+1 || least < 95-grain-1 {
			t.Errorf("loads are between %.1f%% and %.1f%% of fair shares", least, most)
		}
		return p, 100 * float64(Moved(first, p, loads)) / everything
	}
	join := base
	join.Workers = ws
	if _, m := moved(join); m > 100.0/51 || m < 85.0/51 {
		t.Errorf("a join moves %.2f%%, its share is %.2f%%", m, 100.0/51)
	}
	lost := 100 * float64(loadsOf(first, loads)[ws[20].ID]) / everything
	leave := base
	leave.Workers = slices.Delete(slices.Clone(ws[:50]), 20, 21)
	p, m := moved(leave)
	if m > lost*1.05 || m < lost*0.999 {
		t.Errorf("a leave moves %.2f%%, the worker had %.2f%%", m, lost)
	}
	drain := base
	drain.Workers = slices.Clone(ws[:50])
	drain.Workers[20].Draining = true
	drained, _ := moved(drain)
	if !reflect.DeepEqual(p.Slots, drained.Slots) {
		t.Error("draining is not like leaving")
	}
	more := base
	more.Chunks = append(slices.Clone(loads), Load{Key: 1, Bytes: 1 << 20}, Load{Key: 2, Bytes: 1 << 20})
	more.Previous = first
	p = mustAssign(t, more)
	check(t, more, p)
	if got := Moved(first, p, more.Chunks); got != replication*2<<20 {
		t.Errorf("two new chunks move %d bytes", got)
	}
}

// A chain of joins, leaves, loads and changes of replication keeps the invariants.
func TestChain(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	pool := workersNamed(30)
	loads := randomLoads(4000, rng)
	var prev *Placement
	for step := range 40 {
		n := 1 + rng.IntN(len(pool))
		in := Input{Workers: slices.Clone(pool[:n]), Chunks: loads[:1+rng.IntN(len(loads))], Replication: 1 + rng.IntN(4), Previous: prev, SlackPercent: 1 + rng.IntN(20)}
		for i := range in.Workers {
			in.Workers[i].Draining = rng.IntN(10) == 0
			in.Workers[i].Capacity = uint32(1 + rng.IntN(3))
		}
		rng.Shuffle(len(pool), func(i, j int) { pool[i], pool[j] = pool[j], pool[i] })
		p := mustAssign(t, in)
		check(t, in, p)
		if p.Width > 0 && len(in.Workers) > 8 && in.Replication <= 2 {
			if _, most, grain := spread(in, p); most > 100+float64(in.SlackPercent)+grain+1 {
				t.Errorf("step %d: a worker has %.1f%% of its share, slack %d%%, largest chunk %.1f%%", step, most, in.SlackPercent, grain)
			}
		}
		prev = p
	}
}

// The preferred replica is each worker about as often as it has replicas.
func TestPreferenceIsSpread(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	in := Input{Workers: workersNamed(10), Chunks: randomLoads(10_000, rng), Replication: 3}
	p := mustAssign(t, in)
	first := map[int32]int{}
	for i := range p.Keys {
		first[p.Replicas(i)[0]]++
	}
	for w, n := range first {
		if n < 850 || n > 1150 {
			t.Errorf("worker %d is preferred for %d chunks of 10,000", w, n)
		}
	}
}

func TestUnequalChunks(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	loads := randomLoads(5000, rng)
	for i := range loads {
		loads[i].Bytes = 1 << rng.IntN(34)
	}
	loads[0].Bytes = 1 << 40 // more than all others together
	loads[1].Bytes = 0
	in := Input{Workers: workersNamed(40), Chunks: loads, Replication: 2}
	p := mustAssign(t, in)
	check(t, in, p)
	in.Workers = workersNamed(41)
	in.Previous = p
	check(t, in, mustAssign(t, in))
}

func TestWithoutWorkers(t *testing.T) {
	loads := randomLoads(3, rand.New(rand.NewPCG(8, 8)))
	draining := workersNamed(1)
	draining[0].Draining = true
	for _, ws := range [][]Worker{nil, draining} {
		in := Input{Workers: ws, Chunks: loads, Replication: 2}
		p := mustAssign(t, in)
		check(t, in, p)
		in.Workers, in.Previous = workersNamed(2), p
		check(t, in, mustAssign(t, in))
	}
}

func TestAssignRefuses(t *testing.T) {
	ws := workersNamed(2)
	for name, in := range map[string]Input{
		"no replication":  {Workers: ws},
		"replication":     {Workers: ws, Replication: MaxReplication + 1},
		"slack":           {Workers: ws, Replication: 1, SlackPercent: -1},
		"worker twice":    {Workers: []Worker{ws[0], ws[0]}, Replication: 1},
		"no capacity":     {Workers: []Worker{{ID: "w"}}, Replication: 1},
		"chunk twice":     {Workers: ws, Replication: 1, Chunks: []Load{{Key: 1}, {Key: 1}}},
		"negative":        {Workers: ws, Replication: 1, Chunks: []Load{{Key: 1, Bytes: -1}}},
		"unlikely amount": {Workers: ws, Replication: 1, Chunks: []Load{{Key: 1, Bytes: 1 << 60}, {Key: 2, Bytes: 1 << 62}}},
	} {
		if _, err := Assign(in); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRing(t *testing.T) {
	for _, n := range []int{1, 2, 3, 100} {
		var hashes []uint64
		var fair []int64
		for i := range n {
			hashes = append(hashes, hashID(chunks.WorkerID(fmt.Sprint("w", i))))
			fair = append(fair, int64(1+i%2))
		}
		r := newRing(hashes, fair)
		rng := rand.New(rand.NewPCG(9, uint64(n)))
		for range 2000 {
			place := rng.Uint64()
			if rng.IntN(10) == 0 {
				place = []uint64{0, ^uint64(0), r.points[0].place, r.points[len(r.points)-1].place}[rng.IntN(4)]
			}
			want := r.points[0].worker
			for _, p := range r.points {
				if p.place >= place {
					want = p.worker
					break
				}
			}
			if got := r.at(place); got != want {
				t.Fatalf("%d workers: place %x has worker %d, not %d", n, place, got, want)
			}
		}
	}
}
