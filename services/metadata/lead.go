package metadata

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
	"golang.org/x/sync/errgroup"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks/ticket"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// office is who leads, as far as this process is concerned.
type office struct {
	sync.Mutex
	term *term // nil while another one leads
}

// term is a time for which this process leads. It ends with the lease of its key in etcd; the key's
// revision fences transactions, so that nothing is changed after that.
type term struct {
	svc *Service
	ctx context.Context // ends with the term
	key string
	rev int64
	// change is held by whoever works out and publishes a change of the catalog.
	change sync.Mutex
	// begin is held, for reading, while a load begins, and for writing while objects are deleted.
	begin sync.RWMutex
	// poke wakes the assignment loop.
	poke chan struct{}
}

// fence is the condition of every write.
func (t *term) fence() clientv3.Cmp {
	return clientv3.Compare(clientv3.CreateRevision(t.key), "=", t.rev)
}

// campaign tries to lead, again and again, until ctx ends.
func (s *Service) campaign(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := s.serveTerm(ctx); err != nil && ctx.Err() == nil {
			s.cfg.Logger.Warn("not leading", logging.Err(err))
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}
	return nil
}

// serveTerm waits to be elected, and leads until the lease is lost or a part of the leader's work
// fails for good.
func (s *Service) serveTerm(ctx context.Context) error {
	const op = "lead"
	grantCtx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	grant, err := s.client.Grant(grantCtx, int64(s.cfg.LeaderTTL.Round(time.Second)/time.Second))
	if err != nil {
		return fault.Wrap(err, op)
	}
	session, err := concurrency.NewSession(s.client, concurrency.WithLease(grant.ID), concurrency.WithContext(ctx))
	if err != nil {
		return fault.Wrap(err, op)
	}
	defer s.resign(session)
	termCtx, end := context.WithCancelCause(ctx)
	defer end(nil)
	go func() {
		select {
		case <-session.Done():
			end(fault.New(fault.Unavailable, op, "the lease was lost"))
		case <-termCtx.Done():
		}
	}()
	self, err := layout.Encode(s.self)
	if err != nil {
		return err
	}
	election := concurrency.NewElection(session, layout.LeaderPrefix)
	if err := election.Campaign(termCtx, self); err != nil {
		return fault.Wrap(err, op)
	}
	t := &term{svc: s, ctx: termCtx, key: election.Key(), rev: election.Rev(), poke: make(chan struct{}, 1)}
	return fault.Wrap(t.serve(), op)
}

// resign gives up the lease, so that another one can lead at once.
func (s *Service) resign(session *concurrency.Session) {
	session.Orphan() // Close would use the context of the session, which may have ended
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_, _ = s.client.Revoke(ctx, session.Lease())
}

// serve does the leader's work until the term ends.
func (t *term) serve() error {
	s := t.svc
	if err := t.found(); err != nil {
		return err
	}
	// What an earlier leader did last must be known before anything is decided.
	if err := t.catchUp(t.ctx); err != nil {
		return err
	}
	founded := func(snap *catalog.Snapshot) bool { return snap.ClusterID() != "" }
	if _, err := s.follower.Wait(t.ctx, "found cluster", founded); err != nil {
		return err
	}
	s.office.Lock()
	s.office.term = t
	s.office.Unlock()
	s.metrics.leading.Set(1)
	s.cfg.Logger.Info("leading", "id", s.self.ID)
	defer func() {
		s.office.Lock()
		s.office.term = nil
		s.office.Unlock()
		s.metrics.leading.Set(0)
	}()
	g, ctx := errgroup.WithContext(t.ctx)
	g.Go(func() error { return t.assignLoop(ctx) })
	g.Go(func() error { return t.sweepLoop(ctx) })
	err := g.Wait()
	if cause := context.Cause(t.ctx); cause != nil {
		return cause
	}
	return err
}

// found writes what a cluster has from its first day on: its id and a ticket key.
func (t *term) found() error {
	ctx, cancel := context.WithTimeout(t.ctx, 10*time.Second)
	defer cancel()
	cluster, err := layout.Encode(layout.Cluster{ID: newID()})
	if err != nil {
		return err
	}
	keys, err := layout.Encode(layout.TicketKeys{Keys: []string{ticket.GenerateKey().Reveal()}})
	if err != nil {
		return err
	}
	for key, value := range map[string]string{layout.ClusterKey: cluster, layout.TicketKeysKey: keys} {
		_, err := t.svc.client.Txn(ctx).
			If(t.fence(), clientv3.Compare(clientv3.CreateRevision(key), "=", 0)).
			Then(clientv3.OpPut(key, value)).Commit()
		if err != nil {
			return fault.Wrap(err, "found cluster")
		}
	}
	return nil
}

// catchUp waits until the Snapshot has all that is in etcd now.
func (t *term) catchUp(ctx context.Context) error {
	resp, err := t.svc.client.Get(ctx, layout.VersionKey)
	if err != nil {
		return fault.Wrap(err, "read catalog version")
	}
	var v layout.Version
	for _, kv := range resp.Kvs {
		if err := layout.Decode(kv.Key, kv.Value, &v); err != nil {
			return err
		}
	}
	_, err = t.svc.follower.WaitVersion(ctx, v.Version)
	return err
}

// leading returns this process' term, or a fault while another process leads.
func (s *Service) leading() (*term, error) {
	s.office.Lock()
	defer s.office.Unlock()
	if s.office.term == nil || s.office.term.ctx.Err() != nil {
		return nil, errNotLeader
	}
	return s.office.term, nil
}

// newID returns a random name of 26 lower-case letters and digits.
func newID() string { return strings.ToLower(rand.Text()) }
