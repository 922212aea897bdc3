package contract

import (
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/ipc"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle"
)

const (
	chunkID  = `^\d{10}-\d{10}-[0-9a-f]{8}$`
	location = `^grpc://127\.0\.0\.1:\d+$`
)

func testPlan(t *testing.T, s *system) {
	for _, tc := range []struct {
		name, sql, merge string
	}{
		{"unmerged", "SELECT k, v FROM facts WHERE k BETWEEN 1200 AND 1300", "null"},
		{"merged", "SELECT n, count(*) AS c FROM facts WHERE k <= 1000 GROUP BY n ORDER BY n", "string"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := s.post(t, "/v1/plan", fmt.Sprintf(`{"sql": %q, "schema": "d"}`, tc.sql))
			p := has(t, "plan", a.object(t), "query_id string", "catalog_version number", "columns list", "subplans list",
				"merge_plan "+tc.merge, "pruning object")
			for _, c := range list(t, p, "columns") {
				has(t, "column", c, "name string", "type string")
			}
			pruning := has(t, "pruning", p["pruning"], "chunks_total number", "chunks_selected number", "by_block number",
				"by_statistics number", "by_filter number")
			if pruning["chunks_total"] != 10.0 || pruning["by_block"] == 0.0 ||
				pruning["chunks_total"] != pruning["chunks_selected"].(float64)+pruning["by_block"].(float64)+
					pruning["by_statistics"].(float64)+pruning["by_filter"].(float64) {
				t.Errorf("pruning %v does not add up", pruning)
			}
			for i, sub := range list(t, p, "subplans") {
				checkSubplan(t, i, sub)
			}
		})
	}
}

func checkSubplan(t *testing.T, i int, v any) {
	t.Helper()
	sub := has(t, "subplan", v, "id number", "chunks object", "rows_max number", "bytes number", "replicas list",
		"plan string", "ticket string", "expires_at string")
	if sub["id"] != float64(i) || sub["rows_max"] == 0.0 || sub["bytes"] == 0.0 {
		t.Errorf("subplan %d: id %v, rows_max %v, bytes %v", i, sub["id"], sub["rows_max"], sub["bytes"])
	}
	chunks, _ := sub["chunks"].(map[string]any)
	for _, id := range list(t, chunks, "d.facts") {
		matches(t, "chunk", id, chunkID)
	}
	for _, r := range list(t, sub, "replicas") {
		replica := has(t, "replica", r, "worker string", "location string")
		matches(t, "location", replica["location"], location)
		matches(t, "worker", replica["worker"], `^w[12]$`)
	}
	for _, name := range []string{"plan", "ticket"} {
		if data, err := base64.StdEncoding.DecodeString(fmt.Sprint(sub[name])); err != nil || len(data) == 0 {
			t.Errorf("%s is no base64: %v", name, err)
		}
	}
	if at, err := time.Parse(time.RFC3339, fmt.Sprint(sub["expires_at"])); err != nil || time.Until(at) <= 0 {
		t.Errorf("expires at %v: %v", sub["expires_at"], err)
	}
}

const (
	typeArrow = "application/vnd.apache.arrow.stream"
	typeJSON  = "application/json"
	typeCSV   = "text/csv"
)

