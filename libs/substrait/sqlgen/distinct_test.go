package sqlgen

import (
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// IS DISTINCT FROM a constant under OR loses rows of Parquet files in DuckDB 1.5.4.
func TestDistinctFromConstantsIsNotSaid(t *testing.T) {
	n := rel.Column{Name: "n", Type: types.Of(types.BigInt)}
	field := &rel.Field{Of: n.Type}
	for _, c := range []struct {
		cond rel.Expr
		want string
	}{
		{rel.Bools(rel.DistinctFrom, field, rel.Int(5)), `COALESCE((t1."n" <> 5), true)`},
		{rel.Bools(rel.DistinctFrom, rel.Int(5), field), `COALESCE((5 <> t1."n"), true)`},
		{rel.Bools(rel.NotDistinctFrom, field, rel.Int(5)), `COALESCE((t1."n" = 5), false)`},
		{rel.Bools(rel.DistinctFrom, field, rel.Null(n.Type)), `IS DISTINCT FROM`},
		{rel.Bools(rel.NotDistinctFrom, field, field), `IS NOT DISTINCT FROM`},
	} {
		plan := &rel.Plan{Root: &rel.Filter{Input: &rel.Read{Table: []string{"d", "t"}, Columns: []rel.Column{n}}, Cond: c.cond}, Names: []string{"n"}}
		sql, err := Render(plan, Options{Scan: func(*rel.Read) (string, error) { return "x", nil }})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(sql, c.want) {
			t.Errorf("%s is not in %s", c.want, sql)
		}
	}
}
