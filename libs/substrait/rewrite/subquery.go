package rewrite

import (
	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// RemoveOuter frees a dependent join's right side from the left where the
// right side only compares the left's keys for equality: the comparison with a
// column then stands for the key. It may compute rows for keys that the left
// side lacks; those match nothing, because the dependent join's condition
// compares the keys again.
func RemoveOuter(p *rel.Plan) *rel.Plan {
	return mapDependent(p, func(d *rel.DependentJoin) rel.Rel {
		if looksAcross(d.Right) {
			return d
		}
		next := *d
		next.Right = removeOuter(d.Right, d.ID)
		return independent(&next)
	})
}

// looksAcross is true if something in r may give other rows for one key when
// there are rows of further keys.
func looksAcross(r rel.Rel) bool {
	return rel.Any(r, func(r rel.Rel) bool {
		switch r.(type) {
		case *rel.Recursive, *rel.Sample, *rel.Positional, *rel.AsOf:
			return true
		}
		return false
	})
}

// mapDependent replaces every dependent join.
func mapDependent(p *rel.Plan, f func(*rel.DependentJoin) rel.Rel) *rel.Plan {
	return p.Transform(func(r rel.Rel) rel.Rel {
		if d, ok := r.(*rel.DependentJoin); ok {
			return f(d)
		}
		return r
	})
}

// independent is a plain join if nothing reads the keys any more.
func independent(d *rel.DependentJoin) rel.Rel {
	if countOuter(d.Right, d.ID) > 0 {
		return d
	}
	return &rel.Join{Kind: d.Kind, Left: d.Left, Right: d.Right, Cond: d.Cond}
}

func countOuter(r rel.Rel, id int) int {
	n := 0
	rel.Walk(r, func(r rel.Rel) bool {
		if o, ok := r.(*rel.Outer); ok && o.ID == id {
			n++
		}
		return true
	})
	return n
}

func removeOuter(r rel.Rel, id int) rel.Rel {
	return rel.Transform(r, func(r rel.Rel) rel.Rel {
		j, ok := r.(*rel.Join)
		if !ok || j.Kind != rel.Inner {
			return r
		}
		outerLeft := isOuter(j.Left, id)
		if !outerLeft && !isOuter(j.Right, id) {
			return r
		}
		if next, ok := withoutOuter(j, outerLeft); ok {
			return next
		}
		return r
	})
}

func isOuter(r rel.Rel, id int) bool {
	o, ok := r.(*rel.Outer)
	return ok && o.ID == id
}

// withoutOuter is an inner join with an Outer as a projection of its other
// side, if the condition equates every column of the Outer with one of the
// other side's.
func withoutOuter(j *rel.Join, outerLeft bool) (rel.Rel, bool) {
	other, outer, base, shift := j.Left, j.Right, rel.Width(j.Left), 0
	if outerLeft {
		other, outer, base, shift = j.Right, j.Left, 0, rel.Width(j.Left)
	}
	width := rel.Width(outer)
	isKey := func(i int) bool { return i >= base && i < base+width }
	toOther := func(e rel.Expr) rel.Expr { return rel.MapFields(e, func(i int) int { return i - shift }) }
	stands := make([]rel.Expr, width)
	var conds, onKeys []rel.Expr
	for _, c := range rel.Conjuncts(j.Cond) {
		key, value, strict, ok := keyEquality(c, isKey)
		if ok && stands[key-base] == nil {
			stands[key-base] = toOther(value)
			if strict {
				conds = append(conds, rel.Bools(rel.IsNotNull, toOther(value)))
			}
			continue
		}
		looks := false
		for i := range rel.Fields(c) {
			looks = looks || isKey(i)
		}
		if looks {
			onKeys = append(onKeys, c)
		} else {
			conds = append(conds, toOther(c))
		}
	}
	for _, e := range stands {
		if e == nil {
			return nil, false
		}
	}
	for _, c := range onKeys {
		if !facts.Movable(c) || !tellsGroupsApart(c) {
			return nil, false
		}
		conds = append(conds, rel.TransformExpr(c, func(e rel.Expr) rel.Expr {
			f, ok := e.(*rel.Field)
			switch {
			case !ok:
				return e
			case isKey(f.Index):
				return stands[f.Index-base]
			}
			return &rel.Field{Index: f.Index - shift, Of: f.Of}
		}))
	}
	out := &rel.Project{Input: filter(other, conds)}
	columns := make([]rel.Expr, 0, rel.Width(other))
	for i, t := range other.Types() {
		columns = append(columns, &rel.Field{Index: i, Of: t})
	}
	if outerLeft {
		out.Exprs = append(stands, columns...)
	} else {
		out.Exprs = append(columns, stands...)
	}
	return out, true
}

// keyEquality matches `key = value`, either way round, where value does not
// look at keys. It is strict if NULLs do not match.
func keyEquality(c rel.Expr, isKey func(int) bool) (key int, value rel.Expr, strict, ok bool) {
	call, is := c.(*rel.Call)
	if !is || (call.Func != rel.Eq && call.Func != rel.NotDistinctFrom) {
		return 0, nil, false, false
	}
	for i := range 2 {
		f, is := call.Args[i].(*rel.Field)
		v := call.Args[1-i]
		if !is || !isKey(f.Index) || !v.Type().Equal(f.Of) {
			continue
		}
		for k := range rel.Fields(v) {
			if isKey(k) {
				return 0, nil, false, false
			}
		}
		if len(rel.Fields(v)) == 0 || !facts.Movable(v) {
			continue
		}
		return f.Index, v, call.Func == rel.Eq, true
	}
	return 0, nil, false, false
}

// MarkToSemi turns a filter on a mark join's mark into a semi join, and one on
// its negation into an anti join where the mark cannot be NULL.
func MarkToSemi(p *rel.Plan) *rel.Plan {
	return p.Transform(func(r rel.Rel) rel.Rel {
		f, ok := r.(*rel.Filter)
		if !ok {
			return r
		}
		return markToSemi(f)
	})
}

func markToSemi(f *rel.Filter) rel.Rel {
	join, rebuild := markJoin(f.Input)
	if join == nil {
		return f
	}
	mark := rel.Width(join.Left)
	var rest []rel.Expr
	kind, found := rel.LeftMark, false
	for _, c := range rel.Conjuncts(f.Cond) {
		if k, ok := marks(c, mark, join.Cond); ok && !found {
			kind, found = k, true
			continue
		}
		rest = append(rest, c)
	}
	if !found {
		return f
	}
	out := &rel.Project{Input: rebuild(kind)}
	for i, t := range join.Left.Types() {
		out.Exprs = append(out.Exprs, &rel.Field{Index: i, Of: t})
	}
	out.Exprs = append(out.Exprs, rel.Bool(kind == rel.LeftSemi))
	return filter(out, rest)
}

// markJoin is r's join if r is a mark join, and how to make it another kind.
func markJoin(r rel.Rel) (*rel.Join, func(rel.JoinKind) rel.Rel) {
	switch r := r.(type) {
	case *rel.Join:
		if r.Kind == rel.LeftMark {
			return r, func(k rel.JoinKind) rel.Rel { c := *r; c.Kind = k; return &c }
		}
	case *rel.DependentJoin:
		if r.Kind == rel.LeftMark {
			return &r.Join, func(k rel.JoinKind) rel.Rel { c := *r; c.Kind = k; return &c }
		}
	}
	return nil, nil
}

// marks says what kind of join a condition on the mark asks for.
func marks(c rel.Expr, mark int, on rel.Expr) (rel.JoinKind, bool) {
	if f, ok := c.(*rel.Field); ok && f.Index == mark {
		return rel.LeftSemi, true
	}
	call, ok := c.(*rel.Call)
	if !ok || call.Func != rel.Not {
		return 0, false
	}
	if f, ok := call.Args[0].(*rel.Field); ok && f.Index == mark && neverNull(on) {
		return rel.LeftAnti, true
	}
	return 0, false
}

// neverNull is true for conditions that are true or false for any row.
func neverNull(cond rel.Expr) bool {
	for _, c := range rel.Conjuncts(cond) {
		call, ok := c.(*rel.Call)
		if !ok {
			lit, ok := c.(*rel.Literal)
			if !ok || lit.Value == nil || lit.Of.ID != types.Boolean {
				return false
			}
			continue
		}
		switch call.Func {
		case rel.NotDistinctFrom, rel.DistinctFrom, rel.IsNull, rel.IsNotNull:
		default:
			return false
		}
	}
	return true
}
