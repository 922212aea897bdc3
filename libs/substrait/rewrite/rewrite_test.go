package rewrite

import (
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

var (
	bigint = types.Of(types.BigInt)
	truth  = types.Of(types.Boolean)
)

// table is a read with BIGINT columns.
func table(name string, columns ...string) *rel.Read {
	r := &rel.Read{Table: []string{"d", name}}
	for _, c := range columns {
		r.Columns = append(r.Columns, rel.Column{Name: c, Type: bigint})
	}
	return r
}

func f(i int) *rel.Field                  { return &rel.Field{Index: i, Of: bigint} }
func eq(a, b rel.Expr) rel.Expr           { return rel.Bools(rel.Eq, a, b) }
func same(a, b rel.Expr) rel.Expr         { return rel.Bools(rel.NotDistinctFrom, a, b) }
func and(es ...rel.Expr) rel.Expr         { return rel.Bools(rel.And, es...) }
func or(es ...rel.Expr) rel.Expr          { return rel.Bools(rel.Or, es...) }
func is(i int, v int64) rel.Expr          { return eq(f(i), rel.Int(v)) }
func call(name string) *rel.Call          { return &rel.Call{Func: name, Of: bigint} }
func where(r rel.Rel, c rel.Expr) rel.Rel { return &rel.Filter{Input: r, Cond: c} }
func project(r rel.Rel, es ...rel.Expr) rel.Rel {
	return &rel.Project{Input: r, Exprs: es}
}
func join(k rel.JoinKind, l, r rel.Rel, on rel.Expr) *rel.Join {
	return &rel.Join{Kind: k, Left: l, Right: r, Cond: on}
}
func rank() rel.Expr {
	return &rel.WindowCall{Func: "rank", OrderBy: []rel.SortKey{{Expr: f(0)}}, Of: bigint}
}

func limitsAlone(p *rel.Plan) *rel.Plan { return PushLimits(p, nil) }

// a and b are two tables; in a join of them $0 and $1 are a's columns.
func a() rel.Rel { return table("a", "x", "y") }
func b() rel.Rel { return table("b", "u", "v") }

func TestRules(t *testing.T) {
	sum := rel.Measure{Func: "sum", Args: []rel.Expr{f(1)}, Type: bigint}
	for _, c := range []struct {
		name string
		rule func(*rel.Plan) *rel.Plan
		in   rel.Rel
		want string
	}{
		{"into a read", PushFilters, where(a(), is(0, 1)), `
read d.a (x BIGINT, y BIGINT) where ($0 = 1:BIGINT)`},
		{"through a projection", PushFilters, where(project(a(), f(1), f(0)), is(0, 1)), `
project $1, $0
  read d.a (x BIGINT, y BIGINT) where ($1 = 1:BIGINT)`},
		{"not through a volatile projection", PushFilters, where(project(a(), call("random")), is(0, 1)), `
filter ($0 = 1:BIGINT)
  project random()
    read d.a (x BIGINT, y BIGINT)`},
		{"not below a window", PushFilters, where(project(a(), f(0), rank()), is(0, 1)), `
filter ($0 = 1:BIGINT)
  project $0, rank() over (partition by [] order by [$0] range start to start)
    read d.a (x BIGINT, y BIGINT)`},
		{"a cross product becomes a join", PushFilters, where(join(rel.Inner, a(), b(), nil), and(eq(f(0), f(2)), is(1, 5), is(3, 6))), `
inner join on ($0 = $2)
  read d.a (x BIGINT, y BIGINT) where ($1 = 5:BIGINT)
  read d.b (u BIGINT, v BIGINT) where ($1 = 6:BIGINT)`},
		{"an outer join keeps conditions on its padded side above, and its own on the other below", PushFilters,
			where(join(rel.Left, a(), b(), and(eq(f(0), f(2)), is(1, 5), is(3, 6))), and(is(0, 7), is(2, 8))), `
filter ($2 = 8:BIGINT)
  left join on (($0 = $2) and ($1 = 5:BIGINT))
    read d.a (x BIGINT, y BIGINT) where ($0 = 7:BIGINT)
    read d.b (u BIGINT, v BIGINT) where ($1 = 6:BIGINT)`},
		{"an anti join's own condition on the left stays", PushFilters, join(rel.LeftAnti, a(), b(), and(eq(f(0), f(2)), is(1, 5))), `
anti join on (($0 = $2) and ($1 = 5:BIGINT))
  read d.a (x BIGINT, y BIGINT)
  read d.b (u BIGINT, v BIGINT)`},
		{"a full join takes nothing", PushFilters, where(join(rel.Full, a(), b(), eq(f(0), f(2))), is(0, 1)), `
filter ($0 = 1:BIGINT)
  full join on ($0 = $2)
    read d.a (x BIGINT, y BIGINT)
    read d.b (u BIGINT, v BIGINT)`},
		{"below an aggregate, on its keys", PushFilters, where(&rel.Aggregate{Input: a(), Groups: []rel.Expr{f(0)}, Measures: []rel.Measure{sum}}, and(is(0, 1), is(1, 2))), `
filter ($1 = 2:BIGINT)
  aggregate by [$0] sum($1):BIGINT
    read d.a (x BIGINT, y BIGINT) where ($0 = 1:BIGINT)`},
		{"not below an aggregate of everything", PushFilters, where(&rel.Aggregate{Input: a(), Measures: []rel.Measure{sum}}, rel.Bool(false)), `
filter false
  aggregate by [] sum($1):BIGINT
    read d.a (x BIGINT, y BIGINT)`},
		{"not below a limit", PushFilters, where(&rel.Fetch{Input: a(), Count: rel.Int(3)}, is(0, 1)), `
filter ($0 = 1:BIGINT)
  fetch 3:BIGINT
    read d.a (x BIGINT, y BIGINT)`},
		{"into all branches of a union", PushFilters, where(&rel.SetOp{Kind: rel.UnionAll, Rels: []rel.Rel{a(), b()}}, is(0, 1)), `
union all
  read d.a (x BIGINT, y BIGINT) where ($0 = 1:BIGINT)
  read d.b (u BIGINT, v BIGINT) where ($0 = 1:BIGINT)`},
		{"what all branches have in common", FactorDisjunctions, where(a(), or(and(is(0, 1), is(1, 2)), and(is(1, 3), is(0, 1)))), `
filter (($0 = 1:BIGINT) and (($1 = 2:BIGINT) or ($1 = 3:BIGINT)))
  read d.a (x BIGINT, y BIGINT)`},
		{"a branch that is the common part", FactorDisjunctions, where(a(), or(and(is(0, 1), is(1, 2)), is(0, 1))), `
filter ($0 = 1:BIGINT)
  read d.a (x BIGINT, y BIGINT)`},
		{"nothing in common", FactorDisjunctions, where(a(), or(is(0, 1), is(1, 2))), `
filter (($0 = 1:BIGINT) or ($1 = 2:BIGINT))
  read d.a (x BIGINT, y BIGINT)`},
		{"a mark that must be true", MarkToSemi, where(join(rel.LeftMark, a(), b(), eq(f(0), f(2))), &rel.Field{Index: 2, Of: truth}), `
project $0, $1, true
  semi join on ($0 = $2)
    read d.a (x BIGINT, y BIGINT)
    read d.b (u BIGINT, v BIGINT)`},
		{"a mark that must be false but may be NULL", MarkToSemi, where(join(rel.LeftMark, a(), b(), eq(f(0), f(2))), rel.Bools(rel.Not, &rel.Field{Index: 2, Of: truth})), `
filter not($2)
  mark join on ($0 = $2)
    read d.a (x BIGINT, y BIGINT)
    read d.b (u BIGINT, v BIGINT)`},
		{"a mark that must be false and is never NULL", MarkToSemi, where(join(rel.LeftMark, a(), b(), same(f(0), f(2))), rel.Bools(rel.Not, &rel.Field{Index: 2, Of: truth})), `
project $0, $1, false
  anti join on ($0 is not distinct from $2)
    read d.a (x BIGINT, y BIGINT)
    read d.b (u BIGINT, v BIGINT)`},
		{"an outer key that is compared", RemoveOuter, dependent(rel.LeftSemi, eq(f(0), f(2))), `
semi join on ($0 is not distinct from $2)
  read d.a (x BIGINT, y BIGINT)
  project $2
    project $0, $1, $0
      filter is_not_null($0)
        read d.b (u BIGINT, v BIGINT)`},
		{"an outer key that is more than compared", RemoveOuter, dependent(rel.LeftSemi, rel.Bools(rel.Lt, f(0), f(2))), `
dependent 7 keys [$0] semi join on ($0 is not distinct from $2)
  read d.a (x BIGINT, y BIGINT)
  project $2
    inner join on ($0 < $2)
      read d.b (u BIGINT, v BIGINT)
      outer 7 (BIGINT)`},
		{"EXISTS over any comparison", MergeOuter, dependent(rel.LeftSemi, rel.Bools(rel.Lt, f(0), f(2))), `
semi join on ($2 < $0)
  read d.a (x BIGINT, y BIGINT)
  read d.b (u BIGINT, v BIGINT)`},
		{"a limit below a projection", limitsAlone, &rel.Fetch{Input: project(a(), f(1)), Count: rel.Int(3)}, `
project $1
  fetch 3:BIGINT
    read d.a (x BIGINT, y BIGINT)`},
		{"a limit above a window", limitsAlone, &rel.Fetch{Input: project(a(), rank()), Count: rel.Int(3)}, `
fetch 3:BIGINT
  project rank() over (partition by [] order by [$0] range start to start)
    read d.a (x BIGINT, y BIGINT)`},
		{"columns of a join", PruneColumns, project(join(rel.Inner, a(), b(), eq(f(0), f(2))), f(3)), `
project $2
  inner join on ($0 = $1)
    read d.a (x BIGINT)
    read d.b (u BIGINT, v BIGINT)`},
		{"columns that only a filter needs", PruneColumns, project(where(a(), is(0, 1)), f(1)), `
project $1
  filter ($0 = 1:BIGINT)
    read d.a (x BIGINT, y BIGINT)`},
		{"measures that nobody reads", PruneColumns, project(&rel.Aggregate{Input: a(), Groups: []rel.Expr{f(0)}, Measures: []rel.Measure{sum}}, f(0)), `
project $0
  aggregate by [$0]
    read d.a (x BIGINT)`},
		{"one measure stays where there are no groups", PruneColumns, project(&rel.Aggregate{Input: a(), Measures: []rel.Measure{sum, sum}}, rel.Int(1)), `
project 1:BIGINT
  aggregate by [] sum($0):BIGINT
    read d.a (y BIGINT)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := rel.FormatRel(c.rule(&rel.Plan{Root: c.in}).Root)
			if strings.TrimSpace(got) != strings.TrimSpace(c.want) {
				t.Errorf("got\n%swant%s", got, c.want)
			}
		})
	}
}

// dependent is `EXISTS (SELECT … FROM b WHERE on)` over a, where $2 in on is
// a's first column.
func dependent(k rel.JoinKind, on rel.Expr) rel.Rel {
	outer := &rel.Outer{ID: 7, Columns: []types.Type{bigint}}
	return &rel.DependentJoin{
		Join: *join(k, a(), project(join(rel.Inner, b(), outer, on), f(2)), same(f(0), f(2))),
		ID:   7, Keys: []rel.Expr{f(0)},
	}
}

func TestLowerDependentShares(t *testing.T) {
	p := LowerDependent(&rel.Plan{Root: dependent(rel.LeftSemi, rel.Bools(rel.Lt, f(0), f(2)))})
	want := strings.TrimSpace(`
shared 0:
  read d.a (x BIGINT, y BIGINT)
result :
  semi join on ($0 is not distinct from $2)
    reference 0 (BIGINT, BIGINT)
    project $2
      inner join on ($0 < $2)
        read d.b (u BIGINT, v BIGINT)
        aggregate by [$0]
          reference 0 (BIGINT, BIGINT)`)
	if got := strings.TrimSpace(rel.Format(p)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestInlineSharedThatIsReadOnce(t *testing.T) {
	ref := &rel.Reference{Ordinal: 1, Columns: a().Types()}
	p := InlineShared(&rel.Plan{Shared: []rel.Rel{b(), a()}, Root: ref})
	if len(p.Shared) != 0 || rel.FormatRel(p.Root) != rel.FormatRel(a()) {
		t.Errorf("got %s", rel.Format(p))
	}
}

func TestPruneColumnsOfWhatIsShared(t *testing.T) {
	ref := &rel.Reference{Columns: a().Types()}
	p := PruneColumns(&rel.Plan{Shared: []rel.Rel{a()}, Root: join(rel.Inner, project(ref, f(1)), project(ref, f(1)), eq(f(0), f(1)))})
	if got := strings.TrimSpace(rel.FormatRel(p.Shared[0])); got != "read d.a (y BIGINT)" {
		t.Errorf("got %s", rel.Format(p))
	}
}

func TestFoldConstants(t *testing.T) {
	plus := &rel.Call{Func: "+", Args: []rel.Expr{rel.Int(1), rel.Int(2)}, Of: bigint}
	broken := &rel.Call{Func: "error", Of: bigint}
	fails := &rel.Cast{Input: rel.Str("x"), To: bigint}
	evaluate := func(exprs []rel.Expr) ([]*rel.Literal, error) {
		out := make([]*rel.Literal, len(exprs))
		for i, e := range exprs {
			if e == rel.Expr(fails) {
				return nil, errNoValue
			}
			out[i] = rel.Int(3)
		}
		return out, nil
	}
	p := FoldConstants(&rel.Plan{Root: project(where(a(), eq(f(0), plus)), fails, broken, f(0))}, evaluate)
	want := "project cast('x' as BIGINT), error(), $0\n  filter ($0 = 3:BIGINT)\n    read d.a (x BIGINT, y BIGINT)"
	if got := strings.TrimSpace(rel.FormatRel(p.Root)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

type noValue struct{}

func (noValue) Error() string { return "no value" }

var errNoValue = noValue{}
