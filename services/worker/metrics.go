package worker

import (
	"context"
	"sync"
	"time"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/admission"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/metrics"
	"github.com/shoal-db/shoal/services/worker/query"
	"github.com/shoal-db/shoal/services/worker/store"
)

// sample is what one scrape shows: all gauges of one moment, taken once.
type sample struct {
	status store.Status
	counts store.Counts
	memory duckdb.Memory
}

// sampler takes a sample at most once a second, since each takes a look at every file.
type sampler struct {
	store  *store.Store
	runner *query.Runner

	mu    sync.Mutex
	last  sample
	taken time.Time
}

func (s *sampler) get() sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.taken) < time.Second {
		return s.last
	}
	s.last.status, s.last.counts = s.store.Status(), s.store.Counts()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	// An engine that is being replaced or closed shows what it last had.
	if m, err := s.runner.Memory(ctx); err == nil {
		s.last.memory = m
	}
	s.taken = time.Now()
	return s.last
}

// downloadErrors makes the counter of failed downloads, and returns what counts one.
func downloadErrors(set metrics.Set) func(fault.Kind) {
	kinds := make([]string, 0, len(fault.Kinds()))
	for _, k := range fault.Kinds() {
		kinds = append(kinds, string(k))
	}
	v := set.CounterVec("download_errors_total", "Downloads that failed, by kind; resource_exhausted is a full disk.",
		metrics.Label{Name: "kind", Values: kinds})
	return func(k fault.Kind) { v.WithLabelValues(string(k)).Inc() }
}

// observe makes the metrics of the store, of DuckDB and of the queue.
func observe(set metrics.Set, st *store.Store, runner *query.Runner, gate *admission.Gate) {
	smp := &sampler{store: st, runner: runner}
	gauge := func(name, help string, value func(sample) float64) {
		set.GaugeFunc(name, help, func() float64 { return value(smp.get()) })
	}
	counter := func(name, help string, value func(store.Counts) float64) {
		set.CounterFunc(name, help, func() float64 { return value(smp.get().counts) })
	}
	gauge("assigned_files_count", "Chunk files that the catalog assigns to this worker.", func(s sample) float64 { return float64(s.status.Assigned) })
	gauge("ready_files_count", "Assigned chunk files that are on the disk.", func(s sample) float64 { return float64(s.status.Ready) })
	gauge("pending_files_count", "Assigned chunk files that wait to be downloaded.", func(s sample) float64 { return float64(s.status.Pending) })
	gauge("downloading_files_count", "Chunk files that are being downloaded.", func(s sample) float64 { return float64(s.status.Fetching) })
	gauge("unverified_files_count", "Ready chunk files whose checksum was not compared since the start.", func(s sample) float64 { return float64(s.status.Unverified) })
	gauge("condemned_files_count", "Chunk files that are no longer assigned and wait to be deleted.", func(s sample) float64 { return float64(s.status.Condemned) })
	gauge("ready_files_bytes", "Size of the assigned chunk files on the disk.", func(s sample) float64 { return float64(s.status.ReadyBytes) })
	gauge("condemned_files_bytes", "Size of the chunk files that wait to be deleted.", func(s sample) float64 { return float64(s.status.CondemnedBytes) })
	gauge("disk_full_info", "Is 1 while downloads fail for lack of disk space.", func(s sample) float64 {
		if s.status.DiskFull.IsZero() {
			return 0
		}
		return 1
	})
	set.GaugeFunc("disk_free_bytes", "Free space on the disk of the chunk files.", func() float64 { return float64(st.Free()) })
	counter("downloads_total", "Chunk files downloaded.", func(c store.Counts) float64 { return float64(c.Downloads) })
	counter("download_bytes_total", "Bytes downloaded, failed attempts included.", func(c store.Counts) float64 { return float64(c.DownloadBytes) })
	counter("verified_files_total", "Chunk files on the disk whose checksum was right.", func(c store.Counts) float64 { return float64(c.Verified) })
	counter("damaged_files_total", "Chunk files that were found damaged on the disk.", func(c store.Counts) float64 { return float64(c.Damaged) })
	counter("lost_files_total", "Chunk files that had vanished from the disk.", func(c store.Counts) float64 { return float64(c.Lost) })
	counter("deleted_files_total", "Chunk files deleted because they are no longer assigned.", func(c store.Counts) float64 { return float64(c.Deleted) })
	gauge("duckdb_memory_bytes", "Memory that DuckDB holds.", func(s sample) float64 { return float64(s.memory.UsedBytes) })
	gauge("duckdb_spilled_bytes", "Bytes that DuckDB has spilled to disk.", func(s sample) float64 { return float64(s.memory.SpilledBytes) })
	set.GaugeFunc("memory_limit_bytes", "What the process may hold without files and Go's own memory: DuckDB's limits and the margin.", func() float64 { return float64(duckdb.ReadProcessMemory().LimitBytes) })
	set.GaugeFunc("memory_resident_bytes", "What it holds of that.", func() float64 { return float64(duckdb.ReadProcessMemory().ResidentBytes) })
	set.CounterFunc("memory_refused_blocks_total", "Blocks that DuckDB did not get because they would have gone beyond that limit.", func() float64 { return float64(duckdb.ReadProcessMemory().RefusedBlocks) })
	set.CounterFunc("memory_interrupted_queries_total", "Queries that were ended because the process was beyond that limit.", func() float64 { return float64(duckdb.ReadProcessMemory().Interrupted) })
	set.GaugeFunc("queries_running_count", "Subplans that run now.", func() float64 { return float64(gate.Counts().AllRunning()) })
	set.GaugeFunc("queries_queued_count", "Subplans that wait for their turn.", func() float64 { return float64(gate.Counts().AllQueued()) })
}
