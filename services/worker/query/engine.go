package query

import (
	"context"
	"log/slog"

	"github.com/shoal-db/shoal/libs/duckdb"
)

// Options of the engines that run subplans.
type Options struct {
	// ChunkDir is the only folder whose files SQL can read.
	ChunkDir string
	// Threads of each; 0 is all cores.
	Threads int
	// MemoryBytes bounds the memory of both; 0 is 80 % of the machine's.
	MemoryBytes int64
	// MarginBytes is what the process may hold beyond its engines' limits.
	MarginBytes int64
	// SpillDir is where queries spill what exceeds that; empty: they don't, and fail.
	SpillDir string
	// SpillBytes bounds SpillDir; 0 is 90 % of the free disk.
	SpillBytes int64
	// MaxConns is how many queries may run at a time.
	MaxConns int
	Log      *slog.Logger
}

// settings are DuckDB's for reading many small immutable files:
//
//   - Order is only what a plan asks for, so DuckDB need not keep the files': several threads then
//     feed one stream. What a Sort at the plan's end orders stays in order (TestOrder).
//   - Parquet footers are kept: counting the rows of 1,000 files of 2,000 rows took 32 ms instead of
//     40 ms in an otherwise idle DuckDB. BenchmarkManyFiles has the whole cost of such a subplan.
//   - A window over whole partitions does not become a join with the aggregate: its input would be read twice, and
//     may not be the same then (random(), a limit without an order).
//   - File contents are not kept: for local files that was no faster than the kernel's own cache, and
//     memory is for queries.
var settings = map[string]string{
	"preserve_insertion_order":   "false",
	"parquet_metadata_cache":     "true",
	"enable_external_file_cache": "false",
	"disabled_optimizers":        "window_self_join",
}

func openEngines(ctx context.Context, opts Options) (*duckdb.Pair, error) {
	return duckdb.OpenPair(ctx, duckdb.RenewingOptions{Name: "query engine", Log: opts.Log, Engine: duckdb.Options{
		Threads: opts.Threads, MemoryLimitBytes: opts.MemoryBytes, MarginBytes: opts.MarginBytes,
		TempDir: opts.SpillDir, TempDirMaxBytes: opts.SpillBytes, MaxConns: opts.MaxConns,
		Confine: true, AllowedDirs: []string{opts.ChunkDir}, LockConfiguration: true, Rendered: true,
		Settings: settings,
	}})
}
