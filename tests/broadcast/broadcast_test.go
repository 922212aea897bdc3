// Package broadcast proves that small sides of joins that no axis brings together are sent to the workers, that
// what is sent to the portal shrinks by that, and that the answers are DuckDB's, whether or not they are.
package broadcast

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"testing"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"
	"github.com/shoal-db/shoal/services/portal"
	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle"
)

type world struct {
	*harness.Oracle
	cluster *cluster.Cluster
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Oracle: harness.NewOracle(t)}
	w.cluster = harness.Start(t, cluster.Options{
		Workers: 2, Replication: 2, Killable: true, EditPortal: func(c *portal.Config) { c.BroadcastSaving = 1 },
	})
	w.table(t, "a", "sales", "k", "SELECT range AS k, (range * 7919) % 5000 AS c, CASE WHEN range % 10 > 0 THEN range % 97 END AS n, 'text ' || range AS s FROM range(60000)")
	w.table(t, "b", "customers", "k", "SELECT range AS k, CASE WHEN range % 50 > 0 THEN (range * 31) % 5000 END AS c, range % 100 AS g, CASE WHEN range < 4900 THEN 'x' END AS t, (range / 4)::DECIMAL(9, 2) AS d, DATE '2024-01-01' + (range % 365)::INTEGER AS day FROM range(5000)")
	w.table(t, "a", "loose", "", "SELECT range AS k, range % 50 AS c FROM range(20000)")
	w.table(t, "b", "border", "k", "SELECT range AS k, range AS c, 1 AS g FROM range(100000) UNION ALL SELECT range + 200000, range, 2 FROM range(100001)")
	return w
}

func (w *world) table(t *testing.T, dataset, table, block, query string) {
	t.Helper()
	w.Exec(t, "CREATE SCHEMA IF NOT EXISTS "+dataset)
	w.Exec(t, fmt.Sprintf("CREATE TABLE %s.%s AS %s", dataset, table, query))
	w.Exec(t, fmt.Sprintf("CREATE OR REPLACE TEMP VIEW loading AS FROM %s.%s", dataset, table))
	harness.LoadWith(t, w.cluster.HTTP(), load.Options{
		Dataset: dataset, Table: table, Files: []string{w.WriteParquet(t, "loading")}, BlockColumn: block, ChunkRows: 4000, Threads: 2,
	})
}

func (w *world) ask(t *testing.T, sql string, broadcast bool) *oracle.Result {
	t.Helper()
	return harness.Ask(t, w.cluster.HTTP(), map[string]any{"sql": sql, "broadcast": broadcast})
}

// ran is what an analysis says of the rows that workers sent.
type ran struct {
	Broadcast string `json:"broadcast"`
	Analyzed  struct {
		ReceivedRows int64 `json:"received_rows"`
		Stages       []struct {
			Rows         int64 `json:"rows"`
			TooMany      bool  `json:"too_many"`
			ReceivedRows int64 `json:"received_rows"`
		} `json:"stages"`
	} `json:"analyzed"`
}

func (r *ran) received() int64 {
	total := r.Analyzed.ReceivedRows
	for _, s := range r.Analyzed.Stages {
		total += s.ReceivedRows
	}
	return total
}

func (w *world) analyze(t *testing.T, sql string, broadcast bool) *ran {
	t.Helper()
	out := &ran{}
	harness.PostJSON(t, w.cluster.HTTP()+"/v1/explain", map[string]any{"sql": sql, "broadcast": broadcast, "analyze": true}, out)
	return out
}

// What becomes of stages. At the limit more is sent than is saved: planning took the rows for fewer.
const sent, atLimit, tooMany, none = "sent", "sent at the limit", "too many", "none"

