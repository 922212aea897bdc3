package metadata

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/platform/metrics"
)

// serviceMetrics are the service's own counts; what the catalog has is read from the Snapshot.
type serviceMetrics struct {
	leading       prometheus.Gauge
	assignSeconds prometheus.Histogram
	assignErrors  prometheus.Counter
	movedChunks   prometheus.Counter
	commits       *prometheus.CounterVec
	sweptFiles    prometheus.Counter
	sweptPages    prometheus.Counter
	sweepErrors   prometheus.Counter
}

func newMetrics(set metrics.Set, s *Service) *serviceMetrics {
	catalogGauges(set, s)
	return &serviceMetrics{
		leading: set.Gauge("leader_info", "Is 1 while this process leads."),
		assignSeconds: set.Histogram("assignment_duration_seconds", "Time to work out the assignment of all chunks.",
			[]float64{.001, .005, .02, .1, .5, 1, 2, 5, 10, 30}),
		assignErrors: set.Counter("assignment_errors_total", "Attempts to change the assignment that went wrong."),
		movedChunks:  set.Counter("assignment_replicas_moved_total", "Replicas of chunks that were given to another worker, or to a first one."),
		commits: set.CounterVec("load_commits_total", "Commits of loads by their outcome.",
			metrics.Label{Name: "outcome", Values: []string{"committed", "refused", "failed"}}),
		sweptFiles:  set.Counter("swept_files_total", "Files deleted from the object store."),
		sweptPages:  set.Counter("swept_pages_total", "Pages deleted from etcd."),
		sweepErrors: set.Counter("sweep_errors_total", "Sweeps that went wrong."),
	}
}

// catalogGauges are asked at each scrape.
func catalogGauges(set metrics.Set, s *Service) {
	gauge := func(name, help string, value func() int64) {
		set.GaugeFunc(name, help, func() float64 { return float64(value()) })
	}
	gauge("catalog_version_number", "The catalog version.", func() int64 { return s.follower.Current().Version() })
	gauge("datasets_count", "Datasets in the catalog.", func() int64 { return int64(len(s.follower.Current().Datasets())) })
	gauge("workers_count", "Workers that are alive.", func() int64 { return int64(len(s.follower.Current().Workers())) })
	gauge("tables_count", "Tables in the catalog.", func() int64 { return s.sum(func(*catalog.Table) int64 { return 1 }) })
	gauge("chunks_count", "Files of all tables.", func() int64 { return s.sum(func(t *catalog.Table) int64 { return int64(t.NumChunks()) }) })
	gauge("table_rows_count", "Rows of all tables.", func() int64 { return s.sum(func(t *catalog.Table) int64 { return t.Rows }) })
	gauge("table_size_bytes", "Bytes of all tables.", func() int64 { return s.sum(func(t *catalog.Table) int64 { return t.Bytes }) })
	gauge("moving_axes_count", "Axes with chunks on their way to other workers.", func() int64 {
		n := int64(0)
		for _, a := range s.follower.Current().Assignments() {
			if len(a.Previous) > 0 {
				n++
			}
		}
		return n
	})
}
