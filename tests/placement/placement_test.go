// Package placement proves where queries run once it is known what is left of them: whole on the one worker that
// has all of it, or on several with even loads.
package placement

import (
	"fmt"
	"testing"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle"
)

const chunkRows = 2000

type world struct {
	*harness.Oracle
	cluster *cluster.Cluster
}

func newWorld(t *testing.T, workers int) *world {
	t.Helper()
	w := &world{Oracle: harness.NewOracle(t), cluster: harness.Start(t, cluster.Options{Workers: workers})}
	w.Exec(t, "CREATE SCHEMA d")
	w.table(t, "facts", "k", "SELECT range AS k, range % 7 AS g, (range * 7919) % 1000 AS v, 'text ' || range % 13 AS s FROM range(41000)")
	w.table(t, "more", "k", "SELECT range AS k, range % 5 AS h FROM range(41000)")
	w.table(t, "names", "", "SELECT range AS g, 'group ' || range AS name FROM range(7)")
	return w
}

func (w *world) table(t *testing.T, table, block, query string) {
	t.Helper()
	w.Exec(t, fmt.Sprintf("CREATE TABLE d.%s AS %s", table, query))
	w.Exec(t, "CREATE OR REPLACE TEMP VIEW loading AS FROM d."+table)
	harness.LoadWith(t, w.cluster.HTTP(), load.Options{
		Dataset: "d", Table: table, Files: []string{w.WriteParquet(t, "loading")}, BlockColumn: block, Reference: block == "",
		ChunkRows: chunkRows, Threads: 2,
	})
}

func (w *world) ask(t *testing.T, sql string) *oracle.Result {
	t.Helper()
	return harness.Ask(t, w.cluster.HTTP(), map[string]any{"sql": sql, "schema": "d"})
}

// plan is what a static plan says of where its parts run.
type plan struct {
	Subplans []struct {
		Bytes    int64 `json:"bytes"`
		Replicas []struct {
			Worker string `json:"worker"`
		} `json:"replicas"`
	} `json:"subplans"`
	Merge string `json:"merge_plan"`
}

func (w *world) plan(t *testing.T, sql string) *plan {
	t.Helper()
	out := &plan{}
	harness.PostJSON(t, w.cluster.HTTP()+"/v1/plan", map[string]any{"sql": sql, "schema": "d"}, out)
	return out
}

// oneChunk are queries of which one chunk is left.
var oneChunk = []string{
	"SELECT g, count(*) AS c, sum(v) AS s, avg(v) AS a FROM facts WHERE k < 500 GROUP BY g ORDER BY c DESC, g LIMIT 5",
	"SELECT name, max(s) AS m, stddev(v) AS d FROM facts JOIN names USING (g) WHERE k BETWEEN 2000 AND 2100 GROUP BY name HAVING count(*) > 3",
	"SELECT k, row_number() OVER (ORDER BY v, k) AS r, sum(v) OVER (PARTITION BY g) AS w FROM facts WHERE k < 100 ORDER BY r",
	"SELECT DISTINCT g FROM facts WHERE k IN (5, 6, 7, 8) UNION ALL SELECT -1",
	"SELECT name, count(k) AS c FROM names LEFT JOIN facts ON facts.g = names.g AND facts.k < 3 GROUP BY name",
	"SELECT count(DISTINCT g) AS c FROM facts JOIN more USING (k) WHERE k < 900 AND h = 2",
	"WITH few AS (SELECT * FROM facts WHERE k < 50) SELECT a.g, count(*) AS c FROM few a JOIN few b ON a.g = b.g GROUP BY a.g",
	"SELECT count(*) AS c FROM (SELECT v FROM facts WHERE k < 1000 ORDER BY v, k LIMIT 10)",
}

// severalChunks are queries that need more, or the order of rows that a worker does not keep.
var severalChunks = []string{
	"SELECT g, count(*) AS c FROM facts GROUP BY g",
	"SELECT count(DISTINCT v) AS c FROM facts WHERE k < 10000",
}

func TestRunsWholeOnOneWorker(t *testing.T) {
	w := newWorld(t, 2)
	for _, sql := range oneChunk {
		if p := w.plan(t, sql); len(p.Subplans) != 1 || p.Merge != "" {
			t.Errorf("%s: %d subplans, merge %q", sql, len(p.Subplans), p.Merge)
		}
	}
	for _, sql := range severalChunks {
		if p := w.plan(t, sql); len(p.Subplans) < 2 || p.Merge == "" {
			t.Errorf("%s: %d subplans, merge %q", sql, len(p.Subplans), p.Merge)
		}
	}
	w.Exec(t, "USE d")
	for _, sql := range append(oneChunk, severalChunks...) {
		if diff := oracle.Diff(w.ask(t, sql), w.Query(t, sql), false); diff != "" {
			t.Errorf("%s: %s", sql, diff)
		}
	}
}

// All is on the one worker that there is.
func TestOneWorker(t *testing.T) {
	w := newWorld(t, 1)
	w.Exec(t, "USE d")
	for _, sql := range append(oneChunk, severalChunks...) {
		if p := w.plan(t, sql); len(p.Subplans) != 1 || p.Merge != "" {
			t.Errorf("%s: %d subplans, merge %q", sql, len(p.Subplans), p.Merge)
		}
		if diff := oracle.Diff(w.ask(t, sql), w.Query(t, sql), false); diff != "" {
			t.Errorf("%s: %s", sql, diff)
		}
	}
	for _, ordered := range []string{
		"SELECT list(v) AS l FROM (SELECT v FROM facts WHERE k < 100 ORDER BY v, k)",
		"SELECT v, row_number() OVER () AS r FROM (SELECT v FROM facts WHERE k < 100 ORDER BY v, k) LIMIT 7",
	} {
		if p := w.plan(t, ordered); p.Merge == "" {
			t.Errorf("a worker keeps no order: %s", ordered)
		}
		if diff := oracle.Diff(w.ask(t, ordered), w.Query(t, ordered), true); diff != "" {
			t.Errorf("%s: %s", ordered, diff)
		}
	}
}

// 20 chunks and a small one go to the workers evenly, whoever is the first to hold each.
func TestLoadsAreEven(t *testing.T) {
	w := newWorld(t, 2)
	p := w.plan(t, "SELECT sum(v) AS s FROM facts")
	loads := map[string]int64{}
	var total int64
	for _, s := range p.Subplans {
		loads[s.Replicas[0].Worker] += s.Bytes
		total += s.Bytes
	}
	for worker, load := range loads {
		if load > total*53/100 {
			t.Errorf("%s reads %d of %d bytes", worker, load, total)
		}
	}
	if len(loads) != 2 {
		t.Errorf("loads %v", loads)
	}
}
