package queries

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/metrics"
	"github.com/shoal-db/shoal/libs/substrait/bound"

	"github.com/shoal-db/shoal/services/portal/planning"
)

// The phases of a query, as the histogram of latencies names them.
const (
	phaseBind  = "bind"
	phasePlan  = "plan"
	phaseQueue = "queue"
	phaseExec  = "exec"
)

// Front is the door that a query came in by.
type Front string

// The front doors.
const (
	FrontHTTP   Front = "http"
	FrontFlight Front = "flight"
)

// outcomeOK is the outcome of what did not fail; the others are the kinds of faults.
const outcomeOK = "ok"

// Metrics are the portal's own metrics of queries.
type Metrics struct {
	planned   *prometheus.CounterVec
	executed  *prometheus.CounterVec
	phases    *prometheus.HistogramVec
	chunks    *prometheus.CounterVec
	dynamic   prometheus.Counter
	stages    *prometheus.CounterVec
	broadcast prometheus.Counter
	subplans  prometheus.Counter
	sent      *prometheus.CounterVec
	received  *prometheus.CounterVec
	failovers prometheus.Counter
	replans   prometheus.Counter
	fallbacks *prometheus.CounterVec
	cacheHits *prometheus.CounterVec
}

// NewMetrics makes the metrics.
func NewMetrics(s metrics.Set) *Metrics {
	outcomes := []string{outcomeOK}
	for _, kind := range fault.Kinds() {
		outcomes = append(outcomes, string(kind))
	}
	front := metrics.Label{Name: "front", Values: []string{string(FrontHTTP), string(FrontFlight)}}
	outcome := metrics.Label{Name: "outcome", Values: outcomes}
	form := metrics.Label{Name: "form", Values: []string{string(SQL), string(Substrait), string(SubstraitJSON)}}
	unit := metrics.Label{Name: "unit", Values: []string{"rows", "bytes"}}
	return &Metrics{
		planned:  s.CounterVec("plans_total", "Queries planned, by front door, form and outcome.", front, form, outcome),
		executed: s.CounterVec("queries_total", "Queries run by the portal, by front door and outcome.", front, outcome),
		phases: s.HistogramVec("query_phase_duration_seconds", "Time that queries spend in each phase.", metrics.DurationBuckets,
			metrics.Label{Name: "phase", Values: []string{phaseBind, phasePlan, phaseQueue, phaseExec}}),
		chunks: s.CounterVec("chunks_total", "Chunks that planning looked at: to be read, or why not.",
			metrics.Label{Name: "fate", Values: []string{"selected", "pruned_by_block", "pruned_by_statistics", "pruned_by_filter"}}),
		dynamic: s.Counter("chunks_pruned_dynamically_total", "Chunks that were pruned because of what joins with reference tables say; they are among the pruned chunks."),
		stages: s.CounterVec("stages_total", "Parts of queries that were computed first: their rows were few and sent to the workers, or too many.",
			metrics.Label{Name: "outcome", Values: []string{stageSent, stageTooMany}}),
		broadcast: s.Counter("broadcast_rows_total", "Rows of parts of queries that were sent to the workers; each counts once."),
		subplans:  s.Counter("subplans_total", "Subplans made for workers."),
		sent:      s.CounterVec("results_sent_total", "Rows and bytes (of Arrow buffers) of results that the portal gave out.", unit),
		received:  s.CounterVec("workers_received_total", "Rows and bytes that workers sent to the portal.", unit),
		failovers: s.Counter("failovers_total", "Subplans that were tried at another replica."),
		fallbacks: s.CounterVec("fallback_queries_total", "Queries planned that no plan can say: the statement itself runs in the portal, by what is beyond plans.",
			metrics.Label{Name: "reason", Values: bound.Kinds}),
		replans: s.Counter("replans_total", "Queries that were planned again because no replica could run a subplan."),
		cacheHits: s.CounterVec("bind_cache_lookups_total", "Lookups in the cache of bound plans.",
			metrics.Label{Name: "result", Values: []string{"hit", "miss"}}),
	}
}

// Received implements exec.Metrics.
func (m *Metrics) Received(rows, bytes int64) {
	m.received.WithLabelValues("rows").Add(float64(rows))
	m.received.WithLabelValues("bytes").Add(float64(bytes))
}

// FailedOver implements exec.Metrics.
func (m *Metrics) FailedOver() { m.failovers.Inc() }

func (m *Metrics) phase(name string, took time.Duration) {
	m.phases.WithLabelValues(name).Observe(took.Seconds())
}

func (m *Metrics) pruned(p planning.Pruning, subplans int) {
	m.chunks.WithLabelValues("selected").Add(float64(p.ChunksSelected))
	m.chunks.WithLabelValues("pruned_by_block").Add(float64(p.ByBlock))
	m.chunks.WithLabelValues("pruned_by_statistics").Add(float64(p.ByStatistics))
	m.chunks.WithLabelValues("pruned_by_filter").Add(float64(p.ByFilter))
	for _, s := range p.Scans {
		m.dynamic.Add(float64(s.ByDynamic))
	}
	m.subplans.Add(float64(subplans))
}

func outcomeOf(err error) string {
	if err == nil {
		return outcomeOK
	}
	return string(fault.KindOf(err))
}
