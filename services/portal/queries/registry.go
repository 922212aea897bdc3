package queries

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// registry has the queries that may still be run or are running, and what is left of those that
// ended. Both are bounded; of the former the oldest that does not run is dropped when there are too
// many.
type registry struct {
	most      int
	mostEnded int

	mu    sync.Mutex
	live  map[ID]*Query
	order []*Query // of live, oldest first
	ended []Info   // oldest first
}

func newRegistry(most, mostEnded int) *registry {
	return &registry{most: most, mostEnded: mostEnded, live: map[ID]*Query{}}
}

func newID() ID { return ID(strings.ToLower(rand.Text()[:20])) }

func (r *registry) add(q *Query) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sweep(time.Now())
	if len(r.live) >= r.most && !r.evict() {
		return fault.New(fault.ResourceExhausted, "register query", "%d queries are running", len(r.live)).WithRetry(true)
	}
	r.live[q.ID] = q
	r.order = append(r.order, q)
	return nil
}

// sweep moves what has expired to the ended ones. What came first expires first. REQUIRES: r.mu.
func (r *registry) sweep(now time.Time) {
	old := 0
	for old < len(r.order) && !now.Before(r.order[old].ExpiresAt) {
		old++
	}
	busy := slices.DeleteFunc(r.order[:old:old], func(q *Query) bool {
		if q.busy() {
			return false
		}
		r.end(q)
		return true
	})
	r.order = slices.Delete(r.order, len(busy), old)
}

// outline keeps of a query that nobody can run any more what is shown of it.
func (r *registry) outline(q *Query) {
	shown := q.shown()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.live[q.ID] != q {
		return // it is not kept, or only so
	}
	r.live[q.ID] = shown
	for i, other := range slices.Backward(r.order) {
		if other == q {
			r.order[i] = shown
			return
		}
	}
}

// evict drops the oldest query that does not run. REQUIRES: r.mu.
func (r *registry) evict() bool {
	for i, q := range r.order {
		if !q.busy() {
			r.end(q)
			r.order = slices.Delete(r.order, i, i+1)
			return true
		}
	}
	return false
}

// end takes a query out of live. REQUIRES: r.mu.
func (r *registry) end(q *Query) {
	delete(r.live, q.ID)
	info := q.Info()
	if info.State == Planned {
		info.State = Expired
	}
	r.ended = append(r.ended, info)
	if extra := len(r.ended) - r.mostEnded; extra > 0 {
		r.ended = slices.Delete(r.ended, 0, extra)
	}
}

func (r *registry) get(id ID) (*Query, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	q, ok := r.live[id]
	return q, ok
}

// list returns all queries, the newest first.
func (r *registry) list() []Info {
	r.mu.Lock()
	r.sweep(time.Now())
	all := slices.Clone(r.ended)
	live := slices.Clone(r.order)
	r.mu.Unlock()
	for _, q := range live {
		all = append(all, q.Info())
	}
	slices.SortStableFunc(all, func(a, b Info) int { return b.Created.Compare(a.Created) })
	return all
}

// expired tells whether the query may not be run any more.
func (q *Query) expired() bool { return !time.Now().Before(q.ExpiresAt) && !q.busy() }

func (q *Query) busy() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.cancel != nil
}

// redeemable tells whether a client can run the query, for the first time or again.
func (q *Query) redeemable() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.redeem
}

// begin notes that the query waits to be run; cancel ends it. A query that was cancelled stays so.
func (q *Query) begin(cancel context.CancelCauseFunc) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.state == Cancelled:
		return errCancelled(q.ID)
	case q.cancel != nil:
		return fault.New(fault.InvalidArgument, "run query", "the query is running already").WithQuery(string(q.ID)).
			WithHint("a ticket is redeemed by one client at a time")
	}
	q.cancel, q.state, q.started, q.finished = cancel, Queued, time.Now(), time.Time{}
	q.rows, q.bytes, q.err = 0, 0, nil
	q.runs++
	return nil
}

// finish notes how a run ended.
func (q *Query) finish(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.cancel, q.finished, q.err = nil, time.Now(), err
	// Ended queries are kept for being shown: rows that went with them are not.
	if q.ran != nil && q.ran != q.Placed {
		q.ran = q.ran.shown()
	}
	for _, s := range q.stages {
		s.placed = s.placed.shown()
	}
	switch {
	case err == nil:
		q.state = Done
	case fault.Is(err, fault.Cancelled):
		q.state = Cancelled
	default:
		q.state = Failed
	}
}

func errCancelled(id ID) error {
	return fault.New(fault.Cancelled, "run query", "the query was cancelled").WithQuery(string(id))
}
