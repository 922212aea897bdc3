package restrict

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

var bigint = types.Of(types.BigInt)

// far and near tables have the columns k and v; a near one is filtered by v = 1 unless it is "all" or "few".
func table(name string) rel.Rel {
	r := &rel.Read{Table: []string{name}, Columns: []rel.Column{{Name: "k", Type: bigint}, {Name: "v", Type: bigint}}}
	if name == "dim" || name == "more" {
		r.Filter = rel.Bools(rel.Eq, f(1), rel.Int(1))
	}
	return r
}

var tables = Tables{
	Near: func(r *rel.Read) bool { return !strings.HasPrefix(r.Table[0], "far") },
	Few:  func(r *rel.Read) bool { return r.Table[0] == "few" },
}

func f(i int) *rel.Field { return &rel.Field{Index: i, Of: bigint} }
func on(op string, a, b int) rel.Expr {
	return rel.Bools(op, f(a), f(b))
}
func eq(a, b int) rel.Expr { return on(rel.Eq, a, b) }
func join(k rel.JoinKind, l, r rel.Rel, cond rel.Expr) rel.Rel {
	return &rel.Join{Kind: k, Left: l, Right: r, Cond: cond}
}
func where(r rel.Rel, conds ...rel.Expr) rel.Rel {
	return &rel.Filter{Input: r, Cond: rel.Conjunction(conds)}
}
func project(r rel.Rel, exprs ...rel.Expr) rel.Rel { return &rel.Project{Input: r, Exprs: exprs} }
func call(name string, args ...rel.Expr) rel.Expr {
	return &rel.Call{Func: name, Args: args, Of: bigint}
}
func window(partition ...rel.Expr) rel.Expr {
	return &rel.WindowCall{Func: "row_number", Partition: partition, Of: bigint}
}
func aggregate(r rel.Rel, by []rel.Expr, functions ...string) rel.Rel {
	a := &rel.Aggregate{Input: r, Groups: by}
	for _, name := range functions {
		m := rel.Measure{Func: name, Args: []rel.Expr{f(0)}, Type: bigint}
		if name == "count_star" {
			m.Args = nil
		}
		a.Measures = append(a.Measures, m)
	}
	return a
}