var shapes = []struct{ sql, stage string }{
	{"SELECT s.k, c.g FROM a.sales s JOIN b.customers c ON s.c = c.c WHERE c.g = 7", sent},
	{"SELECT s.k, c.g FROM b.customers c JOIN a.sales s ON s.c = c.c WHERE c.g = 7", sent},
	{"SELECT c.g, count(*), sum(s.n), min(s.s) FROM a.sales s JOIN b.customers c ON s.c = c.c WHERE c.g IN (1, 2) GROUP BY c.g", sent},
	{"SELECT count(*), avg(s.n) FROM a.sales s JOIN b.customers c ON s.c = c.c AND s.n = c.g WHERE c.g = 7", sent},
	{"SELECT k FROM a.sales WHERE c IN (SELECT c FROM b.customers WHERE g = 7)", sent},
	{"SELECT k FROM a.sales s WHERE NOT EXISTS (SELECT 1 FROM b.customers c WHERE c.c = s.c AND g = 7)", sent},
	{"SELECT count(*) FROM a.sales s WHERE NOT EXISTS (SELECT 1 FROM b.customers c WHERE c.c = s.c AND g = 7)", sent},
	{"SELECT count(*), sum(g) FROM a.sales s LEFT JOIN (FROM b.customers WHERE g = 7) c ON c.c = s.c", sent},
	{"SELECT count(*), sum(n), sum(g) FROM a.sales s RIGHT JOIN (FROM b.customers WHERE g = 7) c ON c.c = s.c", sent},
	{"SELECT count(*), sum(n), sum(g) FROM a.sales s FULL JOIN (FROM b.customers WHERE g = 7) c ON c.c = s.c", none},
	{"SELECT count(*), sum(n), sum(g) FROM (FROM b.customers WHERE g = 7) c LEFT JOIN a.sales s ON c.c = s.c", sent},
	{"SELECT g, count(*) FROM a.sales s JOIN b.customers c ON s.k = c.k WHERE c.g = 7 AND c.t IS NULL GROUP BY g", sent},
	{"SELECT count(*) FROM a.sales s JOIN b.customers c ON s.n IS NOT DISTINCT FROM c.c WHERE c.g = 0", sent},
	{"SELECT count(*) FROM a.sales s JOIN b.customers c ON s.c = c.c WHERE c.g = 1000", none},
	{"SELECT c.d, c.day, c.t, count(*) FROM a.sales s JOIN b.customers c ON s.c = c.c WHERE c.g = 9 GROUP BY ALL", sent},
	{"SELECT count(*), sum(l.k) FROM a.loose l JOIN b.customers c ON l.c = c.g WHERE c.g = 3", none}, // l.c is 3, too,
	{"SELECT count(*) FROM a.loose l JOIN a.sales s ON l.k = s.k AND l.c = 3", sent},
	{"SELECT s.k, r.k FROM a.sales s JOIN b.border r ON s.c = r.c WHERE r.g = 1 AND s.n = r.c", atLimit}, // 100,000 rows
	{"SELECT s.k, r.k FROM a.sales s JOIN b.border r ON s.c = r.c WHERE r.g = 2 AND s.n = r.c", tooMany}, // one more
}

func TestBroadcast(t *testing.T) {
	w := newWorld(t)
	for _, s := range shapes {
		t.Run(s.sql, func(t *testing.T) {
			want := w.Query(t, s.sql)
			for _, on := range []bool{true, false} {
				if diff := w.Diff(t, s.sql, w.ask(t, s.sql, on), want, false); diff != "" {
					t.Errorf("broadcast %t: %s", on, diff)
				}
			}
			with, without := w.analyze(t, s.sql, true), w.analyze(t, s.sql, false)
			got := none
			for _, st := range with.Analyzed.Stages {
				if got = sent; st.TooMany {
					got = tooMany
				}
			}
			if s.stage == atLimit && got == sent {
				got = atLimit
			}
			if got != s.stage {
				t.Errorf("stages %s, want %s: %+v", got, s.stage, with)
			}
			if len(without.Analyzed.Stages) > 0 {
				t.Errorf("stages although they are off: %+v", without)
			}
			t.Logf("workers sent %d rows with, %d without", with.received(), without.received())
			if s.stage == sent && with.received() > without.received()/2+int64(len(want.Rows)) {
				t.Errorf("workers sent %d rows with, %d without", with.received(), without.received())
			}
		})
	}
}

// A worker that is gone takes nothing from an answer: every part of the query is asked of the other one, whichever
// part it was that met the loss.
func TestWorkerIsLost(t *testing.T) {
	w := newWorld(t)
	const sql = "SELECT count(*), sum(s.n), sum(c.d) FROM a.sales s JOIN b.customers c ON s.c = c.c AND s.n = c.g WHERE c.g < 9"
	want := w.Query(t, sql)
	killed := make(chan error, 1)
	for i := range 12 {
		if i == 3 {
			go func() { killed <- w.cluster.KillWorker(1) }()
		}
		if diff := w.Diff(t, sql, w.ask(t, sql, true), want, false); diff != "" {
			t.Errorf("query %d: %s", i, diff)
		}
	}
	if err := <-killed; err != nil {
		t.Fatal(err)
	}
	if r := w.analyze(t, sql, true); len(r.Analyzed.Stages) != 1 || r.Analyzed.Stages[0].TooMany {
		t.Errorf("with one worker left: %+v", r)
	}
}

