// Package references keeps copies of reference tables in the portal, and computes small queries over them
// while a query is planned: which days the year 2000 has, so that chunks of other years are not read.
//
//	catalog ──► Run: downloads what is missing, removes what is superseded
//	                       │ copies
//	planning ──► Begin ──► Keys: DuckDB over the copies, within the budget, or nothing
//
// Invariants: a copy is used only while it is, by size and time of change, the file whose sum was checked,
// and only for the version of the table that it is of; planning never waits for a download, nor longer than
// the budget for all lookups of a query together; the copies' bytes, the lookups at a time, their memory and
// what is kept of their results are bounded.
//
// It refuses to know plans beyond the relation that it is asked to compute.
package references

import (
	"cmp"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/objectstore"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

const (
	// engineMemory bounds the memory of all lookups together.
	engineMemory = 256 << 20
	// maxParallel is how many lookups are computed at a time; others are refused.
	maxParallel = 4
	// retryAfter is when a download that failed is tried again.
	retryAfter = 5 * time.Second
)

// Catalog is where snapshots come from; a catalog.Follower is one.
type Catalog interface {
	Current() *catalog.Snapshot
	// Changed is closed when there is a newer one than Current gave before.
	Changed() <-chan struct{}
}

// Options configure Copies. All are needed but Log.
type Options struct {
	Catalog Catalog
	Store   *objectstore.Store
	// Dir is the folder for the copies; it is made, and is nobody else's.
	Dir string
	// MaxBytes bounds the copies; the smallest tables come first.
	MaxBytes int64
	// Budget is how long the lookups of a query may hold up its planning.
	Budget time.Duration
	// Threads of DuckDB; 0 is all cores.
	Threads int
	Metrics *Metrics
	Log     *slog.Logger
}

// Copies are the reference tables that are at hand. Its methods may be called from any goroutine.
type Copies struct {
	opts    Options
	engine  *duckdb.Renewing
	results *results
	slots   chan struct{}
	again   chan struct{} // a copy is gone that is still wanted
	parquet manifest.Inspector

	mu    sync.Mutex
	files map[string]file // by the name in the object store, which is another for each content
	made  int
}

// file is a copy on the disk.
type file struct {
	path    string
	bytes   int64
	changed time.Time
}

// Open makes the folder and opens DuckDB. The caller must Close.
func Open(ctx context.Context, opts Options) (*Copies, error) {
	const op = "open reference copies"
	if opts.Log == nil {
		opts.Log = logging.Discard()
	}
	dir, err := filepath.Abs(opts.Dir)
	if err == nil {
		err = os.MkdirAll(dir, 0o750)
	}
	if err != nil {
		return nil, fault.New(fault.Unavailable, op, "%w", err).WithHint("choose another --spill-dir").WithRetry(false)
	}
	opts.Dir = dir
	c := &Copies{opts: opts, results: newResults(), slots: make(chan struct{}, maxParallel), again: make(chan struct{}, 1), files: map[string]file{}}
	c.engine, err = duckdb.OpenRenewing(ctx, duckdb.RenewingOptions{Name: "lookup engine", Log: opts.Log, Engine: duckdb.Options{
		Threads: opts.Threads, MemoryLimitBytes: engineMemory, MaxConns: maxParallel,
		Confine: true, AllowedDirs: []string{dir}, LockConfiguration: true, Rendered: true,
		Settings: map[string]string{"parquet_metadata_cache": "true", "enable_external_file_cache": "false"},
	}})
	return c, err
}

// Close waits for lookups and frees DuckDB.
func (c *Copies) Close(ctx context.Context) error { return c.engine.Close(ctx) }

// Size is how many tables there are copies of, and their bytes.
func (c *Copies) Size() (tables int, bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range c.files {
		bytes += f.bytes
	}
	return len(c.files), bytes
}

// Run keeps the copies up to date with the catalog until ctx ends.
func (c *Copies) Run(ctx context.Context) error {
	for {
		changed := c.opts.Catalog.Changed()
		var retry <-chan time.Time
		if !c.update(ctx, c.wanted(c.opts.Catalog.Current())) {
			retry = time.After(retryAfter)
		}
		select {
		case <-changed:
		case <-retry:
		case <-c.again:
		case <-ctx.Done():
			return nil
		}
	}
}

// wanted are the reference tables' files, the smallest ones, as many as there is room for.
func (c *Copies) wanted(snap *catalog.Snapshot) []catalog.File {
	var all []catalog.File
	for _, d := range snap.Datasets() {
		for _, t := range d.Tables {
			if t.Kind == catalog.Reference && t.NumChunks() == 1 {
				all = append(all, t.File(0))
			}
		}
	}
	slices.SortFunc(all, func(a, b catalog.File) int {
		return cmp.Or(cmp.Compare(a.Bytes, b.Bytes), cmp.Compare(a.Path, b.Path))
	})
	var total int64
	for i, f := range all {
		if total += f.Bytes; total > c.opts.MaxBytes {
			return all[:i]
		}
	}
	return all
}

// update removes copies that are not wanted and makes those that are missing; false if one could not be made.
func (c *Copies) update(ctx context.Context, wanted []catalog.File) bool {
	keep := map[string]bool{}
	for _, f := range wanted {
		keep[f.Path] = true
	}
	c.mu.Lock()
	for name, f := range c.files {
		if !keep[name] {
			c.forget(name, f)
		}
	}
	c.mu.Unlock()
	ok := true
	for _, f := range wanted {
		if _, have := c.copyOf(f.Path); have || ctx.Err() != nil {
			continue
		}
		if err := c.download(ctx, f); err != nil && ctx.Err() == nil {
			ok = false
			c.opts.Metrics.downloads.WithLabelValues("failed").Inc()
			c.opts.Log.WarnContext(ctx, "reference table could not be copied", "object", f.Path, logging.Err(err))
		}
	}
	return ok
}

// forget removes a copy. REQUIRES: mu is held.
func (c *Copies) forget(name string, f file) {
	delete(c.files, name)
	if err := os.Remove(f.path); err != nil {
		c.opts.Log.Warn("copy of a reference table could not be removed", "file", f.path, "error", err)
	}
}

// copyOf is the path of the copy of an object, if there is one that is as it was when its sum was checked.
func (c *Copies) copyOf(object string) (path string, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, ok := c.files[object]
	if !ok {
		return "", false
	}
	info, err := os.Stat(f.path)
	if err != nil || info.Size() != f.bytes || !info.ModTime().Equal(f.changed) {
		c.opts.Log.Error("copy of a reference table has changed on the disk: making another", "object", object)
		c.forget(object, f)
		select {
		case c.again <- struct{}{}:
		default:
		}
		return "", false
	}
	return f.path, true
}

// download makes a copy. The name is a new one, so that nothing that DuckDB knows of a file is about another.
func (c *Copies) download(ctx context.Context, f catalog.File) error {
	c.mu.Lock()
	c.made++
	path := filepath.Join(c.opts.Dir, strconv.Itoa(c.made)+".parquet")
	c.mu.Unlock()
	if err := c.fill(ctx, path, f); err != nil {
		_ = os.Remove(path) // it may not even have been made
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.files[f.Path] = file{path: path, bytes: f.Bytes, changed: info.ModTime()}
	c.mu.Unlock()
	c.opts.Metrics.downloads.WithLabelValues("done").Inc()
	c.opts.Log.DebugContext(ctx, "reference table copied", "object", f.Path, "bytes", f.Bytes)
	return nil
}

func (c *Copies) fill(ctx context.Context, path string, f catalog.File) error {
	r, err := c.opts.Store.Open(ctx, f.Path)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	w, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return err
	}
	err = objectstore.Copy(ctx, w, r, f.Path, objectstore.Sum{Bytes: f.Bytes, SHA256: f.SHA256}, nil)
	if cerr := w.Close(); err == nil {
		err = cerr
	}
	return err
}
