// Package split checks that a plan in parts answers what it does as a whole:
// each fragment runs over groups of pieces, one after the other, in the one
// DuckDB that has all data, and the merge plan over what they gave.
package split

import (
	"context"
	"fmt"
	"maps"
	"slices"
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
	"github.com/shoal-db/shoal/tests/oracle2"
)

// layout says how tables are cut. Tables that it does not name are reference
// tables.
type layout struct {
	cuts map[string]cut
	// groups is how many groups of pieces each axis has.
	groups int
}

// cut is a table's axis and block column; without a block column its rows are
// cut by position.
type cut struct{ axis, column string }

func (l layout) tables(r *rel.Read) (split.Table, error) {
	if c, ok := l.cuts[r.Table[1]]; ok {
		return split.Table{Axis: c.axis, BlockColumn: c.column, Rows: 1000}, nil
	}
	return split.Table{Rows: 10}, nil
}

// oneAxis cuts tables along one axis by the columns given.
func oneAxis(columns map[string]string) layout {
	l := layout{cuts: map[string]cut{}, groups: 3}
	for table, column := range columns {
		l.cuts[table] = cut{"d", column}
	}
	return l
}

var tpchLayouts = map[string]layout{
	"by order":    oneAxis(map[string]string{"orders": "o_orderkey", "lineitem": "l_orderkey"}),
	"by part":     oneAxis(map[string]string{"partsupp": "ps_partkey", "lineitem": "l_partkey", "part": "p_partkey"}),
	"by customer": oneAxis(map[string]string{"orders": "o_custkey", "customer": "c_custkey"}),
	"by position": {groups: 2, cuts: map[string]cut{"orders": {axis: "o"}, "lineitem": {axis: "l"}, "supplier": {axis: "s"}}},
}

var tpcdsLayouts = map[string]layout{
	"by date": oneAxis(map[string]string{
		"store_sales": "ss_sold_date_sk", "store_returns": "sr_returned_date_sk", "catalog_sales": "cs_sold_date_sk",
		"catalog_returns": "cr_returned_date_sk", "web_sales": "ws_sold_date_sk", "web_returns": "wr_returned_date_sk",
		"inventory": "inv_date_sk",
	}),
	"by item": oneAxis(map[string]string{
		"store_sales": "ss_item_sk", "store_returns": "sr_item_sk", "catalog_sales": "cs_item_sk",
		"catalog_returns": "cr_item_sk", "web_sales": "ws_item_sk", "web_returns": "wr_item_sk", "inventory": "inv_item_sk",
	}),
	"by ticket": {groups: 2, cuts: map[string]cut{
		"store_sales": {"s", "ss_ticket_number"}, "store_returns": {"s", "sr_ticket_number"},
		"catalog_sales": {"c", "cs_order_number"}, "catalog_returns": {"c", "cr_order_number"},
		"web_sales": {"w", "ws_order_number"}, "web_returns": {"w", "wr_order_number"},
	}},
	"by customer": oneAxis(map[string]string{
		"store_sales": "ss_customer_sk", "store_returns": "sr_customer_sk", "catalog_sales": "cs_bill_customer_sk",
		"catalog_returns": "cr_refunded_customer_sk", "web_sales": "ws_bill_customer_sk", "customer": "c_customer_sk",
	}),
	"by position": {groups: 2, cuts: map[string]cut{
		"store_sales": {axis: "ss"}, "store_returns": {axis: "sr"}, "catalog_sales": {axis: "cs"}, "catalog_returns": {axis: "cr"},
		"web_sales": {axis: "ws"}, "web_returns": {axis: "wr"}, "inventory": {axis: "i"}, "customer": {axis: "c"},
	}},
}

func TestTPCH(t *testing.T) {
	ctx := context.Background()
	conn := open(t, "tpch")
	if err := benchdata.TPCH(ctx, conn.Conn, 0.01); err != nil {
		t.Fatal(err)
	}
	queries, err := benchdata.TPCHQueries(ctx, conn.Conn)
	if err != nil {
		t.Fatal(err)
	}
	conn.judge.CopyOf(t, conn.Conn, "main")
	checkAll(t, conn, queries, tpchLayouts)
	conn.judge.Finish(t, len(queries))
}

func TestTPCDS(t *testing.T) {
	ctx := context.Background()
	conn := open(t, "tpcds")
	if err := benchdata.TPCDS(ctx, conn.Conn, 0.01); err != nil {
		t.Fatal(err)
	}
	queries, err := benchdata.TPCDSQueries(ctx, conn.Conn)
	if err != nil {
		t.Fatal(err)
	}
	conn.judge.CopyOf(t, conn.Conn, "main")
	checkAll(t, conn, queries, tpcdsLayouts)
	conn.judge.Finish(t, len(queries))
}

// checkAll checks each query in each layout; -short takes the first alone.
func checkAll(t *testing.T, conn *db, queries []benchdata.Query, layouts map[string]layout) {
	for i, name := range slices.Sorted(maps.Keys(layouts)) {
		if i > 0 && testing.Short() {
			break
		}
		t.Run(name, func(t *testing.T) {
			for _, q := range queries {
				sql := strings.TrimRight(q.SQL, "; \n")
				t.Run(fmt.Sprintf("q%02d", q.Number), func(t *testing.T) { check(t, conn, sql, layouts[name]) })
			}
		})
	}
}

