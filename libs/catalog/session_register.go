package catalog

import (
	"context"
	"net"
	"net/url"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// registration is a lease with the revision of the record under it, which guards every report.
type registration struct {
	id       clientv3.LeaseID
	revision int64
}

// fencedError ends a session: somebody else has its id.
type fencedError struct{ fault *fault.Fault }

func (e *fencedError) Error() string { return e.fault.Error() }
func (e *fencedError) Unwrap() error { return e.fault }

func checkLocation(location string) error {
	u, err := url.Parse(location)
	if err == nil && u.Scheme == "grpc" || err == nil && u.Scheme == "grpc+tls" {
		host, port, err := net.SplitHostPort(u.Host)
		ip := net.ParseIP(host)
		if err == nil && host != "" && port != "" && port != "0" && (ip == nil || !ip.IsUnspecified()) {
			return nil
		}
	}
	return fault.New(fault.InvalidArgument, "register worker", "%q is not a location that clients can reach", location).
		WithHint("a location looks like grpc://host:port and does not name 0.0.0.0")
}

// sessionTimeout bounds each call to etcd.
const sessionTimeout = 5 * time.Second

// register writes the worker's record under a new lease, taking over from its own earlier lives and
// waiting for the end of others.
func (s *WorkerSession) register(ctx context.Context) (reg registration, err error) {
	call, cancel := context.WithTimeout(ctx, sessionTimeout)
	defer cancel()
	old, err := s.client.Get(call, layout.WorkerKey(s.cfg.ID))
	if err != nil {
		return reg, fault.Wrap(err, "register worker")
	}
	var seen int64
	var former clientv3.LeaseID
	if len(old.Kvs) > 0 {
		kv := old.Kvs[0]
		seen, former = kv.ModRevision, clientv3.LeaseID(kv.Lease)
		var other layout.Worker
		if err := layout.Decode(kv.Key, kv.Value, &other); err != nil {
			return reg, err
		}
		if !s.mine(other) {
			return reg, s.waitFor(ctx, other, former)
		}
	}
	if reg, err = s.claim(call, seen); err != nil {
		return reg, fault.Wrap(err, "register worker")
	}
	if former != 0 {
		// What the earlier life reported goes with its lease, which may be gone already.
		_ = s.revoke(call, former)
	}
	return reg, nil
}

// claim puts the record in the place of the one with the revision that was seen, 0 for none.
func (s *WorkerSession) claim(ctx context.Context, seen int64) (reg registration, err error) {
	record, err := layout.Encode(s.record())
	if err != nil {
		return reg, err
	}
	grant, err := s.client.Grant(ctx, int64(s.cfg.TTL/time.Second))
	if err != nil {
		return reg, err
	}
	key := layout.WorkerKey(s.cfg.ID)
	resp, err := s.client.Txn(ctx).
		If(clientv3.Compare(clientv3.ModRevision(key), "=", seen)).
		Then(clientv3.OpPut(key, record, clientv3.WithLease(grant.ID))).Commit()
	if err == nil && !resp.Succeeded {
		err = fault.New(fault.Unavailable, "", "the record of %s changed at the same moment", s.cfg.ID)
	}
	if err != nil {
		_ = s.revoke(ctx, grant.ID)
		return reg, err
	}
	return registration{id: grant.ID, revision: resp.Header.Revision}, nil
}

func (s *WorkerSession) record() layout.Worker {
	instance := s.cfg.Instance
	if instance == "" {
		instance = s.life
	}
	return layout.Worker{
		ID: s.cfg.ID, Instance: instance, Location: s.cfg.Location, Capacity: s.cfg.Capacity,
		Version: s.cfg.Version, Started: time.Now().UTC().Truncate(time.Millisecond),
	}
}

// mine tells whether a record is of this worker's own, or of an earlier process in its place.
func (s *WorkerSession) mine(other layout.Worker) bool {
	if s.cfg.Instance != "" {
		return other.Instance == s.cfg.Instance
	}
	// Once this process was registered, another one at the same place is a twin, not an earlier life.
	return other.Instance == s.life || other.Location == s.cfg.Location && !s.registeredOnce
}

// waitFor waits as long as a lease has at most, if nobody keeps it alive. When it is still there
// afterwards, somebody does: the session is fenced.
func (s *WorkerSession) waitFor(ctx context.Context, other layout.Worker, lease clientv3.LeaseID) error {
	taken := fault.New(fault.InvalidArgument, "register worker", "another worker at %s is registered as %s since %s",
		other.Location, s.cfg.ID, other.Started.Format(time.RFC3339)).
		WithDetail("worker", string(s.cfg.ID)).WithDetail("location", other.Location).
		WithHint("give every worker an id of its own with --id")
	s.say(false, fault.Text(taken)+"; waiting for its lease to end")
	ttl, err := s.client.TimeToLive(ctx, lease)
	if err != nil {
		return fault.Wrap(err, "register worker")
	}
	// etcd ends leases up to a second late.
	deadline := time.After(time.Duration(max(ttl.GrantedTTL, 0))*time.Second + 2*time.Second)
	watchCtx, cancel := context.WithCancel(ctx)
	defer cancel()
	gone := s.client.Watch(watchCtx, layout.WorkerKey(s.cfg.ID), clientv3.WithRev(ttl.Revision+1), clientv3.WithFilterPut())
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case resp, ok := <-gone:
			if !ok || resp.Err() != nil || len(resp.Events) > 0 {
				return fault.New(fault.Unavailable, "register worker", "the other worker has gone")
			}
		case <-deadline:
			return &fencedError{taken}
		}
	}
}

// report writes all that is pending, page by page.
func (s *WorkerSession) report(ctx context.Context, reg registration) error {
	for {
		s.mu.Lock()
		w, ok := s.log.write()
		var pages []numberedPage
		var drop []uint64
		switch {
		case ok:
			pages, drop = []numberedPage{w.page}, w.drop
		case s.log.wasteful():
			pages, drop = s.log.rewrite()
		case !s.idle:
			s.idle = true
			s.broadcast()
		}
		s.mu.Unlock()
		if len(pages) == 0 {
			return nil
		}
		for i, p := range pages {
			var dropped []uint64
			if i == len(pages)-1 {
				dropped = drop
			}
			if err := s.put(ctx, reg, p, dropped); err != nil {
				return err
			}
		}
	}
}

// put writes one page and drops others, as long as the registration holds.
func (s *WorkerSession) put(ctx context.Context, reg registration, p numberedPage, drop []uint64) error {
	const op = "report ready files"
	key := func(n uint64) string { return layout.ReadyKey(s.cfg.ID, int64(reg.id), n) }
	value, err := p.ReadyPage.Encode()
	if err != nil {
		return err
	}
	ops := []clientv3.Op{clientv3.OpPut(key(p.n), value, clientv3.WithLease(reg.id))}
	for _, n := range drop {
		ops = append(ops, clientv3.OpDelete(key(n)))
	}
	ctx, cancel := context.WithTimeout(ctx, sessionTimeout)
	defer cancel()
	resp, err := s.client.Txn(ctx).
		If(clientv3.Compare(clientv3.ModRevision(layout.WorkerKey(s.cfg.ID)), "=", reg.revision)).
		Then(ops...).Commit()
	if err != nil {
		return fault.Wrap(err, op)
	}
	if !resp.Succeeded {
		return fault.New(fault.Unavailable, op, "the registration is gone")
	}
	return nil
}
