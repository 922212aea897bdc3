package planning

import (
	"math/big"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Columns of the table that the conditions are about.
var (
	n  = &rel.Field{Index: 0, Of: types.Of(types.BigInt)}
	d  = &rel.Field{Index: 1, Of: types.Of(types.Date)}
	ts = &rel.Field{Index: 2, Of: types.Of(types.Timestamp)}
	s  = &rel.Field{Index: 3, Of: types.Of(types.Varchar)}
	f  = &rel.Field{Index: 4, Of: types.Of(types.Double)}
	b  = &rel.Field{Index: 5, Of: types.Of(types.Boolean)}
)

func date(days int64) *rel.Literal { return &rel.Literal{Of: types.Of(types.Date), Value: days} }
func stamp(micros int64) *rel.Literal {
	return &rel.Literal{Of: types.Of(types.Timestamp), Value: micros}
}
func call(of types.ID, name string, args ...rel.Expr) *rel.Call {
	return &rel.Call{Func: name, Args: args, Of: types.Of(of)}
}
func cast(e rel.Expr, to types.Type) *rel.Cast { return &rel.Cast{Input: e, To: to} }

func TestPredicate(t *testing.T) {
	const day = int64(microsPerDay)
	unknown := call(types.Boolean, "regexp_matches", s, rel.Str("x"))
	for _, c := range []struct {
		name string
		cond rel.Expr
		want string
	}{
		{"nothing", nil, "true"},
		{"compare", rel.Bools(rel.Lt, n, rel.Int(5)), "#0 < 5"},
		{"literal on the left", rel.Bools(rel.Ge, rel.Int(5), n), "#0 <= 5"},
		{"NULL", rel.Bools(rel.Eq, n, rel.Null(n.Of)), "#0 = NULL"},
		{"not understood", unknown, "?"},
		{"or keeps what is not understood", rel.Bools(rel.Or, rel.Bools(rel.Eq, n, rel.Int(1)), unknown), "(#0 = 1 OR ?)"},
		{"not", rel.Bools(rel.Not, rel.Bools(rel.Eq, n, rel.Int(1))), "NOT #0 = 1"},
		{"a boolean column", b, "#5 = true"},
		{"a literal", rel.Bool(false), "false"},
		{"a NULL literal", rel.Null(types.Of(types.Boolean)), "NULL"},
		{"in", &rel.In{Value: n, Options: []rel.Expr{rel.Int(1), rel.Null(n.Of)}}, "#0 IN (1, NULL)"},
		{"in with a column", &rel.In{Value: n, Options: []rel.Expr{rel.Int(1), n}}, "?"},
		{"is null", rel.Bools(rel.IsNull, n), "#0 IS NULL"},
		{"is null of an expression", rel.Bools(rel.IsNull, call(types.BigInt, "+", n, rel.Int(1))), "?"},
		{"not distinct", rel.Bools(rel.NotDistinctFrom, rel.Int(3), n), "#0 IS NOT DISTINCT FROM 3"},
		{"a wider column", rel.Bools(rel.Ge, cast(n, types.DecimalOf(20, 1)), rel.Dec(big.NewInt(15), 20, 1)), "#0 >= 1.5"},
		{"a column that tries", rel.Bools(rel.Eq, &rel.Cast{Input: s, To: types.Of(types.BigInt), Try: true}, rel.Int(1)), "?"},
		{"a column that is parsed", rel.Bools(rel.Eq, cast(s, types.Of(types.BigInt)), rel.Int(1)), "?"},
		{"a column that loses digits", rel.Bools(rel.Eq, cast(f, types.Of(types.BigInt)), rel.Int(1)), "?"},
		{"plus", rel.Bools(rel.Gt, call(types.BigInt, "+", n, rel.Int(2)), rel.Int(5)), "#0 > 3"},
		{"minus", rel.Bools(rel.Gt, call(types.BigInt, "-", n, rel.Int(2)), rel.Int(5)), "#0 > 7"},
		{"from a constant", rel.Bools(rel.Gt, call(types.BigInt, "-", rel.Int(2), n), rel.Int(5)), "#0 < -3"},
		{"beyond 64 bits", rel.Bools(rel.Gt, call(types.BigInt, "-", n, rel.Int(1<<62)), rel.Int(1<<62)), "#0 > 9223372036854775808"},
		{"times", rel.Bools(rel.Gt, call(types.BigInt, "*", n, rel.Int(2)), rel.Int(5)), "?"},
		{"plus on floats", rel.Bools(rel.Gt, call(types.Double, "+", f, &rel.Literal{Of: f.Of, Value: 1.0}), &rel.Literal{Of: f.Of, Value: 5.0}), "?"},
		{"a date as timestamp, before noon", rel.Bools(rel.Lt, cast(d, ts.Of), stamp(day+day/2)), "#1 < '1970-01-02 12:00:00'"},
		{"a date as noon", rel.Bools(rel.Eq, cast(d, ts.Of), stamp(day/2)), "#1 = '1970-01-01 12:00:00'"},
		{"a date among timestamps", &rel.In{Value: cast(d, ts.Of), Options: []rel.Expr{stamp(day)}}, "#1 IN ('1970-01-02 00:00:00')"},
		{"a finer timestamp", rel.Bools(rel.DistinctFrom, cast(ts, types.Of(types.TimestampNS)), &rel.Literal{Of: types.Of(types.TimestampNS), Value: int64(0)}),
			"#2 IS DISTINCT FROM '1970-01-01 00:00:00'"},
		{"a coarser timestamp", rel.Bools(rel.Eq, cast(ts, types.Of(types.TimestampS)), &rel.Literal{Of: types.Of(types.TimestampS), Value: int64(0)}), "?"},
		{"a timestamp's day", rel.Bools(rel.Eq, cast(ts, d.Of), date(1)), "(#2 >= '1970-01-02 00:00:00' AND #2 < '1970-01-03 00:00:00')"},
		{"up to a timestamp's day", rel.Bools(rel.Le, cast(ts, d.Of), date(1)), "#2 < '1970-01-03 00:00:00'"},
		{"after a timestamp's day", rel.Bools(rel.Gt, cast(ts, d.Of), date(1)), "#2 >= '1970-01-03 00:00:00'"},
		{"an infinite day", rel.Bools(rel.Gt, cast(ts, d.Of), date(1<<31-1)), "?"},
		{"a timestamp as one with a zone", rel.Bools(rel.Gt, cast(ts, types.Of(types.TimestampTZ)), &rel.Literal{Of: types.Of(types.TimestampTZ), Value: day}), "#2 > '1970-01-02 00:00:00'"},
		{"like", rel.Bools("~~", s, rel.Str("ab%c_")), "(#3 >= 'ab' AND ? AND #3 < 'ac')"},
		{"like without a start", rel.Bools("~~", s, rel.Str("%ab")), "?"},
	} {
		if got := predicate(c.cond, func(i int) int { return i }).String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}
