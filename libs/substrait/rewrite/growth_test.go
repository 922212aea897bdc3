package rewrite

import (
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

func textCall(name string, args ...rel.Expr) rel.Expr {
	return &rel.Call{Func: name, Args: args, Of: types.Of(types.Varchar)}
}

func TestFoldable(t *testing.T) {
	x, text := rel.Str("x"), rel.Str(strings.Repeat("x", 2<<20))
	for _, c := range []struct {
		name     string
		e        rel.Expr
		foldable bool
		absurd   bool
	}{
		{"a short text", textCall("repeat", x, rel.Int(1000)), true, false},
		{"a long text", textCall("repeat", x, rel.Int(2_000_000)), false, false},
		{"an absurd text", textCall("repeat", x, rel.Int(4_000_000_000)), false, true},
		{"nested", textCall("repeat", textCall("repeat", x, rel.Int(100_000)), rel.Int(100_000)), false, true},
		{"within", textCall("length", textCall("repeat", x, rel.Int(4_000_000_000))), false, false},
		{"a cast count", textCall("repeat", x, &rel.Cast{Input: rel.Int(4_000_000_000), To: types.Of(types.HugeInt)}), false, true},
		{"a negative count", textCall("repeat", x, rel.Int(-5)), true, false},
		{"nothing", textCall("repeat", &rel.Literal{Of: types.Of(types.Varchar)}, rel.Int(4_000_000_000)), false, false},
		{"padded", textCall("lpad", x, rel.Int(2_000_000_000), x), false, true},
		{"a series", textCall("range", rel.Int(1_000_000_000)), false, true},
		{"a series downwards", textCall("range", rel.Int(1_000_000_000), rel.Int(0), rel.Int(-1)), false, true},
		{"no series", textCall("range", rel.Int(1_000_000_000), rel.Int(0)), true, false},
		{"a long text that is written", textCall("upper", text), true, false},
		{"its square", textCall("levenshtein", text, text), false, false},
		{"short squares", textCall("levenshtein", rel.Str("duck"), rel.Str("luck")), true, false},
		{"deep", deep(50, x), true, false},
		{"one argument too few", textCall("repeat", x), true, false},
	} {
		if got := cheap(c.e); got != c.foldable {
			t.Errorf("%s: foldable is %v", c.name, got)
		}
		if why := absurdity(c.e); (why != "") != c.absurd {
			t.Errorf("%s: %q", c.name, why)
		}
	}
}

func deep(n int, e rel.Expr) rel.Expr {
	for range n {
		e = textCall("lower", e)
	}
	return e
}

// TestFoldAbsurd has what is absurd raise its error where it stands, and never be evaluated.
func TestFoldAbsurd(t *testing.T) {
	length := &rel.Call{Func: "length", Args: []rel.Expr{textCall("repeat", rel.Str("x"), rel.Int(4_000_000_000))}, Of: types.Of(types.BigInt)}
	sum := &rel.Call{Func: "+", Args: []rel.Expr{rel.Int(1), rel.Int(2)}, Of: types.Of(types.BigInt)}
	zero := rel.Int(0)
	plan := &rel.Plan{Names: []string{"a", "b"}, Root: &rel.Project{
		Input: &rel.Values{Columns: []types.Type{zero.Of}, Rows: [][]rel.Expr{{zero}}}, Exprs: []rel.Expr{length, sum},
	}}
	out := FoldConstants(plan, func(exprs []rel.Expr) ([]*rel.Literal, error) {
		if len(exprs) != 1 || exprs[0] != rel.Expr(sum) {
			t.Errorf("%d expressions are evaluated", len(exprs))
		}
		return []*rel.Literal{rel.Int(3)}, nil
	})
	exprs := out.Root.(*rel.Project).Exprs
	if l, ok := exprs[1].(*rel.Literal); !ok || l.Value != int64(3) {
		t.Errorf("the sum is %v", exprs[1])
	}
	cast, ok := exprs[0].(*rel.Call).Args[0].(*rel.Cast)
	if !ok || cast.Input.(*rel.Call).Func != "error" {
		t.Errorf("the text is %v", exprs[0])
	}
}
