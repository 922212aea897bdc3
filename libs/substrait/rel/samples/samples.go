// Package samples has, for tests, one relation and one expression of each kind, with all that may be
// missing in place: what looks at every part of a plan can be tried on every part there is.
package samples

import (
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

var (
	bigint  = types.Of(types.BigInt)
	boolean = types.Of(types.Boolean)
	list    = types.ListOf(bigint)
)

// Volatile is a call that has another value each time.
func Volatile(t types.Type) rel.Expr {
	return &rel.Cast{Input: &rel.Call{Func: "random", Of: types.Of(types.Double)}, To: t}
}

// Table is a scan with two BIGINT columns.
func Table() rel.Rel {
	return &rel.Read{Table: []string{"d", "t"}, Columns: []rel.Column{{Name: "a", Type: bigint}, {Name: "b", Type: bigint}}}
}

func field(i int) rel.Expr { return &rel.Field{Index: i, Of: bigint} }

func cond(i int) rel.Expr { return rel.Bools(rel.Lt, field(i), rel.Int(7)) }

func keys() []rel.SortKey {
	return []rel.SortKey{{Expr: field(0)}, {Expr: field(1), Descending: true}}
}

// Relations has one of each kind of relation, over tables, and of joins, aggregates and limits several.
// Those whose Steady is true have the same rows each time.
func Relations() []Relation {
	t := Table()
	three := int64(3)
	measures := []rel.Measure{
		{Func: "sum", Args: []rel.Expr{field(0)}, Filter: cond(1), OrderBy: keys(), Type: types.Of(types.HugeInt)},
		{Func: "max", Args: []rel.Expr{field(1)}, Type: bigint},
	}
	columns := []types.Type{bigint, bigint}
	join := rel.Join{Kind: rel.Inner, Left: t, Right: t, Cond: rel.Bools(rel.And, rel.Bools(rel.Eq, field(0), field(2)), cond(3))}
	sorted := &rel.Sort{Input: t, Keys: keys()}
	return []Relation{
		{"read", &rel.Read{Table: []string{"d", "t"}, Columns: t.(*rel.Read).Columns, Filter: cond(0)}, true},
		{"values", &rel.Values{Columns: columns, Rows: [][]rel.Expr{{rel.Int(1), rel.Int(2)}, {rel.Int(3), rel.Int(4)}}}, true},
		{"filter", &rel.Filter{Input: t, Cond: cond(0)}, true},
		{"project", &rel.Project{Input: t, Exprs: []rel.Expr{field(0), field(1)}}, true},
		{"aggregate", &rel.Aggregate{Input: t, Groups: []rel.Expr{field(0), field(1)}, Sets: [][]int{{0}, {1}}, Measures: measures}, true},
		{"aggregate of all", &rel.Aggregate{Input: t, Measures: measures}, true},
		{"join", &join, true},
		{"dependent join", &rel.DependentJoin{Join: join, ID: 1, Keys: []rel.Expr{field(0), field(1)}}, true},
		{"sort", sorted, true},
		{"fetch", &rel.Fetch{Input: sorted, Offset: rel.Int(1), Count: rel.Int(2)}, true},
		{"fetch of any rows", &rel.Fetch{Input: t, Count: rel.Int(2)}, false},
		{"set operation", &rel.SetOp{Kind: rel.ExceptAll, Rels: []rel.Rel{t, t, t}}, true},
		{"unnest", &rel.Unnest{Input: t, Lists: []rel.Expr{rel.Null(list), rel.Null(list)}}, true},
		{"as-of join", &rel.AsOf{Kind: rel.Inner, Left: t, Right: t, Cond: rel.Bools(rel.Ge, field(0), field(2))}, false},
		{"positional join", &rel.Positional{Left: t, Right: t}, false},
		{"sample", &rel.Sample{Input: t, Rows: &three, Seed: &three}, false},
		{"recursive", &rel.Recursive{ID: 1, Base: t, Step: &rel.Filter{Input: &rel.Working{ID: 1, Columns: columns}, Cond: cond(0)}}, true},
		{"recursive by key", &rel.Recursive{ID: 1, Base: t, Step: &rel.Working{ID: 1, Columns: columns}, Keys: []int{0}}, false},
		{"working", &rel.Working{ID: 1, Columns: columns}, true},
		{"outer", &rel.Outer{ID: 1, Columns: columns}, true},
		{"reference", &rel.Reference{Ordinal: 0, Columns: columns}, false},
	}
}

// Relation is one of Relations.
type Relation struct {
	Name   string
	Rel    rel.Rel
	Steady bool
}

// Expressions has one of each kind of expression, with all that may be missing in place.
func Expressions() []rel.Expr {
	three := rel.Bound{Kind: rel.Preceding, Offset: rel.Int(3)}
	return []rel.Expr{
		field(0),
		rel.Int(1),
		&rel.Call{Func: "+", Args: []rel.Expr{field(0), field(1)}, Of: bigint},
		&rel.Cast{Input: field(0), To: bigint},
		&rel.Case{Whens: []rel.When{{Cond: cond(0), Then: field(0)}, {Cond: cond(1), Then: field(1)}}, Else: rel.Int(1), Of: bigint},
		&rel.In{Value: field(0), Options: []rel.Expr{rel.Int(1), rel.Int(2)}},
		&rel.WindowCall{Func: "sum", Args: []rel.Expr{field(0)}, Partition: []rel.Expr{field(0), field(1)}, OrderBy: keys(),
			Frame:  rel.Frame{Unit: rel.GroupsFrame, Start: three, End: rel.Bound{Kind: rel.Following, Offset: rel.Int(2)}},
			Filter: cond(0), ArgOrder: keys(), Of: bigint},
		&rel.Lambda{Params: []types.Type{bigint}, Body: &rel.Param{Of: bigint}},
		&rel.Param{Of: bigint},
		&rel.Subquery{Kind: rel.InSubquery, Left: []rel.Expr{field(0), field(1)}, Input: Table(), Of: boolean},
		&rel.OuterField{Steps: 1, Of: bigint},
	}
}
