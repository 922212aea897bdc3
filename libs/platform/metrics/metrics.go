// Package metrics owns how metrics are named and made: shoal_<service>_<noun>_<unit>, in a registry
// that is injected (several services may live in one process, each with its own), with every
// labelled series there from the start, so that a rate over it is right from its first event.
//
// It refuses labels whose values it isn't told beforehand: no ids, no query text. A name that is
// malformed or taken panics, at the start of the process.
package metrics

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/shoal-db/shoal/libs/platform/version"
)

// DurationBuckets are the bounds of latency histograms in seconds, from a millisecond to a minute.
var DurationBuckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}

// SizeBuckets are the bounds of size histograms in bytes, from 1 KiB to 64 GiB.
var SizeBuckets = prometheus.ExponentialBuckets(1<<10, 8, 9)

// NewRegistry returns a registry with the collectors of the Go runtime and of the process, and
// shoal_build_info.
func NewRegistry() *prometheus.Registry {
	reg := prometheus.NewRegistry()
	info := version.Get()
	build := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "shoal_build_info", Help: "Is 1; the labels say which build this is.",
		ConstLabels: prometheus.Labels{"version": info.Version, "commit": info.Commit, "go_version": info.GoVersion},
	}, func() float64 { return 1 })
	reg.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		build,
	)
	return reg
}

// Handler serves what the registry has. When a collector fails, the others are still served.
func Handler(reg *prometheus.Registry) http.Handler {
	return promhttp.HandlerFor(reg, promhttp.HandlerOpts{Registry: reg, ErrorHandling: promhttp.ContinueOnError})
}

// Label is a label and all values that it can have.
type Label struct {
	Name   string
	Values []string
}

// Set makes the metrics of one service.
type Set struct {
	reg     prometheus.Registerer
	service string
}

// For returns the Set of a service, "portal".
func For(reg prometheus.Registerer, service string) Set {
	mustBeName(service)
	return Set{reg, service}
}

// Counter makes a counter; its name says noun and unit and ends in _total: "chunks_pruned_total".
func (s Set) Counter(name, help string) prometheus.Counter {
	mustBeTotal(name)
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: s.name(name), Help: help})
	s.reg.MustRegister(c)
	return c
}

// CounterVec makes a counter with labels, and all its series.
func (s Set) CounterVec(name, help string, labels ...Label) *prometheus.CounterVec {
	mustBeTotal(name)
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: s.name(name), Help: help}, names(labels))
	s.reg.MustRegister(c)
	each(labels, func(values ...string) { c.WithLabelValues(values...) })
	return c
}

// Gauge makes a gauge; its name says noun and unit: "memory_used_bytes".
func (s Set) Gauge(name, help string) prometheus.Gauge {
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: s.name(name), Help: help})
	s.reg.MustRegister(g)
	return g
}

// GaugeVec makes a gauge with labels, and all its series.
func (s Set) GaugeVec(name, help string, labels ...Label) *prometheus.GaugeVec {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: s.name(name), Help: help}, names(labels))
	s.reg.MustRegister(g)
	each(labels, func(values ...string) { g.WithLabelValues(values...) })
	return g
}

// GaugeFunc makes a gauge that is asked for its value by each scrape, from any goroutine.
func (s Set) GaugeFunc(name, help string, value func() float64) {
	s.reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: s.name(name), Help: help}, value))
}

// CounterFunc makes a counter that is asked for its value by each scrape, from any goroutine.
func (s Set) CounterFunc(name, help string, value func() float64) {
	mustBeTotal(name)
	s.reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: s.name(name), Help: help}, value))
}

// Histogram makes a histogram; its name says noun and unit: "plan_duration_seconds".
func (s Set) Histogram(name, help string, buckets []float64) prometheus.Histogram {
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: s.name(name), Help: help, Buckets: buckets})
	s.reg.MustRegister(h)
	return h
}

// HistogramVec makes a histogram with labels, and all its series.
func (s Set) HistogramVec(name, help string, buckets []float64, labels ...Label) *prometheus.HistogramVec {
	opts := prometheus.HistogramOpts{Name: s.name(name), Help: help, Buckets: buckets}
	h := prometheus.NewHistogramVec(opts, names(labels))
	s.reg.MustRegister(h)
	each(labels, func(values ...string) { h.WithLabelValues(values...) })
	return h
}

func (s Set) name(name string) string {
	mustBeName(name)
	return "shoal_" + s.service + "_" + name
}

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

func mustBeName(name string) {
	if !nameForm.MatchString(name) {
		panic(fmt.Sprintf("metrics: %q is not a name like chunks_pruned_total", name))
	}
}

func mustBeTotal(name string) {
	if !strings.HasSuffix(name, "_total") {
		panic(fmt.Sprintf("metrics: the counter %q does not end in _total", name))
	}
}

func names(labels []Label) []string {
	all := make([]string, len(labels))
	for i, l := range labels {
		all[i] = l.Name
	}
	return all
}

// each calls fn with every combination of the labels' values.
func each(labels []Label, fn func(values ...string)) {
	var walk func(i int, values []string)
	walk = func(i int, values []string) {
		if i == len(labels) {
			fn(values...)
			return
		}
		for _, v := range labels[i].Values {
			walk(i+1, append(values[:i:i], v))
		}
	}
	walk(0, nil)
}
