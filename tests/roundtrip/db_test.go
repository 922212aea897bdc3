// Package roundtrip checks that a query through the IR is the query: DuckDB's
// answer to the SQL that sqlgen renders from the plan that bound reads equals
// its answer to the SQL as written, in names, types, rows and order.
package roundtrip

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/duckdb/benchdata"
	"github.com/shoal-db/shoal/libs/substrait/bound"
	"github.com/shoal-db/shoal/libs/substrait/codec"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// now is what now() and the like are in tests.
var now = time.Date(2024, 2, 29, 23, 59, 58, 123456000, time.UTC)

type db struct {
	testing.TB
	conn *duckdb.Conn
}

// openDB opens an empty database; generators are those of benchdata.
func openDB(t testing.TB, generators ...string) *db {
	t.Helper()
	ctx := context.Background()
	engine, err := duckdb.Open(ctx, duckdb.Options{Threads: 2, AllowUnsignedExtensions: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close(ctx) })
	if len(generators) > 0 {
		if err := benchdata.Load(ctx, engine, "", generators...); err != nil {
			t.Fatal(err)
		}
	}
	conn, err := engine.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &db{t, conn}
}

// on is the database for a subtest.
func (d *db) on(t *testing.T) *db { return &db{t, d.conn} }

func (d *db) exec(sql string) {
	d.Helper()
	if _, err := d.conn.Exec(context.Background(), sql); err != nil {
		d.Fatalf("%s: %v", sql, err)
	}
}

// table is a result; rows are DuckDB's own text, with NULL told from 'NULL'.
type table struct {
	names, types []string
	rows         [][]string
}

// query runs a query and casts each column to text by its place, so that names
// that appear twice do no harm.
func (d *db) query(sql string) (*table, error) {
	ctx := context.Background()
	prepared, err := d.conn.Prepare(ctx, sql)
	if err != nil {
		return nil, err
	}
	t := &table{}
	names := make([]string, len(prepared.Columns))
	for i, c := range prepared.Columns {
		t.names, t.types = append(t.names, c.Name), append(t.types, c.Type)
		names[i] = fmt.Sprintf("k%d", i)
	}
	list := strings.Join(names, ", ")
	rows, err := d.conn.QueryRows(ctx, "SELECT "+list+" FROM ("+sql+"\n) AS q("+list+")")
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		out := make([]string, len(row))
		for i, v := range row {
			if out[i] = "NULL"; v.Valid {
				out[i] = "=" + v.Text
			}
		}
		t.rows = append(t.rows, out)
	}
	return t, nil
}

// convert is the query as a plan.
func (d *db) convert(sql string) (*rel.Plan, error) {
	ctx := context.Background()
	prepared, err := d.conn.Prepare(ctx, sql)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(prepared.Columns))
	for i, c := range prepared.Columns {
		names[i] = c.Name
	}
	planJSON, err := d.conn.QueryString(ctx, bound.Query(sql))
	if err != nil {
		return nil, err
	}
	return bound.Convert([]byte(planJSON), bound.Options{Names: names, Now: now, SQL: sql})
}

func scan(r *rel.Read) (string, error) {
	return types.QuoteIdent(r.Table[0]) + "." + types.QuoteIdent(r.Table[1]), nil
}

// ways are what may happen to a plan between reading and rendering.
var ways = map[string]func(*rel.Plan) (*rel.Plan, error){
	"as read":   func(p *rel.Plan) (*rel.Plan, error) { return asRead(p), nil },
	"optimised": func(p *rel.Plan) (*rel.Plan, error) { return optimised(p), nil },
	"substrait": func(p *rel.Plan) (*rel.Plan, error) { return overTheWire(optimised(p)) },
}

func optimised(p *rel.Plan) *rel.Plan {
	p, _ = rewrite.Optimize(p, rewrite.Options{})
	return p
}

