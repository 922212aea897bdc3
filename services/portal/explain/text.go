package explain

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shoal-db/shoal/libs/platform/human"
)

const (
	// maxLine bounds a relation's line, in characters; the structure has the whole.
	maxLine = 110
	// maxName bounds a column's name, which may be a whole expression.
	maxName = 40
	// placeColumn is the widest that relations may push the column of places to.
	placeColumn = 64
	// maxSubplans is how many subplans of a fragment are listed: those that took longest, after a run.
	maxSubplans = 16
)

// writer gathers the text.
type writer struct{ strings.Builder }

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// Render makes the text from the rest.
func (e *Explanation) Render() string {
	w := &writer{}
	if e.Analyzed != nil {
		e.writeRun(w)
	}
	e.writePlan(w)
	e.writePruning(w)
	if e.Broadcast != "" {
		w.line("When it runs in the portal, computed first, and sent to the workers if few")
		w.line("  %s", shorten(e.Broadcast, 2*maxLine))
	}
	for _, f := range e.Fragments {
		e.writeFragment(w, f)
	}
	switch {
	case e.Fallback != nil:
		w.line("On the portal: the statement itself, over tables that hold what the fragments give")
		w.line("  because %s", e.Fallback.Reason)
	case len(e.Merge) > 0:
		w.line("On the portal: merge")
		writeTrees(w, e.Merge)
	case len(e.Subplans) == 0:
		w.line("Nothing is read, and the result is empty")
	default:
		w.line("No merge: the workers' rows are the result")
	}
	return w.String()
}

// writePlan writes what is asked, where each relation runs, and why.
func (e *Explanation) writePlan(w *writer) {
	var lines []treeLine
	for _, t := range e.Logical {
		lines = draw(lines, t, "", "")
	}
	width := 0
	for _, l := range lines {
		if n := utf8.RuneCountInString(l.text); n <= placeColumn {
			width = max(width, n)
		}
	}
	w.line("Plan of %s", e.result())
	var reasons []string
	for _, l := range lines {
		text := "  " + l.text
		if l.node.Place != "" {
			text += strings.Repeat(" ", max(0, width-utf8.RuneCountInString(l.text))) + "  " + l.node.Place
		}
		if l.node.Why != "" {
			at := slices.Index(reasons, l.node.Why)
			if at < 0 {
				at = len(reasons)
				reasons = append(reasons, l.node.Why)
			}
			text += " [" + strconv.Itoa(at+1) + "]"
		}
		w.line("%s", strings.TrimRight(text, " "))
	}
	for i, r := range reasons {
		w.line("  [%d] %s", i+1, r)
	}
	if len(e.Rules) > 0 {
		w.line("Rules that changed it: %s", strings.Join(e.Rules, ", "))
	}
}

// result lists the result's columns, and what the plan calls them if that is another name.
func (e *Explanation) result() string {
	names := make([]string, len(e.Columns))
	for i, c := range e.Columns {
		names[i] = shorten(c.Name, maxName)
		if c.Source != "" && c.Source != c.Name {
			names[i] = c.Source + " as " + names[i]
		}
	}
	return shorten(strings.Join(names, ", "), maxLine)
}

type treeLine struct {
	text string
	node *Node
}

// draw lists a tree's lines. What has one input stands above it; several inputs branch off.
func draw(lines []treeLine, n *Node, first, rest string) []treeLine {
	lines = append(lines, treeLine{first + shorten(n.Relation, maxLine), n})
	for i, in := range n.Inputs {
		switch {
		case n.line == "": // the head of a shared subtree
			lines = draw(lines, in, rest+"  ", rest+"  ")
		case len(n.Inputs) == 1:
			lines = draw(lines, in, rest, rest)
		case i < len(n.Inputs)-1:
			lines = draw(lines, in, rest+"├─ ", rest+"│  ")
		default:
			lines = draw(lines, in, rest+"└─ ", rest+"   ")
		}
	}
	return lines
}

