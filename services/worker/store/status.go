package store

import (
	"context"
	"maps"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Counts only grow while the store is open.
type Counts struct {
	Downloads      int64
	DownloadErrors map[fault.Kind]int64
	DownloadBytes  int64
	Verified       int64 // sums taken of files on the disk that were right
	Damaged, Lost  int64 // files found damaged on the disk, or gone from it
	Deleted        int64
}

// Status is what the store is at.
type Status struct {
	// Known is false until the first assignment has come.
	Known bool
	// Assigned files are Ready, Pending (waiting to be fetched) or Fetching.
	Assigned, Ready, Pending, Fetching int
	// Unverified of the Ready have not been summed yet since the start.
	Unverified int
	// Condemned files are no longer assigned and wait to be deleted.
	Condemned                  int
	ReadyBytes, CondemnedBytes int64
	// DiskFull says since when downloads fail for lack of room; zero is never mind.
	DiskFull time.Time
	// LastError is why one of the pending files could not be fetched; nil if none failed.
	LastError error
}

// InSync tells whether everything that is assigned is ready.
func (st Status) InSync() bool { return st.Known && st.Ready == st.Assigned }

// Status counts the files.
func (s *Store) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := Status{Known: s.assigned, DiskFull: s.fullSince}
	for _, e := range s.entries {
		if !e.wanted {
			if e.held() {
				st.Condemned++
				st.CondemnedBytes += e.file.Bytes
			}
			continue
		}
		st.Assigned++
		switch e.state {
		case absent:
			st.Pending++
			if e.lastErr != nil && st.LastError == nil {
				st.LastError = e.lastErr
			}
		case fetching:
			st.Fetching++
		case stored:
			st.Unverified++
			fallthrough
		case verified:
			st.Ready++
			st.ReadyBytes += e.file.Bytes
		}
	}
	return st
}

// Free is the free space on the store's disk in bytes; 0 if that is not known.
func (s *Store) Free() int64 {
	free, err := s.opts.FS.Free(s.chunks)
	if err != nil {
		return 0
	}
	return free
}

// Counts returns the counters so far. The map is the caller's.
func (s *Store) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.counts
	c.DownloadErrors = maps.Clone(c.DownloadErrors)
	c.DownloadBytes = s.downloadBytes.Load()
	return c
}

// Report tells send which files became ready and which are no longer, in batches, until ctx is done;
// then it returns nil. What send fails for is told again, after a pause. Everything that is ready
// when Report is first called counts as new.
func (s *Store) Report(ctx context.Context, send func(ctx context.Context, add, remove []chunks.Key) error) error {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = s.opts.RetryMin, s.opts.RetryMax
	pause.Reset()
	for {
		var retry time.Time
		if add, remove := s.takeReport(); len(add)+len(remove) > 0 {
			if err := send(ctx, keys(add), keys(remove)); err != nil {
				s.untakeReport(add, remove)
				if ctx.Err() != nil {
					return nil
				}
				wait := pause.NextBackOff()
				s.opts.Log.WarnContext(ctx, "ready chunks could not be reported", "error", err, "retry_in", wait)
				retry = time.Now().Add(wait)
				// The entries are due already: wait for the time only.
				if !sleep(ctx, nil, retry) {
					return nil
				}
				continue
			}
			pause.Reset()
		}
		if !sleep(ctx, s.wakeReport, time.Time{}) {
			return nil
		}
	}
}