func testQuery(t *testing.T, s *system) {
	const sql = "SELECT k, v, price, CASE WHEN k > 2 THEN '' END AS e FROM facts WHERE k <= 3 ORDER BY k"
	body := fmt.Sprintf(`{"sql": %q, "schema": "d"}`, sql)
	for _, headers := range [][]string{nil, {"Accept", typeJSON}, {"Accept", "*/*"}, {"Accept", "text/html, application/*;q=0.8"},
		{"Accept", typeCSV + ";q=0.5, " + typeJSON}, {"Content-Type", "application/x-www-form-urlencoded"}} {
		a := s.post(t, "/v1/query", body, headers...)
		o := has(t, "result", a.object(t), "query_id string", "columns list", "rows list", "row_count number")
		if got, want := fmt.Sprint(o["columns"]), "[map[name:k type:BIGINT] map[name:v type:VARCHAR] map[name:price type:DECIMAL(12,2)] map[name:e type:VARCHAR]]"; got != want {
			t.Errorf("%v: columns %s", headers, got)
		}
		if got := fmt.Sprint(o["rows"], o["row_count"]); got != "[[1 v1 0.25 <nil>] [2 v2 0.50 <nil>] [3 v3 0.75 ]] 3" {
			t.Errorf("%v: rows %s", headers, got)
		}
	}
	a := s.post(t, "/v1/query", body, "Accept", typeCSV)
	if got := string(a.body); got != "k,v,price,e\n1,v1,0.25,\n2,v2,0.50,\n3,v3,0.75,\"\"\n" || !strings.HasPrefix(a.header.Get("Content-Type"), typeCSV) {
		t.Errorf("%s: %q", a.header.Get("Content-Type"), got)
	}
	all := s.post(t, "/v1/query", `{"sql": "SELECT * FROM d.facts"}`, "Accept", typeCSV)
	if rows, err := csv.NewReader(strings.NewReader(string(all.body))).ReadAll(); err != nil || len(rows) != factRows+1 {
		t.Errorf("%d lines of CSV: %v", len(rows), err)
	}
	a = s.post(t, "/v1/query", body, "Accept", typeArrow)
	r, err := ipc.NewReader(strings.NewReader(string(a.body)))
	if err != nil || a.header.Get("Content-Type") != typeArrow {
		t.Fatalf("%s: %v", a.header.Get("Content-Type"), err)
	}
	got, err := oracle.Read(r)
	if err != nil {
		t.Fatal(err)
	}
	if diff := oracle.Diff(got, s.Query(t, sql), true); diff != "" {
		t.Error(diff)
	}
	if a := send(t, http.MethodPost, s.http+"/v1/query", body, "Accept", "image/png"); a.status != http.StatusNotAcceptable {
		t.Errorf("status %d for a type that is not there", a.status)
	}
}

