package portal

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"

	"github.com/shoal-db/shoal/services/portal/internal/portaltest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// glog and OpenCensus, which cloud storage drivers bring, run for ever.
		goleak.IgnoreTopFunction("go.opencensus.io/stats/view.(*worker).start"),
		goleak.IgnoreTopFunction("github.com/golang/glog.(*fileSink).flushDaemon"),
		// Kept alive connections of http.DefaultClient.
		goleak.IgnoreTopFunction("internal/poll.runtime_pollWait"),
		goleak.IgnoreTopFunction("net/http.(*persistConn).writeLoop"),
	)
}

// system is a portal over a test cluster.
type system struct {
	*portaltest.Cluster
	portal *Portal
	url    string
}

const ordersSQL = `SELECT i AS o_orderkey, (i % 10)::INTEGER AS o_custkey, CASE WHEN i % 7 = 0 THEN NULL ELSE (i * 3.25)::DECIMAL(15,2) END AS o_price,
	DATE '2020-01-01' + (i % 365)::INTEGER AS o_date, 'note ' || i AS o_note FROM range(1, 20001) t(i)`

// start starts workers, loads shop.orders in 20 chunks and shop.customer as a reference table, and
// starts a portal.
func start(t *testing.T, workers int, change ...func(*Config)) *system {
	t.Helper()
	t.Parallel()
	s := &system{Cluster: portaltest.Start(t, workers)}
	s.Load(portaltest.Table{Dataset: "shop", Name: "orders", SQL: ordersSQL, BlockColumn: "o_orderkey", Cuts: portaltest.Cuts(1, 20000, 1000)})
	s.Load(portaltest.Table{Dataset: "shop", Name: "customer", SQL: `SELECT i::INTEGER AS c_custkey, 'c' || i AS c_name FROM range(10) t(i)`})
	cfg := Config{
		Etcd: []string{s.Endpoint}, ObjectStore: filepath.Join(t.TempDir(), "store"), HTTP: "127.0.0.1:0", Flight: "127.0.0.1:0",
		SpillDir: t.TempDir(), Threads: 2, MaxQueries: 8, TicketTTL: time.Minute,
	}
	for _, c := range change {
		c(&cfg)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var err error
	if s.portal, err = New(ctx, cfg); err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + s.portal.HTTPAddr().String()
	done := make(chan error, 1)
	go func() { done <- s.portal.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the portal ended with %v", err)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	wait, stop := context.WithTimeout(ctx, 20*time.Second)
	defer stop()
	if err := s.portal.Ready().Wait(wait); err != nil {
		t.Fatal(err)
	}
	for s.portal.cluster.Current().Revision() < s.Follower.Current().Revision() {
		time.Sleep(5 * time.Millisecond)
	}
	return s
}

// call sends a request and returns its answer.
func (s *system) call(method, path, body string, header ...string) (*http.Response, string) {
	s.T.Helper()
	req, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.T.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.T.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return resp, string(data) + "\x00" + err.Error()
	}
	return resp, string(data)
}

// result is the JSON of a query.
type result struct {
	QueryID  string `json:"query_id"`
	Columns  []struct{ Name, Type string }
	Rows     [][]any
	RowCount *int64       `json:"row_count"`
	Error    *fault.Fault `json:"error"`
}

// query runs SQL over HTTP as JSON.
func (s *system) query(sql string, more ...string) (result, error) {
	s.T.Helper()
	body := map[string]any{"sql": sql, "schema": "shop"}
	for i := 0; i < len(more); i += 2 {
		body[more[i]] = json.RawMessage(more[i+1])
	}
	text, _ := json.Marshal(body)
	resp, answer := s.call("POST", "/v1/query", string(text))
	var out result
	decoder := json.NewDecoder(strings.NewReader(answer))
	decoder.UseNumber()
	if err := decoder.Decode(&out); err != nil {
		s.T.Fatalf("%s: %v in %.300s", sql, err, answer)
	}
	if out.Error != nil {
		return out, out.Error
	}
	if resp.StatusCode != 200 || out.RowCount == nil || *out.RowCount != int64(len(out.Rows)) {
		s.T.Fatalf("%s: status %d, %.300s", sql, resp.StatusCode, answer)
	}
	return out, nil
}

// texts are the rows as the oracle gives them.
func (r result) texts() []string {
	out := make([]string, len(r.Rows))
	for i, row := range r.Rows {
		fields := make([]string, len(row))
		for j, v := range row {
			if fields[j] = fmt.Sprint(v); v == nil {
				fields[j] = `\N`
			}
		}
		out[i] = strings.Join(fields, "|")
	}
	return out
}

// same compares a result with the oracle's; rows in any order unless the query gives one.
func (s *system) same(sql string, got []string) {
	s.T.Helper()
	want := s.Oracle(strings.NewReplacer("FROM orders", "FROM shop.orders", "JOIN customer", "JOIN shop.customer",
		"FROM customer", "FROM shop.customer", "JOIN orders", "JOIN shop.orders").Replace(sql))
	got = slices.Clone(got)
	if !strings.Contains(sql, "ORDER BY") {
		slices.Sort(want)
		slices.Sort(got)
	}
	if len(want) != len(got) {
		s.T.Fatalf("%s: %d rows, want %d", sql, len(got), len(want))
	}
	for i := range want {
		if want[i] != got[i] {
			s.T.Fatalf("%s: row %d is %s, want %s", sql, i, got[i], want[i])
		}
	}
}

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
		Analyzed map[string]float64
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil || resp.StatusCode != 200 {
		t.Fatalf("%v: %s", err, text)
	}
	if out.Pruning["chunks_selected"] != 3 || out.Analyzed["rows"] != 10 || out.Analyzed["received_rows"] == 0 || out.Subplans[0].Ran["worker"] == "" {
		t.Errorf("%+v", out)
	}
	for _, want := range []string{"Logical plan", "3 of 20", "On workers", "ran on w", "merge", "Ran in"} {
		if !strings.Contains(out.Text, want) {
			t.Errorf("no %q in\n%s", want, out.Text)
		}
	}
}

