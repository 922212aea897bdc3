package split

import (
	"maps"
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// assembly is some of the leaves of a tree of joins, joined: which of the
// tree's columns, in output order.
type assembly struct {
	placed
	columns []int
}

// assemble joins a group's leaves, the largest first, so that each further one
// is joined by a condition if there is any.
func (t *joinTree) assemble(members []int, used []bool) assembly {
	parts := make([]assembly, len(members))
	for i, m := range members {
		l := t.leaves[m]
		parts[i] = assembly{placed: l.placed}
		for c := range l.width {
			parts[i].columns = append(parts[i].columns, l.first+c)
		}
	}
	out := joinAll(parts, t.conds, used)
	if len(members) > 1 && out.where == onPieces {
		out.spread(t.conds)
		out.shared = 0
	}
	return out
}

// spread makes blocks of the columns that a condition within the assembly
// equates with one.
func (a *assembly) spread(conds []rel.Expr) {
	at := a.positions()
	var own []rel.Expr
	for _, c := range conds {
		if covered(c, at) {
			own = append(own, rel.MapFields(c, func(i int) int { return at[i] }))
		}
	}
	a.blocks = maps.Clone(a.blocks)
	a.blocks.spread(own)
}

// joinAll joins the parts with all conditions that they can evaluate.
func joinAll(parts []assembly, conds []rel.Expr, used []bool) assembly {
	largest := 0
	for i, p := range parts {
		if p.where > parts[largest].where || p.where == parts[largest].where && p.rows > parts[largest].rows {
			largest = i
		}
	}
	out := parts[largest]
	rest := append(append([]assembly{}, parts[:largest]...), parts[largest+1:]...)
	for len(rest) > 0 {
		next := nextJoined(out, rest, conds, used)
		out = join(out, rest[next], conds, used)
		rest = append(rest[:next], rest[next+1:]...)
	}
	return out.filtered(conds, used)
}

// nextJoined is the first part that an equality connects: a join by any other condition looks at all pairs of rows,
// and DuckDB does not move it. Else it is the first that a condition connects, or just the first.
func nextJoined(out assembly, rest []assembly, conds []rel.Expr, used []bool) int {
	have := out.positions()
	next := -1
	for i, p := range rest {
		both := p.positions()
		for k, c := range conds {
			switch {
			case used[k] || !connected(c, have, both):
			case equates(c, have):
				return i
			case next < 0:
				next = i
			}
		}
	}
	return max(next, 0)
}

// equates is true of equalities of which one side looks at columns in have and the other at none of them.
func equates(c rel.Expr, have map[int]int) bool {
	call, ok := c.(*rel.Call)
	if !ok || call.Func != rel.Eq && call.Func != rel.NotDistinctFrom {
		return false
	}
	a, b := sideOf(call.Args[0], have), sideOf(call.Args[1], have)
	return a == rel.OnLeft && b == rel.OnRight || a == rel.OnRight && b == rel.OnLeft
}

// sideOf is rel.SideOf, with the columns in have on the left.
func sideOf(e rel.Expr, have map[int]int) rel.Side {
	var s rel.Side
	for f := range rel.Fields(e) {
		if _, ok := have[f]; ok {
			s |= rel.OnLeft
		} else {
			s |= rel.OnRight
		}
	}
	return s
}

// connected is true of conditions that look at both sides, and at nothing else.
func connected(c rel.Expr, have, both map[int]int) bool {
	left, right := 0, 0
	for f := range rel.Fields(c) {
		if _, ok := have[f]; ok {
			left++
		} else if _, ok := both[f]; ok {
			right++
		} else {
			return false
		}
	}
	return left > 0 && right > 0
}

// positions maps a column of the tree to its place in the assembly.
func (a assembly) positions() map[int]int {
	at := make(map[int]int, len(a.columns))
	for i, c := range a.columns {
		at[c] = i
	}
	return at
}

func join(a, b assembly, conds []rel.Expr, used []bool) assembly {
	out := assembly{columns: append(append([]int{}, a.columns...), b.columns...)}
	out.where, out.axis, out.rows = max(a.where, b.where), a.axis, max(a.rows, b.rows)
	if b.where == onPieces {
		out.axis = b.axis
	}
	out.blocks, out.padded = shifted(a.blocks, 0), shifted(a.padded, 0)
	maps.Copy(out.blocks, shifted(b.blocks, len(a.columns)))
	maps.Copy(out.padded, shifted(b.padded, len(a.columns)))
	out.spans = append(slices.Clip(a.spans), b.spans...)
	out.rel = &rel.Join{Kind: rel.Inner, Left: a.rel, Right: b.rel, Cond: out.take(conds, used)}
	return out
}

// take is the conjunction of the unused conditions that the assembly has all
// columns for.
func (a assembly) take(conds []rel.Expr, used []bool) rel.Expr {
	at := a.positions()
	var own []rel.Expr
	for k, c := range conds {
		if used[k] || !covered(c, at) {
			continue
		}
		used[k] = true
		own = append(own, rel.MapFields(c, func(i int) int { return at[i] }))
	}
	return rel.Conjunction(own)
}

func covered(c rel.Expr, at map[int]int) bool {
	for i := range rel.Fields(c) {
		if _, ok := at[i]; !ok {
			return false
		}
	}
	return true
}

// filtered applies conditions that no join took.
func (a assembly) filtered(conds []rel.Expr, used []bool) assembly {
	if cond := a.take(conds, used); cond != nil {
		a.placed = a.apply(func(in rel.Rel) rel.Rel { return &rel.Filter{Input: in, Cond: cond} })
	}
	return a
}

// choose is the assembly with the given columns of the tree, in order.
func (a assembly) choose(columns []int) placed {
	at, ts := a.positions(), a.types()
	same := len(columns) == len(a.columns)
	exprs := make([]rel.Expr, len(columns))
	for i, c := range columns {
		same = same && at[c] == i
		exprs[i] = &rel.Field{Index: at[c], Of: ts[at[c]]}
	}
	if same {
		return a.placed
	}
	out := a.placed
	out.rel = &rel.Project{Input: a.rel, Exprs: exprs}
	out.blocks, out.padded = a.through(exprs)
	return out
}
