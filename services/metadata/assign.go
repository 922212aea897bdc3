package metadata

import (
	"context"
	"maps"
	"slices"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/assignment"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// roster is the workers that chunks are assigned to: those that are alive, and those that are away
// for less than the delay, because a restart should move nothing.
type roster struct {
	workers map[chunks.WorkerID]present
}

type present struct {
	assignment.Worker
	gone time.Time // zero while alive
}

// newRoster begins with the workers that have chunks now; those that are not alive are taken to
// have gone this moment.
func newRoster(snap *catalog.Snapshot, now time.Time) *roster {
	r := &roster{workers: map[chunks.WorkerID]present{}}
	for _, a := range snap.Assignments() {
		table := a.Current()
		for _, id := range table.Workers {
			r.workers[id] = present{assignment.Worker{ID: id, Capacity: 1}, now}
		}
	}
	return r
}

// update takes in who is alive, forgets those that are away for too long, and returns when the next
// one will be.
func (r *roster) update(snap *catalog.Snapshot, now time.Time, delay time.Duration) (next time.Time) {
	alive := map[chunks.WorkerID]bool{}
	for _, w := range liveWorkers(snap) {
		alive[w.ID] = true
		r.workers[w.ID] = present{Worker: w}
	}
	for _, w := range snap.Workers() {
		if w.Draining {
			delete(r.workers, w.ID) // it is leaving for good, and can still be copied from
		}
	}
	for id, w := range r.workers {
		if alive[id] {
			continue
		}
		if w.gone.IsZero() {
			w.gone = now
			r.workers[id] = w
		}
		end := w.gone.Add(delay)
		if !now.Before(end) {
			delete(r.workers, id)
		} else if next.IsZero() || end.Before(next) {
			next = end
		}
	}
	return next
}

// list returns the workers, by id.
func (r *roster) list() []assignment.Worker {
	out := make([]assignment.Worker, 0, len(r.workers))
	for _, id := range slices.Sorted(maps.Keys(r.workers)) {
		out = append(out, r.workers[id].Worker)
	}
	return out
}

// assignLoop keeps the assignment in step with workers and tables until the term ends.
func (t *term) assignLoop(ctx context.Context) error {
	l := assigner{term: t, roster: newRoster(t.svc.follower.Current(), time.Now())}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		changed := t.svc.follower.Changed()
		wait, err := l.step(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			t.svc.metrics.assignErrors.Inc()
			t.svc.cfg.Logger.Warn("assignment not changed", logging.Err(err))
			wait = time.Second
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		case <-changed:
			// Bursts of changes are looked at together.
			select {
			case <-time.After(20 * time.Millisecond):
			case <-ctx.Done():
			}
		}
	}
}

// assigner is what the loop remembers.
type assigner struct {
	*term
	roster *roster
	// used and version are what the assignment was last worked out for.
	used    []assignment.Worker
	version int64
	done    bool
	// since is when it was noticed that they differ from what is now.
	since   time.Time
	checked time.Time // when moves were last looked at
}

// step does what is due and returns when to look again if nothing changes.
func (l *assigner) step(ctx context.Context) (time.Duration, error) {
	const idle = time.Minute
	now := time.Now()
	snap, err := l.current()
	if err != nil {
		return 0, err
	}
	wait := idle
	if next := l.roster.update(snap, now, l.svc.cfg.LeaveDelay); !next.IsZero() {
		wait = time.Until(next)
	}
	workers := l.roster.list()
	if l.done && l.version == snap.Version() && slices.Equal(l.used, workers) {
		l.since = time.Time{}
		moving, err := l.completeMoves(ctx, snap, now)
		if moving {
			wait = min(wait, time.Second)
		}
		return max(wait, time.Millisecond), err
	}
	if l.since.IsZero() {
		l.since = now
	}
	if due := l.since.Add(l.svc.cfg.JoinDelay); now.Before(due) {
		return min(wait, time.Until(due)), nil
	}
	if len(workers) == 0 {
		// Who comes back shall find what it had.
		l.used, l.version, l.done, l.since = workers, snap.Version(), true, time.Time{}
		return wait, nil
	}
	l.change.Lock()
	defer l.change.Unlock()
	if snap, err = l.current(); err != nil {
		return 0, err
	}
	version, err := l.reassign(ctx, snap, workers)
	if err != nil {
		return 0, err
	}
	l.used, l.version, l.done, l.since = workers, version, true, time.Time{}
	return time.Millisecond, nil
}

