package catalog

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks/ticket"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// FollowerOptions configure a Follower. The zero value is fine.
type FollowerOptions struct {
	// Indexes makes a pruning index of every table. Services that do not plan leave it out.
	Indexes bool
	Log     *slog.Logger
	// Silence is how long etcd may say nothing before the Follower counts as out of sync; zero
	// means 10 s.
	Silence time.Duration
	// PageKeys is how many keys are read at once while listing; zero means 64, so that an answer
	// stays below 64 MiB.
	PageKeys int64
}

// Follower keeps a Snapshot current by watching etcd.
//
//	list all keys at one revision ─► watch from the next ─► … ─► lost: watch again from there
//	        ▲                                                        │ compacted, or another cluster
//	        └────────────────────────────────────────────────────────┘
//
// A Snapshot is made only between revisions, so that it never shows half of a transaction. While
// etcd cannot be reached, Current stays what it was and Sync says why.
type Follower struct {
	client  *clientv3.Client
	opts    FollowerOptions
	current atomic.Pointer[Snapshot]

	mu      sync.Mutex
	changed chan struct{} // closed and replaced with every Snapshot and every change of the rest
	synced  bool
	why     string
	extras  extras
}

// extras is what a Follower knows beside the Snapshot.
type extras struct {
	leader  layout.Leader
	keyring *ticket.Keyring
}

// NewFollower returns a Follower that follows once Run is called. The client stays the caller's.
func NewFollower(client *clientv3.Client, opts FollowerOptions) *Follower {
	if opts.Log == nil {
		opts.Log = logging.Discard()
	}
	if opts.Silence <= 0 {
		opts.Silence = 10 * time.Second
	}
	if opts.PageKeys <= 0 {
		opts.PageKeys = 64
	}
	f := &Follower{client: client, opts: opts, changed: make(chan struct{}), why: "the catalog was not read yet"}
	f.current.Store(emptySnapshot)
	return f
}

// Current returns the newest Snapshot; before the first list it is empty, with Revision 0.
func (f *Follower) Current() *Snapshot { return f.current.Load() }

// Changed returns a channel that is closed as soon as there is something newer than what the other
// methods returned after the call: take the channel first, then look.
func (f *Follower) Changed() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.changed
}

// Sync tells whether the Snapshot is current, and if not, why.
func (f *Follower) Sync() (ok bool, why string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.synced, f.why
}

// Leader returns the metadata service that leads; its URL is empty while there is none.
func (f *Follower) Leader() layout.Leader {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.extras.leader
}

// Keyring returns the cluster's secrets, which sign and verify tickets; nil before a metadata
// service ran for the first time. It may change at any time, so it is not to be kept.
func (f *Follower) Keyring() *ticket.Keyring {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.extras.keyring
}

// Wait returns the first Snapshot for which done is true, looking at each (or at a later one).
// When ctx ends first it returns a fault that says what the Follower was missing, if anything.
func (f *Follower) Wait(ctx context.Context, op string, done func(*Snapshot) bool) (*Snapshot, error) {
	for {
		changed := f.Changed()
		if snap := f.Current(); snap.revision > 0 && done(snap) {
			return snap, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			if ok, why := f.Sync(); !ok {
				return nil, fault.New(fault.Unavailable, op, "%s", why).WithCause(context.Cause(ctx))
			}
			return nil, fault.FromContext(ctx, op)
		}
	}
}

// WaitVersion returns a Snapshot of at least this catalog version; 0 waits for the first one.
func (f *Follower) WaitVersion(ctx context.Context, version int64) (*Snapshot, error) {
	return f.Wait(ctx, "wait for catalog version", func(s *Snapshot) bool { return s.version >= version })
}

// WaitRevision returns a Snapshot of at least this etcd revision.
func (f *Follower) WaitRevision(ctx context.Context, revision int64) (*Snapshot, error) {
	return f.Wait(ctx, "wait for catalog revision", func(s *Snapshot) bool { return s.revision >= revision })
}

// Run follows until ctx ends, and returns nil then. Whatever goes wrong is logged, shown by Sync,
// and tried again with growing pauses.
func (f *Follower) Run(ctx context.Context) error {
	pause := pauses()
	for st := newState(f.opts.Indexes); ; {
		started := time.Now()
		next, err := f.follow(ctx, st)
		if ctx.Err() != nil {
			f.setSync(false, "stopped")
			return nil
		}
		st = next
		f.setSync(false, fault.Text(err))
		if time.Since(started) > time.Minute {
			pause.Reset()
		}
		wait := pause.NextBackOff()
		f.opts.Log.Warn("catalog watch lost", logging.Err(err), "retry_in", wait)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// follow lists and then watches until something breaks. It returns the state to go on with, which
// shares what it can with st.
func (f *Follower) follow(ctx context.Context, st *state) (*state, error) {
	st = st.renew()
	revision, cluster, err := f.list(ctx, st)
	if err != nil {
		return st, fault.Wrap(err, "list catalog")
	}
	if err := f.publish(st, revision); err != nil {
		return st, err
	}
	f.setSync(true, "")
	w := watch{f: f, st: st, revision: revision, cluster: cluster}
	return st, w.run(ctx)
}

// list puts all keys into st, as they are at one revision.
func (f *Follower) list(ctx context.Context, st *state) (revision int64, cluster uint64, err error) {
	end := clientv3.GetPrefixRangeEnd(layout.Prefix)
	for key := layout.Prefix; ; {
		page, cancel := context.WithTimeout(ctx, 30*time.Second)
		resp, err := f.client.Get(page, key, clientv3.WithRange(end), clientv3.WithLimit(f.opts.PageKeys), clientv3.WithRev(revision))
		cancel()
		if err != nil {
			return 0, 0, err
		}
		// The first answer fixes the revision of the others.
		if revision == 0 {
			revision, cluster = resp.Header.Revision, resp.Header.ClusterId
		}
		for _, kv := range resp.Kvs {
			if err := st.put(kv); err != nil {
				return 0, 0, err
			}
		}
		if !resp.More {
			return revision, cluster, nil
		}
		key = string(resp.Kvs[len(resp.Kvs)-1].Key) + "\x00"
	}
}

// apply takes in events, oldest first.
func apply(st *state, events []*clientv3.Event) error {
	for _, e := range events {
		if e.Type == mvccpb.DELETE {
			st.remove(string(e.Kv.Key))
			continue
		}
		if err := st.put(e.Kv); err != nil {
			return err
		}
	}
	return nil
}

// publish makes st's Snapshot the current one.
func (f *Follower) publish(st *state, revision int64) error {
	snap, err := st.snapshot(revision)
	if err != nil {
		return err
	}
	f.mu.Lock()
	f.extras = extras{leader: st.leader(), keyring: st.keyring}
	f.current.Store(snap)
	f.wake()
	f.mu.Unlock()
	return nil
}

func (f *Follower) setSync(ok bool, why string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.synced != ok || f.why != why {
		f.synced, f.why = ok, why
		f.wake()
	}
}

// wake REQUIRES: f.mu is held.
func (f *Follower) wake() {
	close(f.changed)
	f.changed = make(chan struct{})
}
