package split

import (
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
)

// A shared subtree is read where it is: what needs several pieces at once is
// computed once, in the portal; what reads reference tables, or runs on the
// pieces of one axis, becomes a shared subtree of each fragment that reads it,
// unless it could give other rows each time. Where nothing but the rows of
// such a subtree is asked for, they are sent once and shared in the portal.

// placeReference places a use of a shared subtree.
func (s *splitter) placeReference(r *rel.Reference) placed {
	body := s.bodies[r.Ordinal]
	if body.where > onPieces {
		return placed{rel: r, where: merged, rows: body.rows, why: "the shared subtree is computed once, in the portal"}
	}
	if unstable(body.rel) {
		return placed{rel: r, where: merged, rows: body.rows,
			why: "the shared subtree may have other rows each time, so it is computed once, in the portal"}
	}
	out := body
	out.rel, out.shared = r, r.Ordinal+1
	out.why = "each fragment that reads the shared subtree computes it for itself"
	if body.where == onPieces && s.sent[r.Ordinal] {
		out.why = "the shared subtree's rows are sent to the portal, once"
	}
	return out
}

// isSent is true of what is made row by row of a shared subtree whose rows are
// in the portal.
func (s *splitter) isSent(p placed) bool {
	return p.shared > 0 && p.where == onPieces && s.sent[p.shared-1]
}

// sharedRows makes a shared subtree's rows available in the merge plan, once.
func (s *splitter) sharedRows(ref *rel.Reference) rel.Rel {
	if _, ok := s.merged[ref.Ordinal]; !ok {
		body := s.bodies[ref.Ordinal]
		body.shared = 0
		s.merged[ref.Ordinal] = s.cut(body)
	}
	return ref
}

// betterSent are the shared subtrees on pieces that fragments compute although
// sending their rows is enough: all of them are sent as well, or they are few.
func (s *splitter) betterSent(few func(rel.Rel) bool) map[int]bool {
	again := map[int]bool{}
	for i, body := range s.bodies {
		_, sent := s.merged[i]
		if body.where == onPieces && (sent && s.inside[i] > 0 || s.inside[i] > 1 && few != nil && few(s.plan.Shared[i])) {
			again[i] = true
		}
	}
	return again
}

// mergePlan is the merge plan with the shared subtrees that it reads.
func (s *splitter) mergePlan(root rel.Rel) *rel.Plan {
	out := &rel.Plan{Root: root, Names: s.plan.Names, Shared: make([]rel.Rel, len(s.bodies))}
	need := make([]bool, len(s.bodies))
	mark(root, need)
	for i := len(s.bodies) - 1; i >= 0; i-- {
		if need[i] {
			s.sharedRows(&rel.Reference{Ordinal: i})
			out.Shared[i] = s.merged[i]
			mark(out.Shared[i], need)
		}
	}
	return dropUnread(out, need)
}

// dropUnread leaves out the shared subtrees that nothing needs. One that is
// read once stays: what reads it may be done many times.
func dropUnread(p *rel.Plan, need []bool) *rel.Plan {
	out := &rel.Plan{Names: p.Names}
	place := make([]int, len(need))
	renumber := func(r rel.Rel) rel.Rel {
		return rel.Transform(r, func(r rel.Rel) rel.Rel {
			if ref, ok := r.(*rel.Reference); ok {
				return &rel.Reference{Ordinal: place[ref.Ordinal], Columns: ref.Columns}
			}
			return r
		})
	}
	for i, shared := range p.Shared {
		if need[i] {
			place[i] = len(out.Shared)
			out.Shared = append(out.Shared, renumber(shared))
		}
	}
	out.Root = renumber(p.Root)
	return out
}

// fragmentPlan is a fragment's plan with the shared subtrees that it reads.
func (s *splitter) fragmentPlan(root rel.Rel) *rel.Plan {
	need := make([]bool, len(s.bodies))
	mark(root, need)
	out := &rel.Plan{Root: root, Shared: make([]rel.Rel, len(s.bodies))}
	for i := len(s.bodies) - 1; i >= 0; i-- {
		out.Shared[i] = s.bodies[i].rel
		if need[i] {
			s.inside[i]++
			mark(out.Shared[i], need)
		}
	}
	return rewrite.InlineShared(out)
}

func mark(r rel.Rel, need []bool) {
	rel.Walk(r, func(r rel.Rel) bool {
		if ref, ok := r.(*rel.Reference); ok {
			need[ref.Ordinal] = true
		}
		return true
	})
}
