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
	if read, ok := r.(*Read); ok {
		left -= len(read.Columns)
	}
	for _, e := range r.Expressions() {
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
