package split

import (
	"fmt"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// placeFetch lets workers stop early: no piece needs to give more than
// offset + count rows, the first ones if there is an order.
func (s *splitter) placeFetch(r *rel.Fetch) placed {
	if p, ok := r.Input.(*rel.Project); ok && sortsBelow(p) {
		return s.placeThrough(r, p)
	}
	input, sort := r.Input, (*rel.Sort)(nil)
	at := -1
	if sorted, ok := r.Input.(*rel.Sort); ok {
		input, sort = sorted.Input, sorted
		at = s.open(sorted)
	}
	limit, known := sumOfLiterals(r.Offset, r.Count)
	s.reduced = known
	in := s.place(input)
	sorted := func(in rel.Rel) rel.Rel {
		if sort == nil {
			return in
		}
		return &rel.Sort{Input: in, Keys: sort.Keys}
	}
	out := placed{where: in.where, rows: in.rows}
	switch {
	case in.where <= onReferences:
		below := sorted(in.rel)
		if sort != nil {
			below = breakTies(below.(*rel.Sort))
		}
		out.rel, out.why = &rel.Fetch{Input: below, Offset: r.Offset, Count: r.Count}, "over reference tables alone"
	default:
		out.why = "the first rows of all chunks together"
		if known && in.where < merged && !s.isSent(in) {
			in = in.apply(func(in rel.Rel) rel.Rel { return &rel.Fetch{Input: sorted(in), Count: rel.Int(limit)} })
			in.shared = 0
			out.why = fmt.Sprintf("each worker sends its first %d rows at most; the portal takes the first of all", limit)
		}
		out.where = merged
		out.rel = &rel.Fetch{Input: sorted(s.cut(in)), Offset: r.Offset, Count: r.Count}
	}
	if at >= 0 {
		out = s.decided(at, out)
	}
	return out
}

// sortsBelow is true of projections without windows over a sort.
func sortsBelow(p *rel.Project) bool {
	for _, e := range p.Exprs {
		if rel.HasWindow(e) {
			return false
		}
	}
	switch in := p.Input.(type) {
	case *rel.Sort:
		return true
	case *rel.Project:
		return sortsBelow(in)
	}
	return false
}

// placeThrough places a limit below a projection, next to the order.
func (s *splitter) placeThrough(r *rel.Fetch, p *rel.Project) placed {
	at := s.open(p)
	in := s.placeFetch(&rel.Fetch{Input: p.Input, Offset: r.Offset, Count: r.Count})
	out := in
	out.rel = &rel.Project{Input: in.rel, Exprs: p.Exprs}
	return s.decided(at, out)
}

// sumOfLiterals is offset + count where both are known, and count is given.
func sumOfLiterals(offset, count rel.Expr) (int64, bool) {
	value := func(e rel.Expr) (int64, bool) {
		if e == nil {
			return 0, true
		}
		lit, ok := e.(*rel.Literal)
		if !ok {
			return 0, false
		}
		v, ok := lit.Value.(int64)
		return v, ok && v >= 0 && v < 1<<62
	}
	o, okOffset := value(offset)
	c, okCount := value(count)
	return o + c, okOffset && okCount && count != nil
}
