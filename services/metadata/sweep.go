package metadata

import (
	"bytes"
	"context"
	"io"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// markerPath is an object that says which cluster's the store is. Only that cluster deletes in it:
// to one that lost its etcd, or was given the wrong store, all objects would look like garbage.
const markerPath = "_shoal/cluster"

// sweepLoop sweeps until the term ends.
func (t *term) sweepLoop(ctx context.Context) error {
	sw := sweeper{term: t, unwanted: map[string]time.Time{}}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(t.svc.cfg.SweepInterval):
		}
		err := sw.sweep(ctx, time.Now())
		if err != nil && ctx.Err() == nil {
			t.svc.metrics.sweepErrors.Inc()
			t.svc.cfg.Logger.Warn("sweep incomplete", logging.Err(err))
		}
	}
}

// sweeper deletes what no table has. A first sight of garbage only notes it: it goes when it is
// still garbage after the grace period.
type sweeper struct {
	*term
	unwanted map[string]time.Time // objects, and since when they are known to be garbage
}

func (sw *sweeper) sweep(ctx context.Context, now time.Time) error {
	if err := sw.sweepPages(ctx); err != nil {
		return err
	}
	if err := sw.checkMarker(ctx); err != nil {
		return err
	}
	return sw.sweepObjects(ctx, now)
}

// checkMarker sees that the store is this cluster's, and makes it so if it is nobody's.
func (sw *sweeper) checkMarker(ctx context.Context) error {
	const op = "sweep object store"
	snap, err := sw.current()
	if err != nil {
		return err
	}
	if snap.ClusterID() == "" {
		return fault.New(fault.Unavailable, op, "the id of the cluster is not known yet")
	}
	r, err := sw.svc.store.Open(ctx, markerPath)
	if fault.Is(err, fault.NotFound) {
		_, err = sw.svc.store.Upload(ctx, markerPath, strings.NewReader(snap.ClusterID()))
		return err
	}
	if err != nil {
		return err
	}
	id, err := io.ReadAll(io.LimitReader(r, 100))
	_ = r.Close()
	if err != nil {
		return err
	}
	if string(bytes.TrimSpace(id)) != snap.ClusterID() {
		return fault.New(fault.InvalidArgument, op, "%s belongs to cluster %q, not to %s", sw.svc.store.URL(), id, snap.ClusterID()).
			WithHint("give every cluster a store of its own; if this is its store and etcd was lost, delete the object %s", markerPath)
	}
	return nil
}

// sweepPages deletes manifest and assignment pages that nothing names and nobody is about to name.
func (sw *sweeper) sweepPages(ctx context.Context) error {
	sw.change.Lock()
	defer sw.change.Unlock()
	snap, err := sw.current()
	if err != nil {
		return err
	}
	keep, err := sw.namedPages(ctx, snap)
	if err != nil {
		return err
	}
	for _, prefix := range []string{layout.ManifestsPrefix, layout.PlacesPrefix} {
		resp, err := sw.svc.client.Get(ctx, prefix, clientv3.WithPrefix(), clientv3.WithKeysOnly())
		if err != nil {
			return fault.Wrap(err, "sweep pages")
		}
		var ops []clientv3.Op
		for _, kv := range resp.Kvs {
			if !keep[string(kv.Key)] {
				ops = append(ops, clientv3.OpDelete(string(kv.Key)))
			}
			if len(ops) == maxTxnOps {
				if err := sw.deletePages(ctx, snap, ops); err != nil {
					return err
				}
				ops = nil
			}
		}
		if err := sw.deletePages(ctx, snap, ops); err != nil {
			return err
		}
	}
	return nil
}

// namedPages returns the keys of the pages that tables, what is coming, and assignments name. Nothing is being
// written that will be named, as the change lock is held.
func (sw *sweeper) namedPages(ctx context.Context, snap *catalog.Snapshot) (map[string]bool, error) {
	keep := map[string]bool{}
	for _, prefix := range []string{layout.TablesPrefix, layout.ComingPrefix} {
		resp, err := sw.svc.client.Get(ctx, prefix, clientv3.WithPrefix())
		if err != nil {
			return nil, fault.Wrap(err, "sweep pages")
		}
		for _, kv := range resp.Kvs {
			var table layout.Table
			if err := layout.Decode(kv.Key, kv.Value, &table); err != nil {
				return nil, err
			}
			for _, ref := range table.Pages {
				keep[layout.ManifestKey(ref.ID)] = true
			}
		}
	}
	for _, a := range snap.Assignments() {
		for _, id := range append(a.Pages[:len(a.Pages):len(a.Pages)], a.Previous...) {
			keep[layout.PlacesKey(id)] = true
		}
	}
	return keep, nil
}

