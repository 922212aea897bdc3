package codec

import (
	"slices"

	"google.golang.org/protobuf/proto"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"

	"github.com/shoal-db/shoal/libs/substrait/functions"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// aggregate reads an aggregate. Where a foreign plan's result is not just what DuckDB's function
// gives, a projection above finishes it.
func (d *decoder) aggregate(a *pb.AggregateRel) (node, error) {
	n, err := d.input(a.GetInput())
	if err != nil {
		return node{}, err
	}
	groups, sets, err := d.groups(a, n.columns)
	if err != nil {
		return node{}, err
	}
	out := &rel.Aggregate{Input: n.Rel, Groups: groups, Sets: sets}
	finish := make([]func(rel.Expr) rel.Expr, len(groups), len(groups)+len(a.GetMeasures())+1)
	measures, err := each(d, "measures", a.GetMeasures(), func(m *pb.AggregateRel_Measure) (finishedMeasure, error) {
		return d.measure(m, n.columns)
	})
	if err != nil {
		return node{}, err
	}
	for _, m := range measures {
		out.Measures = append(out.Measures, m.Measure)
		finish = append(finish, m.finish)
	}
	if len(sets) > 1 && d.dataFusion {
		return dataFusionSets(out, finish), nil
	}
	if len(sets) > 1 {
		var narrow func(rel.Expr) rel.Expr
		if !d.own {
			// Substrait's set number is an i32.
			narrow = func(x rel.Expr) rel.Expr { return &rel.Cast{Input: x, To: types.Of(types.Integer)} }
		}
		finish = append(finish, narrow)
	}
	return finished(node{out, out.Types()}, finish), nil
}

// dataFusionSets puts the columns of an aggregate with grouping sets as DataFusion refers to them:
// after the groups comes its __grouping_id, in which a bit says that the row's set leaves a group out,
// the last group's being the lowest; there is no number of the set at the end.
func dataFusionSets(a *rel.Aggregate, finish []func(rel.Expr) rel.Expr) node {
	n := finished(node{a, a.Types()}, append(finish, nil))
	groups, last := len(a.Groups), len(n.columns)-1
	id := &rel.Case{Of: types.Of(types.UTinyInt)}
	switch {
	case groups > 32:
		id.Of = types.Of(types.UBigInt)
	case groups > 16:
		id.Of = types.Of(types.UInteger)
	case groups > 8:
		id.Of = types.Of(types.USmallInt)
	}
	for i, set := range a.Sets {
		var mask uint64
		for g := range groups {
			if !slices.Contains(set, g) {
				mask |= 1 << (groups - 1 - g)
			}
		}
		id.Whens = append(id.Whens, rel.When{
			Cond: rel.Bools(rel.Eq, n.field(last), rel.Int(int64(i))), Then: &rel.Literal{Of: id.Of, Value: mask},
		})
	}
	fields := n.fields()
	return n.compute(slices.Concat(fields[:groups], []rel.Expr{id}, fields[groups:last]))
}

// finished applies what finishes each column; nil leaves it.
func finished(n node, finish []func(rel.Expr) rel.Expr) node {
	exprs, any := n.fields(), false
	for i, f := range finish {
		if f != nil {
			exprs[i], any = f(exprs[i]), true
		}
	}
	if !any {
		return n
	}
	return n.compute(exprs)
}

// groups reads the group expressions and the grouping sets, of either style.
func (d *decoder) groups(a *pb.AggregateRel, columns []types.Type) ([]rel.Expr, [][]int, error) {
	list, sets := a.GetGroupingExpressions(), make([][]int, len(a.GetGroupings()))
	old := map[string]int{}
	for i, g := range a.GetGroupings() {
		if len(a.GetGroupingExpressions()) == 0 {
			for _, x := range g.GetGroupingExpressions() {
				at, err := d.oldGroup(old, &list, x)
				if err != nil {
					return nil, nil, err
				}
				sets[i] = append(sets[i], at)
			}
		}
		if err := d.charge(len(g.GetExpressionReferences())); err != nil {
			return nil, nil, err
		}
		for _, ref := range g.GetExpressionReferences() {
			if int64(ref) >= int64(len(list)) {
				return nil, nil, d.fail("grouping %d names expression %d of %d", i, ref, len(list))
			}
			sets[i] = append(sets[i], int(ref))
		}
	}
	if len(list) > 0 && len(sets) == 0 {
		return nil, nil, d.fail("grouping expressions are given, but no grouping that uses them")
	}
	groups, err := d.exprs("groupingExpressions", list, columns)
	if d.dataFusion && len(sets) > 1 {
		groups, sets = onceEach(groups, sets)
	}
	if len(sets) == 0 || len(sets) == 1 && coversAll(sets[0], len(groups)) {
		sets = nil
	}
	return groups, sets, err
}

// onceEach leaves out groups that are there already, as DataFusion does when it numbers columns: it
// writes the groups of each set anew.
func onceEach(groups []rel.Expr, sets [][]int) ([]rel.Expr, [][]int) {
	var once []rel.Expr
	place := make([]int, len(groups))
	for i, g := range groups {
		at := slices.IndexFunc(once, func(o rel.Expr) bool { return rel.Equal(o, g) })
		if at < 0 {
			at = len(once)
			once = append(once, g)
		}
		place[i] = at
	}
	out := make([][]int, len(sets))
	for i, set := range sets {
		for _, g := range set {
			out[i] = append(out[i], place[g])
		}
	}
	return once, out
}

// oldGroup finds an expression among those of the groupings before, where each repeats its own.
func (d *decoder) oldGroup(seen map[string]int, list *[]*pb.Expression, x *pb.Expression) (int, error) {
	key, err := proto.MarshalOptions{Deterministic: true}.Marshal(x)
	if err != nil {
		return 0, d.fail("%v", err)
	}
	at, ok := seen[string(key)]
	if !ok {
		at = len(*list)
		seen[string(key)] = at
		*list = append(*list, x)
	}
	return at, nil
}

func coversAll(set []int, n int) bool {
	has := map[int]bool{}
	for _, i := range set {
		has[i] = true
	}
	return len(has) == n
}

// finishedMeasure is a measure and what makes the plan's result of its result.
type finishedMeasure struct {
	rel.Measure
	finish func(rel.Expr) rel.Expr
}

func (d *decoder) measure(m *pb.AggregateRel_Measure, columns []types.Type) (finishedMeasure, error) {
	f := m.GetMeasure()
	if f == nil {
		return finishedMeasure{}, d.fail("the measure has no function")
	}
	if err := d.complete(f.GetPhase()); err != nil {
		return finishedMeasure{}, err
	}
	call, err := d.invocation(functions.Aggregate, f, columns)
	if err != nil {
		return finishedMeasure{}, err
	}
	agg, err := d.aggregation(functions.Aggregate, f.GetFunctionReference(), call)
	if err != nil {
		return finishedMeasure{}, err
	}
	out := rel.Measure{Func: agg.Func, Args: agg.Args, Type: agg.Of, Distinct: isDistinct(f.GetInvocation())}
	if out.OrderBy, err = d.sorts(f.GetSorts(), columns); err != nil {
		return finishedMeasure{}, err
	}
	out.Filter, err = d.condition("filter", m.GetFilter(), columns)
	return finishedMeasure{out, agg.Finish}, err
}

func isDistinct(i pb.AggregateFunction_AggregationInvocation) bool {
	return i == pb.AggregateFunction_AGGREGATION_INVOCATION_DISTINCT
}

// complete refuses parts of a distributed aggregation. Many producers leave the phase out, and
// mean the whole.
func (d *decoder) complete(p pb.AggregationPhase) error {
	switch p {
	case pb.AggregationPhase_AGGREGATION_PHASE_UNSPECIFIED, pb.AggregationPhase_AGGREGATION_PHASE_INITIAL_TO_RESULT:
		return nil
	}
	return d.fail("the phase %s is not supported, only complete aggregates are", p)
}
