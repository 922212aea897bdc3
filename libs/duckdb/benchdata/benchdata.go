// Package benchdata makes TPC-H and TPC-DS data with DuckDB's own generators, for tests, benchmarks
// and the demo. Nothing that serves queries needs it.
//
// The generators are DuckDB extensions that come as static libraries with the Go bindings. They are
// linked to loadable ones once, with the machine's C++ compiler, and kept in a cache folder, so that
// nothing is downloaded.
package benchdata

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Names of the extensions.
const (
	TPCHExtension  = "tpch"
	TPCDSExtension = "tpcds"
)

// Query is one of a benchmark's queries, as DuckDB spells it.
type Query struct {
	Number int // from 1
	SQL    string
}

// Answer is what DuckDB's authors expect of a query.
type Answer struct {
	Number      int
	ScaleFactor float64
	CSV         string // with a header, separated by |
}

// CacheDir is where built extensions are kept unless Load is told otherwise.
func CacheDir() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fault.New(fault.Unavailable, "find cache folder", "%w", err)
	}
	return filepath.Join(base, "shoal", "duckdb-extensions"), nil
}

// Load builds the named extensions (both when none is named) unless the cache folder has them, and
// loads them. The engine must have been opened with AllowUnsignedExtensions and without Confine. An
// empty dir means CacheDir. Without a C++ compiler the error (not_found) names the command that
// installs one.
func Load(ctx context.Context, e *duckdb.Engine, dir string, names ...string) error {
	if dir == "" {
		var err error
		if dir, err = CacheDir(); err != nil {
			return err
		}
	}
	if len(names) == 0 {
		names = []string{TPCHExtension, TPCDSExtension}
	}
	for _, name := range names {
		b, err := target(ctx, e, dir, name)
		if err != nil {
			return err
		}
		path, err := b.ensure(ctx)
		if err != nil {
			return err
		}
		if err := e.LoadExtension(ctx, path); err != nil {
			return err
		}
	}
	return nil
}

// generating is held by whoever runs a generator: these keep their state in C globals, which all
// engines of a process share.
var generating sync.Mutex

func generate(ctx context.Context, c *duckdb.Conn, call string, scaleFactor float64) error {
	generating.Lock()
	defer generating.Unlock()
	_, err := c.Exec(ctx, "CALL "+call+"(sf = "+strconv.FormatFloat(scaleFactor, 'f', -1, 64)+")")
	return err
}

// TPCH makes the eight tables of TPC-H in the connection's current schema. Scale factor 1 is about
// 1 GB and 6 million lineitems.
func TPCH(ctx context.Context, c *duckdb.Conn, scaleFactor float64) error {
	return fault.Wrap(generate(ctx, c, "dbgen", scaleFactor), "generate tpc-h")
}

// TPCDS makes the 24 tables of TPC-DS in the connection's current schema.
func TPCDS(ctx context.Context, c *duckdb.Conn, scaleFactor float64) error {
	return fault.Wrap(generate(ctx, c, "dsdgen", scaleFactor), "generate tpc-ds")
}

// TPCHQueries returns the 22 queries of TPC-H, in order.
func TPCHQueries(ctx context.Context, c *duckdb.Conn) ([]Query, error) {
	return queries(ctx, c, "tpch_queries()")
}

// TPCDSQueries returns the 99 queries of TPC-DS, in order.
func TPCDSQueries(ctx context.Context, c *duckdb.Conn) ([]Query, error) {
	return queries(ctx, c, "tpcds_queries()")
}

// TPCHAnswers returns DuckDB's own answers at the scale factors that it has (0.01, 0.1 and 1).
func TPCHAnswers(ctx context.Context, c *duckdb.Conn, scaleFactor float64) ([]Answer, error) {
	return answers(ctx, c, "tpch_answers()", scaleFactor)
}

// TPCDSAnswers returns DuckDB's own answers at the scale factors that it has (1 and 10).
func TPCDSAnswers(ctx context.Context, c *duckdb.Conn, scaleFactor float64) ([]Answer, error) {
	return answers(ctx, c, "tpcds_answers()", scaleFactor)
}

func queries(ctx context.Context, c *duckdb.Conn, from string) ([]Query, error) {
	rows, err := c.QueryRows(ctx, "SELECT query_nr, query FROM "+from+" ORDER BY query_nr")
	if err != nil {
		return nil, err
	}
	out := make([]Query, len(rows))
	for i, r := range rows {
		n, err := strconv.Atoi(r[0].Text)
		if err != nil {
			return nil, fault.New(fault.Internal, "read benchmark queries", "%w", err)
		}
		out[i] = Query{Number: n, SQL: r[1].Text}
	}
	return out, nil
}

func answers(ctx context.Context, c *duckdb.Conn, from string, scaleFactor float64) ([]Answer, error) {
	sf := strconv.FormatFloat(scaleFactor, 'f', -1, 64)
	rows, err := c.QueryRows(ctx, "SELECT query_nr, answer FROM "+from+" WHERE scale_factor = "+sf+" ORDER BY query_nr")
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fault.New(fault.NotFound, "read benchmark answers", "DuckDB has no answers at scale factor %s", sf)
	}
	out := make([]Answer, len(rows))
	for i, r := range rows {
		n, err := strconv.Atoi(r[0].Text)
		if err != nil {
			return nil, fault.New(fault.Internal, "read benchmark answers", "%w", err)
		}
		out[i] = Answer{Number: n, ScaleFactor: scaleFactor, CSV: r[1].Text}
	}
	return out, nil
}
