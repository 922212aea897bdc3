package store

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"time"
)

// reapLoop deletes what is no longer assigned when its grace period is over.
func (s *Store) reapLoop(ctx context.Context) error {
	for {
		next := s.reap(time.Now())
		if !sleep(ctx, s.wakeReap, next) {
			return nil
		}
	}
}

// reap deletes what is due and returns when the next file is; zero if none waits. Files that are due
// but pinned are looked at again when their pin is released.
func (s *Store) reap(now time.Time) (next time.Time) {
	s.mu.Lock()
	var due []*entry
	for _, e := range s.entries {
		if e.wanted || e.pins > 0 || !e.held() || e.deleteAt.IsZero() {
			continue
		}
		// A full disk ends the grace of files that nobody reads.
		if !e.deleteAt.After(now) || !s.fullSince.IsZero() {
			due = append(due, e)
		} else if next.IsZero() || e.deleteAt.Before(next) {
			next = e.deleteAt
		}
	}
	s.mu.Unlock()
	deleted := 0
	for _, e := range due {
		if s.drop(e) {
			deleted++
		}
	}
	if deleted > 0 {
		s.mu.Lock()
		if !s.fullSince.IsZero() {
			s.fullUntil = now // there is room now: try at once
			wake(s.wakeFetch)
		}
		s.mu.Unlock()
		s.opts.Log.Info("deleted files that are no longer assigned", "files", deleted)
	}
	return next
}

// drop unlinks one file, unless it was assigned or pinned meanwhile. The lock is held over the
// unlink so that it cannot be.
func (s *Store) drop(e *entry) bool {
	s.placing.Lock()
	defer s.placing.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.wanted || e.pins > 0 || !e.held() {
		return false
	}
	if err := s.opts.FS.Remove(e.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.opts.Log.Warn("file that is no longer assigned could not be deleted", "object", e.file.Object, "error", err)
		e.deleteAt = time.Now().Add(max(s.opts.Grace, time.Minute))
		return false
	}
	e.state = absent
	s.counts.Deleted++
	delete(s.entries, e.file.Object)
	// Fails on the first folder that is not empty.
	for dir := filepath.Dir(e.path); dir != s.chunks && s.opts.FS.Remove(dir) == nil; dir = filepath.Dir(dir) {
	}
	return true
}
