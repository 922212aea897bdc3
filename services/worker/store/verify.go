package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// jailSize is how many damaged files are kept for a look at them.
const jailSize = 8

// verifyLoop sums what was found at start, and everything every ScrubInterval.
func (s *Store) verifyLoop(ctx context.Context) error {
	var scrubAt time.Time
	if s.opts.ScrubInterval > 0 {
		scrubAt = time.Now().Add(s.opts.ScrubInterval)
	}
	for {
		s.verifyAll(ctx, stored)
		if !scrubAt.IsZero() && !time.Now().Before(scrubAt) {
			s.verifyAll(ctx, verified)
			scrubAt = time.Now().Add(s.opts.ScrubInterval)
		}
		if !sleep(ctx, s.wakeVerify, scrubAt) {
			return nil
		}
	}
}

// verifyAll sums the assigned files that are in the given state, one after the other.
func (s *Store) verifyAll(ctx context.Context, in state) {
	s.mu.Lock()
	var todo []*entry
	for _, e := range s.entries {
		if e.state == in && e.known && e.wanted {
			todo = append(todo, e)
		}
	}
	s.mu.Unlock()
	for _, e := range todo {
		if ctx.Err() != nil {
			return
		}
		s.mu.Lock()
		skip := e.state != in
		if !skip && in == verified {
			e.state = stored // forget the sum, so that it is taken again
		}
		s.mu.Unlock()
		if skip {
			continue
		}
		if err := s.ensureVerified(ctx, e); err != nil {
			s.opts.Log.WarnContext(ctx, "chunk could not be verified", "object", e.file.Object, "error", err)
		}
	}
}

// ensureVerified returns nil once the entry's file has been summed since it last changed. A file
// that turns out to be damaged or gone becomes absent, is un-reported and fetched again; the error
// then is unavailable. Concurrent calls for one file share the work.
func (s *Store) ensureVerified(ctx context.Context, e *entry) error {
	for {
		s.mu.Lock()
		switch {
		case e.state == verified:
			s.mu.Unlock()
			return nil
		case e.state != stored || !e.known:
			err := e.lastErr
			s.mu.Unlock()
			if err == nil {
				err = errNotHeld
			}
			return fault.New(fault.Unavailable, "verify chunk", "%s is not held: %w", e.file.Object, err)
		case e.verify == nil:
			e.verify = make(chan struct{})
			file := e.file
			s.mu.Unlock()
			return s.verifyNow(ctx, e, file)
		}
		done := e.verify
		s.mu.Unlock()
		select {
		case <-done:
		case <-ctx.Done():
			return fault.FromContext(ctx, "verify chunk")
		}
	}
}

// verifyNow sums the file and records what came of it. REQUIRES: the caller has set e.verify.
func (s *Store) verifyNow(ctx context.Context, e *entry, file File) error {
	var print fingerprint
	err := fault.Safely("verify chunk", func() (err error) {
		print, err = s.sum(ctx, e.path, file)
		return err
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	close(e.verify)
	e.verify = nil
	var damage *damagedError
	switch {
	case e.state != stored || e.file != file:
		// Taken away or replaced meanwhile; the caller looks again.
		return fault.New(fault.Unavailable, "verify chunk", "%s was dropped", file.Object)
	case err == nil:
		e.state, e.print = verified, print
		s.counts.Verified++
		return nil
	case errors.As(err, &damage):
		s.condemn(e, damage)
	}
	return fault.Wrap(err, "verify chunk")
}

// condemn takes a damaged or missing file out of use and has it fetched again. REQUIRES: mu is held.
func (s *Store) condemn(e *entry, damage *damagedError) {
	e.state, e.lastErr = absent, damage
	if damage.gone {
		s.counts.Lost++
	} else {
		s.counts.Damaged++
		s.quarantine(e)
	}
	s.opts.Log.Error("chunk on disk is unusable: fetching it again", "object", e.file.Object, "error", damage)
	s.markReport(e)
	if e.wanted {
		s.enqueue(e, time.Now())
	} else if e.pins == 0 {
		delete(s.entries, e.file.Object)
	}
}

// quarantine moves the file aside, and the oldest out of quarantine. What cannot be moved is left:
// the download's rename replaces it.
func (s *Store) quarantine(e *entry) {
	name := fmt.Sprintf("%020d-%s", time.Now().UnixNano(), strings.ReplaceAll(e.file.Object, "/", "__"))
	if err := s.opts.FS.Rename(e.path, filepath.Join(s.jail, name)); err != nil {
		s.opts.Log.Warn("damaged chunk could not be moved to quarantine", "object", e.file.Object, "error", err)
		return
	}
	kept, err := os.ReadDir(s.jail) // sorted by name, so by time
	for i := 0; err == nil && i < len(kept)-jailSize; i++ {
		err = s.opts.FS.Remove(filepath.Join(s.jail, kept[i].Name()))
	}
	if err != nil {
		s.opts.Log.Warn("quarantine could not be emptied", "error", err)
	}
}

// damagedError says that the file on the disk is not the catalog's.
type damagedError struct {
	why  string
	gone bool
}

// Error implements error.
func (d *damagedError) Error() string { return d.why }

// sum compares the file with what the catalog says. Errors are a *damagedError inside an
// unavailable fault, or whatever kept the file from being read this time.
func (s *Store) sum(ctx context.Context, path string, file File) (print fingerprint, err error) {
	damaged := func(gone bool, format string, args ...any) (fingerprint, error) {
		return print, fault.New(fault.Unavailable, "verify chunk", "%w", &damagedError{fmt.Sprintf(format, args...), gone})
	}
	f, err := s.opts.FS.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return damaged(true, "the file is gone from the disk")
	case err != nil && passing(err):
		return print, err
	case err != nil:
		return damaged(false, "the file cannot be opened: %v", err)
	}
	defer func() { _ = f.Close() }()
	before, err := f.Stat()
	if err != nil {
		return damaged(false, "%v", err)
	}
	if before.Size() != file.Bytes {
		return damaged(false, "the file has %d bytes instead of %d", before.Size(), file.Bytes)
	}
	sum := sha256.New()
	if _, err := io.CopyBuffer(onlyWriter{sum}, &cancellableReader{ctx, f}, make([]byte, 256<<10)); err != nil {
		if ctx.Err() != nil || passing(err) {
			return print, err
		}
		return damaged(false, "the file cannot be read: %v", err)
	}
	var got [32]byte
	if sum.Sum(got[:0]); got != file.SHA256 {
		return damaged(false, "the file's SHA-256 is %x… instead of %x…", got[:4], file.SHA256[:4])
	}
	after, err := f.Stat()
	if err != nil || fingerprintOf(after) != fingerprintOf(before) {
		return damaged(false, "the file changed while it was read")
	}
	return fingerprintOf(before), nil
}

// passing tells errors that say nothing about the file: too many are open.
func passing(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.EINTR) || errors.Is(err, syscall.ENOMEM)
}

// onlyWriter hides ReadFrom, so that the buffer's size holds.
type onlyWriter struct{ io.Writer }

type cancellableReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *cancellableReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
