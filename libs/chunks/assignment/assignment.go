// Package assignment owns the decision which workers hold which chunks, and its encoding.
//
// Invariants of Assign, for n active workers:
//   - it is a pure function: the same input gives the same placement, whatever order chunks and
//     workers come in;
//   - a chunk has min(replication, n) replicas, on distinct workers that are not draining;
//   - a worker's fair share of bytes is in proportion to its capacity, but never more than one
//     replica of everything; loads end within Slack of it, give or take the largest chunk, except
//     where distinctness leaves no choice (few workers of very unequal capacity);
//   - with the previous placement given, replicas stay where they are unless their worker is gone,
//     draining or overloaded, or a worker has less than its share less Slack. So a worker that
//     joins takes its share less half the slack, and one that leaves moves what it held and little
//     more. Who is beyond the slack is brought half of it inside, so that not every change moves
//     something everywhere.
//
// How: what has no place is thrown at a ring of virtual nodes with independent probes until one
// hits a worker with room (consistent hashing with bounded loads and random jumps: "Revisiting
// Consistent Hashing with Bounded Loads", Chen, Coleman, Shrivastava, AAAI 2021, arXiv 1908.08762).
// Then workers that are short of their share take replicas from fuller ones. Without a previous
// placement the ring alone keeps most replicas in place as workers come and go.
//
// It refuses to know reference tables (they are on every worker) and readiness (routing's part).
package assignment

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Worker is a worker that is alive.
type Worker struct {
	ID chunks.WorkerID
	// Capacity is relative to that of the others, in any unit; it must be positive.
	Capacity uint32
	// Draining workers get nothing and lose what they have.
	Draining bool
}

// Load is a chunk to be placed: its key, and the bytes of all its files together.
type Load struct {
	Key   chunks.Key
	Bytes int64
}

// Input is what Assign decides upon.
type Input struct {
	Workers     []Worker
	Chunks      []Load
	Replication int
	// SlackPercent is how far from its fair share a worker may be; 0 stands for DefaultSlackPercent.
	SlackPercent int
	// Previous is the placement to stay close to; nil if there is none.
	Previous *Placement
}

// DefaultSlackPercent keeps loads within 5% of fair shares.
const DefaultSlackPercent = 5

// MaxReplication bounds the replicas of a chunk.
const MaxReplication = 16

// state is an assignment in the making. Workers are the active ones, sorted by id.
type state struct {
	workers []Worker
	hashes  []uint64 // of the workers' ids
	chunks  []Load   // sorted by key
	width   int
	slots   []int32
	load    []int64 // bytes placed on each worker
	fair    []int64 // its share
	cap     []int64 // what it takes at most
	low     []int64 // what it should have at least
	half    []int64 // half the slack: who is beyond low or cap is brought this far inside
	ring    ring
}

// Assign places all chunks. With no active worker the placement's width is 0. Its keys are in the
// order of in.Chunks. Contradictory input (a worker or chunk twice, no capacity, negative bytes) is
// invalid_argument.
func Assign(in Input) (*Placement, error) {
	s, order, err := newState(in)
	if err != nil {
		return nil, err
	}
	out := &Placement{Keys: make([]chunks.Key, len(in.Chunks)), Width: s.width}
	for i, c := range in.Chunks {
		out.Keys[i] = c.Key
	}
	for _, w := range s.workers {
		out.Workers = append(out.Workers, w.ID)
	}
	if s.width == 0 {
		return out, nil
	}
	if in.Previous != nil {
		s.carry(in.Previous)
		s.shed()
	}
	s.placeMissing()
	s.fillShort()
	out.Slots = make([]int32, len(s.slots))
	for to, at := range order {
		row := out.Replicas(at)
		copy(row, s.row(to))
		s.prefer(s.chunks[to].Key, row)
	}
	return out, nil
}

