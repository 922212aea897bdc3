package demo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/duckdb/benchdata"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// tables are in the order in which they are loaded: orders before lineitem, whose chunks follow.
var tables = []struct{ name, block string }{
	{"orders", "o_orderkey"}, {"lineitem", "l_orderkey"},
	{"customer", ""}, {"part", ""}, {"supplier", ""}, {"partsupp", ""}, {"nation", ""}, {"region", ""},
}

// dataset is TPC-H in a DuckDB of its own and in Parquet files.
type dataset struct {
	engine  *duckdb.Engine
	dir     string
	rows    map[string]int64
	queries []benchdata.Query
}

func generate(ctx context.Context, scale float64, dir string) (_ *dataset, err error) {
	const op = "generate tpc-h"
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fault.Wrap(err, op)
	}
	d := &dataset{dir: dir, rows: map[string]int64{}}
	d.engine, err = duckdb.Open(ctx, duckdb.Options{AllowUnsignedExtensions: true, TempDir: filepath.Join(dir, "spill")})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			d.close()
		}
	}()
	if err := benchdata.Load(ctx, d.engine, "", benchdata.TPCHExtension); err != nil {
		return nil, err
	}
	conn, err := d.engine.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }() // nothing is open on it any more
	if err := benchdata.TPCH(ctx, conn, scale); err != nil {
		return nil, err
	}
	if d.queries, err = benchdata.TPCHQueries(ctx, conn); err != nil {
		return nil, err
	}
	for _, t := range tables {
		d.rows[t.name], err = conn.Exec(ctx, "COPY "+t.name+" TO "+duckdb.QuoteLiteral(d.file(t.name))+" (FORMAT parquet)")
		if err != nil {
			return nil, fault.Wrap(err, op)
		}
	}
	return d, nil
}

func (d *dataset) file(table string) string { return filepath.Join(d.dir, table+".parquet") }

// close frees DuckDB. Its connections are closed by now.
func (d *dataset) close() { _ = d.engine.Close(context.Background()) }

// load brings all tables into the cluster.
func (d *demo) load(ctx context.Context, data *dataset) error {
	for _, t := range tables {
		sum, err := load.Run(ctx, d.cluster.Client(), load.Options{
			Dataset: Dataset, Table: t.name, Files: []string{data.file(t.name)},
			BlockColumn: t.block, Reference: t.block == "",
			ChunkRows: max(1, data.rows[t.name]/chunksWanted), TempDir: d.dir, Wait: time.Minute,
		})
		if err != nil {
			return fault.Wrap(err, "load "+t.name)
		}
		how := "as a reference table"
		if t.block != "" {
			how = "by " + t.block + " in " + strconv.Itoa(sum.Chunks) + " chunks"
		}
		d.note("loaded %s.%s: %d rows %s in %s", Dataset, t.name, sum.Rows, how, sum.Took.Round(time.Millisecond))
		if sum.Rows != data.rows[t.name] {
			return fault.New(fault.Internal, "load "+t.name, "%d rows were loaded of %d", sum.Rows, data.rows[t.name])
		}
	}
	return nil
}

// query is one that is shown.
type query struct {
	title, sql string
	// ordered tells whether the order of the rows is part of the result.
	ordered bool
}

func (d *dataset) shown() []query {
	return []query{
		{"A few orders: of the chunks, almost all are pruned by their blocks, and the rows come from a worker directly",
			"SELECT l_orderkey, l_linenumber, l_quantity, l_extendedprice, l_shipdate\nFROM lineitem\nWHERE l_orderkey BETWEEN 992 AND 995", false},
		{"TPC-H Q1: every worker aggregates its chunks, the portal merges", statement(d.queries[0]), true},
		{"TPC-H Q3: orders and lineitem are joined within chunks, customer is on every worker", statement(d.queries[2]), true},
	}
}

func statement(q benchdata.Query) string { return strings.TrimRight(strings.TrimSpace(q.SQL), ";") }

// ask shows all queries.
func (d *demo) ask(ctx context.Context, data *dataset) error {
	asker, err := newAsker(ctx, d.cluster)
	if err != nil {
		return err
	}
	defer asker.close()
	for i, q := range data.shown() {
		fmt.Fprintf(d.Out, "\n── %d. %s\n\n%s\n\n", i+1, q.title, q.sql)
		answer, err := asker.ask(ctx, q.sql)
		if err != nil {
			return fault.Wrap(err, fmt.Sprintf("query %d", i+1))
		}
		err = d.show(ctx, data, q, answer)
		answer.release()
		if err != nil {
			return fault.Wrap(err, fmt.Sprintf("query %d", i+1))
		}
	}
	fmt.Fprintln(d.Out)
	return nil
}
