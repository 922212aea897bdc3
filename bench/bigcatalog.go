package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/embedetcd"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/assignment"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/value"
)

// The one table of a large catalog. It has the BIGINT columns c0 (the block) to c3.
const (
	bigDataset = "big"
	bigTable   = "facts"
)

// etcdWith starts an etcd that holds a table of many files, each ready on two of many workers.
func etcdWith(ctx context.Context, dir string, files, workers int) (_ *embedetcd.Server, _ *clientv3.Client, err error) {
	etcd, err := embedetcd.Start(ctx, embedetcd.Config{Dir: dir, NoSync: true})
	if err != nil {
		return nil, nil, err
	}
	client, err := catalog.Connect(ctx, catalog.ClientConfig{Endpoints: []string{etcd.Endpoint()}})
	if err != nil {
		etcd.Close()
		return nil, nil, err
	}
	w := &bigWriter{ctx: ctx, client: client}
	w.table(files)
	w.places(workers)
	if w.err != nil {
		_ = client.Close()
		etcd.Close()
	}
	return etcd, client, w.err
}

// bigWriter writes a catalog; it does nothing more after its first error.
type bigWriter struct {
	ctx     context.Context
	client  *clientv3.Client
	entries []manifest.Entry
	err     error
}

func (w *bigWriter) put(key string, value []byte) {
	if w.err == nil {
		_, w.err = w.client.Put(w.ctx, key, string(value))
	}
}

func (w *bigWriter) record(key string, record any) {
	text, err := layout.Encode(record)
	if w.err == nil {
		w.err = err
	}
	w.put(key, []byte(text))
}

func (w *bigWriter) table(files int) {
	table := layout.Table{
		Dataset: bigDataset, Name: bigTable, Kind: string(catalog.Chunked), BlockKind: chunks.BlockInteger, Incarnation: "i", Chunks: files,
	}
	for i := range 4 {
		table.Columns = append(table.Columns, catalog.Column{Name: fmt.Sprint("c", i), Type: "BIGINT"})
	}
	w.entries = make([]manifest.Entry, files)
	for i := range w.entries {
		e := &w.entries[i]
		e.SHA256 = sha256.Sum256(binary.LittleEndian.AppendUint64(nil, uint64(i)))
		first := int64(i) * rowsPerChunk
		e.ID = chunks.ID{Range: chunks.Range{First: first, Last: first + rowsPerChunk - 1}, Hash: chunks.HashOf(e.SHA256)}
		e.Rows, e.Bytes = rowsPerChunk, 32<<10
		for c := range int64(4) {
			e.Columns = append(e.Columns, manifest.ColumnStats{Min: value.Int(first * (c + 1)), Max: value.Int((first + rowsPerChunk) * (c + 1))})
		}
	}
	pages, err := manifest.EncodePages(w.entries)
	if err != nil {
		w.err = err
		return
	}
	for n, page := range pages {
		ref := layout.ManifestRef{ID: layout.ManifestPage("l", n), Bytes: len(page)}
		table.Pages = append(table.Pages, ref)
		w.put(layout.ManifestKey(ref.ID), page)
	}
	w.record(layout.TableKey(bigDataset, bigTable), table)
}

// places assigns each file to two workers, which report it as ready.
func (w *bigWriter) places(workers int) {
	if w.err != nil {
		return
	}
	p := assignment.Table{Axis: chunks.Axis{Dataset: bigDataset}, Width: 2}
	ready := make([][]chunks.Key, workers)
	for i := range workers {
		p.Workers = append(p.Workers, chunks.WorkerID(fmt.Sprintf("w%04d", i)))
	}
	for i, e := range w.entries {
		first, second := i%workers, (i*7+1)%workers
		if first == second {
			second = (second + 1) % workers
		}
		p.Ranges = append(p.Ranges, e.ID.Range)
		p.Slots = append(p.Slots, int32(first), int32(second))
		key := chunks.FileKey(bigDataset, bigTable, e.ID)
		ready[first], ready[second] = append(ready[first], key), append(ready[second], key)
	}
	pages, err := assignment.EncodePages(p)
	if err != nil {
		w.err = err
		return
	}
	rec := layout.Assignment{Axis: p.Axis, Generation: 1}
	for i, page := range pages {
		id := fmt.Sprint("p", i)
		rec.Pages = append(rec.Pages, id)
		w.put(layout.PlacesKey(id), page)
	}
	w.record(layout.AssignmentKey(p.Axis), rec)
	for i, id := range p.Workers {
		w.worker(id, ready[i])
	}
}

// worker registers a worker, under a lease, with what it has.
func (w *bigWriter) worker(id chunks.WorkerID, ready []chunks.Key) {
	if w.err != nil {
		return
	}
	lease, err := w.client.Grant(w.ctx, 3600)
	if err != nil {
		w.err = err
		return
	}
	leased := func(key string, value string) {
		if w.err == nil {
			_, w.err = w.client.Put(w.ctx, key, value, clientv3.WithLease(lease.ID))
		}
	}
	text, err := layout.Encode(layout.Worker{ID: id, Location: "grpc://127.0.0.1:1", Capacity: 1})
	if err != nil {
		w.err = err
		return
	}
	leased(layout.WorkerKey(id), text)
	for n, part := range slices.Collect(slices.Chunk(ready, layout.MaxReadyKeys)) {
		page := layout.ReadyPage{Add: part}
		text, err := page.Encode()
		if err != nil {
			w.err = err
			return
		}
		leased(layout.ReadyKey(id, int64(lease.ID), uint64(n)), text)
	}
}
