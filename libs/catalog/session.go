package catalog

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// DefaultSessionTTL is how long a worker counts as alive after its last sign of life.
const DefaultSessionTTL = 10 * time.Second

// reportSettle is how long reports are collected before they are written.
const reportSettle = 50 * time.Millisecond

// SessionConfig is what a worker tells of itself.
type SessionConfig struct {
	ID chunks.WorkerID
	// Location is where clients reach its Flight service: grpc://host:port, never 0.0.0.0.
	Location string
	// Capacity is its weight in the assignment; zero means 1.
	Capacity uint32
	// Version is the version of the program.
	Version string
	// Instance, if set, names something that only one process can hold at a time, such as a locked
	// data directory: a record with the same Instance is this worker's own earlier life and is
	// taken over at once. Without it, so is one with the same Location (the port is ours now);
	// any other one is waited for until its lease ends.
	Instance string
	// TTL is the lease's time to live, in seconds at least; zero means DefaultSessionTTL.
	TTL time.Duration
	Log *slog.Logger
	// OnChange, if set, is told whenever the session is gained or lost, with the reason.
	OnChange func(registered bool, why string)
}

// WorkerSession keeps a worker registered, and reports which files it has.
//
//	waiting ──► registered ──lease lost──► waiting …
//	   │             │
//	   └─ id taken ──┴─► fenced (Run returns)      Deregister ─► ended
//
// Everything that was reported is reported again under a new lease.
type WorkerSession struct {
	client *clientv3.Client
	cfg    SessionConfig
	life   string // tells this process from others

	mu       sync.Mutex
	log      *reportLog
	idle     bool // nothing to report, and all is written
	lease    clientv3.LeaseID
	ended    bool
	wake     chan struct{} // one token: there is something to do
	changed  chan struct{} // closed and replaced when idle, lease or ended change
	lastSaid string

	registeredOnce bool // only Run's goroutine uses it
}

// NewWorkerSession returns a session that begins with Run. A bad id or location is invalid_argument.
func NewWorkerSession(client *clientv3.Client, cfg SessionConfig) (*WorkerSession, error) {
	if err := chunks.CheckWorkerID(cfg.ID); err != nil {
		return nil, err
	}
	if err := checkLocation(cfg.Location); err != nil {
		return nil, err
	}
	if cfg.TTL <= 0 {
		cfg.TTL = DefaultSessionTTL
	}
	cfg.TTL = max(cfg.TTL.Round(time.Second), time.Second)
	cfg.Capacity = max(cfg.Capacity, 1)
	if cfg.Log == nil {
		cfg.Log = logging.Discard()
	}
	return &WorkerSession{
		client: client, cfg: cfg, life: rand.Text(), log: newReportLog(), idle: true,
		wake: make(chan struct{}, 1), changed: make(chan struct{}),
	}, nil
}

// ReportReady notes files that the worker now has and files that it no longer has; a key in both is
// one that it has. It returns at once; the report is written within a fraction of a second while
// registered, and with everything else after the next registration otherwise.
func (s *WorkerSession) ReportReady(add, remove []chunks.Key) {
	s.mu.Lock()
	s.log.change(add, remove)
	if s.idle && len(s.log.pending) > 0 {
		s.idle = false
		s.broadcast()
	}
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Flush waits until all that was reported before is written.
func (s *WorkerSession) Flush(ctx context.Context) error {
	return s.wait(ctx, "report ready files", func() bool { return s.idle && s.lease != 0 })
}

// WaitRegistered waits until the worker is registered.
func (s *WorkerSession) WaitRegistered(ctx context.Context) error {
	return s.wait(ctx, "register worker", func() bool { return s.lease != 0 })
}

// Registered tells whether the worker is registered as far as it knows.
func (s *WorkerSession) Registered() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lease != 0
}

func (s *WorkerSession) wait(ctx context.Context, op string, done func() bool) error {
	for {
		s.mu.Lock()
		ok, ended, changed := done(), s.ended, s.changed
		s.mu.Unlock()
		switch {
		case ok:
			return nil
		case ended:
			return fault.New(fault.Unavailable, op, "the session has ended").WithRetry(false)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fault.FromContext(ctx, op)
		}
	}
}

