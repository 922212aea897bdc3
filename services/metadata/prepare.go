package metadata

import (
	"context"
	"slices"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// A load that changes a table which can be queried is published in two steps:
//
//	begun ──commit──► announced ──held by the workers──► published
//	  │                  │ ▲ │                               (one transaction: the table's record
//	  │                  │ └─┘ a new leader announces again    changes, the announcement goes)
//	  └─── lease ends ───┴── refused, lease ends, or too late ──► gone, the table as it was
//
// While it is announced, its files are assigned: workers fetch and report them like others, and no table
// has them. The announcement is under the load's lease, so that what a load that dies was about to bring
// goes by itself; and nothing but the last step depends on it, so that it may be made again at any time.
// What the former version has and the new one lacks, workers keep for their grace period, which is longer
// than tickets live.
//
// A table that is new is published at once: nobody waits for an answer from it.

// prepare announces what a load brings and waits until workers hold it.
//
// REQUIRES: the entries are sorted. t.change is not held.
func (t *term) prepare(ctx context.Context, load layout.Load, entries []manifest.Entry) error {
	announced, err := t.announce(ctx, load, entries)
	if err != nil || !announced {
		return err
	}
	if err := t.awaitHolders(ctx, &load); err != nil {
		if t.ctx.Err() == nil && ctx.Err() == nil {
			t.withdraw(ctx, load)
		}
		return err
	}
	return nil
}

// announce has the load's files assigned to workers. It is false when there is nothing to be waited for.
func (t *term) announce(ctx context.Context, load layout.Load, entries []manifest.Entry) (bool, error) {
	t.change.Lock()
	defer t.change.Unlock()
	snap, err := t.current()
	if err != nil {
		return false, err
	}
	if _, exists := snap.Table(load.Dataset, load.Table); !exists || len(entries) == 0 || len(liveWorkers(snap)) == 0 {
		return false, nil
	}
	if err := checkCommit(snap, &load, entries); err != nil {
		return false, err
	}
	record := layout.Table{
		Dataset: load.Dataset, Name: load.Table, Columns: load.Columns, Kind: load.Kind,
		BlockColumn: load.BlockColumn, BlockKind: load.BlockKind, Chunks: len(entries), Incarnation: load.ID,
	}
	if record.Pages, err = t.writePages(ctx, layout.ComingPages(load.ID), entries); err != nil {
		return false, err
	}
	places, err := t.placeNew(ctx, snap, &load, entries)
	if err != nil {
		return false, err
	}
	_, err = t.publish(ctx, change{
		base:    snap,
		require: []clientv3.Cmp{clientv3.Compare(clientv3.CreateRevision(layout.LoadKey(load.ID)), ">", 0)},
		ops: func(version int64) ([]clientv3.Op, error) {
			record.Version = version
			value, err := layout.Encode(record)
			return append(places, clientv3.OpPut(layout.ComingKey(load.ID), value, clientv3.WithLease(clientv3.LeaseID(load.Lease)))), err
		},
	})
	return err == nil, fault.Wrap(err, opCommit)
}

// withdrawal ends an announcement.
func withdrawal(load string) []clientv3.Op {
	return []clientv3.Op{
		clientv3.OpDelete(layout.ComingKey(load)),
		clientv3.OpDelete(layout.ManifestKey(layout.ComingPages(load))+"/", clientv3.WithPrefix()),
	}
}

// withdraw takes an announcement back. If that fails, it goes with the load's lease, and its pages are swept.
func (t *term) withdraw(ctx context.Context, load layout.Load) {
	_, err := t.svc.client.Txn(ctx).If(t.fence()).Then(withdrawal(load.ID)...).Commit()
	if err != nil {
		t.svc.cfg.Logger.WarnContext(ctx, "announcement of a load is left to its lease", "load", load.ID, logging.Err(err))
	}
}

// holdersPause is between two looks at what workers hold, which may be at a million chunks.
const holdersPause = 50 * time.Millisecond

// awaitHolders waits until workers hold what the load brings, and keeps the load alive.
func (t *term) awaitHolders(ctx context.Context, load *layout.Load) error {
	begun, kept := time.Now(), time.Now()
	for {
		changed := t.svc.follower.Changed()
		snap := t.svc.follower.Current()
		table := snap.Coming(load.ID)
		if table == nil {
			return nil // published by another request, or gone: committing finds out
		}
		waited := time.Since(begun)
		lacking := lackingOf(snap, table, waited >= t.svc.cfg.PublishPatience)
		switch {
		case len(lacking) == 0:
			t.svc.cfg.Logger.InfoContext(ctx, "workers hold what a load brings", "load", load.ID, "waited", waited)
			return nil
		case waited >= t.svc.cfg.PublishTimeout:
			return fault.New(fault.Unavailable, opCommit, "after %s, %d of %d chunks that the load brings are not on the workers that shall hold them, such as %s",
				waited.Round(time.Second), len(lacking), table.NumChunks(), table.ID(lacking[0])).WithRetry(false).
				WithHint("the table is as it was; see shoal workers, and commit again when they can fetch").WithDetail("workers", workersLacking(snap, table, lacking[0]))
		}
		if time.Since(kept) > t.svc.cfg.LoadTTL/4 {
			kept = time.Now()
			if _, err := t.svc.client.KeepAliveOnce(ctx, clientv3.LeaseID(load.Lease)); err != nil {
				return fault.Wrap(err, opCommit)
			}
		}
		if err := pauseUntil(ctx, changed, min(time.Second, t.svc.cfg.LoadTTL/8)); err != nil {
			return err
		}
	}
}

// pauseUntil waits for a change, or for so long, and a moment more so that more changes are seen at once.
func pauseUntil(ctx context.Context, changed <-chan struct{}, most time.Duration) error {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-ctx.Done():
		return fault.FromContext(ctx, opCommit)
	}
	select {
	case <-time.After(holdersPause):
		return nil
	case <-ctx.Done():
		return fault.FromContext(ctx, opCommit)
	}
}

