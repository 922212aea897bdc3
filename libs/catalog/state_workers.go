package catalog

import (
	"maps"
	"slices"

	"go.etcd.io/etcd/api/v3/mvccpb"

	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
)

// workerState is what is known of a worker: its record, and what it reported under each lease. A
// worker that came back has a new lease, and reports under an older one mean nothing.
type workerState struct {
	id     chunks.WorkerID
	record *layout.Worker // nil while it is not alive
	lease  int64
	leases map[int64]*reports
}

// reports are what the ready pages under one lease say. A page that is written applies on top of
// all before it, whatever its number: sessions only ever rewrite their newest pages, by what these
// say together (see reportLog). That a page goes means nothing, until it is the last one.
type reports struct {
	pages map[uint64]struct{}
	files *readySet
}

func (s *state) worker(id chunks.WorkerID) *workerState {
	w := s.workers[id]
	if w == nil {
		w = &workerState{id: id, leases: map[int64]*reports{}}
		s.workers[id] = w
	}
	return w
}

func (w *workerState) forgetIfEmpty(s *state) {
	if w.record == nil && len(w.leases) == 0 {
		delete(s.workers, w.id)
	}
}

func (s *state) putWorker(kv *mvccpb.KeyValue) error {
	var rec layout.Worker
	if err := layout.Decode(kv.Key, kv.Value, &rec); err != nil {
		return err
	}
	w := s.worker(chunks.WorkerID(kv.Key[len(layout.WorkersPrefix):]))
	w.record, w.lease = &rec, kv.Lease
	return nil
}

func (s *state) putReady(kv *mvccpb.KeyValue) error {
	id, lease, n, ok := layout.ParseReadyKey(string(kv.Key))
	if !ok {
		return nil
	}
	page, err := layout.DecodeReady(kv.Value)
	if err != nil {
		return err
	}
	w := s.worker(id)
	r := w.leases[lease]
	if r == nil {
		r = &reports{pages: map[uint64]struct{}{}, files: noFiles}
		w.leases[lease] = r
	}
	r.pages[n] = struct{}{}
	r.files = r.files.with(page.Add, page.Remove)
	return nil
}

func (s *state) removeReady(key string) {
	id, lease, n, ok := layout.ParseReadyKey(key)
	w := s.workers[id]
	if !ok || w == nil || w.leases[lease] == nil {
		return
	}
	r := w.leases[lease]
	if delete(r.pages, n); len(r.pages) == 0 {
		delete(w.leases, lease)
		w.forgetIfEmpty(s)
	}
}

// addWorkers gives the snapshot its workers and what they hold.
func (s *state) addWorkers(snap *Snapshot) {
	for _, id := range slices.Sorted(maps.Keys(s.workers)) {
		w := s.workers[id]
		if w.record == nil {
			continue
		}
		files := noFiles
		if r := w.leases[w.lease]; r != nil {
			files = r.files
		}
		s.slot(id)
		snap.workers = append(snap.workers, Worker{
			ID: id, Location: w.record.Location, Capacity: w.record.Capacity, Version: w.record.Version,
			Draining: w.record.Draining, Ready: files.len(),
		})
		snap.holds = append(snap.holds, &holding{index: len(snap.workers) - 1, files: files})
	}
	// Until here holds is in the order of workers; now it goes to their slots.
	bySlot := make([]*holding, len(s.slots))
	for i, h := range snap.holds {
		bySlot[s.slots[snap.workers[i].ID]] = h
	}
	snap.slots, snap.holds = s.slots, bySlot
}
