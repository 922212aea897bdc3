package split

import (
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

var bigint = types.Of(types.BigInt)

// facts and more are cut along one axis by their column k, other along another
// one, loose by position; dim is a reference table.
func describe(r *rel.Read) (Table, error) {
	switch r.Table[1] {
	case "facts", "more":
		return Table{Axis: "d", BlockColumn: "k", Rows: 1000}, nil
	case "other":
		return Table{Axis: "e", BlockColumn: "k", Rows: 1000}, nil
	case "loose":
		return Table{Axis: "d loose", Rows: 1000}, nil
	}
	return Table{Rows: 10}, nil
}

// table has two columns, k and v.
func table(name string) rel.Rel {
	return &rel.Read{Table: []string{"d", name}, Columns: []rel.Column{{Name: "k", Type: bigint}, {Name: "v", Type: bigint}}}
}

func f(i int) *rel.Field     { return &rel.Field{Index: i, Of: bigint} }
func eq(a, b int) rel.Expr   { return rel.Bools(rel.Eq, f(a), f(b)) }
func same(a, b int) rel.Expr { return rel.Bools(rel.NotDistinctFrom, f(a), f(b)) }
func aggregate(in rel.Rel, by int, function string) rel.Rel {
	return &rel.Aggregate{Input: in, Groups: []rel.Expr{f(by)}, Measures: []rel.Measure{{Func: function, Args: []rel.Expr{f(1)}, Type: bigint}}}
}
func joined(k rel.JoinKind, l, r rel.Rel, on rel.Expr) rel.Rel {
	return &rel.Join{Kind: k, Left: l, Right: r, Cond: on}
}

func TestPlaces(t *testing.T) {
	sorted := &rel.Sort{Input: table("facts"), Keys: []rel.SortKey{{Expr: f(1)}}}
	window := &rel.WindowCall{Func: "sum", Args: []rel.Expr{f(1)}, Partition: []rel.Expr{f(1)}, Of: bigint}
	byBlock := &rel.WindowCall{Func: "sum", Args: []rel.Expr{f(1)}, Partition: []rel.Expr{f(0)}, Of: bigint}
	for _, c := range []struct {
		name      string
		plan      rel.Rel
		fragments int
		merge     bool
		// contains stands in the first fragment, in one line each.
		contains string
	}{
		{"a scan", table("facts"), 1, false, "read d.facts"},
		{"a reference table", table("dim"), 1, false, "read d.dim"},
		{"everything on reference tables", &rel.Sort{Input: aggregate(joined(rel.Full, table("dim"), table("dim"), eq(0, 2)), 1, "median"), Keys: []rel.SortKey{{Expr: f(0)}}}, 1, false, "median"},
		{"an aggregate by the block", aggregate(table("facts"), 0, "median"), 1, false, "median"},
		{"an aggregate in parts", aggregate(table("facts"), 1, "sum"), 1, true, "sum($0)"},
		{"an aggregate that has no parts", aggregate(table("facts"), 1, "median"), 1, true, "read d.facts"},
		{"by position nothing is complete", aggregate(table("loose"), 0, "median"), 1, true, "read d.loose"},
		{"a window by the block", &rel.Project{Input: table("facts"), Exprs: []rel.Expr{byBlock}}, 1, false, "sum($1) over"},
		{"a window across blocks", &rel.Project{Input: table("facts"), Exprs: []rel.Expr{window}}, 1, true, "read d.facts (v BIGINT)"},
		{"a limit stops workers", &rel.Fetch{Input: table("facts"), Offset: rel.Int(2), Count: rel.Int(3)}, 1, true, "fetch 5:BIGINT"},
		{"the first ones by an order", &rel.Fetch{Input: sorted, Count: rel.Int(3)}, 1, true, "sort $1"},
		{"an order", sorted, 1, true, "read d.facts"},
		{"a join on the block", joined(rel.Inner, table("facts"), table("more"), eq(0, 2)), 1, false, "inner join on ($0 = $2)"},
		{"a join on something else", joined(rel.Inner, table("facts"), table("more"), eq(0, 3)), 2, true, "read d.facts"},
		{"a join along two axes", joined(rel.Inner, table("facts"), table("other"), eq(0, 2)), 2, true, "read"},
		{"a join by position", joined(rel.Inner, table("loose"), table("loose"), eq(0, 2)), 2, true, "read"},
		{"a join with a reference table", joined(rel.Inner, table("dim"), table("facts"), eq(0, 3)), 1, false, "inner join"},
		{"a join with a reference table on no equality", joined(rel.Inner, table("facts"), table("dim"), rel.Bools(rel.Lt, f(0), f(2))), 2, true, "read"},
		{"an outer join that keeps pieces", joined(rel.Left, table("facts"), table("dim"), eq(0, 2)), 1, false, "left join"},
		{"an outer join that keeps the reference table", joined(rel.Left, table("dim"), table("facts"), eq(0, 2)), 2, true, "read"},
		{"the same, seen from the other side", joined(rel.Right, table("dim"), table("facts"), eq(0, 2)), 1, false, "right join"},
		{"a full join on the block", joined(rel.Full, table("facts"), table("more"), eq(0, 2)), 1, false, "full join"},
		{"a full join with a reference table", joined(rel.Full, table("facts"), table("dim"), eq(0, 2)), 2, true, "read"},
		{"EXISTS on the block", joined(rel.LeftSemi, table("facts"), table("more"), eq(0, 2)), 1, false, "semi join"},
		{"a mark that may be NULL", joined(rel.LeftMark, table("facts"), table("more"), eq(0, 2)), 2, true, "read"},
		{"a mark that is never NULL", joined(rel.LeftMark, table("facts"), table("more"), same(0, 2)), 1, false, "mark join"},
		{"a union", &rel.SetOp{Kind: rel.UnionAll, Rels: []rel.Rel{table("facts"), table("more")}}, 1, false, "union all"},
		{"nothing is read", &rel.Values{Columns: []types.Type{bigint}, Rows: [][]rel.Expr{{rel.Int(1)}}}, 0, true, ""},
		{"a group that a left join may pad is not complete", aggregate(joined(rel.Left, table("facts"), table("more"), eq(0, 2)), 2, "median"), 1, true, "left join"},
	} {
		t.Run(c.name, func(t *testing.T) {
			names := make([]string, len(c.plan.Types()))
			got, err := Split(&rel.Plan{Root: c.plan, Names: names}, describe, nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Fragments) != c.fragments || (got.Merge != nil) != c.merge {
				t.Errorf("%d fragments, merge %v", len(got.Fragments), got.Merge != nil)
			}
			if c.fragments > 0 && !strings.Contains(rel.Format(got.Fragments[0].Plan), c.contains) {
				t.Errorf("the fragment is\n%s", rel.Format(got.Fragments[0].Plan))
			}
			if got.Merge != nil && len(got.Merge.Root.Types()) != len(names) {
				t.Errorf("the merge has %d columns instead of %d", len(got.Merge.Root.Types()), len(names))
			}
		})
	}
}

func TestWireTypesComeBack(t *testing.T) {
	pair := types.StructOf(types.Field{Type: types.Of(types.HugeInt)}, types.Field{Type: types.Of(types.UUID)})
	for _, c := range []struct {
		of             types.Type
		sent, arriving string
	}{
		{types.ListOf(types.Of(types.HugeInt)), "HUGEINT[]", "DECIMAL(38,0)[]"},
		{types.Of(types.UHugeInt), "VARCHAR", "VARCHAR"},
		{types.Of(types.SQLNull), "INTEGER", "INTEGER"},
		{types.Of(types.Date), "DATE", "DATE"},
		{pair, `STRUCT("v1" HUGEINT, "v2" VARCHAR)`, `STRUCT("v1" DECIMAL(38,0), "v2" VARCHAR)`},
		{types.ListOf(pair), `STRUCT("v1" HUGEINT, "v2" VARCHAR)[]`, `STRUCT("v1" DECIMAL(38,0), "v2" VARCHAR)[]`},
		{types.StructOf(types.Field{Name: "p", Type: pair}), `STRUCT("p" STRUCT("v1" HUGEINT, "v2" VARCHAR))`,
			`STRUCT("p" STRUCT("v1" DECIMAL(38,0), "v2" VARCHAR))`},
	} {
		read := &rel.Read{Table: []string{"d", "facts"}, Columns: []rel.Column{{Name: "h", Type: c.of}}}
		sorted := &rel.Sort{Input: read, Keys: []rel.SortKey{{Expr: &rel.Field{Of: c.of}}}}
		got, err := Split(&rel.Plan{Root: sorted, Names: []string{"h"}}, describe, nil)
		if err != nil {
			t.Fatal(err)
		}
		if sent := got.Fragments[0].Plan.Root.Types()[0]; sent.String() != c.sent {
			t.Errorf("%s is sent as %s", c.of, sent)
		}
		rel.Walk(got.Merge.Root, func(r rel.Rel) bool {
			if read, ok := r.(*rel.Read); ok && read.Columns[0].Type.String() != c.arriving {
				t.Errorf("%s arrives as %s", c.of, read.Columns[0].Type)
			}
			return true
		})
		if back := got.Merge.Root.Types()[0]; !back.Equal(c.of) {
			t.Errorf("%s comes back as %s", c.of, back)
		}
	}
}
