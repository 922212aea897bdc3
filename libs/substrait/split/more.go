package split

import "github.com/shoal-db/shoal/libs/substrait/rel"

// placeAsOf keeps an as-of join where the left rows are if each of them meets
// all right rows that may be its nearest there: the right side is whole, or both
// are joined on the block.
func (s *splitter) placeAsOf(a *rel.AsOf) placed {
	left, right := s.place(a.Left), s.place(a.Right)
	out := placed{rows: left.rows, where: merged}
	leads := a.Kind == rel.Inner || a.Kind == rel.Left
	switch {
	case left.where <= onReferences && right.where <= onReferences:
		out.where, out.why = max(left.where, right.where), "over reference tables alone"
	case leads && left.where == onPieces && right.where <= onReferences:
		out.where, out.axis, out.blocks = onPieces, left.axis, left.blocks
		out.why = nameOf(a.Right) + " is whole on every worker, beside each chunk's rows"
	case leads && left.where == onPieces && s.sameBlock(a, left, right):
		out.where, out.axis, out.blocks = onPieces, left.axis, left.blocks
		out.why = "joined on the block column " + left.blocks.names() + ": a row's nearest match is in its chunk"
	default:
		left.rel, right.rel = s.cut(left), s.cut(right)
		out.why = "a row's nearest match may be in any chunk"
	}
	out.rel = a.WithInputs([]rel.Rel{left.rel, right.rel})
	return out
}

func (s *splitter) sameBlock(a *rel.AsOf, left, right placed) bool {
	return right.where == onPieces && left.axis == right.axis &&
		joinsBlocks(a.Cond, left.blocks, shifted(right.blocks, len(a.Left.Types())), false)
}

// placeSample lets pieces choose for themselves where the choice of a row does
// not depend on the others.
func (s *splitter) placeSample(r *rel.Sample) placed {
	in := s.place(r.Input)
	if in.where == onPieces && (r.Seed != nil || r.Method == rel.ReservoirSample || r.Rows != nil) {
		return placed{rel: r.WithInputs([]rel.Rel{s.cut(in)}), where: merged, rows: in.rows,
			why: "a sample of a number of rows, or one that repeats, is taken from all chunks together"}
	}
	return in.over(r.WithInputs([]rel.Rel{in.rel}), in.blocks, "rows are chosen one by one, where the input is")
}

// placeRecursive keeps a recursion over reference tables alone where they are.
// In any other, what does not depend on the round is cut off.
func (s *splitter) placeRecursive(r *rel.Recursive) placed {
	if s.onlyReferences(r) {
		return placed{rel: r, where: onReferences, why: "a recursion over reference tables alone"}
	}
	base, step := s.place(r.Base), s.place(r.Step)
	return placed{rel: r.WithInputs([]rel.Rel{s.cut(base), s.cut(step)}), where: merged, rows: base.rows,
		why: "each round of the recursion needs all rows of the one before"}
}

// onlyReferences is true of a recursion that reads some reference table, and
// nothing that stands elsewhere.
func (s *splitter) onlyReferences(r *rel.Recursive) bool {
	whole, any := true, false
	rel.Walk(r, func(in rel.Rel) bool {
		switch in := in.(type) {
		case *rel.Read:
			t, err := s.tables(in)
			any, whole = true, whole && err == nil && t.Axis == ""
		case *rel.Reference:
			whole = false
		case *rel.Working:
			whole = whole && in.ID == r.ID
		}
		return whole
	})
	return whole && any
}
