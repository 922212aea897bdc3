package rewrite

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// PushFilters moves every condition as far down as it may go: into reads,
// through projections, joins, set operations, grouping keys and the partition
// keys of windows, and from filters into the joins that they restrict.
// Conditions that touch both sides of an inner join become part of its
// condition.
func PushFilters(p *rel.Plan) *rel.Plan {
	return p.Map(func(r rel.Rel) rel.Rel { return push(r, nil) })
}

// push is `Filter(r, conds)`, with the conditions sunk into r.
func push(r rel.Rel, conds []rel.Expr) rel.Rel {
	switch r := r.(type) {
	case *rel.Filter:
		return push(r.Input, append(slices.Clip(conds), rel.Conjuncts(r.Cond)...))
	case *rel.Project:
		return pushProject(r, conds)
	case *rel.Join:
		return pushJoin(r, conds)
	case *rel.DependentJoin:
		return pushDependent(r, conds)
	case *rel.Aggregate:
		return pushAggregate(r, conds)
	case *rel.SetOp:
		return pushSetOp(r, conds)
	case *rel.Sort:
		free, bound := partition(conds, facts.Movable)
		return filter(&rel.Sort{Input: push(r.Input, free), Keys: r.Keys}, bound)
	case *rel.Unnest:
		return pushUnnest(r, conds)
	case *rel.AsOf:
		return pushAsOf(r, conds)
	case *rel.Read:
		free, bound := partition(conds, facts.Movable)
		if len(free) == 0 {
			return filter(r, bound)
		}
		scan := *r
		scan.Filter = rel.Conjunction(append(rel.Conjuncts(r.Filter), free...))
		return filter(&scan, bound)
	}
	return filter(descend(r), conds)
}

// descend pushes inside r's inputs, with nothing from above.
func descend(r rel.Rel) rel.Rel {
	inputs := r.Inputs()
	if len(inputs) == 0 {
		return r
	}
	next := make([]rel.Rel, len(inputs))
	for i, in := range inputs {
		next[i] = push(in, nil)
	}
	return r.WithInputs(next)
}

func filter(r rel.Rel, conds []rel.Expr) rel.Rel {
	if len(conds) == 0 {
		return r
	}
	return &rel.Filter{Input: r, Cond: rel.Conjunction(conds)}
}

// pushProject rewrites conditions in terms of the projection's input, unless
// they look at a window's result or at something that changes on each call.
// A row that a condition removes is missing from the windows of other rows, so
// below windows go only conditions on what all of them partition by: they keep
// or remove whole partitions.
func pushProject(p *rel.Project, conds []rel.Expr) rel.Rel {
	keys, windows := partitionKeys(p.Exprs)
	free, bound := partition(conds, func(c rel.Expr) bool {
		if !facts.Movable(c) {
			return false
		}
		for i := range rel.Fields(c) {
			if !facts.Movable(p.Exprs[i]) || rel.HasWindow(p.Exprs[i]) || windows && !contains(keys, p.Exprs[i]) {
				return false
			}
		}
		return !windows || len(rel.Fields(c)) > 0 && tellsGroupsApart(c)
	})
	for i, c := range free {
		free[i] = substitute(c, p.Exprs)
	}
	return filter(&rel.Project{Input: push(p.Input, free), Exprs: p.Exprs}, bound)
}

// partitionKeys are the expressions by which all windows partition.
func partitionKeys(exprs []rel.Expr) (keys []rel.Expr, windows bool) {
	for _, e := range exprs {
		rel.WalkExpr(e, func(e rel.Expr) bool {
			w, is := e.(*rel.WindowCall)
			switch {
			case !is:
			case !windows:
				keys, windows = slices.Clone(w.Partition), true
			default:
				keys = slices.DeleteFunc(keys, func(k rel.Expr) bool { return !contains(w.Partition, k) })
			}
			return true
		})
	}
	return keys, windows
}

// pushAggregate moves conditions on grouping keys that are in every set.
func pushAggregate(a *rel.Aggregate, conds []rel.Expr) rel.Rel {
	free, bound := partition(conds, func(c rel.Expr) bool {
		used := rel.Fields(c)
		if len(used) == 0 || !facts.Movable(c) || !tellsGroupsApart(c) {
			return false
		}
		for i := range used {
			if i >= len(a.Groups) || !facts.Movable(a.Groups[i]) || !inEverySet(a.Sets, i) {
				return false
			}
		}
		return true
	})
	for i, c := range free {
		free[i] = substitute(c, a.Groups)
	}
	return filter(a.WithInputs([]rel.Rel{push(a.Input, free)}), bound)
}

func inEverySet(sets [][]int, group int) bool {
	return !slices.ContainsFunc(sets, func(set []int) bool { return !slices.Contains(set, group) })
}

