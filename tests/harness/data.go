package harness

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/duckdb/benchdata"
	"github.com/shoal-db/shoal/tests/oracle"
)

// TPCHTables are the tables of TPC-H; those with a block column are chunked by
// it, the others are reference tables.
var TPCHTables = []struct{ Name, BlockColumn string }{
	{"lineitem", "l_orderkey"}, {"orders", "o_orderkey"},
	{"customer", ""}, {"part", ""}, {"supplier", ""}, {"partsupp", ""}, {"nation", ""}, {"region", ""},
}

// Oracle is DuckDB alone over the data that the clusters under test have.
type Oracle struct {
	engine *duckdb.Engine
	mu     sync.Mutex
	conn   *duckdb.Conn
}

// NewOracle opens an empty DuckDB that ends with the test; extensions are those
// of package benchdata.
func NewOracle(t testing.TB, extensions ...string) *Oracle {
	t.Helper()
	ctx := context.Background()
	engine, err := duckdb.Open(ctx, duckdb.Options{AllowUnsignedExtensions: true, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if len(extensions) > 0 {
		dir, err := benchdata.CacheDir()
		if err != nil {
			t.Fatal(err)
		}
		if err := benchdata.Load(ctx, engine, dir, extensions...); err != nil {
			t.Fatal(err)
		}
	}
	conn, err := engine.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		_ = engine.Close(ctx)
	})
	return &Oracle{engine: engine, conn: conn}
}

// Conn is the oracle's connection. REQUIRES: one user at a time.
func (o *Oracle) Conn() *duckdb.Conn { return o.conn }

// Exec runs statements.
func (o *Oracle) Exec(t testing.TB, sql string) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, err := o.conn.Exec(context.Background(), sql); err != nil {
		t.Fatalf("oracle: %v\n%s", err, sql)
	}
}

// Query reads the whole result of a query.
func (o *Oracle) Query(t testing.TB, sql string) *oracle.Result {
	t.Helper()
	out, err := o.Try(sql)
	if err != nil {
		t.Fatalf("oracle: %v\n%s", err, sql)
	}
	return out
}

// Try is Query for what may be refused.
func (o *Oracle) Try(sql string) (*oracle.Result, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.read(sql)
}

func (o *Oracle) read(sql string) (*oracle.Result, error) {
	stream, err := o.conn.Query(context.Background(), sql)
	if err != nil {
		return nil, err
	}
	return oracle.Read(stream)
}

// Diff says how Shoal's answer to a query differs from DuckDB's; empty if it does not. If DuckDB without its
// optimiser gives Shoal's answer, the fault is DuckDB's own: that is logged, and no difference.
func (o *Oracle) Diff(t testing.TB, sql string, got, want *oracle.Result, ordered bool) string {
	t.Helper()
	diff := oracle.Diff(got, want, ordered)
	if diff == "" {
		return ""
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	var plain *oracle.Result
	_, err := o.conn.Exec(context.Background(), "PRAGMA disable_optimizer")
	if err == nil {
		plain, err = o.read(sql)
	}
	if _, reset := o.conn.Exec(context.Background(), "PRAGMA enable_optimizer"); reset != nil {
		t.Fatalf("oracle: %v", reset)
	}
	if err == nil && oracle.Diff(got, plain, ordered) == "" {
		t.Logf("DuckDB disputes its own answer to %s\n%s", sql, diff)
		return ""
	}
	return diff
}

// WriteParquet writes a table of the oracle's to a file in a folder of the
// test's.
func (o *Oracle) WriteParquet(t testing.TB, table string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), table+".parquet")
	o.Exec(t, fmt.Sprintf("COPY %s TO %s (FORMAT parquet)", duckdb.QuoteIdent(table), duckdb.QuoteLiteral(file)))
	return file
}

// Benchmark is an oracle with a benchmark's tables, and the same as Parquet files.
type Benchmark struct {
	*Oracle
	// Files are the tables' files by name.
	Files   map[string]string
	Queries []benchdata.Query
}

// TPCH is TPC-H.
type TPCH struct{ *Benchmark }

// NewTPCH makes TPC-H data.
func NewTPCH(t testing.TB, scaleFactor float64) *TPCH {
	t.Helper()
	return &TPCH{newBenchmark(t, benchdata.TPCHExtension, benchdata.TPCH, benchdata.TPCHQueries, scaleFactor)}
}

// NewTPCDS makes TPC-DS data.
func NewTPCDS(t testing.TB, scaleFactor float64) *Benchmark {
	t.Helper()
	return newBenchmark(t, benchdata.TPCDSExtension, benchdata.TPCDS, benchdata.TPCDSQueries, scaleFactor)
}

func newBenchmark(
	t testing.TB, extension string, generate func(context.Context, *duckdb.Conn, float64) error,
	queries func(context.Context, *duckdb.Conn) ([]benchdata.Query, error), scaleFactor float64,
) *Benchmark {
	t.Helper()
	ctx := context.Background()
	d := &Benchmark{Oracle: NewOracle(t, extension), Files: map[string]string{}}
	if err := generate(ctx, d.conn, scaleFactor); err != nil {
		t.Fatal(err)
	}
	var err error
	if d.Queries, err = queries(ctx, d.conn); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, row := range d.Query(t, "SELECT table_name FROM duckdb_tables() ORDER BY ALL").Rows {
		table := row[0].(string)
		d.Files[table] = filepath.Join(dir, table+".parquet")
		d.Exec(t, fmt.Sprintf("COPY %s TO %s (FORMAT parquet)", table, duckdb.QuoteLiteral(d.Files[table])))
	}
	return d
}

// BySize are the names of the tables, those with the most rows first.
func (d *Benchmark) BySize(t testing.TB) (out []string) {
	t.Helper()
	for _, row := range d.Query(t, "SELECT table_name FROM duckdb_tables() ORDER BY estimated_size DESC, 1").Rows {
		out = append(out, row[0].(string))
	}
	return out
}

// Env is an environment variable's value, or a default.
func Env(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

// FuzzSeed is where random queries begin: SHOAL_FUZZ_SEED, another one each time if that is "random", and else
// always the same, so that whether tests pass depends on the change alone.
func FuzzSeed() (uint64, error) {
	text := Env("SHOAL_FUZZ_SEED", "1")
	if text == "random" {
		return uint64(time.Now().UnixNano()), nil
	}
	return strconv.ParseUint(text, 10, 64)
}