func TestReplicaFailsBeforeItsFirstByte(t *testing.T) {
	s := start(t, 2)
	s.Workers[0].Before(func(*ticketT) error { return fault.New(fault.Unavailable, "run subplan", "out of order") })
	for _, sql := range answerable[:4] {
		got, err := s.query(sql)
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		s.same(sql, got.texts())
	}
	s.Workers[0].Before(nil)
	s.Workers[1].Kill()
	got, err := s.query(answerable[2])
	if err != nil {
		t.Fatal(err)
	}
	s.same(answerable[2], got.texts())
	_, text := s.call("GET", "/metrics", "")
	if strings.Contains(text, "shoal_portal_failovers_total 0\n") {
		t.Error("no failover was counted")
	}
}

func TestAllReplicasFail(t *testing.T) {
	s := start(t, 2)
	for _, w := range s.Workers {
		w.Before(func(*ticketT) error { return fault.New(fault.Unavailable, "run subplan", "out of order") })
	}
	_, err := s.query("SELECT count(*) FROM orders")
	f := fault.From(err)
	if f == nil || f.Kind != fault.Unavailable || !strings.Contains(f.Text(), "w1") || !strings.Contains(f.Text(), "w2") || f.QueryID == "" {
		t.Fatalf("%v", err)
	}
	if text, _ := json.Marshal(f.Details); !strings.Contains(string(text), "0000000001-0000001000-") {
		t.Errorf("no chunk is named: %s", text)
	}
}

func TestPlansAgainWhenAWorkerLacksChunks(t *testing.T) {
	s := start(t, 3, func(c *Config) { c.Streams = 2 })
	var mu sync.Mutex
	refused := map[chunks.WorkerID]int{}
	// Each worker once claims to lack what it is asked for: no replica of some subplan can answer.
	for _, w := range s.Workers {
		w.Before(func(t *ticketT) error {
			mu.Lock()
			defer mu.Unlock()
			if refused[w.ID]++; refused[w.ID] > 2 {
				return nil
			}
			return portaltest.Missing(t)
		})
	}
	got, err := s.query(answerable[3])
	if err != nil {
		t.Fatal(err)
	}
	s.same(answerable[3], got.texts())
	_, text := s.call("GET", "/metrics", "")
	if strings.Contains(text, "shoal_portal_replans_total 0\n") {
		t.Error("it was not planned again")
	}
}

