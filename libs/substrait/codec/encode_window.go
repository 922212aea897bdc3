package codec

import (
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/functions"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Substrait's window functions have no FILTER, IGNORE NULLS, GROUPS, EXCLUDE, order of arguments,
// and only constant offsets. A window function of our extension may have these: after its
// arguments comes, for each, an enum argument of one of these names, and then its value if it has
// one. What has none of them is written as Substrait has it.
const (
	tagFilter         = "FILTER"
	tagIgnoreNulls    = "IGNORE_NULLS"
	tagGroups         = "GROUPS"
	tagStartPreceding = "START_PRECEDING"
	tagStartFollowing = "START_FOLLOWING"
	tagStartAtEnd     = "START_UNBOUNDED_FOLLOWING"
	tagEndPreceding   = "END_PRECEDING"
	tagEndFollowing   = "END_FOLLOWING"
	tagEndAtStart     = "END_UNBOUNDED_PRECEDING"
	tagOrder          = "ORDER_"
)

var excludeTags = map[rel.FrameExclude]string{
	rel.ExcludeCurrentRow: "EXCLUDE_CURRENT_ROW", rel.ExcludeGroup: "EXCLUDE_GROUP", rel.ExcludeTies: "EXCLUDE_TIES",
}

// orderTags are the directions of an argument order, tagOrder before them.
var orderTags = map[string]rel.SortKey{
	tagOrder + "ASC_NULLS_FIRST": {NullsFirst: true}, tagOrder + "ASC_NULLS_LAST": {},
	tagOrder + "DESC_NULLS_FIRST": {Descending: true, NullsFirst: true}, tagOrder + "DESC_NULLS_LAST": {Descending: true},
}

func orderTag(k rel.SortKey) string {
	tag := tagOrder + "ASC"
	if k.Descending {
		tag = tagOrder + "DESC"
	}
	if k.NullsFirst {
		return tag + "_NULLS_FIRST"
	}
	return tag + "_NULLS_LAST"
}

func (e *encoder) window(w *rel.WindowCall, columns []types.Type) (*pb.Expression, error) {
	args, argTypes, err := e.args(w.Args, columns)
	if err != nil {
		return nil, err
	}
	f := &pb.Expression_WindowFunction{Arguments: args, Phase: pb.AggregationPhase_AGGREGATION_PHASE_INITIAL_TO_RESULT,
		Invocation: pb.AggregateFunction_AGGREGATION_INVOCATION_ALL}
	if w.Distinct {
		f.Invocation = pb.AggregateFunction_AGGREGATION_INVOCATION_DISTINCT
	}
	if f.Partitions, err = e.exprs(w.Partition, columns); err != nil {
		return nil, err
	}
	if f.Sorts, err = e.sorts(w.OrderBy, columns); err != nil {
		return nil, err
	}
	if f.OutputType, err = e.typeOf(w.Of); err != nil {
		return nil, err
	}
	tags, err := e.windowExtras(f, w, columns)
	if err != nil {
		return nil, err
	}
	if len(tags) > 0 {
		f.FunctionReference = e.function(functions.DuckDB, w.Func)
		f.Arguments = append(f.Arguments, tags...)
	} else {
		f.FunctionReference, f.Options = e.declare(functions.Window, w.Func, argTypes, w.Of)
	}
	return &pb.Expression{RexType: &pb.Expression_WindowFunction_{WindowFunction: f}}, nil
}

// windowExtras writes the frame, and returns the arguments for what Substrait lacks.
func (e *encoder) windowExtras(f *pb.Expression_WindowFunction, w *rel.WindowCall, columns []types.Type) ([]*pb.FunctionArgument, error) {
	x := &extras{e: e, columns: columns}
	switch w.Frame.Unit {
	case rel.RowsFrame:
		f.BoundsType = pb.Expression_WindowFunction_BOUNDS_TYPE_ROWS
	case rel.GroupsFrame:
		x.tag(tagGroups, nil)
	case rel.RangeFrame:
		f.BoundsType = pb.Expression_WindowFunction_BOUNDS_TYPE_RANGE
	}
	f.LowerBound = x.bound(w.Frame.Start, rel.UnboundedPreceding, tagStartPreceding, tagStartFollowing, tagStartAtEnd)
	f.UpperBound = x.bound(w.Frame.End, rel.UnboundedFollowing, tagEndPreceding, tagEndFollowing, tagEndAtStart)
	if tag, ok := excludeTags[w.Frame.Exclude]; ok {
		x.tag(tag, nil)
	}
	if w.IgnoreNulls {
		x.tag(tagIgnoreNulls, nil)
	}
	if w.Filter != nil {
		x.tag(tagFilter, w.Filter)
	}
	for _, k := range w.ArgOrder {
		x.tag(orderTag(k), k.Expr)
	}
	return x.args, x.err
}

// extras collects the arguments that windowExtras adds.
type extras struct {
	e       *encoder
	columns []types.Type
	args    []*pb.FunctionArgument
	err     error
}

func (x *extras) tag(name string, value rel.Expr) {
	x.args = append(x.args, &pb.FunctionArgument{ArgType: &pb.FunctionArgument_Enum{Enum: name}})
	if value == nil || x.err != nil {
		return
	}
	var v *pb.Expression
	if v, x.err = x.e.expr(value, x.columns); x.err == nil {
		x.args = append(x.args, valueArg(v))
	}
}

// bound writes one end of a frame; far is the unbounded kind that belongs to this end.
func (x *extras) bound(b rel.Bound, far rel.BoundKind, preceding, following, wrong string) *pb.Expression_WindowFunction_Bound {
	unbounded := &pb.Expression_WindowFunction_Bound{
		Kind: &pb.Expression_WindowFunction_Bound_Unbounded_{Unbounded: &pb.Expression_WindowFunction_Bound_Unbounded{}}}
	offset, constant := constantOffset(b.Offset)
	switch b.Kind {
	case far:
		return unbounded
	case rel.CurrentRow:
		return &pb.Expression_WindowFunction_Bound{
			Kind: &pb.Expression_WindowFunction_Bound_CurrentRow_{CurrentRow: &pb.Expression_WindowFunction_Bound_CurrentRow{}}}
	case rel.Preceding:
		if constant {
			return &pb.Expression_WindowFunction_Bound{Kind: &pb.Expression_WindowFunction_Bound_Preceding_{
				Preceding: &pb.Expression_WindowFunction_Bound_Preceding{Offset: offset}}}
		}
		x.offset(preceding, b.Offset)
	case rel.Following:
		if constant {
			return &pb.Expression_WindowFunction_Bound{Kind: &pb.Expression_WindowFunction_Bound_Following_{
				Following: &pb.Expression_WindowFunction_Bound_Following{Offset: offset}}}
		}
		x.offset(following, b.Offset)
	default:
		x.tag(wrong, nil)
	}
	return unbounded
}

func (x *extras) offset(tag string, offset rel.Expr) {
	if offset == nil {
		x.err = invalidTree("a window frame's %s has no offset", tag)
		return
	}
	x.tag(tag, offset)
}

// constantOffset is an offset that Substrait can have: a positive BIGINT.
func constantOffset(x rel.Expr) (int64, bool) {
	l, ok := x.(*rel.Literal)
	if !ok || l.Of.ID != types.BigInt {
		return 0, false
	}
	v, ok := l.Value.(int64)
	return v, ok && v > 0
}
