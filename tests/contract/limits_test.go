package contract

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/services/portal"
	"github.com/shoal-db/shoal/tests/harness"
)

// TestLimits has a portal that runs one query at a time, queues none and gives it little time.
func TestLimits(t *testing.T) {
	s := &system{Oracle: harness.NewOracle(t)}
	const timeout = 2 * time.Second
	s.cluster = harness.Start(t, cluster.Options{Workers: 2, Replication: 1, EditPortal: func(c *portal.Config) {
		c.QueryTimeout, c.MaxQueries, c.MaxQueued = timeout, 1, -1
	}})
	s.http = s.cluster.HTTP()
	s.Exec(t, "CREATE TABLE facts AS SELECT i AS k, i AS n, i AS price FROM range(5000) t(i)")
	harness.Load(t, s.http, "d", "facts", s.WriteParquet(t, "facts"), "k", 1000)

	done := s.beginFlight(t, endless, nil)
	id := s.running(t)
	a := send(t, http.MethodPost, s.http+"/v1/query", `{"sql": "SELECT count(*) FROM d.facts"}`)
	e := has(t, "body", a.object(t), "error object")["error"].(map[string]any)
	if a.status != http.StatusTooManyRequests || e["kind"] != "resource_exhausted" || e["retryable"] != true || a.header.Get("Retry-After") == "" {
		t.Errorf("%d %v", a.status, e)
	}
	sql := harness.SQL(t, s.cluster.Flight())
	if _, err := sql.Query(t.Context(), "SELECT count(*) FROM d.facts"); status.Code(err) != codes.ResourceExhausted {
		t.Errorf("through Flight SQL: %v", err)
	}
	// Planning, and what the client reads from workers itself, goes on.
	if got, err := sql.Query(t.Context(), "SELECT k FROM d.facts WHERE k < 3"); err != nil || len(got.Rows) != 3 {
		t.Errorf("unmerged: %v, %v", got, err)
	}
	s.post(t, "/v1/plan", `{"sql": "SELECT count(*) FROM d.facts"}`)
	if err := wait(t, done); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("after %s the client got %v", timeout, err)
	}
	for _, v := range list(t, s.get(t, "/v1/queries"), "queries") {
		if q := v.(map[string]any); q["id"] == id {
			if e, _ := q["error"].(map[string]any); q["state"] != "failed" || e["kind"] != "deadline_exceeded" {
				t.Errorf("the query is shown as %v", q)
			}
		}
	}
	a = send(t, http.MethodPost, s.http+"/v1/query", fmt.Sprintf(`{"sql": %q, "schema": "d"}`, endless))
	e = has(t, "body", a.object(t), "error object")["error"].(map[string]any)
	if a.status != http.StatusGatewayTimeout || e["kind"] != "deadline_exceeded" || e["query_id"] == nil {
		t.Errorf("%d %v", a.status, e)
	}
	s.post(t, "/v1/query", `{"sql": "SELECT count(*) FROM d.facts"}`)
}
