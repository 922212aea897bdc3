// Package loads takes in tables: it checks each Parquet file that a client sends, puts it into the
// object store, and has the metadata service publish all of them at once.
//
// Invariants: a file is published only if its columns are the table's, its blocks are within the
// range that it was sent for, and its checksum is that of what was stored; until the commit nothing
// is visible, and what is left of a load that was not committed is swept from the store by the
// metadata service. Files pass through a spool on disk, never through memory; how many loads there
// are, how many files are taken in at a time and how large they are is bounded.
//
// It refuses to look at rows, but to build filters: what a footer does not say about a block column, it
// does not accept.
//
//	begun ──files──► begun ──commit──► committing ──► gone
//	  └──── abort, or idle for too long ──► aborted ───┘
package loads

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/catalog/objectstore"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/filter"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"

	"github.com/shoal-db/shoal/services/portal/filters"
)

// Metadata is the metadata service; a metaclient.Client is one. Its errors are faults.
type Metadata interface {
	BeginLoad(context.Context, metaapi.LoadSpec) (metaapi.LoadBegun, error)
	// KeepLoad tells that the load goes on.
	KeepLoad(ctx context.Context, id string) error
	// CommitLoad may be asked again.
	CommitLoad(ctx context.Context, id string, entries []manifest.Entry) (metaapi.LoadCommitted, error)
	AbortLoad(ctx context.Context, id string) error
	DropTable(ctx context.Context, dataset, table string) (version int64, err error)
}

// Store is the object store; an objectstore.Store is one.
type Store interface {
	// Upload stores all of the reader's bytes under the path, or nothing, and says what it stored.
	Upload(ctx context.Context, path string, body io.Reader) (objectstore.Sum, error)
}

// Builder builds filters for equality; a filters.Builder is one.
type Builder interface {
	// Build builds those of a Parquet file whose statistics the entry has; nil is none.
	Build(ctx context.Context, path string, columns []catalog.Column, entry *manifest.Entry, spec filters.Spec) (*filter.Set, error)
}

// Options configure a Manager.
type Options struct {
	Metadata Metadata
	Store    Store
	Filters  Builder
	// SpoolDir is where files wait to be checked; it must be there.
	SpoolDir string
	// MaxLoads go on at a time, MaxFiles are taken in at a time over all of them.
	MaxLoads, MaxFiles int
	// MaxFileBytes bounds one file.
	MaxFileBytes int64
	// Idle is after how long without a request a load is aborted.
	Idle time.Duration
	// CheckColumns tells why there can be no table with some columns.
	CheckColumns func(ctx context.Context, columns []catalog.Column) error
	// Published waits until this portal knows of a catalog version, so that who has committed sees it
	// here.
	Published func(ctx context.Context, version int64) error
	Metrics   *Metrics
	Log       *slog.Logger
}

// Manager keeps the loads that go on. Its methods may be called from any goroutine.
type Manager struct {
	opts  Options
	files chan struct{}

	mu      sync.Mutex
	loads   map[string]*load
	pending int // being begun
}

// load is one load. Its files may come in parallel.
type load struct {
	id     string
	spec   metaapi.LoadSpec
	filter filters.Spec
	column int           // the block column's ordinal, -1 for none
	ttl    time.Duration // how long the metadata service keeps it without a sign of life

	mu      sync.Mutex
	used    time.Time
	busy    int // requests that are under way
	closed  bool
	entries map[chunks.Range]manifest.Entry // a reference table's under the zero Range
	kept    time.Time
}

// New returns a Manager. Run must be called for idle loads to end.
func New(opts Options) *Manager {
	if opts.Log == nil {
		opts.Log = logging.Discard()
	}
	return &Manager{opts: opts, files: make(chan struct{}, opts.MaxFiles), loads: map[string]*load{}}
}

// Active is how many loads go on.
func (m *Manager) Active() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.loads)
}

// Begin begins a load. What the metadata service refuses is its fault; too many loads at a time are
// resource_exhausted.
func (m *Manager) Begin(ctx context.Context, spec metaapi.LoadSpec) (metaapi.LoadBegun, error) {
	const op = "begin load"
	filterSpec, err := filters.SpecOf(spec)
	if err != nil {
		return metaapi.LoadBegun{}, err
	}
	if err := m.opts.CheckColumns(ctx, spec.Columns); err != nil {
		return metaapi.LoadBegun{}, fault.Wrap(err, op)
	}
	m.mu.Lock()
	if len(m.loads)+m.pending >= m.opts.MaxLoads {
		m.mu.Unlock()
		return metaapi.LoadBegun{}, fault.New(fault.ResourceExhausted, op, "%d loads go on already", m.opts.MaxLoads).WithRetry(true)
	}
	m.pending++
	m.mu.Unlock()
	begun, err := m.opts.Metadata.BeginLoad(ctx, spec)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pending--
	if err != nil {
		return metaapi.LoadBegun{}, fault.Wrap(err, op)
	}
	l := &load{
		id: begun.ID, spec: spec, filter: filterSpec, column: -1, used: time.Now(), kept: time.Now(),
		ttl: time.Duration(begun.TTLSeconds) * time.Second, entries: map[chunks.Range]manifest.Entry{},
	}
	for i, c := range spec.Columns {
		if spec.Kind == catalog.Chunked && chunks.FoldName(c.Name) == chunks.FoldName(spec.BlockColumn) {
			l.column = i
		}
	}
	m.loads[l.id] = l
	m.opts.Log.InfoContext(ctx, "load begun", "load", l.id, "dataset", spec.Dataset, "table", spec.Table, "mode", spec.Mode)
	return begun, nil
}