// render is what a way makes of a plan, as SQL.
func render(p *rel.Plan, way string) (string, error) {
	p, err := ways[way](p)
	if err != nil {
		return "", err
	}
	return sqlgen.Render(p, sqlgen.Options{Scan: scan})
}

// overTheWire encodes a plan as Substrait and reads it back.
func overTheWire(p *rel.Plan) (*rel.Plan, error) {
	message, err := codec.Encode(p)
	if err != nil {
		return nil, err
	}
	return codec.Decode(message, codec.Options{})
}

// asRead changes nothing unless there are dependent joins: what they share is
// computed whole, so filters have to come first, or it is all tables' product.
func asRead(p *rel.Plan) *rel.Plan {
	dependent := false
	rel.Walk(p.Root, func(r rel.Rel) bool {
		_, is := r.(*rel.DependentJoin)
		dependent = dependent || is
		return true
	})
	if dependent || len(p.Shared) > 0 {
		return rewrite.PushFilters(rewrite.MarkToSemi(p))
	}
	return p
}

// check compares a query with its round trips. ordered queries have a total
// order.
func (d *db) check(sql string, ordered bool) {
	d.Helper()
	want, err := d.query(sql)
	if err != nil {
		d.Fatalf("%s\n%v", sql, err)
	}
	plan, err := d.convert(sql)
	if err != nil {
		d.Fatalf("%s\nconvert: %v", sql, err)
	}
	for name := range ways {
		text, err := render(plan, name)
		if err != nil {
			d.Fatalf("%s\n%s: render: %v\n%s", sql, name, err, rel.Format(plan))
		}
		got, err := d.query(text)
		if err != nil {
			d.Errorf("%s\n%s: %v\n%s", sql, name, err, text)
			continue
		}
		if diff := want.diff(got, ordered); diff != "" {
			d.Errorf("%s\n%s: %s\n%s", sql, name, diff, text)
		}
	}
}

// diff says how two results differ; "" if they do not.
func (t *table) diff(o *table, ordered bool) string {
	switch {
	case !slices.Equal(t.names, o.names):
		return fmt.Sprintf("names %q became %q", t.names, o.names)
	case !slices.Equal(t.types, o.types):
		return fmt.Sprintf("types %q became %q", t.types, o.types)
	case len(t.rows) != len(o.rows):
		return fmt.Sprintf("%d rows became %d", len(t.rows), len(o.rows))
	}
	want, got := t.rows, o.rows
	if !ordered {
		want, got = t.sorted(), o.sorted()
	}
	for i := range want {
		for k := range want[i] {
			if !equal(want[i][k], got[i][k], t.types[k]) {
				return fmt.Sprintf("row %d: %q became %q", i, want[i], got[i])
			}
		}
	}
	return ""
}

// sorted are the rows in some order in which equal floats are neighbours.
func (t *table) sorted() [][]string {
	out := slices.Clone(t.rows)
	slices.SortFunc(out, func(a, b []string) int {
		for pass := range 2 { // the floats last
			for k := range a {
				if (pass == 1) != isFloat(t.types[k]) {
					continue
				}
				if c := compare(a[k], b[k], pass == 1); c != 0 {
					return c
				}
			}
		}
		return 0
	})
	return out
}

func isFloat(t string) bool { return t == "DOUBLE" || t == "FLOAT" }

func compare(a, b string, floats bool) int {
	x, okX := number(a)
	y, okY := number(b)
	if floats && okX && okY && x != y {
		if x < y {
			return -1
		}
		return 1
	}
	return strings.Compare(a, b)
}

func number(s string) (float64, bool) {
	if !strings.HasPrefix(s, "=") {
		return 0, false
	}
	f, err := strconv.ParseFloat(s[1:], 64)
	return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
}

// equal compares cells; sums of floats depend on the order of their parts.
func equal(a, b, typ string) bool {
	if a == b {
		return true
	}
	x, okX := number(a)
	y, okY := number(b)
	return isFloat(typ) && okX && okY && math.Abs(x-y) <= 1e-9*math.Max(math.Abs(x), math.Abs(y))
}