func writeTrees(w *writer, trees []*Node) {
	for _, t := range trees {
		for _, l := range draw(nil, t, "", "") {
			w.line("  %s", l.text)
		}
	}
}

func shorten(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

func (e *Explanation) writePruning(w *writer) {
	if e.Pruning.ChunksTotal == 0 {
		return
	}
	w.line("Pruning: %d of %d chunks to be read (catalog version %d)", e.Pruning.ChunksSelected, e.Pruning.ChunksTotal, e.CatalogVersion)
	for _, s := range e.Scans {
		w.line("  %s: %d of %d%s", s.Table, s.ChunksSelected, s.ChunksTotal, why(s.Pruning))
		for _, c := range s.Conjuncts {
			if c.Predicate != "true" {
				w.line("    %d by %s", c.Pruned, shorten(c.Predicate, maxLine))
			}
		}
		for _, d := range s.Dynamic {
			w.line("    joined: %s", shorten(d, maxLine))
		}
		if s.ByDynamic > 0 {
			w.line("    %d by these joins with reference tables", s.ByDynamic)
		}
		if s.ByOthers > 0 {
			w.line("    %d by the other scans of fragment %d, in whose chunks of the same blocks nothing is left", s.ByOthers, s.Fragment)
		}
	}
}

// why says what chunks were pruned by.
func why(p Pruning) string {
	var parts []string
	for _, c := range []struct {
		n  int
		by string
	}{{p.ByBlock, "block"}, {p.ByStatistics, "statistics"}, {p.ByFilter, "filter"}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d by %s", c.n, c.by))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "; pruned " + strings.Join(parts, ", ")
}

func (e *Explanation) writeFragment(w *writer, f Fragment) {
	place := "on any worker, once: it reads reference tables alone"
	if f.Over != "" {
		place = "over the chunks of " + f.Over
	}
	if len(f.Subplans) == 0 {
		place += ", of which none is left"
	}
	w.line("On workers: fragment %d, %s", f.ID, place)
	writeTrees(w, f.Plan)
	var mine []Subplan
	for _, s := range e.Subplans {
		if s.Fragment == f.ID {
			mine = append(mine, s)
		}
	}
	if len(mine) > 0 {
		writeSubplans(w, mine, e.Analyzed != nil)
	}
}

// writeSubplans lists a fragment's subplans, and, after a run, what they took.
func writeSubplans(w *writer, subplans []Subplan, analyzed bool) {
	shown := subplans
	if len(shown) > maxSubplans {
		shown = slices.Clone(subplans)
		slices.SortStableFunc(shown, func(a, b Subplan) int { return int(elapsed(b) - elapsed(a)) })
		shown = shown[:maxSubplans]
	}
	table := [][]string{{"subplan", "chunks", "rows at most", "stored", "replicas"}}
	if analyzed {
		table = [][]string{{"subplan", "worker", "chunks", "rows read", "rows sent", "sent", "took", "queued", "sending", "cpu", "peak memory", "spilled"}}
	}
	for _, s := range shown {
		if analyzed {
			table = append(table, ranRow(s))
			continue
		}
		var replicas []string
		for _, r := range s.Replicas {
			replicas = append(replicas, r.Worker)
		}
		table = append(table, []string{
			strconv.Itoa(s.ID), chunkCounts(s.Chunks), strconv.FormatInt(s.RowsMax, 10), human.Bytes(s.Bytes), strings.Join(replicas, ", "),
		})
	}
	writeTable(w, table)
	if len(shown) < len(subplans) {
		w.line("  … and %s", human.Count(len(subplans)-len(shown), "more subplan"))
	}
}

func elapsed(s Subplan) time.Duration {
	if s.Ran == nil {
		return 0
	}
	return duration(s.Ran.ElapsedSeconds)
}

// ranRow is what a subplan took. What was not measured is a dash.
func ranRow(s Subplan) []string {
	row := []string{strconv.Itoa(s.ID), "-", chunkCounts(s.Chunks)}
	if s.Ran == nil {
		return append(row, "not needed")
	}
	row[1] = s.Ran.Worker
	if s.Ran.Tries > 1 {
		row[1] += fmt.Sprintf(" (try %d)", s.Ran.Tries)
	}
	sent := []string{strconv.FormatInt(s.Ran.Rows, 10), human.Bytes(s.Ran.Bytes), seconds(s.Ran.ElapsedSeconds)}
	r := s.Ran.Reported
	if r == nil {
		row = append(append(row, "-"), sent...)
		if s.Ran.Stopped {
			return append(row, "stopped: enough rows")
		}
		return append(row, "not told")
	}
	row = append(append(row, strconv.FormatInt(r.RowsScanned, 10)), sent...)
	return append(row, seconds(r.QueueSeconds), seconds(r.SendingSeconds), seconds(r.CPUSeconds), human.Bytes(r.PeakMemoryBytes), human.Bytes(r.PeakSpillBytes))
}

// writeTable aligns columns; the last one of a line is not padded.
func writeTable(w *writer, rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString("  " + cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)))
		}
		w.line("  %s", strings.TrimRight(line.String(), " "))
	}
}

