package split

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// Part is a part of a tree of inner joins that runs on workers while the rest
// runs elsewhere. It may stand nowhere in the plan by itself: the tree's inputs
// were regrouped.
type Part struct {
	// Tree is the tree's root in the plan that was split, Rel the part in terms of
	// that plan.
	Tree, Rel rel.Rel
	// With is the tree with a relation of Rel's columns in the place of Rel.
	With func(rel.Rel) rel.Rel
}

// notePart notes that some of the leaves are joined on workers.
func (t *joinTree) notePart(members []int) {
	if len(t.lates) > 0 {
		return
	}
	if members = t.core(members); len(members) < 2 {
		return
	}
	used := make([]bool, len(t.conds))
	whole := joinAll(t.sources(members), t.conds, used)
	// What the rest of the tree looks at.
	var columns []int
	for _, c := range whole.columns {
		wanted := slices.Contains(t.output, c)
		for k, cond := range t.conds {
			wanted = wanted || !used[k] && rel.Fields(cond)[c]
		}
		if wanted {
			columns = append(columns, c)
		}
	}
	if len(columns) == 0 {
		return
	}
	var rest []int
	for i := range t.leaves {
		if !slices.Contains(members, i) {
			rest = append(rest, i)
		}
	}
	t.s.parts = append(t.s.parts, Part{Tree: t.root, Rel: whole.choose(columns).rel, With: func(by rel.Rel) rel.Rel {
		parts := append([]assembly{{placed: placed{rel: by}, columns: columns}}, t.sources(rest)...)
		return joinAll(parts, t.conds, slices.Clone(used)).choose(t.output).rel
	}})
}

// core are those of the leaves that are in pieces, and those that drop rows of
// them, with what lies between: others only add columns.
func (t *joinTree) core(members []int) []int {
	have, left := map[int]int{}, slices.Clone(members)
	var out []int
	take := func(i int) {
		m := left[i]
		left = slices.Delete(left, i, i+1)
		out = append(out, m)
		for c := range t.leaves[m].width {
			have[t.leaves[m].first+c] = 0
		}
	}
	for i := len(left) - 1; i >= 0; i-- {
		if t.leaves[left[i]].where == onPieces {
			take(i)
		}
	}
	drops := func(m int) bool { return filtered(t.leaves[m].rel) }
	for slices.ContainsFunc(left, drops) {
		// The one that drops rows, or else one by way of which another may be reached.
		next := slices.IndexFunc(left, func(m int) bool { return drops(m) && t.connects(m, have) })
		if next < 0 {
			next = slices.IndexFunc(left, func(m int) bool { return t.connects(m, have) })
		}
		if next < 0 {
			break
		}
		take(next)
	}
	slices.Sort(out)
	return out
}

// connects is true if a condition looks at a leaf, at some of the columns in have,
// and at nothing else.
func (t *joinTree) connects(m int, have map[int]int) bool {
	own := map[int]int{}
	for c := range t.leaves[m].width {
		own[t.leaves[m].first+c] = 0
	}
	return slices.ContainsFunc(t.conds, func(c rel.Expr) bool { return connected(c, have, own) })
}

// sources are leaves as they stand in the plan.
func (t *joinTree) sources(members []int) []assembly {
	out := make([]assembly, len(members))
	for i, m := range members {
		l := t.leaves[m]
		out[i] = assembly{placed: placed{rel: l.source, rows: l.rows}, columns: make([]int, l.width)}
		for c := range l.width {
			out[i].columns[c] = l.first + c
		}
	}
	return out
}
