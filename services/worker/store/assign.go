package store

import (
	"iter"
	"maps"
	"path/filepath"
	"strings"
	"time"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// SetAssigned says what the store should hold, all of it. What is new is fetched in the order given;
// what is no longer there is un-reported at once and deleted after the grace period. A file whose
// path cannot be one of the store's is logged and left out (and never becomes ready).
func (s *Store) SetAssigned(files iter.Seq[File]) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.assigned = true
	lost := maps.Clone(s.entries)
	for f := range files {
		e := s.assign(f, now)
		if e != nil {
			delete(lost, f.Object)
		}
	}
	for object, e := range lost {
		s.unassign(object, e, now)
	}
	wake(s.wakeFetch)
	wake(s.wakeVerify)
	wake(s.wakeReap)
}

func (s *Store) assign(f File, now time.Time) *entry {
	e := s.entries[f.Object]
	if e == nil {
		if !safeObject(f.Object) {
			s.opts.Log.Error("assigned file has an unusable path", "object", f.Object)
			return nil
		}
		e = &entry{path: filepath.Join(s.chunks, filepath.FromSlash(f.Object))}
		s.entries[f.Object] = e
	}
	if e.wanted && e.file == f {
		return e
	}
	if e.file != f {
		s.adopt(e, f)
	}
	e.wanted, e.deleteAt = true, time.Time{}
	if e.state == absent {
		s.enqueue(e, now)
	}
	s.markReport(e)
	return e
}

// adopt gives the entry what the catalog says about the file.
func (s *Store) adopt(e *entry, f File) {
	wrong := e.held() && e.file.Bytes != f.Bytes
	resummed := e.known && e.file.SHA256 != f.SHA256
	e.file, e.known = f, true
	switch {
	case wrong:
		// Not unlinked: the download's rename replaces it, and a query may be reading it.
		e.state = absent
	case resummed && e.state == verified:
		e.state = stored
	}
}

func (s *Store) unassign(object string, e *entry, now time.Time) {
	if e.cancel != nil {
		e.cancel()
	}
	if e.wanted {
		e.wanted = false
		s.markReport(e)
	}
	switch {
	case e.held() && e.deleteAt.IsZero():
		e.deleteAt = now.Add(s.opts.Grace)
	case e.state == absent && e.pins == 0:
		delete(s.entries, object)
	}
}

// safeObject tells whether the object's path stays below chunks/ and means the same to DuckDB.
func safeObject(object string) bool {
	return filepath.IsLocal(filepath.FromSlash(object)) && strings.HasSuffix(object, ".parquet") &&
		!strings.ContainsAny(object, "*?[\\\x00") && object == filepath.ToSlash(filepath.Clean(filepath.FromSlash(object)))
}

// markReport queues the entry for Report if what was reported of it is not true any more.
// REQUIRES: mu is held.
func (s *Store) markReport(e *entry) {
	if e.ready() == e.reported {
		delete(s.dirty, e)
		return
	}
	s.dirty[e] = struct{}{}
	wake(s.wakeReport)
}

// takeReport returns what is to be reported and counts it as reported.
func (s *Store) takeReport() (add, remove []*entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for e := range s.dirty {
		if e.reported = e.ready(); e.reported {
			add = append(add, e)
		} else {
			remove = append(remove, e)
		}
	}
	clear(s.dirty)
	return add, remove
}

// untakeReport takes takeReport back after the report failed.
func (s *Store) untakeReport(add, remove []*entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range add {
		e.reported = false
		s.markReport(e)
	}
	for _, e := range remove {
		e.reported = true
		s.markReport(e)
	}
}

func keys(entries []*entry) []chunks.Key {
	out := make([]chunks.Key, len(entries))
	for i, e := range entries {
		out[i] = e.file.Key
	}
	return out
}

// errNotHeld is why a file that was never assigned cannot be read.
var errNotHeld = fault.New(fault.Unavailable, "pin chunk", "the file is not assigned to this worker")
