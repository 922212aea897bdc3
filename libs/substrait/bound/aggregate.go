package bound

import (
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// maxGroupingArgs bounds the bits of a GROUPING(…).
const maxGroupingArgs = 62

// aggregate has, in DuckDB, the groups' columns, the measures' and one for
// each GROUPING(…).
func (c *converter) aggregate(o object) (node, error) {
	in, err := c.onlyChild(o)
	if err != nil {
		return node{}, err
	}
	agg := &rel.Aggregate{Input: in.rel}
	if agg.Groups, err = c.exprs(o.objects("groups"), in.scope()); err != nil {
		return node{}, err
	}
	for _, e := range o.objects("expressions") {
		m, err := c.measure(e, in.scope())
		if err != nil {
			return node{}, err
		}
		agg.Measures = append(agg.Measures, m)
	}
	sets, err := groupingSets(o, len(agg.Groups))
	if err != nil {
		return node{}, err
	}
	agg.Sets = sets
	if len(sets) == 1 && len(sets[0]) == len(agg.Groups) {
		agg.Sets = nil
	}
	return groupingFunctions(o, agg, sets)
}

// groupingSets are sorted sets of group numbers; one of all groups if the plan
// has none.
func groupingSets(o object, groups int) ([][]int, error) {
	items := o.array("grouping_sets")
	if len(items) == 0 {
		whole := make([]int, groups)
		for i := range whole {
			whole[i] = i
		}
		return [][]int{whole}, nil
	}
	sets := make([][]int, len(items))
	for i, v := range items {
		var err error
		if sets[i], err = (object{{"set", v}}).indices("set", groups); err != nil {
			return nil, err
		}
		seen := map[int]bool{}
		for _, g := range sets[i] {
			if seen[g] {
				return nil, malformed("a grouping set with a group twice")
			}
			seen[g] = true
		}
	}
	return sets, nil
}

// groupingFunctions adds the columns of GROUPING(…), which follow from the
// number of a row's grouping set.
func groupingFunctions(o object, agg *rel.Aggregate, sets [][]int) (node, error) {
	out := straight(agg)
	width := len(agg.Groups) + len(agg.Measures)
	calls := o.array("grouping_functions")
	names, err := aggregateBindings(o, len(agg.Groups), len(agg.Measures), len(calls))
	if err != nil {
		return node{}, err
	}
	if len(calls) == 0 {
		out.cols, out.at = out.cols[:width], names
		return out, nil
	}
	exprs := out.fields()[:width]
	for _, v := range calls {
		args, err := (object{{"args", v}}).indices("args", len(agg.Groups))
		if err != nil {
			return node{}, err
		}
		if len(args) > maxGroupingArgs {
			return node{}, beyond(KindExpression, "GROUPING of more than 62 expressions is")
		}
		exprs = append(exprs, grouping(args, sets, width))
	}
	out = straight(&rel.Project{Input: agg, Exprs: exprs})
	out.at = names
	return out, nil
}

// aggregateBindings are those of groups, measures and grouping functions, which
// have an index each.
func aggregateBindings(o object, groups, measures, calls int) ([]binding, error) {
	var out []binding
	for _, part := range []struct {
		index string
		n     int
	}{{"group_index", groups}, {"aggregate_index", measures}, {"groupings_index", calls}} {
		b, err := bindings(o, part.index, part.n)
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return out, nil
}

// grouping has a bit for each argument, the last one's lowest, that is set in
// the rows of sets without it.
func grouping(args []int, sets [][]int, setField int) rel.Expr {
	values := make([]int64, len(sets))
	for i, set := range sets {
		in := map[int]bool{}
		for _, g := range set {
			in[g] = true
		}
		for _, g := range args {
			values[i] <<= 1
			if !in[g] {
				values[i] |= 1
			}
		}
	}
	big := types.Of(types.BigInt)
	last := len(sets) - 1
	if last == 0 {
		return rel.Int(values[0])
	}
	out := &rel.Case{Of: big, Else: rel.Int(values[last])}
	for i := range last {
		set := &rel.Field{Index: setField, Of: big}
		out.Whens = append(out.Whens, rel.When{Cond: rel.Bools(rel.Eq, set, rel.Int(int64(i))), Then: rel.Int(values[i])})
	}
	return out
}

// distinct groups by the targets; what is not a target comes from each group's
// first row.
func (c *converter) distinct(o object) (node, error) {
	in, err := c.onlyChild(o)
	if err != nil {
		return node{}, err
	}
	targets, err := c.exprs(o.objects("distinct_targets"), in.scope())
	if err != nil {
		return node{}, err
	}
	order, err := c.sortKeys(o.object("order_by").objects("orders"), in.scope())
	if err != nil {
		return node{}, err
	}
	if len(targets) == 0 {
		return node{}, malformed("DISTINCT without targets")
	}
	agg := &rel.Aggregate{Input: in.rel, Groups: targets}
	place := map[int]int{} // field of the input → column of agg
	for i, t := range targets {
		if f, ok := t.(*rel.Field); ok {
			place[f.Index] = i
		}
	}
	cols := make([]int, len(in.cols))
	for i, f := range in.cols {
		if f < 0 {
			cols[i] = -1
			continue
		}
		at, ok := place[f]
		if !ok {
			at = len(targets) + len(agg.Measures)
			place[f] = at
			field := &rel.Field{Index: f, Of: in.typs[f]}
			agg.Measures = append(agg.Measures, rel.Measure{Func: "first", Args: []rel.Expr{field}, OrderBy: order, Type: field.Of})
		}
		cols[i] = at
	}
	if len(agg.Measures) == 0 && isDistinct(in, len(place)) {
		return in, nil
	}
	return newNode(agg, cols), nil
}

// isDistinct is true of set operations without duplicates of which all fields
// are targets: the binder asks for DISTINCT once more.
func isDistinct(in node, targets int) bool {
	s, ok := in.rel.(*rel.SetOp)
	if !ok || targets != len(in.typs) {
		return false
	}
	return s.Kind == rel.UnionDistinct || s.Kind == rel.ExceptDistinct || s.Kind == rel.IntersectDistinct
}
