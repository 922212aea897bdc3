// Package progress shows how a load gets on: a bar for people who watch, lines for logs.
package progress

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// Display shows progress on one writer. Close it before anything else is written there.
type Display struct {
	w   io.Writer
	how string

	mu          sync.Mutex
	bar         *progressbar.ProgressBar
	stopSpinner chan struct{}
	spinnerDone chan struct{}

	started           time.Time
	lastLine          time.Time
	lastDrawn         time.Time
	rows, totalRows   int64
	bytes             int64
	files, totalFiles int
}

// New returns a display that shows a "bar", writes "lines", or does nothing ("none") but notes.
func New(w io.Writer, how string) *Display { return &Display{w: w, how: how} }

// linesEvery is how often a line is written while files are sent, drawEvery how often a bar is drawn.
const (
	linesEvery = 5 * time.Second
	drawEvery  = 50 * time.Millisecond
)

// Phase begins something of which it is not known how long it takes.
func (d *Display) Phase(text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.end()
	switch d.how {
	case "bar":
		d.spin(text)
	case "lines":
		fmt.Fprintf(d.w, "%s\n", text)
	}
}

// spin shows a spinner until end.
func (d *Display) spin(text string) {
	// The bar's own ticker would go on after the end.
	bar := progressbar.NewOptions(-1, progressbar.OptionSetWriter(d.w), progressbar.OptionSetDescription(text),
		progressbar.OptionSpinnerType(14), progressbar.OptionSetSpinnerChangeInterval(0), progressbar.OptionSetElapsedTime(true))
	stop, done := make(chan struct{}), make(chan struct{})
	d.bar, d.stopSpinner, d.spinnerDone = bar, stop, done
	go func() {
		defer close(done)
		ticker := time.NewTicker(100 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-stop:
				return
			case <-ticker.C:
				_ = bar.Add(1) // what can't be shown is not worth a load
			}
		}
	}()
}

// end takes the bar or spinner away.
func (d *Display) end() {
	if d.stopSpinner != nil {
		close(d.stopSpinner)
		<-d.spinnerDone
		d.stopSpinner = nil
	}
	if d.bar != nil {
		_ = d.bar.Clear()
		d.bar = nil
	}
}

// Sending begins the transfer of rows in files.
func (d *Display) Sending(rows int64, files int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.end()
	d.started, d.lastLine = time.Now(), time.Now()
	d.rows, d.totalRows, d.bytes, d.files, d.totalFiles = 0, rows, 0, 0, files
	switch d.how {
	case "bar":
		d.bar = progressbar.NewOptions64(max(rows, 1), progressbar.OptionSetWriter(d.w), progressbar.OptionFullWidth(),
			progressbar.OptionSetDescription(d.state()), progressbar.OptionSetPredictTime(true),
			progressbar.OptionClearOnFinish())
		_ = d.bar.RenderBlank()
	case "lines":
		fmt.Fprintf(d.w, "sending %d rows (files: %d)\n", rows, files)
	}
}

// Sent says that a file with as many rows and bytes has arrived.
func (d *Display) Sent(rows, bytes int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.rows, d.bytes, d.files = d.rows+rows, d.bytes+bytes, d.files+1
	switch {
	case d.how == "bar" && d.bar != nil:
		if time.Since(d.lastDrawn) >= drawEvery || d.rows >= d.totalRows {
			d.lastDrawn = time.Now()
			d.bar.Describe(d.state())
			_ = d.bar.Set64(d.rows)
		}
	case d.how == "lines" && (time.Since(d.lastLine) >= linesEvery || d.files == d.totalFiles):
		d.lastLine = time.Now()
		fmt.Fprintf(d.w, "sent %d of %d rows, %s%s\n", d.rows, d.totalRows, megabytes(d.bytes), d.left())
	}
}

// state is what stands before the bar.
func (d *Display) state() string {
	return fmt.Sprintf("%d/%d rows, %s", d.rows, d.totalRows, megabytes(d.bytes))
}

// left is how long the rest takes if it goes on like this.
func (d *Display) left() string {
	if d.rows == 0 || d.rows >= d.totalRows {
		return ""
	}
	rest := float64(time.Since(d.started)) * float64(d.totalRows-d.rows) / float64(d.rows)
	return fmt.Sprintf(", %s left", time.Duration(rest).Round(time.Second))
}

// Note says something that is worth knowing.
func (d *Display) Note(text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.end()
	fmt.Fprintf(d.w, "%s\n", text)
}

// Close takes away what is shown.
func (d *Display) Close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.end()
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }
