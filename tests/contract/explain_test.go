package contract

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/shoal-db/shoal/tests/harness"
)

const explained = "SELECT name, sum(price) AS total FROM facts JOIN names USING (n) WHERE k <= 1000 AND v = 'v3' GROUP BY name ORDER BY total DESC"

func testExplain(t *testing.T, s *system) {
	body, err := json.Marshal(map[string]any{"sql": explained, "schema": "d", "analyze": true})
	if err != nil {
		t.Fatal(err)
	}
	e := has(t, "explanation", s.post(t, "/v1/explain", string(body)).object(t), "query_id string", "catalog_version number", "columns list",
		"logical list", "rules list", "merge list?", "fragments list", "subplans list", "pruning object", "scans list",
		"bind_seconds number", "plan_seconds number", "analyzed object?", "text string")
	testExplainedPlan(t, e)
	testExplainedRun(t, e)
	testExplainStatement(t, s)
}

func testExplainedPlan(t *testing.T, e map[string]any) {
	has(t, "column", list(t, e, "columns")[0], "name string", "type string", "source string")
	logical := list(t, e, "logical")
	root := has(t, "relation", logical[len(logical)-1], "relation string", "place string?", "why string?", "inputs list?")
	if root["place"] != "portal" || root["why"] == "" {
		t.Errorf("the root is %v", root)
	}
	fragment := has(t, "fragment", list(t, e, "fragments")[0], "id number", "over string?", "plan list", "subplans list")
	if fragment["over"] != "d" {
		t.Errorf("the fragment is %v", fragment)
	}
	scan := has(t, "scan", list(t, e, "scans")[0], "table string", "fragment number", "predicate string", "chunks_total number", "chunks_selected number",
		"by_block number", "by_statistics number", "by_filter number", "conjuncts list", "by_others number")
	var parts []string
	pruned := 0.0
	for _, c := range list(t, scan, "conjuncts") {
		o := has(t, "conjunct", c, "predicate string", "pruned number")
		parts = append(parts, o["predicate"].(string))
		pruned += o["pruned"].(float64)
	}
	if pruned+scan["chunks_selected"].(float64) != 10 || scan["chunks_selected"] != 2.0 || !strings.Contains(strings.Join(parts, "; "), "k <= 1000") {
		t.Errorf("%v leave %v of %v chunks", parts, scan["chunks_selected"], scan["chunks_total"])
	}
}

func testExplainedRun(t *testing.T, e map[string]any) {
	run := has(t, "run", e["analyzed"], "rows number", "bytes number", "received_rows number", "received_bytes number", "queue_seconds number",
		"first_row_seconds number", "subplan_seconds number", "merge_seconds number", "total_seconds number", "merge object?", "workers list", "skew number?")
	merge := has(t, "merge", run["merge"], "cpu_seconds number", "awaited_seconds number", "peak_memory_bytes number", "peak_spill_bytes number")
	if run["rows"] != 7.0 || run["first_row_seconds"].(float64) <= 0 || run["total_seconds"].(float64) < run["subplan_seconds"].(float64) || merge["peak_memory_bytes"] == 0.0 {
		t.Errorf("the run is %v", run)
	}
	has(t, "worker", list(t, run, "workers")[0], "worker string", "subplans number", "rows number", "bytes number", "ran_seconds number",
		"cpu_seconds number", "peak_memory_bytes number", "peak_spill_bytes number")
	scanned := 0.0
	for _, v := range list(t, e, "subplans") {
		sub := has(t, "subplan", v, "id number", "fragment number", "chunks object", "rows_max number", "bytes number", "replicas list", "ran object?")
		ran := has(t, "subplan's run", sub["ran"], "worker string", "tries number", "rows number", "bytes number", "elapsed_seconds number", "stopped bool", "reported object?")
		r := has(t, "report", ran["reported"], "queue_seconds number", "ran_seconds number", "sending_seconds number", "cpu_seconds number", "files number",
			"file_bytes number", "rows_scanned number", "peak_memory_bytes number", "peak_spill_bytes number")
		if r["ran_seconds"].(float64) <= 0 || r["cpu_seconds"].(float64) <= 0 || r["files"].(float64) < 2 || r["file_bytes"] == 0.0 || r["peak_memory_bytes"] == 0.0 {
			t.Errorf("the report is %v", r)
		}
		scanned += r["rows_scanned"].(float64)
	}
	// At least the rows that match; both conditions are pushed into the scan.
	if scanned < 100 || scanned > 1100 {
		t.Errorf("%v rows were scanned", scanned)
	}
}

