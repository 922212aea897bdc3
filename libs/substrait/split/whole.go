package split

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// RunsWhole tells whether a worker that has all that a plan reads gives the same
// rows as the portal would. A worker keeps no order of rows but that of the
// result, and of a limit's input.
func RunsWhole(p *rel.Plan) bool {
	if slices.ContainsFunc(p.Root.Types(), hasUnnamed) {
		return false
	}
	top := p.Root
	for {
		switch r := top.(type) {
		case *rel.Project:
			if slices.ContainsFunc(r.Exprs, rel.HasWindow) {
				break
			}
			top = r.Input
			continue
		case *rel.Fetch:
			top = r.Input
			continue
		case *rel.Sort:
			top = r.Input
		}
		break
	}
	return !slices.ContainsFunc(append(slices.Clip(p.Shared), top), ordersInside)
}

// ordersInside is true of relations that sort for another reason than a limit, or
// whose rows depend on an order.
func ordersInside(r rel.Rel) bool {
	switch r := r.(type) {
	case *rel.Sort, *rel.Positional, *rel.Recursive, *rel.Sample:
		return true
	case *rel.Fetch:
		in := r.Input
		for p, ok := in.(*rel.Project); ok && !slices.ContainsFunc(p.Exprs, rel.HasWindow); p, ok = in.(*rel.Project) {
			in = p.Input
		}
		if sort, ok := in.(*rel.Sort); ok {
			return ordersInside(sort.Input)
		}
	}
	return slices.ContainsFunc(r.Inputs(), ordersInside)
}