func chunkCounts(counts map[string]int) string {
	var parts []string
	for _, table := range sortedKeys(counts) {
		parts = append(parts, fmt.Sprintf("%s ×%d", table, counts[table]))
	}
	if len(parts) == 0 {
		return "no table"
	}
	return strings.Join(parts, ", ")
}

// writeRun sums the run up.
func (e *Explanation) writeRun(w *writer) {
	r := e.Analyzed
	w.line("Ran in %s: %s, %s", seconds(r.TotalSeconds), human.Count(r.Rows, "row"), human.Bytes(r.Bytes))
	w.line("  bind %s, plan %s, queue %s, first row after %s, last subplan after %s, then merge %s",
		seconds(e.BindSeconds), seconds(e.PlanSeconds), seconds(r.QueueSeconds), seconds(r.FirstRowSeconds), seconds(r.SubplanSeconds), seconds(r.MergeSeconds))
	for _, s := range r.Stages {
		w.line("  first %s, in %s: %s", s.Outcome(), seconds(s.TotalSeconds), shorten(s.Text, maxLine))
		w.line("    workers sent %s, %s", human.Count(s.ReceivedRows, "row"), human.Bytes(s.ReceivedBytes))
	}
	w.line("  workers sent %s, %s%s", human.Count(r.ReceivedRows, "row"), human.Bytes(r.ReceivedBytes), skew(r))
	if m := r.Merge; m != nil {
		w.line("  merge: cpu %s, waited %s for rows; portal's peak memory %s, %s spilled",
			seconds(m.CPUSeconds), seconds(m.AwaitedSeconds), human.Bytes(m.PeakMemoryBytes), human.Bytes(m.PeakSpillBytes))
	}
	if len(r.Workers) > 1 {
		table := [][]string{{"worker", "subplans", "rows sent", "sent", "took", "cpu", "peak memory", "spilled"}}
		for _, v := range r.Workers {
			table = append(table, []string{
				v.Worker, strconv.Itoa(v.Subplans), strconv.FormatInt(v.Rows, 10), human.Bytes(v.Bytes), seconds(v.RanSeconds),
				seconds(v.CPUSeconds), human.Bytes(v.PeakMemoryBytes), human.Bytes(v.PeakSpillBytes),
			})
		}
		writeTable(w, table)
	}
}

func skew(r *Run) string {
	if r.Skew == 0 {
		return ""
	}
	return fmt.Sprintf("; the slowest of %d workers took %.2f times their mean", len(r.Workers), r.Skew)
}

func duration(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

func seconds(s float64) string { return duration(s).Round(10 * time.Microsecond).String() }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
