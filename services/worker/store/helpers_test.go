package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/services/worker/store"
	"github.com/shoal-db/shoal/services/worker/store/errfs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// objects is a Source in memory. What open returns for an object's n-th opening can be overridden.
type objects struct {
	mu      sync.Mutex
	content map[string][]byte
	opened  map[string]int
	open    func(ctx context.Context, object string, nth int) (io.ReadCloser, error)
}

func newObjects() *objects {
	return &objects{content: map[string][]byte{}, opened: map[string]int{}}
}

func (o *objects) Open(ctx context.Context, object string) (io.ReadCloser, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.opened[object]++
	if o.open != nil {
		if r, err := o.open(ctx, object, o.opened[object]); r != nil || err != nil {
			return r, err
		}
	}
	data, ok := o.content[object]
	if !ok {
		return nil, fault.New(fault.NotFound, "open object", "there is no object %s", object)
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

func (o *objects) openings(object string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.opened[object]
}

// put adds an object and returns the file that the catalog would have of it.
func (o *objects) put(object string, data []byte) store.File {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.content[object] = data
	return store.File{
		Object: object, Bytes: int64(len(data)), SHA256: sha256.Sum256(data),
		Key: chunks.FileKey("d", object, chunks.ID{}),
	}
}

// disk is an errfs whose predicate can be set while it is in use.
type disk struct {
	mu   sync.Mutex
	fail func(op errfs.Op, path string) error
	room int64
}

func (d *disk) fs() store.FS {
	return errfs.FS{Under: store.OS{}, Fail: func(op errfs.Op, path string) error {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.fail == nil {
			return nil
		}
		return d.fail(op, path)
	}, Room: func() int64 {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.room == 0 {
			return 1 << 40
		}
		return d.room
	}}
}

func (d *disk) set(room int64, fail func(op errfs.Op, path string) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.room, d.fail = room, fail
}

// harness is a store that runs until the test ends or stop is called.
type harness struct {
	*store.Store
	t        *testing.T
	dir      string
	stop     func()
	mu       sync.Mutex
	reported map[chunks.Key]bool
}

func start(t *testing.T, opts store.Options) *harness {
	t.Helper()
	s, err := store.Open(opts)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	h := &harness{Store: s, t: t, dir: opts.Dir, reported: map[chunks.Key]bool{}}
	var running sync.WaitGroup
	running.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Errorf("run: %v", err)
		}
	})
	running.Go(func() {
		err := s.Report(ctx, func(_ context.Context, add, remove []chunks.Key) error {
			h.mu.Lock()
			defer h.mu.Unlock()
			for _, k := range add {
				if h.reported[k] {
					t.Errorf("key %x was reported ready twice", k)
				}
				h.reported[k] = true
			}
			for _, k := range remove {
				if !h.reported[k] {
					t.Errorf("key %x was taken back without having been reported", k)
				}
				delete(h.reported, k)
			}
			return nil
		})
		if err != nil {
			t.Errorf("report: %v", err)
		}
	})
	h.stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return h
}

func (h *harness) assign(files ...store.File) { h.SetAssigned(slices.Values(files)) }

func (h *harness) isReported(f store.File) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.reported[f.Key]
}

func (h *harness) pin(files ...store.File) (*store.Pin, []int) {
	h.t.Helper()
	var names []string
	for _, f := range files {
		names = append(names, f.Object)
	}
	pin, missing, err := h.Pin(context.Background(), names)
	if err != nil {
		h.t.Fatalf("pin: %v", err)
	}
	return pin, missing
}

// wantContent fails unless the file can be pinned and reads as the object does.
func (h *harness) wantContent(o *objects, files ...store.File) {
	h.t.Helper()
	pin, missing := h.pin(files...)
	if len(missing) > 0 {
		h.t.Fatalf("missing %v of %d files", missing, len(files))
	}
	defer pin.Release()
	for i, path := range pin.Paths() {
		got, err := os.ReadFile(path)
		if err != nil {
			h.t.Fatal(err)
		}
		if !bytes.Equal(got, o.content[files[i].Object]) {
			h.t.Errorf("%s differs from its object", files[i].Object)
		}
	}
}

func (h *harness) path(f store.File) string { return filepath.Join(h.dir, "chunks", f.Object) }

// listing are the regular files below the folder, by slash paths.
func listing(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			rel, _ := filepath.Rel(dir, path)
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// bubble runs the test with a clock that stands still while anything happens and jumps when
// everything waits.
func bubble(t *testing.T, test func(t *testing.T, dir string)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) { test(t, dir) })
}

// settle lets the time pass.
func settle(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