// use returns a load for the time of a request; done must follow.
func (m *Manager) use(ctx context.Context, id string) (l *load, done func(), err error) {
	m.mu.Lock()
	l = m.loads[id]
	m.mu.Unlock()
	if l == nil {
		return nil, nil, fault.New(fault.NotFound, "find load", "there is no load %q", id).
			WithHint("it was committed or aborted, was idle for more than %s, or belongs to another portal; begin again", m.opts.Idle)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, nil, fault.New(fault.InvalidArgument, "find load", "the load %q is being committed or aborted", id)
	}
	l.busy++
	l.used = time.Now()
	return l, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.busy--
		l.used = time.Now()
	}, nil
}

// close keeps new requests off a load; it fails while some are under way.
func (m *Manager) close(id string) (*load, error) {
	l, done, err := m.use(context.Background(), id)
	if err != nil {
		return nil, err
	}
	done()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.busy > 0 || l.closed {
		return nil, fault.New(fault.InvalidArgument, "end load", "files of the load %q are still being taken in", id).
			WithHint("commit or abort when all requests have been answered")
	}
	l.closed = true
	return l, nil
}

// reopen lets a load go on whose commit may be tried again.
func (l *load) reopen() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = false
}

func (m *Manager) forget(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.loads, id)
}

// Commit publishes all files of a load at once. After unavailable it may be tried again.
func (m *Manager) Commit(ctx context.Context, id string) (metaapi.LoadCommitted, error) {
	const op = "commit load"
	var done metaapi.LoadCommitted
	l, err := m.close(id)
	if err != nil {
		return done, err
	}
	done, err = m.opts.Metadata.CommitLoad(ctx, id, l.sorted())
	if err != nil {
		if kind := fault.KindOf(err); kind == fault.Unavailable || kind == fault.Cancelled || kind == fault.DeadlineExceeded {
			l.reopen()
		} else {
			m.forget(id)
		}
		m.opts.Metrics.ended("refused")
		return done, fault.Wrap(err, op)
	}
	m.forget(id)
	m.opts.Metrics.ended("committed")
	m.opts.Log.InfoContext(ctx, "load committed", "load", id, "dataset", l.spec.Dataset, "table", l.spec.Table,
		"chunks", done.Chunks, "rows", done.Rows, "bytes", done.Bytes, "catalog_version", done.CatalogVersion)
	m.published(ctx, done.CatalogVersion)
	return done, nil
}

// publishedTimeout bounds the wait for the catalog, which is only a courtesy: what was published is.
const publishedTimeout = 5 * time.Second

func (m *Manager) published(ctx context.Context, version int64) {
	ctx, cancel := context.WithTimeout(ctx, publishedTimeout)
	defer cancel()
	if err := m.opts.Published(ctx, version); err != nil {
		m.opts.Log.WarnContext(ctx, "catalog does not show what was published yet", "catalog_version", version, logging.Err(err))
	}
}

// Abort ends a load of which nothing shall remain.
func (m *Manager) Abort(ctx context.Context, id string) error {
	if _, err := m.close(id); err != nil {
		return err
	}
	m.forget(id)
	m.opts.Metrics.ended("aborted")
	return fault.Wrap(m.opts.Metadata.AbortLoad(ctx, id), "abort load")
}

// Drop removes a table, and returns the catalog version without it.
func (m *Manager) Drop(ctx context.Context, dataset, table string) (int64, error) {
	version, err := m.opts.Metadata.DropTable(ctx, dataset, table)
	if err != nil {
		return 0, fault.Wrap(err, "drop table")
	}
	m.published(ctx, version)
	return version, nil
}

// Run aborts idle loads, and tells the metadata service of the others, until ctx ends.
func (m *Manager) Run(ctx context.Context) error {
	ticker := time.NewTicker(min(max(m.opts.Idle/20, 10*time.Millisecond), time.Second))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-ticker.C:
			m.tend(ctx, now)
		}
	}
}

func (m *Manager) tend(ctx context.Context, now time.Time) {
	m.mu.Lock()
	all := make([]*load, 0, len(m.loads))
	for _, l := range m.loads {
		all = append(all, l)
	}
	m.mu.Unlock()
	for _, l := range all {
		l.mu.Lock()
		idle := l.busy == 0 && !l.closed && now.Sub(l.used) > m.opts.Idle
		due := !l.closed && now.Sub(l.kept) > l.ttl/4
		if due {
			l.kept = now
		}
		l.mu.Unlock()
		call, cancel := context.WithTimeout(ctx, 10*time.Second)
		switch {
		case idle:
			m.opts.Log.WarnContext(ctx, "load was idle for too long", "load", l.id)
			if err := m.Abort(call, l.id); err != nil {
				m.opts.Log.WarnContext(ctx, "idle load could not be aborted", "load", l.id, logging.Err(err))
			}
		case due:
			if err := m.opts.Metadata.KeepLoad(call, l.id); err != nil {
				m.opts.Log.WarnContext(ctx, "load could not be kept alive", "load", l.id, logging.Err(err))
			}
		}
		cancel()
	}
}
