package codec_test

import (
	"bytes"
	"math"
	"math/big"
	"reflect"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/codec"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

var (
	bigint  = types.Of(types.BigInt)
	integer = types.Of(types.Integer)
	varchar = types.Of(types.Varchar)
	double  = types.Of(types.Double)
	boolean = types.Of(types.Boolean)
	price   = types.DecimalOf(15, 2)
)

// orders is a table with a column of most kinds.
func orders() *rel.Read {
	return &rel.Read{Table: []string{"shop", "orders"}, Columns: []rel.Column{
		{Name: "id", Type: bigint}, {Name: "price", Type: price}, {Name: "Name \"x\"", Type: varchar},
		{Name: "at", Type: types.Of(types.TimestampTZ)}, {Name: "weight", Type: double}, {Name: "open", Type: boolean},
		{Name: "s", Type: types.MustParse(`STRUCT("a" INTEGER, "b" VARCHAR[])`)}, {Name: "n", Type: integer},
	}}
}

func col(r rel.Rel, i int) *rel.Field { return &rel.Field{Index: i, Of: r.Types()[i]} }

func call(name string, of types.Type, args ...rel.Expr) *rel.Call {
	return &rel.Call{Func: name, Args: args, Of: of}
}

// plan makes a plan of a relation with names for its columns.
func plan(root rel.Rel, shared ...rel.Rel) *rel.Plan {
	p := &rel.Plan{Root: root, Shared: shared}
	for range root.Types() {
		p.Names = append(p.Names, "same name")
	}
	return p
}

func project(in rel.Rel, exprs ...rel.Expr) *rel.Project {
	return &rel.Project{Input: in, Exprs: exprs}
}

// relations has a plan for every relation and each of its variants.
func relations() map[string]*rel.Plan {
	o := orders()
	key := rel.SortKey{Expr: col(o, 0)}
	out := map[string]*rel.Plan{
		"read":            plan(o),
		"read no columns": plan(&rel.Read{Table: []string{"a", "b"}}),
		"read filter":     plan(&rel.Read{Table: o.Table, Columns: o.Columns, Filter: rel.Bools(rel.Gt, col(o, 0), rel.Int(5))}),
		"subplan":         plan(&rel.Read{Table: []string{rel.SubplanTable, "0"}, Columns: o.Columns[:1]}),
		"values": plan(&rel.Values{Columns: []types.Type{bigint, varchar}, Rows: [][]rel.Expr{
			{rel.Int(1), rel.Str("x")}, {rel.Null(bigint), call("lower", varchar, rel.Str("X"))}}}),
		"values none":    plan(&rel.Values{Columns: []types.Type{bigint}}),
		"values empty":   plan(&rel.Values{Rows: [][]rel.Expr{nil, nil}}),
		"filter":         plan(&rel.Filter{Input: o, Cond: col(o, 5)}),
		"project":        plan(project(o, col(o, 1), col(o, 1), call("+", bigint, col(o, 0), rel.Int(1)))),
		"project none":   plan(&rel.Project{Input: o}),
		"sort":           plan(&rel.Sort{Input: o, Keys: []rel.SortKey{key, {Expr: col(o, 1), Descending: true}, {Expr: col(o, 2), NullsFirst: true}, {Expr: col(o, 3), Descending: true, NullsFirst: true}}}),
		"fetch":          plan(&rel.Fetch{Input: o, Offset: rel.Int(3), Count: rel.Int(0)}),
		"fetch computed": plan(&rel.Fetch{Input: o, Count: call("+", bigint, rel.Int(1), rel.Int(2))}),
		"fetch all":      plan(&rel.Fetch{Input: o}),
		"cross":          plan(&rel.Join{Kind: rel.Inner, Left: o, Right: o}),
		"join true":      plan(&rel.Join{Kind: rel.Inner, Left: o, Right: o, Cond: rel.Bool(true)}),
		"shared": plan(&rel.Join{Kind: rel.Left, Left: &rel.Reference{Ordinal: 1, Columns: []types.Type{bigint}},
			Right: &rel.Reference{Ordinal: 0, Columns: o.Types()}}, o,
			project(&rel.Reference{Ordinal: 0, Columns: o.Types()}, col(o, 0)), o),
	}
	for kind := rel.Inner; kind <= rel.LeftMark; kind++ {
		cond := rel.Bools(rel.Eq, col(o, 0), &rel.Field{Index: 8, Of: bigint})
		out["join "+string('0'+rune(kind))] = plan(&rel.Join{Kind: kind, Left: o, Right: o, Cond: cond})
		out["join without condition "+string('0'+rune(kind))] = plan(&rel.Join{Kind: kind, Left: o, Right: o})
	}
	for kind := rel.UnionAll; kind <= rel.IntersectDistinct; kind++ {
		out["set "+string('0'+rune(kind))] = plan(&rel.SetOp{Kind: kind, Rels: []rel.Rel{o, o, o}})
	}
	return out
}

func aggregates() map[string]*rel.Plan {
	o := orders()
	groups := []rel.Expr{col(o, 0), call("lower", varchar, col(o, 2))}
	huge := types.Of(types.HugeInt)
	measures := []rel.Measure{
		{Func: "count_star", Type: bigint}, {Func: "count", Args: []rel.Expr{col(o, 1)}, Distinct: true, Type: bigint},
		{Func: "sum", Args: []rel.Expr{col(o, 0)}, Type: huge}, {Func: "sum", Args: []rel.Expr{col(o, 4)}, Type: double},
		{Func: "sum", Args: []rel.Expr{col(o, 1)}, Type: types.DecimalOf(38, 2), Filter: col(o, 5)},
		{Func: "max", Args: []rel.Expr{col(o, 2)}, Type: varchar}, {Func: "avg", Args: []rel.Expr{col(o, 1)}, Type: double},
		{Func: "string_agg", Args: []rel.Expr{col(o, 2), rel.Str(",")}, Type: varchar,
			OrderBy: []rel.SortKey{{Expr: col(o, 0), Descending: true}, {Expr: col(o, 1), NullsFirst: true}}},
	}
	return map[string]*rel.Plan{
		"total":        plan(&rel.Aggregate{Input: o, Measures: measures}),
		"nothing":      plan(&rel.Aggregate{Input: o}),
		"distinct":     plan(&rel.Aggregate{Input: o, Groups: groups}),
		"groups":       plan(&rel.Aggregate{Input: o, Groups: groups, Measures: measures}),
		"sets":         plan(&rel.Aggregate{Input: o, Groups: groups, Sets: [][]int{{0, 1}, {1}, nil}, Measures: measures}),
		"one set less": plan(&rel.Aggregate{Input: o, Groups: groups, Sets: [][]int{{1}}, Measures: measures}),
	}
}

// beyond has a plan for every relation that Substrait lacks.
func beyond() map[string]*rel.Plan {
	o := orders()
	list := &rel.Read{Table: o.Table, Columns: []rel.Column{{Name: "l", Type: types.ListOf(integer)}, {Name: "a", Type: types.ArrayOf(varchar, 2)}}}
	eq := rel.Bools(rel.Eq, col(o, 0), &rel.Field{Index: 8, Of: bigint})
	near := rel.Bools(rel.And, eq, rel.Bools(rel.Ge, col(o, 3), &rel.Field{Index: 11, Of: types.Of(types.TimestampTZ)}))
	rows, seed := int64(5), int64(42)
	working := &rel.Working{ID: 7, Columns: []types.Type{bigint}}
	kept := &rel.Working{ID: 7, Kept: true, Columns: []types.Type{bigint}}
	out := map[string]*rel.Plan{
		"unnest":           plan(&rel.Unnest{Input: list, Lists: []rel.Expr{col(list, 0), col(list, 1)}}),
		"unnest of nobody": plan(&rel.Unnest{Input: &rel.Values{Rows: [][]rel.Expr{nil}}, Lists: []rel.Expr{call("range", types.ListOf(bigint), rel.Int(9))}}),
		"unnest computed":  plan(project(&rel.Unnest{Input: list, Lists: []rel.Expr{col(list, 0)}}, call("+", integer, &rel.Field{Index: 2, Of: integer}, &rel.Field{Index: 2, Of: integer}))),
		"unnest of unnest": plan(&rel.Unnest{Input: &rel.Unnest{Input: list, Lists: []rel.Expr{col(list, 0)}}, Lists: []rel.Expr{col(list, 0)}}),
		"positional":       plan(&rel.Positional{Left: o, Right: list}),
		"sample rows":      plan(&rel.Sample{Input: o, Method: rel.ReservoirSample, Rows: &rows, Seed: &seed}),
		"sample percent":   plan(&rel.Sample{Input: o, Method: rel.BernoulliSample, Percent: 0.5}),
		"recursive": plan(&rel.Recursive{ID: 7, Base: &rel.Values{Columns: []types.Type{bigint}, Rows: [][]rel.Expr{{rel.Int(1)}}},
			Step: project(&rel.Filter{Input: working, Cond: rel.Bools(rel.Lt, col(working, 0), rel.Int(9))}, call("+", bigint, col(working, 0), rel.Int(1)))}),
		"recursive with keys": plan(&rel.Recursive{ID: 7, Distinct: true, Keys: []int{0}, Base: project(o, col(o, 0)),
			Step: project(&rel.Join{Left: working, Right: kept}, col(working, 0))}),
	}
	for kind := rel.Inner; kind <= rel.Full; kind++ {
		out["asof "+kind.String()] = plan(&rel.AsOf{Kind: kind, Left: o, Right: o, Cond: near})
	}
	return out
}

// expressions are evaluated over orders.
func expressions() map[string]rel.Expr {
	o := orders()
	n, s, w, b := col(o, 0), col(o, 2), col(o, 4), col(o, 5)
	out := map[string]rel.Expr{
		"cast":          &rel.Cast{Input: n, To: types.Of(types.UTinyInt)},
		"try cast":      &rel.Cast{Input: s, To: types.Of(types.Date), Try: true},
		"case":          &rel.Case{Whens: []rel.When{{Cond: b, Then: n}, {Cond: rel.Bool(true), Then: rel.Int(1)}}, Else: rel.Int(0), Of: bigint},
		"case no else":  &rel.Case{Whens: []rel.When{{Cond: b, Then: n}}, Of: bigint},
		"case typed":    &rel.Case{Whens: []rel.When{{Cond: b, Then: rel.Null(types.Of(types.SQLNull))}, {Cond: b, Then: n}}, Else: n, Of: bigint},
		"case typed 2":  &rel.Case{Whens: []rel.When{{Cond: b, Then: rel.Null(types.Of(types.SQLNull))}}, Of: bigint},
		"in":            &rel.In{Value: n, Options: []rel.Expr{rel.Int(1), n, rel.Null(bigint)}},
		"in nothing":    &rel.In{Value: n},
		"unknown":       call("no such:function?", types.Of(types.Bit), n, s, w),
		"no arguments":  call("random", double),
		"like":          rel.Bools("~~", s, rel.Str("a%")),
		"not like":      rel.Bools("!~~", s, rel.Str("a%")),
		"like escape":   rel.Bools("like_escape", s, rel.Str("a#%"), rel.Str("#")),
		"concat":        call("||", varchar, s, s),
		"concat fn":     call("concat", varchar, s, s, s),
		"coalesce":      call(rel.Coalesce, bigint, n, rel.Int(1), n),
		"coalesce of 1": call(rel.Coalesce, bigint, n),
		"not":           rel.Bools(rel.Not, b), "is null": rel.Bools(rel.IsNull, s), "is not null": rel.Bools(rel.IsNotNull, col(o, 6)),
		"and": rel.Bools(rel.And, b, b, rel.Bools(rel.Or, b, b)), "and of 1": rel.Bools(rel.And, b),
		"neg": call("-", bigint, n), "int division": call("//", bigint, n, n), "division": call("/", double, w, w),
		"odd division": call("/", double, n, n), "modulo": call("%", bigint, n, n), "decimal sum": call("+", types.DecimalOf(16, 2), col(o, 1), col(o, 1)),
		"decimal product": call("*", types.DecimalOf(18, 4), col(o, 1), col(o, 1)),
		"struct member":   call("struct_extract", integer, col(o, 6), rel.Str("a")),
		"mixed compare":   rel.Bools(rel.Eq, n, w), "in the past": rel.Bools(rel.Lt, col(o, 3), &rel.Literal{Of: types.Of(types.TimestampTZ), Value: int64(-1)}),
		"substring": call("substring", varchar, s, rel.Int(1), rel.Int(2)), "date_part": call("date_part", bigint, rel.Str("year"), col(o, 3)),
		"round": call("round", double, w, &rel.Literal{Of: integer, Value: int64(2)}), "sqrt": call("sqrt", double, w),
		"lambda": call("list_transform", types.ListOf(bigint), call("struct_extract", types.ListOf(varchar), col(o, 6), rel.Str("b")),
			&rel.Lambda{Params: []types.Type{varchar, bigint}, Body: call("+", bigint, n, &rel.Param{Index: 1, Of: bigint})}),
		"lambda in lambda": call("list_transform", types.ListOf(types.ListOf(varchar)), call("struct_extract", types.ListOf(varchar), col(o, 6), rel.Str("b")),
			&rel.Lambda{Params: []types.Type{varchar}, Body: call("list_filter", types.ListOf(varchar), call("struct_extract", types.ListOf(varchar), col(o, 6), rel.Str("b")),
				&rel.Lambda{Params: []types.Type{varchar}, Body: rel.Bools(rel.Gt, &rel.Param{Of: varchar}, &rel.Param{Out: 1, Of: varchar})})}),
		"row": call("row", types.StructOf(types.Field{Type: integer}, types.Field{Type: types.StructOf(types.Field{Type: varchar})}), n, s),
	}
	for _, name := range []string{rel.Eq, rel.Ne, rel.Lt, rel.Le, rel.Gt, rel.Ge, rel.DistinctFrom, rel.NotDistinctFrom} {
		out["compare "+name] = rel.Bools(name, n, rel.Int(1))
	}
	for name, l := range literals() {
		out["literal "+name] = l
	}
	for name, w := range windows() {
		out["window "+name] = w
	}
	return out
}

func literals() map[string]*rel.Literal {
	lit := func(t string, v any) *rel.Literal { return &rel.Literal{Of: types.MustParse(t), Value: v} }
	out := map[string]*rel.Literal{
		"true": rel.Bool(true), "false": rel.Bool(false), "empty string": rel.Str(""), "string": rel.Str("a\x00ü'\""),
		"tiny": lit("TINYINT", int64(-128)), "small": lit("SMALLINT", int64(32767)), "int": lit("INTEGER", int64(math.MinInt32)),
		"big": rel.Int(math.MinInt64), "utiny": lit("UTINYINT", uint64(255)), "ubig": lit("UBIGINT", uint64(math.MaxUint64)),
		"huge":  lit("HUGEINT", new(big.Int).Neg(new(big.Int).Lsh(big.NewInt(1), 127))),
		"uhuge": lit("UHUGEINT", new(big.Int).Lsh(big.NewInt(1), 127)), "bignum": lit("BIGNUM", new(big.Int).Lsh(big.NewInt(-3), 900)),
		"decimal": rel.Dec(big.NewInt(-12345), 15, 2), "wide decimal": rel.Dec(new(big.Int).Sub(new(big.Int).Exp(big.NewInt(10), big.NewInt(38), nil), big.NewInt(1)), 38, 38),
		"zero decimal": rel.Dec(new(big.Int), 4, 0),
		"float":        lit("FLOAT", float64(float32(0.1))), "double": lit("DOUBLE", 0.1), "infinity": lit("DOUBLE", math.Inf(-1)), "minus zero": lit("DOUBLE", math.Copysign(0, -1)),
		"json": lit("JSON", `{"a": 1}`), "enum": lit("ENUM('a', 'it''s')", "it's"), "uuid": lit("UUID", "7e9bf860-2355-4389-b72d-87882c4bdafc"),
		"bit": lit("BIT", "0101"), "blob": lit("BLOB", []byte{0, 255}), "empty blob": lit("BLOB", []byte{}),
		"date": lit("DATE", int64(-719162)), "infinite date": lit("DATE", int64(math.MaxInt32)), "minus infinite date": lit("DATE", int64(-math.MaxInt32)),
		"time": lit("TIME", int64(86_400_000_000)), "time ns": lit("TIME_NS", int64(1)), "timetz": lit("TIME WITH TIME ZONE", "01:02:03+05:30"),
		"ts": lit("TIMESTAMP", int64(-1)), "ts s": lit("TIMESTAMP_S", int64(1)), "ts ms": lit("TIMESTAMP_MS", int64(1)), "ts ns": lit("TIMESTAMP_NS", int64(1)),
		"ts infinite": lit("TIMESTAMP WITH TIME ZONE", int64(math.MaxInt64)),
		"interval":    lit("INTERVAL", rel.IntervalValue{Months: -14, Days: 3, Micros: -1_000_001}),
		"interval+":   lit("INTERVAL", rel.IntervalValue{Months: math.MaxInt32, Days: math.MinInt32, Micros: math.MaxInt64}),
		"interval-":   lit("INTERVAL", rel.IntervalValue{Micros: math.MinInt64}),
		"list":        lit("INTEGER[]", []any{int64(1), nil}), "empty list": lit("INTEGER[]", []any{}), "nulls": lit(`"NULL"[]`, []any{nil}),
		"list of lists": lit("INTEGER[][]", []any{[]any{}, []any{int64(1)}, nil}),
		"array":         lit("DOUBLE[2]", []any{1.5, nil}), "struct": lit(`STRUCT("a" INTEGER, "b" UBIGINT[])`, []any{int64(1), []any{uint64(7)}}),
		"map": lit("MAP(VARCHAR, INTEGER)", []any{[]any{"k", int64(1)}, []any{"l", nil}}), "empty map": lit("MAP(VARCHAR, INTEGER)", []any{}),
		"union": lit(`UNION("n" INTEGER, "s" VARCHAR)`, rel.UnionValue{Member: 1, Value: "x"}),
	}
	for _, t := range []string{"BIGINT", "DECIMAL(4,1)", `"NULL"`, "VARCHAR[]", `STRUCT("a" INTEGER)`, "ENUM('x')", "UNION(\"a\" INTEGER)", "TIME_NS", "MAP(INTEGER, BIT)"} {
		out["null "+t] = rel.Null(types.MustParse(t))
	}
	return out
}

func windows() map[string]*rel.WindowCall {
	o := orders()
	key := []rel.SortKey{{Expr: col(o, 0), Descending: true}}
	whole := rel.Frame{Unit: rel.RangeFrame, End: rel.Bound{Kind: rel.CurrentRow}}
	iv := &rel.Literal{Of: types.Of(types.Interval), Value: rel.IntervalValue{Days: 1}}
	return map[string]*rel.WindowCall{
		"row_number": {Func: "row_number", Partition: []rel.Expr{col(o, 1)}, OrderBy: key, Frame: whole, Of: bigint},
		"zero frame": {Func: "rank", OrderBy: key, Of: bigint},
		"sum": {Func: "sum", Args: []rel.Expr{col(o, 4)}, OrderBy: key, Of: double, Frame: rel.Frame{Unit: rel.RowsFrame,
			Start: rel.Bound{Kind: rel.Preceding, Offset: rel.Int(3)}, End: rel.Bound{Kind: rel.Following, Offset: rel.Int(1)}}},
		"backwards": {Func: "sum", Args: []rel.Expr{col(o, 4)}, OrderBy: key, Of: double, Frame: rel.Frame{Unit: rel.RowsFrame,
			Start: rel.Bound{Kind: rel.CurrentRow}, End: rel.Bound{Kind: rel.UnboundedFollowing}}},
		"computed offsets": {Func: "sum", Args: []rel.Expr{col(o, 4)}, OrderBy: key, Of: double, Frame: rel.Frame{
			Start: rel.Bound{Kind: rel.Preceding, Offset: iv}, End: rel.Bound{Kind: rel.Preceding, Offset: rel.Int(0)}}},
		"following": {Func: "sum", Args: []rel.Expr{col(o, 4)}, Of: double, Frame: rel.Frame{Unit: rel.GroupsFrame, Exclude: rel.ExcludeTies,
			Start: rel.Bound{Kind: rel.Following, Offset: iv}, End: rel.Bound{Kind: rel.Following, Offset: iv}}},
		"odd ends": {Func: "sum", Args: []rel.Expr{col(o, 4)}, Of: double, Frame: rel.Frame{Exclude: rel.ExcludeGroup,
			Start: rel.Bound{Kind: rel.UnboundedFollowing}, End: rel.Bound{Kind: rel.UnboundedPreceding}}},
		"all": {Func: "first_value", Args: []rel.Expr{col(o, 2)}, OrderBy: key, Frame: rel.Frame{Exclude: rel.ExcludeCurrentRow, End: rel.Bound{Kind: rel.UnboundedFollowing}},
			Distinct: true, IgnoreNulls: true, Filter: col(o, 5), ArgOrder: []rel.SortKey{{Expr: col(o, 0)}, {Expr: col(o, 1), Descending: true, NullsFirst: true},
				{Expr: col(o, 1), NullsFirst: true}, {Expr: col(o, 1), Descending: true}}, Of: varchar},
		"count": {Func: "count_star", Frame: whole, Of: bigint}, "lead": {Func: "lead", Args: []rel.Expr{col(o, 2), rel.Int(1), rel.Str("x")}, Frame: whole, Of: varchar},
	}
}

// plans are all of the above.
func plans() map[string]*rel.Plan {
	out := relations()
	for name, p := range aggregates() {
		out["aggregate "+name] = p
	}
	for name, p := range beyond() {
		out["beyond "+name] = p
	}
	for name, x := range expressions() {
		out["expression "+name] = plan(project(orders(), x))
	}
	return out
}

func TestRoundTripIsExact(t *testing.T) {
	for name, want := range plans() {
		t.Run(name, func(t *testing.T) {
			data, err := codec.Encode(want)
			if err != nil {
				t.Fatal(err)
			}
			got, err := codec.Decode(data, codec.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("came back as another plan:\n%#v\n%#v", got.Root, want.Root)
			}
			again, err := codec.Encode(got)
			if err != nil || !bytes.Equal(again, data) {
				t.Fatalf("the second encoding differs (%v)", err)
			}
			text, err := codec.EncodeJSON(want)
			if err != nil {
				t.Fatal(err)
			}
			if got, err = codec.DecodeJSON(text, codec.Options{}); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("JSON came back as another plan (%v): %s", err, text)
			}
		})
	}
}
