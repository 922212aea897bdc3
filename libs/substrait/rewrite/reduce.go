package rewrite

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// ReduceJoinsRule is the name of the rule of ReduceJoins.
const ReduceJoinsRule = "reduce-joins"

// ReduceJoins keeps rows of tables in pieces from being aggregated, or sent
// from the workers, that a join would drop afterwards: where reference tables
// say which keys the other side of the join has at most, a semi join with them
// goes down to the scan. It is for joins that workers cannot do themselves:
// with an aggregate in between, or of rows of several pieces.
func ReduceJoins(p *rel.Plan, tables Tables) *rel.Plan {
	r := &reducer{tables}
	return p.Map(func(root rel.Rel) rel.Rel { return r.reduce(root) })
}

type reducer struct{ tables Tables }

// reduce works from the leaves up, so that the semi joins that it makes are not
// looked at again.
func (r *reducer) reduce(n rel.Rel) rel.Rel {
	n = mapInputs(n, r.reduce)
	j, ok := n.(*rel.Join)
	if !ok {
		return n
	}
	left, right := j.Left, j.Right
	keys := joinKeys(j)
	switch j.Kind {
	case rel.Inner, rel.Left, rel.LeftSingle, rel.LeftSemi, rel.LeftAnti:
		right = r.side(j, keys, right, left, false)
	}
	switch j.Kind {
	case rel.Inner, rel.Right, rel.LeftSemi:
		left = r.side(j, keys, left, j.Right, true)
	}
	return replaceInputs(j, left, right)
}

func mapInputs(n rel.Rel, f func(rel.Rel) rel.Rel) rel.Rel {
	inputs := n.Inputs()
	next := make([]rel.Rel, len(inputs))
	for i, in := range inputs {
		next[i] = f(in)
	}
	return replaceInputs(n, next...)
}

// joinKey is an equality of a join: an expression of either side, each in terms
// of its own.
type joinKey struct {
	function    string
	left, right rel.Expr
}

func joinKeys(j *rel.Join) []joinKey {
	n := rel.Width(j.Left)
	var out []joinKey
	for _, c := range rel.Conjuncts(j.Cond) {
		a, b, ok := equated(c)
		if !ok || !facts.Movable(c) {
			continue
		}
		switch sideA, sideB := rel.SideOf(a, n), rel.SideOf(b, n); {
		case sideA == rel.OnLeft && sideB == rel.OnRight:
		case sideA == rel.OnRight && sideB == rel.OnLeft:
			a, b = b, a
		default:
			continue
		}
		out = append(out, joinKey{c.(*rel.Call).Func, a, rel.MapFields(b, func(i int) int { return i - n })})
	}
	return out
}

// side reduces an input of a join by what the other one has at most.
func (r *reducer) side(j *rel.Join, keys []joinKey, own, other rel.Rel, isLeft bool) rel.Rel {
	// An inner join is moved to where it can be done, and a semi join is one
	// already: there is to gain below an aggregate or a window alone.
	moves := j.Kind == rel.Inner || j.Kind == rel.LeftSemi && isLeft
	if len(keys) == 0 || moves && !gathers(own) {
		return own
	}
	extent := r.tables.extentOf(own)
	if !extent.cut {
		return own
	}
	ownKeys, otherKeys := make([]rel.Expr, len(keys)), make([]rel.Expr, len(keys))
	for i, k := range keys {
		ownKeys[i], otherKeys[i] = k.right, k.left
		if isLeft {
			ownKeys[i], otherKeys[i] = k.left, k.right
		}
	}
	d, ok := r.tables.domainOf(other, otherKeys)
	if !ok || d.rows > extent.pieces {
		return own
	}
	s := &semi{domain: d.rel, tables: r.tables}
	for column, k := range d.of {
		s.keys = append(s.keys, semiKey{keys[k].function, ownKeys[k], &rel.Field{Index: column, Of: otherKeys[k].Type()}})
	}
	next, gains := s.push(own)
	// A join that is done where the pieces are needs no help.
	if !gains && (moves || r.tables.onPieces(j) || d.rows*rowsPerKey > sent(own, extent.pieces)) {
		return own
	}
	return next
}

// rowsPerKey is how many rows there must be to be sent for each that says which are wanted, if nothing but sending is
// spared: every worker has to compute the latter.
const rowsPerKey = 8

// sent is about how many of some rows in pieces are sent if nothing says which are wanted: conditions leave a part.
func sent(r rel.Rel, pieces int64) int64 {
	if restricts(r) {
		return pieces / 5
	}
	return pieces
}

// gathers is true if an aggregate or a window is in r.
func gathers(r rel.Rel) bool {
	return rel.Any(r, func(r rel.Rel) bool {
		switch r := r.(type) {
		case *rel.Aggregate:
			return true
		case *rel.Project:
			return anyWindow(r.Exprs)
		}
		return false
	})
}

// semi is a semi join on its way down.
type semi struct {
	domain rel.Rel
	keys   []semiKey
	tables Tables
}

// semiKey compares an expression over the relation at hand with a column of the
// domain.
type semiKey struct {
	function string
	own      rel.Expr
	domain   *rel.Field
}

// with is the semi join on other expressions; without those that are nil, or
// that have become constants.
func (s *semi) with(change func(rel.Expr) rel.Expr) *semi {
	out := &semi{domain: s.domain, tables: s.tables}
	for _, k := range s.keys {
		if e := change(k.own); e != nil && len(rel.Fields(e)) > 0 {
			out.keys = append(out.keys, semiKey{k.function, e, k.domain})
		}
	}
	return out
}

