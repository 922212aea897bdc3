package rewrite

import (
	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// SimplifyConditions makes expressions shorter by what holds in three-valued
// logic whatever the columns are: constants and repetitions in AND and OR, NOT
// of comparisons, CASE with constant conditions, comparisons with NULL. In
// filters NULL is as good as false.
func SimplifyConditions(p *rel.Plan) *rel.Plan {
	return p.Transform(simplifyRel)
}

func simplifyRel(r rel.Rel) rel.Rel {
	j, join := r.(*rel.Join)
	_, dependent := r.(*rel.DependentJoin)
	_, project := r.(*rel.Project)
	_, fetch := r.(*rel.Fetch)
	onlyTruth := !project && !fetch && !dependent && !(join && j.Kind == rel.LeftMark)
	same := true
	next := eachExpr(r, func(e rel.Expr) rel.Expr {
		s := rel.TransformExpr(e, simplify)
		if onlyTruth {
			s = onlyTrue(s)
		}
		same = same && s == e
		return s
	})
	if same {
		return r
	}
	return next
}

// onlyTrue is a condition of which only whether it is true counts.
func onlyTrue(cond rel.Expr) rel.Expr {
	var out []rel.Expr
	all := rel.Conjuncts(cond)
	for _, c := range all {
		switch l, _ := c.(*rel.Literal); {
		case l == nil:
			out = append(out, c)
		case isTrue(l):
		default:
			return rel.Bool(false)
		}
	}
	switch len(out) {
	case len(all):
		return cond
	case 0:
		return rel.Bool(true)
	}
	return rel.Conjunction(out)
}

func isTrue(e rel.Expr) bool  { return isBool(e, true) }
func isFalse(e rel.Expr) bool { return isBool(e, false) }

func isBool(e rel.Expr, want bool) bool {
	l, ok := e.(*rel.Literal)
	if !ok || l.Of.ID != types.Boolean {
		return false
	}
	v, ok := l.Value.(bool)
	return ok && v == want
}

func isNull(e rel.Expr) bool {
	l, ok := e.(*rel.Literal)
	return ok && l.Value == nil
}

// simplify is an expression whose children are simple. It keeps the type.
func simplify(e rel.Expr) rel.Expr {
	switch e := e.(type) {
	case *rel.Call:
		return simplifyCall(e)
	case *rel.Case:
		return simplifyCase(e)
	case *rel.Cast:
		if e.Input.Type().Equal(e.To) {
			return e.Input
		}
	case *rel.In:
		if len(e.Options) == 1 && e.Options[0].Type().Equal(e.Value.Type()) {
			return simplifyCall(rel.Bools(rel.Eq, e.Value, e.Options[0]))
		}
	}
	return e
}

func simplifyCall(c *rel.Call) rel.Expr {
	switch c.Func {
	case rel.And:
		return junction(c, rel.And, isTrue, isFalse)
	case rel.Or:
		return junction(c, rel.Or, isFalse, isTrue)
	case rel.Not:
		return negate(c)
	case rel.Coalesce:
		return simplifyCoalesce(c)
	case rel.IsNull, rel.IsNotNull:
		if l, ok := c.Args[0].(*rel.Literal); ok {
			return rel.Bool((l.Value == nil) == (c.Func == rel.IsNull))
		}
	case rel.NotDistinctFrom, rel.DistinctFrom:
		return simplifyDistinct(c)
	case rel.Eq, rel.Ne, rel.Lt, rel.Le, rel.Gt, rel.Ge:
		if (isNull(c.Args[0]) || isNull(c.Args[1])) && facts.AllMovable(c.Args) {
			return rel.Null(types.Of(types.Boolean))
		}
	}
	return c
}

// What is looked at again for each level above it is bounded: the number of
// arguments and their size when repetitions are looked for, and the size of what
// a NOT is moved into.
const (
	maxCompared = 64
	maxNegated  = 500
)

// junction flattens AND or OR and drops what makes no difference.
func junction(c *rel.Call, function string, neutral, decides func(rel.Expr) bool) rel.Expr {
	var args []rel.Expr
	for _, a := range c.Args {
		if inner, ok := a.(*rel.Call); ok && inner.Func == function {
			args = append(args, inner.Args...)
			continue
		}
		args = append(args, a)
	}
	var out []rel.Expr
	for _, a := range args {
		switch {
		case decides(a):
			return a
		case neutral(a), len(args) <= maxCompared && size(a, maxCompared) < maxCompared && facts.Movable(a) && contains(out, a):
		default:
			out = append(out, a)
		}
	}
	switch {
	case len(out) == 0:
		return args[0] // all are neutral
	case len(out) == 1:
		return out[0]
	case len(out) == len(c.Args):
		return c
	}
	return rel.Bools(function, out...)
}

// inverse are the comparisons that are true where another one is false.
var inverse = map[string]string{
	rel.Eq: rel.Ne, rel.Ne: rel.Eq, rel.Lt: rel.Ge, rel.Ge: rel.Lt, rel.Gt: rel.Le, rel.Le: rel.Gt,
	rel.IsNull: rel.IsNotNull, rel.IsNotNull: rel.IsNull,
	rel.DistinctFrom: rel.NotDistinctFrom, rel.NotDistinctFrom: rel.DistinctFrom,
}

// negate moves a NOT inwards. NaN is a number like others to comparisons, the
// largest, so that each of them has an inverse.
func negate(c *rel.Call) rel.Expr {
	arg := c.Args[0]
	switch {
	case isNull(arg):
		return arg
	case isTrue(arg), isFalse(arg):
		return rel.Bool(isFalse(arg))
	}
	inner, ok := arg.(*rel.Call)
	if !ok || size(inner, maxNegated) >= maxNegated {
		return c
	}
	if to, ok := inverse[inner.Func]; ok && !nestedArgs(inner) {
		return rel.Bools(to, inner.Args...)
	}
	switch inner.Func {
	case rel.Not:
		if inner.Args[0].Type().ID == types.Boolean {
			return inner.Args[0]
		}
	case rel.And, rel.Or:
		to := map[string]string{rel.And: rel.Or, rel.Or: rel.And}[inner.Func]
		args := make([]rel.Expr, len(inner.Args))
		for i, a := range inner.Args {
			args[i] = negate(rel.Bools(rel.Not, a))
		}
		return simplifyCall(rel.Bools(to, args...))
	}
	return c
}

// nestedArgs is true of comparisons of lists and the like, in whose order NULLs
// inside have a place of their own.
func nestedArgs(c *rel.Call) bool {
	for _, a := range c.Args {
		if a.Type().IsNested() {
			return true
		}
	}
	return false
}

func simplifyCoalesce(c *rel.Call) rel.Expr {
	var out []rel.Expr
	for _, a := range c.Args {
		if isNull(a) {
			continue
		}
		out = append(out, a)
		if _, constant := a.(*rel.Literal); constant {
			break
		}
	}
	switch {
	case len(out) == len(c.Args):
		return c
	case len(out) == 0:
		return rel.Null(c.Of)
	case len(out) == 1 && out[0].Type().Equal(c.Of):
		return out[0]
	}
	return &rel.Call{Func: rel.Coalesce, Args: out, Of: c.Of}
}

func simplifyDistinct(c *rel.Call) rel.Expr {
	test := rel.IsNull
	if c.Func == rel.DistinctFrom {
		test = rel.IsNotNull
	}
	for i, a := range c.Args {
		if isNull(a) {
			return simplifyCall(rel.Bools(test, c.Args[1-i]))
		}
	}
	return c
}

// simplifyCase drops arms that are never chosen, and what stands after one that
// always is.
func simplifyCase(c *rel.Case) rel.Expr {
	out := &rel.Case{Of: c.Of, Else: c.Else}
	for _, w := range c.Whens {
		if isTrue(w.Cond) {
			out.Else = w.Then
			break
		}
		if !isFalse(w.Cond) && !isNull(w.Cond) {
			out.Whens = append(out.Whens, w)
		}
	}
	switch {
	case len(out.Whens) == len(c.Whens):
		return c
	case len(out.Whens) > 0:
		return out
	case out.Else == nil:
		return rel.Null(c.Of)
	case !out.Else.Type().Equal(c.Of):
		return &rel.Cast{Input: out.Else, To: c.Of}
	}
	return out.Else
}
