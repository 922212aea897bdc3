package planning

import (
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
	whole := Subplan{Plan: plan, Replicas: able, Sent: SentIn(plan)}
	axis := ""
	for _, s := range p.out.Subplans {
		whole.RowsMax, whole.Bytes = whole.RowsMax+s.RowsMax, whole.Bytes+s.Bytes
		for _, t := range s.Tables {
			whole.addChunks(t)
		}
	}
	for _, f := range p.out.Fragments {
		if f.Axis != "" {
			axis = f.Axis
		}
	}
	// Tables of which nothing is left are named all the same.
	missing := false
	visit := func(r rel.Rel) bool {
		if read, ok := r.(*rel.Read); ok && !read.IsSent() {
			if t, err := p.lookup(read); err == nil && t.Kind != catalog.Reference {
				whole.addChunks(TableChunks{Table: t})
			} else {
				missing = missing || err != nil || !whole.reads(t)
			}
		}
		return true
	}
	for _, s := range plan.Shared {
		rel.Walk(s, visit)
	}
	rel.Walk(plan.Root, visit)
	if missing {
		return // a reference table that no subplan had a use for
	}
	p.out.Subplans = []Subplan{whole}
	p.out.Fragments = []Fragment{{Plan: plan, Axis: axis, Subplans: []int{0}}}
	for i := range p.out.Pruning.Scans {
		p.out.Pruning.Scans[i].Fragment = 0
	}
	p.out.Merge, p.out.Broadcast = nil, nil
	p.out.Decisions = split.OnOneWorker(plan, "all chunks that are left are on one worker")
}

func (s *Subplan) reads(t *catalog.Table) bool {
	return slices.ContainsFunc(s.Tables, func(o TableChunks) bool { return o.Table == t })
}

// addChunks adds chunks of a table to those that there are.
func (s *Subplan) addChunks(t TableChunks) {
	at := slices.IndexFunc(s.Tables, func(o TableChunks) bool { return o.Table == t.Table })
	if at < 0 {
		s.Tables = append(s.Tables, TableChunks{Table: t.Table, Chunks: slices.Clone(t.Chunks)})
		return
	}
	own := append(s.Tables[at].Chunks, t.Chunks...)
	slices.Sort(own)
	s.Tables[at].Chunks = slices.Compact(own)
}
