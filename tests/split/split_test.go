// Package split checks that a plan in parts answers what it does as a whole:
// each fragment runs over groups of pieces, one after the other, in the one
// DuckDB that has all data, and the merge plan over what they gave.
package split

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/duckdb/benchdata"
	"github.com/shoal-db/shoal/libs/substrait/bound"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
	"github.com/shoal-db/shoal/libs/substrait/split"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/tests/oracle"
)

// blockColumns are the chunked tables; all others are reference tables.
var blockColumns = map[string]string{
	"orders": "o_orderkey", "lineitem": "l_orderkey",
	"store_sales": "ss_sold_date_sk", "store_returns": "sr_returned_date_sk", "catalog_sales": "cs_sold_date_sk",
	"catalog_returns": "cr_returned_date_sk", "web_sales": "ws_sold_date_sk", "web_returns": "wr_returned_date_sk",
	"inventory": "inv_date_sk",
}

const groups = 3

func tables(r *rel.Read) (split.Table, error) {
	if column, ok := blockColumns[r.Table[1]]; ok {
		return split.Table{Axis: "tpch", BlockColumn: column, Rows: 1000}, nil
	}
	return split.Table{Rows: 10}, nil
}

func TestTPCH(t *testing.T) {
	ctx := context.Background()
	conn := open(t)
	if err := benchdata.TPCH(ctx, conn, 0.01); err != nil {
		t.Fatal(err)
	}
	queries, err := benchdata.TPCHQueries(ctx, conn)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range queries {
		t.Run(fmt.Sprintf("q%02d", q.Number), func(t *testing.T) { check(t, conn, strings.TrimRight(q.SQL, "; \n")) })
	}
}

func TestTPCDS(t *testing.T) {
	ctx := context.Background()
	conn := open(t)
	if err := benchdata.TPCDS(ctx, conn, 0.01); err != nil {
		t.Fatal(err)
	}
	queries, err := benchdata.TPCDSQueries(ctx, conn)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range queries {
		t.Run(fmt.Sprintf("q%02d", q.Number), func(t *testing.T) { check(t, conn, strings.TrimRight(q.SQL, "; \n")) })
	}
}

func open(t *testing.T) *duckdb.Conn {
	ctx := context.Background()
	engine, err := duckdb.Open(ctx, duckdb.Options{AllowUnsignedExtensions: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close(ctx) })
	dir, err := benchdata.CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	if err := benchdata.Load(ctx, engine, dir, "tpch", "tpcds"); err != nil {
		t.Fatal(err)
	}
	conn, err := engine.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func check(t *testing.T, conn *duckdb.Conn, sql string) {
	t.Helper()
	want := read(t, conn, sql)
	planJSON, err := conn.QueryString(context.Background(), bound.Query(sql))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := bound.Convert([]byte(planJSON), bound.Options{Names: want.Names, SQL: sql})
	if err != nil {
		t.Fatal(err)
	}
	plan, _ = rewrite.Optimize(plan, rewrite.Options{Tables: func(r *rel.Read) (rewrite.Table, bool) {
		table, err := tables(r)
		return rewrite.Table{Axis: table.Axis, BlockColumn: table.BlockColumn, Rows: table.Rows}, err == nil
	}})
	parts, err := split.Split(plan, tables)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range parts.Fragments {
		t.Logf("fragment %d on %q:\n%s", i, f.Axis, rel.Format(f.Plan))
	}
	if parts.Merge != nil {
		t.Logf("merge:\n%s", rel.Format(parts.Merge))
	}
	got := run(t, conn, parts)
	if diff := oracle.Diff(got, want, strings.Contains(strings.ToLower(sql), "order by") && parts.Merge != nil); diff != "" {
		t.Error(diff)
	}
}

func read(t *testing.T, conn *duckdb.Conn, sql string) *oracle.Result {
	t.Helper()
	stream, err := conn.Query(context.Background(), sql)
	if err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	out, err := oracle.Read(stream)
	if err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	return out
}

// run gives the result of a split plan.
func run(t *testing.T, conn *duckdb.Conn, parts *split.Result) *oracle.Result {
	t.Helper()
	for i, f := range parts.Fragments {
		first := true
		for g := range groups {
			if f.Axis == "" && g > 0 {
				break
			}
			sql := render(t, f.Plan, pieces(g, f.Axis))
			if first {
				sql = fmt.Sprintf("CREATE OR REPLACE TEMP TABLE fragment%d AS %s", i, sql)
			} else {
				sql = fmt.Sprintf("INSERT INTO fragment%d %s", i, sql)
			}
			first = false
			if _, err := conn.Exec(context.Background(), sql); err != nil {
				t.Fatalf("%v\n%s", err, sql)
			}
		}
	}
	if parts.Merge == nil {
		return read(t, conn, "FROM fragment0")
	}
	return read(t, conn, render(t, parts.Merge, func(r *rel.Read) (string, error) { return "fragment" + r.Table[1], nil }))
}

func render(t *testing.T, p *rel.Plan, scan func(*rel.Read) (string, error)) string {
	t.Helper()
	sql, err := sqlgen.Render(p, sqlgen.Options{Scan: scan})
	if err != nil {
		t.Fatal(err)
	}
	return sql
}

// pieces is one group's part of the tables: every piece has 7 blocks, and the
// groups take turns.
func pieces(group int, axis string) func(*rel.Read) (string, error) {
	return func(r *rel.Read) (string, error) {
		column, chunked := blockColumns[r.Table[1]]
		if !chunked || axis == "" {
			return r.Table[1], nil
		}
		return fmt.Sprintf("(SELECT * FROM %s WHERE coalesce((%s // 7) %% %d, 0) = %d)", r.Table[1], column, groups, group), nil
	}
}
