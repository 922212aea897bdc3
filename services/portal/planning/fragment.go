package planning

import (
	"encoding/binary"
	"slices"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/pruning"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/split"
)

// maxGroupsPerWorker bounds the subplans of a fragment: above it chunks are
// grouped by their first replica alone, which then is the only one that all
// chunks of the group are sure to share.
const maxGroupsPerWorker = 4

// scan is one read of a chunked table in a fragment, with what pruning left.
type scan struct {
	table *catalog.Table
	sel   pruning.Selection
}

// piece is a range of the axis with the chunks that are read of it.
type piece struct {
	chunks   []tableChunk
	replicas []int
}

type tableChunk struct {
	table   *catalog.Table
	ordinal int
}

// fragment makes a fragment's subplans and returns their ids.
func (p *planner) fragment(f split.Fragment) ([]int, error) {
	scans, references, err := p.scans(f.Plan)
	if err != nil {
		return nil, err
	}
	able, err := p.holdAll(references)
	if err != nil {
		return nil, err
	}
	if f.Axis == "" {
		return []int{p.add(f.Plan, nil, references, p.leastLoaded(able))}, nil
	}
	pieces := p.alivePieces(f.Plan, scans)
	p.count(len(scans), pieces)
	for i := range pieces {
		if err := p.locate(&pieces[i], references, able); err != nil {
			return nil, err
		}
	}
	p.balance(pieces)
	var ids []int
	for _, g := range group(pieces, maxGroupsPerWorker*len(p.snap.Workers())) {
		ids = append(ids, p.add(f.Plan, g.pieces, references, g.replicas))
	}
	return ids, nil
}

// scans prunes each scan of a chunked table, and finds the reference tables.
func (p *planner) scans(plan *rel.Plan) (map[*rel.Read]*scan, []*catalog.Table, error) {
	scans := map[*rel.Read]*scan{}
	var references []*catalog.Table
	for r := range plan.Rels() {
		read, ok := r.(*rel.Read)
		if !ok || read.IsSent() {
			continue
		}
		t, err := p.lookup(read)
		if err != nil {
			return nil, nil, err
		}
		if t.Kind != catalog.Reference {
			scans[read] = p.prune(read, t)
		} else if !slices.Contains(references, t) {
			references = append(references, t)
		}
	}
	return scans, references, nil
}

func (p *planner) prune(r *rel.Read, t *catalog.Table) *scan {
	ordinals := ordinalsOf(r, t)
	cond := predicate(r.Filter, func(i int) int { return ordinals[i] })
	if p.opts.DisablePruning {
		cond = pruning.Unknown{}
	}
	s := &scan{table: t, sel: t.Index.Select(cond, p.opts.Filters)}
	name := func(column int) string { return t.Columns[column].Name }
	out := ScanPruning{table: t, Dataset: t.Dataset, Table: t.Name, Predicate: pruning.Format(cond, name)}
	if p.opts.Explain {
		out.Conjuncts = p.conjuncts(t.Index, cond, name)
	}
	if out.Dynamic = p.dynamic[r.Scan]; len(out.Dynamic) > 0 {
		all := pruning.And{cond}
		for _, d := range out.Dynamic {
			all = append(all, d.predicate)
		}
		without := s.sel.Selected
		s.sel = t.Index.Select(all, p.opts.Filters)
		out.ByDynamic = without - s.sel.Selected
	}
	out.Total, out.Selected = s.sel.Total, s.sel.Selected
	out.ByBlock, out.ByStatistics, out.ByFilter = s.sel.ByBlock, s.sel.ByStatistics, s.sel.ByFilter
	p.out.Pruning.Scans = append(p.out.Pruning.Scans, out)
	return s
}

// maxConjuncts bounds how many conjuncts are looked at one by one.
const maxConjuncts = 32

// conjuncts counts what each part of a conjunction rules out that those before it leave. Chunks without
// rows are ruled out by the first.
func (p *planner) conjuncts(index *pruning.Index, cond pruning.Predicate, name func(int) string) []ConjunctPruning {
	var out []ConjunctPruning
	var so pruning.And
	left := index.Len()
	for _, part := range flatten(cond, nil) {
		if _, unknown := part.(pruning.Unknown); unknown {
			continue
		}
		if len(out) == maxConjuncts {
			break
		}
		so = append(so, part)
		now := index.Select(so, p.opts.Filters).Selected
		out = append(out, ConjunctPruning{Predicate: pruning.Format(part, name), Pruned: left - now})
		left = now
	}
	return out
}

func flatten(p pruning.Predicate, into []pruning.Predicate) []pruning.Predicate {
	and, ok := p.(pruning.And)
	if !ok {
		return append(into, p)
	}
	for _, part := range and {
		into = flatten(part, into)
	}
	return into
}

// holdAll are the workers that have all reference tables and may be asked.
func (p *planner) holdAll(references []*catalog.Table) ([]int, error) {
	var able []int
	for i, w := range p.snap.Workers() {
		if !p.opts.Exclude[w.ID] {
			able = append(able, i)
		}
	}
	for _, t := range references {
		holders := p.snap.Replicas(t, 0, nil)
		able = slices.DeleteFunc(able, func(w int) bool { return !slices.Contains(holders, w) })
		if len(able) == 0 {
			return nil, p.unavailable(t, 0)
		}
	}
	if len(able) == 0 {
		return nil, fault.New(fault.Unavailable, "plan query", "no worker is alive").WithRetry(true).
			WithHint("`shoal workers` lists those that are registered")
	}
	return able, nil
}

