package rel

import "github.com/shoal-db/shoal/libs/substrait/types"

// Lambda is a function that is written in place, as an argument of a Call such
// as list_transform. Its body sees the input's fields as any expression does,
// and its own parameters as Param.
type Lambda struct {
	Params []types.Type
	Body   Expr
}

// Param is a parameter of a lambda around it: Out counts the lambdas between
// the two, 0 for the innermost, and Index is the parameter's place in it.
type Param struct {
	Out, Index int
	Of         types.Type
}

// Type implements Expr; a lambda's type is its result's.
func (l *Lambda) Type() types.Type { return l.Body.Type() }

// Type implements Expr.
func (p *Param) Type() types.Type { return p.Of }

// Children implements Expr.
func (l *Lambda) Children() []Expr { return []Expr{l.Body} }

// Children implements Expr.
func (p *Param) Children() []Expr { return nil }

// WithChildren implements Expr.
func (l *Lambda) WithChildren(ch []Expr) Expr { return &Lambda{Params: l.Params, Body: ch[0]} }

// WithChildren implements Expr.
func (p *Param) WithChildren([]Expr) Expr { return p }

// Closed is true of expressions that have a value by themselves: they are no
// lambda, and no part of the body of one that looks at its parameters.
func Closed(e Expr) bool {
	_, lambda := e.(*Lambda)
	return !lambda && closedWithin(e, 0)
}

func closedWithin(e Expr, lambdas int) bool {
	switch e := e.(type) {
	case *Param:
		return e.Out < lambdas
	case *Lambda:
		lambdas++
	}
	for _, c := range e.Children() {
		if !closedWithin(c, lambdas) {
			return false
		}
	}
	return true
}

// Inside is e as it reads inside of one more lambda.
func Inside(e Expr) Expr { return inside(e, 0) }

func inside(e Expr, lambdas int) Expr {
	switch x := e.(type) {
	case *Param:
		if x.Out < lambdas {
			return x
		}
		return &Param{Out: x.Out + 1, Index: x.Index, Of: x.Of}
	case *Lambda:
		lambdas++
	}
	children := e.Children()
	if len(children) == 0 {
		return e
	}
	next := make([]Expr, len(children))
	for i, c := range children {
		next[i] = inside(c, lambdas)
	}
	return e.WithChildren(next)
}
