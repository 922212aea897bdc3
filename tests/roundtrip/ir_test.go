package roundtrip

import (
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

var (
	bigint  = types.Of(types.BigInt)
	boolean = types.Of(types.Boolean)
)

func col(i int) rel.Expr { return &rel.Field{Index: i, Of: bigint} }

// ints is a table of BIGINTs; nil is NULL.
func ints(width int, rows ...[]any) *rel.Values {
	v := &rel.Values{Columns: slices.Repeat([]types.Type{bigint}, width)}
	for _, row := range rows {
		var exprs []rel.Expr
		for _, c := range row {
			if c == nil {
				exprs = append(exprs, rel.Null(bigint))
			} else {
				exprs = append(exprs, rel.Int(int64(c.(int))))
			}
		}
		v.Rows = append(v.Rows, exprs)
	}
	return v
}

func names(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = string(rune('a' + i))
	}
	return out
}

// TestTrees renders what no query binds to, or only by accident.
func TestTrees(t *testing.T) {
	d := openDB(t)
	left := ints(2, []any{1, 10}, []any{2, 20}, []any{nil, 30}, []any{4, nil})
	right := ints(2, []any{1, 5}, []any{1, 15}, []any{nil, 25}, []any{4, nil}, []any{9, 9})
	one := ints(2, []any{1, 5}, []any{nil, 25})
	join := func(kind rel.JoinKind, r rel.Rel, cond rel.Expr) rel.Rel {
		return &rel.Join{Kind: kind, Left: left, Right: r, Cond: cond}
	}
	eq, indf := rel.Bools(rel.Eq, col(0), col(2)), rel.Bools(rel.NotDistinctFrom, col(0), col(2))
	less := rel.Bools(rel.Gt, col(3), col(1)) // mirrored: right > left
	sets := &rel.Aggregate{Input: left, Groups: []rel.Expr{col(0)}, Sets: [][]int{{0}, {}, {0}, {}},
		Measures: []rel.Measure{{Func: "count_star", Type: bigint}}}
	for name, c := range map[string]struct {
		root rel.Rel
		want string
	}{
		"mark by equality":     {join(rel.LeftMark, right, eq), "1 10 true|2 20 NULL|4 NULL true|NULL 30 NULL"},
		"mark by key":          {join(rel.LeftMark, right, indf), "1 10 true|2 20 false|4 NULL true|NULL 30 true"},
		"mark by a mirrored <": {join(rel.LeftMark, right, less), "1 10 true|2 20 true|4 NULL NULL|NULL 30 NULL"},
		"mark by key and <":    {join(rel.LeftMark, right, rel.Bools(rel.And, indf, less)), "1 10 true|2 20 false|4 NULL NULL|NULL 30 false"},
		"mark by = and <":      {join(rel.LeftMark, one, rel.Bools(rel.And, eq, rel.Bools(rel.Lt, col(1), col(3)))), "1 10 NULL|2 20 NULL|4 NULL NULL|NULL 30 false"},
		"mark by a key and two =": {join(rel.LeftMark, right, rel.Bools(rel.And, indf, rel.Bools(rel.Eq, col(1), col(3)), rel.Bools(rel.Eq, col(1), col(2)))),
			"1 10 false|2 20 false|4 NULL NULL|NULL 30 false"},
		"mark by a key and =":     {join(rel.LeftMark, right, rel.Bools(rel.And, indf, rel.Bools(rel.Eq, col(1), col(3)))), "1 10 false|2 20 false|4 NULL NULL|NULL 30 false"},
		"mark by or":              {join(rel.LeftMark, right, rel.Bools(rel.Or, eq, less)), "1 10 true|2 20 true|4 NULL true|NULL 30 NULL"},
		"mark without condition":  {join(rel.LeftMark, right, nil), "1 10 true|2 20 true|4 NULL true|NULL 30 true"},
		"mark over nothing":       {join(rel.LeftMark, ints(2), eq), "1 10 false|2 20 false|4 NULL false|NULL 30 false"},
		"mark without, nothing":   {join(rel.LeftMark, ints(2), nil), "1 10 false|2 20 false|4 NULL false|NULL 30 false"},
		"semi":                    {join(rel.LeftSemi, right, eq), "1 10|4 NULL"},
		"anti":                    {join(rel.LeftAnti, right, eq), "2 20|NULL 30"},
		"anti by <":               {join(rel.LeftAnti, right, less), "4 NULL|NULL 30"},
		"semi without condition":  {join(rel.LeftSemi, right, nil), "1 10|2 20|4 NULL|NULL 30"},
		"anti without, nothing":   {join(rel.LeftAnti, ints(2), nil), "1 10|2 20|4 NULL|NULL 30"},
		"single by key":           {join(rel.LeftSingle, one, indf), "1 10 1 5|2 20 NULL NULL|4 NULL NULL NULL|NULL 30 NULL 25"},
		"single by equality":      {join(rel.LeftSingle, one, eq), "1 10 1 5|2 20 NULL NULL|4 NULL NULL NULL|NULL 30 NULL NULL"},
		"single by <":             {join(rel.LeftSingle, one, less), "1 10 NULL 25|2 20 NULL 25|4 NULL NULL NULL|NULL 30 NULL NULL"},
		"single with two matches": {join(rel.LeftSingle, right, eq), "error"},
		"single, two, by <":       {join(rel.LeftSingle, right, less), "error"},
		"single, many":            {join(rel.LeftSingle, right, nil), "error"},
		"single over an aggregate": {join(rel.LeftSingle, &rel.Aggregate{Input: right, Groups: []rel.Expr{col(0)},
			Measures: []rel.Measure{{Func: "count_star", Type: bigint}}}, indf), "1 10 1 2|2 20 NULL NULL|4 NULL 4 1|NULL 30 NULL 1"},
		"right with a filtered left": {&rel.Join{Kind: rel.Right, Left: &rel.Filter{Input: left, Cond: rel.Bools(rel.Gt, col(1), rel.Int(10))},
			Right: one, Cond: eq}, "NULL NULL 1 5|NULL NULL NULL 25"},
		"left with a filtered right": {&rel.Join{Kind: rel.Left, Left: left, Right: &rel.Filter{Input: one, Cond: rel.Bools(rel.Gt, col(1), rel.Int(5))},
			Cond: eq}, "1 10 NULL NULL|2 20 NULL NULL|4 NULL NULL NULL|NULL 30 NULL NULL"},
		"grouping sets twice": {sets, "1 1 0|1 1 2|2 1 0|2 1 2|4 1 0|4 1 2|NULL 1 0|NULL 1 2|NULL 4 1|NULL 4 3"},
		"one set of some groups": {&rel.Aggregate{Input: left, Groups: []rel.Expr{col(0), col(1)}, Sets: [][]int{{1}},
			Measures: []rel.Measure{{Func: "count_star", Type: bigint}}}, "NULL 10 1|NULL 20 1|NULL 30 1|NULL NULL 1"},
		"one empty set":             {&rel.Aggregate{Input: left, Groups: []rel.Expr{col(0)}, Sets: [][]int{{}}}, "NULL"},
		"one empty set of nothing":  {&rel.Aggregate{Input: ints(2), Groups: []rel.Expr{col(0)}, Sets: [][]int{{}}}, "NULL"},
		"an aggregate of nothing":   {&rel.Project{Input: &rel.Aggregate{Input: ints(2)}, Exprs: []rel.Expr{rel.Int(7)}}, "7"},
		"groups that are constants": {&rel.Aggregate{Input: left, Groups: []rel.Expr{rel.Int(2), rel.Str("x"), col(0)}}, "2 x 1|2 x 2|2 x 4|2 x NULL"},
		"rows without columns": {&rel.Project{Input: &rel.Join{Kind: rel.Inner, Left: &rel.Project{Input: left}, Right: &rel.Project{Input: one}},
			Exprs: []rel.Expr{rel.Int(1)}}, strings.TrimSuffix(strings.Repeat("1|", 8), "|")},
		"values without columns": {&rel.Aggregate{Input: &rel.Values{Rows: [][]rel.Expr{{}, {}, {}}}, Measures: []rel.Measure{{Func: "count_star", Type: bigint}}}, "3"},
		"no values":              {ints(2), ""},
		"a filter on no values":  {&rel.Filter{Input: ints(1), Cond: rel.Bools(rel.Gt, col(0), rel.Int(1))}, ""},
		"a filter on one row":    {&rel.Filter{Input: ints(1, []any{5}), Cond: rel.Bools(rel.Gt, col(0), rel.Int(1))}, "5"},
		"a limit on a limit":     {&rel.Fetch{Count: rel.Int(2), Input: &rel.Fetch{Count: rel.Int(3), Offset: rel.Int(1), Input: sorted(left)}}, "2 20|NULL 30"},
		"three sets":             {&rel.SetOp{Kind: rel.ExceptDistinct, Rels: []rel.Rel{left, one, ints(2, []any{1, 10})}}, "2 20|4 NULL|NULL 30"},
		"constants do not order": {&rel.Sort{Input: left, Keys: []rel.SortKey{{Expr: rel.Int(99)}, {Expr: rel.Str("x")}}}, "1 10|2 20|4 NULL|NULL 30"},
		"a window over a limit": {&rel.Project{Input: &rel.Fetch{Count: rel.Int(2), Input: sorted(left)}, Exprs: []rel.Expr{
			&rel.WindowCall{Func: "count_star", Of: bigint, Frame: rel.Frame{End: rel.Bound{Kind: rel.UnboundedFollowing}}}}}, "2|2"},
	} {
		t.Run(name, func(t *testing.T) {
			plan := &rel.Plan{Root: c.root, Names: names(len(c.root.Types()))}
			text, err := sqlgen.Render(plan, sqlgen.Options{Scan: scan})
			if err != nil {
				t.Fatal(err)
			}
			got, err := d.on(t).query(text)
			if c.want == "error" {
				if err == nil || !strings.Contains(err.Error(), "More than one row returned by a subquery") {
					t.Errorf("no error but %v, %v\n%s", got, err, text)
				}
				return
			}
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			for i, typ := range c.root.Types() {
				if got.types[i] != typ.String() {
					t.Errorf("column %d is %s, not %s\n%s", i, got.types[i], typ, text)
				}
			}
			if rows := joined(got); rows != c.want {
				t.Errorf("got  %s\nwant %s\n%s", rows, c.want, text)
			}
		})
	}
}

