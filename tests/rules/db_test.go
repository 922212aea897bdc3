// Package rules checks the rewrite rules against DuckDB: a plan gives the same
// rows before and after each rule. Golden files show what each rule makes of a
// query; random plans look for what nobody thought of.
package rules

import (
	"context"
	"testing"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/substrait/bound"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/libs/substrait/types"
	"github.com/shoal-db/shoal/services/portal/binder"
	"github.com/shoal-db/shoal/tests/oracle"
)

// schema has a little of everything that rules get wrong: NULLs, NaN, empty
// strings, duplicates, keys that match several rows or none, an empty table.
var schema = []string{
	`CREATE TABLE t (i INTEGER, b BIGINT, f DOUBLE, s VARCHAR, o BOOLEAN)`,
	`INSERT INTO t VALUES (1, 1, 1.0, 'a', true), (1, 2, 'nan', 'b', false), (2, 2, 2.5, '', NULL), (NULL, 3, 0.0, NULL, true),
		(3, NULL, NULL, 'c', false), (2, 1, 'inf', 'a', true), (2, 1, 'inf', 'a', true), (NULL, NULL, NULL, NULL, NULL), (5, 5, 5.0, 'e', false)`,
	`CREATE TABLE u (i INTEGER, b BIGINT, f DOUBLE, s VARCHAR, o BOOLEAN)`,
	`INSERT INTO u VALUES (1, 2, 1.0, 'a', true), (2, 2, 'nan', 'b', NULL), (3, 4, 0.0, 'a', false), (3, 4, 0.0, 'a', false),
		(NULL, 1, 2.5, '', true), (4, NULL, NULL, NULL, NULL), (NULL, NULL, 'nan', 'c', false)`,
	`CREATE TABLE k (i INTEGER PRIMARY KEY, s VARCHAR, n BIGINT)`,
	`INSERT INTO k VALUES (1, 'a', 10), (2, 'b', 20), (3, 'c', NULL), (4, 'a', 40)`,
	`CREATE TABLE none (i INTEGER, s VARCHAR)`,
}

type db struct {
	conn   *duckdb.Conn
	binder *binder.Binder
}

// nothing is a catalog without tables.
type nothing struct{}

func (nothing) Version() int64         { return 1 }
func (nothing) Tables() []binder.Table { return nil }

func open(t testing.TB) *db {
	t.Helper()
	ctx := context.Background()
	engine, err := duckdb.Open(ctx, duckdb.Options{Threads: 1, AllowUnsignedExtensions: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close(ctx) })
	conn, err := engine.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	for _, sql := range schema {
		if _, err := conn.Exec(ctx, sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	b, err := binder.Open(ctx, binder.Options{Source: func() binder.Catalog { return nothing{} }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(ctx) })
	return &db{conn, b}
}

// bind is an SQL query as a plan.
func (d *db) bind(t testing.TB, sql string) *rel.Plan {
	t.Helper()
	ctx := context.Background()
	prepared, err := d.conn.Prepare(ctx, sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	names := make([]string, len(prepared.Columns))
	for i, c := range prepared.Columns {
		names[i] = c.Name
	}
	planJSON, err := d.conn.QueryString(ctx, bound.Query(sql))
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	plan, err := bound.Convert([]byte(planJSON), bound.Options{Names: names, SQL: sql})
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return plan
}

// query gives an SQL query's rows.
func (d *db) query(sql string) (*oracle.Result, error) {
	stream, err := d.conn.Query(context.Background(), sql)
	if err != nil {
		return nil, err
	}
	return oracle.Read(stream)
}

// run gives a plan's rows, and its SQL.
func (d *db) run(p *rel.Plan) (*oracle.Result, string, error) {
	sql, err := sqlgen.Render(p, sqlgen.Options{Scan: scan})
	if err != nil {
		return nil, "", err
	}
	out, err := d.query(sql)
	return out, sql, err
}

func scan(r *rel.Read) (string, error) { return types.QuoteIdent(r.Table[len(r.Table)-1]), nil }

// options are those that every rule can work with.
func (d *db) options() rewrite.Options {
	return rewrite.Options{Tables: whereabouts, Evaluate: func(exprs []rel.Expr) ([]*rel.Literal, error) {
		return d.binder.Evaluate(context.Background(), exprs)
	}}
}

// whereabouts cuts t and u along their columns b; the others are reference
// tables.
func whereabouts(r *rel.Read) (rewrite.Table, bool) {
	switch r.Table[len(r.Table)-1] {
	case "t", "u":
		return rewrite.Table{Axis: "main", BlockColumn: "b", Rows: 1000}, true
	}
	return rewrite.Table{Rows: 10}, true
}

// rule is the rule of a name.
func rule(t testing.TB, name string) rewrite.Rule {
	t.Helper()
	for _, r := range rewrite.Rules() {
		if r.Name == name {
			return r
		}
	}
	t.Fatalf("there is no rule %q", name)
	return rewrite.Rule{}
}