// testExplainStatement asks in SQL, by every door.
func testExplainStatement(t *testing.T, s *system) {
	sql := harness.SQL(t, s.cluster.Flight())
	ctx := harness.InSchema(t.Context(), "d")
	for _, c := range []struct{ prefix, key, part string }{
		{"EXPLAIN ", "physical_plan", "Pruning: 2 of 10 chunks to be read"},
		{"EXPLAIN ANALYZE ", "analyzed_plan", "7 rows"},
		{"EXPLAIN (FORMAT json) ", "physical_plan", `"chunks_selected": 2`},
		{"EXPLAIN (ANALYZE, FORMAT json) ", "analyzed_plan", `"reported"`},
	} {
		out, err := sql.Query(ctx, c.prefix+explained)
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Rows) != 1 || strings.Join(out.Names, " ") != "explain_key explain_value" || out.Rows[0][0] != c.key || !strings.Contains(fmt.Sprint(out.Rows[0][1]), c.part) {
			t.Errorf("%s: %v %v", c.prefix, out.Names, out.Rows)
		}
	}
	p, err := sql.Portal().Prepare(ctx, "EXPLAIN ANALYZE "+explained)
	if err != nil {
		t.Fatal(err)
	}
	if p.DatasetSchema().NumFields() != 2 || p.DatasetSchema().Field(1).Name != "explain_value" {
		t.Errorf("prepared: %v", p.DatasetSchema())
	}
	info, err := p.Execute(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := sql.Read(ctx, info); err != nil || len(out.Rows) != 1 || !strings.Contains(fmt.Sprint(out.Rows), "peak memory") {
		t.Errorf("prepared: %v, %v", out, err)
	}
	if _, err := sql.Query(ctx, "EXPLAIN\nSELECT nosuch FROM facts"); status.Code(err) != codes.NotFound || !strings.Contains(err.Error(), "nosuch") {
		t.Errorf("a wrong statement: %v", err)
	}
	a := send(t, "POST", s.http+"/v1/query", `{"sql":"EXPLAIN\nSELECT nosuch FROM facts","schema":"d"}`)
	if e := a.object(t)["error"].(map[string]any); e["details"].(map[string]any)["line"] != 2.0 || e["details"].(map[string]any)["column"] != 8.0 {
		t.Errorf("the place of the error: %s", a.body)
	}
	if out := string(s.post(t, "/v1/query", `{"sql":"EXPLAIN SELECT 1"}`, "Accept", "text/csv").body); !strings.HasPrefix(out, "explain_key,explain_value\nphysical_plan,") {
		t.Errorf("over HTTP: %s", out)
	}
	if a := send(t, "POST", s.http+"/v1/plan", `{"sql":"EXPLAIN SELECT 1"}`); a.status != 400 {
		t.Errorf("a plan of EXPLAIN: %d %s", a.status, a.body)
	}
	if r := s.shoal(t, "", "query", "--schema", "d", "--format", "csv", "EXPLAIN "+explained).fine(t); !strings.Contains(r.out, "On the portal: merge") {
		t.Errorf("shoal query: %s", r.out)
	}
	if r := s.shoal(t, "", "explain", "--schema", "d", "--format", "json", explained).fine(t); !json.Valid([]byte(r.out)) || !strings.Contains(r.out, `"fragments"`) {
		t.Errorf("shoal explain: %s", r.out)
	}
	plan := s.post(t, "/v1/plan", `{"sql":"SELECT k FROM d.facts WHERE k < 100"}`).object(t)
	raw := list(t, plan, "subplans")[0].(map[string]any)["plan"].(string)
	data, err := base64.StdEncoding.DecodeString(raw)
	if err != nil {
		t.Fatal(err)
	}
	if a := s.post(t, "/v1/explain", string(data), "Content-Type", "application/x-protobuf"); !strings.Contains(string(a.body), "1 of 10 chunks") {
		t.Errorf("of a Substrait plan: %s", a.body)
	}
}
