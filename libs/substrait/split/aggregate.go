package split

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// placeAggregate runs an aggregate on the workers: wholly, if its groups never
// span two pieces; else in part, if all its measures can be put together from
// partial ones; else it ships what the aggregate looks at.
func (s *splitter) placeAggregate(a *rel.Aggregate) placed {
	_, whole := newPartial(a)
	s.reduced = whole == ""
	return s.aggregate(a, s.place(a.Input))
}

// aggregate places an aggregate over what is placed; a's own input does not
// count.
func (s *splitter) aggregate(a *rel.Aggregate, in placed) placed {
	over := func(in rel.Rel) rel.Rel { return a.WithInputs([]rel.Rel{in}) }
	switch {
	case in.where <= onReferences:
		return placed{rel: over(in.rel), where: in.where, rows: in.rows, why: "over reference tables alone"}
	case in.where == merged || s.isSent(in):
		return placed{rel: over(s.cut(in)), where: merged, rows: in.rows, why: "its input is there"}
	}
	if in.where == onPieces && in.everySetHasBlock(a) {
		out := in
		out.rel, out.shared = over(in.rel), 0
		out.blocks, out.padded = in.through(a.Groups)
		inAll := groupsOfAllSets(a)
		for i := range a.Groups {
			if !inAll[i] {
				delete(out.blocks, i)
				delete(out.padded, i)
			}
		}
		out.why = "grouped by " + out.blocks.names() + ", the block column: complete on the worker"
		if len(out.blocks) == 0 {
			out.why = "every grouping set has the block column: complete on the worker"
		}
		return out
	}
	p, whole := newPartial(a)
	if whole != "" {
		return s.shipped(a, in, whole)
	}
	in = in.apply(p.below)
	in.shared = 0
	return placed{rel: p.above(s.cut(in)), where: merged, rows: in.rows,
		why: "computed in part on the workers, per chunk, and put together in the portal" + p.why()}
}

// everySetHasBlock is true if each grouping set has a block column.
func (p placed) everySetHasBlock(a *rel.Aggregate) bool {
	if a.Sets == nil {
		return p.anyBlock(a.Groups)
	}
	for _, set := range a.Sets {
		has := slices.ContainsFunc(set, func(g int) bool {
			_, ok := p.isBlock(a.Groups[g])
			return ok
		})
		if !has {
			return false
		}
	}
	return len(a.Sets) > 0
}

// groupsOfAllSets are the groups that no set leaves out.
func groupsOfAllSets(a *rel.Aggregate) map[int]bool {
	in := map[int]bool{}
	for g := range a.Groups {
		in[g] = true
		for _, set := range a.Sets {
			in[g] = in[g] && slices.Contains(set, g)
		}
	}
	return in
}

// shipped computes the whole aggregate in the portal, over the values of its
// expressions.
func (s *splitter) shipped(a *rel.Aggregate, in placed, whole string) placed {
	out := placed{where: merged, rows: in.rows,
		why: whole + " cannot be put together from parts: what the aggregate looks at is sent"}
	sh := &shipping{}
	next := &rel.Aggregate{Groups: sh.all(a.Groups), Sets: a.Sets}
	for _, m := range a.Measures {
		m = overValues(m, sh.expr)
		m.Filter = sh.expr(m.Filter)
		next.Measures = append(next.Measures, m)
	}
	in = in.apply(func(in rel.Rel) rel.Rel { return &rel.Project{Input: in, Exprs: sh.exprs} })
	in.shared = 0
	next.Input = s.cut(in)
	out.rel = next
	return out
}

// shipping collects expressions to be computed by workers.
type shipping struct{ exprs []rel.Expr }

// expr is the column that will have the value of e.
func (s *shipping) expr(e rel.Expr) rel.Expr {
	if e == nil || facts.Constant(e) {
		return e
	}
	at := -1
	if facts.Deterministic(e) {
		at = slices.IndexFunc(s.exprs, func(o rel.Expr) bool { return rel.Equal(o, e) })
	}
	if at < 0 {
		at = len(s.exprs)
		s.exprs = append(s.exprs, e)
	}
	return &rel.Field{Index: at, Of: e.Type()}
}

func (s *shipping) all(exprs []rel.Expr) []rel.Expr {
	out := make([]rel.Expr, len(exprs))
	for i, e := range exprs {
		out[i] = s.expr(e)
	}
	return out
}

// fieldsOf are references to the first n columns with the types of exprs.
func fieldsOf(exprs []rel.Expr) []rel.Expr {
	out := make([]types.Type, len(exprs))
	for i, e := range exprs {
		out[i] = e.Type()
	}
	return rel.FieldsOf(out)
}
