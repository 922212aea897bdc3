package references

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/shoal-db/shoal/libs/platform/metrics"
)

// How a lookup ended, as metrics name it.
const (
	resultKnown    = "known"    // it had been computed before
	resultComputed = "computed" // in time
	resultLate     = "late"     // not within the budget
	resultRefused  = "refused"  // too many at a time
	resultFailed   = "failed"
)

// Metrics tell of copies and lookups.
type Metrics struct {
	downloads *prometheus.CounterVec
	lookups   *prometheus.CounterVec
	took      prometheus.Histogram
}

// NewMetrics makes the metrics.
func NewMetrics(s metrics.Set) *Metrics {
	return &Metrics{
		downloads: s.CounterVec("reference_copies_total", "Copies of reference tables that were made for lookups, or not.",
			metrics.Label{Name: "outcome", Values: []string{"done", "failed"}}),
		lookups: s.CounterVec("reference_lookups_total", "Lookups in reference tables while planning: known before, computed in time, too late, refused as too many, failed.",
			metrics.Label{Name: "result", Values: []string{resultKnown, resultComputed, resultLate, resultRefused, resultFailed}}),
		took: s.Histogram("reference_lookup_duration_seconds", "Time that computing a lookup takes.", metrics.DurationBuckets),
	}
}

// Observe makes the gauges of what there is of copies now; nil has none.
func Observe(s metrics.Set, c *Copies) {
	size := func(pick func(tables int, bytes int64) float64) func() float64 {
		return func() float64 {
			if c == nil {
				return 0
			}
			return pick(c.Size())
		}
	}
	s.GaugeFunc("reference_copies_count", "Reference tables that lookups can read.", size(func(n int, _ int64) float64 { return float64(n) }))
	s.GaugeFunc("reference_copies_bytes", "Size of the copies of reference tables.", size(func(_ int, b int64) float64 { return float64(b) }))
}
