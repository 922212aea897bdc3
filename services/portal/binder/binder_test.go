package binder

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// state is a catalog for tests.
type state struct {
	version int64
	tables  []Table
}

func (s *state) Version() int64  { return s.version }
func (s *state) Tables() []Table { return s.tables }

func table(dataset, name string, columns ...string) Table {
	t := Table{Dataset: dataset, Name: name}
	for _, c := range columns {
		n, typ, _ := strings.Cut(c, " ")
		t.Columns = append(t.Columns, Column{n, typ})
	}
	return t
}

var shop = []Table{
	table("shop", "orders", "o_orderkey BIGINT", "o_custkey INTEGER", "o_price DECIMAL(15,2)", "o_date DATE", "o_tags VARCHAR[]"),
	table("shop", "customer", "c_custkey INTEGER", "c_name VARCHAR", "c_kind ENUM('a', 'b')"),
	table("main", "t", "a INTEGER"),
}

// open returns a binder over a catalog that the test may replace.
func open(t *testing.T, opts Options, tables ...Table) (*Binder, *atomic.Pointer[state]) {
	t.Helper()
	current := &atomic.Pointer[state]{}
	current.Store(&state{version: 1, tables: tables})
	opts.Source = func() Catalog { return current.Load() }
	b, err := Open(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := b.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return b, current
}

// DuckDB refuses everything after some internal errors; the portal must not have to be restarted for it,
// and the shadow catalog is there again.
func TestBrokenBinderIsReplaced(t *testing.T) {
	ctx := context.Background()
	b, _ := open(t, Options{}, shop...)
	if _, err := b.Bind(ctx, "SELECT a FROM t", ""); err != nil {
		t.Fatal(err)
	}
	first := b.engine.Engine()
	conn, err := first.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	closing(conn)
	b.mu.Lock()
	b.closeIdle()
	b.mu.Unlock()
	if err := first.Close(ctx); err != nil { // as good as broken
		t.Fatal(err)
	}
	if _, err := b.Bind(ctx, "SELECT a + 1 FROM t", ""); err == nil {
		t.Error("a broken binder bound a statement")
	}
	b.engine.Failed(conn, fault.New(fault.Internal, "", "assertion").WithDetail("duckdb_error_type", "internal"))
	if b.engine.Engine() == first {
		t.Fatal("not replaced")
	}
	for _, sql := range []string{"SELECT a FROM t", "SELECT a + 1 FROM t", "SELECT count(*) FROM shop.orders"} {
		if _, err := b.Bind(ctx, sql, ""); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

func TestBindNamesTypesAndSchema(t *testing.T) {
	b, _ := open(t, Options{}, shop...)
	got, err := b.Bind(context.Background(), `SELECT o_orderkey AS "K", count(*) n, sum(o_price), o_tags, c_kind
		FROM shop.orders JOIN Shop.CUSTOMER ON o_custkey = c_custkey GROUP BY ALL ORDER BY 1`, "")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"K BIGINT", "n BIGINT", "sum(o_price) DECIMAL(38,2)", "o_tags VARCHAR[]", "c_kind ENUM('a', 'b')"}
	for i, c := range got.Columns {
		if s := c.Name + " " + c.Type.String(); s != want[i] {
			t.Errorf("column %d is %s, want %s", i, s, want[i])
		}
	}
	if len(got.Columns) != len(want) || got.Schema.NumFields() != len(want) || len(got.Plan.Names) != len(want) {
		t.Fatalf("%d columns, schema %v, names %v", len(got.Columns), got.Schema, got.Plan.Names)
	}
	for i, typ := range got.Plan.Root.Types() {
		if !typ.Equal(got.Columns[i].Type) {
			t.Errorf("the plan's column %d is %s, the statement's %s", i, typ, got.Columns[i].Type)
		}
	}
	same, err := b.ArrowSchema(context.Background(), got.Columns)
	if err != nil || !same.Equal(got.Schema) {
		t.Errorf("schema of the columns is %v, %v; of the statement %v", same, err, got.Schema)
	}
	reads := map[string]bool{}
	rel.Walk(got.Plan.Root, func(r rel.Rel) bool {
		if read, ok := r.(*rel.Read); ok {
			reads[strings.Join(read.Table, ".")] = true
		}
		return true
	})
	if !reads["shop.orders"] || !reads["shop.customer"] || len(reads) != 2 {
		t.Errorf("reads %v", reads)
	}
}

func TestSchemaOfSession(t *testing.T) {
	b, _ := open(t, Options{}, shop...)
	ctx := context.Background()
	if _, err := b.Bind(ctx, "SELECT a FROM t", ""); err != nil {
		t.Error(err)
	}
	if _, err := b.Bind(ctx, "SELECT o_orderkey FROM orders", "SHOP"); err != nil {
		t.Error(err)
	}
	if _, err := b.Bind(ctx, "SELECT o_orderkey FROM shoal.shop.orders", "main"); err != nil {
		t.Error(err)
	}
	_, err := b.Bind(ctx, "SELECT 1", "shopp")
	if f := fault.From(err); f == nil || f.Kind != fault.NotFound || !strings.Contains(f.Hint, "shop") {
		t.Errorf("unknown schema: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	b, _ := open(t, Options{MaxSQLBytes: 2000}, shop...)
	for _, c := range []struct {
		sql  string
		kind fault.Kind
		text string // in message or hint
		line int    // 0: no position
		col  int
	}{
		{"SELECT\n  o_orderkex FROM shop.orders", fault.NotFound, "o_orderkey", 2, 3},
		{"SELECT * FROM shop.ordrs", fault.NotFound, "orders", 1, 15},
		{"SELECT * FROM orders", fault.NotFound, "shop.orders", 1, 15},
		{"SELECT * FROM qqqqqqqq", fault.NotFound, "shop.orders", 1, 15},
		{"SELECT * FROM shpo.orders", fault.NotFound, "shop", 1, 15},
		{"SELECT frob(1)", fault.NotFound, "frob", 1, 8},
		{"SELCT 1", fault.InvalidArgument, "syntax", 1, 1},
		{"SELECT 'é' +", fault.InvalidArgument, "syntax", 1, 12},
		{"", fault.InvalidArgument, "0 statements", 0, 0},
		{"-- nothing", fault.InvalidArgument, "0 statements", 0, 0},
		{"SELECT 1; SELECT 2", fault.InvalidArgument, "2 statements", 0, 0},
		{"SELECT ?", fault.InvalidArgument, "parameter", 0, 0},
		{"SELECT o_custkey FROM shop.orders WHERE o_custkey = $x", fault.InvalidArgument, "parameter", 0, 0},
		{"INSERT INTO main.t VALUES (1)", fault.InvalidArgument, "not a query", 0, 0},
		{"CREATE TABLE x(a INT)", fault.InvalidArgument, "not a query", 0, 0},
		{"DROP TABLE main.t", fault.InvalidArgument, "not a query", 0, 0},
		{"SET threads = 7", fault.InvalidArgument, "not a query", 0, 0},
		{"EXPLAIN SELECT 1", fault.InvalidArgument, "shoal explain", 0, 0},
		{"COPY main.t TO '/tmp/x'", fault.PermissionDenied, "loaded tables", 0, 0},
		{"SELECT * FROM read_csv('/etc/passwd')", fault.PermissionDenied, "loaded tables", 1, 15},
		{"SELECT * FROM '/etc/passwd'", fault.NotFound, "", 0, 0},
		{"CALL duckdb_settings()", fault.InvalidArgument, "duckdb_settings", 0, 0},
		{"SELECT * FROM duckdb_settings()", fault.InvalidArgument, "duckdb_settings", 0, 0},
		{"SELECT '" + strings.Repeat("x", 2000) + "'", fault.ResourceExhausted, "limit", 0, 0},
		{"SELECT 1\x00", fault.InvalidArgument, "NUL", 0, 0},
	} {
		_, err := b.Bind(context.Background(), c.sql, "")
		f := fault.From(err)
		if f == nil {
			t.Errorf("%s: bound", c.sql)
			continue
		}
		if f.Kind != c.kind || !strings.Contains(f.Text()+" "+f.Hint, c.text) {
			t.Errorf("%.60s: %s: %s (%s), want %s with %q", c.sql, f.Kind, f.Text(), f.Hint, c.kind, c.text)
		}
		if c.line > 0 {
			if f.Details["line"] != c.line || f.Details["column"] != c.col || !strings.Contains(fmt.Sprint(f.Details["caret"]), "^") {
				t.Errorf("%.60s: position %v, want %d:%d", c.sql, f.Details, c.line, c.col)
			}
		}
	}
	if _, err := b.Bind(context.Background(), "SELECT a FROM t", ""); err != nil {
		t.Errorf("after the refusals: %v", err)
	}
}

func TestFollowsTheCatalog(t *testing.T) {
	b, current := open(t, Options{})
	ctx := context.Background()
	bind := func(sql string) error { _, err := b.Bind(ctx, sql, ""); return err }
	if err := bind("SELECT a FROM x.t"); !fault.Is(err, fault.NotFound) {
		t.Fatalf("before there is a table: %v", err)
	}
	current.Store(&state{version: 2, tables: []Table{table("x", "t", "a INTEGER"), table("x", "u", "a INTEGER"), table("x", "odd", "a NOSUCHTYPE")}})
	if err := bind("SELECT a FROM x.t, x.u"); err == nil {
		t.Error("an ambiguous column was bound")
	}
	if err := bind("SELECT t.a FROM x.t, x.u"); err != nil {
		t.Error(err)
	}
	if err := bind("SELECT a FROM x.odd"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a table of an unknown type: %v", err)
	}
	got, err := b.Bind(ctx, "SELECT a FROM x.t", "")
	if err != nil || got.Columns[0].Type.ID != types.Integer || got.Catalog.Version() != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	current.Store(&state{version: 3, tables: []Table{table("x", "t", "b VARCHAR", "a HUGEINT")}})
	if got, err = b.Bind(ctx, "SELECT a FROM x.t", ""); err != nil || got.Columns[0].Type.ID != types.HugeInt || got.Cached {
		t.Errorf("after the column's type changed: %+v, %v", got, err)
	}
	if err := bind("SELECT a FROM x.u"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a dropped table: %v", err)
	}
}

func TestCacheAndNow(t *testing.T) {
	b, _ := open(t, Options{}, shop...)
	ctx := context.Background()
	first, err := b.Bind(ctx, "SELECT now() AS n, a FROM t", "")
	if err != nil || first.Cached {
		t.Fatalf("cached %v, %v", first, err)
	}
	time.Sleep(2 * time.Millisecond)
	second, err := b.Bind(ctx, "SELECT now() AS n, a FROM t", "")
	if err != nil || !second.Cached {
		t.Fatalf("not cached: %v", err)
	}
	time.Sleep(2 * time.Millisecond)
	third, err := b.Bind(ctx, "SELECT now() AS n, a FROM t", "")
	if err != nil || rel.Format(first.Plan) == rel.Format(second.Plan) || rel.Format(second.Plan) == rel.Format(third.Plan) {
		t.Errorf("%v, now() stood still:\n%s", err, rel.Format(third.Plan))
	}
	for range 2 {
		if again, err := b.Bind(ctx, "SELECT a FROM t", ""); err != nil || again.Plan == nil {
			t.Errorf("%+v, %v", again, err)
		}
	}
	c := newCache(8000)
	for i := range 100 {
		c.put(cacheKey{sql: fmt.Sprint(i)}, &entry{plan: make([]byte, 500)})
	}
	if c.bytes > 8000 || c.order.Len() != len(c.index) || len(c.index) == 0 {
		t.Errorf("cache holds %d bytes in %d entries", c.bytes, len(c.index))
	}
	if _, ok := c.get(cacheKey{sql: "99"}); !ok {
		t.Error("the newest entry is gone")
	}
	if _, ok := c.get(cacheKey{sql: "0"}); ok {
		t.Error("the oldest entry is still there")
	}
}

func TestEvaluate(t *testing.T) {
	b, _ := open(t, Options{})
	ctx := context.Background()
	plan, err := b.Bind(ctx, "SELECT DATE '1998-12-01' - INTERVAL 90 DAY, 0.06 - 0.01, 'a' || 'b', CAST(NULL AS INTEGER), list_value(1, 2)", "")
	if err != nil {
		t.Fatal(err)
	}
	exprs := plan.Plan.Root.(*rel.Project).Exprs
	got, err := b.Evaluate(ctx, exprs)
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Of.ID != types.Timestamp || got[1].Of.String() != exprs[1].Type().String() || got[2].Value != "ab" || got[3].Value != nil {
		t.Errorf("%v %v %v %v", got[0], got[1], got[2], got[3])
	}
	bad := &rel.Cast{Input: rel.Str("x"), To: types.Of(types.Integer)}
	if _, err := b.Evaluate(ctx, []rel.Expr{bad}); err == nil {
		t.Error("'x' has become a number")
	}
	random := &rel.Call{Func: "random", Of: types.Of(types.Double)}
	if _, err := b.Evaluate(ctx, []rel.Expr{random}); err == nil {
		t.Error("random() has become a constant")
	}
}

func TestManyAtOnceWhileTheCatalogChanges(t *testing.T) {
	b, current := open(t, Options{Parallel: 4}, table("x", "t", "a INTEGER"))
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 30 {
				got, err := b.Bind(context.Background(), fmt.Sprintf("SELECT a + %d FROM x.t", 100*g+i), "")
				if err != nil {
					t.Error(err)
					return
				}
				// The bound type is that of the catalog that came with it.
				want := types.Integer
				if got.Catalog.Version()%2 == 0 {
					want = types.BigInt
				}
				if got.Columns[0].Type.ID != want {
					t.Errorf("version %d gave %s", got.Catalog.Version(), got.Columns[0].Type)
				}
			}
		})
	}
	for v := int64(2); v < 30; v++ {
		typ := "INTEGER"
		if v%2 == 0 {
			typ = "BIGINT"
		}
		current.Store(&state{version: v, tables: []Table{table("x", "t", "a "+typ)}})
		time.Sleep(3 * time.Millisecond)
	}
	wg.Wait()
}

// TestSessionsAreReused: connections are kept for the next statement of their schema, a few of them, and none in
// which something failed.
func TestSessionsAreReused(t *testing.T) {
	b, current := open(t, Options{Parallel: 2}, shop...)
	for i, c := range []struct {
		sql, schema string
		idle        int
	}{
		{"SELECT 1 FROM orders", "shop", 1}, {"SELECT 2 FROM orders", "shop", 1}, {"SELECT 1 FROM t", "main", 2},
		{"SELECT none FROM t", "main", 1}, {"SELECT 2 FROM t", "main", 2}, {"SELECT 1", "other", 2},
	} {
		_, _ = b.Bind(context.Background(), c.sql, c.schema)
		if len(b.idle) != c.idle {
			t.Errorf("%d: %d connections are idle after %q, want %d", i, len(b.idle), c.sql, c.idle)
		}
		if i == 4 { // the next one is for a schema that is new
			current.Store(&state{version: 2, tables: append([]Table{table("other", "x", "a INTEGER")}, shop...)})
		}
	}
	if open, _ := b.engine.Engine().Conns(); open != 4 {
		t.Errorf("%d connections are open", open)
	}
}

func TestTimeout(t *testing.T) {
	b, _ := open(t, Options{Parallel: 1, Timeout: 100 * time.Millisecond}, table("x", "t", "a INTEGER", "b INTEGER"))
	// Each level doubles the columns: DuckDB's binder takes seconds for this, and cannot be stopped.
	var sql strings.Builder
	sql.WriteString("WITH c0 AS (SELECT * FROM x.t)")
	for i := 1; i < 14; i++ {
		fmt.Fprintf(&sql, ", c%d AS (SELECT * FROM c%d p, c%d q)", i, i-1, i-1)
	}
	sql.WriteString(" SELECT * FROM c13")
	begun := time.Now()
	_, err := b.Bind(context.Background(), sql.String(), "")
	if !fault.Is(err, fault.DeadlineExceeded) || time.Since(begun) > 10*time.Second {
		t.Errorf("%v after %s", err, time.Since(begun))
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := b.Bind(ctx, "SELECT 1", ""); !fault.Is(err, fault.Cancelled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestFoldingIsBounded has five users fold what takes gigabytes, by functions whose growth nobody estimates,
// while another one binds.
func TestFoldingIsBounded(t *testing.T) {
	ctx := context.Background()
	b, _ := open(t, Options{})
	grows, err := b.Bind(ctx, "SELECT length(list_reduce(['a' FOR i IN range(64)], (x, y) -> x || x)) AS n", "")
	if err != nil {
		t.Fatal(err)
	}
	exprs := grows.Plan.Root.(*rel.Project).Exprs
	var users sync.WaitGroup
	for range 5 {
		users.Go(func() {
			begun := time.Now()
			if _, err := b.Evaluate(ctx, exprs); err == nil {
				t.Error("a text of 2^64 bytes was made")
			}
			if took := time.Since(begun); took > 5*time.Second {
				t.Errorf("folding took %s", took)
			}
		})
	}
	for i := range 20 {
		begun := time.Now()
		if _, err := b.Bind(ctx, fmt.Sprintf("SELECT %d AS n", i), ""); err != nil {
			t.Error(err)
		}
		if took := time.Since(begun); took > time.Second {
			t.Errorf("binding beside it took %s", took)
		}
	}
	users.Wait()
}
