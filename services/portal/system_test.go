package portal

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

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
