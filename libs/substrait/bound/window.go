package bound

import (
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// windowFunctions are the window functions that are no aggregates.
var windowFunctions = map[string]string{
	"WINDOW_RANK": "rank", "WINDOW_RANK_DENSE": "dense_rank", "WINDOW_NTILE": "ntile",
	"WINDOW_PERCENT_RANK": "percent_rank", "WINDOW_CUME_DIST": "cume_dist", "WINDOW_ROW_NUMBER": "row_number",
	"WINDOW_FIRST_VALUE": "first_value", "WINDOW_LAST_VALUE": "last_value", "WINDOW_LEAD": "lead",
	"WINDOW_LAG": "lag", "WINDOW_NTH_VALUE": "nth_value", "WINDOW_FILL": "fill",
}

var excludes = map[string]rel.FrameExclude{
	"": rel.ExcludeNothing, "NO_OTHER": rel.ExcludeNothing, "CURRENT_ROW": rel.ExcludeCurrentRow,
	"GROUP": rel.ExcludeGroup, "TIES": rel.ExcludeTies,
}

// window appends the window functions' columns to the input's.
func (c *converter) window(o object) (node, error) {
	in, err := c.onlyChild(o)
	if err != nil {
		return node{}, err
	}
	exprs := in.fields()
	for _, w := range o.objects("expressions") {
		call, err := c.windowCall(w, in.scope())
		if err != nil {
			return node{}, at(err, w)
		}
		exprs = append(exprs, call)
	}
	return in.extended(o, "window_index", &rel.Project{Input: in.rel, Exprs: exprs})
}

func (c *converter) windowCall(o object, s scope) (rel.Expr, error) {
	if o.string("expression_class") != "BOUND_WINDOW" {
		return nil, malformed("a window of class %q", o.string("expression_class"))
	}
	kind := o.string("type")
	w := &rel.WindowCall{Func: windowFunctions[kind], Distinct: o.bool("distinct"), IgnoreNulls: o.bool("ignore_nulls")}
	if kind == "WINDOW_AGGREGATE" {
		w.Func = o.string("name")
	}
	if w.Func == "" {
		return nil, beyond(KindExpression, "the window function "+kind+" is")
	}
	var err error
	if w.Of, err = returnType(o); err != nil {
		return nil, err
	}
	if w.Args, err = c.windowArgs(o, s); err != nil {
		return nil, err
	}
	if w.Partition, err = c.exprs(o.objects("partitions"), s); err != nil {
		return nil, err
	}
	if w.OrderBy, err = c.sortKeys(o.objects("orders"), s); err != nil {
		return nil, err
	}
	if w.ArgOrder, err = c.sortKeys(o.objects("arg_orders"), s); err != nil {
		return nil, err
	}
	if w.Filter, err = c.optional(o.object("filters"), s); err != nil {
		return nil, err
	}
	w.Frame, err = c.frame(o, s)
	return w, err
}

// windowArgs are the arguments with those of lead and lag that the binder
// keeps apart.
func (c *converter) windowArgs(o object, s scope) ([]rel.Expr, error) {
	args, err := c.aggregateArgs(o, s)
	if err != nil {
		return nil, err
	}
	offset, err := c.optional(o.object("offset_expr"), s)
	if err != nil {
		return nil, err
	}
	otherwise, err := c.optional(o.object("default_expr"), s)
	if err != nil {
		return nil, err
	}
	if offset == nil && otherwise != nil {
		offset = rel.Int(1)
	}
	for _, e := range []rel.Expr{offset, otherwise} {
		if e != nil {
			args = append(args, e)
		}
	}
	return args, nil
}

func (c *converter) frame(o object, s scope) (rel.Frame, error) {
	f := rel.Frame{}
	exclude, ok := excludes[o.string("exclude_clause")]
	if !ok {
		return f, malformed("a frame's exclude clause %q", o.string("exclude_clause"))
	}
	f.Exclude = exclude
	start, unit1, err := c.bound(o.string("start"), o.object("start_expr"), s)
	if err != nil {
		return f, err
	}
	end, unit2, err := c.bound(o.string("end"), o.object("end_expr"), s)
	if err != nil {
		return f, err
	}
	f.Start, f.End = start, end
	if unit1 == "" {
		unit1 = unit2
	}
	switch unit1 {
	case "ROWS":
		f.Unit = rel.RowsFrame
	case "GROUPS":
		f.Unit = rel.GroupsFrame
	}
	return f, nil
}

// bound reads one end of a frame, and the unit if the end has one.
func (c *converter) bound(kind string, offset object, s scope) (rel.Bound, string, error) {
	switch kind {
	case "UNBOUNDED_PRECEDING", "":
		return rel.Bound{Kind: rel.UnboundedPreceding}, "", nil
	case "UNBOUNDED_FOLLOWING":
		return rel.Bound{Kind: rel.UnboundedFollowing}, "", nil
	}
	unit := kind[strings.LastIndexByte(kind, '_')+1:]
	switch strings.TrimSuffix(kind, "_"+unit) {
	case "CURRENT_ROW":
		return rel.Bound{Kind: rel.CurrentRow}, unit, nil
	case "EXPR_PRECEDING":
		b, err := c.offset(rel.Preceding, unit, offset, s)
		return b, unit, err
	case "EXPR_FOLLOWING":
		b, err := c.offset(rel.Following, unit, offset, s)
		return b, unit, err
	}
	return rel.Bound{}, "", malformed("a frame's bound %q", kind)
}

// offset is a bound's distance. For RANGE the binder has replaced it by the
// order key minus or plus the distance, possibly cast to the key's type.
func (c *converter) offset(kind rel.BoundKind, unit string, o object, s scope) (rel.Bound, error) {
	if unit == "RANGE" {
		for o.string("expression_class") == "BOUND_CAST" {
			o = o.object("child")
		}
		args := o.objects("children")
		name := o.string("name")
		if o.string("expression_class") != "BOUND_FUNCTION" || len(args) != 2 || name != "-" && name != "+" {
			return rel.Bound{}, beyond(KindExpression, "this RANGE frame is")
		}
		o = args[1]
	}
	e, err := c.expr(o, s)
	return rel.Bound{Kind: kind, Offset: e}, err
}

func (c *converter) sortKeys(items []object, s scope) ([]rel.SortKey, error) {
	var out []rel.SortKey
	for _, o := range items {
		e, err := c.expr(o.object("expression"), s)
		if err != nil {
			return nil, err
		}
		key := rel.SortKey{Expr: e}
		switch o.string("type") {
		case "ASCENDING":
		case "DESCENDING":
			key.Descending = true
		default:
			return nil, malformed("an order %q", o.string("type"))
		}
		switch nulls := o.string("null_order"); nulls {
		case "NULLS LAST", "NULLS_LAST":
		case "NULLS FIRST", "NULLS_FIRST":
			key.NullsFirst = true
		default:
			return nil, malformed("an order of NULLs %q", nulls)
		}
		out = append(out, key)
	}
	return out, nil
}
