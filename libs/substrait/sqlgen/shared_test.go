package sqlgen

import (
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// A subplan's rows are a stream: reading a shared one twice needs a copy.
func TestSharedSubplansAreMaterialized(t *testing.T) {
	column := []rel.Column{{Name: "c0", Type: types.Of(types.BigInt)}}
	for _, c := range []struct {
		table        []string
		materialized bool
	}{{[]string{rel.SubplanTable, "0"}, true}, {[]string{"d", "t"}, false}} {
		ref := &rel.Reference{Columns: []types.Type{column[0].Type}}
		plan := &rel.Plan{
			Shared: []rel.Rel{&rel.Read{Table: c.table, Columns: column}},
			Root:   &rel.SetOp{Kind: rel.UnionAll, Rels: []rel.Rel{ref, ref}}, Names: []string{"n"},
		}
		sql, err := Render(plan, Options{Scan: func(*rel.Read) (string, error) { return "x", nil }})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(sql, "AS MATERIALIZED"); got != c.materialized {
			t.Errorf("%q: materialized is %v in %s", c.table, got, sql)
		}
	}
}

// What may have other rows each time is computed once, wherever in the subtree the reason stands.
func TestSharedSubtreesThatChangeAreMaterialized(t *testing.T) {
	bigint := types.Of(types.BigInt)
	table := func(filter rel.Expr) rel.Rel {
		return &rel.Read{Table: []string{"d", "t"}, Columns: []rel.Column{{Name: "n", Type: bigint}}, Filter: filter}
	}
	field := &rel.Field{Of: bigint}
	random := &rel.Call{Func: "random", Of: types.Of(types.Double)}
	volatile := rel.Bools(rel.Lt, random, random)
	list := &rel.Call{Func: "repeat", Args: []rel.Expr{random}, Of: types.ListOf(bigint)}
	count := rel.Measure{Func: "count_star", Filter: volatile, Type: bigint}
	sample := &rel.Sample{Input: table(nil), Percent: 50}
	for name, r := range map[string]rel.Rel{
		"read":       table(volatile),
		"values":     &rel.Values{Columns: []types.Type{bigint}, Rows: [][]rel.Expr{{rel.Int(1)}, {&rel.Cast{Input: random, To: bigint}}}},
		"filter":     &rel.Filter{Input: table(nil), Cond: volatile},
		"project":    &rel.Project{Input: table(nil), Exprs: []rel.Expr{&rel.Cast{Input: random, To: bigint}}},
		"group":      &rel.Aggregate{Input: table(nil), Groups: []rel.Expr{&rel.Cast{Input: random, To: bigint}}},
		"measure":    &rel.Aggregate{Input: table(nil), Measures: []rel.Measure{count}},
		"unnest":     &rel.Project{Input: &rel.Unnest{Input: table(nil), Lists: []rel.Expr{list}}, Exprs: []rel.Expr{field}},
		"join":       &rel.Join{Kind: rel.LeftSemi, Left: table(nil), Right: table(nil), Cond: volatile},
		"sample":     sample,
		"reference":  &rel.Reference{Ordinal: 0, Columns: []types.Type{bigint}},
		"subquery":   &rel.Filter{Input: table(nil), Cond: &rel.Subquery{Kind: rel.ExistsSubquery, Input: sample, Of: types.Of(types.Boolean)}},
		"positional": &rel.Project{Input: &rel.Positional{Left: table(nil), Right: table(nil)}, Exprs: []rel.Expr{field}},
	} {
		// Steady siblings before and after it change nothing.
		body := &rel.SetOp{Kind: rel.UnionAll, Rels: []rel.Rel{table(rel.Bool(true)), r, table(rel.Bool(true))}}
		ref := &rel.Reference{Ordinal: 1, Columns: []types.Type{bigint}}
		plan := &rel.Plan{
			Shared: []rel.Rel{sample, body}, Names: []string{"n"},
			Root: &rel.SetOp{Kind: rel.UnionAll, Rels: []rel.Rel{ref, ref}},
		}
		sql, err := Render(plan, Options{Scan: func(*rel.Read) (string, error) { return "x", nil }})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !strings.Contains(sql, "AS MATERIALIZED") {
			t.Errorf("%s: may be computed twice in %s", name, sql)
		}
	}
}
