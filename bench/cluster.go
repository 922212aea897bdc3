package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/duckdb/benchdata"
)

// bed is a cluster with a suite's data, and DuckDB alone over the very same
// Parquet files.
type bed struct {
	suite   suite
	dir     string
	cluster *cluster.Cluster
	engine  *duckdb.Engine
	peer    *duckdb.Conn
	queries []benchdata.Query
}

// bedOptions are a cluster's size, and how its data is cut.
type bedOptions struct {
	scale            float64
	workers, threads int
	chunkRows        int64 // 0 is load's own choice
}

// newBed makes a cluster of some workers with some threads each, and a DuckDB
// with as many threads as they have together.
func newBed(ctx context.Context, s suite, o bedOptions) (_ *bed, err error) {
	b := &bed{suite: s}
	if b.dir, err = os.MkdirTemp("", "shoal-bench-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			b.close()
		}
	}()
	files, err := b.generate(ctx, o.scale)
	if err != nil {
		return nil, err
	}
	b.cluster, err = cluster.Start(ctx, cluster.Options{
		DataDir: filepath.Join(b.dir, "cluster"), Workers: o.workers,
		WorkerThreads: o.threads, PortalThreads: o.workers * o.threads, NoSync: true,
	})
	if err != nil {
		return nil, err
	}
	// The first table decides how its dataset is cut, so the largest ones come first.
	for _, table := range bySize(files) {
		file := files[table]
		block := s.blocks[table]
		_, err = load.Run(ctx, b.cluster.Client(), load.Options{
			Dataset: s.name, Table: table, Files: []string{file}, BlockColumn: block, ChunkRows: o.chunkRows,
			Reference: block == "", Wait: waitForWorkers,
		})
		if err != nil {
			return nil, err
		}
	}
	return b, b.openPeer(ctx, slices.Collect(maps.Keys(files)), o.workers*o.threads)
}

// generate writes the suite's tables to Parquet files, and returns these by table.
func (b *bed) generate(ctx context.Context, scale float64) (map[string]string, error) {
	engine, err := duckdb.Open(ctx, duckdb.Options{AllowUnsignedExtensions: true, Path: filepath.Join(b.dir, "data.duckdb")})
	if err != nil {
		return nil, err
	}
	defer func() { _ = engine.Close(ctx) }()
	cache, err := benchdata.CacheDir()
	if err != nil {
		return nil, err
	}
	if err := benchdata.Load(ctx, engine, cache, b.suite.name); err != nil {
		return nil, err
	}
	conn, err := engine.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	fmt.Fprintf(os.Stderr, "making %s at scale %g\n", b.suite.title, scale)
	if err := b.suite.generate(ctx, conn, scale); err != nil {
		return nil, err
	}
	if b.queries, err = b.suite.queries(ctx, conn); err != nil {
		return nil, err
	}
	tables, err := conn.QueryRows(ctx, "SELECT table_name FROM duckdb_tables() WHERE NOT temporary")
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, row := range tables {
		table := row[0].Text
		files[table] = filepath.Join(b.dir, table+".parquet")
		if _, err := conn.Exec(ctx, fmt.Sprintf("COPY %s TO %s (FORMAT parquet)", table, duckdb.QuoteLiteral(files[table]))); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// bySize are the tables, the largest file first.
func bySize(files map[string]string) []string {
	size := map[string]int64{}
	for table, file := range files {
		if info, err := os.Stat(file); err == nil {
			size[table] = info.Size()
		}
	}
	return slices.SortedFunc(maps.Keys(files), func(a, b string) int { return cmp.Or(cmp.Compare(size[b], size[a]), cmp.Compare(a, b)) })
}

// openPeer opens DuckDB over the chunk files in the cluster's object store.
func (b *bed) openPeer(ctx context.Context, tables []string, threads int) (err error) {
	b.engine, err = duckdb.Open(ctx, duckdb.Options{Threads: threads, Settings: map[string]string{"parquet_metadata_cache": "true"}})
	if err != nil {
		return err
	}
	if b.peer, err = b.engine.Conn(ctx); err != nil {
		return err
	}
	objects := filepath.Join(b.dir, "cluster", "objects", b.suite.name)
	for _, table := range tables {
		glob := filepath.Join(objects, "*", table+".parquet")
		if b.suite.blocks[table] == "" {
			glob = filepath.Join(objects, "_reference", "*", table+".parquet")
		}
		sql := fmt.Sprintf("CREATE VIEW %s AS FROM read_parquet(%s)", table, duckdb.QuoteLiteral(glob))
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