func testLists(t *testing.T, s *system) {
	tables := has(t, "tables", s.get(t, "/v1/tables"), "catalog_version number", "tables list")
	byName := map[any]map[string]any{}
	for _, v := range list(t, tables, "tables") {
		o := has(t, "table", v, "dataset string", "table string", "kind string", "columns list", "block_column string?",
			"block_kind string?", "rows number", "bytes number", "chunks number", "chunks_ready number", "version number")
		for _, c := range list(t, o, "columns") {
			has(t, "column", c, "name string", "type string")
		}
		byName[o["table"]] = o
	}
	facts, names := byName["facts"], byName["names"]
	if facts["kind"] != "chunked" || facts["block_column"] != "k" || facts["rows"] != float64(factRows) || facts["chunks"] != 10.0 || facts["chunks_ready"] != 10.0 {
		t.Errorf("facts: %v", facts)
	}
	if names["kind"] != "reference" || names["block_column"] != nil || names["rows"] != 7.0 {
		t.Errorf("names: %v", names)
	}
	chunks := has(t, "chunks", s.get(t, "/v1/chunks?dataset=d&table=facts"), "catalog_version number", "chunks list")
	next := 1.0
	for _, v := range list(t, chunks, "chunks") {
		o := has(t, "chunk", v, "dataset string", "table string", "chunk string", "first number", "last number",
			"rows number", "bytes number", "assigned list", "ready list")
		matches(t, "chunk", o["chunk"], chunkID)
		if o["first"] != next || len(list(t, o, "assigned")) != 2 || len(list(t, o, "ready")) != 2 {
			t.Errorf("chunk %v, want one from %v on two workers", o, next)
		}
		next = o["last"].(float64) + 1
	}
	if next != factRows+1 {
		t.Errorf("the chunks end before %v", next)
	}
	if all := list(t, s.get(t, "/v1/chunks?dataset=d"), "chunks"); len(all) != 11 {
		t.Errorf("%d chunks in the dataset", len(all))
	}
	workers := has(t, "workers", s.get(t, "/v1/workers"), "catalog_version number", "workers list")
	for i, v := range list(t, workers, "workers") {
		o := has(t, "worker", v, "worker string", "location string", "capacity number", "version string", "draining bool",
			"files number", "files_assigned number", "bytes_assigned number")
		if o["worker"] != fmt.Sprintf("w%d", i+1) || o["files"] != 11.0 || o["files_assigned"] != 11.0 {
			t.Errorf("worker %v", o)
		}
		matches(t, "location", o["location"], location)
	}
	id := s.post(t, "/v1/query", `{"sql": "SELECT sum(k) FROM d.facts"}`).object(t)["query_id"]
	queries := has(t, "queries", s.get(t, "/v1/queries"), "queries list")
	found := false
	for _, v := range list(t, queries, "queries") {
		o := has(t, "query", v, "id string", "form string", "sql string?", "front string", "state string", "created string",
			"started string?", "elapsed_seconds number", "rows number", "bytes number", "catalog_version number",
			"chunks_total number", "chunks_selected number", "subplans list", "merged bool", "error object?")
		if o["id"] == id {
			found = true
			if o["state"] != "done" || o["sql"] != "SELECT sum(k) FROM d.facts" || o["rows"] != 1.0 || o["merged"] != true {
				t.Errorf("query %v", o)
			}
			for _, sub := range list(t, o, "subplans") {
				has(t, "subplan", sub, "id number", "worker string", "chunks number", "tries number", "rows number",
					"bytes number", "elapsed_seconds number", "running bool")
			}
		}
	}
	if !found {
		t.Errorf("query %v is not listed", id)
	}
}