func pushSetOp(s *rel.SetOp, conds []rel.Expr) rel.Rel {
	free, bound := partition(conds, func(c rel.Expr) bool {
		return facts.Movable(c) && (s.Kind == rel.UnionAll || tellsGroupsApart(c))
	})
	inputs := make([]rel.Rel, len(s.Rels))
	for i, in := range s.Rels {
		inputs[i] = push(in, slices.Clone(free))
	}
	return filter(s.WithInputs(inputs), bound)
}

// pushUnnest moves conditions on the row that is unnested.
func pushUnnest(u *rel.Unnest, conds []rel.Expr) rel.Rel {
	n := rel.Width(u.Input)
	free, bound := partition(conds, func(c rel.Expr) bool { return facts.Movable(c) && rel.SideOf(c, n)&rel.OnRight == 0 })
	return filter(u.WithInputs([]rel.Rel{push(u.Input, free)}), bound)
}

// pushAsOf moves what looks at the left side alone there, where each of its rows
// has its match by itself. A right row that is missing would make another one
// the nearest.
func pushAsOf(a *rel.AsOf, conds []rel.Expr) rel.Rel {
	n := rel.Width(a.Left)
	free, bound := partition(conds, func(c rel.Expr) bool {
		return (a.Kind == rel.Inner || a.Kind == rel.Left) && facts.Movable(c) && rel.SideOf(c, n) == rel.OnLeft
	})
	return filter(a.WithInputs([]rel.Rel{push(a.Left, free), push(a.Right, nil)}), bound)
}

// joinRules say, for a kind of join, from where conditions may go into which
// input. "Above" are those on the join's output, "on" its own.
type joinRules struct {
	aboveLeft, aboveRight, aboveOn bool
	onLeft, onRight                bool
}

// An outer join's preserved side takes conditions from above but not from its
// own condition, and the other side the reverse: what the condition refuses on
// the preserved side still comes out, padded with NULLs. A mark join's
// condition must stay whole, since NULL and false differ in its result.
var rulesOf = map[rel.JoinKind]joinRules{
	rel.Inner:      {aboveLeft: true, aboveRight: true, aboveOn: true, onLeft: true, onRight: true},
	rel.Left:       {aboveLeft: true, onRight: true},
	rel.Right:      {aboveRight: true, onLeft: true},
	rel.Full:       {},
	rel.LeftSemi:   {aboveLeft: true, onLeft: true, onRight: true},
	rel.LeftAnti:   {aboveLeft: true, onRight: true},
	rel.LeftSingle: {aboveLeft: true, onRight: true},
	rel.LeftMark:   {aboveLeft: true},
}

func pushJoin(j *rel.Join, conds []rel.Expr) rel.Rel {
	left, right, on, rest := distribute(j, conds)
	return filter(&rel.Join{
		Kind: j.Kind, Left: push(j.Left, left), Right: push(j.Right, right), Cond: rel.Conjunction(on),
	}, rest)
}

func pushDependent(d *rel.DependentJoin, conds []rel.Expr) rel.Rel {
	left, right, on, rest := distribute(&d.Join, conds)
	next := *d
	next.Left, next.Right, next.Cond = push(d.Left, left), push(d.Right, right), rel.Conjunction(on)
	return filter(&next, rest)
}

// outerAlone is true of an Outer: conditions on it stay on the join with it,
// where rules look for them.
func outerAlone(r rel.Rel) bool {
	_, is := r.(*rel.Outer)
	return is
}

// distribute sorts the conditions above a join and on it into those for its
// inputs (in the inputs' own columns), those that stay on it, and the rest.
func distribute(j *rel.Join, conds []rel.Expr) (left, right, on, rest []rel.Expr) {
	n := rel.Width(j.Left)
	rules := rulesOf[j.Kind]
	shift := func(e rel.Expr) rel.Expr {
		return rel.MapFields(e, func(i int) int { return i - n })
	}
	for _, c := range conds {
		s := rel.SideOf(c, n)
		switch {
		case !facts.Movable(c):
			rest = append(rest, c)
		case s == rel.OnLeft && rules.aboveLeft:
			left = append(left, c)
		case s == rel.OnRight && rules.aboveRight:
			right = append(right, shift(c))
		case rules.aboveOn:
			on = append(on, c)
		default:
			rest = append(rest, c)
		}
	}
	own := rel.Conjuncts(j.Cond)
	if j.Kind == rel.Inner {
		own, on = append(own, on...), nil
	}
	for _, c := range own {
		s := rel.SideOf(c, n)
		switch {
		case !facts.Movable(c):
			on = append(on, c)
		case s == rel.OnLeft && rules.onLeft && !outerAlone(j.Left):
			left = append(left, c)
		case s == rel.OnRight && rules.onRight && !outerAlone(j.Right):
			right = append(right, shift(c))
		default:
			on = append(on, c)
		}
	}
	return left, right, on, rest
}
