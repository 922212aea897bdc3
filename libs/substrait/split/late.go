package split

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// late is a join within a tree of inner joins that keeps each of its left rows
// by itself, and that cannot be done where those are. It is done after the
// inner joins that can: these drop rows of the left side before they are sent,
// and what is joined to a left row stays the same.
type late struct {
	kind  rel.JoinKind
	right placed
	// cond is over the columns of the tree. columns are those that the join adds
	// and rights those of its right side, which are others if it adds none of
	// them.
	cond            rel.Expr
	columns, rights []int
	// of is a column of the left side.
	of int
}

// leftJoin makes a leaf of a join that can be done where its left side is, and
// else of its left side.
func (t *joinTree) leftJoin(j *rel.Join) (output []int) {
	at, lates, n := t.s.open(j), len(t.lates), len(j.Left.Types())
	t.s.reduced = t.reduced
	var left placed
	nested, ok := j.Left.(*rel.Join)
	if ok = ok && keepsLeft(nested); ok {
		output = t.leftJoin(nested)
		left = t.leaves[len(t.leaves)-1].placed
	} else {
		left = t.s.place(j.Left)
	}
	t.s.reduced = t.reduced
	right := t.s.place(j.Right)
	whole := len(t.lates) == lates // the left side is one leaf
	if whole {
		if p, local := t.s.joinLocally(j, left, right); local || left.where > onPieces || n == 0 {
			if !local {
				p = t.s.joinMerged(j, left, right)
			}
			if ok {
				t.leaves, t.next = t.leaves[:len(t.leaves)-1], t.leaves[len(t.leaves)-1].first
			}
			return t.leaf(t.s.decided(at, p), j)
		}
		if !ok {
			output = t.leaf(left, j.Left)
		}
	}
	l := late{kind: j.Kind, right: right, of: output[0], rights: t.columns(len(right.types()))}
	ids := append(slices.Clip(output), l.rights...)
	if j.Cond != nil {
		l.cond = rel.MapFields(j.Cond, func(i int) int { return ids[i] })
	}
	switch j.Kind {
	case rel.LeftMark:
		l.columns = t.columns(1)
	case rel.Left, rel.LeftSingle:
		l.columns = l.rights
	}
	t.lates = append(t.lates, l)
	t.s.decided(at, placed{where: merged, why: whyMerged(j.Kind, left, right) + "; the joins above it are done before where they can be"})
	return append(slices.Clip(output), l.columns...)
}

// joinLate does the late joins on the parts that have their left sides.
func (t *joinTree) joinLate(parts []assembly) {
	for _, l := range t.lates {
		i := slices.IndexFunc(parts, func(p assembly) bool { return slices.Contains(p.columns, l.of) })
		p := parts[i]
		both := assembly{columns: append(slices.Clip(p.columns), l.rights...)}
		at := both.positions()
		next := &rel.Join{Kind: l.kind, Left: p.rel, Right: t.s.cut(l.right)}
		if l.cond != nil {
			next.Cond = rel.MapFields(l.cond, func(i int) int { return at[i] })
		}
		parts[i].rel = next
		parts[i].columns = append(slices.Clip(p.columns), l.columns...)
		parts[i].spans = append(slices.Clip(p.spans), l.right.spans...)
	}
}
