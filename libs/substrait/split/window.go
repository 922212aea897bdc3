package split

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// placeProject keeps a projection below, unless a window looks across pieces.
// If first is not nil, only rows for which it is true of the projection's
// columns matter.
func (s *splitter) placeProject(r *rel.Project, first rel.Expr) placed {
	windows := slices.ContainsFunc(r.Exprs, rel.HasWindow)
	if windows {
		s.reduced = false
	}
	in := s.place(r.Input)
	if windows && (in.where == onBranches || in.where == onPieces && !in.windowsWithin(r.Exprs)) {
		why := "a window's partitions span chunks: it is not partitioned by a block column"
		if first != nil {
			in = in.apply(func(in rel.Rel) rel.Rel { return firstRows(r, first, in) })
			why += "; each worker sends the rows that are among the first of their partition there"
		}
		return placed{rel: &rel.Project{Input: s.cut(in), Exprs: r.Exprs}, where: merged, rows: in.rows, why: why}
	}
	out := in.apply(func(in rel.Rel) rel.Rel { return &rel.Project{Input: in, Exprs: r.Exprs} })
	out.blocks, out.padded = in.through(r.Exprs)
	for i, b := range in.branches {
		out.branches[i].blocks, out.branches[i].padded = b.through(r.Exprs)
	}
	out.why = rowByRow
	if windows && in.where == onPieces {
		out.shared = 0
		out.why = "windows are partitioned by a block column: no partition spans chunks"
	}
	return out
}

// windowsWithin is true if every window partitions by a block column, so that
// it never needs rows of two pieces.
func (p placed) windowsWithin(exprs []rel.Expr) bool {
	ok := true
	for _, e := range exprs {
		rel.WalkExpr(e, func(e rel.Expr) bool {
			if w, is := e.(*rel.WindowCall); is && !p.anyBlock(w.Partition) {
				ok = false
			}
			return ok
		})
	}
	return ok
}

// firstOfPartition is the part of a condition over a projection that bounds a
// rank from above, if the projection has no windows but ranks within the same
// partitions and order. Then a row that does not meet the bound among some of
// the rows does not meet it among all of them, and whatever follows it does
// not either: it may be dropped early.
func firstOfPartition(p *rel.Project, cond rel.Expr) rel.Expr {
	var spec *rel.WindowCall
	same := true
	for _, e := range p.Exprs {
		rel.WalkExpr(e, func(e rel.Expr) bool {
			if w, ok := e.(*rel.WindowCall); ok {
				same = same && facts.WindowOf(w.Func).Grows && len(w.Args) == 0 && w.Filter == nil && len(w.ArgOrder) == 0 &&
					(spec == nil || sameWindow(spec, w))
				spec = w
			}
			return same
		})
	}
	if spec == nil || !same {
		return nil
	}
	for _, c := range rel.Conjuncts(cond) {
		if f, ok := boundsAbove(c); ok {
			if _, rank := p.Exprs[f].(*rel.WindowCall); rank {
				return c
			}
		}
	}
	return nil
}

func sameWindow(a, b *rel.WindowCall) bool {
	return slices.EqualFunc(a.Partition, b.Partition, rel.Equal) && slices.EqualFunc(a.OrderBy, b.OrderBy, sameKey)
}

func sameKey(a, b rel.SortKey) bool {
	return a.Descending == b.Descending && a.NullsFirst == b.NullsFirst && rel.Equal(a.Expr, b.Expr)
}

// boundsAbove matches `column <= constant` and what is like it.
func boundsAbove(c rel.Expr) (column int, ok bool) {
	call, is := c.(*rel.Call)
	if !is || len(call.Args) != 2 {
		return 0, false
	}
	x, y, op := call.Args[0], call.Args[1], call.Func
	if facts.Constant(x) {
		x, y = y, x
		op = map[string]string{rel.Ge: rel.Le, rel.Gt: rel.Lt, rel.Eq: rel.Eq}[op]
	}
	f, isField := x.(*rel.Field)
	return indexOf(f), isField && facts.Constant(y) && (op == rel.Le || op == rel.Lt || op == rel.Eq)
}

func indexOf(f *rel.Field) int {
	if f == nil {
		return 0
	}
	return f.Index
}

// firstRows are the rows of in that may meet the bound.
func firstRows(p *rel.Project, bound rel.Expr, in rel.Rel) rel.Rel {
	ts := in.Types()
	var column int
	for column = range rel.Fields(bound) {
		break
	}
	ranked := &rel.Project{Input: in, Exprs: append(rel.FieldsOf(ts), p.Exprs[column])}
	cond := upTo(rel.MapFields(bound, func(int) int { return len(ts) }))
	return &rel.Project{Input: &rel.Filter{Input: ranked, Cond: cond}, Exprs: rel.FieldsOf(ts)}
}

// upTo makes a bound that asks for one rank a bound from above.
func upTo(bound rel.Expr) rel.Expr {
	call := bound.(*rel.Call)
	if call.Func != rel.Eq {
		return bound
	}
	x, y := call.Args[0], call.Args[1]
	if facts.Constant(x) {
		x, y = y, x
	}
	return rel.Bools(rel.Le, x, y)
}
