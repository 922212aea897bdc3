package rewrite

import (
	"math/big"
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// interval are the values of a column that a conjunction of comparisons with
// constants lets pass; an end without a bound is open.
type interval struct {
	low, high bound
}

type bound struct {
	cond  rel.Expr // the comparison; nil is no bound
	at    *big.Int
	tight bool // the value itself passes
}

// mergeRanges is the OR of conditions that are ranges of one column, as one range,
// if they overlap in turn: `1 <= x AND x <= 5 OR 4 <= x AND x <= 9` is `1 <= x AND
// x <= 9`.
func mergeRanges(branches []rel.Expr) (rel.Expr, bool) {
	var column *rel.Field
	all := make([]interval, len(branches))
	for i, b := range branches {
		for _, c := range rel.Conjuncts(b) {
			f, ok := all[i].narrow(c)
			if !ok || column != nil && f.Index != column.Index {
				return nil, false
			}
			column = f
		}
	}
	slices.SortFunc(all, func(a, b interval) int { return compareLow(a.low, b.low) })
	out := all[0]
	for _, next := range all[1:] {
		if !out.reaches(next) {
			return nil, false
		}
		if out.high.cond != nil && (next.high.cond == nil || compareHigh(next.high, out.high) > 0) {
			out.high = next.high
		}
	}
	var conds []rel.Expr
	for _, b := range []bound{out.low, out.high} {
		if b.cond != nil {
			conds = append(conds, b.cond)
		}
	}
	return rel.Conjunction(conds), len(conds) > 0
}

// narrow applies a comparison, and returns its column; not ok if it is no such.
func (i *interval) narrow(c rel.Expr) (*rel.Field, bool) {
	call, ok := c.(*rel.Call)
	if !ok || len(call.Args) != 2 {
		return nil, false
	}
	f, okField := call.Args[0].(*rel.Field)
	l, okLiteral := call.Args[1].(*rel.Literal)
	if !okField || !okLiteral || !f.Of.Equal(l.Of) {
		return nil, false
	}
	b := bound{cond: c, tight: call.Func == rel.Ge || call.Func == rel.Le}
	switch v := l.Value.(type) {
	case int64:
		b.at = big.NewInt(v)
	case *big.Int:
		b.at = v
	default:
		return nil, false
	}
	switch call.Func {
	case rel.Ge, rel.Gt:
		if i.low.cond == nil || compareLow(b, i.low) > 0 {
			i.low = b
		}
	case rel.Le, rel.Lt:
		if i.high.cond == nil || compareHigh(b, i.high) < 0 {
			i.high = b
		}
	default:
		return nil, false
	}
	return f, true
}

// reaches is true if nothing lies between i and a range that does not begin
// before it.
func (i interval) reaches(next interval) bool {
	if i.high.cond == nil || next.low.cond == nil {
		return true
	}
	c := i.high.at.Cmp(next.low.at)
	return c > 0 || c == 0 && (i.high.tight || next.low.tight)
}

// compareLow orders lower bounds; none is the least.
func compareLow(a, b bound) int {
	switch {
	case a.cond == nil || b.cond == nil:
		return falseFirst(a.cond != nil, b.cond != nil)
	case a.at.Cmp(b.at) != 0:
		return a.at.Cmp(b.at)
	}
	return falseFirst(!a.tight, !b.tight)
}

// compareHigh orders upper bounds that are there.
func compareHigh(a, b bound) int {
	if c := a.at.Cmp(b.at); c != 0 {
		return c
	}
	return falseFirst(a.tight, b.tight)
}

// falseFirst orders false before true.
func falseFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