// push puts the semi join as far down in r as it goes, with as many keys as go
// there. It gains if there is an aggregate or a window above it that has less
// to do.
func (s *semi) push(r rel.Rel) (out rel.Rel, gains bool) {
	switch r := r.(type) {
	case *rel.Filter:
		in, gains := s.push(r.Input)
		return replaceInputs(r, in), gains
	case *rel.Sort:
		in, gains := s.push(r.Input)
		return replaceInputs(r, in), gains
	case *rel.Project:
		return s.pushProject(r)
	case *rel.Aggregate:
		below := s.with(func(e rel.Expr) rel.Expr { return throughGroupKey(r, e) })
		if len(below.keys) > 0 {
			in, _ := below.push(r.Input)
			return replaceInputs(r, in), true
		}
	case *rel.Join:
		if out, gains, ok := s.pushJoin(r); ok {
			return out, gains
		}
	}
	return s.land(r), false
}

func throughGroupKey(a *rel.Aggregate, e rel.Expr) rel.Expr {
	for i := range rel.Fields(e) {
		if i >= len(a.Groups) || !facts.Movable(a.Groups[i]) || !inEverySet(a.Sets, i) || !exact(a.Groups[i].Type()) {
			return nil
		}
	}
	return substitute(e, a.Groups)
}

func (s *semi) pushProject(p *rel.Project) (rel.Rel, bool) {
	partitions, windows := partitionKeys(p.Exprs)
	below := s.with(func(e rel.Expr) rel.Expr {
		for i := range rel.Fields(e) {
			x := p.Exprs[i]
			if !facts.Movable(x) || rel.HasWindow(x) || windows && (!contains(partitions, x) || !exact(x.Type())) {
				return nil
			}
		}
		return substitute(e, p.Exprs)
	})
	if len(below.keys) == 0 {
		return s.land(p), false
	}
	in, gains := below.push(p.Input)
	return replaceInputs(p, in), gains || windows
}

// pushJoin goes to the side that has keys: either of an inner join, the left
// one of those that keep each left row by itself.
func (s *semi) pushJoin(j *rel.Join) (out rel.Rel, gains, ok bool) {
	n := rel.Width(j.Left)
	if j.Kind == rel.Right || j.Kind == rel.Full {
		return nil, false, false
	}
	if j.Kind == rel.LeftSemi && rel.Equal(j.Cond, s.on(n)) && rel.EqualRels(j.Right, s.domain) {
		return j, false, true // it is there already
	}
	left := s.with(func(e rel.Expr) rel.Expr { return ifSide(e, n, rel.OnLeft) })
	right := s.with(func(e rel.Expr) rel.Expr { return ifSide(e, n, rel.OnRight) })
	if j.Kind == rel.Inner && len(right.keys) > 0 && (len(right.keys) > len(left.keys) || !s.tables.extentOf(j.Left).cut) {
		in, gains := right.push(j.Right)
		return replaceInputs(j, j.Left, in), gains, true
	}
	if len(left.keys) == 0 {
		return nil, false, false
	}
	in, gains := left.push(j.Left)
	return replaceInputs(j, in, j.Right), gains, true
}

// ifSide is an expression in terms of the side of a join that it looks at.
func ifSide(e rel.Expr, n int, side rel.Side) rel.Expr {
	if rel.SideOf(e, n) != side {
		return nil
	}
	if side == rel.OnLeft {
		return e
	}
	return rel.MapFields(e, func(i int) int { return i - n })
}

func (s *semi) land(r rel.Rel) rel.Rel {
	return &rel.Join{Kind: rel.LeftSemi, Left: r, Right: s.domain, Cond: s.on(rel.Width(r))}
}

// on is the condition of the semi join of a relation of that many columns.
func (s *semi) on(width int) rel.Expr {
	var on []rel.Expr
	for _, k := range s.keys {
		on = append(on, rel.Bools(k.function, k.own, &rel.Field{Index: width + k.domain.Index, Of: k.domain.Of}))
	}
	return rel.Conjunction(on)
}

// DistinctKeys makes distinct what semi, anti and mark joins look for, where
// the rows come from tables in pieces and are joined elsewhere: duplicates make
// no difference to such a join, and need not be sent.
func DistinctKeys(p *rel.Plan, tables Tables) *rel.Plan {
	return p.Transform(func(r rel.Rel) rel.Rel {
		j, ok := r.(*rel.Join)
		if !ok || j.Kind != rel.LeftSemi && j.Kind != rel.LeftAnti && j.Kind != rel.LeftMark {
			return r
		}
		if !tables.onPieces(j.Right) || tables.onPieces(j) || j.Cond != nil && !facts.Movable(j.Cond) {
			return r
		}
		return distinctKeys(j)
	})
}

func distinctKeys(j *rel.Join) rel.Rel {
	n := rel.Width(j.Left)
	next := *j
	var used []int
	for _, i := range sortedKeys(fieldsOf(j.Cond)) {
		if i >= n {
			used = append(used, i-n)
		}
	}
	if len(used) == 0 {
		next.Right = &rel.Fetch{Input: j.Right, Count: rel.Int(1)}
		return &next
	}
	ts := j.Right.Types()
	keys := &rel.Aggregate{Input: j.Right}
	for _, i := range used {
		keys.Groups = append(keys.Groups, &rel.Field{Index: i, Of: ts[i]})
	}
	next.Right = keys
	next.Cond = rel.MapFields(j.Cond, func(i int) int {
		if i < n {
			return i
		}
		return n + slices.Index(used, i-n)
	})
	return &next
}

func fieldsOf(e rel.Expr) map[int]bool {
	if e == nil {
		return nil
	}
	return rel.Fields(e)
}