// Run keeps the worker registered until ctx ends or Deregister is called; in the former case it
// deregisters too, if etcd answers quickly. It returns nil then, and a fault when another worker
// has the same id.
func (s *WorkerSession) Run(ctx context.Context) error {
	pause := pauses()
	for {
		started := time.Now()
		err := s.hold(ctx)
		if ctx.Err() != nil {
			s.end()
			return nil
		}
		if s.hasEnded() {
			s.say(false, "deregistered")
			<-ctx.Done()
			return nil
		}
		var fenced *fencedError
		if errors.As(err, &fenced) {
			s.say(false, fault.Text(fenced.fault))
			s.markEnded()
			return fenced.fault
		}
		s.say(false, fault.Text(err))
		if time.Since(started) > s.cfg.TTL {
			pause.Reset()
		}
		wait := pause.NextBackOff()
		s.cfg.Log.Warn("worker is not registered", logging.Err(err), "retry_in", wait)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// hold registers under a new lease and stays until the lease is lost.
func (s *WorkerSession) hold(parent context.Context) error {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	reg, err := s.register(ctx)
	if err != nil {
		return err
	}
	if !s.gained(reg.id) {
		return s.revoke(ctx, reg.id)
	}
	defer func() {
		if parent.Err() == nil {
			s.lost()
		}
	}()
	s.registeredOnce = true
	s.say(true, "")
	s.cfg.Log.Info("worker registered", "worker", s.cfg.ID, "location", s.cfg.Location)
	alive, err := s.client.KeepAlive(ctx, reg.id)
	if err != nil {
		return fault.Wrap(err, "keep worker registered")
	}
	own := s.client.Watch(ctx, layout.WorkerKey(s.cfg.ID), clientv3.WithRev(reg.revision+1))
	return s.serve(ctx, reg, alive, own)
}

// serve writes reports for as long as the lease lives and the record is ours.
func (s *WorkerSession) serve(ctx context.Context, reg registration, alive <-chan *clientv3.LeaseKeepAliveResponse, own clientv3.WatchChan) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	armed := true
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case _, ok := <-alive:
			if !ok {
				return fault.New(fault.Unavailable, "keep worker registered", "the lease was lost")
			}
		case resp, ok := <-own:
			if ok && len(resp.Events) == 0 && resp.Err() == nil {
				continue
			}
			// Taken over, deleted, or not known: registering anew finds out.
			return fault.New(fault.Unavailable, "keep worker registered", "the registration is gone")
		case <-s.wake:
			if !armed {
				timer.Reset(reportSettle)
				armed = true
			}
		case <-timer.C:
			armed = false
			if err := s.report(ctx, reg); err != nil {
				return err
			}
		}
	}
}

// Deregister ends the session for good: the worker and its reports vanish for all others. Run goes
// on until its ctx ends.
func (s *WorkerSession) Deregister(ctx context.Context) error {
	s.mu.Lock()
	lease := s.lease
	s.mu.Unlock()
	s.markEnded()
	if lease == 0 {
		return nil
	}
	return s.revoke(ctx, lease)
}

// end deregisters when Run ends, but does not insist.
func (s *WorkerSession) end() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := s.Deregister(ctx); err != nil {
		s.cfg.Log.Warn("worker could not deregister; its lease will run out", logging.Err(err))
	}
	s.say(false, "stopped")
}

func (s *WorkerSession) revoke(ctx context.Context, lease clientv3.LeaseID) error {
	_, err := s.client.Revoke(ctx, lease)
	if errors.Is(err, rpctypes.ErrLeaseNotFound) {
		return nil // it ran out
	}
	return fault.Wrap(err, "deregister worker")
}

// say tells OnChange, once for each change.
func (s *WorkerSession) say(registered bool, why string) {
	s.mu.Lock()
	text := why
	if registered {
		text = "registered"
	}
	same := s.lastSaid == text
	s.lastSaid = text
	s.mu.Unlock()
	if !same && s.cfg.OnChange != nil {
		s.cfg.OnChange(registered, why)
	}
}

// gained notes the lease, and that everything is to be reported under it; false if the session has
// ended meanwhile.
func (s *WorkerSession) gained(lease clientv3.LeaseID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return false
	}
	s.log.restart()
	s.lease, s.idle = lease, len(s.log.pending) == 0
	s.broadcast()
	return true
}

func (s *WorkerSession) lost() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.lease = 0
	}
	s.broadcast()
}

func (s *WorkerSession) markEnded() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended, s.lease = true, 0
	s.broadcast()
}

func (s *WorkerSession) hasEnded() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

// broadcast REQUIRES: s.mu is held.
func (s *WorkerSession) broadcast() {
	close(s.changed)
	s.changed = make(chan struct{})
}
