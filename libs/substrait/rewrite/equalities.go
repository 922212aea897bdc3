package rewrite

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// maxCarried bounds the size of conditions that are carried over, in
// expressions; above it they are many megabytes of IN list.
const maxCarried = 20_000

// equalities are classes of expressions that are equal in every row that
// counts, and what is known of single columns.
type equalities struct {
	members []rel.Expr // plain columns, or expressions over several or with functions
	class   []int      // of each member
	byField map[int]int
	facts   []fact
}

// fact is a condition on one column.
type fact struct {
	cond  rel.Expr
	field int
}

func newEqualities() *equalities { return &equalities{byField: map[int]int{}} }

// add learns from conditions that hold.
func (e *equalities) add(conds []rel.Expr) {
	for _, c := range conds {
		if !facts.Movable(c) {
			continue
		}
		if a, b, ok := equated(c); ok {
			e.unite(e.member(a), e.member(b))
			continue
		}
		if isNotNull(c) {
			continue // the equality says as much
		}
		if field, ok := onlyField(c); ok && tellsGroupsApart(c) && size(c, maxCarried) < maxCarried {
			e.facts = append(e.facts, fact{c, field})
		}
	}
}

// equated matches an equality of two expressions that each look at columns, of
// one type.
func equated(c rel.Expr) (a, b rel.Expr, ok bool) {
	call, is := c.(*rel.Call)
	if !is || call.Func != rel.Eq && call.Func != rel.NotDistinctFrom {
		return nil, nil, false
	}
	a, b = call.Args[0], call.Args[1]
	if len(rel.Fields(a)) == 0 || len(rel.Fields(b)) == 0 || !a.Type().Equal(b.Type()) {
		return nil, nil, false
	}
	return a, b, true
}

func isNotNull(c rel.Expr) bool {
	call, ok := c.(*rel.Call)
	return ok && call.Func == rel.IsNotNull
}

// onlyField is the one column that a condition looks at.
func onlyField(c rel.Expr) (int, bool) {
	used := rel.Fields(c)
	for i := range used {
		return i, len(used) == 1
	}
	return 0, false
}

// size counts the expressions in e, up to a limit.
func size(e rel.Expr, limit int) int {
	n := 0
	rel.WalkExpr(e, func(rel.Expr) bool { n++; return n < limit })
	return n
}

func (e *equalities) member(m rel.Expr) int {
	f, plain := m.(*rel.Field)
	if plain {
		if i, ok := e.byField[f.Index]; ok {
			return i
		}
		e.byField[f.Index] = len(e.members)
	} else if i := slices.IndexFunc(e.members, func(o rel.Expr) bool { return rel.Equal(o, m) }); i >= 0 {
		return i
	}
	e.members = append(e.members, m)
	e.class = append(e.class, len(e.class))
	return len(e.members) - 1
}

func (e *equalities) unite(a, b int) {
	from, to := e.class[a], e.class[b]
	if from == to {
		return
	}
	for i, c := range e.class {
		if c == from {
			e.class[i] = to
		}
	}
}

// derive carries the facts over to some of the members, and leaves out what is
// known of them already.
func (e *equalities) derive(known []rel.Expr, members []int) []rel.Expr {
	var out []rel.Expr
	for _, to := range members {
		m := e.members[to]
		for _, f := range e.facts {
			at, ok := e.byField[f.field]
			if !ok || at == to || e.class[at] != e.class[to] {
				continue
			}
			c := rel.TransformExpr(f.cond, func(x rel.Expr) rel.Expr {
				if field, ok := x.(*rel.Field); ok && field.Index == f.field {
					return m
				}
				return x
			})
			if !contains(known, c) && !contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// conditionsOf are those that hold for all rows of r, over its columns.
func conditionsOf(r rel.Rel) []rel.Expr {
	switch r := r.(type) {
	case *rel.Read:
		return deterministicOnly(rel.Conjuncts(r.Filter))
	case *rel.Filter:
		return append(slices.Clip(conditionsOf(r.Input)), deterministicOnly(rel.Conjuncts(r.Cond))...)
	case *rel.Project:
		return factsOfProject(r)
	case *rel.Sort:
		return conditionsOf(r.Input)
	case *rel.Fetch:
		return conditionsOf(r.Input)
	case *rel.Aggregate:
		return factsOfAggregate(r)
	case *rel.Join:
		return factsOfJoin(r)
	case *rel.DependentJoin:
		return factsOfJoin(&r.Join)
	}
	return nil
}

func deterministicOnly(conds []rel.Expr) []rel.Expr {
	yes, _ := partition(conds, facts.Movable)
	return yes
}

// factsOfProject are those of the input's columns that are passed on.
func factsOfProject(p *rel.Project) []rel.Expr {
	at := map[int]int{}
	for i, e := range p.Exprs {
		if f, ok := e.(*rel.Field); ok {
			at[f.Index] = i
		}
	}
	return renumbered(conditionsOf(p.Input), at)
}

func factsOfAggregate(a *rel.Aggregate) []rel.Expr {
	at := map[int]int{}
	for i, g := range a.Groups {
		if f, ok := g.(*rel.Field); ok && inEverySet(a.Sets, i) {
			at[f.Index] = i
		}
	}
	return renumbered(conditionsOf(a.Input), at)
}

// renumbered are the conditions that look at columns with a new place alone.
func renumbered(conds []rel.Expr, at map[int]int) []rel.Expr {
	var out []rel.Expr
	for _, c := range conds {
		all := true
		for i := range rel.Fields(c) {
			_, ok := at[i]
			all = all && ok
		}
		if all {
			out = append(out, rel.MapFields(c, func(i int) int { return at[i] }))
		}
	}
	return out
}

func factsOfJoin(j *rel.Join) []rel.Expr {
	switch j.Kind {
	case rel.Inner:
		out := append(slices.Clip(conditionsOf(j.Left)), shiftAll(conditionsOf(j.Right), rel.Width(j.Left))...)
		return append(out, deterministicOnly(rel.Conjuncts(j.Cond))...)
	case rel.LeftSemi:
		n := rel.Width(j.Left)
		own, _ := partition(deterministicOnly(rel.Conjuncts(j.Cond)), func(c rel.Expr) bool { return rel.SideOf(c, n) == rel.OnLeft })
		return append(slices.Clip(conditionsOf(j.Left)), own...)
	case rel.Right:
		return shiftAll(conditionsOf(j.Right), rel.Width(j.Left))
	case rel.Full:
		return nil
	}
	return conditionsOf(j.Left)
}
