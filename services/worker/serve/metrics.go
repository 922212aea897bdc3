package serve

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/metrics"
)

// Metrics counts what is streamed.
type Metrics struct {
	queries      *prometheus.CounterVec
	duration     prometheus.Histogram
	queueWait    prometheus.Histogram
	rows, bytes  prometheus.Counter
	files        prometheus.Counter
	filesByQuery prometheus.Histogram
}

// NewMetrics makes the metrics, all series included.
func NewMetrics(set metrics.Set) *Metrics {
	outcomes := []string{"ok"}
	for _, k := range fault.Kinds() {
		outcomes = append(outcomes, string(k))
	}
	return &Metrics{
		queries: set.CounterVec("queries_total", "Subplans that ended, by outcome.",
			metrics.Label{Name: "outcome", Values: outcomes}),
		duration: set.Histogram("query_duration_seconds", "Time from a ticket's arrival to the last row's departure.",
			metrics.DurationBuckets),
		queueWait: set.Histogram("queue_wait_seconds", "Time that a subplan waited for its turn.", metrics.DurationBuckets),
		rows:      set.Counter("streamed_rows_total", "Rows sent to clients."),
		bytes:     set.Counter("streamed_bytes_total", "Bytes of Arrow data sent to clients."),
		files:     set.Counter("read_files_total", "Chunk files that subplans read."),
		filesByQuery: set.Histogram("query_files_count", "Chunk files that one subplan reads.",
			prometheus.ExponentialBuckets(1, 4, 8)),
	}
}

func (m *Metrics) waited(d time.Duration) { m.queueWait.Observe(d.Seconds()) }

func (m *Metrics) ended(err error, took time.Duration, t *tally) {
	outcome := "ok"
	if err != nil {
		outcome = string(fault.KindOf(err))
	}
	m.queries.WithLabelValues(outcome).Inc()
	m.duration.Observe(took.Seconds())
	m.files.Add(float64(t.files))
	m.filesByQuery.Observe(float64(t.files))
}
