package rewrite

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// domain is a relation over reference tables that has, in its columns, all
// values that some expressions take in another relation; it may have more.
type domain struct {
	rel rel.Rel
	// of are the places of those expressions, in the order of the columns.
	of []int
	// rows are those of the tables that it reads.
	rows int64
}

// domainOf finds values for as many of keys, which are over r's columns, as one
// of the inputs of r's joins has. It finds none if nothing restricts them.
func (t Tables) domainOf(r rel.Rel, keys []rel.Expr) (domain, bool) {
	g := &region{}
	r, keys, conds := peel(r, keys)
	output := g.takeApart(r)
	toRegion := func(e rel.Expr) rel.Expr { return rel.MapFields(e, func(i int) int { return output[i] }) }
	for _, c := range conds {
		g.conds = append(g.conds, toRegion(c))
	}
	d := &domains{tables: t, region: g, usable: make([]bool, len(g.leaves))}
	for i, l := range g.leaves {
		e := t.extentOf(l.rel)
		d.usable[i] = !e.cut && !e.other && facts.Repeatable(l.rel, nil)
	}
	equal := newEqualities()
	equal.add(g.conds)
	byLeaf := make([][]int, len(g.leaves))
	found := make([][]rel.Expr, len(g.leaves))
	for k, key := range keys {
		if key == nil || !facts.Movable(key) {
			continue
		}
		for leaf, e := range d.places(toRegion(key), equal) {
			byLeaf[leaf], found[leaf] = append(byLeaf[leaf], k), append(found[leaf], e)
		}
	}
	best := -1
	for leaf := range g.leaves {
		if len(byLeaf[leaf]) > 0 && (best < 0 || len(byLeaf[leaf]) > len(byLeaf[best])) {
			best = leaf
		}
	}
	if best < 0 {
		return domain{}, false
	}
	base, restricted := d.reduce(best, make([]bool, len(g.leaves)))
	if !restricted {
		return domain{}, false
	}
	out := &rel.Project{Input: base}
	for _, e := range found[best] {
		out.Exprs = append(out.Exprs, d.local(e, best))
	}
	return domain{rel: out, of: byLeaf[best], rows: t.extentOf(base).references}, true
}

// peel goes below what only takes rows away, or decides nothing on the keys. A
// key that it loses is nil.
func peel(r rel.Rel, keys []rel.Expr) (rel.Rel, []rel.Expr, []rel.Expr) {
	var conds []rel.Expr
	width := -1 // r's, if it is known: a tall tree's is long to find
	for {
		if j, ok := r.(*rel.Join); ok {
			if width < 0 {
				width = rel.Width(j)
			}
			if width, ok = leftWidth(j, width); !ok {
				return r, keys, conds
			}
			keys, conds = keepWithin(keys, width), within(conds, width)
			r = j.Left
			continue
		}
		width = -1
		switch next := r.(type) {
		case *rel.Filter:
			conds = append(conds, deterministicOnly(rel.Conjuncts(next.Cond))...)
			r = next.Input
		case *rel.Sort:
			r = next.Input
		case *rel.Fetch:
			// What the limit is of may be more rows, but no other ones.
			r, conds = next.Input, nil
		case *rel.Project:
			if anyWindow(next.Exprs) || !facts.AllMovable(next.Exprs) {
				return r, keys, conds
			}
			keys, conds = substituteKeys(keys, next.Exprs), substituteAll(conds, next.Exprs)
			r = next.Input
		case *rel.Aggregate:
			keys, conds = keepWithin(keys, len(next.Groups)), within(conds, len(next.Groups))
			if len(next.Sets) > 0 || !facts.AllMovable(next.Groups) {
				return r, keys, nil
			}
			keys, conds = substituteKeys(keys, next.Groups), substituteAll(conds, next.Groups)
			r = next.Input
		default:
			return r, keys, conds
		}
	}
}

// leftWidth is the width of the left side of a join that passes on its rows
// alone, perhaps with more columns; not ok for other joins.
func leftWidth(j *rel.Join, width int) (int, bool) {
	switch j.Kind {
	case rel.Left, rel.LeftSingle:
		return width - rel.Width(j.Right), true
	case rel.LeftAnti:
		return width, true
	case rel.LeftMark:
		return width - 1, true
	}
	return 0, false
}