func sorted(r rel.Rel) rel.Rel {
	return &rel.Sort{Input: r, Keys: []rel.SortKey{{Expr: col(1)}}}
}

func joined(t *table) string {
	var rows []string
	for _, row := range t.rows {
		rows = append(rows, strings.ReplaceAll(strings.Join(row, " "), "=", ""))
	}
	slices.Sort(rows)
	return strings.Join(rows, "|")
}

// TestLiterals compares each literal with what SQL makes of its text.
func TestLiterals(t *testing.T) {
	d := openDB(t)
	lit := func(typ string, v any) *rel.Literal { return &rel.Literal{Of: types.MustParse(typ), Value: v} }
	huge, _ := new(big.Int).SetString("-170141183460469231731687303715884105728", 10)
	for _, c := range []struct {
		lit  *rel.Literal
		want string // DuckDB's text; "NULL" for none
	}{
		{lit("TINYINT", int64(-128)), "-128"}, {lit("SMALLINT", int64(32767)), "32767"},
		{lit("INTEGER", int64(math.MinInt32)), "-2147483648"}, {lit("BIGINT", int64(math.MinInt64)), "-9223372036854775808"},
		{lit("BIGINT", int64(math.MaxInt64)), "9223372036854775807"}, {lit("BIGINT", int64(0)), "0"},
		{lit("BIGINT", int64(math.MinInt32)-1), "-2147483649"},
		{lit("UTINYINT", uint64(255)), "255"}, {lit("UBIGINT", uint64(math.MaxUint64)), "18446744073709551615"},
		{lit("HUGEINT", huge), huge.String()}, {lit("UHUGEINT", new(big.Int).Neg(huge)), "170141183460469231731687303715884105728"},
		{lit("DECIMAL(4,2)", big.NewInt(-5)), "-0.05"}, {lit("DECIMAL(38,38)", big.NewInt(1)), "." + strings.Repeat("0", 37) + "1"},
		{lit("DECIMAL(18,0)", big.NewInt(7)), "7"}, {lit("BIGNUM", big.NewInt(12345)), "12345"},
		{lit("DOUBLE", math.NaN()), "nan"}, {lit("DOUBLE", math.Inf(-1)), "-inf"}, {lit("DOUBLE", math.Copysign(0, -1)), "-0.0"},
		{lit("DOUBLE", 5e-324), "5e-324"}, {lit("DOUBLE", math.MaxFloat64), "1.7976931348623157e+308"}, {lit("FLOAT", float64(float32(0.1))), "0.1"},
		{lit("BOOLEAN", false), "false"}, {lit("VARCHAR", "a'b\x00c\\\n\"日\u200b"), "a'b\x00c\\\n\"日\u200b"}, {lit("VARCHAR", ""), ""},
		{lit("BLOB", []byte("a'\x00\xff\\\"")), `a\x27\x00\xFF\x5C\x22`}, {lit("BLOB", []byte{}), ""}, {lit("BIT", "00101"), "00101"},
		{lit("UUID", "12345678-1234-1234-1234-123456789abc"), "12345678-1234-1234-1234-123456789abc"}, {lit("JSON", `{"a": [1]}`), `{"a": [1]}`},
		{lit("DATE", int64(-1)), "1969-12-31"}, {lit("DATE", int64(math.MaxInt32)), "infinity"}, {lit("DATE", int64(-math.MaxInt32)), "-infinity"},
		{lit("DATE", int64(-719529)), "0002-12-31 (BC)"}, {lit("DATE", int64(2932897)), "10000-01-01"}, {lit("DATE", int64(-719162)), "0001-01-01"},
		{lit("TIME", int64(86399999999)), "23:59:59.999999"}, {lit("TIME", int64(86400000000)), "24:00:00"}, {lit("TIME", int64(1)), "00:00:00.000001"},
		{lit("TIME_NS", int64(123456789)), "00:00:00.123456789"}, {lit("TIME WITH TIME ZONE", "12:00:00-07:30"), "12:00:00-07:30"},
		{lit("TIMESTAMP", int64(-1)), "1969-12-31 23:59:59.999999"}, {lit("TIMESTAMP", int64(math.MaxInt64)), "infinity"},
		{lit("TIMESTAMP", int64(-math.MaxInt64)), "-infinity"}, {lit("TIMESTAMP", int64(-100000000000000000)), "1200-02-15 (BC) 14:13:20"},
		{lit("TIMESTAMP", int64(300000000000000000)), "11476-08-15 05:20:00"}, {lit("TIMESTAMP WITH TIME ZONE", int64(1)), "1970-01-01 00:00:00.000001+00"},
		{lit("TIMESTAMP WITH TIME ZONE", int64(-100000000000000000)), "1200-02-15 (BC) 14:13:20+00"}, {lit("TIMESTAMP_S", int64(-1)), "1969-12-31 23:59:59"},
		{lit("TIMESTAMP_S", int64(300000000000)), "11476-08-15 05:20:00"}, {lit("TIMESTAMP_MS", int64(-1)), "1969-12-31 23:59:59.999"},
		{lit("TIMESTAMP_NS", int64(-1)), "1969-12-31 23:59:59.999999999"}, {lit("TIMESTAMP_NS", int64(math.MaxInt64)), "infinity"},
		{lit("INTERVAL", rel.IntervalValue{Months: 14, Days: -3, Micros: 1}), "1 year 2 months -3 days 00:00:00.000001"},
		{lit("INTERVAL", rel.IntervalValue{Months: math.MinInt32, Days: math.MaxInt32, Micros: math.MinInt64}), "-178956970 years -8 months 2147483647 days -2562047788:00:54.775808"},
		{lit("ENUM('x', 'it''s')", "it's"), "it's"}, {lit("INTEGER[]", []any{int64(1), nil}), "[1, NULL]"}, {lit("VARCHAR[][]", []any{}), "[]"},
		{lit("INTEGER[2]", []any{int64(1), int64(2)}), "[1, 2]"}, {lit(`STRUCT("a b" INTEGER, "c" VARCHAR[])`, []any{int64(1), []any{"x"}}), "{'a b': 1, 'c': [x]}"},
		{lit("MAP(VARCHAR, INTEGER)", []any{[]any{"k", int64(1)}, []any{"j", nil}}), "{k=1, j=NULL}"}, {lit("MAP(INTEGER, INTEGER)", []any{}), "{}"},
		{lit(`UNION("n" INTEGER, "s" VARCHAR)`, rel.UnionValue{Member: 1, Value: "x"}), "x"},
		{lit("INTEGER", nil), "NULL"}, {lit(`STRUCT("a" INTEGER)[]`, nil), "NULL"}, {lit("ENUM('a')", nil), "NULL"}, {lit("INTEGER[3]", nil), "NULL"},
		{&rel.Literal{Of: types.StructOf(types.Field{Type: bigint}, types.Field{Type: boolean})}, "NULL"},
		{&rel.Literal{Of: types.StructOf(types.Field{Type: bigint}, types.Field{Type: boolean}), Value: []any{int64(1), nil}}, "(1, NULL)"},
	} {
		sql, err := sqlgen.Literal(c.lit)
		if err != nil {
			t.Errorf("%v %v: %v", c.lit.Of, c.lit.Value, err)
			continue
		}
		got, err := d.query("SELECT " + sql + " AS k")
		if err != nil {
			t.Errorf("%s: %v", sql, err)
			continue
		}
		want := "=" + c.want
		if c.lit.Value == nil {
			want = "NULL"
		}
		if got.rows[0][0] != want || !sameType(got.types[0], c.lit.Of) {
			t.Errorf("%s: got %q of %s, want %q of %s", sql, got.rows[0][0], got.types[0], want, c.lit.Of)
		}
	}
}