func newState(in Input) (s *state, order []int, err error) {
	bad := func(format string, args ...any) (*state, []int, error) {
		return nil, nil, fault.New(fault.InvalidArgument, "assign chunks", format, args...)
	}
	if in.Replication < 1 || in.Replication > MaxReplication || in.SlackPercent < 0 || in.SlackPercent > 100 {
		return bad("replication %d and slack %d%%", in.Replication, in.SlackPercent)
	}
	s = &state{chunks: make([]Load, len(in.Chunks))}
	all := slices.Clone(in.Workers)
	slices.SortFunc(all, func(a, b Worker) int { return cmp.Compare(a.ID, b.ID) })
	for i, w := range all {
		if i > 0 && all[i-1].ID == w.ID || w.Capacity == 0 {
			return bad("worker %s is there twice or has no capacity", w.ID)
		}
		if !w.Draining {
			s.workers = append(s.workers, w)
		}
	}
	order = make([]int, len(in.Chunks))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(in.Chunks[a].Key, in.Chunks[b].Key) })
	var total, largest int64
	for to, at := range order {
		c := in.Chunks[at]
		if to > 0 && s.chunks[to-1].Key == c.Key || c.Bytes < 0 {
			return bad("chunk %016x is there twice or has %d bytes", uint64(c.Key), c.Bytes)
		}
		c.Bytes = max(c.Bytes, 1) // so that empty chunks are spread as well
		s.chunks[to] = c
		if total += c.Bytes; total > 1<<55 {
			return bad("there are more than 2^55 bytes")
		}
		largest = max(largest, c.Bytes)
	}
	s.width = min(in.Replication, len(s.workers))
	s.slots = make([]int32, len(s.chunks)*s.width)
	for i := range s.slots {
		s.slots[i] = -1
	}
	s.setShares(total, largest, int64(cmp.Or(in.SlackPercent, DefaultSlackPercent)))
	return s, order, nil
}

// setShares divides width replicas of everything among the workers in proportion to capacity. No
// worker can hold more than one replica of everything; what such a limit leaves over is divided
// among the others.
func (s *state) setShares(total, largest, slackPercent int64) {
	n := len(s.workers)
	s.load, s.fair = make([]int64, n), make([]int64, n)
	s.cap, s.low, s.half = make([]int64, n), make([]int64, n), make([]int64, n)
	s.hashes = make([]uint64, n)
	var capacity uint64
	for i, w := range s.workers {
		capacity += uint64(w.Capacity)
		s.hashes[i] = hashID(w.ID)
	}
	limited := make([]bool, n)
	left := total * int64(s.width)
	for again := true; again; {
		again = false
		for i, w := range s.workers {
			if limited[i] {
				continue
			}
			s.fair[i] = proportion(left, uint64(w.Capacity), capacity)
			if s.fair[i] > total {
				s.fair[i], limited[i], again = total, true, true
				left -= total
				capacity -= uint64(w.Capacity)
			}
		}
	}
	for i, fair := range s.fair {
		slack := fair / 100 * slackPercent
		s.cap[i] = fair + slack + largest
		s.low[i] = fair - slack - largest
		s.half[i] = slack / 2
	}
	s.ring = newRing(s.hashes, s.fair)
}

// proportion is left·part/whole without overflow. part ≤ whole.
func proportion(left int64, part, whole uint64) int64 {
	if whole == 0 || left <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(left), part)
	q, _ := bits.Div64(hi, lo, whole)
	return int64(q)
}

func (s *state) row(i int) []int32 { return s.slots[i*s.width : (i+1)*s.width] }

// carry takes over the replicas on workers that are still active.
func (s *state) carry(p *Placement) {
	if p.Width == 0 {
		return
	}
	now := make([]int32, len(p.Workers))
	for i, id := range p.Workers {
		at, ok := slices.BinarySearchFunc(s.workers, id, func(w Worker, id chunks.WorkerID) int { return cmp.Compare(w.ID, id) })
		if now[i] = int32(at); !ok {
			now[i] = -1
		}
	}
	was := make(map[chunks.Key]int32, len(p.Keys))
	for i, k := range p.Keys {
		was[k] = int32(i)
	}
	for i, c := range s.chunks {
		at, ok := was[c.Key]
		if !ok {
			continue
		}
		row, n := s.row(i), 0
		for _, w := range p.Replicas(int(at)) {
			if n == s.width {
				break
			}
			if w < 0 || int(w) >= len(now) || now[w] < 0 || slices.Contains(row[:n], now[w]) {
				continue
			}
			row[n] = now[w]
			s.load[now[w]] += c.Bytes
			n++
		}
	}
}

