package portal

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"

	"github.com/shoal-db/shoal/services/portal/internal/portaltest"
)

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
	// Whichever subplan failed first names its own chunks, of which each has 1,000 blocks.
	named := regexp.MustCompile(`"chunks":\{"shop.orders":\["00000\d{2}001-00000\d{2}000-[0-9a-f]{8}"`)
	if text, _ := json.Marshal(f.Details); !named.Match(text) {
		t.Errorf("no chunk is named: %s", text)
	}
}

func TestPlansAgainWhenAWorkerLacksChunks(t *testing.T) {
	s := start(t, 3, func(c *Config) { c.Streams = 2 })
	replanned := func() bool {
		_, text := s.call("GET", "/metrics", "")
		return !strings.Contains(text, "shoal_portal_replans_total 0\n")
	}
	// Every worker claims to lack what the first plan asks it for: no replica of any subplan can answer.
	for _, w := range s.Workers {
		w.Before(func(t *ticketT) error {
			if replanned() {
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
	if !replanned() {
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
	for _, accept := range []string{"application/json", "text/csv", "application/vnd.apache.arrow.stream"} {
		// What failed while little had come is an error like any other.
		resp, text := s.call("POST", "/v1/query", `{"sql":"SELECT o_orderkey FROM shop.orders"}`, "Accept", accept)
		if resp.StatusCode != 503 || !strings.Contains(text, "the disk is gone") || resp.Header.Get("Content-Type") != "application/json" || resp.Header.Get("X-Shoal-Query-Id") == "" {
			t.Errorf("%s: %d, %v, %q", accept, resp.StatusCode, resp.Header, text[:min(200, len(text))])
		}
		resp, text = s.call("POST", "/v1/query", `{"sql":"SELECT o_orderkey, repeat('x', 3000) AS x FROM shop.orders"}`, "Accept", accept)
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
	for s.portal.queries.Admitted().AllQueued() < 1 {
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
	for i := 0; s.portal.queries.Admitted().AllRunning() > 0; i++ {
		if i > 300 {
			t.Fatal("the query still runs")
		}
		time.Sleep(10 * time.Millisecond)
	}
}
