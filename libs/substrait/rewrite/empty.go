package rewrite

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// CollapseEmpty drops what constant conditions leave no rows of, and what
// reads nothing but that. An aggregate without groups has a row over no rows.
func CollapseEmpty(p *rel.Plan) *rel.Plan {
	return p.Transform(collapse)
}

func none(ts []types.Type) rel.Rel { return &rel.Values{Columns: ts} }

func isEmpty(r rel.Rel) bool {
	v, ok := r.(*rel.Values)
	return ok && len(v.Rows) == 0
}

// collapse is a relation whose inputs are collapsed.
func collapse(r rel.Rel) rel.Rel {
	switch r := r.(type) {
	case *rel.Read:
		if isTrue(r.Filter) {
			c := *r
			c.Filter = nil
			return &c
		}
		if neverTrue(r.Filter) {
			return none(r.Types())
		}
	case *rel.Filter:
		if isTrue(r.Cond) {
			return r.Input
		}
		if neverTrue(r.Cond) || isEmpty(r.Input) {
			return none(r.Types())
		}
	case *rel.Project:
		if isEmpty(r.Input) {
			return none(r.Types())
		}
	case *rel.Sort:
		if isEmpty(r.Input) {
			return r.Input
		}
	case *rel.Fetch:
		if n, ok := literalCount(r.Count); ok && n == 0 || isEmpty(r.Input) {
			return none(r.Types())
		}
	case *rel.Aggregate:
		hasNoRow := len(r.Groups) > 0 && !slices.ContainsFunc(r.Sets, func(set []int) bool { return len(set) == 0 })
		if isEmpty(r.Input) && hasNoRow {
			return none(r.Types())
		}
	case *rel.Unnest:
		if isEmpty(r.Input) {
			return none(r.Types())
		}
	case *rel.Join:
		return collapseJoin(r)
	case *rel.SetOp:
		return collapseSetOp(r)
	}
	return r
}

// literalCount is a limit's number.
func literalCount(e rel.Expr) (int64, bool) {
	l, ok := e.(*rel.Literal)
	if !ok {
		return 0, false
	}
	n, ok := l.Value.(int64)
	return n, ok && n >= 0
}

func neverTrue(cond rel.Expr) bool { return cond != nil && (isFalse(cond) || isNull(cond)) }

func collapseJoin(j *rel.Join) rel.Rel {
	noMatch := neverTrue(j.Cond) && (j.Kind != rel.LeftMark || isFalse(j.Cond))
	left, right := isEmpty(j.Left), isEmpty(j.Right)
	switch j.Kind {
	case rel.Inner, rel.LeftSemi:
		if left || right || noMatch {
			return none(j.Types())
		}
	case rel.Left, rel.LeftSingle, rel.LeftAnti, rel.LeftMark:
		switch {
		case left:
			return none(j.Types())
		case (right || noMatch) && j.Kind == rel.LeftAnti:
			return j.Left
		case (right || noMatch) && j.Kind == rel.LeftMark:
			return &rel.Project{Input: j.Left, Exprs: append(rel.FieldsOf(j.Left.Types()), rel.Bool(false))}
		case right || noMatch:
			return &rel.Project{Input: j.Left, Exprs: append(rel.FieldsOf(j.Left.Types()), nulls(j.Right.Types())...)}
		}
	case rel.Right:
		return collapseRight(j, left || noMatch, right)
	case rel.Full:
		switch {
		case left && right:
			return none(j.Types())
		case left:
			return collapseRight(j, true, false)
		case right:
			return &rel.Project{Input: j.Left, Exprs: append(rel.FieldsOf(j.Left.Types()), nulls(j.Right.Types())...)}
		}
	}
	if isTrue(j.Cond) {
		next := *j
		next.Cond = nil
		return &next
	}
	return j
}

func collapseRight(j *rel.Join, noLeft, noRight bool) rel.Rel {
	switch {
	case noRight:
		return none(j.Types())
	case noLeft:
		return &rel.Project{Input: j.Right, Exprs: append(nulls(j.Left.Types()), rel.FieldsOf(j.Right.Types())...)}
	case isTrue(j.Cond):
		next := *j
		next.Cond = nil
		return &next
	}
	return j
}

func nulls(ts []types.Type) []rel.Expr {
	out := make([]rel.Expr, len(ts))
	for i, t := range ts {
		out[i] = rel.Null(t)
	}
	return out
}

func collapseSetOp(s *rel.SetOp) rel.Rel {
	first := s.Rels[0]
	switch s.Kind {
	case rel.UnionAll, rel.UnionDistinct:
		left := slices.DeleteFunc(slices.Clone(s.Rels), isEmpty)
		return setOpOf(s, left)
	case rel.IntersectAll, rel.IntersectDistinct:
		if slices.ContainsFunc(s.Rels, isEmpty) {
			return none(s.Types())
		}
	default:
		if isEmpty(first) {
			return none(s.Types())
		}
		left := append([]rel.Rel{first}, slices.DeleteFunc(slices.Clone(s.Rels[1:]), isEmpty)...)
		return setOpOf(s, left)
	}
	return s
}

// setOpOf is the set operation over what is left of its inputs.
func setOpOf(s *rel.SetOp, left []rel.Rel) rel.Rel {
	distinct := s.Kind == rel.UnionDistinct || s.Kind == rel.ExceptDistinct
	switch {
	case len(left) == len(s.Rels):
		return s
	case len(left) == 0:
		return none(s.Types())
	case len(left) > 1:
		return s.WithInputs(left)
	case !distinct:
		return left[0]
	case rel.Width(s) == 0:
		return s
	}
	return &rel.Aggregate{Input: left[0], Groups: rel.FieldsOf(left[0].Types())}
}