// deletePages deletes pages, if nothing has changed since it was found that they are not named.
func (sw *sweeper) deletePages(ctx context.Context, snap *catalog.Snapshot, ops []clientv3.Op) error {
	if len(ops) == 0 {
		return nil
	}
	resp, err := sw.svc.client.Txn(ctx).
		If(sw.fence(), clientv3.Compare(clientv3.ModRevision(layout.VersionKey), "=", snap.Guard())).
		Then(ops...).Commit()
	if err != nil {
		return fault.Wrap(err, "sweep pages")
	}
	if !resp.Succeeded {
		return fault.New(fault.Unavailable, "sweep pages", "the catalog or its leader has changed meanwhile")
	}
	sw.svc.metrics.sweptPages.Add(float64(len(ops)))
	return nil
}

// sweepObjects deletes files that no table has had for the whole grace period.
func (sw *sweeper) sweepObjects(ctx context.Context, now time.Time) error {
	snap, err := sw.current()
	if err != nil {
		return err
	}
	wanted := wantedFiles(snap)
	still := map[string]time.Time{}
	due := map[string][]string{} // by table
	for o, err := range sw.svc.store.List(ctx, "") {
		if err != nil {
			return err
		}
		file, ok := parsePath(o.Path)
		if !ok || wanted[file.key] {
			continue
		}
		since, known := sw.unwanted[o.Path]
		if !known || o.Modified.After(since) {
			since = now
		}
		still[o.Path] = since
		if known && now.Sub(since) >= sw.svc.cfg.Grace {
			table := layout.TableKey(file.dataset, file.table)
			due[table] = append(due[table], o.Path)
		}
	}
	sw.unwanted = still
	for table, paths := range due {
		if err := sw.deleteObjects(ctx, table, paths); err != nil {
			return err
		}
	}
	return nil
}

// deleteObjects deletes garbage of one table, unless a load of it goes on, which may bring files of
// the same names. None can begin meanwhile.
func (sw *sweeper) deleteObjects(ctx context.Context, table string, paths []string) error {
	const batch = 100 // a load waits no longer than this takes
	for len(paths) > 0 {
		n := min(batch, len(paths))
		if err := sw.deleteBatch(ctx, table, paths[:n]); err != nil {
			return err
		}
		paths = paths[n:]
	}
	return nil
}

func (sw *sweeper) deleteBatch(ctx context.Context, table string, paths []string) error {
	sw.begin.Lock()
	defer sw.begin.Unlock()
	// The read is linearizable: a load that another leader let begin is seen, or that leader had
	// the lead after this one, and then the term is over.
	loads, err := sw.svc.loads(ctx)
	if err != nil {
		return err
	}
	for _, l := range loads {
		if layout.TableKey(l.Dataset, l.Table) == table {
			return nil
		}
	}
	if err := sw.catchUp(ctx); err != nil {
		return err
	}
	snap, err := sw.current()
	if err != nil {
		return err
	}
	wanted := wantedFiles(snap)
	for _, path := range paths {
		if file, ok := parsePath(path); !ok || wanted[file.key] {
			continue
		}
		if sw.ctx.Err() != nil {
			return errNotLeader
		}
		if err := sw.svc.store.Delete(ctx, path); err != nil {
			return err
		}
		delete(sw.unwanted, path)
		sw.svc.metrics.sweptFiles.Inc()
	}
	return nil
}

// wantedFiles returns the keys of all files that tables have, and of their filters.
func wantedFiles(snap *catalog.Snapshot) map[chunks.Key]bool {
	out := map[chunks.Key]bool{}
	for _, d := range snap.Datasets() {
		for _, t := range d.Tables {
			for i := range t.NumChunks() {
				out[t.Key(i)] = true
				if f := t.Filters(i); f.Exist() {
					out[t.FiltersKey(i)] = true
				}
			}
		}
	}
	return out
}

// storedFile is what the name of an object says.
type storedFile struct {
	dataset, table string
	key            chunks.Key
}

// parsePath reads the names that chunks.ObjectPath, chunks.FilterPath and chunks.ReferencePath make.
// Other objects are none of Shoal's business.
func parsePath(path string) (f storedFile, ok bool) {
	parts := strings.Split(path, "/")
	if len(parts) < 3 || chunks.CheckDatasetName(parts[0]) != nil {
		return f, false
	}
	f.dataset = parts[0]
	name := parts[len(parts)-1]
	table, isParquet := strings.CutSuffix(name, ".parquet")
	isParquet = isParquet && chunks.CheckTableName(table) == nil
	switch {
	case len(parts) == 4 && parts[1] == "_reference" && isParquet:
		hash, err := chunks.ParseContentHash(parts[2])
		f.table, f.key = table, chunks.ReferenceKey(f.dataset, table, hash)
		return f, err == nil
	case len(parts) != 3:
		return f, false
	}
	id, err := chunks.ParseID(parts[1])
	if err != nil {
		return f, false
	}
	if isParquet {
		f.table, f.key = table, chunks.FileKey(f.dataset, table, id)
		return f, true
	}
	table, sum, ok := chunks.ParseFilterName(name)
	f.table, f.key = table, chunks.FilterKey(f.dataset, table, id, sum)
	return f, ok
}
