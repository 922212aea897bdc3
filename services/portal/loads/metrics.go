package loads

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/shoal-db/shoal/libs/platform/metrics"
)

// Metrics are the portal's metrics of loads.
type Metrics struct {
	loads *prometheus.CounterVec
	files prometheus.Counter
	rows  prometheus.Counter
	bytes prometheus.Counter
}

// NewMetrics makes the metrics.
func NewMetrics(s metrics.Set) *Metrics {
	return &Metrics{
		loads: s.CounterVec("loads_total", "Loads that ended, by outcome.",
			metrics.Label{Name: "outcome", Values: []string{"committed", "refused", "aborted"}}),
		files: s.Counter("load_files_total", "Files that loads stored."),
		rows:  s.Counter("load_rows_total", "Rows in files that loads stored."),
		bytes: s.Counter("load_bytes_total", "Bytes of files that loads stored."),
	}
}

func (m *Metrics) ended(outcome string) { m.loads.WithLabelValues(outcome).Inc() }

func (m *Metrics) stored(rows, bytes int64) {
	m.files.Inc()
	m.rows.Add(float64(rows))
	m.bytes.Add(float64(bytes))
}
