package filters

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/shoal-db/shoal/libs/platform/metrics"
)

// Metrics are the portal's metrics of filters.
type Metrics struct {
	bytes, limit          prometheus.Gauge
	loaded, wanted, width prometheus.Gauge
	failed                *prometheus.CounterVec
}

// Why filters could not be loaded.
const (
	missing     = "missing"
	damaged     = "damaged"
	unavailable = "unavailable"
)

// NewMetrics makes the metrics.
func NewMetrics(s metrics.Set) *Metrics {
	return &Metrics{
		bytes:  s.Gauge("filter_memory_used_bytes", "Memory that filters for equality take."),
		limit:  s.Gauge("filter_memory_limit_bytes", "Memory that they may take."),
		loaded: s.Gauge("filter_chunks_loaded_count", "Chunks whose filters are in memory."),
		wanted: s.Gauge("filter_chunks_wanted_count", "Chunks that have filters."),
		width:  s.Gauge("filter_fingerprint_bits", "Most bits of a fingerprint that are kept, so that the filters fit; 16 is all."),
		failed: s.CounterVec("filter_failures_total", "Filters that could not be loaded, by reason.",
			metrics.Label{Name: "reason", Values: []string{missing, damaged, unavailable}}),
	}
}
