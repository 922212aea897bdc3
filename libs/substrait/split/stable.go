package split

import (
	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// unstable is true of relations that may have other rows each time that they
// are computed over the same data. Such a relation must not be computed by
// several workers, of which each would see its own rows. Shared subtrees that
// are unstable are computed once, in the portal, whoever reads them.
func unstable(r rel.Rel) bool {
	return !facts.Stable(r, func(*rel.Reference) bool { return true })
}

// breakTies orders rows that tie by all of their columns.
func breakTies(sort *rel.Sort) *rel.Sort {
	keys := map[int]bool{}
	out := &rel.Sort{Input: sort.Input, Keys: sort.Keys[:len(sort.Keys):len(sort.Keys)]}
	for _, k := range sort.Keys {
		if f, ok := k.Expr.(*rel.Field); ok {
			keys[f.Index] = true
		}
	}
	for i, t := range sort.Types() {
		if !keys[i] {
			out.Keys = append(out.Keys, rel.SortKey{Expr: &rel.Field{Index: i, Of: t}})
		}
	}
	return out
}
