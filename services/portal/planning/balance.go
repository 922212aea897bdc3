package planning

import (
	"slices"
)

// balance reorders the replicas of pieces so that no worker is first in line for much more bytes than others.
// Where the assignment is even enough, each piece stays with its first replica, whose caches know it. Of equal
// plans the result is the same.
func (p *planner) balance(pieces []piece) {
	load := make([]int64, len(p.snap.Workers()))
	size := make([]int64, len(pieces))
	busy := map[int]bool{} // workers that are a replica of something
	var total int64
	for i, pc := range pieces {
		for _, c := range pc.chunks {
			size[i] += c.table.Chunk(c.ordinal).Bytes
		}
		load[pc.replicas[0]] += size[i]
		total += size[i]
		for _, w := range pc.replicas {
			busy[w] = true
		}
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
