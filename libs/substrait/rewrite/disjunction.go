package rewrite

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// FactorDisjunctions takes what all branches of an OR have in common out of it:
// `a AND b OR a AND c` is `a AND (b OR c)`. Where a is a join's equality, it
// makes a join of what was a cross product.
func FactorDisjunctions(p *rel.Plan) *rel.Plan {
	return p.Transform(func(r rel.Rel) rel.Rel {
		switch r := r.(type) {
		case *rel.Filter:
			return &rel.Filter{Input: r.Input, Cond: factor(r.Cond)}
		case *rel.Join:
			if r.Cond != nil {
				j := *r
				j.Cond = factor(r.Cond)
				return &j
			}
		}
		return r
	})
}

func factor(cond rel.Expr) rel.Expr {
	var out []rel.Expr
	for _, c := range rel.Conjuncts(cond) {
		out = append(out, factorOne(c)...)
	}
	return rel.Conjunction(out)
}

// factorOne is an OR as conjuncts.
func factorOne(c rel.Expr) []rel.Expr {
	branches := disjuncts(c)
	if len(branches) < 2 || !facts.Movable(c) {
		return []rel.Expr{c}
	}
	parts := make([][]rel.Expr, len(branches))
	for i, b := range branches {
		parts[i] = rel.Conjuncts(b)
	}
	var common []rel.Expr
	for _, e := range parts[0] {
		if inAll(e, parts[1:]) && !contains(common, e) {
			common = append(common, e)
		}
	}
	if len(common) == 0 {
		return []rel.Expr{c}
	}
	var rest []rel.Expr
	for _, p := range parts {
		own := slices.DeleteFunc(slices.Clone(p), func(e rel.Expr) bool { return contains(common, e) })
		if len(own) == 0 {
			return common // this branch asks for no more than all do
		}
		rest = append(rest, rel.Conjunction(own))
	}
	return append(common, rel.Bools(rel.Or, rest...))
}

func disjuncts(e rel.Expr) []rel.Expr {
	c, ok := e.(*rel.Call)
	if !ok || c.Func != rel.Or {
		return []rel.Expr{e}
	}
	var out []rel.Expr
	for _, a := range c.Args {
		out = append(out, disjuncts(a)...)
	}
	return out
}

func inAll(e rel.Expr, parts [][]rel.Expr) bool {
	return !slices.ContainsFunc(parts, func(p []rel.Expr) bool { return !contains(p, e) })
}

func contains(exprs []rel.Expr, e rel.Expr) bool {
	return slices.ContainsFunc(exprs, func(o rel.Expr) bool { return rel.Equal(o, e) })
}
