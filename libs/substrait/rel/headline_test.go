package rel

import (
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/types"
)

func TestHeadline(t *testing.T) {
	big64 := types.Of(types.BigInt)
	read := &Read{Table: []string{"d", "t"}, Columns: []Column{{"a", big64}}}
	a := &Field{0, big64}
	long := &In{Value: a}
	for range 10 * maxHeadline {
		long.Options = append(long.Options, Int(1))
	}
	for _, c := range []struct {
		rel  Rel
		want string
	}{
		{&Filter{Input: read, Cond: Bools(IsNull, a)}, "filter is_null($0)"},
		{&Filter{Input: read, Cond: long}, "filter …"},
		{&Read{Table: read.Table, Columns: read.Columns, Filter: long}, "read d.t …"},
		{&Join{Kind: LeftAnti, Left: read, Right: read, Cond: long}, "anti join …"},
		{&Aggregate{Input: read, Measures: []Measure{{Func: "count", Args: []Expr{a}, Filter: long, Type: big64}}}, "aggregate …"},
		{&Sort{Input: read, Keys: []SortKey{{Expr: long}}}, "sort …"},
	} {
		if got := Headline(c.rel); got != c.want {
			t.Errorf("%q instead of %q", got, c.want)
		}
	}
}
