package httpapi

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/shoal-db/shoal/libs/substrait/rel"

	"github.com/shoal-db/shoal/services/portal/formats"
	"github.com/shoal-db/shoal/services/portal/planning"
	"github.com/shoal-db/shoal/services/portal/queries"
)

// explainAnswer says how a query is planned and, with analyze, how it ran.
type explainAnswer struct {
	QueryID        queries.ID       `json:"query_id"`
	CatalogVersion int64            `json:"catalog_version"`
	Columns        []formats.Column `json:"columns"`
	// LogicalPlan is what the query asks, after optimisation.
	LogicalPlan string           `json:"logical_plan"`
	MergePlan   string           `json:"merge_plan,omitempty"`
	Subplans    []explainSubplan `json:"subplans"`
	Pruning     pruning          `json:"pruning"`
	Scans       []explainScan    `json:"scans"`
	BindSeconds float64          `json:"bind_seconds"`
	PlanSeconds float64          `json:"plan_seconds"`
	Analyzed    *explainRun      `json:"analyzed,omitempty"`
	// Text is all of that for people.
	Text string `json:"text"`
}

type explainScan struct {
	Table     string `json:"table"`
	Predicate string `json:"predicate"`
	pruning
}

type explainSubplan struct {
	ID       int            `json:"id"`
	Plan     string         `json:"plan"`
	Chunks   map[string]int `json:"chunks"`
	RowsMax  int64          `json:"rows_max"`
	Bytes    int64          `json:"bytes"`
	Replicas []planReplica  `json:"replicas"`
	// Ran is there after the run.
	Ran *queries.SubplanInfo `json:"ran,omitempty"`
}

// explainRun is how a query ran. TotalSeconds is from its admission to its last row; what the
// slowest subplan took of it is SubplanSeconds, the rest is merging and waiting.
type explainRun struct {
	Rows           int64   `json:"rows"`
	Bytes          int64   `json:"bytes"`
	ReceivedRows   int64   `json:"received_rows"`
	ReceivedBytes  int64   `json:"received_bytes"`
	TotalSeconds   float64 `json:"total_seconds"`
	SubplanSeconds float64 `json:"subplan_seconds"`
	MergeSeconds   float64 `json:"merge_seconds"`
}

func (a *API) explain(w http.ResponseWriter, r *http.Request) error {
	q, b, err := a.planned(w, r)
	if err != nil {
		return err
	}
	out := explained(q)
	if b.Analyze {
		run, err := a.Queries.Run(r.Context(), q)
		if err != nil {
			return err
		}
		defer run.Release()
		for run.Next() {
			// The rows themselves are not asked for.
			continue
		}
		if err := run.Err(); err != nil {
			return err
		}
		out.ran(q.Info())
	}
	out.Text = out.text()
	return answer(w, out)
}

func explained(q *queries.Query) *explainAnswer {
	out := &explainAnswer{
		QueryID: q.ID, CatalogVersion: q.Placed.CatalogVersion, Columns: columnsOf(q),
		LogicalPlan: rel.Format(q.Placed.Logical), Pruning: pruningOf(q.Placed.Pruning),
		BindSeconds: q.BindTime.Seconds(), PlanSeconds: q.PlanTime.Seconds(),
		Subplans: []explainSubplan{}, Scans: []explainScan{},
	}
	if q.Placed.Merge != nil {
		out.MergePlan = rel.Format(q.Placed.Merge)
	}
	for _, s := range q.Placed.Pruning.Scans {
		out.Scans = append(out.Scans, scanOf(s))
	}
	for _, s := range q.Placed.Subplans {
		counts := map[string]int{}
		for _, t := range s.Tables {
			counts[t.Table.Dataset+"."+t.Table.Name] = len(t.Chunks)
		}
		out.Subplans = append(out.Subplans, explainSubplan{
			ID: s.ID, Plan: rel.Format(s.Plan), Chunks: counts, RowsMax: s.RowsMax, Bytes: s.Bytes, Replicas: replicasOf(s),
		})
	}
	return out
}

