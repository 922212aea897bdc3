package portal

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
)

var answerable = []string{
	"SELECT * FROM orders WHERE o_orderkey BETWEEN 995 AND 1005",
	"SELECT o_orderkey, o_note FROM orders WHERE o_custkey = 3 AND o_orderkey > 19000",
	"SELECT count(*), sum(o_price), avg(o_price), min(o_note), max(o_date) FROM orders",
	"SELECT o_custkey, count(*) AS n, sum(o_price) FROM orders GROUP BY o_custkey ORDER BY o_custkey",
	"SELECT o_orderkey, o_price FROM orders ORDER BY o_price DESC NULLS LAST, o_orderkey LIMIT 7",
	"SELECT c_name, count(*) FROM orders JOIN customer ON o_custkey = c_custkey WHERE o_orderkey < 5000 GROUP BY c_name ORDER BY 1",
	"SELECT c_name FROM customer ORDER BY c_custkey",
	"SELECT * FROM orders WHERE o_orderkey > 1000000",
	"SELECT count(*) FROM orders WHERE o_orderkey > 1000000",
	"SELECT 42 AS answer, 'x' AS x",
	"SELECT o_orderkey FROM orders WHERE o_orderkey IN (SELECT max(o_orderkey) FROM orders)",
	"SELECT DISTINCT o_custkey FROM orders",
	"SELECT o_orderkey, row_number() OVER (ORDER BY o_orderkey DESC) FROM orders WHERE o_orderkey < 20 ORDER BY 1",
	"SELECT o_custkey FROM orders WHERE o_orderkey < 30 UNION SELECT c_custkey FROM customer",
}

func TestQueriesEqualDuckDB(t *testing.T) {
	s := start(t, 3)
	for _, sql := range answerable {
		got, err := s.query(sql)
		if err != nil {
			t.Errorf("%s: %v", sql, err)
			continue
		}
		s.same(sql, got.texts())
		all, err := s.query(sql, "pruning", "false")
		if err != nil {
			t.Errorf("%s without pruning: %v", sql, err)
			continue
		}
		s.same(sql, all.texts())
	}
}

func TestRulesCanBeLeftOut(t *testing.T) {
	s := start(t, 2)
	all := "["
	for i, r := range rewrite.Rules() {
		if i > 0 {
			all += ","
		}
		all += strconv.Quote(r.Name)
	}
	all += "]"
	for _, sql := range answerable {
		got, err := s.query(sql, "disable_rules", all)
		if err != nil {
			t.Errorf("%s without rules: %v", sql, err)
			continue
		}
		s.same(sql, got.texts())
	}
	_, err := s.query("SELECT 1", "disable_rules", `["push-filter"]`)
	if !fault.Is(err, fault.InvalidArgument) || !strings.Contains(fault.From(err).Hint, "push-filters") {
		t.Errorf("%v", err)
	}
	text := "SELECT o_custkey FROM shop.orders WHERE o_orderkey = 7"
	if _, err := s.client(t).Execute(inShop("x-shoal-disable-rules", "push-limits, push-filters"), text); err != nil {
		t.Error(err)
	}
	if _, err = s.client(t).Execute(inShop("x-shoal-disable-rules", "push-limits,x"), text); status.Code(err) != codes.InvalidArgument {
		t.Errorf("%v", err)
	}
}

func TestFormats(t *testing.T) {
	s := start(t, 1)
	sql := `{"sql":"SELECT o_orderkey, o_price, o_note || ', ' || chr(34) AS \"q,\" FROM shop.orders WHERE o_orderkey IN (7, 8) ORDER BY 1"}`
	resp, text := s.call("POST", "/v1/query", sql, "Accept", "text/csv")
	want := "o_orderkey,o_price,\"q,\"\n7,,\"note 7, \"\"\"\n8,26.00,\"note 8, \"\"\"\n"
	if text != want || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("CSV %q of type %s, want %q", text, resp.Header.Get("Content-Type"), want)
	}
	if _, err := csv.NewReader(strings.NewReader(text)).ReadAll(); err != nil {
		t.Error(err)
	}
	resp, text = s.call("POST", "/v1/query", sql, "Accept", "application/vnd.apache.arrow.stream")
	if rows := arrowRows(t, []byte(text)); !slices.Equal(rows, []string{`7|(null)|note 7, "`, `8|26|note 8, "`}) {
		t.Errorf("arrow rows %q", rows)
	}
	if resp.Header.Get("X-Shoal-Query-Id") == "" {
		t.Error("no query id")
	}
	resp, text = s.call("POST", "/v1/query", sql, "Accept", "application/xml")
	if resp.StatusCode != http.StatusNotAcceptable || !strings.Contains(text, "text/csv") {
		t.Errorf("%d %s", resp.StatusCode, text)
	}
	for accept, want := range map[string]string{
		"": "application/json", "*/*": "application/json", "text/*": "text/csv",
		"application/json;q=0.5, text/csv;q=0.9": "text/csv", "application/*;q=0.2, application/json;q=0": "application/vnd.apache.arrow.stream",
	} {
		resp, _ := s.call("POST", "/v1/query", `{"sql":"SELECT 1"}`, "Accept", accept)
		if got := resp.Header.Get("Content-Type"); !strings.HasPrefix(got, want) {
			t.Errorf("Accept %q gave %s, want %s", accept, got, want)
		}
	}
}

