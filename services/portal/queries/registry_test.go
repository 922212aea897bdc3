package queries

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/libs/platform/fault"

	"github.com/shoal-db/shoal/services/portal/planning"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("go.opencensus.io/stats/view.(*worker).start"))
}

func query(id string, expires time.Duration) *Query {
	now := time.Now()
	return &Query{
		ID: ID(id), Created: now, ExpiresAt: now.Add(expires), state: Planned, Request: Request{Form: SQL, Text: "SELECT " + id},
		Placed: &Placed{Planned: &planning.Planned{}},
	}
}

func TestRegistryIsBounded(t *testing.T) {
	r := newRegistry(3, 2)
	running := query("running", time.Hour)
	if err := r.add(running); err != nil {
		t.Fatal(err)
	}
	if err := running.begin(func(error) {}); err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		if err := r.add(query(fmt.Sprint("q", i), time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if len(r.live) != 3 || len(r.order) != 3 || len(r.ended) != 2 {
		t.Errorf("%d live, %d ended", len(r.live), len(r.ended))
	}
	for id, want := range map[ID]bool{"running": true, "q5": true, "q4": true, "q3": false} {
		if _, ok := r.get(id); ok != want {
			t.Errorf("%s is there: %v", id, ok)
		}
	}
	if list := r.list(); len(list) != 5 {
		t.Errorf("list has %d queries", len(list))
	}
	full := newRegistry(1, 1)
	one := query("one", time.Hour)
	_ = full.add(one)
	_ = one.begin(func(error) {})
	if err := full.add(query("two", time.Hour)); !fault.Is(err, fault.ResourceExhausted) {
		t.Errorf("a registry full of running queries took one more: %v", err)
	}
}

func TestExpiredQueriesGo(t *testing.T) {
	r := newRegistry(10, 10)
	old, busy := query("old", -time.Second), query("busy", -time.Second)
	if err := busy.begin(func(error) {}); err != nil {
		t.Fatal(err)
	}
	_, _ = r.add(old), r.add(busy)
	_ = r.add(query("new", time.Hour))
	if !old.expired() || busy.expired() {
		t.Error("a query that runs must not expire, others must")
	}
	if _, ok := r.get("old"); ok {
		t.Error("an expired query is still there")
	}
	if _, ok := r.get("busy"); !ok {
		t.Error("a running query is gone")
	}
	busy.finish(nil)
	r.list()
	if _, ok := r.get("busy"); ok {
		t.Error("it is still there after its end")
	}
}

// TestPlannedForeverIsOver: a query whose tickets have expired does not look as if it could still run.
func TestPlannedForeverIsOver(t *testing.T) {
	r := newRegistry(10, 10)
	done := query("done", -time.Second)
	done.finish(nil)
	for _, q := range []*Query{query("old", -time.Second), query("new", time.Hour), done} {
		if err := r.add(q); err != nil {
			t.Fatal(err)
		}
	}
	states := map[ID]State{}
	for _, info := range r.list() {
		states[info.ID] = info.State
	}
	if states["old"] != Expired || states["new"] != Planned || states["done"] != Done {
		t.Errorf("%v", states)
	}
}

// TestWhatNobodyCanRunIsOnlyShown: of a query that its client runs, no plan is kept.
func TestWhatNobodyCanRunIsOnlyShown(t *testing.T) {
	s := New(Options{MaxPlanned: 10, MaxEnded: 10})
	before, q, after := query("before", time.Hour), query("q", time.Hour), query("after", time.Hour)
	for _, q := range []*Query{before, q, after} {
		if err := s.registry.add(q); err != nil {
			t.Fatal(err)
		}
	}
	want := q.Info()
	s.LeaveToClient(q)
	s.LeaveToClient(q)
	s.LeaveToClient(query("unknown", time.Hour))
	kept, ok := s.registry.get("q")
	if !ok || kept.Placed != nil || s.registry.order[1] != kept || len(s.registry.order) != 3 {
		t.Fatalf("kept is %+v", kept)
	}
	if got := kept.Info(); !reflect.DeepEqual(got, want) {
		t.Errorf("shown as %+v, want %+v", got, want)
	}
	var revoked ID
	s.opts.Revoke = func(_ context.Context, id ID, expires time.Time) error {
		if !expires.Equal(q.ExpiresAt) {
			t.Errorf("revoked until %s", expires)
		}
		revoked = id
		return nil
	}
	if err := s.Cancel(context.Background(), "q"); err != nil || kept.Info().State != Cancelled {
		t.Errorf("cancelled: %v, %s", err, kept.Info().State)
	}
	if revoked != "q" {
		t.Errorf("revoked %q", revoked)
	}
}

func TestStatesOfAQuery(t *testing.T) {
	q := query("q", time.Hour)
	cancelled := errors.New("not called")
	if err := q.begin(func(err error) { cancelled = err }); err != nil {
		t.Fatal(err)
	}
	if err := q.begin(func(error) {}); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("begun twice: %v", err)
	}
	q.cancel(nil)
	if cancelled != nil {
		t.Error("cancel does not reach the run")
	}
	for want, err := range map[State]error{
		Done: nil, Failed: fault.New(fault.Unavailable, "", "gone"), Cancelled: errCancelled("q"),
	} {
		q.finish(err)
		if q.state != want || q.Info().State != want {
			t.Errorf("after %v it is %s", err, q.state)
		}
		if want != Cancelled {
			if err := q.begin(func(error) {}); err != nil {
				t.Errorf("run again after %s: %v", want, err)
			}
		}
		q.state = Done
	}
	q.state = Cancelled
	if err := q.begin(func(error) {}); !fault.Is(err, fault.Cancelled) {
		t.Errorf("a cancelled query began: %v", err)
	}
	long := query("long", time.Hour)
	long.Request.Text = strings.Repeat("x", 2*maxShownSQL)
	if got := long.Info().SQL; len(got) > maxShownSQL+len("…") {
		t.Errorf("%d bytes of SQL are shown", len(got))
	}
}
