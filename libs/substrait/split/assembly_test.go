package split

import (
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// TestEqualitiesAreJoinedFirst: what something else than an equality connects is joined after what one does.
func TestEqualitiesAreJoinedFirst(t *testing.T) {
	less := func(a, b int) rel.Expr { return rel.Bools(rel.Lt, f(a), f(b)) }
	sum := &rel.Call{Func: "+", Args: []rel.Expr{f(0), f(2)}, Of: bigint}
	have, rest := assembly{columns: []int{0}}, []assembly{{columns: []int{1}}, {columns: []int{2}}, {columns: []int{3}}}
	for _, c := range []struct {
		name  string
		conds []rel.Expr
		want  int
	}{
		{"no condition", nil, 0},
		{"an inequality", []rel.Expr{less(3, 0)}, 2},
		{"an equality after an inequality", []rel.Expr{less(1, 0), eq(2, 0)}, 1},
		{"one of NULLs", []rel.Expr{less(1, 0), same(0, 3)}, 2},
		{"one of others", []rel.Expr{less(2, 0), eq(1, 3)}, 1},
		{"one of three", []rel.Expr{less(2, 0), rel.Bools(rel.Eq, f(0), sum)}, 1},
		{"one whose sides are not apart", []rel.Expr{rel.Bools(rel.Eq, f(2), sum), less(1, 0), eq(3, 0)}, 2},
	} {
		if got := nextJoined(have, rest, c.conds, make([]bool, len(c.conds))); got != c.want {
			t.Errorf("%s: part %d is next, want %d", c.name, got, c.want)
		}
	}
}
