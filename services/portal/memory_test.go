package portal

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/flight"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/shoal-db/shoal/services/portal/internal/portaltest"
)

// wide loads a table of some 250 MB in Arrow.
func wide(s *system) {
	s.Load(portaltest.Table{
		Dataset: "big", Name: "wide", BlockColumn: "k", Cuts: portaltest.Cuts(0, 999_999, 100_000),
		SQL: "SELECT i AS k, i * 2.5 AS a, 'some text that takes room ' || i AS b, 'and some more of it ' || (i * 7) AS c, i % 1000 AS d, repeat('x', 150) AS e FROM range(1000000) t(i)",
	})
}

// sent waits until the workers send nothing more, and returns how many batches they have sent.
func (s *system) sent(t *testing.T) int64 {
	t.Helper()
	count := func() (n int64) {
		for _, w := range s.Workers {
			n += w.Batches.Load()
		}
		return n
	}
	last, since := count(), time.Now()
	for begun := time.Now(); time.Since(since) < 700*time.Millisecond; {
		time.Sleep(50 * time.Millisecond)
		if now := count(); now != last {
			last, since = now, time.Now()
		}
		if time.Since(begun) > 20*time.Second {
			t.Fatal("the workers go on sending")
		}
	}
	return last
}

// TestStalledClientHoldsUpTheWorkers: what is not read is not computed, and so not kept anywhere.
func TestStalledClientHoldsUpTheWorkers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	s := start(t, 2)
	wide(s)
	const total = 1_000_000 / 2048 // batches
	for name, sql := range map[string]string{
		"concatenated": "SELECT * FROM big.wide",
		"merged":       "SELECT a.*, b.a AS other FROM big.wide a JOIN big.wide b ON a.d = b.k WHERE b.k < 1000",
	} {
		before := s.sent(t)
		c, err := flight.NewClientWithMiddleware(s.portal.FlightAddr().String(), nil, nil, grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			t.Fatal(err)
		}
		info, err := s.client(t).Execute(inShop("x-shoal-route", "portal"), sql)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		stream, err := c.DoGet(ctx, info.Endpoint[0].Ticket)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stream.Recv(); err != nil {
			t.Fatal(err)
		}
		if merged := strings.Contains(string(info.AppMetadata), `"merged":true`); merged != (name == "merged") {
			t.Errorf("%s: merged is %v", name, merged)
		}
		got := s.sent(t) - before
		t.Logf("%s over Flight: workers sent %d of %d batches to a client that reads nothing", name, got, total)
		if got == 0 || got > total*2/5 {
			t.Errorf("%s: %d of %d batches were sent", name, got, total)
		}
		cancel()
		_ = c.Close()
	}
	before := s.sent(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, "POST", s.url+"/v1/query", strings.NewReader(`{"sql":"SELECT * FROM big.wide"}`))
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.ReadFull(resp.Body, make([]byte, 1000))
	got := s.sent(t) - before
	t.Logf("HTTP: workers sent %d of %d batches to a client that reads nothing", got, total)
	if got > total*2/5 {
		t.Errorf("HTTP: %d of %d batches were sent", got, total)
	}
}
