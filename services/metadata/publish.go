package metadata

import (
	"context"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// maxTxnOps leaves room below etcd's default of 128 operations in a transaction.
const maxTxnOps = 100

// writeTimeout bounds each write to etcd.
const writeTimeout = 10 * time.Second

// change is a change of the catalog, worked out for one Snapshot.
type change struct {
	base *catalog.Snapshot
	// schema tells that names or columns of tables change.
	schema bool
	// require are conditions beside the fence and the version.
	require []clientv3.Cmp
	ops     func(version int64) ([]clientv3.Op, error)
}

// publish makes a change, all of it or nothing, and waits until this process sees it. It returns
// the new catalog version. A base that is no longer current is unavailable: work it out again.
//
// REQUIRES: t.change is held.
func (t *term) publish(ctx context.Context, c change) (int64, error) {
	const op = "publish"
	next := layout.Version{Version: c.base.Version() + 1, SchemaVersion: c.base.SchemaVersion()}
	if c.schema {
		next.SchemaVersion = next.Version
	}
	record, err := layout.Encode(next)
	if err != nil {
		return 0, err
	}
	ops, err := c.ops(next.Version)
	if err != nil {
		return 0, err
	}
	if len(ops)+1 > maxTxnOps {
		return 0, fault.New(fault.Internal, op, "%d operations in one transaction", len(ops))
	}
	guards := append([]clientv3.Cmp{
		t.fence(),
		clientv3.Compare(clientv3.ModRevision(layout.VersionKey), "=", c.base.Guard()),
	}, c.require...)
	write, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	resp, err := t.svc.client.Txn(write).If(guards...).Then(append(ops, clientv3.OpPut(layout.VersionKey, record))...).Commit()
	if err != nil {
		return 0, fault.Wrap(err, op)
	}
	if !resp.Succeeded {
		return 0, fault.New(fault.Unavailable, op, "the catalog or its leader has changed meanwhile").WithRetry(true)
	}
	// What is decided next should see this. If the wait is cut short the change stands all the same,
	// and the guard keeps others from overlooking it.
	wait, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	if _, err := t.svc.follower.WaitVersion(wait, next.Version); err != nil {
		t.svc.cfg.Logger.Warn("catalog version not seen yet", "version", next.Version, logging.Err(err))
	}
	return next.Version, nil
}

// put writes a page: unseen by others until a record names it.
func (t *term) put(ctx context.Context, key string, value []byte) error {
	const op = "write page"
	if len(value) > layout.MaxValueBytes {
		return fault.New(fault.Internal, op, "%s has %d bytes", key, len(value))
	}
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	resp, err := t.svc.client.Txn(ctx).If(t.fence()).Then(clientv3.OpPut(key, string(value))).Commit()
	if err != nil {
		return fault.Wrap(err, op)
	}
	if !resp.Succeeded {
		return errNotLeader
	}
	return nil
}

// current returns the newest Snapshot, or a fault while it may be out of date.
func (t *term) current() (*catalog.Snapshot, error) {
	if ok, why := t.svc.follower.Sync(); !ok {
		return nil, fault.New(fault.Unavailable, "read catalog", "%s", why)
	}
	return t.svc.follower.Current(), nil
}
