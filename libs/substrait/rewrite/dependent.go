package rewrite

import (
	"sort"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// LowerDependent turns every dependent join into a join whose left side is a
// shared subtree, and every Outer into the distinct keys over a reference to
// it.
func LowerDependent(p *rel.Plan) *rel.Plan {
	l := &lowering{ordinal: map[int]int{}, keys: map[int][]rel.Expr{}}
	for _, s := range p.Shared {
		// A subtree that is shared already keeps its place before those that its
		// own dependent joins would add; references are renumbered at the end.
		l.lowerShared(s)
	}
	out := &rel.Plan{Names: p.Names, Root: l.lower(p.Root)}
	out.Shared = l.shared
	return out
}

type lowering struct {
	shared  []rel.Rel
	renamed []int // old shared ordinal → new
	ordinal map[int]int
	keys    map[int][]rel.Expr
}

func (l *lowering) lowerShared(s rel.Rel) {
	lowered := l.lower(s)
	l.renamed = append(l.renamed, len(l.shared))
	l.shared = append(l.shared, lowered)
}

func (l *lowering) lower(r rel.Rel) rel.Rel {
	switch r := r.(type) {
	case *rel.Reference:
		return &rel.Reference{Ordinal: l.renamed[r.Ordinal], Columns: r.Columns}
	case *rel.Outer:
		ref := &rel.Reference{Ordinal: l.ordinal[r.ID], Columns: l.shared[l.ordinal[r.ID]].Types()}
		return &rel.Aggregate{Input: ref, Groups: l.keys[r.ID]}
	case *rel.DependentJoin:
		return l.lowerJoin(r)
	}
	inputs := r.Inputs()
	if len(inputs) == 0 {
		return r
	}
	next := make([]rel.Rel, len(inputs))
	for i, in := range inputs {
		next[i] = l.lower(in)
	}
	return r.WithInputs(next)
}

func (l *lowering) lowerJoin(d *rel.DependentJoin) rel.Rel {
	left := l.lower(d.Left)
	if !reads(d.Right, d.ID) {
		return &rel.Join{Kind: d.Kind, Left: left, Right: l.lower(d.Right), Cond: d.Cond}
	}
	l.ordinal[d.ID] = len(l.shared)
	l.keys[d.ID] = d.Keys
	l.shared = append(l.shared, left)
	ref := &rel.Reference{Ordinal: l.ordinal[d.ID], Columns: left.Types()}
	return &rel.Join{Kind: d.Kind, Left: ref, Right: l.lower(d.Right), Cond: d.Cond}
}

func reads(r rel.Rel, id int) bool {
	return rel.Any(r, func(r rel.Rel) bool { o, ok := r.(*rel.Outer); return ok && o.ID == id })
}

// InlineShared replaces each reference to a subtree that is read once by the
// subtree, and drops those that nothing reads.
func InlineShared(p *rel.Plan) *rel.Plan {
	uses := countReferences(p)
	bodies := make([]rel.Rel, len(p.Shared))
	renamed := make([]int, len(p.Shared))
	out := &rel.Plan{Names: p.Names}
	resolve := func(r rel.Rel) rel.Rel {
		return rel.Transform(r, func(r rel.Rel) rel.Rel {
			ref, ok := r.(*rel.Reference)
			if !ok {
				return r
			}
			if uses[ref.Ordinal] == 1 {
				return bodies[ref.Ordinal]
			}
			return &rel.Reference{Ordinal: renamed[ref.Ordinal], Columns: ref.Columns}
		})
	}
	for i, s := range p.Shared {
		if uses[i] == 0 {
			continue
		}
		bodies[i] = resolve(s)
		if uses[i] > 1 {
			renamed[i] = len(out.Shared)
			out.Shared = append(out.Shared, bodies[i])
		}
	}
	out.Root = resolve(p.Root)
	return out
}

// countReferences counts how often each shared subtree is read by what is
// itself read.
func countReferences(p *rel.Plan) []int {
	uses := make([]int, len(p.Shared))
	count := func(r rel.Rel) {
		rel.Walk(r, func(r rel.Rel) bool {
			if ref, ok := r.(*rel.Reference); ok {
				uses[ref.Ordinal]++
			}
			return true
		})
	}
	count(p.Root)
	for i := len(p.Shared) - 1; i >= 0; i-- {
		if uses[i] > 0 {
			count(p.Shared[i])
		}
	}
	return uses
}

// sortedKeys are a set's members in order.
func sortedKeys(set map[int]bool) []int {
	out := make([]int, 0, len(set))
	for i := range set {
		out = append(out, i)
	}
	sort.Ints(out)
	return out
}
