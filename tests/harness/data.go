package harness

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

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
	o.mu.Lock()
	defer o.mu.Unlock()
	stream, err := o.conn.Query(context.Background(), sql)
	if err != nil {
		t.Fatalf("oracle: %v\n%s", err, sql)
	}
	out, err := oracle.Read(stream)
	if err != nil {
		t.Fatalf("oracle: %v\n%s", err, sql)
	}
	return out
}

// WriteParquet writes a table of the oracle's to a file in a folder of the
// test's.
func (o *Oracle) WriteParquet(t testing.TB, table string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), table+".parquet")
	o.Exec(t, fmt.Sprintf("COPY %s TO %s (FORMAT parquet)", duckdb.QuoteIdent(table), duckdb.QuoteLiteral(file)))
	return file
}

// TPCH is an oracle with TPC-H's tables, and the same as Parquet files.
type TPCH struct {
	*Oracle
	// Files are the tables' files by name.
	Files   map[string]string
	Queries []benchdata.Query
}

// NewTPCH makes TPC-H data.
func NewTPCH(t testing.TB, scaleFactor float64) *TPCH {
	t.Helper()
	ctx := context.Background()
	d := &TPCH{Oracle: NewOracle(t, "tpch"), Files: map[string]string{}}
	if err := benchdata.TPCH(ctx, d.conn, scaleFactor); err != nil {
		t.Fatal(err)
	}
	var err error
	if d.Queries, err = benchdata.TPCHQueries(ctx, d.conn); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, table := range TPCHTables {
		file := filepath.Join(dir, table.Name+".parquet")
		d.Exec(t, fmt.Sprintf("COPY %s TO %s (FORMAT parquet)", table.Name, duckdb.QuoteLiteral(file)))
		d.Files[table.Name] = file
	}
	return d
}

// Env is an environment variable's value, or a default.
func Env(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}
