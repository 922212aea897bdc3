package sqlgen

import (
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// DuckDB 1.5.4 joins tables that are only said to be different, or to have equal text of a few values,
// before those with equal keys, which is most of their product, if it thinks that it has few rows.
func TestKeysOrderJoins(t *testing.T) {
	read := func(name string) rel.Rel {
		return &rel.Read{Table: []string{"d", name}, Columns: []rel.Column{{Name: "k", Type: types.Of(types.BigInt)}, {Name: "v", Type: types.Of(types.BigInt)},
			{Name: "s", Type: types.Of(types.Varchar)}}}
	}
	field := func(i int) rel.Expr { return &rel.Field{Index: i, Of: types.Of(types.BigInt)} }
	two := &rel.Join{Kind: rel.Inner, Left: read("a"), Right: read("b"),
		Cond: rel.Bools(rel.And, rel.Bools(rel.Eq, field(0), field(3)), rel.Bools(rel.Ne, field(1), field(4)))}
	three := func(kind rel.JoinKind, conds ...rel.Expr) rel.Rel {
		return &rel.Join{Kind: kind, Left: two, Right: read("c"), Cond: rel.Conjunction(conds)}
	}
	equal, different := rel.Bools(rel.Eq, field(3), field(6)), rel.Bools(rel.Ne, field(1), field(7))
	text := func(i int) rel.Expr { return &rel.Field{Index: i, Of: types.Of(types.Varchar)} }
	here, there := rel.Bools(rel.Eq, text(5), text(8)), rel.Bools(rel.Eq, text(2), text(8))
	for _, c := range []struct {
		root rel.Rel
		want string
	}{
		{two, `ON ((t1."k" = t2."k") AND (t1."v" <> t2."v"))`},
		{three(rel.Inner, equal, different), `ON ((t2."k" = t3."k") AND COALESCE((t1."v" <> t3."v"), FALSE))`},
		{three(rel.Inner, equal, here), `ON ((t2."k" = t3."k") AND (t2."s" = t3."s"))`},
		{three(rel.Inner, equal, there), `ON ((t2."k" = t3."k") AND COALESCE((t1."s" = t3."s"), FALSE))`},
		{three(rel.Inner, there), `ON (t1."s" = t3."s")`},
		{three(rel.Inner, different), `ON (t1."v" <> t3."v")`},
		{three(rel.Left, equal, different), `ON ((t2."k" = t3."k") AND (t1."v" <> t3."v"))`},
	} {
		names := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"}[:len(c.root.Types())]
		sql, err := Render(&rel.Plan{Root: c.root, Names: names}, Options{Scan: func(r *rel.Read) (string, error) { return r.Table[1], nil }})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(sql, c.want) {
			t.Errorf("%s is not in %s", c.want, sql)
		}
	}
}
