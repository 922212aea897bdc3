package planning

import (
	"cmp"
	"slices"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/split"
)

// wholeOnWorker has one worker run the whole plan, if what pruning left of it is one subplan of chunks, or the
// cluster is one worker: what is sent to the portal to be put together has been put together then.
func (p *planner) wholeOnWorker(plan *rel.Plan) {
	if p.opts.AlwaysMerge {
		return
	}
	chunked := 0
	var able []int
	for i, s := range p.out.Subplans {
		if i == 0 {
			able = slices.Clone(s.Replicas)
		}
		able = slices.DeleteFunc(able, func(w int) bool { return !slices.Contains(s.Replicas, w) })
		if slices.ContainsFunc(s.Tables, func(t TableChunks) bool { return t.Table.Kind != catalog.Reference }) {
			chunked++
		}
	}
	if p.out.Merge == nil || chunked == 0 || chunked > 1 && len(p.snap.Workers()) > 1 || len(able) == 0 || !split.RunsWhole(plan) {
		return
	}
	var all piece
	var references []*catalog.Table
	have := map[tableChunk]bool{}
	for _, s := range p.out.Subplans {
		for _, t := range s.Tables {
			for _, ordinal := range t.Chunks {
				c := tableChunk{t.Table, ordinal}
				switch {
				case have[c]:
				case t.Table.Kind == catalog.Reference:
					references = append(references, t.Table)
				default:
					all.chunks = append(all.chunks, c)
				}
				have[c] = true
			}
		}
	}
	if p.readsOthers(plan, references) {
		return // a reference table that no subplan had a use for
	}
	axis := ""
	for _, f := range p.out.Fragments {
		axis = cmp.Or(f.Axis, axis)
	}
	p.out.Subplans = nil
	id := p.add(plan, []piece{all}, references, able)
	p.out.Fragments = []Fragment{{Plan: plan, Axis: axis, Subplans: []int{id}}}
	for i := range p.out.Pruning.Scans {
		p.out.Pruning.Scans[i].Fragment = 0
	}
	p.out.Merge, p.out.Broadcast = nil, nil
	p.out.Decisions = split.OnOneWorker(plan, "all chunks that are left are on one worker")
}

// readsOthers is true if a plan reads other reference tables than these.
func (p *planner) readsOthers(plan *rel.Plan, references []*catalog.Table) bool {
	return plan.Any(func(r rel.Rel) bool {
		read, ok := r.(*rel.Read)
		if !ok || read.IsSent() {
			return false
		}
		t, err := p.lookup(read)
		return err != nil || t.Kind == catalog.Reference && !slices.Contains(references, t)
	})
}