// testErrors sends what must be refused, and expects the contract's body with the kind and the status.
func testErrors(t *testing.T, s *system) {
	status := map[string]int{
		"invalid_argument": 400, "not_found": 404, "unauthenticated": 401, "permission_denied": 403, "resource_exhausted": 429,
		"unavailable": 503, "deadline_exceeded": 504, "cancelled": 499, "internal": 500,
	}
	sql := func(text string) string { return fmt.Sprintf(`{"sql": %q, "schema": "d"}`, text) }
	post := http.MethodPost
	for _, tc := range []struct {
		name, method, path, body, kind string
		parts                          []string
		details                        []string
		headers                        []string
		status                         int
	}{
		{name: "syntax", method: post, path: "/v1/query", body: sql("SELECT k\nFROM facts WHER k = 1"), kind: "invalid_argument", parts: []string{"syntax error"}, details: []string{"line number", "column number", "caret string"}},
		{name: "no such function", method: post, path: "/v1/query", body: sql("SELECT lenght(v) FROM facts"), kind: "not_found", parts: []string{"lenght", "length"}},
		{name: "type error", method: post, path: "/v1/query", body: sql("SELECT k + [1] FROM facts"), kind: "invalid_argument", parts: []string{"+"}},
		{name: "no such table", method: post, path: "/v1/query", body: sql("SELECT * FROM fatcs"), kind: "not_found", parts: []string{"fatcs", "facts"}, details: []string{"candidates list"}},
		{name: "no such dataset", method: post, path: "/v1/plan", body: sql("SELECT * FROM dd.facts"), kind: "not_found", parts: []string{"dd"}},
		{name: "no such column", method: post, path: "/v1/query", body: sql("SELECT prise FROM facts"), kind: "not_found", parts: []string{"prise", "price"}, details: []string{"candidates list"}},
		{name: "main is the default schema", method: post, path: "/v1/query", body: `{"sql": "SELECT * FROM facts"}`, kind: "not_found", parts: []string{"facts", "d.facts"}},
		{name: "no such schema", method: post, path: "/v1/query", body: `{"sql": "SELECT * FROM facts", "schema": "nowhere"}`, kind: "not_found", parts: []string{"nowhere", "d"}},
		{name: "writing", method: post, path: "/v1/query", body: sql("DELETE FROM facts"), kind: "invalid_argument"},
		{name: "files", method: post, path: "/v1/query", body: sql("SELECT * FROM read_csv('/etc/passwd')"), kind: "permission_denied"},
		{name: "several statements", method: post, path: "/v1/query", body: sql("SELECT 1; SELECT 2"), kind: "invalid_argument"},
		{name: "empty statement", method: post, path: "/v1/query", body: sql(""), kind: "invalid_argument"},
		{name: "fails while running", method: post, path: "/v1/query", body: sql("SELECT v::INTEGER FROM facts"), kind: "invalid_argument", parts: []string{"v"}},
		{name: "endless statement", method: post, path: "/v1/query", body: sql("SELECT '" + strings.Repeat("x", 2<<20) + "'"), kind: "resource_exhausted"},
		{name: "endless body", method: post, path: "/v1/plan", body: strings.Repeat(" ", 64<<20+1), kind: "resource_exhausted"},
		{name: "no JSON", method: post, path: "/v1/plan", body: "SELECT 1", kind: "invalid_argument"},
		{name: "nothing", method: post, path: "/v1/query", body: "", kind: "invalid_argument"},
		{name: "neither", method: post, path: "/v1/query", body: "{}", kind: "invalid_argument", parts: []string{"sql", "plan"}},
		{name: "both", method: post, path: "/v1/query", body: `{"sql": "SELECT 1", "plan": {}}`, kind: "invalid_argument", parts: []string{"sql", "plan"}},
		{name: "misspelt field", method: post, path: "/v1/query", body: `{"sgl": "SELECT 1"}`, kind: "invalid_argument", parts: []string{"sgl"}},
		{name: "trailing", method: post, path: "/v1/query", body: `{"sql": "SELECT 1"} {}`, kind: "invalid_argument"},
		{name: "unknown content type", method: post, path: "/v1/query", body: "<sql/>", headers: []string{"Content-Type", "text/xml"}, kind: "invalid_argument", parts: []string{"text/xml"}},
		{name: "no dataset", method: "GET", path: "/v1/chunks", kind: "invalid_argument", parts: []string{"dataset"}},
		{name: "chunks of nothing", method: "GET", path: "/v1/chunks?dataset=e", kind: "not_found"},
		{name: "chunks of no table", method: "GET", path: "/v1/chunks?dataset=d&table=fact", kind: "not_found", parts: []string{"facts"}},
		{name: "cancel nothing", method: "DELETE", path: "/v1/queries/nonsense", kind: "not_found", parts: []string{"nonsense"}},
		{name: "no such path", method: "GET", path: "/v1/nothing", kind: "not_found"},
		{name: "wrong method", method: "GET", path: "/v1/query", kind: "invalid_argument", status: http.StatusMethodNotAllowed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := send(t, tc.method, s.http+tc.path, tc.body, tc.headers...)
			want := status[tc.kind]
			if tc.status != 0 {
				want = tc.status
			}
			if a.status != want {
				t.Errorf("status %d, want %d", a.status, want)
			}
			e := has(t, "error", has(t, "body", a.object(t), "error object")["error"], "kind string", "message string", "hint string?",
				"query_id string?", "details object?", "op string?", "retryable bool")
			if e["kind"] != tc.kind {
				t.Errorf("kind %v, want %s: %v", e["kind"], tc.kind, e)
			}
			for _, p := range tc.parts {
				if !strings.Contains(fmt.Sprint(e["message"], e["hint"]), p) {
					t.Errorf("%q is not in %v", p, e)
				}
			}
			details, _ := e["details"].(map[string]any)
			for _, d := range tc.details {
				name, typ, _ := strings.Cut(d, " ")
				if typeOf(details[name]) != typ {
					t.Errorf("detail %s is %v, want a %s", name, details[name], typ)
				}
			}
			if tc.name == "syntax" && (details["line"] != 2.0 || details["column"] != 17.0) {
				t.Errorf("line %v, column %v", details["line"], details["column"])
			}
		})
	}
	// After all that, it goes on.
	s.post(t, "/v1/query", sql("SELECT 1"))
}