func TestFailureHalfwayIsNoShortAnswer(t *testing.T) {
	s := start(t, 2)
	for _, w := range s.Workers {
		w.During(func(batch int) error {
			if batch < 2 {
				return nil
			}
			return fault.New(fault.Unavailable, "run subplan", "the disk is gone")
		})
	}
	const body = `{"sql":"SELECT * FROM shop.orders"}`
	for _, accept := range []string{"application/json", "text/csv", "application/vnd.apache.arrow.stream"} {
		resp, text := s.call("POST", "/v1/query", body, "Accept", accept)
		if resp.StatusCode != 200 || !strings.Contains(text, "\x00unexpected EOF") {
			t.Errorf("%s: %d, the answer ends in %q", accept, resp.StatusCode, text[max(0, len(text)-200):])
		}
		if accept == "application/json" && (!strings.Contains(text, "the disk is gone") || strings.Contains(text, "row_count")) {
			t.Errorf("JSON ends in %q", text[max(0, len(text)-500):])
		}
	}
	// A merge that has given nothing out yet fails as a whole.
	_, err := s.query("SELECT o_note, count(*) FROM orders GROUP BY 1 ORDER BY 1")
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("merged: %v", err)
	}
}

func TestCancelAndTimeout(t *testing.T) {
	s := start(t, 2, func(c *Config) { c.QueryTimeout = 3 * time.Second })
	hold := make(chan struct{})
	defer close(hold)
	for _, w := range s.Workers {
		w.Before(func(*ticketT) error {
			select {
			case <-hold:
			case <-time.After(10 * time.Second):
			}
			return nil
		})
	}
	done := make(chan error, 1)
	go func() {
		_, err := s.query("SELECT count(*) AS slow FROM orders")
		done <- err
	}()
	id := s.running(t, "slow")
	resp, text := s.call("DELETE", "/v1/queries/"+id, "")
	if resp.StatusCode != 200 {
		t.Fatalf("cancel: %d %s", resp.StatusCode, text)
	}
	select {
	case err := <-done:
		if !fault.Is(err, fault.Cancelled) {
			t.Errorf("cancelled query: %v", err)
		}
	case <-time.After(2 * time.Second):
		t.Fatal("a cancelled query goes on")
	}
	begun := time.Now()
	if _, err := s.query("SELECT count(*) FROM orders"); !fault.Is(err, fault.DeadlineExceeded) || time.Since(begun) > 5*time.Second {
		t.Errorf("after %s: %v", time.Since(begun), err)
	}
	resp, _ = s.call("DELETE", "/v1/queries/nosuch", "")
	if resp.StatusCode != 404 {
		t.Errorf("cancel of nothing: %d", resp.StatusCode)
	}
}

// running waits until a query whose SQL has the text is running, and returns its id.
func (s *system) running(t *testing.T, text string) string {
	t.Helper()
	for range 200 {
		_, answer := s.call("GET", "/v1/queries", "")
		var list struct {
			Queries []struct{ ID, SQL, State string }
		}
		if err := json.Unmarshal([]byte(answer), &list); err != nil {
			t.Fatal(err)
		}
		for _, q := range list.Queries {
			if strings.Contains(q.SQL, text) && q.State == "running" {
				return q.ID
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the query does not run")
	return ""
}

func TestAdmission(t *testing.T) {
	s := start(t, 1, func(c *Config) { c.MaxQueries, c.MaxQueued = 1, 1 })
	hold := make(chan struct{})
	s.Workers[0].Before(func(*ticketT) error { <-hold; return nil })
	errs := make(chan error, 2)
	go func() { _, err := s.query("SELECT count(*) AS one FROM orders"); errs <- err }()
	s.running(t, "AS one")
	go func() { _, err := s.query("SELECT count(*) AS two FROM orders"); errs <- err }()
	for s.portal.queries.Waiting() < 1 {
		time.Sleep(5 * time.Millisecond)
	}
	_, err := s.query("SELECT count(*) AS three FROM orders")
	if f := fault.From(err); f == nil || f.Kind != fault.ResourceExhausted || !f.Retryable {
		t.Errorf("the third query: %v", err)
	}
	close(hold)
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestClientThatGoesAwayEndsItsQuery(t *testing.T) {
	s := start(t, 2)
	ctx, cancel := context.WithCancel(context.Background())
	req, _ := http.NewRequestWithContext(ctx, "POST", s.url+"/v1/query",
		strings.NewReader(`{"sql":"SELECT a.o_note || b.o_note || a.o_date AS gone FROM shop.orders a, shop.orders b"}`))
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.ReadFull(resp.Body, make([]byte, 100_000))
	cancel()
	resp.Body.Close()
	for i := 0; s.portal.queries.Running() > 0; i++ {
		if i > 300 {
			t.Fatal("the query still runs")
		}
		time.Sleep(10 * time.Millisecond)
	}
}
