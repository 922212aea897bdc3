package contract

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/flight"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/shoal-db/shoal/tests/harness"
)

// These would take hours: one in the portal, which has to merge the tables, the other in the workers,
// which have the reference table whole.
const (
	endless          = "SELECT sum(a.k * b.n + c.k) AS endless FROM facts a, facts b, facts c WHERE a.price + b.price <> c.price"
	endlessOnWorkers = "SELECT sum(f.k * a.n + b.n * c.n - d.n * e.n + g.n * h.n) AS endless FROM facts f, names a, names b, names c, " +
		"names d, names e, names g, names h, names i, names j WHERE a.n + i.n <> h.n * j.n"
)

// testCancel cancels running queries from clients that did not start them.
func testCancel(t *testing.T, s *system) {
	t.Run("HTTP cancels Flight SQL's", func(t *testing.T) {
		done := s.beginFlight(t, endlessOnWorkers, nil)
		id := s.running(t)
		a := send(t, http.MethodDelete, s.http+"/v1/queries/"+id, "")
		if a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
		has(t, "cancelled", a.object(t), "query_id string", "cancelled bool")
		if err := wait(t, done); status.Code(err) != codes.Canceled {
			t.Errorf("the client got %v", err)
		}
		s.ended(t, id)
	})
	t.Run("the command cancels HTTP's", func(t *testing.T) {
		done := make(chan error, 1)
		go func() {
			a := send(t, http.MethodPost, s.http+"/v1/query", fmt.Sprintf(`{"sql": %q, "schema": "d"}`, endless))
			if a.status != 499 || a.object(t)["error"].(map[string]any)["kind"] != "cancelled" {
				done <- fmt.Errorf("%d %s", a.status, a.body)
				return
			}
			done <- nil
		}()
		id := s.running(t)
		r := start(t, "shoal", "", nil, "cancel", id, "--portal", s.http).fine(t)
		if r.out != "" {
			t.Errorf("stdout %q", r.out)
		}
		if err := wait(t, done); err != nil {
			t.Error(err)
		}
		s.ended(t, id)
	})
	t.Run("Flight SQL cancels its own", func(t *testing.T) {
		infos := make(chan *flight.FlightInfo, 1)
		done := s.beginFlight(t, endless, infos)
		id := s.running(t)
		other := harness.SQL(t, s.cluster.Flight())
		out, err := other.Portal().CancelFlightInfo(t.Context(), &flight.CancelFlightInfoRequest{Info: <-infos})
		if err != nil || out.Status != flight.CancelStatusCancelled {
			t.Errorf("%v, %v", out, err)
		}
		if err := wait(t, done); status.Code(err) != codes.Canceled {
			t.Errorf("the client got %v", err)
		}
		s.ended(t, id)
	})
	t.Run("before it runs", func(t *testing.T) {
		sql := harness.SQL(t, s.cluster.Flight())
		ctx := harness.InSchema(t.Context(), "d")
		info, err := sql.Portal().Execute(ctx, "SELECT sum(k) FROM facts")
		if err != nil {
			t.Fatal(err)
		}
		var app struct {
			QueryID string `json:"query_id"`
		}
		if err := json.Unmarshal(info.AppMetadata, &app); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time changes nothing
			if a := send(t, http.MethodDelete, s.http+"/v1/queries/"+app.QueryID, ""); a.status != 200 {
				t.Errorf("%d %s", a.status, a.body)
			}
		}
		if _, err := sql.Read(ctx, info); status.Code(err) != codes.Canceled {
			t.Errorf("the client got %v", err)
		}
	})
	t.Run("what a client reads from workers", func(t *testing.T) {
		sql := harness.SQL(t, s.cluster.Flight())
		ctx := harness.InSchema(t.Context(), "d")
		// Each reference table is joined by an equality, on the workers.
		endless := "SELECT f.k AS endless FROM facts f"
		for i := range 12 {
			endless += fmt.Sprintf(" JOIN names n%d ON f.n * 0 = n%[1]d.n * 0", i)
		}
		info, err := sql.Portal().Execute(ctx, endless+" WHERE hash(f.k, n0.n, n1.n, n11.n) = 7")
		if err != nil {
			t.Fatal(err)
		}
		var app struct {
			QueryID string `json:"query_id"`
		}
		if err := json.Unmarshal(info.AppMetadata, &app); err != nil {
			t.Fatal(err)
		}
		if at := info.Endpoint[0].Location[0].Uri; at == s.cluster.Flight() {
			t.Fatalf("the portal answers it, at %s", at)
		}
		done := make(chan error, 1)
		go func() {
			_, err := sql.Read(ctx, info)
			done <- err
		}()
		harness.Eventually(t, 20*time.Second, "workers run it", func() error {
			for _, w := range s.cluster.Workers() {
				if sample(t, w.HTTP, "shoal_worker_queries_running_count") > 0 {
					return nil
				}
			}
			select {
			case err := <-done:
				t.Fatalf("it ended with %v", err)
			default:
			}
			return errors.New("nobody does")
		})
		s.shoal(t, "", "cancel", app.QueryID)
		if err := wait(t, done); status.Code(err) != codes.Canceled {
			t.Errorf("the client got %v", err)
		}
		s.ended(t, app.QueryID)
		if _, err := sql.Read(ctx, info); status.Code(err) != codes.Canceled {
			t.Errorf("redeemed again: %v", err)
		}
	})
	t.Run("what has ended", func(t *testing.T) {
		id := s.post(t, "/v1/query", `{"sql": "SELECT sum(k) FROM d.facts"}`).object(t)["query_id"].(string)
		a := send(t, http.MethodDelete, s.http+"/v1/queries/"+id, "")
		e := has(t, "body", a.object(t), "error object")["error"].(map[string]any)
		if a.status != http.StatusNotFound || e["kind"] != "not_found" {
			t.Errorf("%d %s", a.status, a.body)
		}
		s.shoal(t, "", "cancel", id).oneLine(t, id, "done")
	})
	t.Run("a client that goes away", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		sql := harness.SQL(t, s.cluster.Flight())
		done := make(chan error, 1)
		go func() {
			_, err := sql.Query(harness.InSchema(ctx, "d"), endlessOnWorkers)
			done <- err
		}()
		id := s.running(t)
		cancel()
		if err := wait(t, done); err == nil {
			t.Error("it was answered")
		}
		s.ended(t, id)
	})
}