func TestErrorsOverHTTP(t *testing.T) {
	s := start(t, 1)
	for _, c := range []struct {
		path, body, kind string
		status           int
		text             string
	}{
		{"/v1/query", `{"sql":"SELCT 1"}`, "invalid_argument", 400, "caret"},
		{"/v1/plan", `{"sql":"SELECT * FROM shop.ordrs"}`, "not_found", 404, `"candidates":["orders"]`},
		{"/v1/query", `{"sql":"SELECT o_custkex FROM shop.orders"}`, "not_found", 404, "o_custkey"},
		{"/v1/query", `{"sql":"SELECT 1","schema":"nosuch"}`, "not_found", 404, "nosuch"},
		{"/v1/query", `{"sql":"SELECT CAST(o_note AS INTEGER) FROM shop.orders"}`, "invalid_argument", 400, "note"},
		{"/v1/query", `{`, "invalid_argument", 400, "JSON"},
		{"/v1/query", `{}`, "invalid_argument", 400, "sql"},
		{"/v1/query", `{"sql":"SELECT 1","plan":{}}`, "invalid_argument", 400, "either"},
		{"/v1/query", `{"sqk":"SELECT 1"}`, "invalid_argument", 400, "sqk"},
		{"/v1/plan", `{"plan":{"relations":[{"root":{"input":{"write":{}}}}]}}`, "invalid_argument", 400, ""},
		{"/v1/chunks", ``, "invalid_argument", 400, "dataset"},
		{"/v1/chunks?dataset=shpo", ``, "not_found", 404, "shop"},
		{"/v1/chunks?dataset=shop&table=order", ``, "not_found", 404, "orders"},
	} {
		method := "POST"
		if strings.HasPrefix(c.path, "/v1/chunks") {
			method = "GET"
		}
		resp, text := s.call(method, c.path, c.body)
		var answer struct {
			Error struct {
				Kind, Message, Hint string
				QueryID             string `json:"query_id"`
				Details             map[string]any
			}
		}
		if err := json.Unmarshal([]byte(text), &answer); err != nil {
			t.Errorf("%s: %v in %s", c.body, err, text)
		}
		if resp.StatusCode != c.status || answer.Error.Kind != c.kind || !strings.Contains(text, c.text) {
			t.Errorf("%s %s: %d %s, want %d %s with %q", c.path, c.body, resp.StatusCode, text, c.status, c.kind, c.text)
		}
	}
	for _, body := range [][]byte{nil, {0}, []byte("garbage"), bytes.Repeat([]byte{0x0a}, 1000)} {
		resp, text := s.call("POST", "/v1/plan", string(body), "Content-Type", "application/x-protobuf")
		if resp.StatusCode != 400 || !strings.Contains(text, "invalid_argument") {
			t.Errorf("plan %q: %d %s", body, resp.StatusCode, text)
		}
	}
	resp, text := s.call("POST", "/v1/plan", "x", "Content-Type", "image/png")
	if resp.StatusCode != 400 || !strings.Contains(text, "image/png") {
		t.Errorf("%d %s", resp.StatusCode, text)
	}
	if _, err := s.query("SELECT count(*) FROM orders"); err != nil {
		t.Errorf("after the errors: %v", err)
	}
}

