package roundtrip

import (
	"fmt"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/libs/substrait/types"
	"github.com/shoal-db/shoal/tests/corpus"
)

// openOdd opens a database with the tables of the corpus.
func openOdd(t testing.TB) *db {
	t.Helper()
	d := openDB(t)
	d.exec(corpus.Tables)
	return d
}

func TestOdd(t *testing.T) {
	d := openOdd(t)
	for _, theme := range corpus.Themes() {
		for i, q := range theme.Queries {
			t.Run(fmt.Sprintf("%s/%02d", theme.Name, i+1), func(t *testing.T) { d.on(t).check(q.SQL, q.Ordered) })
		}
	}
}

func TestUnions(t *testing.T) {
	openOdd(t).check("SELECT id, un, un.n, union_tag(un) FROM x", false)
}

// TestConstantNulls: the type of a call does not depend on an argument being NULL.
func TestConstantNulls(t *testing.T) {
	d := openOdd(t)
	text, decimal := types.Of(types.Varchar), types.DecimalOf(5, 2)
	null := func(of types.Type) rel.Expr { return rel.Null(of) }
	hidden := &rel.Case{Of: text, Whens: []rel.When{{Cond: rel.Bool(true), Then: rel.Null(text)}}}
	for i, e := range []*rel.Call{
		{Func: "||", Args: []rel.Expr{rel.Str("a"), null(text)}, Of: text}, {Func: "||", Args: []rel.Expr{hidden, rel.Str("a")}, Of: text},
		{Func: "+", Args: []rel.Expr{null(decimal), null(decimal)}, Of: types.DecimalOf(6, 2)},
		{Func: "*", Args: []rel.Expr{null(decimal), null(decimal)}, Of: types.DecimalOf(10, 4)},
		{Func: "abs", Args: []rel.Expr{null(decimal)}, Of: decimal}, {Func: "list_sort", Args: []rel.Expr{null(types.ListOf(text))}, Of: types.ListOf(text)},
	} {
		sql, err := sqlgen.Expression(e)
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.query("SELECT " + sql)
		if err != nil || got.types[0] != e.Of.String() || got.rows[0][0] != "NULL" {
			t.Errorf("%d: %s: %v, %v", i, sql, got, err)
		}
	}
}