// brief says what is asked of which scan: "1: $0 = project($0 dim)".
func brief(rs []Restriction) string {
	var out []string
	for _, r := range rs {
		out = append(out, fmt.Sprintf("%d: %s %s %s", r.Scan, rel.FormatExpr(r.Value), r.Op, briefRel(r.Source)))
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

func briefRel(r rel.Rel) string {
	switch r := r.(type) {
	case *rel.Read:
		return r.Table[0]
	case *rel.Values:
		return "values"
	case *rel.Project:
		return rel.FormatExpr(r.Exprs[0]) + " of " + briefRel(r.Input)
	case *rel.Aggregate:
		if len(r.Measures) == 0 {
			return "distinct " + briefRel(r.Input)
		}
		return r.Measures[0].Func + " " + briefRel(r.Input)
	case *rel.Join:
		return "(" + briefRel(r.Left) + " " + r.Kind.String() + " " + briefRel(r.Right) + ")"
	}
	return fmt.Sprintf("%T", r)
}

func TestFind(t *testing.T) {
	far, far2, dim, more := table("far"), table("far2"), table("dim"), table("more")
	dimKeys := "$0 of dim"
	error2 := &rel.Case{Whens: []rel.When{{Cond: rel.Bools(rel.Gt, f(1), rel.Int(1)), Then: call("error", rel.Str("two"))}}, Else: f(0), Of: bigint}
	scalarDim := project(aggregate(dim, nil, "first", "count_star"), error2)
	for _, c := range []struct {
		name string
		plan rel.Rel
		want string
	}{
		{"inner, near right", join(rel.Inner, far, dim, eq(1, 2)), "1: $1 = " + dimKeys},
		{"inner, near left", join(rel.Inner, dim, far, eq(0, 3)), "2: $1 = " + dimKeys},
		{"left keeps the far rows", join(rel.Left, far, dim, eq(0, 2)), ""},
		{"left, near left", join(rel.Left, dim, far, eq(0, 2)), "2: $0 = " + dimKeys},
		{"right, near right", join(rel.Right, far, dim, eq(0, 2)), "1: $0 = " + dimKeys},
		{"right keeps the far rows", join(rel.Right, dim, far, eq(0, 2)), ""},
		{"full keeps all", join(rel.Full, far, dim, eq(0, 2)), ""},
		{"semi, near right", join(rel.LeftSemi, far, dim, eq(0, 2)), "1: $0 = " + dimKeys},
		{"semi, near left", join(rel.LeftSemi, dim, far, eq(0, 2)), "2: $0 = " + dimKeys},
		{"anti keeps the far rows", join(rel.LeftAnti, far, dim, eq(0, 2)), ""},
		{"anti, near left", join(rel.LeftAnti, dim, far, eq(0, 2)), "2: $0 = " + dimKeys},
		{"mark, near right", join(rel.LeftMark, far, dim, eq(0, 2)), ""},
		{"mark, near left", join(rel.LeftMark, dim, far, eq(0, 2)), ""},
		{"single, near right", join(rel.LeftSingle, far, dim, eq(0, 2)), ""},
		{"single, near left", join(rel.LeftSingle, dim, far, eq(0, 2)), ""},

		{"NULL meets NULL", join(rel.Inner, far, dim, on(rel.NotDistinctFrom, 0, 2)), "1: $0 is_not_distinct_from " + dimKeys},
		{"less than some", join(rel.Inner, far, dim, on(rel.Lt, 0, 2)), "1: $0 < max " + dimKeys},
		{"the same, flipped", join(rel.Inner, far, dim, on(rel.Le, 2, 0)), "1: $0 >= min " + dimKeys},
		{"unequal says nothing", join(rel.Inner, far, dim, on(rel.Ne, 0, 2)), ""},
		{"either says nothing", join(rel.Inner, far, dim, rel.Bools(rel.Or, eq(0, 2), eq(1, 2))), ""},
		{"both say something", join(rel.Inner, far, dim, rel.Bools(rel.And, eq(0, 2), eq(1, 3))), "1: $0 = " + dimKeys + "; 1: $1 = $1 of dim"},
		{"a sum of columns", join(rel.Inner, far, dim, rel.Bools(rel.Eq, call("+", f(0), f(1)), f(2))), ""},
		{"a shifted column", join(rel.Inner, far, dim, rel.Bools(rel.Eq, call("+", f(0), rel.Int(1)), f(2))), "1: ($0 + 1:BIGINT) = " + dimKeys},
		{"a random key", join(rel.Inner, far, dim, rel.Bools(rel.Eq, f(0), call("+", f(2), call("random")))), ""},

		{"a whole table is no restriction", join(rel.Inner, far, table("all"), eq(0, 2)), ""},
		{"but a small one is", join(rel.Inner, far, table("few"), eq(0, 2)), "1: $0 = $0 of few"},
		{"nor is one without NULLs", join(rel.Inner, far, where(table("all"), rel.Bools(rel.IsNotNull, f(1))), eq(0, 2)), ""},
		{"values", join(rel.Inner, far, &rel.Values{Columns: []types.Type{bigint}}, eq(0, 2)), "1: $0 = $0 of values"},
		{"values that are not the same each time", join(rel.Inner, far, &rel.Values{Columns: []types.Type{bigint}, Rows: [][]rel.Expr{{call("random")}}}, eq(0, 2)), ""},
		{"a limit is not the same each time", join(rel.Inner, far, &rel.Fetch{Input: dim, Count: rel.Int(1)}, eq(0, 2)), ""},
		{"nor is the first of a group", join(rel.Inner, far, aggregate(dim, []rel.Expr{f(1)}, "first"), eq(0, 3)), ""},
		{"the greatest of a group is", join(rel.Inner, far, aggregate(dim, []rel.Expr{f(1)}, "max"), eq(0, 3)), "1: $0 = $1 of max dim"},
		{"a scalar subquery", where(join(rel.Inner, far, scalarDim, nil), rel.Bools(rel.Ge, f(0), f(2))),
			"1: $0 >= min $0 of case when ($1 > 1:BIGINT) then error('two') else $0 end of first dim"},
		{"its parts without the check are not", join(rel.Inner, far, aggregate(dim, nil, "first", "count_star"), eq(0, 2)), ""},

		{"a far table in between", join(rel.Inner, join(rel.Inner, far, far2, eq(1, 2)), dim, eq(0, 4)), "1: $0 = " + dimKeys},
		{"over an equality", join(rel.Inner, join(rel.Inner, far, far2, eq(0, 2)), dim, eq(0, 4)), "1: $0 = " + dimKeys + "; 2: $0 = " + dimKeys},
		{"over an equality, padded", join(rel.Inner, join(rel.Left, far, far2, eq(0, 2)), dim, eq(0, 4)), "1: $0 = " + dimKeys + "; 2: $0 = " + dimKeys},
		{"over an equality, to the padded side of an anti join", join(rel.Inner, join(rel.LeftAnti, far, far2, eq(0, 2)), dim, eq(0, 2)), "1: $0 = " + dimKeys + "; 2: $0 = " + dimKeys},
		{"not to a mark's", join(rel.Inner, join(rel.LeftMark, far, far2, eq(0, 2)), dim, eq(0, 3)), "1: $0 = " + dimKeys},
		{"nor to a single's", join(rel.Inner, join(rel.LeftSingle, far, far2, eq(0, 2)), dim, eq(0, 4)), "1: $0 = " + dimKeys},
		{"on padded columns", join(rel.Inner, join(rel.Left, far, far2, eq(1, 3)), dim, eq(2, 4)), "2: $0 = " + dimKeys},
		{"on padded columns, NULL meets NULL", join(rel.Inner, join(rel.Left, far, far2, eq(1, 3)), dim, on(rel.NotDistinctFrom, 2, 4)), ""},
		{"through a full join", join(rel.Inner, join(rel.Full, far, far2, eq(1, 3)), dim, eq(0, 4)), "1: $0 = " + dimKeys},
		{"near tables restrict each other", join(rel.Inner, join(rel.Inner, far, table("all"), eq(0, 2)), more, eq(3, 4)), "1: $0 = $0 of (all semi $0 of more)"},
		{"a condition above an outer join", where(join(rel.Left, far, dim, eq(0, 2)), eq(1, 3)), "1: $1 = $1 of dim"},
		{"one that NULLs may satisfy", where(join(rel.Left, far, dim, eq(0, 2)), on(rel.NotDistinctFrom, 1, 3)), ""},
		{"one that padding may satisfy", where(join(rel.Left, far, dim, eq(0, 2)), rel.Bools(rel.Eq, f(1), call("coalesce", f(3), rel.Int(5)))), ""},

		{"through a projection", join(rel.Inner, project(far, f(1), f(0)), dim, eq(0, 2)), "1: $1 = " + dimKeys},
		{"not through a computation", join(rel.Inner, project(far, call("abs", f(1))), dim, eq(0, 1)), ""},
		{"a window within the key", join(rel.Inner, project(far, f(1), window(f(1))), dim, eq(0, 2)), "1: $1 = " + dimKeys},
		{"a window across keys", join(rel.Inner, project(far, f(1), window(f(0))), dim, eq(0, 2)), ""},
		{"by the key of groups", join(rel.Inner, aggregate(far, []rel.Expr{f(1)}, "sum"), dim, eq(0, 2)), "1: $1 = " + dimKeys},
		{"by a measure", join(rel.Inner, aggregate(far, []rel.Expr{f(1)}, "max"), dim, eq(1, 2)), ""},
		{"not below a limit", join(rel.Inner, &rel.Fetch{Input: far, Count: rel.Int(1)}, dim, eq(0, 2)), ""},
		{"into a union", join(rel.Inner, &rel.SetOp{Kind: rel.UnionAll, Rels: []rel.Rel{far, far2}}, dim, eq(0, 2)), "1: $0 = " + dimKeys + "; 2: $0 = " + dimKeys},
	} {
		p := Number(&rel.Plan{Root: c.plan})
		if got := brief(Find(p, tables)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestSharedSubtrees(t *testing.T) {
	ref := func(i int) rel.Rel { return &rel.Reference{Ordinal: i, Columns: []types.Type{bigint, bigint}} }
	p := Number(&rel.Plan{
		Shared: []rel.Rel{table("dim"), join(rel.LeftSemi, table("far"), ref(0), eq(0, 2))},
		Root:   join(rel.Inner, ref(1), join(rel.Inner, ref(1), ref(0), eq(0, 2)), eq(0, 2)),
	})
	if got, want := brief(Find(p, tables)), "2: $0 = $0 of dim"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