func testProbes(t *testing.T, s *system) {
	services := map[string]string{"portal": s.http, "metadata": s.cluster.Metadata()}
	for _, w := range s.cluster.Workers() {
		services[w.ID] = w.HTTP
	}
	for name, url := range services {
		t.Run(name, func(t *testing.T) {
			if a := send(t, http.MethodGet, url+"/healthz", ""); a.status != 200 || a.object(t)["status"] != "ok" {
				t.Errorf("healthz: %d %s", a.status, a.body)
			}
			if a := send(t, http.MethodGet, url+"/readyz", ""); a.status != 200 || a.object(t)["ready"] != true {
				t.Errorf("readyz: %d %s", a.status, a.body)
			}
			if a := send(t, http.MethodGet, url+"/metrics", ""); a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/plain") {
				t.Errorf("metrics: %d %s", a.status, a.header.Get("Content-Type"))
			}
		})
	}
	t.Run("a portal without workers is not ready", func(t *testing.T) { testNotReady(t) })
}

// testNotReady expects a portal to be not ready when nobody could answer a query over its tables.
func testNotReady(t *testing.T) {
	s := &system{Oracle: harness.NewOracle(t)}
	s.cluster = harness.Start(t, cluster.Options{Workers: 1, Replication: 1})
	s.http = s.cluster.HTTP()
	s.Exec(t, "CREATE TABLE t AS SELECT 1 AS a")
	harness.Load(t, s.http, "d", "t", s.WriteParquet(t, "t"), "", 10)
	if err := s.cluster.StopWorker(1); err != nil {
		t.Fatal(err)
	}
	harness.Eventually(t, 20*time.Second, "portal not ready", func() error {
		a := send(t, http.MethodGet, s.http+"/readyz", "")
		if a.status != http.StatusServiceUnavailable {
			return fmt.Errorf("status %d: %s", a.status, a.body)
		}
		return nil
	})
	a := send(t, http.MethodPost, s.http+"/v1/query", `{"sql": "SELECT a FROM d.t"}`)
	e := has(t, "body", a.object(t), "error object")["error"].(map[string]any)
	if a.status != http.StatusServiceUnavailable || e["kind"] != "unavailable" || !strings.Contains(fmt.Sprint(e), "d.t") {
		t.Errorf("status %d: %v", a.status, e)
	}
	if err := s.cluster.StartWorker(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	harness.Eventually(t, 20*time.Second, "answers again", func() error {
		if a := send(t, http.MethodPost, s.http+"/v1/query", `{"sql": "SELECT a FROM d.t"}`); a.status != 200 {
			return fmt.Errorf("%d %s", a.status, a.body)
		}
		return nil
	})
}

// testBroken has results that fail after their first bytes: no reader may take them for whole.
func testBroken(t *testing.T, s *system) {
	body := fmt.Sprintf(`{"sql": "SELECT k, CASE WHEN k < %d THEN 1 ELSE v::INTEGER END AS x FROM facts", "schema": "d"}`, factRows)
	for _, accept := range []string{typeJSON, typeCSV, typeArrow} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.http+"/v1/query", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", typeJSON)
		req.Header.Set("Accept", accept)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			continue // cut off before the headers arrived
		}
		data, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode == http.StatusOK && err == nil {
			t.Errorf("%s: %d bytes look whole", accept, len(data))
		}
	}
}