func substituteKeys(keys, exprs []rel.Expr) []rel.Expr {
	out := make([]rel.Expr, len(keys))
	for i, k := range keys {
		if k != nil {
			out[i] = substitute(k, exprs)
		}
	}
	return out
}

// keepWithin drops the keys that look at columns from n on.
func keepWithin(keys []rel.Expr, n int) []rel.Expr {
	out := make([]rel.Expr, len(keys))
	for i, k := range keys {
		if k != nil && rel.SideOf(k, n)&rel.OnRight == 0 {
			out[i] = k
		}
	}
	return out
}

func within(conds []rel.Expr, n int) []rel.Expr {
	yes, _ := partition(conds, func(c rel.Expr) bool { return rel.SideOf(c, n)&rel.OnRight == 0 })
	return yes
}

// domains are what a region's inputs say of columns.
type domains struct {
	tables Tables
	region *region
	usable []bool
}

// places are the usable inputs that have the key, or what is equal to it.
func (d *domains) places(key rel.Expr, equal *equalities) map[int]rel.Expr {
	out := map[int]rel.Expr{}
	try := func(e rel.Expr) {
		if leaf, ok := d.region.leafOf(e); ok && d.usable[leaf] && out[leaf] == nil {
			out[leaf] = e
		}
	}
	try(key)
	if len(rel.Fields(key)) == 0 {
		return out
	}
	own := equal.member(key)
	for i, m := range equal.members {
		if equal.class[i] == equal.class[own] {
			try(m)
		}
	}
	return out
}

// local is an expression of the region in terms of one input.
func (d *domains) local(e rel.Expr, leaf int) rel.Expr {
	return rel.MapFields(e, func(i int) int { return i - d.region.leaves[leaf].first })
}

// reduce is an input with the rows that what it is joined to leaves of it, as
// far as that is over reference tables.
func (d *domains) reduce(leaf int, seen []bool) (rel.Rel, bool) {
	seen[leaf] = true
	l := d.region.leaves[leaf]
	out, restricted := l.rel, restricts(l.rel)
	var own []rel.Expr
	neighbours := map[int][]rel.Expr{}
	for _, c := range d.region.conds {
		if !facts.Movable(c) {
			continue
		}
		if at, ok := d.region.leafOf(c); ok && at == leaf {
			own = append(own, d.local(c, leaf))
			continue
		}
		if other, ok := d.neighbour(c, leaf); ok {
			neighbours[other] = append(neighbours[other], c)
		}
	}
	out = filter(out, own)
	restricted = restricted || len(own) > 0
	for other := range d.region.leaves {
		conds := neighbours[other]
		if len(conds) == 0 || !d.usable[other] || seen[other] {
			continue
		}
		right, useful := d.reduce(other, seen)
		if !useful {
			continue
		}
		out = &rel.Join{Kind: rel.LeftSemi, Left: out, Right: right, Cond: d.between(conds, leaf, other)}
		restricted = true
	}
	return out, restricted
}

// neighbour is the other input that a condition ties a leaf to.
func (d *domains) neighbour(c rel.Expr, leaf int) (int, bool) {
	other := -1
	touches := false
	for i := range rel.Fields(c) {
		at, _ := d.region.leafOf(&rel.Field{Index: i})
		switch {
		case at == leaf:
			touches = true
		case other >= 0 && other != at:
			return 0, false
		default:
			other = at
		}
	}
	return other, touches && other >= 0
}

// between is a condition on two inputs as that of a join of them.
func (d *domains) between(conds []rel.Expr, left, right int) rel.Expr {
	l, r := d.region.leaves[left], d.region.leaves[right]
	return rel.MapFields(rel.Conjunction(conds), func(i int) int {
		if i >= l.first && i < l.first+l.width {
			return i - l.first
		}
		return l.width + i - r.first
	})
}

// restricts is true if something in r keeps some of a table's rows alone.
func restricts(r rel.Rel) bool {
	restricting := func(c rel.Expr) bool { return !isNotNull(c) }
	return rel.Any(r, func(r rel.Rel) bool {
		switch r := r.(type) {
		case *rel.Read:
			return r.IsSent() || slices.ContainsFunc(rel.Conjuncts(r.Filter), restricting)
		case *rel.Filter:
			return slices.ContainsFunc(rel.Conjuncts(r.Cond), restricting)
		case *rel.Values:
			return true
		}
		return false
	})
}
