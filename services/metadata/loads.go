package metadata

import (
	"context"
	"errors"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// beginLoad writes the record of a load under a lease, so that a load whose client dies ends.
func (t *term) beginLoad(ctx context.Context, spec metaapi.LoadSpec) (out metaapi.LoadBegun, err error) {
	t.begin.RLock()
	defer t.begin.RUnlock()
	snap, err := t.current()
	if err != nil {
		return out, err
	}
	load, err := checkSpec(snap, spec)
	if err != nil {
		return out, err
	}
	if err := t.checkLoadCount(ctx); err != nil {
		return out, err
	}
	ttl := t.svc.cfg.LoadTTL
	load.ID, load.Started = newID(), time.Now().UTC().Truncate(time.Millisecond)
	grant, err := t.svc.client.Grant(ctx, int64((ttl+time.Second-1)/time.Second))
	if err != nil {
		return out, fault.Wrap(err, opBegin)
	}
	load.Lease = int64(grant.ID)
	if err := t.writeLoad(ctx, load); err != nil {
		_, _ = t.svc.client.Revoke(ctx, grant.ID)
		return out, err
	}
	return begun(snap, &load, grant.TTL)
}

func (t *term) writeLoad(ctx context.Context, load layout.Load) error {
	record, err := layout.Encode(load)
	if err != nil {
		return err
	}
	resp, err := t.svc.client.Txn(ctx).If(t.fence()).
		Then(clientv3.OpPut(layout.LoadKey(load.ID), record, clientv3.WithLease(clientv3.LeaseID(load.Lease)))).Commit()
	if err != nil {
		return fault.Wrap(err, opBegin)
	}
	if !resp.Succeeded {
		return errNotLeader
	}
	return nil
}

func (t *term) checkLoadCount(ctx context.Context) error {
	resp, err := t.svc.client.Get(ctx, layout.LoadsPrefix, clientv3.WithPrefix(), clientv3.WithCountOnly())
	if err != nil {
		return fault.Wrap(err, opBegin)
	}
	if resp.Count >= int64(t.svc.cfg.MaxLoads) {
		return fault.New(fault.ResourceExhausted, opBegin, "%d loads go on already", resp.Count).WithRetry(true).
			WithHint("wait for some to end, or raise --max-loads")
	}
	return nil
}

// begun says what the client has to know of the axis.
func begun(snap *catalog.Snapshot, load *layout.Load, ttlSeconds int64) (metaapi.LoadBegun, error) {
	out := metaapi.LoadBegun{ID: load.ID, BlockKind: load.BlockKind, Ranges: [][2]int64{}, TTLSeconds: ttlSeconds}
	axis, err := otherRanges(snap, load)
	if err != nil {
		return out, err
	}
	out.Ranges = pairs(axis)
	if table, ok := snap.Table(load.Dataset, load.Table); ok && load.Mode == metaapi.Append {
		own, err := chunks.Layout{}.Add(rangesOf(table)...)
		if err != nil {
			return out, fault.New(fault.Internal, opBegin, "%w", err)
		}
		out.Taken, out.NullTaken = pairs(own), own.HasNull()
		if table.Kind == catalog.Positional {
			out.NextPosition = nextPosition(own)
		}
	}
	return out, nil
}

// pairs returns all ranges but the NULL range.
func pairs(l chunks.Layout) [][2]int64 {
	out := make([][2]int64, 0, l.Len())
	for _, r := range l.Ranges() {
		if !r.Null {
			out = append(out, [2]int64{r.First, r.Last})
		}
	}
	return out
}

// nextPosition is the position after all rows of a positional table.
func nextPosition(own chunks.Layout) int64 {
	ranges := own.Ranges()
	if len(ranges) == 0 {
		return 0
	}
	return ranges[len(ranges)-1].Last + 1
}

// load reads the record of a load that goes on.
func (t *term) load(ctx context.Context, id string) (layout.Load, error) {
	var load layout.Load
	resp, err := t.svc.client.Get(ctx, layout.LoadKey(id))
	if err != nil {
		return load, fault.Wrap(err, "find load")
	}
	if len(resp.Kvs) == 0 {
		return load, fault.New(fault.NotFound, "find load", "there is no load %q", id).
			WithHint("it was aborted, was silent for more than %s, or its commit is long ago; begin again", t.svc.cfg.LoadTTL)
	}
	return load, layout.Decode(resp.Kvs[0].Key, resp.Kvs[0].Value, &load)
}

// keepLoad renews the lease of a load.
func (t *term) keepLoad(ctx context.Context, id string) error {
	load, err := t.load(ctx, id)
	if err != nil {
		return err
	}
	_, err = t.svc.client.KeepAliveOnce(ctx, clientv3.LeaseID(load.Lease))
	return fault.Wrap(err, "keep load")
}

// abortLoad ends a load. What it has uploaded is swept after the grace period.
func (t *term) abortLoad(ctx context.Context, id string) error {
	load, err := t.load(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = t.svc.client.Revoke(ctx, clientv3.LeaseID(load.Lease))
	if errors.Is(err, rpctypes.ErrLeaseNotFound) {
		return nil
	}
	return fault.Wrap(err, "abort load")
}

// loads lists the loads that go on.
func (s *Service) loads(ctx context.Context) ([]layout.Load, error) {
	resp, err := s.client.Get(ctx, layout.LoadsPrefix, clientv3.WithPrefix())
	if err != nil {
		return nil, fault.Wrap(err, "list loads")
	}
	out := make([]layout.Load, len(resp.Kvs))
	for i, kv := range resp.Kvs {
		if err := layout.Decode(kv.Key, kv.Value, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
