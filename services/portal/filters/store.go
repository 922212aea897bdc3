package filters

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/filter"
	"github.com/shoal-db/shoal/libs/chunks/pruning"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// Catalog is where snapshots come from; a catalog.Follower with indexes is one.
type Catalog interface {
	Current() *catalog.Snapshot
	// Changed is closed when there is a newer one than Current gave before.
	Changed() <-chan struct{}
}

// Objects is the object store; an objectstore.Store is one.
type Objects interface {
	Open(ctx context.Context, path string) (io.ReadCloser, error)
}

// Options configure a Store. All are needed.
type Options struct {
	Catalog Catalog
	Objects Objects
	// MemoryBytes bounds the filters that are held. If those of all chunks don't fit, fewer bits of
	// their fingerprints are kept; if they don't fit with one bit, some chunks go without.
	MemoryBytes int64
	Metrics     *Metrics
	Log         *slog.Logger
}

const (
	// parallel is how many filters are loaded at a time.
	parallel = 8
	// loadTimeout bounds the loading of one chunk's filters.
	loadTimeout = time.Minute
	// After a failure of the object store loading is tried again, with growing pauses.
	firstPause, lastPause = time.Second, time.Minute
	// loggedFailures bounds the messages of one pass.
	loggedFailures = 10
)

// Store keeps the filters of all chunks in memory, as far as they fit. It is pruning.Filters.
type Store struct {
	opts    Options
	current atomic.Pointer[segments]

	mu   sync.Mutex
	used int64
	// bad are filters that are missing or damaged. They are not tried again.
	bad map[chunks.Key]bool
}

// NewStore returns a Store that loads once Run is called.
func NewStore(opts Options) *Store {
	s := &Store{opts: opts, bad: map[chunks.Key]bool{}}
	s.current.Store(&segments{})
	opts.Metrics.limit.Set(float64(opts.MemoryBytes))
	return s
}

// Of returns the filters of a segment's chunks that are in memory, nil if there are none.
func (s *Store) Of(segment *pruning.Segment) pruning.ChunkFilters {
	if h := s.current.Load().held[segment]; h != nil {
		return h
	}
	return nil
}

// Bits returns how many bits of a fingerprint are in memory of a chunk's filters, 0 if none.
func (s *Store) Bits(t *catalog.Table, chunk int) uint8 {
	if t.Index == nil {
		return 0
	}
	segment, i := t.Index.Place(chunk)
	h := s.current.Load().held[segment]
	if h == nil {
		return 0
	}
	set := h.sets[i].Load()
	if set == nil {
		return 0
	}
	return set.Bits()
}

// Run follows the catalog until ctx ends.
func (s *Store) Run(ctx context.Context) error {
	version := int64(-1)
	pause := firstPause
	for {
		changed := s.opts.Catalog.Changed()
		snap := s.opts.Catalog.Current()
		var retry <-chan time.Time
		if snap.Version() != version || version < 0 {
			version, pause = snap.Version(), firstPause
			s.follow(snap)
		}
		done, err := s.load(ctx, version)
		if err != nil {
			retry, pause = time.After(pause), min(2*pause, lastPause)
		}
		if !done {
			continue // there is a newer version
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-retry:
		}
	}
}

// follow makes a snapshot's chunks those whose filters are held, and makes them fit.
func (s *Store) follow(snap *catalog.Snapshot) {
	next := segmentsOf(snap, s.current.Load())
	next.most = next.widthFor(s.opts.MemoryBytes)
	used, loaded := int64(0), 0
	bad := map[chunks.Key]bool{}
	for i := range next.items {
		it := &next.items[i]
		set := it.at.Load()
		if set != nil && !it.has(it.width(next.most)) {
			// Too few bits are loaded again. Until then they are better than nothing.
			set = set.Narrow(it.width(next.most))
			it.at.Store(set)
		}
		if set != nil {
			used, loaded = used+set.MemoryBytes(), loaded+1
		}
		if len(s.bad) > 0 && s.bad[it.key()] {
			bad[it.key()] = true
		}
	}
	s.mu.Lock()
	s.used, s.bad = used, bad
	s.mu.Unlock()
	s.current.Store(next)
	m := s.opts.Metrics
	m.bytes.Set(float64(used))
	m.loaded.Set(float64(loaded))
	m.wanted.Set(float64(len(next.items)))
	m.width.Set(float64(next.most))
}

