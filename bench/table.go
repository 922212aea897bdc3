package main

import (
	"fmt"
	"math"
	"os"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
)

// report is a table of measurements.
type report struct{ w table.Writer }

func newTable(title string, columns ...any) report {
	w := table.NewWriter()
	w.SetTitle(title)
	w.SetOutputMirror(os.Stdout)
	w.AppendHeader(table.Row(columns))
	return report{w}
}

func (r report) add(cells ...any) { r.w.AppendRow(cells) }

func (r report) print() {
	r.w.Render()
	fmt.Println()
}

func ratio(x float64) string { return fmt.Sprintf("%.2f", x) }

func duration(ns int64) string {
	d := time.Duration(ns)
	switch {
	case d < time.Millisecond:
		return d.Round(10 * time.Nanosecond).String()
	case d < time.Second:
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(time.Millisecond).String()
}

// once is the time of one call, in nanoseconds.
func once(f func()) int64 {
	start := time.Now()
	f()
	return time.Since(start).Nanoseconds()
}

// geomean is the geometric mean.
func geomean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += math.Log(x)
	}
	return math.Exp(sum / float64(len(xs)))
}
