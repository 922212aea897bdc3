package portal

import (
	"context"
	"sync"
	"time"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/metrics"
)

// memorySample asks DuckDB for its memory use at most once a second, however many gauges show it.
type memorySample struct {
	ask func(context.Context) (duckdb.Memory, error)

	mu    sync.Mutex
	last  duckdb.Memory
	taken time.Time
}

func (s *memorySample) get() duckdb.Memory {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.taken) < time.Second {
		return s.last
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	// An engine that is being replaced or closed shows what it last had.
	if m, err := s.ask(ctx); err == nil {
		s.last = m
	}
	s.taken = time.Now()
	return s.last
}

// observe makes the gauges of what there is now.
func (p *Portal) observe(set metrics.Set) {
	gauge := func(name, help string, value func() float64) { set.GaugeFunc(name, help, value) }
	gauge("running_queries_count", "Queries that run in the portal.", func() float64 { return float64(p.queries.Admitted().AllRunning()) })
	gauge("queued_queries_count", "Queries that wait for their turn.", func() float64 { return float64(p.queries.Admitted().AllQueued()) })
	gauge("loads_count", "Loads that go on.", func() float64 { return float64(p.loads.Active()) })
	gauge("catalog_version_number", "Version of the catalog that queries are planned with.", func() float64 { return float64(p.cluster.Current().Version()) })
	gauge("catalog_synced_info", "Is 1 while that is known to be the newest.", func() float64 {
		if ok, _ := p.cluster.Sync(); ok {
			return 1
		}
		return 0
	})
	gauge("workers_count", "Live workers.", func() float64 { return float64(len(p.cluster.Current().Workers())) })
	memory := &memorySample{ask: p.merging.Memory}
	gauge("duckdb_memory_used_bytes", "Memory that DuckDB holds for merging.", func() float64 { return float64(memory.get().UsedBytes) })
	gauge("duckdb_memory_limit_bytes", "Memory that DuckDB may hold for merging.", func() float64 { return float64(memory.get().LimitBytes) })
	gauge("duckdb_spilled_bytes", "Bytes that merging has spilled to disk now.", func() float64 { return float64(memory.get().SpilledBytes) })
	gauge("memory_limit_bytes", "What the process may hold without files and Go's own memory: DuckDB's limits and the margin.", func() float64 { return float64(duckdb.ReadProcessMemory().LimitBytes) })
	gauge("memory_resident_bytes", "What it holds of that.", func() float64 { return float64(duckdb.ReadProcessMemory().ResidentBytes) })
	set.CounterFunc("memory_refused_blocks_total", "Blocks that DuckDB did not get because they would have gone beyond that limit.", func() float64 { return float64(duckdb.ReadProcessMemory().RefusedBlocks) })
	set.CounterFunc("memory_interrupted_queries_total", "Queries that were ended because the process was beyond that limit.", func() float64 { return float64(duckdb.ReadProcessMemory().Interrupted) })
}
