package metadata

import (
	"bytes"
	"context"
	"crypto/sha256"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"golang.org/x/sync/errgroup"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// outcomeTTL is how long the outcome of a commit is kept for those who ask again.
const outcomeTTL = time.Hour

// commitLoad publishes a load. A commit that was done already answers as it did then.
func (t *term) commitLoad(ctx context.Context, id string, entries []manifest.Entry) (metaapi.LoadCommitted, error) {
	sortEntries(entries)
	digest := digestOf(entries)
	if done, ok, err := t.outcome(ctx, id, digest); ok || err != nil {
		return done, err
	}
	load, err := t.load(ctx, id)
	if err != nil {
		// It may have been committed between the two looks.
		if done, ok, doneErr := t.outcome(ctx, id, digest); ok || doneErr != nil {
			return done, doneErr
		}
		return metaapi.LoadCommitted{}, err
	}
	// From here on the load must not end by itself for a while.
	if _, err := t.svc.client.KeepAliveOnce(ctx, clientv3.LeaseID(load.Lease)); err != nil {
		return metaapi.LoadCommitted{}, fault.Wrap(err, opCommit)
	}
	if err := t.checkObjects(ctx, &load, entries); err != nil {
		return metaapi.LoadCommitted{}, err
	}
	if err := t.prepare(ctx, load, entries); err != nil {
		return metaapi.LoadCommitted{}, err
	}
	t.change.Lock()
	defer t.change.Unlock()
	if done, ok, err := t.outcome(ctx, id, digest); ok || err != nil {
		return done, err
	}
	out, err := t.commit(ctx, load, entries, digest)
	if fault.Is(err, fault.InvalidArgument) {
		t.withdraw(ctx, load)
	}
	return out, err
}

// digestOf tells manifests apart.
func digestOf(entries []manifest.Entry) []byte {
	h := sha256.New()
	for i := range entries {
		_, _ = h.Write([]byte(entries[i].ID.String()))
		_, _ = h.Write(entries[i].SHA256[:])
	}
	return h.Sum(nil)
}

// outcome returns what a commit of this load did before, if it was done.
func (t *term) outcome(ctx context.Context, id string, digest []byte) (out metaapi.LoadCommitted, ok bool, err error) {
	resp, err := t.svc.client.Get(ctx, layout.CommitKey(id))
	if err != nil || len(resp.Kvs) == 0 {
		return out, false, fault.Wrap(err, opCommit)
	}
	var rec layout.Commit
	if err := layout.Decode(resp.Kvs[0].Key, resp.Kvs[0].Value, &rec); err != nil {
		return out, false, err
	}
	if !bytes.Equal(rec.Digest, digest) {
		return out, false, reject("the load %s was committed with other files", id)
	}
	return metaapi.LoadCommitted{CatalogVersion: rec.Version, Chunks: rec.Chunks, Rows: rec.Rows, Bytes: rec.Bytes}, true, nil
}

// checkObjects sees that every file, and its filters, are in the store, as large as they should be.
func (t *term) checkObjects(ctx context.Context, load *layout.Load, entries []manifest.Entry) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(32)
	for i := range entries {
		e := &entries[i]
		g.Go(func() error { return t.checkObject(ctx, pathOf(load, e.ID), e.Bytes) })
		if e.Filters.Exist() {
			path := chunks.FilterPath(load.Dataset, load.Table, e.ID, e.Filters.Sum)
			g.Go(func() error { return t.checkObject(ctx, path, e.Filters.Bytes) })
		}
	}
	return g.Wait()
}

func (t *term) checkObject(ctx context.Context, path string, bytes int64) error {
	o, err := t.svc.store.Stat(ctx, path)
	switch {
	case fault.Is(err, fault.NotFound):
		return reject("the file %s is not in the object store", path)
	case err != nil:
		return fault.Wrap(err, opCommit)
	case o.Bytes != bytes:
		return reject("the file %s has %d bytes in the object store, not %d", path, o.Bytes, bytes)
	}
	return nil
}