// locate finds the replicas that hold all that is read of a piece.
func (p *planner) locate(at *piece, references []*catalog.Table, able []int) error {
	buf := make([]int, 0, 8)
	for i, c := range at.chunks {
		buf = p.snap.Replicas(c.table, c.ordinal, buf)
		if i == 0 {
			at.replicas = slices.DeleteFunc(slices.Clone(buf), func(w int) bool { return !slices.Contains(able, w) })
		} else {
			at.replicas = slices.DeleteFunc(at.replicas, func(w int) bool { return !slices.Contains(buf, w) })
		}
		if len(at.replicas) == 0 {
			return p.unavailable(c.table, c.ordinal)
		}
	}
	return nil
}

// unavailable says who should hold a chunk that nobody can be asked for.
func (p *planner) unavailable(t *catalog.Table, chunk int) error {
	assigned := []chunks.WorkerID{}
	for _, w := range p.snap.AssignedTo(t, chunk, nil) {
		assigned = append(assigned, p.snap.Workers()[w].ID)
	}
	excluded := []chunks.WorkerID{}
	for w := range p.opts.Exclude {
		excluded = append(excluded, w)
	}
	slices.Sort(excluded)
	name := t.Dataset + "." + t.Name
	return fault.New(fault.Unavailable, "plan query", "no worker can answer for chunk %s of %s", t.ID(chunk), name).
		WithDetail("table", name).WithDetail("chunk", t.ID(chunk).String()).
		WithDetail("assigned_workers", assigned).WithDetail("failed_workers", excluded).
		WithHint("it may still be on its way to a worker; `shoal workers` shows who is alive").WithRetry(true)
}

// count settles a fragment's scans, the last ones planned, and adds them up. A
// chunk that only its neighbours in the piece ruled out counts as pruned by
// block: that is what they share.
func (p *planner) count(scans int, pieces []piece) {
	read := map[*catalog.Table]int{}
	for _, pc := range pieces {
		for _, c := range pc.chunks {
			read[c.table]++
		}
	}
	out := &p.out.Pruning
	own := out.Scans[len(out.Scans)-scans:]
	for i := range own {
		s := &own[i]
		if n := read[s.table]; s.Selected > n {
			s.ByOthers = s.Selected - n
			s.ByBlock += s.ByOthers
			s.Selected = n
		}
		out.ChunksTotal += s.Total
		out.ChunksSelected += s.Selected
		out.ByBlock += s.ByBlock
		out.ByStatistics += s.ByStatistics
		out.ByFilter += s.ByFilter
	}
}

// pieceGroup is a subplan in the making.
type pieceGroup struct {
	replicas []int
	pieces   []piece
}

// group puts pieces with the same replicas together, or, if that makes more
// than limit groups, those with the same first replica.
func group(pieces []piece, limit int) []*pieceGroup {
	exact := groupBy(pieces, func(p piece) []int { return p.replicas })
	if len(exact) <= limit {
		return exact
	}
	coarse := groupBy(pieces, func(p piece) []int { return p.replicas[:1] })
	for _, g := range coarse {
		for _, w := range g.pieces[0].replicas[1:] {
			if !slices.ContainsFunc(g.pieces, func(p piece) bool { return !slices.Contains(p.replicas, w) }) {
				g.replicas = append(g.replicas, w)
			}
		}
	}
	return coarse
}

func groupBy(pieces []piece, replicas func(piece) []int) []*pieceGroup {
	byKey := map[string]int{}
	var order []*pieceGroup
	var key []byte
	of, sizes := make([]int, len(pieces)), []int{}
	for i, pc := range pieces {
		key = key[:0]
		for _, w := range replicas(pc) {
			key = binary.AppendUvarint(key, uint64(w))
		}
		g, ok := byKey[string(key)]
		if !ok {
			g = len(order)
			byKey[string(key)] = g
			order, sizes = append(order, &pieceGroup{replicas: slices.Clone(replicas(pc))}), append(sizes, 0)
		}
		of[i] = g
		sizes[g]++
	}
	for g, size := range sizes {
		order[g].pieces = make([]piece, 0, size)
	}
	for i, pc := range pieces {
		order[of[i]].pieces = append(order[of[i]].pieces, pc)
	}
	return order
}

// add makes a subplan.
func (p *planner) add(plan *rel.Plan, pieces []piece, references []*catalog.Table, replicas []int) int {
	s := Subplan{ID: len(p.out.Subplans), Plan: plan, Replicas: replicas, Sent: SentIn(plan)}
	place := map[*catalog.Table]int{}
	for _, pc := range pieces {
		for _, c := range pc.chunks {
			i, ok := place[c.table]
			if !ok {
				i = len(s.Tables)
				place[c.table] = i
				s.Tables = append(s.Tables, TableChunks{Table: c.table})
			}
			s.Tables[i].Chunks = append(s.Tables[i].Chunks, c.ordinal)
			info := c.table.Chunk(c.ordinal)
			s.RowsMax += info.Rows
			s.Bytes += info.Bytes
		}
	}
	for _, t := range references {
		s.Tables = append(s.Tables, TableChunks{Table: t, Chunks: []int{0}})
		if len(pieces) == 0 {
			s.RowsMax += t.Rows
			s.Bytes += t.Bytes
		}
	}
	// A table that no piece has a chunk of is named all the same, so that the
	// worker knows that it reads nothing of it.
	for r := range plan.Rels() {
		read, ok := r.(*rel.Read)
		if !ok || read.IsSent() {
			continue
		}
		if t, err := p.lookup(read); err == nil && t.Kind != catalog.Reference {
			if _, ok := place[t]; !ok {
				place[t] = len(s.Tables)
				s.Tables = append(s.Tables, TableChunks{Table: t})
			}
		}
	}
	p.out.Subplans = append(p.out.Subplans, s)
	p.loads()[replicas[0]] += s.Bytes
	return s.ID
}
