package rewrite

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// OuterToInner makes inner joins of outer joins whose padded rows a condition
// above, or the condition of a join above, rejects. A full join becomes a left
// or right one if only one side's padding is rejected.
func OuterToInner(p *rel.Plan) *rel.Plan {
	return p.Map(func(r rel.Rel) rel.Rel { return inward(r, nil) })
}

// elsewhere is the index of a field that the relation at hand does not have:
// nothing is known of its value.
const elsewhere = -1

// inward rewrites r, of whose rows only those count for which all conditions
// are true.
func inward(r rel.Rel, conds []rel.Expr) rel.Rel {
	switch r := r.(type) {
	case *rel.Filter:
		in := inward(r.Input, append(slices.Clip(conds), rel.Conjuncts(r.Cond)...))
		return replaceInputs(r, in)
	case *rel.Project:
		return replaceInputs(r, inward(r.Input, throughProject(r, conds)))
	case *rel.Sort:
		return replaceInputs(r, inward(r.Input, conds))
	case *rel.Aggregate:
		return replaceInputs(r, inward(r.Input, throughGroups(r, conds)))
	case *rel.SetOp:
		inputs := make([]rel.Rel, len(r.Rels))
		for i, in := range r.Rels {
			inputs[i] = inward(in, conds)
		}
		return replaceInputs(r, inputs...)
	case *rel.Join:
		return inwardJoin(r, conds, func(j *rel.Join) rel.Rel { return j })
	case *rel.DependentJoin:
		return inwardJoin(&r.Join, conds, func(j *rel.Join) rel.Rel {
			if j == &r.Join {
				return r
			}
			return &rel.DependentJoin{Join: *j, ID: r.ID, Keys: r.Keys}
		})
	}
	inputs := r.Inputs()
	next := make([]rel.Rel, len(inputs))
	for i, in := range inputs {
		next[i] = inward(in, nil)
	}
	return replaceInputs(r, next...)
}

// replaceInputs is r over other inputs; r itself if they are the same.
func replaceInputs(r rel.Rel, inputs ...rel.Rel) rel.Rel {
	if slices.Equal(inputs, r.Inputs()) {
		return r
	}
	return r.WithInputs(inputs)
}

func throughProject(p *rel.Project, conds []rel.Expr) []rel.Expr {
	if anyWindow(p.Exprs) {
		return nil
	}
	var out []rel.Expr
	for _, c := range conds {
		c = rel.TransformExpr(c, func(e rel.Expr) rel.Expr {
			f, ok := e.(*rel.Field)
			if !ok || f.Index == elsewhere || facts.Movable(p.Exprs[f.Index]) {
				return e
			}
			return &rel.Field{Index: elsewhere, Of: f.Of}
		})
		out = append(out, replaceFields(c, p.Exprs))
	}
	return out
}

func throughGroups(a *rel.Aggregate, conds []rel.Expr) []rel.Expr {
	var out []rel.Expr
	for _, c := range conds {
		whole := true
		for i := range rel.Fields(c) {
			whole = whole && (i == elsewhere || i < len(a.Groups) && facts.Movable(a.Groups[i]) && inEverySet(a.Sets, i))
		}
		if whole {
			out = append(out, replaceFields(c, a.Groups))
		}
	}
	return out
}

// replaceFields is substitute for conditions that may look elsewhere.
func replaceFields(e rel.Expr, exprs []rel.Expr) rel.Expr {
	return rel.TransformExpr(e, func(e rel.Expr) rel.Expr {
		if f, ok := e.(*rel.Field); ok && f.Index != elsewhere {
			return exprs[f.Index]
		}
		return e
	})
}

func inwardJoin(j *rel.Join, conds []rel.Expr, rebuild func(*rel.Join) rel.Rel) rel.Rel {
	n := rel.Width(j.Left)
	next := *j
	next.Kind = narrowedKind(j.Kind, conds, n)
	own := rel.Conjuncts(j.Cond)
	var toLeft, toRight []rel.Expr
	switch next.Kind {
	case rel.Inner:
		both := append(slices.Clip(conds), own...)
		toLeft, toRight = onSide(both, 0, n), onSide(both, n, -1)
	case rel.LeftSemi:
		toLeft, toRight = onSide(append(slices.Clip(conds), own...), 0, n), onSide(own, n, -1)
	case rel.Left, rel.LeftSingle, rel.LeftAnti:
		toLeft, toRight = onSide(conds, 0, n), onSide(own, n, -1)
	case rel.LeftMark:
		toLeft = onSide(conds, 0, n)
	case rel.Right:
		toLeft, toRight = onSide(own, 0, n), onSide(conds, n, -1)
	}
	next.Left, next.Right = inward(j.Left, toLeft), inward(j.Right, toRight)
	if next.Kind == j.Kind && next.Left == j.Left && next.Right == j.Right {
		return rebuild(j)
	}
	return rebuild(&next)
}

// narrowedKind is the kind of a join of whose rows conds keeps some; the first
// n columns are the left side's.
func narrowedKind(kind rel.JoinKind, conds []rel.Expr, n int) rel.JoinKind {
	rejects := func(null func(int) bool) bool {
		return slices.ContainsFunc(conds, func(c rel.Expr) bool { return rejectsNulls(c, null) })
	}
	noLeft := func() bool { return rejects(func(i int) bool { return i != elsewhere && i < n }) }
	noRight := func() bool { return rejects(func(i int) bool { return i >= n }) }
	switch kind {
	case rel.Left:
		if noRight() {
			return rel.Inner
		}
	case rel.Right:
		if noLeft() {
			return rel.Inner
		}
	case rel.Full:
		left, right := noLeft(), noRight()
		switch {
		case left && right:
			return rel.Inner
		case left: // rows that the left side lacks are rejected: left rows stay
			return rel.Left
		case right:
			return rel.Right
		}
	}
	return kind
}

// onSide is what is known of the columns [from, to) by conditions on a join;
// fields of the other side become elsewhere. A negative to is the last column.
func onSide(conds []rel.Expr, from, to int) []rel.Expr {
	var out []rel.Expr
	for _, c := range conds {
		touches := false
		mapped := rel.MapFields(c, func(i int) int {
			if i < from || to >= 0 && i >= to {
				return elsewhere
			}
			touches = true
			return i - from
		})
		if touches {
			out = append(out, mapped)
		}
	}
	return out
}
