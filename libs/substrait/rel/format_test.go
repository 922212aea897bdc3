package rel

import (
	"math"
	"math/big"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/types"
)

func TestFormat(t *testing.T) {
	big64 := types.Of(types.BigInt)
	a, b := &Field{0, big64}, &Field{1, types.Of(types.Varchar)}
	read := &Read{Table: []string{"d", "t"}, Columns: []Column{{"a", big64}, {"b", types.Of(types.Varchar)}},
		Filter: Bools(IsNotNull, a)}
	agg := &Aggregate{Input: read, Groups: []Expr{b}, Sets: [][]int{{0}, {}},
		Measures: []Measure{{Func: "list", Args: []Expr{a}, Distinct: true, Filter: Bool(true),
			OrderBy: []SortKey{{Expr: a, Descending: true, NullsFirst: true}}, Type: types.ListOf(big64)}}}
	window := &WindowCall{Func: "sum", Args: []Expr{a}, Partition: []Expr{b}, OrderBy: []SortKey{{Expr: a}}, Of: big64,
		Frame: Frame{Unit: RowsFrame, Start: Bound{Preceding, Int(1)}, End: Bound{Kind: CurrentRow}, Exclude: ExcludeTies}}
	join := &Join{Kind: LeftMark, Left: &Reference{0, read.Types()}, Right: &Values{Columns: []types.Type{big64}, Rows: [][]Expr{{Null(big64)}}},
		Cond: Bools(Eq, a, &Field{2, big64})}
	plan := &Plan{
		Shared: []Rel{agg},
		Root: &Fetch{Count: Int(1), Offset: Int(2), Input: &SetOp{Kind: UnionAll, Rels: []Rel{
			&Project{Input: &Sort{Input: &Filter{Input: join, Cond: &In{a, []Expr{Int(1), Int(2)}}}, Keys: []SortKey{{Expr: b}}},
				Exprs: []Expr{window, &Case{Whens: []When{{Bool(true), a}}, Else: Int(0), Of: big64}, &Cast{b, big64, true}}},
			&DependentJoin{Join: Join{Kind: LeftSemi, Left: read, Right: &Outer{1, []types.Type{big64}}}, ID: 1, Keys: []Expr{a}},
		}}},
		Names: []string{`x"`, "y"},
	}
	const want = `shared 0:
  aggregate by [$1] sets [[0] []] list(distinct $0 order by $0 desc nulls first) where true:BIGINT[]
    read d.t (a BIGINT, b VARCHAR) where is_not_null($0)
result "x\"", "y":
  fetch 1:BIGINT offset 2:BIGINT
    union all
      project sum($0) over (partition by [$1] order by [$0] rows 1:BIGINT preceding to current exclude ties), case when true then $0 else 0:BIGINT end, try_cast($1 as BIGINT)
        sort $1
          filter $0 in (1:BIGINT, 2:BIGINT)
            mark join on ($0 = $2)
              reference 0 (BIGINT, VARCHAR)
              values (BIGINT) (null:BIGINT)
      dependent 1 keys [$0] semi join
        read d.t (a BIGINT, b VARCHAR) where is_not_null($0)
        outer 1 (BIGINT)
`
	if got := Format(plan); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFormatLiterals(t *testing.T) {
	for want, l := range map[string]*Literal{
		"-0.05:DECIMAL(4,2)": Dec(big.NewInt(-5), 4, 2), "1.0": {types.Of(types.Double), 1.0}, "1e+300": {types.Of(types.Double), 1e300},
		"NaN": {types.Of(types.Double), math.NaN()}, "'it''s'": Str("it's"), "x'00FF':BLOB": {types.Of(types.Blob), []byte{0, 255}},
		"[1, null]:BIGINT[]":                              {types.ListOf(types.Of(types.BigInt)), []any{int64(1), nil}},
		"1 months 2 days 3 us:INTERVAL":                   {types.Of(types.Interval), IntervalValue{1, 2, 3}},
		"null:VARCHAR":                                    Null(types.Of(types.Varchar)),
		"170141183460469231731687303715884105727:HUGEINT": {types.Of(types.HugeInt), new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 127), big.NewInt(1))},
	} {
		if got := FormatExpr(l); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// The results are what typeof() says in DuckDB 1.5.4.
func TestDecimalResult(t *testing.T) {
	for _, c := range []struct{ function, a, b, want string }{
		{"+", "DECIMAL(15,2)", "DECIMAL(1,0)", "DECIMAL(16,2)"},
		{"-", "DECIMAL(18,2)", "DECIMAL(18,2)", "DECIMAL(18,2)"},
		{"+", "DECIMAL(18,18)", "DECIMAL(18,18)", "DECIMAL(18,18)"},
		{"+", "DECIMAL(19,2)", "DECIMAL(5,4)", "DECIMAL(22,4)"},
		{"+", "DECIMAL(38,2)", "DECIMAL(5,4)", "DECIMAL(38,4)"},
		{"*", "DECIMAL(15,2)", "DECIMAL(16,2)", "DECIMAL(18,4)"},
		{"*", "DECIMAL(10,9)", "DECIMAL(10,9)", "DECIMAL(20,18)"},
		{"*", "DECIMAL(4,1)", "DECIMAL(5,2)", "DECIMAL(9,3)"},
		{"*", "DECIMAL(20,2)", "DECIMAL(20,2)", "DECIMAL(38,4)"},
		{"*", "DECIMAL(38,20)", "DECIMAL(38,20)", ""},
		{"%", "DECIMAL(15,2)", "DECIMAL(5,4)", "DECIMAL(17,4)"},
		{"%", "DECIMAL(18,2)", "DECIMAL(18,10)", "DECIMAL(26,10)"},
		{"/", "DECIMAL(15,2)", "DECIMAL(5,4)", ""},
		{"+", "BIGINT", "DECIMAL(5,4)", ""},
	} {
		got, ok := DecimalResult(c.function, types.MustParse(c.a), types.MustParse(c.b))
		if ok != (c.want != "") || ok && got.String() != c.want {
			t.Errorf("%s %s %s is %s, %v; want %q", c.a, c.function, c.b, got, ok, c.want)
		}
	}
	if d, ok := DecimalOfInteger(types.Of(types.UBigInt)); !ok || d.Width != 20 {
		t.Errorf("UBIGINT is %s, %v", d, ok)
	}
	if _, ok := DecimalOfInteger(types.Of(types.Double)); ok {
		t.Error("DOUBLE is a DECIMAL")
	}
}
