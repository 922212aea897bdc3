package split

import (
	"fmt"
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// beside is true of what each worker may compute for itself, whole, next to the
// pieces that it has: it reads reference tables alone, and is the same each
// time.
func (s *splitter) beside(p placed) bool {
	return p.where <= onReferences && !unstable(p.rel)
}

// placeJoin places every join but the inner ones.
func (s *splitter) placeJoin(j *rel.Join) placed {
	left, right := s.place(j.Left), s.place(j.Right)
	if out, ok := s.joinLocally(j, left, right); ok {
		return out
	}
	return s.joinMerged(j, left, right)
}

// joinLocally joins where the inputs are, if each row's matches are there.
func (s *splitter) joinLocally(j *rel.Join, left, right placed) (placed, bool) {
	n := len(left.types())
	over := func(l, r rel.Rel) rel.Rel { return &rel.Join{Kind: j.Kind, Left: l, Right: r, Cond: j.Cond} }
	if out, ok := s.joinBeside(j.Kind, left, right, n, over); ok {
		return out, true
	}
	if on, ok := joinsBlocks(j.Cond, left, right, n, j.Kind == rel.LeftMark); ok {
		return s.joinOnBlock(j.Kind, left, right, on, n, over), true
	}
	return placed{}, false
}

func (s *splitter) joinMerged(j *rel.Join, left, right placed) placed {
	return placed{rel: &rel.Join{Kind: j.Kind, Left: s.cut(left), Right: s.cut(right), Cond: j.Cond}, where: merged,
		rows: max(left.rows, right.rows), why: whyMerged(j.Kind, left, right)}
}

// joinBeside places joins with what is whole wherever the other side is.
func (s *splitter) joinBeside(kind rel.JoinKind, left, right placed, n int, over func(l, r rel.Rel) rel.Rel) (placed, bool) {
	switch {
	case left.where <= onReferences && right.where <= onReferences:
		return placed{rel: over(left.rel, right.rel), where: max(left.where, right.where),
			rows: max(left.rows, right.rows), why: "over reference tables alone"}, true
	case kind != rel.Right && kind != rel.Full && onWorkers(left) && s.beside(right) && !s.isSent(left):
		// Each left row meets the whole right side wherever its piece is.
		out := s.withBeside(left, right, over)
		out.shared, out.rows = 0, max(left.rows, right.rows)
		out.why = nameOf(right.rel) + " is whole on every worker, beside each chunk's rows"
		return out, true
	case kind == rel.Right && s.beside(left) && onWorkers(right) && !s.isSent(right):
		out := s.withBeside(right, left, func(r, l rel.Rel) rel.Rel { return over(l, r) })
		out.shift(n)
		out.shared, out.rows = 0, max(left.rows, right.rows)
		out.why = nameOf(left.rel) + " is whole on every worker, beside each chunk's rows"
		return out, true
	}
	return placed{}, false
}

// withBeside combines p, wherever each part of it is, with what is whole there.
func (s *splitter) withBeside(p, other placed, over func(in, other rel.Rel) rel.Rel) placed {
	switch {
	case p.where == onBranches:
		branches := make([]placed, len(p.branches))
		for i, b := range p.branches {
			branches[i] = s.withBeside(b, other, over)
		}
		p.branches = branches
	case p.where == merged || s.isSent(p):
		p.rel = over(p.rel, s.cut(other))
	default:
		p.rel = over(p.rel, other.rel)
		p.where = max(p.where, other.where)
	}
	return p
}

// onWorkers is true of rows on the pieces of an axis, or of several.
func onWorkers(p placed) bool { return p.where == onPieces || p.where == onBranches }

// shift moves the columns behind n others.
func (p *placed) shift(n int) {
	p.blocks, p.padded = shifted(p.blocks, n), shifted(p.padded, n)
	branches := slices.Clone(p.branches)
	for i := range branches {
		branches[i].shift(n)
	}
	p.branches = branches
}

func shifted[T any](m map[int]T, by int) map[int]T {
	out := make(map[int]T, len(m))
	for i, v := range m {
		out[i+by] = v
	}
	return out
}

// joinsBlocks finds a comparison of two block columns of one axis, by which
// rows of two pieces never match. A mark join also tells NULL from false, so
// there the comparison must never be NULL.
func joinsBlocks(cond rel.Expr, left, right placed, n int, nullSafe bool) (on [2]int, ok bool) {
	if left.where != onPieces || right.where != onPieces || left.axis != right.axis {
		return on, false
	}
	for _, c := range rel.Conjuncts(cond) {
		a, b, op, ok := fieldEquality(c)
		if !ok || nullSafe && op != rel.NotDistinctFrom {
			continue
		}
		if a > b {
			a, b = b, a
		}
		if left.blocks.has(a) && right.blocks.has(b-n) {
			return [2]int{a, b}, true
		}
	}
	return on, false
}

// joinOnBlock joins pieces with pieces.
func (s *splitter) joinOnBlock(kind rel.JoinKind, left, right placed, on [2]int, n int, over func(l, r rel.Rel) rel.Rel) placed {
	out := placed{rel: over(left.rel, right.rel), where: onPieces, axis: left.axis, rows: max(left.rows, right.rows)}
	out.why = fmt.Sprintf("joined on %s = %s, the block of axis %s: no match spans chunks",
		left.blocks[on[0]], right.blocks[on[1]-n], left.axis)
	r := placed{blocks: right.blocks, padded: right.padded}
	switch kind {
	case rel.LeftSemi, rel.LeftAnti, rel.LeftMark:
		out.blocks, out.padded = left.blocks, left.padded
		return out
	}
	r.shift(n)
	out.blocks, out.padded = blocks{}, map[int]pad{}
	keep := func(p placed, whole bool, side int) {
		for i, name := range p.blocks {
			if whole {
				out.blocks[i] = name
			} else {
				out.padded[i] = pad{name: name, side: side}
			}
		}
		if whole {
			for i, half := range p.padded {
				out.padded[i] = half
			}
		}
	}
	keep(left, kind != rel.Right && kind != rel.Full, 0)
	keep(r, kind == rel.Right, 1)
	if kind == rel.Full {
		s.fulls++
		for i, half := range out.padded {
			half.full = s.fulls
			out.padded[i] = half
		}
	}
	return out
}

// whyMerged says why a join needs the rows of several pieces.
func whyMerged(kind rel.JoinKind, left, right placed) string {
	switch {
	case left.where == merged || right.where == merged:
		return "an input is there"
	case left.where == onPieces && right.where == onPieces && left.axis != right.axis:
		return fmt.Sprintf("the sides are cut along different axes, %s and %s", left.axis, right.axis)
	case left.where == onPieces && right.where == onPieces && kind == rel.LeftMark:
		return "matches may span chunks, or a NULL of another chunk may decide the mark"
	case onWorkers(left) && onWorkers(right):
		return "matches may span chunks: no block columns of both sides are equal"
	case left.where <= onReferences && right.where <= onReferences:
		return "over reference tables alone"
	case left.where <= onReferences && kind != rel.Right || right.where <= onReferences && kind == rel.Right:
		return fmt.Sprintf("a %s join has one answer for each row of the reference table, whatever chunk matches it", kind)
	case kind == rel.Full:
		return "a full join keeps rows of the reference table that match nothing in any chunk"
	}
	return "the reference side may differ each time that it is computed"
}

// placeAsOf places an as-of join like others of its kind: a left row's nearest
// match is among all right rows if these are whole, and among those of its own
// piece if they are joined on the block.
func (s *splitter) placeAsOf(j *rel.AsOf) placed {
	left, right := s.place(j.Left), s.place(j.Right)
	n := len(j.Left.Types())
	over := func(l, r rel.Rel) rel.Rel { return j.WithInputs([]rel.Rel{l, r}) }
	if j.Kind == rel.Inner || j.Kind == rel.Left || left.where <= onReferences && right.where <= onReferences {
		if out, ok := s.joinBeside(rel.Left, left, right, n, over); ok {
			return out
		}
	}
	if on, ok := joinsBlocks(j.Cond, left, right, n, false); ok {
		return s.joinOnBlock(j.Kind, left, right, on, n, over)
	}
	return placed{rel: over(s.cut(left), s.cut(right)), where: merged, rows: max(left.rows, right.rows),
		why: "a row's nearest match may be in another chunk"}
}

func (p placed) types() []types.Type {
	if p.where == onBranches {
		return p.branches[0].types()
	}
	return p.rel.Types()
}
