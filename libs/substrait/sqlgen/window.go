package sqlgen

import (
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

func (x *exprSQL) window(w *rel.WindowCall) (string, error) {
	w = steadied(w)
	over, err := x.over(w)
	if err != nil {
		return "", err
	}
	m := rel.Measure{Func: w.Func, Args: w.Args, Distinct: w.Distinct, Filter: w.Filter, OrderBy: w.ArgOrder, Type: w.Of}
	call, err := x.aggregate(m, w.IgnoreNulls, " OVER ("+over+")")
	if err != nil {
		return "", err
	}
	if fixed[w.Func] == w.Of.ID || !spellable(w.Of) {
		return call, nil
	}
	return castTo(call, w.Of), nil
}

// aggregateCall is a call of an aggregate or window function, without FILTER.
func (x *exprSQL) aggregateCall(name string, args []rel.Expr, distinct bool, order []rel.SortKey, ignoreNulls bool) (string, error) {
	if name == "count_star" {
		return "count(*)", nil
	}
	if distinct {
		args = asOrdered(args, order)
	}
	parts, err := x.list(args)
	if err != nil {
		return "", err
	}
	inside := strings.Join(parts, ", ")
	if distinct {
		inside = "DISTINCT " + inside
	}
	keys, err := x.keys(order)
	if err != nil {
		return "", err
	}
	if len(keys) > 0 {
		inside += " ORDER BY " + strings.Join(keys, ", ")
	}
	if ignoreNulls {
		inside += " IGNORE NULLS"
	}
	return types.QuoteIdent(name) + "(" + inside + ")", nil
}

func (x *exprSQL) over(w *rel.WindowCall) (string, error) {
	var parts []string
	if len(w.Partition) > 0 {
		by, err := x.list(w.Partition)
		if err != nil {
			return "", err
		}
		// DuckDB 1.5 takes windows for alike whose partitions are by as many expressions, though one is there twice.
		parts = append(parts, "PARTITION BY "+strings.Join(distinct(by), ", "))
	}
	keys, err := x.keys(w.OrderBy)
	if err != nil {
		return "", err
	}
	if len(keys) == 0 && len(w.OrderBy) > 0 {
		// All keys are constants, so all rows are peers; but frames may need some order.
		if keys, err = x.constantKey(w.OrderBy[0]); err != nil {
			return "", err
		}
	}
	if len(keys) > 0 {
		parts = append(parts, "ORDER BY "+strings.Join(keys, ", "))
	}
	frame, err := x.frame(w.Frame)
	if err != nil {
		return "", err
	}
	return strings.Join(append(parts, frame), " "), nil
}

func (x *exprSQL) frame(f rel.Frame) (string, error) {
	start, err := x.bound(f.Unit, f.Start)
	if err != nil {
		return "", err
	}
	end, err := x.bound(f.Unit, f.End)
	if err != nil {
		return "", err
	}
	unit := map[rel.FrameUnit]string{rel.RangeFrame: "RANGE", rel.RowsFrame: "ROWS", rel.GroupsFrame: "GROUPS"}[f.Unit]
	exclude := map[rel.FrameExclude]string{
		rel.ExcludeCurrentRow: " EXCLUDE CURRENT ROW", rel.ExcludeGroup: " EXCLUDE GROUP", rel.ExcludeTies: " EXCLUDE TIES",
	}[f.Exclude]
	return unit + " BETWEEN " + start + " AND " + end + exclude, nil
}

func (x *exprSQL) bound(unit rel.FrameUnit, b rel.Bound) (string, error) {
	switch b.Kind {
	case rel.UnboundedPreceding:
		return "UNBOUNDED PRECEDING", nil
	case rel.UnboundedFollowing:
		return "UNBOUNDED FOLLOWING", nil
	case rel.CurrentRow:
		return "CURRENT ROW", nil
	}
	if b.Offset == nil {
		return "", invalid("a frame's bound without an offset")
	}
	if unit != rel.RangeFrame {
		b.Offset = farAtMost(b.Offset)
	}
	offset, err := x.expr(b.Offset)
	if b.Kind == rel.Preceding {
		return offset + " PRECEDING", err
	}
	return offset + " FOLLOWING", err
}

// asOrdered are the arguments without casts of what the order looks at: DISTINCT takes only arguments in
// its ORDER BY, and DuckDB's binder makes those casts again.
func asOrdered(args []rel.Expr, order []rel.SortKey) []rel.Expr {
	out := make([]rel.Expr, len(args))
	for i, a := range args {
		out[i] = a
		c, ok := a.(*rel.Cast)
		if !ok || c.Try {
			continue
		}
		for _, k := range order {
			if standsAlone(c.Input, c, k.Expr) {
				out[i] = c.Input
			}
		}
	}
	return out
}

// standsAlone tells whether e is in an expression elsewhere than in its cast.
func standsAlone(e, cast, in rel.Expr) bool {
	switch {
	case rel.Equal(in, cast):
		return false
	case rel.Equal(in, e):
		return true
	}
	for _, c := range in.Children() {
		if standsAlone(e, cast, c) {
			return true
		}
	}
	return false
}
