package rewrite

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// PushLimits moves a limit below projections, next to the order or the scan
// that it cuts short. A projection with a window stays below: its limit must
// not decide what the window sees.
//
// Of an outer, single or mark join that keeps each row of one side, no more
// rows of that side are needed than the limit asks for, the first ones if the
// order looks at that side alone. Where tables are known, such a limit goes
// below joins that workers cannot do; those that they can do they cut short
// themselves. What a union's branches give is cut short when it is split.
func PushLimits(p *rel.Plan, tables Tables) *rel.Plan {
	l := &limits{tables}
	return p.Transform(func(r rel.Rel) rel.Rel {
		f, ok := r.(*rel.Fetch)
		if !ok {
			return r
		}
		return l.push(f)
	})
}

type limits struct{ tables Tables }

func (l *limits) push(f *rel.Fetch) rel.Rel {
	if p, ok := f.Input.(*rel.Project); ok && !anyWindow(p.Exprs) {
		below := l.push(&rel.Fetch{Input: p.Input, Offset: f.Offset, Count: f.Count})
		return &rel.Project{Input: below, Exprs: p.Exprs}
	}
	count, known := rowsNeeded(f)
	if !known || l.tables == nil {
		return f
	}
	if s, ok := f.Input.(*rel.Sort); ok {
		in := l.within(s.Input, s.Keys, count)
		return replaceInputs(f, replaceInputs(s, in))
	}
	return replaceInputs(f, l.within(f.Input, nil, count))
}

// maxCount bounds the limits that are moved: larger ones save nothing.
const maxCount = 1 << 32

// rowsNeeded is how many rows of its input a limit looks at.
func rowsNeeded(f *rel.Fetch) (int64, bool) {
	count, ok := literalCount(f.Count)
	if !ok || count > maxCount {
		return 0, false
	}
	if f.Offset == nil {
		return count, true
	}
	offset, ok := literalCount(f.Offset)
	return count + offset, ok && offset <= maxCount
}

// within limits what r reads, when of r no more than count rows are looked at,
// the first ones by keys.
func (l *limits) within(r rel.Rel, keys []rel.SortKey, count int64) rel.Rel {
	switch r := r.(type) {
	case *rel.Project:
		if below, ok := throughKeys(r, keys); ok {
			return replaceInputs(r, l.within(r.Input, below, count))
		}
	case *rel.Join:
		n := rel.Width(r.Left)
		switch r.Kind {
		case rel.Left, rel.LeftSingle, rel.LeftMark:
			if onlySide(keys, n, rel.OnLeft) && l.sent(r, r.Left) {
				return replaceInputs(r, l.first(r.Left, keys, count), r.Right)
			}
		case rel.Right:
			if onlySide(keys, n, rel.OnRight) && l.sent(r, r.Right) {
				return replaceInputs(r, r.Left, l.first(r.Right, remapKeys(keys, func(i int) int { return i - n }), count))
			}
		}
	}
	return r
}

// sent is true if the rows of a join's side are on the workers, and the join is
// not.
func (l *limits) sent(j *rel.Join, side rel.Rel) bool {
	return l.tables.onPieces(side) && !l.tables.onPieces(j)
}

func onlySide(keys []rel.SortKey, n int, side rel.Side) bool {
	return !slices.ContainsFunc(keys, func(k rel.SortKey) bool { return rel.SideOf(k.Expr, n)|side != side })
}

// throughKeys are the keys in terms of a projection's input.
func throughKeys(p *rel.Project, keys []rel.SortKey) ([]rel.SortKey, bool) {
	if anyWindow(p.Exprs) {
		return nil, false
	}
	out := make([]rel.SortKey, len(keys))
	for i, k := range keys {
		for at := range rel.Fields(k.Expr) {
			if !facts.Movable(p.Exprs[at]) {
				return nil, false
			}
		}
		out[i] = rel.SortKey{Expr: substitute(k.Expr, p.Exprs), Descending: k.Descending, NullsFirst: k.NullsFirst}
	}
	return out, true
}

// first is the first count rows of r by keys.
func (l *limits) first(r rel.Rel, keys []rel.SortKey, count int64) rel.Rel {
	if f, ok := r.(*rel.Fetch); ok {
		if n, known := rowsNeeded(f); known && n <= count {
			return r
		}
	}
	in := l.within(r, keys, count)
	if len(keys) > 0 {
		in = &rel.Sort{Input: in, Keys: keys}
	}
	return &rel.Fetch{Input: in, Count: rel.Int(count)}
}