func (s *system) beginFlight(t *testing.T, query string, infos chan<- *flight.FlightInfo) <-chan error {
	sql := harness.SQL(t, s.cluster.Flight())
	done := make(chan error, 1)
	go func() {
		ctx := harness.InSchema(context.Background(), "d")
		info, err := sql.Portal().Execute(ctx, query)
		if err != nil {
			done <- err
			return
		}
		if infos != nil {
			infos <- info
		}
		_, err = sql.Read(ctx, info)
		done <- err
	}()
	return done
}

func wait(t *testing.T, done <-chan error) error {
	t.Helper()
	select {
	case err := <-done:
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("it runs on")
		return errors.New("unreachable")
	}
}

// running is the id of the endless query that runs.
func (s *system) running(t *testing.T) string {
	t.Helper()
	id := ""
	harness.Eventually(t, 20*time.Second, "the query runs", func() error {
		queries, _ := s.get(t, "/v1/queries")["queries"].([]any)
		for _, v := range queries {
			if q := v.(map[string]any); q["state"] == "running" && (q["sql"] == endless || q["sql"] == endlessOnWorkers) {
				id = q["id"].(string)
				return nil
			}
		}
		return errors.New("it does not run")
	})
	return id
}

// ended expects a query to be cancelled, everywhere.
func (s *system) ended(t *testing.T, id string) {
	t.Helper()
	harness.Eventually(t, 20*time.Second, "the query ends", func() error {
		for _, v := range list(t, s.get(t, "/v1/queries"), "queries") {
			if q := v.(map[string]any); q["id"] == id && q["state"] == "cancelled" {
				return nil
			}
		}
		return errors.New("it is not cancelled")
	})
	for _, w := range s.cluster.Workers() {
		harness.Eventually(t, 20*time.Second, w.ID+" is idle", func() error {
			if n := sample(t, w.HTTP, "shoal_worker_queries_running_count"); n != 0 {
				return fmt.Errorf("%v subplans run", n)
			}
			return nil
		})
	}
}
