package rel

import (
	"fmt"
	"strings"
)

// maxHeadline is the number of expressions up to which Headline prints them.
const maxHeadline = 400

// Headline is a relation's line in Format, without its inputs. Expressions that
// would make it very long are left out.
func Headline(r Rel) string {
	left := maxHeadline
	for _, e := range Exprs(r) {
		if e == nil {
			continue
		}
		WalkExpr(e, func(Expr) bool {
			left--
			return left >= 0
		})
	}
	if left < 0 {
		return headWord(r) + " …"
	}
	return describe(r)
}

// headWord is what a relation's line begins with.
func headWord(r Rel) string {
	switch r := r.(type) {
	case *Read:
		return "read " + strings.Join(r.Table, ".")
	case *Values:
		return "values"
	case *Filter:
		return "filter"
	case *Project:
		return "project"
	case *Aggregate:
		return "aggregate"
	case *Join:
		return r.Kind.String() + " join"
	case *Sort:
		return "sort"
	}
	return fmt.Sprintf("%T", r)
}

// Exprs are the expressions that a relation evaluates; some may be nil.
func Exprs(r Rel) []Expr {
	switch r := r.(type) {
	case *Read:
		return append(FieldsOf(r.Types()), r.Filter)
	case *Values:
		var out []Expr
		for _, row := range r.Rows {
			out = append(out, row...)
		}
		return out
	case *Filter:
		return []Expr{r.Cond}
	case *Project:
		return r.Exprs
	case *Aggregate:
		out := append([]Expr{}, r.Groups...)
		for _, m := range r.Measures {
			out = append(append(out, m.Args...), m.Filter)
			out = append(out, KeyExprs(m.OrderBy)...)
		}
		return out
	case *Join:
		return []Expr{r.Cond}
	case *Sort:
		return KeyExprs(r.Keys)
	}
	return nil
}

// KeyExprs are the expressions of an order's keys.
func KeyExprs(keys []SortKey) []Expr {
	out := make([]Expr, len(keys))
	for i, k := range keys {
		out[i] = k.Expr
	}
	return out
}
