package restrict

import (
	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// near tells whether a relation reads near tables alone and gives the same rows whenever and wherever it is
// computed.
func (f *finder) near(r rel.Rel) bool {
	return facts.Repeatable(r, nil) && !rel.Any(r, func(r rel.Rel) bool {
		read, ok := r.(*rel.Read)
		return ok && !f.tables.Near(read)
	})
}

// restricts tells whether something in a near relation may leave out rows, or there are few to begin with:
// a join with all rows of a table is seldom a restriction, and not worth a look.
func (f *finder) restricts(r rel.Rel) bool {
	return rel.Any(r, func(r rel.Rel) bool {
		switch r := r.(type) {
		case *rel.Read:
			return filters(r.Filter) || f.tables.Few(r)
		case *rel.Values:
			return true
		case *rel.Filter:
			return filters(r.Cond)
		case *rel.Join:
			return r.Kind == rel.LeftSemi || r.Kind == rel.LeftAnti
		case *rel.SetOp:
			return r.Kind != rel.UnionAll && r.Kind != rel.UnionDistinct
		}
		return false
	})
}

// filters is true of conditions that do more than to refuse NULLs.
func filters(cond rel.Expr) bool {
	for _, c := range rel.Conjuncts(cond) {
		if call, ok := c.(*rel.Call); !ok || call.Func != rel.IsNotNull {
			return true
		}
	}
	return false
}
