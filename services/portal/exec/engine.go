package exec

import (
	"context"
	"log/slog"

	"github.com/shoal-db/shoal/libs/duckdb"
)

// EngineOptions configure the DuckDBs that merge.
type EngineOptions struct {
	// Threads of each; 0 is all cores.
	Threads int
	// MemoryBytes bounds the memory of both; 0 is 80 % of the machine's.
	MemoryBytes int64
	// MarginBytes is what the process may hold beyond its engines' limits.
	MarginBytes int64
	// SpillDir is where merges spill what exceeds that; SpillBytes bounds it, 0 is 90 % of the disk.
	SpillDir   string
	SpillBytes int64
	MaxConns   int
	Log        *slog.Logger
}

// OpenEngines opens the engines that merge. They reach no files but their own spill. The caller closes them.
func OpenEngines(ctx context.Context, opts EngineOptions) (*duckdb.Pair, error) {
	return duckdb.OpenPair(ctx, duckdb.RenewingOptions{Name: "merge engine", Log: opts.Log, Engine: duckdb.Options{
		Threads: opts.Threads, MemoryLimitBytes: opts.MemoryBytes, MarginBytes: opts.MarginBytes,
		TempDir: opts.SpillDir, TempDirMaxBytes: opts.SpillBytes, MaxConns: opts.MaxConns,
		Confine: true, LockConfiguration: true, Rendered: true,
		// The order of insertion is kept, as by default: rendered plans rely on it for theirs.
		// DuckDB 1.5.4 makes a join of a longer IN list, and then fails to bind some that stand beside a
		// semi join with distinct rows. A window over whole partitions would become a join with the
		// aggregate, and so read a subplan's stream twice, which there is only once.
		Settings: map[string]string{"disabled_optimizers": "in_clause,window_self_join"},
	}})
}
