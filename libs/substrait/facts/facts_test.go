package facts_test

import (
	"fmt"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/rel/samples"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

func yes(*rel.Reference) bool { return true }

// asked are the facts that hold of no relation that has other rows each time.
var asked = map[string]func(rel.Rel) bool{
	"stable":     func(r rel.Rel) bool { return facts.Stable(r, yes) },
	"exact":      func(r rel.Rel) bool { return facts.Exact(r, yes) },
	"repeatable": func(r rel.Rel) bool { return facts.Repeatable(r, yes) },
}

// hidden are expressions that change, each in another part of another kind of expression.
func hidden(t types.Type) []rel.Expr {
	out := []rel.Expr{samples.Volatile(t)}
	as := func(e rel.Expr) rel.Expr { return &rel.Cast{Input: e, To: t} }
	for _, e := range samples.Expressions() {
		for i, c := range e.Children() {
			children := append([]rel.Expr{}, e.Children()...)
			children[i] = samples.Volatile(c.Type())
			out = append(out, as(e.WithChildren(children)))
		}
		if s, ok := e.(*rel.Subquery); ok {
			in := &rel.Filter{Input: s.Input, Cond: samples.Volatile(types.Of(types.Boolean))}
			out = append(out, as(&rel.Subquery{Kind: s.Kind, Left: s.Left, Input: &rel.SetOp{Rels: []rel.Rel{s.Input, in, s.Input}}, Of: s.Of}))
		}
	}
	return out
}

// within puts r, of two columns, into each place of each kind of relation, with steady relations beside it.
func within(r rel.Rel) map[string]rel.Rel {
	out := map[string]rel.Rel{"itself": r}
	for _, s := range samples.Relations() {
		inputs := s.Rel.Inputs()
		for i := range inputs {
			next := append([]rel.Rel{}, inputs...)
			next[i] = r
			out[fmt.Sprintf("input %d of %s", i, s.Name)] = s.Rel.WithInputs(next)
		}
	}
	return out
}

// In whichever part of whichever relation an expression changes, wherever that relation stands, and
// whatever stands before and behind it, each fact knows.
func TestWhatChangesIsFound(t *testing.T) {
	tried := 0
	for _, s := range samples.Relations() {
		exprs := s.Rel.Expressions()
		for i, e := range exprs {
			for _, changing := range hidden(e.Type()) {
				next := append([]rel.Expr{}, exprs...)
				next[i] = changing
				found := s.Rel.WithExpressions(next)
				for where, r := range within(found) {
					for fact, is := range asked {
						tried++
						if is(r) {
							t.Errorf("%s of %s, as %s, is said to be %s:\n%s", rel.FormatExpr(changing), s.Name, where, fact, rel.FormatRel(r))
						}
					}
				}
				if t.Failed() {
					return
				}
			}
		}
	}
	if tried < 10_000 {
		t.Errorf("%d relations were tried", tried)
	}
}

// What is steady by itself is so, and what chooses rows freely is found wherever it stands.
func TestWhatChoosesIsFound(t *testing.T) {
	none := func(*rel.Reference) bool { return false }
	for _, s := range samples.Relations() {
		if got := facts.Stable(s.Rel, none); got != s.Steady {
			t.Errorf("%s is stable: %v", s.Name, got)
		}
		if facts.Repeatable(s.Rel, none) && !facts.Exact(s.Rel, none) || facts.Exact(s.Rel, none) && !facts.Stable(s.Rel, none) {
			t.Errorf("%s: what is repeatable is exact, and what is exact is stable", s.Name)
		}
		if s.Steady {
			continue
		}
		for where, r := range within(s.Rel) {
			if facts.Stable(r, none) {
				t.Errorf("%s, as %s, is said to be stable:\n%s", s.Name, where, rel.FormatRel(r))
			}
		}
	}
}

// Each part of an expression counts.
func TestExpressions(t *testing.T) {
	for _, e := range hidden(types.Of(types.BigInt)) {
		for name, is := range map[string]func(rel.Expr) bool{"deterministic": facts.Deterministic, "movable": facts.Movable, "constant": facts.Constant, "foldable": facts.Foldable} {
			if is(e) {
				t.Errorf("%s is said to be %s", rel.FormatExpr(e), name)
			}
		}
	}
	raises := &rel.Call{Func: "error", Args: []rel.Expr{rel.Str("no")}, Of: types.Of(types.BigInt)}
	now := &rel.Call{Func: "now", Of: types.Of(types.TimestampTZ)}
	unknown := &rel.Call{Func: "what_is_this", Of: types.Of(types.BigInt)}
	for _, c := range []struct {
		of                               rel.Expr
		deterministic, movable, foldable bool
	}{
		{nil, true, true, true}, {rel.Int(1), true, true, true}, {raises, true, false, false}, {now, false, false, true}, {unknown, false, false, false},
	} {
		if got := facts.Deterministic(c.of); got != c.deterministic {
			t.Errorf("%v is deterministic: %v", c.of, got)
		}
		if got := facts.Movable(c.of); got != c.movable {
			t.Errorf("%v is movable: %v", c.of, got)
		}
		if c.of != nil && facts.Foldable(c.of) != c.foldable {
			t.Errorf("%v is foldable: %v", c.of, !c.foldable)
		}
	}
}

func field(i int, t types.ID) rel.Expr { return &rel.Field{Index: i, Of: types.Of(t)} }

// The cases that decide in between.
func TestStable(t *testing.T) {
	in := samples.Table()
	aggregate := func(f string, of types.ID) rel.Rel {
		return &rel.Aggregate{Input: in, Groups: []rel.Expr{field(1, types.BigInt)}, Measures: []rel.Measure{{Func: f, Args: []rel.Expr{field(0, of)}, Type: types.Of(of)}}}
	}
	window := func(w rel.WindowCall) rel.Rel {
		w.Of, w.Frame.Start.Kind = types.Of(types.BigInt), rel.UnboundedPreceding
		return &rel.Project{Input: in, Exprs: []rel.Expr{&w}}
	}
	by := []rel.SortKey{{Expr: field(0, types.BigInt)}}
	rows := rel.Frame{Unit: rel.RowsFrame, End: rel.Bound{Kind: rel.CurrentRow}}
	one := &rel.Aggregate{Input: in, Measures: []rel.Measure{{Func: "count_star", Type: types.Of(types.BigInt)}}}
	first := rel.Measure{Func: "first", Args: []rel.Expr{field(0, types.BigInt)}, Type: types.Of(types.BigInt)}
	subquery := func(in rel.Rel) rel.Rel {
		all := &rel.Aggregate{Input: in, Measures: []rel.Measure{first, {Func: "count_star", Type: types.Of(types.BigInt)}}}
		fail := &rel.Call{Func: "error", Args: []rel.Expr{rel.Str("two")}, Of: types.Of(types.BigInt)}
		return &rel.Project{Input: all, Exprs: []rel.Expr{&rel.Case{Of: types.Of(types.BigInt), Else: field(0, types.BigInt),
			Whens: []rel.When{{Cond: rel.Bools(rel.Gt, field(1, types.BigInt), rel.Int(1)), Then: fail}}}}}
	}
	for _, c := range []struct {
		name          string
		of            rel.Rel
		stable, exact bool
	}{
		{"a sum of integers", aggregate("sum", types.BigInt), true, true},
		{"a sum of floats", aggregate("sum", types.Double), true, false},
		{"a variance", aggregate("variance", types.BigInt), true, false},
		{"a histogram", aggregate("histogram", types.BigInt), true, true},
		{"the last of a group", aggregate("last", types.BigInt), false, false},
		{"a list, by another name", aggregate("array_agg", types.BigInt), false, false},
		{"what is not known", aggregate("what_is_this", types.BigInt), false, false},
		{"the first of one row", &rel.Aggregate{Input: one, Measures: []rel.Measure{first}}, true, true},
		{"a scalar subquery", subquery(in), true, true},
		{"a scalar subquery over a sample", subquery(&rel.Sample{Input: in, Percent: 5}), false, false},
		{"a rank", window(rel.WindowCall{Func: "rank", OrderBy: by}), true, true},
		{"a row's number", window(rel.WindowCall{Func: "row_number", OrderBy: by}), false, false},
		{"a sum over peers", window(rel.WindowCall{Func: "sum", Args: []rel.Expr{field(0, types.BigInt)}, OrderBy: by, Frame: rel.Frame{End: rel.Bound{Kind: rel.CurrentRow}}}), true, true},
		{"a sum of floats over peers", window(rel.WindowCall{Func: "sum", Args: []rel.Expr{field(0, types.Double)}, OrderBy: by, Frame: rel.Frame{End: rel.Bound{Kind: rel.CurrentRow}}}), true, false},
		{"a sum over rows", window(rel.WindowCall{Func: "sum", Args: []rel.Expr{field(0, types.BigInt)}, OrderBy: by, Frame: rows}), false, false},
		{"a sum over rows of no order", window(rel.WindowCall{Func: "sum", Args: []rel.Expr{field(0, types.BigInt)}, Frame: rows}), false, false},
		{"a limit of no rows' order", &rel.Fetch{Input: &rel.Sort{Input: in, Keys: by}, Count: rel.Int(3)}, false, false},
		{"a limit of one row", &rel.Fetch{Input: one, Count: rel.Int(3)}, true, true},
	} {
		if got := facts.Stable(c.of, nil); got != c.stable {
			t.Errorf("%s is stable: %v", c.name, got)
		}
		if got := facts.Exact(c.of, nil); got != c.exact {
			t.Errorf("%s is exact: %v", c.name, got)
		}
	}
	if facts.Stable(&rel.Reference{}, nil) || !facts.Stable(&rel.Reference{}, yes) {
		t.Error("a reference is as stable as its subtree is said to be")
	}
}
