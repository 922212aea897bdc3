package catalog

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// settle is how long to collect what is under way before a Snapshot is made: bursts of reports
// become one.
const settle = 5 * time.Millisecond

// watch applies events from revision+1 on.
type watch struct {
	f        *Follower
	st       *state
	revision int64
	cluster  uint64
}

// errRelist says that the watch cannot go on where it was.
type errRelist struct{ why string }

func (e errRelist) Error() string { return e.why }

// run watches until the keys have to be listed anew (the error says why) or ctx ends.
func (w *watch) run(ctx context.Context) error {
	pause := pauses()
	for {
		before := w.revision
		err := w.stream(ctx)
		var relist errRelist
		if ctx.Err() != nil || errors.As(err, &relist) {
			return err
		}
		if w.revision > before {
			pause.Reset()
		}
		w.f.setSync(false, fault.Text(err))
		wait := pause.NextBackOff()
		w.f.opts.Log.Warn("catalog watch interrupted", logging.Err(err), "retry_in", wait)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// stream opens one watch and applies what it says until it breaks.
func (w *watch) stream(ctx context.Context) error {
	// Without a leader etcd could keep silent forever.
	ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(ctx))
	defer cancel()
	// Opening blocks while etcd is away.
	opened := make(chan clientv3.WatchChan, 1)
	go func() {
		opened <- w.f.client.Watch(ctx, layout.Prefix, clientv3.WithPrefix(), clientv3.WithRev(w.revision+1), clientv3.WithCreatedNotify())
	}()
	var responses clientv3.WatchChan
	pulse := time.NewTicker(w.f.opts.Silence / 4)
	defer pulse.Stop()
	heard := time.Now()
	progress := onlyOnce(func() error { return w.f.client.RequestProgress(ctx) })
	answers := make(chan struct{}, 1)
	question := onlyOnce(func() error { return w.ask(ctx, answers) })
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case responses = <-opened:
		case resp, ok := <-responses:
			if !ok {
				return fault.New(fault.Unavailable, "watch catalog", "the watch was closed")
			}
			if err := w.take(resp, responses); err != nil {
				return err
			}
			heard = time.Now()
			if resp.Created {
				progress() // only the answer says that nothing older is still to come
			} else {
				w.f.setSync(true, "")
			}
		case <-pulse.C:
			progress()
			if silence := time.Since(heard); silence > w.f.opts.Silence {
				w.f.setSync(false, fmt.Sprintf("etcd has not answered for %s", silence.Round(time.Second)))
				question()
			}
		case <-answers:
			if time.Since(heard) > w.f.opts.Silence {
				return errRelist{"etcd answers, but not to the watch"}
			}
		}
	}
}

// onlyOnce returns a function that calls fn in the background, unless the last call still goes on.
func onlyOnce(fn func() error) func() {
	var busy atomic.Bool
	return func() {
		if busy.CompareAndSwap(false, true) {
			go func() {
				defer busy.Store(false)
				_ = fn() // silence shows that it failed
			}()
		}
	}
}

// ask finds out whether etcd is there although the watch is silent, as it is for a revision that an
// etcd which was wiped has not reached.
func (w *watch) ask(ctx context.Context, answers chan<- struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if _, err := w.f.client.Get(ctx, layout.VersionKey); err != nil {
		return err
	}
	select {
	case answers <- struct{}{}:
	default:
	}
	return nil
}

// take applies a response and those that follow at once, then publishes.
func (w *watch) take(resp clientv3.WatchResponse, more <-chan clientv3.WatchResponse) error {
	changed := false
	deadline := time.NewTimer(settle)
	defer deadline.Stop()
	for {
		applied, err := w.applyOne(resp)
		if err != nil {
			return err
		}
		changed = changed || applied
		if !applied && !changed {
			return nil
		}
		select {
		case next, ok := <-more:
			if ok {
				resp = next
				continue
			}
		case <-deadline.C:
		}
		break
	}
	if err := w.f.publish(w.st, w.revision); err != nil {
		return errRelist{"the catalog could not be read: " + fault.Text(err)}
	}
	return nil
}

func (w *watch) applyOne(resp clientv3.WatchResponse) (changed bool, err error) {
	if resp.CompactRevision > 0 || errors.Is(resp.Err(), rpctypes.ErrCompacted) {
		return false, errRelist{"etcd has compacted what was not read yet"}
	}
	if err := resp.Err(); err != nil {
		return false, fault.Wrap(err, "watch catalog")
	}
	// The header of a watch's first answer may lag, but the cluster must be the same, and no
	// progress may be behind what it has told before.
	if resp.Header.ClusterId != w.cluster || resp.IsProgressNotify() && resp.Header.Revision < w.revision {
		return false, errRelist{"etcd was replaced by another cluster"}
	}
	if len(resp.Events) == 0 {
		return false, nil
	}
	if err := apply(w.st, resp.Events); err != nil {
		return false, errRelist{"the catalog could not be read: " + fault.Text(err)}
	}
	w.revision = resp.Events[len(resp.Events)-1].Kv.ModRevision
	return true, nil
}
