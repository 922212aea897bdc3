package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/duckdb/benchdata"
)

// tables of TPC-H: the chunked ones with their block column.
var tables = []struct{ name, block string }{
	{"lineitem", "l_orderkey"}, {"orders", "o_orderkey"}, {"customer", ""}, {"part", ""},
	{"supplier", ""}, {"partsupp", ""}, {"nation", ""}, {"region", ""},
}

// bed is a cluster with TPC-H, and DuckDB alone over the very same Parquet
// files.
type bed struct {
	dir     string
	cluster *cluster.Cluster
	engine  *duckdb.Engine
	peer    *duckdb.Conn
	queries []benchdata.Query
}

// newBed makes a cluster of some workers with some threads each, and a DuckDB
// with as many threads as they have together.
func newBed(ctx context.Context, scale float64, workers, threads int) (_ *bed, err error) {
	b := &bed{}
	if b.dir, err = os.MkdirTemp("", "shoal-bench-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			b.close()
		}
	}()
	files, err := b.generate(ctx, scale)
	if err != nil {
		return nil, err
	}
	b.cluster, err = cluster.Start(ctx, cluster.Options{
		DataDir: filepath.Join(b.dir, "cluster"), Workers: workers, Replication: 1,
		WorkerThreads: threads, PortalThreads: workers * threads, NoSync: true,
	})
	if err != nil {
		return nil, err
	}
	for _, t := range tables {
		_, err = load.Run(ctx, b.cluster.Client(), load.Options{
			Dataset: "tpch", Table: t.name, Files: []string{files[t.name]}, BlockColumn: t.block,
			Reference: t.block == "", Wait: waitForWorkers,
		})
		if err != nil {
			return nil, err
		}
	}
	return b, b.openPeer(ctx, workers*threads)
}

// generate writes TPC-H's tables to Parquet files.
func (b *bed) generate(ctx context.Context, scale float64) (map[string]string, error) {
	engine, err := duckdb.Open(ctx, duckdb.Options{AllowUnsignedExtensions: true, Path: filepath.Join(b.dir, "tpch.duckdb")})
	if err != nil {
		return nil, err
	}
	defer func() { _ = engine.Close(ctx) }()
	cache, err := benchdata.CacheDir()
	if err != nil {
		return nil, err
	}
	if err := benchdata.Load(ctx, engine, cache, "tpch"); err != nil {
		return nil, err
	}
	conn, err := engine.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	fmt.Fprintf(os.Stderr, "making TPC-H at scale %g\n", scale)
	if err := benchdata.TPCH(ctx, conn, scale); err != nil {
		return nil, err
	}
	if b.queries, err = benchdata.TPCHQueries(ctx, conn); err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, t := range tables {
		files[t.name] = filepath.Join(b.dir, t.name+".parquet")
		if _, err := conn.Exec(ctx, fmt.Sprintf("COPY %s TO %s (FORMAT parquet)", t.name, duckdb.QuoteLiteral(files[t.name]))); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// openPeer opens DuckDB over the chunk files in the cluster's object store.
func (b *bed) openPeer(ctx context.Context, threads int) (err error) {
	b.engine, err = duckdb.Open(ctx, duckdb.Options{Threads: threads, Settings: map[string]string{"parquet_metadata_cache": "true"}})
	if err != nil {
		return err
	}
	if b.peer, err = b.engine.Conn(ctx); err != nil {
		return err
	}
	for _, t := range tables {
		glob := filepath.Join(b.dir, "cluster", "objects", "tpch", "*", t.name+".parquet")
		if t.block == "" {
			glob = filepath.Join(b.dir, "cluster", "objects", "tpch", "_reference", "*", t.name+".parquet")
		}
		sql := fmt.Sprintf("CREATE VIEW %s AS FROM read_parquet(%s)", t.name, duckdb.QuoteLiteral(glob))
		if _, err := b.peer.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// drainPeer runs a query in-process and reads its rows.
func (b *bed) drainPeer(ctx context.Context, sql string) (drained, error) {
	stream, err := b.peer.Query(ctx, strings.TrimRight(sql, "; \n"))
	if err != nil {
		return drained{}, err
	}
	return drain(stream)
}

func (b *bed) close() {
	ctx := context.Background()
	if b.peer != nil {
		_ = b.peer.Close()
	}
	if b.engine != nil {
		_ = b.engine.Close(ctx)
	}
	if b.cluster != nil {
		if err := b.cluster.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stop cluster:", err)
		}
	}
	_ = os.RemoveAll(b.dir)
}
