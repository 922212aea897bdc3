package loads

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/shoal-db/shoal/libs/platform/metrics"
)

// Metrics are the portal's metrics of loads.
type Metrics struct {
	loads *prometheus.CounterVec
	files prometheus.Counter
	rows  prometheus.Counter
	bytes prometheus.Counter
	// filters is how long building the filters of a file takes.
	filters        prometheus.Histogram
	filterFailures prometheus.Counter
}

// NewMetrics makes the metrics.
func NewMetrics(s metrics.Set) *Metrics {
	return &Metrics{
		loads: s.CounterVec("loads_total", "Loads that ended, by outcome.",
			metrics.Label{Name: "outcome", Values: []string{"committed", "refused", "aborted"}}),
		files: s.Counter("load_files_total", "Files that loads stored."),
		rows:  s.Counter("load_rows_total", "Rows in files that loads stored."),
		bytes: s.Counter("load_bytes_total", "Bytes of files that loads stored."),
		filters: s.Histogram("load_filter_duration_seconds", "Time to build the filters of a file of a load.",
			[]float64{.001, .003, .01, .03, .1, .3, 1, 3, 10}),
		filterFailures: s.Counter("load_filter_failures_total", "Files of loads whose filters could not be built."),
	}
}

func (m *Metrics) ended(outcome string) { m.loads.WithLabelValues(outcome).Inc() }

func (m *Metrics) stored(rows, bytes int64) {
	m.files.Inc()
	m.rows.Add(float64(rows))
	m.bytes.Add(float64(bytes))
}

func (m *Metrics) filtersBuilt(took time.Duration, err error) {
	m.filters.Observe(took.Seconds())
	if err != nil {
		m.filterFailures.Inc()
	}
}