func sameType(text string, want types.Type) bool {
	got, err := types.Parse(text)
	return err == nil && got.Equal(want) || text == want.String()
}

func TestBadTrees(t *testing.T) {
	deep := rel.Rel(ints(1, []any{1}))
	long := col(0)
	for range 1000 {
		deep = &rel.Fetch{Input: deep, Count: rel.Int(1)}
		long = &rel.Cast{Input: long, To: bigint}
	}
	in := ints(1, []any{1}, []any{2})
	project := func(e rel.Expr) rel.Rel { return &rel.Project{Input: in, Exprs: []rel.Expr{e}} }
	for name, root := range map[string]rel.Rel{
		"too many relations":    deep,
		"too long":              project(long),
		"a field out of range":  project(col(1)),
		"a negative field":      project(col(-1)),
		"a missing expression":  project(nil),
		"a missing relation":    &rel.Filter{Cond: rel.Bool(true)},
		"a bad reference":       &rel.Reference{Ordinal: 3, Columns: []types.Type{bigint}},
		"a bad literal":         project(&rel.Literal{Of: bigint, Value: "x"}),
		"not UTF-8":             project(rel.Str("\xff")),
		"= of one":              project(rel.Bools(rel.Eq, col(0))),
		"and of none":           project(rel.Bools(rel.And)),
		"a ragged row":          &rel.Values{Columns: []types.Type{bigint}, Rows: [][]rel.Expr{{}}},
		"a union of one":        &rel.SetOp{Rels: []rel.Rel{in}},
		"a union of two widths": &rel.SetOp{Rels: []rel.Rel{in, ints(2, []any{1, 2})}},
		"a bad group":           &rel.Aggregate{Input: in, Groups: []rel.Expr{col(0)}, Sets: [][]int{{5}}},
		"bad groups":            &rel.Aggregate{Input: in, Groups: []rel.Expr{col(0)}, Sets: [][]int{{5}, {0}}},
		"a row of no type":      project(&rel.Call{Func: "row", Of: bigint}),
		"a bound without":       project(&rel.WindowCall{Func: "rank", Of: bigint, Frame: rel.Frame{Start: rel.Bound{Kind: rel.Preceding}}}),
		"a join of no kind":     &rel.Join{Kind: 99, Left: in, Right: in},
		"an unnamed cast":       project(&rel.Cast{Input: col(0), To: types.StructOf(types.Field{Type: bigint})}),
	} {
		_, err := sqlgen.Render(&rel.Plan{Root: root, Names: []string{"a"}}, sqlgen.Options{Scan: scan})
		if !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDepth: what DuckDB itself takes comes through; what is deeper is refused
// before DuckDB sees it.
func TestDepth(t *testing.T) {
	d := openDB(t)
	d.exec("CREATE TABLE n(id INTEGER, a INTEGER); INSERT INTO n VALUES (1, 2), (2, NULL)")
	sum, cond := "a", "a <> 0"
	nested := "SELECT id, a FROM n"
	for i := range 120 { // DuckDB's time grows with the cube
		sum = "(" + sum + " + 1)"
		if i%3 == 0 {
			nested = "SELECT DISTINCT id, a FROM (" + nested + " LIMIT 5) q"
		}
	}
	for i := range 2000 {
		cond += " AND a <> 1" + strings.Repeat("0", i%7+1)
	}
	d.check("SELECT "+sum+" FROM n", false)
	d.check("SELECT id FROM n WHERE "+cond, false)
	d.check("SELECT id FROM n WHERE "+strings.ReplaceAll(cond, "AND", "OR"), false)
	d.check("SELECT id FROM n"+strings.Repeat(" UNION ALL SELECT a FROM n", 300), false)
	d.check("SELECT id FROM n"+strings.Repeat(" EXCEPT SELECT 5", 60), false)
	d.check(nested, false)
}
