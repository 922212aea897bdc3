package load

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestMain(m *testing.M) {
	var err error
	if oracle, err = duckdb.Open(context.Background(), duckdb.Options{Threads: 1}); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if err := oracle.Close(context.Background()); err != nil {
			panic(err)
		}
		os.Exit(code)
	}))
}

// input writes the rows of a query to a file whose name tells the format.
func input(t testing.TB, name, sql string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	duck(t, "COPY ("+sql+") TO '"+path+"'")
	return path
}

func text(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func options(t testing.TB, table string, files ...string) Options {
	dataset, name, err := ParseName(table)
	if err != nil {
		t.Fatal(err)
	}
	return Options{Dataset: dataset, Table: name, Files: files, Threads: 1, MemoryBytes: 256 << 20, TempDir: t.TempDir()}
}

func mustLoad(t *testing.T, p *fakePortal, o Options) Summary {
	t.Helper()
	sum, err := Run(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(o.TempDir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	return sum
}

// TestChunkedTablesShareCuts loads two tables in a shuffled order and checks that every row is there
// once, in the chunk of its block, and that the second follows the cuts of the first.
func TestChunkedTablesShareCuts(t *testing.T) {
	p := newFakePortal(t)
	orders := input(t, "orders.parquet", "SELECT (i*7919)%10000 AS k, i AS v FROM range(10000) t(i)")
	o := options(t, "d.orders", orders)
	o.BlockColumn, o.ChunkRows = "K", 1000 // names are found without regard to case
	if sum := mustLoad(t, p, o); sum.Chunks != 10 || sum.Rows != 10000 || sum.Kind != client.KindChunked {
		t.Errorf("orders: %+v", sum)
	}
	items := input(t, "items.csv", "SELECT (i*7919)%12000 AS k, 'x'||i AS s FROM range(60000) t(i) UNION ALL SELECT NULL, 'n' FROM range(3)")
	o = options(t, "d.items", items)
	o.BlockColumn, o.ChunkRows = "k", 2000
	mustLoad(t, p, o)
	if got, want := p.query(t, "SELECT count(*), count(DISTINCT s), sum(k) FROM {d.items}"),
		duck(t, "SELECT count(*), count(DISTINCT s), sum(k) FROM '"+items+"'"); got != want {
		t.Errorf("items: %s, want %s", got, want)
	}
	for r, name := range p.tables["d.items"].files {
		got := duck(t, "SELECT min(k), max(k), count(*) FROM '"+name+"'")
		if r.Null {
			if got != "NULL|NULL|3" {
				t.Errorf("null chunk: %s", got)
			}
			continue
		}
		if _, ok := p.tables["d.orders"].files[r]; !ok && r.First < 10000 {
			t.Errorf("range %s is not one of the orders", r)
		}
		if bad := duck(t, "SELECT count(*) FROM '"+name+"' WHERE k NOT BETWEEN "+itoa(r.First)+" AND "+itoa(r.Last)); bad != "0" {
			t.Errorf("chunk %s has %s rows of other blocks", r, bad)
		}
	}
	// Blocks beyond those of the orders are in ranges of their own: 2,000 rows of 5 rows a block.
	if n := len(p.tables["d.items"].files); n != 10+5+1 {
		t.Errorf("%d chunks of items", n)
	}
}

func TestAppendTakesNewBlocksOnly(t *testing.T) {
	p := newFakePortal(t)
	o := options(t, "d.t", input(t, "a.parquet", "SELECT i::INTEGER AS b, i/2 AS v FROM range(100) t(i)"))
	o.BlockColumn, o.ChunkRows = "b", 10
	mustLoad(t, p, o)

	// A CSV file is read with the table's types, and its columns may come in another order.
	o = options(t, "d.t", input(t, "b.csv", "SELECT i AS v, i::BIGINT AS b FROM range(100, 130) t(i)"))
	o.Mode, o.ChunkRows = client.ModeAppend, 10
	if sum := mustLoad(t, p, o); sum.Chunks != 3 || sum.Kind != client.KindChunked {
		t.Errorf("append: %+v", sum)
	}
	if got := p.query(t, "SELECT count(*), max(b), any_value(typeof(b)), any_value(typeof(v)) FROM {d.t}"); got != "130|129|INTEGER|DOUBLE" {
		t.Errorf("after append: %s", got)
	}

	o = options(t, "d.t", input(t, "c.parquet", "SELECT 5::INTEGER AS b, 1.0::DOUBLE AS v"))
	o.Mode = client.ModeAppend
	puts := p.puts
	wantFault(t, p, o, fault.InvalidArgument, "0000000000-0000000009")
	if p.puts != puts {
		t.Error("files were sent before the refusal")
	}
	o = options(t, "d.t", input(t, "d.parquet", "SELECT 500::BIGINT AS b, 1.0::DOUBLE AS v"))
	o.Mode = client.ModeAppend
	wantFault(t, p, o, fault.InvalidArgument, `"b" is BIGINT in the files and INTEGER in the table`)
	o = options(t, "d.t", input(t, "e.parquet", "SELECT 500::INTEGER AS b, 1.0::DOUBLE AS v, 1 AS w"))
	o.Mode = client.ModeAppend
	wantFault(t, p, o, fault.InvalidArgument, `"w"`)
	o = options(t, "d.t", input(t, "f.parquet", "SELECT 1 AS b"))
	wantFault(t, p, o, fault.InvalidArgument, "exists")
}

func itoa(v int64) string { return strconv.FormatInt(v, 10) }

func wantFault(t *testing.T, p *fakePortal, o Options, kind fault.Kind, part string) *fault.Fault {
	t.Helper()
	_, err := Run(context.Background(), p, o)
	if err == nil {
		t.Fatalf("no error, want %s", part)
	}
	f := fault.From(err)
	if f.Kind != kind || !strings.Contains(f.Text(), part) {
		t.Errorf("got %s %q, want %s with %q", f.Kind, f.Text(), kind, part)
	}
	if strings.Contains(f.Text(), "\n") {
		t.Errorf("not one line: %q", f.Text())
	}
	if len(p.open) > 0 {
		t.Errorf("a load stays open")
	}
	if left, _ := os.ReadDir(o.TempDir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	return f
}

func TestBlockKinds(t *testing.T) {
	const day = 86_400_000_000
	for _, tc := range []struct {
		sql         string
		first, last int64
	}{
		{"SELECT (200+i)::UTINYINT AS b FROM range(3) t(i)", 200, 202},
		{"SELECT (i-1)::TINYINT AS b FROM range(3) t(i)", -1, 1},
		{"SELECT (4000000000+i)::UINTEGER AS b FROM range(3) t(i)", 4000000000, 4000000002},
		{"SELECT (9223372036854775800+i)::UBIGINT AS b FROM range(8) t(i)", 9223372036854775800, math.MaxInt64},
		{"SELECT (-9223372036854775808::HUGEINT+i)::BIGINT AS b FROM range(3) t(i)", math.MinInt64, math.MinInt64 + 2},
		{"SELECT DATE '1970-01-02' + i::INTEGER AS b FROM range(3) t(i)", 1, 3},
		{"SELECT DATE '1969-12-30' + i::INTEGER AS b FROM range(2) t(i)", -2, -1},
		{"SELECT TIMESTAMP '1970-01-02 00:00:00.000001' + INTERVAL 1 DAY * i AS b FROM range(2) t(i)", day + 1, 2*day + 1},
		{"SELECT TIMESTAMPTZ '1970-01-02 00:00:00+00' AS b", day, day},
		{"SELECT '1970-01-02 00:00:00.123456789'::TIMESTAMP_NS AS b", day + 123456, day + 123456},
		{"SELECT '1969-12-31 23:59:59.999999999'::TIMESTAMP_NS AS b", -1, -1},
		{"SELECT '1970-01-02 00:00:01'::TIMESTAMP_MS AS b", day + 1000000, day + 1000000},
	} {
		p := newFakePortal(t)
		o := options(t, "d.t", input(t, "in.parquet", tc.sql))
		o.BlockColumn = "b"
		mustLoad(t, p, o)
		want := chunks.Range{First: tc.first, Last: tc.last}
		for r := range p.tables["d.t"].files {
			if r != want {
				t.Errorf("%s: range %s, want %s", tc.sql, r, want)
			}
		}
	}
}

// TestRowsOfOneBlockStayTogether has times that differ below a microsecond.
func TestRowsOfOneBlockStayTogether(t *testing.T) {
	p := newFakePortal(t)
	o := options(t, "d.t", input(t, "in.parquet",
		"SELECT make_timestamp_ns(i * 100) AS b FROM range(-2000, 2000) t(i)"))
	o.BlockColumn, o.ChunkRows = "b", 25
	mustLoad(t, p, o)
	if n := len(p.tables["d.t"].files); n != 200 {
		t.Errorf("%d chunks, want 200 of two microseconds each", n)
	}
	for r, name := range p.tables["d.t"].files {
		if got := duck(t, "SELECT count(*), min(epoch_ns(b)) FROM '"+name+"'"); got != "20|"+itoa(r.First*1000) {
			t.Errorf("chunk %s has %s", r, got)
		}
	}
}

func TestPositionalAndReference(t *testing.T) {
	p := newFakePortal(t)
	o := options(t, "d.p", input(t, "p.json", "SELECT i AS a, {'x': i} AS s FROM range(25) t(i)"))
	o.ChunkRows = 10
	if sum := mustLoad(t, p, o); sum.Kind != client.KindPositional || sum.Chunks != 3 {
		t.Errorf("%+v", sum)
	}
	o = options(t, "d.p", input(t, "q.json", "SELECT i AS a, {'x': i} AS s FROM range(25, 30) t(i)"))
	o.Mode = client.ModeAppend
	mustLoad(t, p, o)
	if _, ok := p.tables["d.p"].files[chunks.Range{First: 25, Last: 29}]; !ok {
		t.Errorf("appended to %v", p.tables["d.p"].files)
	}
	if got := p.query(t, "SELECT count(*), sum(a), sum(s.x) FROM {d.p}"); got != "30|435|435" {
		t.Error(got)
	}
	for _, where := range []string{"true", "false"} {
		o = options(t, "d.r"+where, input(t, "r.parquet", "SELECT i AS a FROM range(25) t(i) WHERE "+where))
		o.Reference = true
		if sum := mustLoad(t, p, o); sum.Kind != client.KindReference || sum.Chunks != 1 {
			t.Errorf("%+v", sum)
		}
	}
}

// TestTypesSurvive stores types that Parquet would change, and reads them back as workers do.
func TestTypesSurvive(t *testing.T) {
	const list = "170141183460469231731687303715884105727::HUGEINT AS h, INTERVAL '1 month 2 days 3.123456 seconds' AS i, 1.50::DECIMAL(15,2) AS d"
	p := newFakePortal(t)
	o := options(t, "d.t", text(t, "in.csv", "h,i,d\n170141183460469231731687303715884105727,1 month 2 days 00:00:03.123456,1.50\n"))
	o.Types = map[string]string{"H": "hugeint", "i": "interval", "d": "decimal(15,2)"}
	mustLoad(t, p, o)
	if got := p.tables["d.t"].Columns; got[0].Type != "HUGEINT" || got[1].Type != "INTERVAL" || got[2].Type != "DECIMAL(15,2)" {
		t.Errorf("%v", got)
	}
	if got, want := p.query(t, "SELECT h::HUGEINT, i::INTERVAL, d FROM {d.t}"), duck(t, "SELECT "+list); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestNamesThatMeanSomethingElse has columns that are called like DuckDB's row number, like the staged
// columns, and like nothing that needs no quotes.
func TestNamesThatMeanSomethingElse(t *testing.T) {
	p := newFakePortal(t)
	o := options(t, "d.t", input(t, "in.parquet",
		"SELECT 100-i AS rowid, i%3 AS c0, i AS \"select \"\"x\"\"\" FROM range(100) t(i)"))
	o.BlockColumn, o.ChunkRows = "rowid", 10
	if sum := mustLoad(t, p, o); sum.Chunks != 10 {
		t.Errorf("%+v", sum)
	}
	const check = "count(*), sum(rowid), count(DISTINCT rowid), sum(c0), sum(rowid + \"select \"\"x\"\"\")"
	if got := p.query(t, "SELECT "+check+" FROM {d.t}"); got != "100|5050|100|99|10000" {
		t.Error(got)
	}
}

// TestTextIsReadAsTheChosenType has values that the guessed type would change.
func TestTextIsReadAsTheChosenType(t *testing.T) {
	for name, content := range map[string]string{
		"t.csv":    "d,n,x\n2024-1-05,0.10000000000000000001,1\n",
		"t.json":   `{"d": "2024-1-05", "n": "0.10000000000000000001", "x": 1}`,
		"a.json":   `[{"d": "2024-1-05", "n": "0.10000000000000000001", "x": 1}]`,
		"n.ndjson": `{"d": "2024-1-05", "x": 1, "n": "0.10000000000000000001"}` + "\n",
	} {
		p := newFakePortal(t)
		o := options(t, "d.t", text(t, name, content))
		o.Types = map[string]string{"d": "VARCHAR", "n": "DECIMAL(38,20)"}
		mustLoad(t, p, o)
		if c := p.tables["d.t"].Columns; name == "n.ndjson" && c[1].Name != "x" {
			t.Errorf("the columns' order changed: %v", c)
		}
		if got := p.query(t, "SELECT d, n, x FROM {d.t}"); got != "2024-1-05|0.10000000000000000001|1" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestEmptyFiles(t *testing.T) {
	p := newFakePortal(t)
	o := options(t, "d.t", input(t, "in.parquet", "SELECT 1 AS a WHERE false"))
	o.BlockColumn = "a"
	if sum := mustLoad(t, p, o); sum.Chunks != 0 {
		t.Errorf("%+v", sum)
	}
	wantFault(t, p, options(t, "d.u", text(t, "empty.csv", "")), fault.InvalidArgument, "is empty")
}

func TestNames(t *testing.T) {
	for _, name := range []string{"", "t", "a.b.c", ".t", "d.", "d.t/../x", "9.t"} {
		if _, _, err := ParseName(name); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
}

func TestSendingIsTriedAgain(t *testing.T) {
	p := newFakePortal(t)
	p.putErr = func(n int) error {
		if n == 2 {
			return fault.New(fault.Unavailable, "put", "a hiccup")
		}
		return nil
	}
	o := options(t, "d.t", input(t, "in.parquet", "SELECT i FROM range(100) t(i)"))
	o.ChunkRows = 10
	if sum := mustLoad(t, p, o); sum.Rows != 100 || sum.Chunks != 10 {
		t.Errorf("%+v", sum)
	}
	p.putErr = func(n int) error { return fault.New(fault.ResourceExhausted, "put", "disk full").WithRetry(false) }
	o.Mode = client.ModeReplace
	wantFault(t, p, o, fault.ResourceExhausted, "disk full")
	if p.tables["d.t"].Rows != 100 {
		t.Error("a load that failed changed the table")
	}
}

func TestCancelledLoadLeavesNothing(t *testing.T) {
	p := newFakePortal(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	p.putErr = func(n int) error {
		if n == 3 {
			cancel(errors.New("ctrl-c"))
		}
		return nil
	}
	o := options(t, "d.t", input(t, "in.parquet", "SELECT i FROM range(1000) t(i)"))
	o.ChunkRows = 10
	_, err := Run(ctx, p, o)
	if !fault.Is(err, fault.Cancelled) {
		t.Errorf("%v", err)
	}
	if len(p.open) > 0 || len(p.tables) > 0 {
		t.Errorf("loads %v, tables %v", p.open, p.tables)
	}
	if left, _ := os.ReadDir(o.TempDir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestWorkDirsOfKilledLoadsAreSwept(t *testing.T) {
	parent := t.TempDir()
	old, err := newWorkDir(parent)
	if err != nil {
		t.Fatal(err)
	}
	second, err := newWorkDir(parent)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old.path); err != nil {
		t.Errorf("the folder of a load that goes on was removed: %v", err)
	}
	if err := old.lock.Release(); err != nil { // as the kernel does when a process is killed
		t.Fatal(err)
	}
	third, err := newWorkDir(parent)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old.path); !os.IsNotExist(err) {
		t.Errorf("the folder of a killed load is still there: %v", err)
	}
	if err := errors.Join(second.remove(), third.remove()); err != nil {
		t.Fatal(err)
	}
}