func scanOf(s planning.ScanPruning) explainScan {
	return explainScan{
		Table: s.Dataset + "." + s.Table, Predicate: s.Predicate,
		pruning: pruning{s.Total, s.Selected, s.ByBlock, s.ByStatistics, s.ByFilter},
	}
}

// ran adds how the query ran.
func (e *explainAnswer) ran(info queries.Info) {
	e.Analyzed = &explainRun{Rows: info.Rows, Bytes: info.Bytes, TotalSeconds: info.ElapsedSeconds}
	byID := map[int]queries.SubplanInfo{}
	for _, s := range info.Subplans {
		byID[s.ID] = s
		e.Analyzed.ReceivedRows += s.Rows
		e.Analyzed.ReceivedBytes += s.Bytes
		e.Analyzed.SubplanSeconds = max(e.Analyzed.SubplanSeconds, s.ElapsedSeconds)
	}
	e.Analyzed.MergeSeconds = max(0, e.Analyzed.TotalSeconds-e.Analyzed.SubplanSeconds)
	for i := range e.Subplans {
		if s, ok := byID[e.Subplans[i].ID]; ok {
			e.Subplans[i].Ran = &s
		}
	}
}

// text shows the whole for people: the logical plan, what was pruned and why, each plan that runs on
// workers once, with who runs it, and the merge plan.
func (e *explainAnswer) text() string {
	var b strings.Builder
	section := func(title string) { fmt.Fprintf(&b, "%s\n", title) }
	section("Logical plan")
	b.WriteString(indent(e.LogicalPlan))
	fmt.Fprintf(&b, "Pruning: %d of %d chunks to be read (catalog version %d)\n", e.Pruning.ChunksSelected, e.Pruning.ChunksTotal, e.CatalogVersion)
	for _, s := range e.Scans {
		fmt.Fprintf(&b, "  %s: %d of %d; pruned %d by block, %d by statistics, %d by filter\n    where %s\n",
			s.Table, s.ChunksSelected, s.ChunksTotal, s.ByBlock, s.ByStatistics, s.ByFilter, s.Predicate)
	}
	e.textSubplans(&b)
	switch {
	case e.MergePlan != "":
		section("On the portal: merge")
		b.WriteString(indent(e.MergePlan))
	case len(e.Subplans) == 0:
		section("Nothing is read, and the result is empty")
	default:
		section("No merge: the subplans' rows are the result")
	}
	fmt.Fprintf(&b, "Bound in %s, planned in %s\n", seconds(e.BindSeconds), seconds(e.PlanSeconds))
	if r := e.Analyzed; r != nil {
		fmt.Fprintf(&b, "Ran in %s: %d rows; workers sent %d rows, %d bytes; slowest subplan %s, merge and rest %s\n",
			seconds(r.TotalSeconds), r.Rows, r.ReceivedRows, r.ReceivedBytes, seconds(r.SubplanSeconds), seconds(r.MergeSeconds))
	}
	return b.String()
}

func (e *explainAnswer) textSubplans(b *strings.Builder) {
	shown := ""
	for _, s := range e.Subplans {
		if s.Plan != shown {
			fmt.Fprintf(b, "On workers\n%s", indent(s.Plan))
			shown = s.Plan
		}
		var names []string
		for _, r := range s.Replicas {
			names = append(names, r.Worker)
		}
		fmt.Fprintf(b, "  subplan %d: %s, at most %d rows, %d bytes; replicas %s\n",
			s.ID, chunkCounts(s.Chunks), s.RowsMax, s.Bytes, strings.Join(names, ", "))
		if s.Ran != nil && s.Ran.Tries > 0 {
			fmt.Fprintf(b, "    ran on %s in %s: %d rows, %d bytes\n", s.Ran.Worker, seconds(s.Ran.ElapsedSeconds), s.Ran.Rows, s.Ran.Bytes)
		}
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

func indent(text string) string {
	text = strings.TrimRight(text, "\n")
	return "  " + strings.ReplaceAll(text, "\n", "\n  ") + "\n"
}

func seconds(s float64) string {
	return time.Duration(s * float64(time.Second)).Round(10 * time.Microsecond).String()
}
