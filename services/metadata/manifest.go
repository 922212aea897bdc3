package metadata

import (
	"context"
	"slices"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// writeManifest writes the pages that the load needs and returns the table's next record, which
// lacks only its version and incarnation.
//
// An append takes in pages at the end that are not much larger than what it brings, so that many
// small appends leave few pages, and each entry is written O(log n) times.
func (t *term) writeManifest(ctx context.Context, snap *catalog.Snapshot, load *layout.Load, entries []manifest.Entry) (layout.Table, error) {
	record := layout.Table{
		Dataset: load.Dataset, Name: load.Table, Columns: load.Columns, Kind: load.Kind,
		BlockColumn: load.BlockColumn, BlockKind: load.BlockKind,
	}
	if load.Mode == metaapi.Append {
		var err error
		if record, err = t.tableRecord(ctx, load.Dataset, load.Table); err != nil {
			return record, err
		}
	}
	for i := range entries {
		record.Chunks++
		record.Rows += entries[i].Rows
		record.Bytes += entries[i].Bytes
	}
	all := entries
	for n := len(record.Pages); n > 0 && len(all) > 0; n-- {
		last := record.Pages[n-1]
		if last.Entries > 2*len(all) || last.Bytes > manifest.MaxPageBytes/2 {
			break
		}
		below, err := t.readPage(ctx, last.ID)
		if err != nil {
			return record, err
		}
		all = append(below, all...)
		record.Pages = record.Pages[:n-1]
	}
	all = slices.Clone(all)
	sortEntries(all)
	refs, err := t.writePages(ctx, load.ID, all)
	record.Pages = append(record.Pages, refs...)
	return record, err
}

func (t *term) writePages(ctx context.Context, load string, entries []manifest.Entry) ([]layout.ManifestRef, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	pages, err := manifest.EncodePages(entries)
	if err != nil {
		return nil, err
	}
	var refs []layout.ManifestRef
	for n, page := range pages {
		decoded, err := manifest.DecodePage(page)
		if err != nil {
			return nil, fault.New(fault.Internal, "write manifest", "page %d cannot be read back: %w", n, err)
		}
		ref := layout.ManifestRef{ID: layout.ManifestPage(load, n), Entries: len(decoded), Bytes: len(page)}
		if err := t.put(ctx, layout.ManifestKey(ref.ID), page); err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	return refs, nil
}

func (t *term) readPage(ctx context.Context, id string) ([]manifest.Entry, error) {
	resp, err := t.svc.client.Get(ctx, layout.ManifestKey(id))
	if err != nil {
		return nil, fault.Wrap(err, "read manifest page")
	}
	if len(resp.Kvs) == 0 {
		return nil, fault.New(fault.Internal, "read manifest page", "page %s is missing", id)
	}
	return manifest.DecodePage(resp.Kvs[0].Value)
}

// tableRecord reads a table's record. That it is the one of the Snapshot is seen by publish.
func (t *term) tableRecord(ctx context.Context, dataset, table string) (layout.Table, error) {
	var record layout.Table
	resp, err := t.svc.client.Get(ctx, layout.TableKey(dataset, table), clientv3.WithLimit(1))
	if err != nil {
		return record, fault.Wrap(err, "read table record")
	}
	if len(resp.Kvs) == 0 {
		return record, fault.New(fault.Unavailable, "read table record", "%s.%s has gone meanwhile", dataset, table)
	}
	return record, layout.Decode(resp.Kvs[0].Key, resp.Kvs[0].Value, &record)
}
