package planning

import (
	"cmp"
	"slices"
)

// loads are the bytes that each worker is first in line for so far.
func (p *planner) loads() []int64 {
	if p.load == nil {
		p.load = make([]int64, len(p.snap.Workers()))
	}
	return p.load
}

// leastLoaded are the workers, those first that have the least to do so far; of equals any.
func (p *planner) leastLoaded(workers []int) []int {
	first := int(p.opts.Seed % uint64(len(workers)))
	out := slices.Concat(workers[first:], workers[:first])
	load := p.loads()
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(load[a], load[b]) })
	return out
}

// balance reorders the replicas of pieces so that no worker is first in line for much more bytes of the query than
// others. Where the assignment is even enough, each piece stays with its first replica, whose caches know it. Of equal
// plans the result is the same.
func (p *planner) balance(pieces []piece) {
	load := slices.Clone(p.loads())
	size := make([]int64, len(pieces))
	busy := map[int]bool{} // workers that are a replica of something
	for i, pc := range pieces {
		for _, c := range pc.chunks {
			size[i] += c.table.Chunk(c.ordinal).Bytes
		}
		load[pc.replicas[0]] += size[i]
		for _, w := range pc.replicas {
			busy[w] = true
		}
	}
	var total int64
	for w := range busy {
		total += load[w]
	}
	mean := total / int64(max(1, len(busy)))
	if slices.Max(append(load, 0)) <= mean+mean/50 {
		return
	}
	// The largest pieces first: small ones then even out what is left.
	order := make([]int, len(pieces))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(min(max(size[b]-size[a], -1), 1)) })
	for _, i := range order {
		replicas := pieces[i].replicas
		from := replicas[0]
		if load[from] <= mean {
			continue
		}
		to := from
		for _, w := range replicas[1:] {
			if load[w]+size[i] < load[from] && (to == from || load[w] < load[to]) {
				to = w
			}
		}
		if to == from {
			continue
		}
		load[from], load[to] = load[from]-size[i], load[to]+size[i]
		at := slices.Index(replicas, to)
		replicas = slices.Insert(slices.Delete(slices.Clone(replicas), at, at+1), 0, to)
		pieces[i].replicas = replicas
	}
}
