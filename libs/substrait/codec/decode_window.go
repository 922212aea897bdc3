package codec

import (
	"slices"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/functions"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// windowFunction is what window functions in projections and in window relations have in common.
type windowFunction interface {
	invoked
	GetPhase() pb.AggregationPhase
	GetInvocation() pb.AggregateFunction_AggregationInvocation
	GetLowerBound() *pb.Expression_WindowFunction_Bound
	GetUpperBound() *pb.Expression_WindowFunction_Bound
	GetBoundsType() pb.Expression_WindowFunction_BoundsType
}

func (d *decoder) window(f *pb.Expression_WindowFunction, columns []types.Type) (rel.Expr, error) {
	if !d.windows {
		return nil, d.fail("a window function stands outside of a projection")
	}
	// None may stand within another.
	d.windows = false
	defer func() { d.windows = true }()
	partition, err := d.exprs("partitions", f.GetPartitions(), columns)
	if err != nil {
		return nil, err
	}
	order, err := d.sorts(f.GetSorts(), columns)
	if err != nil {
		return nil, err
	}
	return d.windowOf(f, partition, order, columns)
}

// windowRel appends window functions over one partitioning to its input.
func (d *decoder) windowRel(w *pb.ConsistentPartitionWindowRel) (node, error) {
	n, err := d.input(w.GetInput())
	if err != nil {
		return node{}, err
	}
	partition, err := d.exprs("partitionExpressions", w.GetPartitionExpressions(), n.columns)
	if err != nil {
		return node{}, err
	}
	order, err := d.sorts(w.GetSorts(), n.columns)
	if err != nil {
		return node{}, err
	}
	calls, err := each(d, "windowFunctions", w.GetWindowFunctions(),
		func(f *pb.ConsistentPartitionWindowRel_WindowRelFunction) (rel.Expr, error) {
			call, err := d.windowOf(f, partition, order, n.columns)
			if err != nil {
				return nil, err
			}
			// Each has the partitioning and the order for itself.
			return call, d.weigh(call)
		})
	if err != nil {
		return node{}, err
	}
	return n.compute(append(n.fields(), calls...)), nil
}

func (d *decoder) windowOf(f windowFunction, partition []rel.Expr, order []rel.SortKey, columns []types.Type) (rel.Expr, error) {
	if err := d.complete(f.GetPhase()); err != nil {
		return nil, err
	}
	call, err := d.invocation(functions.Window, f, columns)
	if err != nil {
		return nil, err
	}
	w := &rel.WindowCall{Partition: partition, OrderBy: order, Distinct: isDistinct(f.GetInvocation())}
	if w.Frame, err = d.frame(f); err != nil {
		return nil, err
	}
	if d.functions[f.GetFunctionReference()].urn == functions.DuckDB {
		if call.Args, err = d.windowTags(w, call.Args); err != nil {
			return nil, err
		}
	}
	agg, err := d.aggregation(functions.Window, f.GetFunctionReference(), call)
	if err != nil {
		return nil, err
	}
	w.Func, w.Args, w.Of = agg.Func, agg.Args, agg.Of
	if agg.Finish != nil {
		return agg.Finish(w), nil
	}
	return w, nil
}

// frame reads the frame; a bound that is left out is the partition's end on its side, and a frame
// of no type counts rows.
func (d *decoder) frame(f windowFunction) (rel.Frame, error) {
	out := rel.Frame{Unit: rel.RowsFrame}
	if f.GetBoundsType() == pb.Expression_WindowFunction_BOUNDS_TYPE_RANGE {
		out.Unit = rel.RangeFrame
	}
	var err error
	if out.Start, err = d.bound(f.GetLowerBound(), rel.UnboundedPreceding); err != nil {
		return out, err
	}
	out.End, err = d.bound(f.GetUpperBound(), rel.UnboundedFollowing)
	return out, err
}

func (d *decoder) bound(b *pb.Expression_WindowFunction_Bound, far rel.BoundKind) (rel.Bound, error) {
	offset := func(kind, opposite rel.BoundKind, n int64) (rel.Bound, error) {
		switch {
		case n == 0:
			return rel.Bound{Kind: rel.CurrentRow}, nil
		case n < 0 && n == -n:
			return rel.Bound{}, d.fail("the offset %d is out of range", n)
		case n < 0:
			return rel.Bound{Kind: opposite, Offset: rel.Int(-n)}, nil
		}
		return rel.Bound{Kind: kind, Offset: rel.Int(n)}, nil
	}
	switch k := b.GetKind().(type) {
	case *pb.Expression_WindowFunction_Bound_CurrentRow_:
		return rel.Bound{Kind: rel.CurrentRow}, nil
	case *pb.Expression_WindowFunction_Bound_Preceding_:
		return offset(rel.Preceding, rel.Following, k.Preceding.GetOffset())
	case *pb.Expression_WindowFunction_Bound_Following_:
		return offset(rel.Following, rel.Preceding, k.Following.GetOffset())
	}
	return rel.Bound{Kind: far}, nil
}

// windowTags takes what our extension adds to Substrait's window functions off the arguments; see
// the tags' declaration.
func (d *decoder) windowTags(w *rel.WindowCall, args []functions.Arg) ([]functions.Arg, error) {
	first := slices.IndexFunc(args, func(a functions.Arg) bool { return a.Value == nil })
	if first < 0 {
		return args, nil
	}
	plain, args := args[:first], args[first:]
	for len(args) > 0 {
		tag := args[0].Enum
		if args[0].Value != nil {
			return nil, d.fail("a value stands where a window function's addition is expected")
		}
		var value rel.Expr
		args = args[1:]
		if len(args) > 0 && args[0].Value != nil {
			value, args = args[0].Value, args[1:]
		}
		if err := d.windowTag(w, tag, value); err != nil {
			return nil, err
		}
	}
	return plain, nil
}

func (d *decoder) windowTag(w *rel.WindowCall, tag string, value rel.Expr) error {
	key, isOrder := orderTags[tag]
	bound, isBound := map[string]rel.Bound{
		tagStartPreceding: {Kind: rel.Preceding, Offset: value}, tagStartFollowing: {Kind: rel.Following, Offset: value},
		tagEndPreceding: {Kind: rel.Preceding, Offset: value}, tagEndFollowing: {Kind: rel.Following, Offset: value},
	}[tag]
	if takes := isOrder || isBound || tag == tagFilter; takes != (value != nil) {
		return d.fail("the window function's addition %s has a value too many or too few", tag)
	}
	switch {
	case isOrder:
		key.Expr = value
		w.ArgOrder = append(w.ArgOrder, key)
	case tag == tagStartPreceding, tag == tagStartFollowing:
		w.Frame.Start = bound
	case isBound:
		w.Frame.End = bound
	case tag == tagStartAtEnd:
		w.Frame.Start = rel.Bound{Kind: rel.UnboundedFollowing}
	case tag == tagEndAtStart:
		w.Frame.End = rel.Bound{Kind: rel.UnboundedPreceding}
	case tag == tagFilter:
		w.Filter = value
	case tag == tagIgnoreNulls:
		w.IgnoreNulls = true
	case tag == tagGroups:
		w.Frame.Unit = rel.GroupsFrame
	default:
		return d.exclude(w, tag)
	}
	return nil
}

func (d *decoder) exclude(w *rel.WindowCall, tag string) error {
	for exclude, name := range excludeTags {
		if name == tag {
			w.Frame.Exclude = exclude
			return nil
		}
	}
	return d.fail("the window function's addition %s is not known", tag)
}
