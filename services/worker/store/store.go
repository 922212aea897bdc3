package store

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// File is a chunk's file as the catalog knows it. It is immutable: other content has another path.
type File struct {
	// Object is its path in the object store, and below chunks/ on the disk.
	Object string
	// Key is what it is reported by.
	Key chunks.Key
	// Bytes is its size.
	Bytes  int64
	SHA256 [32]byte
}

// Source gives the bytes of objects. Open's errors are faults; the caller closes the reader, whose
// errors are faults or the operating system's.
type Source interface {
	Open(ctx context.Context, object string) (io.ReadCloser, error)
}

// Options of a store; zero fields have the defaults that are given with them.
type Options struct {
	// Dir is the data folder; it is made if need be. Its absolute path must not have the characters
	// * ? [ which DuckDB takes for a pattern.
	Dir    string
	Source Source
	// Downloads is how many files are fetched at a time; 4.
	Downloads int
	// Grace is how long a file that is no longer assigned is kept; 10 minutes. Negative: not at all.
	Grace time.Duration
	// ReserveBytes of the disk are kept free; 64 MiB. Negative: none.
	ReserveBytes int64
	// FullRetry is the pause between attempts while the disk is full; 15 s.
	FullRetry time.Duration
	// RetryMin and RetryMax bound the pause after a failed download; 500 ms and 1 minute.
	RetryMin, RetryMax time.Duration
	// ScrubInterval is how often all files are summed again; 24 h. Negative: never.
	ScrubInterval time.Duration
	// FS is the file system; OS.
	FS FS
	// DownloadFailed, if set, is told the kind of each failed download. It must not block.
	DownloadFailed func(fault.Kind)
	// Log is where the store logs; nothing is logged without.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Downloads <= 0 {
		o.Downloads = 4
	}
	o.Grace = orDefault(o.Grace, 10*time.Minute)
	o.ReserveBytes = orDefault(o.ReserveBytes, 64<<20)
	o.FullRetry = orDefault(o.FullRetry, 15*time.Second)
	o.RetryMin = orDefault(o.RetryMin, 500*time.Millisecond)
	o.RetryMax = orDefault(o.RetryMax, time.Minute)
	o.ScrubInterval = orDefault(o.ScrubInterval, 24*time.Hour)
	if o.FS == nil {
		o.FS = OS{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func orDefault[T ~int64](v, def T) T {
	if v == 0 {
		return def
	}
	return max(v, 0)
}

type state uint8

const (
	absent   state = iota // not on the disk, or not known to be
	fetching              // a download runs
	stored                // on the disk with the right size, not summed in this process
	verified              // summed; print is the stat that belongs to the sum
)

// entry is one file. All fields but file and path are guarded by Store.mu; file is too as long as
// it is not known.
type entry struct {
	file  File
	path  string
	known bool // file has key, size and sum; false for what was found on the disk and never assigned
	state state
	print fingerprint

	wanted   bool // assigned
	pins     int
	deleteAt time.Time // set while not wanted and on the disk

	queued   bool // in the download queue
	retryAt  time.Time
	backoff  *backoff.ExponentialBackOff // nil until a download fails
	lastErr  error
	cancel   context.CancelFunc // of the download that runs
	verify   chan struct{}      // closed when the verification that runs is over
	reported bool               // what Report was last told, or is about to be
}

func (e *entry) held() bool  { return e.state == stored || e.state == verified }
func (e *entry) ready() bool { return e.wanted && e.held() }

// Store is a worker's files. Its methods may be called from any goroutine.
type Store struct {
	opts              Options
	chunks, tmp, jail string
	lock              *os.File

	mu        sync.Mutex
	entries   map[string]*entry
	queue     queue
	assigned  bool // SetAssigned was called
	fullSince time.Time
	fullUntil time.Time // no download starts before
	dirty     map[*entry]struct{}
	counts    Counts
	tempFiles int // made so far

	downloadBytes atomic.Int64

	// placing keeps an emptied folder from being removed while a file is put into it.
	placing sync.Mutex

	wakeFetch, wakeVerify, wakeReap, wakeReport chan struct{}
}

// Open locks the data folder, empties tmp/ and lists what is in chunks/. Close it after Run has
// returned.
func Open(opts Options) (*Store, error) {
	const op = "open chunk store"
	opts = opts.withDefaults()
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return nil, fault.New(fault.InvalidArgument, op, "%w", err)
	}
	if strings.ContainsAny(dir, "*?[") {
		return nil, fault.New(fault.InvalidArgument, op, "the data folder %s has one of the characters * ? [", dir).
			WithHint("choose another --data-dir")
	}
	s := &Store{
		opts: opts, entries: map[string]*entry{}, dirty: map[*entry]struct{}{},
		counts: Counts{DownloadErrors: map[fault.Kind]int64{}},
		chunks: filepath.Join(dir, "chunks"), tmp: filepath.Join(dir, "tmp"), jail: filepath.Join(dir, "quarantine"),
		wakeFetch: make(chan struct{}, 1), wakeVerify: make(chan struct{}, 1),
		wakeReap: make(chan struct{}, 1), wakeReport: make(chan struct{}, 1),
	}
	for _, d := range []string{dir, s.chunks, s.tmp, s.jail} {
		if err := opts.FS.MkdirAll(d); err != nil {
			return nil, fault.New(fault.Unavailable, op, "%w", err).WithRetry(false)
		}
	}
	if s.lock, err = lockDir(dir); err != nil {
		return nil, fault.Wrap(err, op)
	}
	if err := s.scan(); err != nil {
		_ = s.lock.Close()
		return nil, fault.New(fault.Unavailable, op, "%w", err).WithRetry(false)
	}
	return s, nil
}

// Dir is the folder below which all files lie that Pin hands out, ending in a separator.
func (s *Store) Dir() string { return s.chunks + string(filepath.Separator) }

// Close releases the data folder. REQUIRES: Run has returned, no pins are held.
func (s *Store) Close() error { return fault.Wrap(s.lock.Close(), "close chunk store") }

// scan empties tmp/ and makes an entry for each file in chunks/.
func (s *Store) scan() error {
	left, err := os.ReadDir(s.tmp)
	if err != nil {
		return err
	}
	for _, d := range left {
		if err := s.opts.FS.Remove(filepath.Join(s.tmp, d.Name())); err != nil {
			return err
		}
	}
	return filepath.WalkDir(s.chunks, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(s.chunks, path)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		object := filepath.ToSlash(rel)
		// What is not assigned by the time of the first assignment is reaped after the grace period.
		s.entries[object] = &entry{file: File{Object: object, Bytes: info.Size()}, path: path, state: stored}
		return nil
	})
}

// Run fetches, verifies and deletes until ctx is done; it returns nil then.
func (s *Store) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for op, loop := range map[string]func(context.Context) error{
		"fetch chunks": s.fetchLoop, "verify chunks": s.verifyLoop, "delete chunks": s.reapLoop,
	} {
		g.Go(func() (err error) {
			defer fault.Catch(&err, op)
			return loop(ctx)
		})
	}
	return g.Wait()
}

// wake makes the loop behind ch look again.
func wake(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// sleep waits for a wake-up or until the time, if that is not zero. It returns false when ctx is done.
func sleep(ctx context.Context, ch chan struct{}, until time.Time) bool {
	var timer <-chan time.Time
	if !until.IsZero() {
		t := time.NewTimer(time.Until(until))
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-ctx.Done():
		return false
	case <-ch:
	case <-timer:
	}
	return true
}