func pathOf(load *layout.Load, id chunks.ID) string {
	if load.Kind == string(catalog.Reference) {
		return chunks.ReferencePath(load.Dataset, load.Table, id.Hash)
	}
	return chunks.ObjectPath(load.Dataset, load.Table, id)
}

// commit writes the pages and then, in one transaction, the table, its assignment and the outcome.
//
// REQUIRES: t.change is held; the entries are sorted.
func (t *term) commit(ctx context.Context, load layout.Load, entries []manifest.Entry, digest []byte) (out metaapi.LoadCommitted, err error) {
	snap, err := t.current()
	if err != nil {
		return out, err
	}
	if err := checkCommit(snap, &load, entries); err != nil {
		return out, err
	}
	record, err := t.writeManifest(ctx, snap, &load, entries)
	if err != nil {
		return out, err
	}
	places, err := t.placeNew(ctx, snap, &load, entries)
	if err != nil {
		return out, err
	}
	lease, err := t.svc.client.Grant(ctx, int64(outcomeTTL/time.Second))
	if err != nil {
		return out, fault.Wrap(err, opCommit)
	}
	out.Chunks = len(entries)
	for i := range entries {
		out.Rows += entries[i].Rows
		out.Bytes += entries[i].Bytes
	}
	out.CatalogVersion, err = t.publish(ctx, change{
		base: snap, schema: load.Mode != metaapi.Append,
		require: []clientv3.Cmp{clientv3.Compare(clientv3.CreateRevision(layout.LoadKey(load.ID)), ">", 0)},
		ops: func(version int64) ([]clientv3.Op, error) {
			record.Version = version
			if load.Mode != metaapi.Append {
				record.Incarnation = load.ID
			}
			table, err := layout.Encode(record)
			if err != nil {
				return nil, err
			}
			commit, err := layout.Encode(layout.Commit{
				Load: load.ID, Version: version, Chunks: out.Chunks, Rows: out.Rows, Bytes: out.Bytes, Digest: digest,
			})
			return append(append(places, withdrawal(load.ID)...),
				clientv3.OpPut(layout.TableKey(load.Dataset, load.Table), table),
				clientv3.OpPut(layout.CommitKey(load.ID), commit, clientv3.WithLease(lease.ID)),
				clientv3.OpDelete(layout.LoadKey(load.ID)),
			), err
		},
	})
	if err != nil {
		_, _ = t.svc.client.Revoke(ctx, lease.ID)
		return out, fault.Wrap(err, opCommit)
	}
	_, _ = t.svc.client.Revoke(ctx, clientv3.LeaseID(load.Lease))
	t.svc.cfg.Logger.InfoContext(ctx, "load committed", "load", load.ID, "dataset", load.Dataset, "table", load.Table,
		"mode", load.Mode, "chunks", out.Chunks, "rows", out.Rows, "bytes", out.Bytes, "version", out.CatalogVersion)
	return out, nil
}

// dropTable removes a table's record. Its assignment, pages and files go later.
func (t *term) dropTable(ctx context.Context, dataset, name string) (int64, error) {
	const op = "drop table"
	t.change.Lock()
	defer t.change.Unlock()
	snap, err := t.current()
	if err != nil {
		return 0, err
	}
	table, ok := snap.Table(dataset, name)
	if !ok {
		return 0, fault.New(fault.NotFound, op, "there is no table %s.%s", dataset, name)
	}
	version, err := t.publish(ctx, change{base: snap, schema: true, ops: func(int64) ([]clientv3.Op, error) {
		return []clientv3.Op{clientv3.OpDelete(layout.TableKey(table.Dataset, table.Name))}, nil
	}})
	if err != nil {
		return 0, fault.Wrap(err, op)
	}
	t.svc.cfg.Logger.InfoContext(ctx, "table dropped", "dataset", table.Dataset, "table", table.Name, "version", version)
	return version, nil
}