// shed takes replicas off workers that have more than they may.
func (s *state) shed() {
	limit := make([]int64, len(s.load))
	for w := range limit {
		limit[w] = s.load[w]
		if s.load[w] > s.cap[w] {
			limit[w] = s.cap[w] - s.half[w]
		}
	}
	for i, c := range s.chunks {
		row := s.row(i)
		for j, w := range row {
			if w >= 0 && s.load[w] > limit[w] {
				s.load[w] -= c.Bytes
				row[j] = -1
			}
		}
	}
}

func (s *state) placeMissing() {
	for i, c := range s.chunks {
		row := s.row(i)
		for j, w := range row {
			if w < 0 {
				w = s.findRoom(c, row)
				row[j] = w
				s.load[w] += c.Bytes
			}
		}
	}
}

// maxProbes is how often the ring is asked before all workers are looked at.
const maxProbes = 128

// findRoom returns a worker that is not in the row. There is one, as rows are no wider than there
// are workers.
func (s *state) findRoom(c Load, row []int32) int32 {
	for p := range uint64(maxProbes) {
		w := s.ring.at(mix(uint64(c.Key) + p*0x9e3779b97f4a7c15))
		if s.load[w]+c.Bytes <= s.cap[w] && !slices.Contains(row, w) {
			return w
		}
	}
	best := int32(-1)
	for w := range int32(len(s.workers)) {
		if !slices.Contains(row, w) && (best < 0 || s.isFuller(best, 0, w, 0)) {
			best = w
		}
	}
	return best
}

// isFuller tells whether worker a with more bytes would be fuller, relative to its share, than
// worker b with more bytes.
func (s *state) isFuller(a int32, moreA int64, b int32, moreB int64) bool {
	hiA, loA := bits.Mul64(uint64(s.load[a]+moreA), uint64(s.fair[b]))
	hiB, loB := bits.Mul64(uint64(s.load[b]+moreB), uint64(s.fair[a]))
	return hiA > hiB || hiA == hiB && loA > loB
}

// fillShort lets workers that are short of their share take replicas from fuller ones: first from
// those above their share only, then from any that stay fuller than the taker becomes.
func (s *state) fillShort() {
	// Usually a part of one look at each chunk is enough. The bound is for sizes so unequal that no
	// exchange helps.
	looks := 8 * len(s.chunks)
	for _, onlyAbove := range []bool{true, false} {
		for w := range int32(len(s.workers)) {
			looks -= s.fill(w, onlyAbove, looks)
		}
	}
}

// fill looks at up to limit chunks, and returns at how many.
func (s *state) fill(w int32, onlyAbove bool, limit int) (looked int) {
	n := len(s.chunks)
	if n == 0 || s.load[w] >= s.low[w] {
		return 0
	}
	enough := s.low[w] + s.half[w]
	// Each worker begins elsewhere, so that the same chunks are not moved at every change.
	start := int(s.hashes[w] % uint64(n))
	for ; looked < min(n, limit) && s.load[w] < enough; looked++ {
		i := start + looked
		if i >= n {
			i -= n
		}
		row, bytes := s.row(i), s.chunks[i].Bytes
		from := -1
		for j, d := range row {
			if d == w {
				from = -1
				break
			}
			if onlyAbove && s.load[d]-bytes < s.fair[d] || s.isFuller(w, bytes, d, -bytes) {
				continue
			}
			if from < 0 || s.isFuller(d, 0, row[from], 0) {
				from = j
			}
		}
		if from >= 0 {
			s.load[row[from]] -= bytes
			s.load[w] += bytes
			row[from] = w
		}
	}
	return looked
}

// prefer orders the replicas of a chunk by a hash of chunk and worker, so that every worker is
// preferred for about the same part of what it holds, and a change of one replica does not
// reorder the others.
func (s *state) prefer(key chunks.Key, row []int32) {
	slices.SortFunc(row, func(a, b int32) int {
		return cmp.Or(cmp.Compare(mix(s.hashes[b]^uint64(key)), mix(s.hashes[a]^uint64(key))), cmp.Compare(a, b))
	})
}