// db is the DuckDB that has all data, and who compares its answers with another version's.
type db struct {
	*duckdb.Conn
	judge *oracle2.Judge
}

func open(t *testing.T, corpus string) *db {
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
	return &db{conn, oracle2.NewJudge(t, corpus)}
}

// check compares a query in parts with the whole.
func check(t *testing.T, conn *db, sql string, l layout) {
	t.Helper()
	compare(t, conn, sql, l, strings.Contains(strings.ToLower(sql), "order by"))
}

// compare compares a query in parts with the whole, and gives its parts.
func compare(t *testing.T, conn *db, sql string, l layout, ordered bool) *split.Result {
	t.Helper()
	want := read(t, conn, sql)
	parts := partsOf(t, conn, sql, want.Names, l)
	got := run(t, conn, parts, l)
	ordered = ordered && parts.Merge != nil
	if diff := oracle.Diff(got, want, ordered); diff != "" {
		t.Errorf("%s\n%s\n%s", sql, diff, show(parts))
	}
	conn.judge.Check(t, sql, got, nil, ordered)
	return parts
}

// parts splits a query.
func parts(t *testing.T, conn *db, sql string, l layout) *split.Result {
	t.Helper()
	return partsOf(t, conn, sql, read(t, conn, sql).Names, l)
}

func partsOf(t *testing.T, conn *db, sql string, names []string, l layout) *split.Result {
	t.Helper()
	planJSON, err := conn.QueryString(context.Background(), bound.Query(sql))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := bound.Convert([]byte(planJSON), bound.Options{Names: names, SQL: sql})
	if err != nil {
		t.Fatal(err)
	}
	plan, _ = rewrite.Optimize(plan, rewrite.Options{Tables: func(r *rel.Read) (rewrite.Table, bool) {
		table, err := l.tables(r)
		return rewrite.Table{Axis: table.Axis, BlockColumn: table.BlockColumn, Rows: table.Rows}, err == nil
	}})
	parts, err := split.Split(plan, l.tables, nil)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

func show(parts *split.Result) string {
	var b strings.Builder
	for i, f := range parts.Fragments {
		fmt.Fprintf(&b, "fragment %d on %q:\n%s", i, f.Axis, rel.Format(f.Plan))
	}
	if parts.Merge != nil {
		fmt.Fprintf(&b, "merge:\n%s", rel.Format(parts.Merge))
	}
	return b.String()
}

func read(t *testing.T, conn *db, sql string) *oracle.Result {
	t.Helper()
	out, err := answer(conn, sql)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// answer is what DuckDB says.
func answer(conn *db, sql string) (*oracle.Result, error) {
	stream, err := conn.Query(context.Background(), sql)
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, sql)
	}
	out, err := oracle.Read(stream)
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, sql)
	}
	return out, nil
}

// run gives the result of a split plan.
func run(t *testing.T, conn *db, parts *split.Result, l layout) *oracle.Result {
	t.Helper()
	out, err := attempt(t, conn, parts, l)
	if err != nil {
		t.Fatalf("%v\n%s", err, show(parts))
	}
	return out
}

// attempt gives the result of a split plan, or what DuckDB said.
func attempt(t *testing.T, conn *db, parts *split.Result, l layout) (*oracle.Result, error) {
	t.Helper()
	for i, f := range parts.Fragments {
		for g := range l.groups {
			if f.Axis == "" && g > 0 {
				break
			}
			plan := f.Plan
			if parts.Merge == nil {
				plan = numbered(plan)
			}
			sql := render(t, plan, l.pieces(g))
			if g == 0 {
				sql = fmt.Sprintf("CREATE OR REPLACE TEMP TABLE fragment%d AS %s", i, sql)
			} else {
				sql = fmt.Sprintf("INSERT INTO fragment%d %s", i, sql)
			}
			if _, err := conn.Exec(context.Background(), sql); err != nil {
				return nil, fmt.Errorf("%w\n%s", err, sql)
			}
		}
	}
	if parts.Merge == nil {
		out, err := answer(conn, "FROM fragment0")
		if err != nil {
			return nil, err
		}
		out.Names = parts.Fragments[0].Plan.Names
		return out, nil
	}
	return answer(conn, render(t, parts.Merge, func(r *rel.Read) (string, error) { return "fragment" + r.Table[1], nil }))
}

// numbered is a plan whose columns can be those of a table.
func numbered(p *rel.Plan) *rel.Plan {
	out := *p
	out.Names = make([]string, len(p.Names))
	for i := range out.Names {
		out.Names[i] = fmt.Sprintf("c%d", i)
	}
	return &out
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
// groups take turns; the last one has the rows without a block as well.
func (l layout) pieces(group int) func(*rel.Read) (string, error) {
	return func(r *rel.Read) (string, error) {
		c, chunked := l.cuts[r.Table[1]]
		switch {
		case !chunked:
			return r.Table[1], nil
		case c.column == "":
			return fmt.Sprintf("(SELECT * FROM %s WHERE (rowid // 50) %% %d = %d)", r.Table[1], l.groups, group), nil
		}
		return fmt.Sprintf("(SELECT * FROM %s WHERE coalesce((%s // 7) %% %d, %d) = %d)",
			r.Table[1], c.column, l.groups, l.groups-1, group), nil
	}
}
