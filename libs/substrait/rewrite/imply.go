package rewrite

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// maxBranches bounds the disjunctions that are looked into: the work is their
// size for each join that they pass.
const maxBranches = 200

// ImplyDisjunctions finds, for an OR over both sides of a join of which every
// branch restricts one side, what the OR implies for that side alone: from
// `x = 1 AND y = 2 OR x = 3 AND y = 4` follows `x = 1 OR x = 3`. The same goes for
// an aggregate's groups. The OR stays. What is implied stands in filters above
// the inputs of joins and aggregates; PushFilters moves it on.
func ImplyDisjunctions(p *rel.Plan) *rel.Plan {
	return p.Map(func(r rel.Rel) rel.Rel { return imply(r, nil) })
}

// imply rewrites r, of whose rows only those count for which all of given are
// true.
func imply(r rel.Rel, given []rel.Expr) rel.Rel {
	switch r := r.(type) {
	case *rel.Filter:
		return replaceInputs(r, imply(r.Input, append(slices.Clip(given), disjunctions(r.Cond)...)))
	case *rel.Project:
		return replaceInputs(r, imply(r.Input, throughFields(r, given)))
	case *rel.Join:
		left, right := implySides(r, given)
		return replaceInputs(r, left, right)
	case *rel.Aggregate:
		return replaceInputs(r, implySide(r.Input, impliedGroups(r, given)))
	case *rel.DependentJoin:
		left, right := implySides(&r.Join, given)
		return replaceInputs(r, left, right)
	}
	inputs := r.Inputs()
	next := make([]rel.Rel, len(inputs))
	for i, in := range inputs {
		next[i] = imply(in, nil)
	}
	return replaceInputs(r, next...)
}

// disjunctions are the conjuncts that are ORs worth looking into.
func disjunctions(cond rel.Expr) []rel.Expr {
	var out []rel.Expr
	for _, c := range rel.Conjuncts(cond) {
		if call, ok := c.(*rel.Call); ok && call.Func == rel.Or && size(c, 10*maxBranches) < 10*maxBranches && facts.Movable(c) {
			out = append(out, c)
		}
	}
	return out
}

func implySides(j *rel.Join, given []rel.Expr) (left, right rel.Rel) {
	n := rel.Width(j.Left)
	rules := rulesOf[j.Kind]
	var toLeft, toRight []rel.Expr
	look := func(conds []rel.Expr, intoLeft, intoRight bool) {
		for _, c := range conds {
			if c, ok := implied(c, func(e rel.Expr) bool { return rel.SideOf(e, n) == rel.OnLeft }); ok && intoLeft {
				toLeft = append(toLeft, c)
			}
			if c, ok := implied(c, func(e rel.Expr) bool { return rel.SideOf(e, n) == rel.OnRight }); ok && intoRight {
				toRight = append(toRight, rel.MapFields(c, func(i int) int { return i - n }))
			}
		}
	}
	look(given, rules.aboveLeft, rules.aboveRight)
	look(disjunctions(j.Cond), rules.onLeft, rules.onRight)
	return implySide(j.Left, toLeft), implySide(j.Right, toRight)
}

// impliedGroups is what is implied for an aggregate's groups, in terms of its
// input.
func impliedGroups(a *rel.Aggregate, given []rel.Expr) []rel.Expr {
	var out []rel.Expr
	for _, c := range given {
		c, ok := implied(c, func(e rel.Expr) bool { return len(rel.Fields(e)) > 0 && throughGroupKey(a, e) != nil })
		if ok {
			out = append(out, throughGroupKey(a, c))
		}
	}
	return out
}

// implySide filters an input by what it does not know yet.
func implySide(r rel.Rel, conds []rel.Expr) rel.Rel {
	if len(conds) == 0 {
		return imply(r, nil)
	}
	known := conditionsOf(r)
	conds = slices.DeleteFunc(conds, func(c rel.Expr) bool { return contains(known, c) })
	return filter(imply(r, conds), conds)
}

// implied is the OR of what each branch says of one side; not ok if one of them
// says nothing.
func implied(or rel.Expr, onSide func(rel.Expr) bool) (rel.Expr, bool) {
	var branches []rel.Expr
	for _, b := range disjuncts(or) {
		own, _ := partition(rel.Conjuncts(b), onSide)
		if len(own) == 0 {
			return nil, false
		}
		if c := rel.Conjunction(own); !contains(branches, c) {
			branches = append(branches, c)
		}
	}
	if len(branches) == 1 {
		return branches[0], true
	}
	if merged, ok := mergeRanges(branches); ok {
		return merged, true
	}
	return rel.Bools(rel.Or, branches...), true
}
