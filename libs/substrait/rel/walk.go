package rel

import "iter"

// Rels are all relations of a plan, those of shared subtrees first, parents
// before what they read.
func (p *Plan) Rels() iter.Seq[Rel] {
	return func(yield func(Rel) bool) {
		stop := func(r Rel) bool { return !yield(r) }
		for _, s := range p.Shared {
			if Any(s, stop) {
				return
			}
		}
		Any(p.Root, stop)
	}
}

// Any tells whether something is true of a relation of the plan.
func (p *Plan) Any(is func(Rel) bool) bool {
	for r := range p.Rels() {
		if is(r) {
			return true
		}
	}
	return false
}

// Map is the plan with what f makes of its root and of each shared subtree.
func (p *Plan) Map(f func(Rel) Rel) *Plan {
	out := &Plan{Names: p.Names, Root: f(p.Root)}
	for _, s := range p.Shared {
		out.Shared = append(out.Shared, f(s))
	}
	return out
}

// Transform is the plan with what f makes of each relation, from the leaves up.
func (p *Plan) Transform(f func(Rel) Rel) *Plan {
	return p.Map(func(r Rel) Rel { return Transform(r, f) })
}

// Walk calls visit for r and all that it reads, parents first; it goes no
// deeper where visit returns false.
func Walk(r Rel, visit func(Rel) bool) {
	if !visit(r) {
		return
	}
	for _, in := range r.Inputs() {
		Walk(in, visit)
	}
}

// Any tells whether something is true of r or of a relation that it reads. It
// stops at the first.
func Any(r Rel, is func(Rel) bool) bool {
	if is(r) {
		return true
	}
	for _, in := range r.Inputs() {
		if Any(in, is) {
			return true
		}
	}
	return false
}

// AnyExpr is Any for expressions; of nil nothing is true.
func AnyExpr(e Expr, is func(Expr) bool) bool {
	if e == nil {
		return false
	}
	if is(e) {
		return true
	}
	for _, c := range e.Children() {
		if AnyExpr(c, is) {
			return true
		}
	}
	return false
}

// Transform rebuilds r from the leaves up, replacing each node by what f
// makes of it.
func Transform(r Rel, f func(Rel) Rel) Rel {
	inputs := r.Inputs()
	changed := false
	next := make([]Rel, len(inputs))
	for i, in := range inputs {
		next[i] = Transform(in, f)
		changed = changed || next[i] != in
	}
	if changed {
		r = r.WithInputs(next)
	}
	return f(r)
}

// MapExprs is r with what f makes of each of its expressions; r itself if f makes
// nothing of them.
func MapExprs(r Rel, f func(Expr) Expr) Rel {
	exprs := r.Expressions()
	next := make([]Expr, len(exprs))
	changed := false
	for i, e := range exprs {
		next[i] = f(e)
		changed = changed || next[i] != e
	}
	if !changed {
		return r
	}
	return r.WithExpressions(next)
}

// AnyIn tells whether something is true of an expression of the relation, or of
// a part of one.
func AnyIn(r Rel, is func(Expr) bool) bool {
	for _, e := range r.Expressions() {
		if AnyExpr(e, is) {
			return true
		}
	}
	return false
}

// WalkExpr is Walk for expressions.
func WalkExpr(e Expr, visit func(Expr) bool) {
	if !visit(e) {
		return
	}
	for _, c := range e.Children() {
		WalkExpr(c, visit)
	}
}

// TransformExpr is Transform for expressions.
func TransformExpr(e Expr, f func(Expr) Expr) Expr {
	children := e.Children()
	changed := false
	next := make([]Expr, len(children))
	for i, c := range children {
		next[i] = TransformExpr(c, f)
		changed = changed || next[i] != c
	}
	if changed {
		e = e.WithChildren(next)
	}
	return f(e)
}

// MapFields replaces every field reference's index.
func MapFields(e Expr, index func(int) int) Expr {
	return TransformExpr(e, func(e Expr) Expr {
		if f, ok := e.(*Field); ok {
			return &Field{Index: index(f.Index), Of: f.Of}
		}
		return e
	})
}

// Fields are the input columns that e refers to.
func Fields(e Expr) map[int]bool {
	used := map[int]bool{}
	WalkExpr(e, func(e Expr) bool {
		if f, ok := e.(*Field); ok {
			used[f.Index] = true
		}
		return true
	})
	return used
}

// Side is from which inputs of a join an expression's columns come; it is 0
// where it has none, and OnLeft|OnRight where they come from both.
type Side uint8

// The sides of a join.
const (
	OnLeft Side = 1 << iota
	OnRight
)

// SideOf is the side of an expression over a join whose left input has so many
// columns.
func SideOf(e Expr, leftColumns int) Side {
	var s Side
	for i := range Fields(e) {
		if i < leftColumns {
			s |= OnLeft
		} else {
			s |= OnRight
		}
	}
	return s
}

// HasWindow tells whether a window function is in e.
func HasWindow(e Expr) bool {
	return AnyExpr(e, func(e Expr) bool { _, is := e.(*WindowCall); return is })
}

// Conjuncts splits a condition at its top-level ANDs; nil has none.
func Conjuncts(cond Expr) []Expr {
	if cond == nil {
		return nil
	}
	if c, ok := cond.(*Call); ok && c.Func == And {
		var out []Expr
		for _, a := range c.Args {
			out = append(out, Conjuncts(a)...)
		}
		return out
	}
	return []Expr{cond}
}

// Conjunction is the AND of conditions; nil if there are none.
func Conjunction(conds []Expr) Expr {
	switch len(conds) {
	case 0:
		return nil
	case 1:
		return conds[0]
	}
	return Bools(And, conds...)
}

// LargestJoinTree is how many joins the largest tree of joins in a plan has:
// those that nothing but filters and projections stands between, which an
// optimiser puts into an order together.
func LargestJoinTree(p *Plan) int {
	most := 0
	// tree is how many joins the tree has that r is the root of.
	var tree func(r Rel) int
	tree = func(r Rel) int {
		n := 0
		for _, in := range r.Inputs() {
			n += tree(in)
		}
		switch r.(type) {
		case *Filter, *Project:
		case *Join, *DependentJoin, *AsOf, *Positional:
			n++
		default:
			n = 0
		}
		most = max(most, n)
		return n
	}
	for _, s := range p.Shared {
		tree(s)
	}
	tree(p.Root)
	return most
}
