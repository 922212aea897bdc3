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
