package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/shoal-db/shoal/libs/catalog/objectstore"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// fetchLoop starts downloads as they become due, at most Downloads at a time.
func (s *Store) fetchLoop(ctx context.Context) error {
	slots := make(chan struct{}, s.opts.Downloads)
	var running sync.WaitGroup
	defer running.Wait()
	for {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		e := s.nextFetch(ctx)
		if e == nil {
			return nil
		}
		running.Go(func() {
			defer func() { <-slots }()
			s.fetch(ctx, e)
		})
	}
}

// nextFetch waits for a file that is due and marks it as being fetched; nil when ctx is done.
func (s *Store) nextFetch(ctx context.Context) *entry {
	for {
		now := time.Now()
		s.mu.Lock()
		e, at := s.due(now)
		if e != nil {
			e.state = fetching
			if !s.fullSince.IsZero() {
				// The disk was full: this download alone finds out whether it still is.
				s.fullUntil = now.Add(s.opts.FullRetry)
			}
		}
		s.mu.Unlock()
		if e != nil {
			return e
		}
		if !sleep(ctx, s.wakeFetch, at) {
			return nil
		}
	}
}

func (s *Store) fetch(ctx context.Context, e *entry) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.mu.Lock()
	e.cancel = cancel
	gone, file := !e.wanted, e.file
	s.mu.Unlock()
	var print fingerprint
	err := context.Canceled
	start := time.Now()
	if !gone {
		err = fault.Safely("download chunk", func() (err error) {
			print, err = s.download(ctx, file, e.path)
			return err
		})
	}
	s.fetched(ctx, e, file, print, err)
	if err == nil {
		s.opts.Log.DebugContext(ctx, "chunk downloaded", "object", file.Object, "bytes", file.Bytes, "elapsed", time.Since(start))
	}
}

// fetched records how a download ended.
func (s *Store) fetched(ctx context.Context, e *entry, file File, print fingerprint, err error) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	e.cancel = nil
	stale := e.file != file // superseded by another assignment of the same path meanwhile
	switch {
	case err == nil && !stale:
		e.state, e.print, e.lastErr, e.backoff = verified, print, nil, nil
		s.counts.Downloads++
		s.fullSince, s.fullUntil = time.Time{}, time.Time{}
		if !e.wanted {
			e.deleteAt = now.Add(s.opts.Grace)
			wake(s.wakeReap)
		}
	case !e.wanted:
		e.state = absent
		if e.pins == 0 {
			delete(s.entries, e.file.Object)
		}
	case stale || ctx.Err() != nil:
		e.state = absent
		s.enqueue(e, now)
	default:
		e.state, e.lastErr = absent, err
		s.failed(e, err, now)
	}
	s.markReport(e)
	wake(s.wakeFetch)
}

// failed plans the next attempt. REQUIRES: mu is held.
func (s *Store) failed(e *entry, err error, now time.Time) {
	kind := fault.KindOf(err)
	s.counts.DownloadErrors[kind]++
	if s.opts.DownloadFailed != nil {
		s.opts.DownloadFailed(kind)
	}
	if isDiskFull(err) {
		if s.fullSince.IsZero() {
			s.fullSince = now
			s.opts.Log.Error("disk is full: downloads wait", "error", err, "retry_in", s.opts.FullRetry)
		}
		s.fullUntil = now.Add(s.opts.FullRetry)
		s.enqueue(e, now)
		wake(s.wakeReap)
		return
	}
	if e.backoff == nil {
		e.backoff = backoff.NewExponentialBackOff()
		e.backoff.InitialInterval, e.backoff.MaxInterval = s.opts.RetryMin, s.opts.RetryMax
		e.backoff.Reset()
	}
	pause := e.backoff.NextBackOff()
	if !fault.IsRetryable(err) {
		pause = s.opts.RetryMax // nothing that waiting a little would cure, but the operator may
	}
	s.enqueue(e, now.Add(pause))
	s.opts.Log.Warn("chunk download failed", "object", e.file.Object, "error", err, "retry_in", pause)
}

// isDiskFull tells a full disk or quota from other bounds, such as open files.
func isDiskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// download brings the object to path, complete and checked, and returns its fingerprint.
func (s *Store) download(ctx context.Context, f File, path string) (print fingerprint, err error) {
	const op = "download chunk"
	if err := s.checkRoom(f); err != nil {
		return print, err
	}
	r, err := s.opts.Source.Open(ctx, f.Object)
	if err != nil {
		return print, fault.From(err).WithOp(op).WithDetail("object", f.Object)
	}
	defer func() { _ = r.Close() }()
	tmp := s.tempName()
	w, err := s.opts.FS.Create(tmp)
	if err != nil {
		return print, fault.Wrap(err, op)
	}
	defer func() {
		if err != nil {
			// After a success the name is gone by the rename.
			_ = s.opts.FS.Remove(tmp)
		}
	}()
	err = objectstore.Copy(ctx, w, r, f.Object, objectstore.Sum{Bytes: f.Bytes, SHA256: f.SHA256},
		func(n int) { s.downloadBytes.Add(int64(n)) })
	if err == nil {
		err = w.Sync()
	}
	if cerr := w.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return print, fault.From(err).WithOp(op).WithDetail("object", f.Object)
	}
	print, err = s.place(tmp, path)
	return print, fault.Wrap(err, op)
}

// checkRoom spares the disk what would not fit.
func (s *Store) checkRoom(f File) error {
	free, err := s.opts.FS.Free(s.tmp)
	if err != nil {
		return fault.Wrap(err, "look up free disk space")
	}
	if free-s.opts.ReserveBytes < f.Bytes {
		return fault.New(fault.ResourceExhausted, "download chunk",
			"%d bytes are free, %d are kept in reserve, and the chunk has %d: %w", free, s.opts.ReserveBytes, f.Bytes, syscall.ENOSPC).
			WithHint("make room on the worker's disk, or add workers")
	}
	return nil
}

func (s *Store) tempName() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tempFiles++
	return filepath.Join(s.tmp, fmt.Sprintf("%d-%d.part", os.Getpid(), s.tempFiles))
}

// place moves a complete file to its name.
func (s *Store) place(tmp, path string) (print fingerprint, err error) {
	s.placing.Lock()
	defer s.placing.Unlock()
	dir := filepath.Dir(path)
	if err := s.opts.FS.MkdirAll(dir); err != nil {
		return print, err
	}
	if err := s.opts.FS.Rename(tmp, path); err != nil {
		return print, err
	}
	if err := s.opts.FS.SyncDir(dir); err != nil {
		return print, err
	}
	// The rename set the change time, so the stat comes after.
	info, err := s.opts.FS.Stat(path)
	if err != nil {
		return print, err
	}
	return fingerprintOf(info), nil
}
