package serve

import (
	"context"
	"sync"
	"time"

	"github.com/apache/arrow/go/v17/arrow/flight"

	"github.com/shoal-db/shoal/libs/chunks/ticket"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// maxRevoked bounds how many queries are kept as cancelled. Each is, until its tickets expire.
const maxRevoked = 100_000

// revocations know which queries are cancelled, and end their streams. The zero value knows none.
type revocations struct {
	mu      sync.Mutex
	until   map[string]time.Time // when the last ticket of a cancelled query expires
	running map[string]map[*running]bool
}

// running is a stream that can be ended.
type running struct{ cancel context.CancelCauseFunc }

func errCancelled(query string) error {
	return fault.New(fault.Cancelled, "run subplan", "the query was cancelled").WithQuery(query)
}

// enter notes that a stream of a query begins, which cancel ends; leave must follow. It fails if the query is
// cancelled.
func (r *revocations) enter(query string, cancel context.CancelCauseFunc) (leave func(), err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if until, ok := r.until[query]; ok && time.Now().Before(until) {
		return nil, errCancelled(query)
	}
	if r.running == nil {
		r.running = map[string]map[*running]bool{}
	}
	if r.running[query] == nil {
		r.running[query] = map[*running]bool{}
	}
	s := &running{cancel}
	r.running[query][s] = true
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.running[query], s)
		if len(r.running[query]) == 0 {
			delete(r.running, query)
		}
	}, nil
}

// revoke ends the streams of a query, and refuses its tickets until they have expired.
func (r *revocations) revoke(query string, until time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	if len(r.until) >= maxRevoked {
		for q, t := range r.until {
			if !now.Before(t) {
				delete(r.until, q)
			}
		}
	}
	for s := range r.running[query] {
		s.cancel(errCancelled(query))
	}
	if _, known := r.until[query]; !known && len(r.until) >= maxRevoked {
		return fault.New(fault.ResourceExhausted, "cancel query", "%d queries are cancelled already whose tickets have not expired", maxRevoked).
			WithHint("what runs was ended, but its tickets can be redeemed again").WithQuery(query)
	}
	if now.Before(until) {
		if r.until == nil {
			r.until = map[string]time.Time{}
		}
		r.until[query] = until
	}
	return nil
}

// DoAction takes a portal's word that a query is cancelled.
func (s *Server) DoAction(action *flight.Action, _ flight.FlightService_DoActionServer) error {
	if action.GetType() != ticket.CancelAction {
		return portalsCall("DoAction")
	}
	query, until, err := s.Tickets.Cancelled(action.GetBody())
	if err != nil {
		return err
	}
	s.Log.Info("query cancelled", "query_id", query)
	return s.revoked.revoke(query, until)
}
