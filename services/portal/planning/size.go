package planning

import (
	"math"
	"slices"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/chunks/pruning"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// size estimates a relation: its rows, and which share they are of those that it had without conditions. It is
// good for choosing between plans, not for bounding anything.
type size struct{ rows, share float64 }

// The shares of rows that satisfy conditions of which statistics say nothing.
const (
	shareOfEquality = 0.05
	shareOfRange    = 0.3
	shareOfOther    = 0.3
	shareOfGroups   = 0.1
)

// cautiousShare is the least share of a relation that conditions are taken to leave when joins are ordered. Many
// conditions together seem to leave few rows: if then a join with no key on either side is done first because of
// that, it does not end. DuckDB takes the same number for conditions that it knows nothing of.
const cautiousShare = 0.2

// maxFew is how many rows are taken for few: if there are ten times as many after all, no harm is done.
const maxFew = 10_000

func (p *planner) few(r rel.Rel) bool { return p.size(r).rows <= maxFew }

func (p *planner) size(r rel.Rel) size {
	switch r := r.(type) {
	case *rel.Read:
		return p.sizeOfRead(r)
	case *rel.Values:
		return size{float64(len(r.Rows)), 1}
	case *rel.Filter:
		in, share := p.size(r.Input), p.share(r.Cond)
		return size{in.rows * share, in.share * share}
	case *rel.Aggregate:
		in := p.size(r.Input)
		if len(r.Groups) == 0 {
			return size{1, 1}
		}
		return size{math.Max(1, in.rows*shareOfGroups), in.share}
	case *rel.Fetch:
		in := p.size(r.Input)
		if l, ok := r.Count.(*rel.Literal); ok {
			if n, ok := l.Value.(int64); ok {
				return size{math.Min(in.rows, float64(n)), in.share}
			}
		}
		return in
	case *rel.Join:
		return p.sizeOfJoin(r)
	case *rel.SetOp:
		var out size
		for _, in := range r.Rels {
			s := p.size(in)
			out.rows += s.rows
			out.share = math.Max(out.share, s.share)
		}
		return out
	}
	inputs := r.Inputs()
	if len(inputs) == 0 {
		return size{1, 1}
	}
	out := p.size(inputs[0])
	for _, in := range inputs[1:] {
		if s := p.size(in); s.rows > out.rows {
			out = s
		}
	}
	return out
}

// share is shareOf, or the least that is believed.
func (p *planner) share(cond rel.Expr) float64 {
	share := shareOf(cond)
	if share > 0 {
		share = math.Max(share, p.leastShare)
	}
	return share
}

// estimate shares out the rows of a fragment among its subplans.
func (p *planner) estimate(plan *rel.Plan, ids []int) {
	var most float64
	for _, id := range ids {
		most += float64(p.out.Subplans[id].RowsMax)
	}
	p.leastShare = cautiousShare
	rows := p.size(plan.Root).rows
	p.leastShare = 0
	for _, id := range ids {
		s := &p.out.Subplans[id]
		share := 1 / float64(len(ids))
		if most > 0 {
			share = float64(s.RowsMax) / most
		}
		s.Rows = max(1, int64(math.Ceil(rows*share)))
	}
}

// sizeOfRead looks at the chunks that pruning leaves.
func (p *planner) sizeOfRead(r *rel.Read) size {
	if r.IsSent() {
		return p.sentSize(r)
	}
	t, err := p.lookup(r)
	if err != nil || t.Rows == 0 {
		return size{0, 1}
	}
	left, ok := p.scanned[r.Scan]
	if !ok {
		left = scanned{float64(t.Rows), 1}
		if t.Kind != catalog.Reference && !p.opts.DisablePruning {
			ordinals := ordinalsOf(r, t)
			all := pruning.And{predicate(r.Filter, func(i int) int { return ordinals[i] })}
			for _, d := range p.dynamic[r.Scan] {
				all = append(all, d.predicate)
				left.share *= d.share
			}
			rows, _ := t.Index.Select(all, p.opts.Filters).Size()
			left.rows = float64(rows)
		}
		if p.scanned == nil {
			p.scanned = map[int]scanned{}
		}
		p.scanned[r.Scan] = left
	}
	// What the chunks' statistics rule out is part of what conditions rule out.
	rows := math.Min(left.rows, float64(t.Rows)*left.share) * p.share(r.Filter)
	return size{rows, rows / float64(t.Rows)}
}

// scanned are the rows of the chunks that a scan reads, and the share of the table's that joins leave.
type scanned struct{ rows, share float64 }

// sizeOfJoin takes an inner join for one of a table with one that its rows refer to.
func (p *planner) sizeOfJoin(j *rel.Join) size {
	left, right := p.size(j.Left), p.size(j.Right)
	if p.counts(j.Left, j.Right) {
		right.share = 1
	}
	if p.counts(j.Right, j.Left) {
		left.share = 1
	}
	share := left.share * right.share
	switch j.Kind {
	case rel.Inner:
		whole := math.Max(left.rows/math.Max(left.share, 1e-9), right.rows/math.Max(right.share, 1e-9))
		return size{whole * share, share}
	case rel.LeftSemi:
		return size{left.rows * right.share, share}
	case rel.Right:
		return size{math.Max(left.rows, right.rows), right.share}
	case rel.Left:
		return size{math.Max(left.rows, right.rows), left.share}
	case rel.Full:
		return size{left.rows + right.rows, 1}
	}
	return left
}

// counts is true if what b leaves of a's rows is in a's size already: a scan in a has the keys of reference tables
// that are all that b reads.
func (p *planner) counts(a, b rel.Rel) bool {
	if len(p.dynamic) == 0 || p.readsChunks(b) {
		return false
	}
	return rel.Any(a, func(r rel.Rel) bool {
		read, ok := r.(*rel.Read)
		return ok && slices.ContainsFunc(p.dynamic[read.Scan], func(d DynamicPredicate) bool {
			return d.share < 1 && readsAll(d.source, b)
		})
	})
}

// readsAll is true if all that b reads is read by a, with the same conditions.
func readsAll(a, b rel.Rel) bool {
	return !rel.Any(b, func(r rel.Rel) bool {
		want, ok := r.(*rel.Read)
		return ok && !rel.Any(a, func(r rel.Rel) bool {
			have, ok := r.(*rel.Read)
			return ok && slices.Equal(have.Table, want.Table) && rel.Equal(have.Filter, want.Filter)
		})
	})
}

// shareOf is which share of rows may satisfy a condition.
func shareOf(cond rel.Expr) float64 {
	share := 1.0
	for _, c := range rel.Conjuncts(cond) {
		share *= shareOfConjunct(c)
	}
	return share
}

func shareOfConjunct(e rel.Expr) float64 {
	switch e := e.(type) {
	case *rel.In:
		return math.Min(1, shareOfEquality*float64(len(e.Options)))
	case *rel.Literal:
		if e.Value == true {
			return 1
		}
		return 0
	case *rel.Call:
		switch e.Func {
		case rel.Eq, rel.NotDistinctFrom:
			return shareOfEquality
		case rel.Lt, rel.Le, rel.Gt, rel.Ge:
			return shareOfRange
		case rel.IsNotNull, rel.Ne:
			return 1
		case rel.Or:
			sum := 0.0
			for _, a := range e.Args {
				sum += shareOf(a)
			}
			return math.Min(1, sum)
		}
	}
	return shareOfOther
}
