package planning

import (
	"cmp"
	"maps"
	"slices"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// alivePieces are the ranges for which the fragment may have rows, with the
// chunks that are read of each, in the order of the axis. Without pruning they
// are all ranges.
func (p *planner) alivePieces(plan *rel.Plan, scans map[*rel.Read]*scan) []piece {
	if len(scans) == 1 {
		return onePieceEach(scans)
	}
	alive := newLiveness(plan, scans)
	lists := make([][]scannedChunk, len(alive.reads)) // what is left of each read's chunks
	left := 0
	for i, read := range alive.reads {
		lists[i] = chunksOf(scans[read])
		left += len(lists[i])
	}
	shared := make([]tableChunk, 0, left) // of the pieces
	var out []piece
	for {
		blocks, ok := firstBlocks(lists)
		if !ok {
			return out
		}
		first := len(shared)
		for i, list := range lists {
			n := 0
			for n < len(list) && list[n].blocks == blocks {
				if !slices.Contains(shared[first:], list[n].tableChunk) {
					shared = append(shared, list[n].tableChunk)
				}
				n++
			}
			alive.has[i], lists[i] = n > 0, list[n:]
		}
		if !p.opts.DisablePruning && !alive.hasRows() {
			shared = shared[:first]
			continue
		}
		out = append(out, piece{chunks: shared[first:len(shared):len(shared)]})
	}
}

// firstBlocks is the first range in lists that are in the order of the axis.
func firstBlocks(lists [][]scannedChunk) (first chunks.Range, ok bool) {
	for _, list := range lists {
		if len(list) > 0 && (!ok || list[0].blocks.Compare(first) < 0) {
			first, ok = list[0].blocks, true
		}
	}
	return first, ok
}

// scannedChunk is a chunk that a read has left.
type scannedChunk struct {
	blocks chunks.Range
	tableChunk
}

// chunksOf are a scan's, in the order of the axis.
func chunksOf(s *scan) []scannedChunk {
	out := make([]scannedChunk, 0, s.sel.Selected)
	for c := range s.sel.Chunks() {
		out = append(out, scannedChunk{c.ID.Range, tableChunk{s.table, c.Ordinal}})
	}
	order := func(a, b scannedChunk) int { return a.blocks.Compare(b.blocks) }
	if !slices.IsSortedFunc(out, order) {
		slices.SortFunc(out, order)
	}
	return out
}

func onePieceEach(scans map[*rel.Read]*scan) []piece {
	var out []piece
	for _, s := range scans {
		out = make([]piece, 0, s.sel.Selected)
		all := make([]tableChunk, 0, s.sel.Selected)
		for c := range s.sel.Chunks() {
			all = append(all, tableChunk{s.table, c.Ordinal})
			out = append(out, piece{chunks: all[len(all)-1 : len(all) : len(all)]})
		}
	}
	return out
}

// liveness tells in which pieces a fragment may have rows.
type liveness struct {
	plan *rel.Plan
	// reads are those of chunked tables, by the names of these; at has the place of each.
	reads []*rel.Read
	at    map[*rel.Read]int
	// has says of each read whether it has a chunk left in the piece.
	has []bool
	// known are the answers for what has was, by a bit for each read.
	known map[uint64]bool
}

func newLiveness(plan *rel.Plan, scans map[*rel.Read]*scan) *liveness {
	l := &liveness{plan: plan, at: map[*rel.Read]int{}, has: make([]bool, len(scans)), known: map[uint64]bool{}}
	l.reads = slices.SortedFunc(maps.Keys(scans), func(a, b *rel.Read) int {
		return cmp.Compare(scans[a].table.Name, scans[b].table.Name)
	})
	for i, r := range l.reads {
		l.at[r] = i
	}
	return l
}

// hasRows says whether the fragment can have rows in the piece.
func (l *liveness) hasRows() bool {
	if len(l.has) > 64 {
		return l.in(l.plan.Root)
	}
	key := uint64(0)
	for i, has := range l.has {
		if has {
			key |= 1 << i
		}
	}
	alive, ok := l.known[key]
	if !ok {
		alive = l.in(l.plan.Root)
		l.known[key] = alive
	}
	return alive
}

// in says whether a relation can have rows in a piece. An aggregate without
// groups has a row over nothing, too, but one that adds nothing to the merge.
func (l *liveness) in(r rel.Rel) bool {
	switch r := r.(type) {
	case *rel.Read:
		i, pruned := l.at[r]
		return !pruned || l.has[i] // reference tables are whole everywhere
	case *rel.Values:
		return true
	case *rel.Reference:
		return l.in(l.plan.Shared[r.Ordinal])
	case *rel.Join:
		return l.inJoin(r.Kind, r.Left, r.Right)
	case *rel.AsOf:
		return l.inJoin(r.Kind, r.Left, r.Right)
	case *rel.SetOp:
		if r.Kind == rel.ExceptAll || r.Kind == rel.ExceptDistinct {
			return l.in(r.Rels[0])
		}
	}
	inputs := r.Inputs()
	// A relation of an unknown kind that reads nothing may have rows.
	return len(inputs) == 0 || slices.ContainsFunc(inputs, l.in)
}

func (l *liveness) inJoin(kind rel.JoinKind, left, right rel.Rel) bool {
	switch kind {
	case rel.Inner, rel.LeftSemi:
		return l.in(left) && l.in(right)
	case rel.Right:
		return l.in(right)
	case rel.Full:
		return l.in(left) || l.in(right)
	}
	return l.in(left)
}