func TestPlanPrunesAndNamesReplicas(t *testing.T) {
	s := start(t, 3)
	_, text := s.call("POST", "/v1/plan", `{"sql":"SELECT o_orderkey, o_note FROM orders WHERE o_orderkey = 1500","schema":"shop"}`)
	var plan struct {
		QueryID  string `json:"query_id"`
		Columns  []map[string]string
		Subplans []struct {
			ID        int
			Chunks    map[string][]string
			RowsMax   int64 `json:"rows_max"`
			Replicas  []map[string]string
			Plan      []byte
			Ticket    []byte
			ExpiresAt time.Time `json:"expires_at"`
		}
		MergePlan []byte `json:"merge_plan"`
		Pruning   map[string]int
	}
	if err := json.Unmarshal([]byte(text), &plan); err != nil {
		t.Fatal(err)
	}
	if plan.Pruning["chunks_total"] != 20 || plan.Pruning["chunks_selected"] != 1 || plan.Pruning["by_block"] != 19 {
		t.Errorf("pruning %v", plan.Pruning)
	}
	if len(plan.Subplans) != 1 || plan.MergePlan != nil || !strings.Contains(text, `"merge_plan":null`) {
		t.Fatalf("%s", text)
	}
	sub := plan.Subplans[0]
	id, err := chunks.ParseID(sub.Chunks["shop.orders"][0])
	if err != nil || id.Range != (chunks.Range{First: 1001, Last: 2000}) || sub.RowsMax != 1000 || len(sub.Replicas) != 2 || len(sub.Plan) == 0 || len(sub.Ticket) == 0 {
		t.Errorf("subplan %+v: %v", sub, err)
	}
	if time.Until(sub.ExpiresAt) > time.Minute || time.Until(sub.ExpiresAt) < 50*time.Second {
		t.Errorf("expires at %s", sub.ExpiresAt)
	}
	if got := plan.Columns[0]; got["name"] != "o_orderkey" || got["type"] != "BIGINT" {
		t.Errorf("columns %v", plan.Columns)
	}
}

func TestCatalogEndpoints(t *testing.T) {
	s := start(t, 2)
	_, text := s.call("GET", "/v1/tables", "")
	var tables struct {
		Tables []map[string]any
	}
	if err := json.Unmarshal([]byte(text), &tables); err != nil || len(tables.Tables) != 2 {
		t.Fatalf("%v: %s", err, text)
	}
	orders := tables.Tables[1]
	for field, want := range map[string]any{
		"dataset": "shop", "table": "orders", "kind": "chunked", "block_column": "o_orderkey", "rows": 20000.0, "chunks": 20.0, "chunks_ready": 20.0,
	} {
		if orders[field] != want {
			t.Errorf("%s is %v, want %v", field, orders[field], want)
		}
	}
	_, text = s.call("GET", "/v1/chunks?dataset=shop&table=orders&offset=1&limit=2", "")
	var list struct {
		Chunks []struct {
			Chunk           string
			First, Last     int64
			Rows            int64
			Assigned, Ready []string
		}
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil || len(list.Chunks) != 2 {
		t.Fatalf("%v: %s", err, text)
	}
	if c := list.Chunks[0]; c.First != 1001 || c.Last != 2000 || c.Rows != 1000 || len(c.Ready) != 2 || len(c.Assigned) != 2 {
		t.Errorf("chunk %+v", c)
	}
	_, text = s.call("GET", "/v1/workers", "")
	var workers struct{ Workers []map[string]any }
	if err := json.Unmarshal([]byte(text), &workers); err != nil || len(workers.Workers) != 2 || workers.Workers[0]["files"] != 21.0 || workers.Workers[0]["files_assigned"] != 21.0 {
		t.Errorf("%v: %s", err, text)
	}
	if _, err := s.query("SELECT 7"); err != nil {
		t.Fatal(err)
	}
	_, text = s.call("GET", "/v1/queries", "")
	if !strings.Contains(text, `"state":"done"`) || !strings.Contains(text, "SELECT 7") {
		t.Errorf("queries %s", text)
	}
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		resp, text := s.call("GET", path, "")
		if resp.StatusCode != 200 {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
		if path == "/metrics" && (!strings.Contains(text, `shoal_portal_queries_total{front="http",outcome="ok"} 1`) || !strings.Contains(text, "shoal_portal_duckdb_memory_used_bytes")) {
			t.Errorf("metrics %.2000s", text)
		}
	}
}

func TestExplain(t *testing.T) {
	s := start(t, 2)
	resp, text := s.call("POST", "/v1/explain", `{"sql":"SELECT o_custkey, count(*) FROM shop.orders WHERE o_orderkey < 2500 GROUP BY 1","analyze":true}`)
	var out struct {
		Text     string
		Pruning  map[string]int
		Scans    []map[string]any
		Subplans []struct {
			Ran map[string]any
		}
		Analyzed struct {
			Rows         float64
			ReceivedRows float64 `json:"received_rows"`
		}
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil || resp.StatusCode != 200 {
		t.Fatalf("%v: %s", err, text)
	}
	if out.Pruning["chunks_selected"] != 3 || out.Analyzed.Rows != 10 || out.Analyzed.ReceivedRows == 0 || out.Subplans[0].Ran["worker"] == "" {
		t.Errorf("%+v", out)
	}
	for _, want := range []string{"Plan of o_custkey, e1 as count_star()", "3 of 20", "by o_orderkey < 2500", "On workers: fragment 0", "portal [1]", "On the portal: merge", "Ran in"} {
		if !strings.Contains(out.Text, want) {
			t.Errorf("no %q in\n%s", want, out.Text)
		}
	}
}
