package split

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// reduceParts makes workers leave out rows of pieces that match nothing in a
// reference table that is joined elsewhere, where that one lacks rows.
func (t *joinTree) reduceParts(groups [][]int, parts []assembly) []string {
	var why []string
	for i, p := range parts {
		if p.where != onPieces || t.s.isSent(p.placed) {
			continue
		}
		for m, l := range t.leaves {
			if slices.Contains(groups[i], m) || !t.s.beside(l.placed) || !filtered(l.rel) {
				continue
			}
			if cond := t.between(p, l); cond != nil {
				parts[i].rel = &rel.Join{Kind: rel.LeftSemi, Left: parts[i].rel, Right: l.rel, Cond: cond}
				parts[i].shared = 0
				why = append(why, "workers send rows with a match in "+l.name+" alone")
			}
		}
	}
	return why
}

// between are the conditions on an assembly and a leaf outside of it, those
// that follow by equality included, if one is an equality of the two.
func (t *joinTree) between(a assembly, l leaf) rel.Expr {
	at, n := a.positions(), len(a.columns)
	for c := range l.width {
		at[l.first+c] = n + c
	}
	var own []rel.Expr
	for _, c := range append(t.followingEqualities(a, l), t.conds...) {
		if !covered(c, at) {
			continue
		}
		c = rel.MapFields(c, func(i int) int { return at[i] })
		known := slices.ContainsFunc(own, func(o rel.Expr) bool { return rel.Equal(o, c) })
		if rel.SideOf(c, n) == rel.OnLeft|rel.OnRight && facts.Deterministic(c) && !known {
			own = append(own, c)
		}
	}
	if cond := rel.Conjunction(own); joinsByEquality(cond, n) {
		return cond
	}
	return nil
}

// followingEqualities equate columns of a leaf with columns of an assembly that
// conditions make equal by way of others.
func (t *joinTree) followingEqualities(a assembly, l leaf) []rel.Expr {
	equal := t.equalColumns()
	var out []rel.Expr
	for c := l.first; c < l.first+l.width; c++ {
		for _, o := range a.columns {
			x, y := t.column(o), t.column(c)
			if class := equal.find(c); class == equal.find(o) && !equal.nullable[class] && x.Type().Equal(y.Type()) {
				out = append(out, rel.Bools(rel.Eq, x, y))
				break
			}
		}
	}
	return out
}

// joinsByEquality is true if some conjunct equates the two sides.
func joinsByEquality(cond rel.Expr, n int) bool {
	return slices.ContainsFunc(rel.Conjuncts(cond), func(c rel.Expr) bool {
		call, ok := c.(*rel.Call)
		return ok && (call.Func == rel.Eq || call.Func == rel.NotDistinctFrom) && len(call.Args) == 2 &&
			rel.SideOf(call.Args[0], n)|rel.SideOf(call.Args[1], n) == rel.OnLeft|rel.OnRight &&
			rel.SideOf(call.Args[0], n)&rel.SideOf(call.Args[1], n) == 0
	})
}

// filtered tells whether a relation is likely to lack rows of its tables.
func filtered(r rel.Rel) bool {
	return rel.Any(r, func(r rel.Rel) bool {
		switch r := r.(type) {
		case *rel.Read:
			return r.Filter != nil || r.IsSent()
		case *rel.Filter, *rel.Fetch, *rel.Values, *rel.Sample:
			return true
		case *rel.Join:
			return r.Kind == rel.LeftSemi || r.Kind == rel.LeftAnti
		}
		return false
	})
}