// load loads what is missing. It stops early, and is not done, when there is a newer version of the
// catalog; the error is one of the object store, after which trying again may help.
func (s *Store) load(ctx context.Context, version int64) (done bool, _ error) {
	all := s.current.Load()
	var todo []*item
	for i := range all.items {
		it := &all.items[i]
		if !it.has(it.width(all.most)) && (len(s.bad) == 0 || !s.bad[it.key()]) {
			todo = append(todo, it)
		}
	}
	var next, failures atomic.Int64
	var stopped atomic.Bool
	g := errgroup.Group{}
	for range min(parallel, len(todo)) {
		g.Go(func() (last error) {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(todo) || ctx.Err() != nil {
					return last
				}
				if s.opts.Catalog.Current().Version() != version {
					stopped.Store(true)
					return last
				}
				if err := s.loadOne(ctx, todo[i], all.most, &failures); err != nil {
					last = err
				}
			}
		})
	}
	err := g.Wait()
	if n := failures.Load(); n > loggedFailures {
		s.opts.Log.WarnContext(ctx, "more filters could not be loaded", "failures", n)
	}
	return !stopped.Load(), err
}

// loadOne loads the filters of one chunk, if they fit. Only failures that may pass are returned.
func (s *Store) loadOne(ctx context.Context, it *item, most uint8, failures *atomic.Int64) error {
	width := it.width(most)
	// What is held of it with fewer bits makes place.
	size := it.stored().Bytes*int64(width)/int64(it.bits) + overhead
	old := it.at.Load()
	if old != nil {
		size -= old.MemoryBytes()
	}
	if !s.reserve(size) {
		return nil
	}
	set, err := s.fetch(ctx, it)
	if err != nil {
		s.release(size)
		return s.note(ctx, it, err, failures)
	}
	set = set.Narrow(width)
	it.at.Store(set)
	exact := set.MemoryBytes()
	if old != nil {
		exact -= old.MemoryBytes()
	} else {
		s.opts.Metrics.loaded.Inc()
	}
	s.release(size - exact)
	return nil
}

// reserve takes memory, if there is so much left.
func (s *Store) reserve(bytes int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.used+bytes > s.opts.MemoryBytes {
		return false
	}
	s.used += bytes
	s.opts.Metrics.bytes.Set(float64(s.used))
	return true
}

func (s *Store) release(bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used -= bytes
	s.opts.Metrics.bytes.Set(float64(s.used))
}

// errDamaged says that an object is not what was stored.
type errDamaged struct{ why string }

func (e errDamaged) Error() string { return e.why }

// fetch reads filters and sees that they are those that were stored.
func (s *Store) fetch(ctx context.Context, it *item) (*filter.Set, error) {
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	stored := it.stored()
	r, err := s.opts.Objects.Open(ctx, it.path())
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	data := make([]byte, stored.Bytes)
	if _, err := io.ReadFull(r, data); errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return nil, errDamaged{"the object is cut off"}
	} else if err != nil {
		return nil, err
	}
	if sum := chunks.FilterSumOf(sha256.Sum256(data)); sum != stored.Sum {
		return nil, errDamaged{"the object has the checksum " + sum.String()}
	}
	set, err := filter.Decode(data)
	if err != nil {
		return nil, errDamaged{fault.Text(err)}
	}
	if !slices.Equal(set.Columns(), stored.Columns) || set.Bits() != stored.Bits {
		return nil, errDamaged{"the filters are others than the manifest says"}
	}
	return set, nil
}

// note counts and logs a failure. One that cannot pass is remembered, another returned.
func (s *Store) note(ctx context.Context, it *item, err error, failures *atomic.Int64) error {
	if ctx.Err() != nil {
		return nil
	}
	reason := unavailable
	var broken errDamaged
	switch {
	case errors.As(err, &broken):
		reason = damaged
	case fault.Is(err, fault.NotFound):
		reason = missing
	}
	s.opts.Metrics.failed.WithLabelValues(reason).Inc()
	if failures.Add(1) <= loggedFailures {
		s.opts.Log.WarnContext(ctx, "filters could not be loaded; the chunk is read in vain more often",
			"object", it.path(), "reason", reason, logging.Err(err))
	}
	if reason == unavailable {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bad[it.key()] = true
	return nil
}