// The portal lists the stages of a query, and counts what became of them.
func TestStagesAreShown(t *testing.T) {
	w := newWorld(t)
	before := w.metric(t, `shoal_portal_stages_total{outcome="sent"}`)
	rows := w.metric(t, "shoal_portal_broadcast_rows_total")
	w.ask(t, shapes[0].sql, true)
	if got := w.metric(t, `shoal_portal_stages_total{outcome="sent"}`) - before; got != 1 {
		t.Errorf("%v stages were sent", got)
	}
	if got := w.metric(t, "shoal_portal_broadcast_rows_total") - rows; got != 50 {
		t.Errorf("%v rows were sent", got)
	}
	resp := w.get(t, "/v1/queries")
	defer func() { _ = resp.Body.Close() }()
	var list struct {
		Queries []struct {
			Stages []struct {
				Rows     int64 `json:"rows"`
				Subplans []any `json:"subplans"`
			} `json:"stages"`
		} `json:"queries"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		t.Fatal(err)
	}
	if len(list.Queries) != 1 || len(list.Queries[0].Stages) != 1 || list.Queries[0].Stages[0].Rows != 50 || len(list.Queries[0].Stages[0].Subplans) == 0 {
		t.Errorf("the list has %+v", list)
	}
}

func (w *world) get(t *testing.T, path string) *http.Response {
	t.Helper()
	resp, err := http.Get(w.cluster.HTTP() + path)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

func (w *world) metric(t *testing.T, name string) float64 {
	t.Helper()
	return harness.Metric(t, w.cluster.HTTP(), name)
}

// Cancelling a query ends the part of it that is computed first.
func TestCancelInFirstStage(t *testing.T) {
	w := newWorld(t)
	const sql = `SELECT count(*) FROM a.sales s JOIN (SELECT (max(hash(x.k + y.k * z.k)) % 5000)::BIGINT AS c
		FROM b.customers x, b.customers y, b.customers z) m ON s.c = m.c`
	body, err := json.Marshal(map[string]any{"sql": sql})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		resp, err := http.Post(w.cluster.HTTP()+"/v1/query", "application/json", bytes.NewReader(body))
		if err == nil {
			err = httpfault.Read(resp)
			_ = resp.Body.Close()
		}
		ended <- err
	}()
	id := w.awaitStage(t)
	begun := time.Now()
	req, err := http.NewRequest(http.MethodDelete, w.cluster.HTTP()+"/v1/queries/"+id, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if err := <-ended; !fault.Is(err, fault.Cancelled) {
		t.Errorf("the query ended with %v", err)
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("it ended %s after it was cancelled", took)
	}
	if diff := oracle.Diff(w.ask(t, shapes[0].sql, true), w.Query(t, shapes[0].sql), false); diff != "" {
		t.Errorf("after that: %s", diff)
	}
}

// awaitStage waits until a query computes its first stage, and returns the query's id.
func (w *world) awaitStage(t *testing.T) string {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		var list struct {
			Queries []struct {
				ID     string `json:"id"`
				Stages []struct {
					ElapsedSeconds float64 `json:"elapsed_seconds"` // 0 while it runs
				} `json:"stages"`
			} `json:"queries"`
		}
		resp := w.get(t, "/v1/queries")
		err := json.NewDecoder(resp.Body).Decode(&list)
		_ = resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range list.Queries {
			if len(q.Stages) == 1 && q.Stages[0].ElapsedSeconds == 0 {
				return q.ID
			}
		}
	}
	t.Fatal("no query came to its first stage")
	return ""
}

// Rows that went to the workers are gone from the portal when the query has ended, though the query is still shown.
func TestSentRowsAreForgotten(t *testing.T) {
	w := newWorld(t)
	const sql = "SELECT count(*), min(r.s) FROM a.sales s JOIN (SELECT c, g, repeat('x', 300) || k AS s FROM b.customers) r ON s.c = r.c WHERE r.g < 90"
	live := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc)
	}
	w.ask(t, sql, true)
	before := live()
	for range 20 {
		w.ask(t, sql, true)
	}
	if n := w.metric(t, `shoal_portal_stages_total{outcome="sent"}`); n != 21 {
		t.Fatalf("%v stages were sent", n)
	}
	if grown := live() - before; grown > 10<<20 {
		t.Errorf("%.0f MiB stay of 20 queries that sent more than a megabyte each", grown/(1<<20))
	}
}