// reassign works out the assignment of all axes and publishes what is new. It returns the catalog
// version that has it.
//
// REQUIRES: t.change is held.
func (t *term) reassign(ctx context.Context, snap *catalog.Snapshot, workers []assignment.Worker) (int64, error) {
	started := time.Now()
	axes := allChunks(snap)
	placed, err := t.svc.place(axes, workers, currentTables(snap))
	if err != nil {
		return 0, err
	}
	var ops []clientv3.Op
	known, moved := map[string]bool{}, 0
	for i := range placed {
		key := layout.AssignmentKey(axes[i].axis)
		known[key] = true
		record, n, err := t.nextAssignment(ctx, snap, &placed[i])
		if err != nil {
			return 0, err
		}
		if record != "" {
			ops, moved = append(ops, clientv3.OpPut(key, record)), moved+n
		}
	}
	for _, a := range snap.Assignments() {
		if key := layout.AssignmentKey(a.Axis); !known[key] {
			ops = append(ops, clientv3.OpDelete(key))
		}
	}
	t.svc.metrics.assignSeconds.Observe(time.Since(started).Seconds())
	version := snap.Version()
	for part := range slices.Chunk(ops, maxTxnOps-1) {
		base, err := t.current()
		if err != nil {
			return 0, err
		}
		if base.Version() != version {
			return 0, fault.New(fault.Unavailable, "assign chunks", "the catalog has changed meanwhile")
		}
		if version, err = t.publish(ctx, change{base: base, ops: func(int64) ([]clientv3.Op, error) { return part, nil }}); err != nil {
			return 0, err
		}
	}
	if len(ops) > 0 {
		t.svc.metrics.movedChunks.Add(float64(moved))
		t.svc.cfg.Logger.Info("chunks assigned", "workers", len(workers), "axes", len(ops), "replicas_moved", moved,
			"version", version, "took", time.Since(started).Round(time.Millisecond))
	}
	return version, nil
}

// nextAssignment returns the record that makes next the assignment of its axis, empty if it is that
// already, and how many replicas are to be fetched. Where a replica goes away, the former places
// stay until the new ones are filled.
func (t *term) nextAssignment(ctx context.Context, snap *catalog.Snapshot, next *assignment.Table) (record string, moved int, err error) {
	is := assignmentOf(snap, next.Axis)
	current, former := is.Current(), is.Former()
	now, was := cursor{table: &current}, cursor{table: &former}
	same, leaving := len(next.Ranges) == len(current.Ranges), false
	before := newTableBuilder(next.Axis)
	for i, r := range next.Ranges {
		ids := idsOf(next, i)
		row := now.find(r)
		var had []chunks.WorkerID
		if row >= 0 {
			had = idsOf(&current, row)
		}
		same = same && row >= 0 && slices.Equal(had, ids)
		for _, id := range ids {
			if !slices.Contains(had, id) {
				moved++
			}
		}
		leaving = leaving || slices.ContainsFunc(had, func(id chunks.WorkerID) bool { return !slices.Contains(ids, id) })
		if earlier := was.find(r); earlier >= 0 {
			before.add(&former, earlier)
		} else if len(had) > 0 {
			before.add(&current, row)
		}
	}
	if same {
		return "", 0, nil
	}
	out := layout.Assignment{Axis: next.Axis, Generation: is.Generation + 1, Previous: is.Previous}
	if out.Pages, err = t.writePlaces(ctx, *next, is.Pages, is.Previous); err != nil {
		return "", 0, err
	}
	if leaving {
		if out.Previous, err = t.writePlaces(ctx, before.table(), is.Pages, is.Previous, out.Pages); err != nil {
			return "", 0, err
		}
	}
	record, err = layout.Encode(out)
	return record, moved, err
}

// completeMoves lets go of former places where all that shall hold a chunk do. It tells whether
// chunks are still moving.
func (l *assigner) completeMoves(ctx context.Context, snap *catalog.Snapshot, now time.Time) (moving bool, err error) {
	moves := slices.DeleteFunc(snap.Assignments(), func(a catalog.Assignment) bool { return len(a.Previous) == 0 })
	if len(moves) == 0 {
		return false, nil
	}
	if now.Sub(l.checked) < 200*time.Millisecond {
		return true, nil
	}
	l.checked = now
	var ops []clientv3.Op
	for _, a := range moves {
		if len(ops) == maxTxnOps-1 || !isComplete(snap, a.Axis) {
			moving = true
			continue
		}
		record, err := layout.Encode(layout.Assignment{Axis: a.Axis, Generation: a.Generation + 1, Pages: a.Pages})
		if err != nil {
			return true, err
		}
		ops = append(ops, clientv3.OpPut(layout.AssignmentKey(a.Axis), record))
	}
	if len(ops) == 0 {
		return true, nil
	}
	l.change.Lock()
	defer l.change.Unlock()
	version, err := l.publish(ctx, change{base: snap, ops: func(int64) ([]clientv3.Op, error) { return ops, nil }})
	if err != nil {
		return true, err
	}
	l.version = version
	l.svc.cfg.Logger.Info("chunks have moved", "axes", len(ops), "version", version)
	return moving, nil
}

// isComplete tells whether every chunk of the axis is held by all live workers that it is assigned
// to, of which there is one at least.
func isComplete(snap *catalog.Snapshot, axis chunks.Axis) bool {
	key := layout.AssignmentKey(axis)
	buf := make([]int, 0, assignment.MaxReplication)
	for _, d := range snap.Datasets() {
		for _, t := range d.Tables {
			if t.Kind == catalog.Reference || layout.AssignmentKey(t.Axis()) != key {
				continue
			}
			for i := range t.NumChunks() {
				if buf = snap.AssignedTo(t, i, buf); len(buf) == 0 {
					return false
				}
				for _, w := range buf {
					if !snap.Holds(w, t.Key(i)) {
						return false
					}
				}
			}
		}
	}
	return true
}
