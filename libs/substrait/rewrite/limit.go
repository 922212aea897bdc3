package rewrite

import "github.com/shoal-db/shoal/libs/substrait/rel"

// PushLimits moves a limit below projections, next to the order or the scan
// that it cuts short. A projection with a window stays below: its limit must
// not decide what the window sees.
func PushLimits(p *rel.Plan) *rel.Plan {
	return mapRels(p, func(r rel.Rel) rel.Rel {
		return rel.Transform(r, func(r rel.Rel) rel.Rel {
			f, ok := r.(*rel.Fetch)
			if !ok {
				return r
			}
			return pushLimit(f)
		})
	})
}

func pushLimit(f *rel.Fetch) rel.Rel {
	p, ok := f.Input.(*rel.Project)
	if !ok || anyWindow(p.Exprs) {
		return f
	}
	below := pushLimit(&rel.Fetch{Input: p.Input, Offset: f.Offset, Count: f.Count})
	return &rel.Project{Input: below, Exprs: p.Exprs}
}