// lackingOf returns the chunks that are not held yet by all live workers that shall hold them, or, of a
// table that is cut into chunks, if some are enough, by none that has all else of their ranges: tables are
// joined where they are.
func lackingOf(snap *catalog.Snapshot, table *catalog.Table, someAreEnough bool) (out []int) {
	var whole []bool // of workers: have all reference tables
	for i := range snap.Workers() {
		whole = append(whole, holdsReferences(snap, i))
	}
	some := someAreEnough && table.Kind != catalog.Reference
	buf := make([]int, 0, 8)
	for i := range table.NumChunks() {
		key, have, lack := table.Key(i), 0, 0
		buf = snap.AssignedTo(table, i, buf)
		for _, w := range buf {
			switch {
			case snap.Workers()[w].Draining:
			case !snap.Holds(w, key):
				lack++
			case !some || whole[w] && holdsRange(snap, w, table, table.ID(i).Range):
				have++
			}
		}
		if have == 0 || lack > 0 && !some {
			out = append(out, i)
		}
	}
	return out
}

func holdsReferences(snap *catalog.Snapshot, worker int) bool {
	for _, d := range snap.Datasets() {
		for _, t := range d.Tables {
			if t.Kind == catalog.Reference && !snap.Holds(worker, t.Key(0)) {
				return false
			}
		}
	}
	return true
}

// holdsRange tells whether the worker has what the other tables on the axis have of a range.
func holdsRange(snap *catalog.Snapshot, worker int, table *catalog.Table, r chunks.Range) bool {
	d, ok := snap.Dataset(table.Dataset)
	if !ok || table.Kind != catalog.Chunked {
		return true
	}
	return !slices.ContainsFunc(d.Tables, func(t *catalog.Table) bool {
		if t.Kind != catalog.Chunked || chunks.FoldName(t.Name) == chunks.FoldName(table.Name) {
			return false
		}
		i, has := t.Find(r)
		return has && !snap.Holds(worker, t.Key(i))
	})
}

// workersLacking names the workers that shall hold a chunk and do not.
func workersLacking(snap *catalog.Snapshot, table *catalog.Table, chunk int) []string {
	out := []string{}
	for _, w := range snap.AssignedTo(table, chunk, nil) {
		if !snap.Holds(w, table.Key(chunk)) {
			out = append(out, string(snap.Workers()[w].ID))
		}
	}
	return out
}
