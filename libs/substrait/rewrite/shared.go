package rewrite

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// FilterShared filters a subtree that is read several times, each time through
// a condition, by what any of them lets pass: rows that no reader wants need not
// be computed. The readers keep their conditions. PushFilters moves the new one
// on.
func FilterShared(p *rel.Plan) *rel.Plan {
	if len(p.Shared) == 0 {
		return p
	}
	w := &wanted{reads: make([]int, len(p.Shared)), conds: make([][]rel.Expr, len(p.Shared))}
	w.visit(p.Root)
	for i := len(p.Shared) - 1; i >= 0; i-- {
		if w.reads[i] > 0 {
			w.visit(p.Shared[i])
		}
	}
	out := *p
	out.Shared = slices.Clone(p.Shared)
	changed := false
	for i, s := range p.Shared {
		cond, ok := w.of(i)
		if ok && !containsAll(conditionsOf(s), rel.Conjuncts(cond)) {
			out.Shared[i], changed = &rel.Filter{Input: s, Cond: cond}, true
		}
	}
	if !changed {
		return p
	}
	return &out
}

func containsAll(all, some []rel.Expr) bool {
	return !slices.ContainsFunc(some, func(e rel.Expr) bool { return !contains(all, e) })
}

// wanted counts the readers of each shared subtree, and has the conditions of
// those that have one.
type wanted struct {
	reads []int
	conds [][]rel.Expr
}

func (w *wanted) visit(r rel.Rel) {
	rel.Walk(r, func(r rel.Rel) bool {
		f, filters := r.(*rel.Filter)
		if filters {
			if ref, ok := f.Input.(*rel.Reference); ok {
				w.add(ref, f.Cond)
				return false
			}
		}
		if ref, ok := r.(*rel.Reference); ok {
			w.add(ref, nil)
		}
		return true
	})
}

func (w *wanted) add(ref *rel.Reference, cond rel.Expr) {
	w.reads[ref.Ordinal]++
	own := deterministicOnly(rel.Conjuncts(cond))
	c := rel.Conjunction(own)
	if c != nil && !contains(w.conds[ref.Ordinal], c) {
		w.conds[ref.Ordinal] = append(w.conds[ref.Ordinal], c)
	}
	if c == nil {
		w.conds[ref.Ordinal] = append(w.conds[ref.Ordinal], rel.Bool(true))
	}
}

// of is what the readers of a shared subtree want of it together; not ok if one
// of them wants all of it.
func (w *wanted) of(i int) (rel.Expr, bool) {
	conds := w.conds[i]
	if w.reads[i] == 0 || len(conds) > maxBranches || slices.ContainsFunc(conds, isTrue) {
		return nil, false
	}
	for _, c := range conds {
		if size(c, 10*maxBranches) >= 10*maxBranches {
			return nil, false
		}
	}
	if len(conds) == 1 {
		return conds[0], true
	}
	// What all of them ask for goes further down by itself.
	return factor(rel.Bools(rel.Or, conds...)), true
}
