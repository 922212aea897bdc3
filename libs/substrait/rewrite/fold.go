package rewrite

import (
	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// Evaluator computes expressions without field references, as the engine would;
// it gives a literal of the same type for each, or an error if one of them has
// no value.
type Evaluator func(exprs []rel.Expr) ([]*rel.Literal, error)

// FoldConstants replaces every expression that is the same for all rows by its
// value. One whose evaluation fails stays: it may stand where it is never
// reached, and raises its error there if it is. So does what would be too large,
// or take too long, to be worth it; what is absurdly large becomes an error there.
func FoldConstants(p *rel.Plan, evaluate Evaluator) *rel.Plan {
	f := &folding{evaluate: evaluate, values: map[rel.Expr]rel.Expr{}}
	for r := range p.Rels() {
		eachExpr(r, func(e rel.Expr) rel.Expr { f.collect(e); return e })
	}
	if len(f.found)+len(f.values) == 0 {
		return p
	}
	f.compute()
	return p.Transform(func(r rel.Rel) rel.Rel { return eachExpr(r, f.replace) })
}

type folding struct {
	evaluate Evaluator
	found    []rel.Expr
	values   map[rel.Expr]rel.Expr
}

// collect finds the largest constant expressions in e that are worth computing.
func (f *folding) collect(e rel.Expr) {
	if facts.Foldable(e) {
		if _, done := e.(*rel.Literal); done {
			return
		}
		if cheap(e) {
			f.found = append(f.found, e)
			return
		}
		if why := absurdity(e); why != "" {
			f.values[e] = refusal(e, why)
			return
		}
	}
	for _, c := range e.Children() {
		f.collect(c)
	}
}

// compute evaluates all at once, and one by one if that fails.
func (f *folding) compute() {
	if len(f.found) == 0 {
		return
	}
	if values, err := f.evaluate(f.found); err == nil {
		for i, v := range values {
			f.keep(f.found[i], v)
		}
		return
	}
	for _, e := range f.found {
		if values, err := f.evaluate([]rel.Expr{e}); err == nil {
			f.keep(e, values[0])
		}
	}
}

// keep has the value take its expression's place, unless it is much larger. It leaves to the engine what no
// literal can say.
func (f *folding) keep(e rel.Expr, v *rel.Literal) {
	if v.Fits() && literalBytes(v.Value) <= maxKept+2*written(e) {
		f.values[e] = v
	}
}

// replace works from the top: the largest constants are the keys.
func (f *folding) replace(e rel.Expr) rel.Expr {
	if v, ok := f.values[e]; ok {
		return v
	}
	children := e.Children()
	changed := false
	next := make([]rel.Expr, len(children))
	for i, c := range children {
		next[i] = f.replace(c)
		changed = changed || next[i] != c
	}
	if !changed {
		return e
	}
	return e.WithChildren(next)
}

// eachExpr maps the expressions of one relation that are evaluated for rows.
func eachExpr(r rel.Rel, f func(rel.Expr) rel.Expr) rel.Rel {
	switch r := r.(type) {
	case *rel.Read:
		if r.Filter != nil {
			c := *r
			c.Filter = f(r.Filter)
			return &c
		}
	case *rel.Filter:
		return &rel.Filter{Input: r.Input, Cond: f(r.Cond)}
	case *rel.Project:
		return &rel.Project{Input: r.Input, Exprs: mapExprs(r.Exprs, f)}
	case *rel.Join:
		if r.Cond != nil {
			c := *r
			c.Cond = f(r.Cond)
			return &c
		}
	case *rel.DependentJoin:
		if r.Cond != nil {
			c := *r
			c.Cond = f(r.Cond)
			return &c
		}
	case *rel.Fetch:
		c := *r
		if r.Offset != nil {
			c.Offset = f(r.Offset)
		}
		if r.Count != nil {
			c.Count = f(r.Count)
		}
		return &c
	}
	return r
}

func mapExprs(exprs []rel.Expr, f func(rel.Expr) rel.Expr) []rel.Expr {
	out := make([]rel.Expr, len(exprs))
	for i, e := range exprs {
		out[i] = f(e)
	}
	return out
}
