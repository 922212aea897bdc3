package sqlgen

import (
	"slices"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// far is beyond every partition's end, and not so far that DuckDB's own arithmetic overflows.
const far = 1_000_000_000_000

// steadied is a window call of the same result, without what DuckDB 1.5 is wrong about: an aggregate that depends
// on an order, to it also a sum of floats, over whole partitions, where more than 65,536 of them fall into one of
// its groups. Where the order is of no matter it goes; else the frame ends far beyond the partition, for which
// DuckDB has another way, and a faster one.
func steadied(w *rel.WindowCall) *rel.WindowCall {
	ordered := len(w.OrderBy)+len(w.ArgOrder) > 0
	if !ordered || w.Distinct || !whole(w) || slices.Contains(facts.WindowNames(), w.Func) {
		return w
	}
	out := *w
	order := facts.OrderOf(w.Func, w.Args)
	if order == facts.Unordered {
		out.ArgOrder = nil
	}
	if order != facts.Ordered && len(out.ArgOrder) == 0 {
		out.OrderBy = nil
		return &out
	}
	// Over a whole partition, the window's order does what the arguments' own does, and in a fraction of the time.
	out.OrderBy, out.ArgOrder = append(slices.Clone(out.ArgOrder), out.OrderBy...), nil
	out.Frame = rel.Frame{Unit: rel.RowsFrame, Start: rel.Bound{Kind: rel.UnboundedPreceding},
		End: rel.Bound{Kind: rel.Following, Offset: rel.Int(far)}}
	return &out
}

// whole is true of frames that are the whole partition.
func whole(w *rel.WindowCall) bool {
	f := w.Frame
	peers := len(w.OrderBy) == 0 && f.Unit != rel.RowsFrame // the current row's are all rows
	return f.Exclude == rel.ExcludeNothing &&
		(f.Start.Kind == rel.UnboundedPreceding || peers && f.Start.Kind == rel.CurrentRow) &&
		(f.End.Kind == rel.UnboundedFollowing || peers && f.End.Kind == rel.CurrentRow)
}

// farAtMost bounds a constant number of rows or groups, with which DuckDB 1.5 overflows.
func farAtMost(offset rel.Expr) rel.Expr {
	l, ok := offset.(*rel.Literal)
	if !ok || l.Of.ID != types.BigInt {
		return offset
	}
	if n, ok := l.Value.(int64); ok && n > far {
		return rel.Int(far)
	}
	return offset
}

func distinct(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
