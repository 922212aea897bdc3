package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/services/worker/store"
	"github.com/shoal-db/shoal/services/worker/store/errfs"
)

func TestDownloadReportsAndServes(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		o := newObjects()
		a, b := o.put("d/0000000001-0000000009-aaaaaaaa/t.parquet", []byte("first")), o.put("d/_reference/bbbbbbbb/r.parquet", nil)
		h := start(t, store.Options{Dir: dir, Source: o})
		defer h.stop()
		if st := h.Status(); st.Known || st.InSync() {
			t.Errorf("before the first assignment: %+v", st)
		}
		h.assign(a, b)
		settle(time.Second)
		if st := h.Status(); !st.InSync() || st.Assigned != 2 || st.ReadyBytes != 5 || st.Unverified != 0 {
			t.Errorf("status %+v", st)
		}
		if !h.isReported(a) || !h.isReported(b) {
			t.Error("not reported")
		}
		h.wantContent(o, a, b, a)
		if c := h.Counts(); c.Downloads != 2 || c.DownloadBytes != 5 || len(c.DownloadErrors) != 0 {
			t.Errorf("counts %+v", c)
		}
		if left := listing(t, filepath.Join(dir, "tmp")); len(left) > 0 {
			t.Errorf("left in tmp: %v", left)
		}
	})
}

func TestMissingFilesAreNamed(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		o := newObjects()
		a := o.put("d/x/a.parquet", []byte("a"))
		h := start(t, store.Options{Dir: dir, Source: o})
		defer h.stop()
		h.assign(a)
		settle(time.Second)
		pin, missing := h.pin(store.File{Object: "d/x/no.parquet"}, a, store.File{Object: "d/x/neither.parquet"})
		if pin != nil || !slices.Equal(missing, []int{0, 2}) {
			t.Errorf("pin %v missing %v", pin, missing)
		}
	})
}

func TestDownloadErrorsAreRetried(t *testing.T) {
	const object = "d/x/a.parquet"
	good := []byte("0123456789")
	cases := map[string]func() (io.ReadCloser, error){
		"unavailable": func() (io.ReadCloser, error) { return nil, fault.New(fault.Unavailable, "open", "store is away") },
		"not found":   func() (io.ReadCloser, error) { return nil, fault.New(fault.NotFound, "open", "no such object") },
		"truncated":   func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("01234")), nil },
		"too long":    func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("0123456789A")), nil },
		"wrong bytes": func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("0123456780")), nil },
		"breaks off": func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader("0123"), iotest.ErrReader(syscall.ECONNRESET))), nil
		},
		"panics": func() (io.ReadCloser, error) { panic("source") },
	}
	for name, first := range cases {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, dir string) {
				o := newObjects()
				f := o.put(object, good)
				o.open = func(_ context.Context, _ string, nth int) (io.ReadCloser, error) {
					if nth <= 2 {
						return first()
					}
					return nil, nil
				}
				h := start(t, store.Options{Dir: dir, Source: o})
				defer h.stop()
				h.assign(f)
				synctest.Wait()
				if st := h.Status(); st.InSync() || st.Pending != 1 || st.LastError == nil {
					t.Errorf("after the first attempt: %+v", st)
				}
				if h.isReported(f) {
					t.Error("reported without being there")
				}
				settle(5 * time.Minute)
				h.wantContent(o, f)
				if st := h.Status(); !st.InSync() || st.LastError != nil {
					t.Errorf("in the end: %+v", st)
				}
				if n := o.openings(object); n != 3 {
					t.Errorf("%d openings", n)
				}
				if left := listing(t, filepath.Join(dir, "tmp")); len(left) > 0 {
					t.Errorf("left in tmp: %v", left)
				}
			})
		})
	}
}

func TestFullDiskIsACondition(t *testing.T) {
	full := func(op errfs.Op, _ string) error {
		if op == errfs.Write {
			return &os.PathError{Op: "write", Err: syscall.ENOSPC}
		}
		return nil
	}
	for name, c := range map[string]struct {
		room int64
		fail func(errfs.Op, string) error
	}{"no room to begin with": {room: 10}, "write fails": {fail: full}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, dir string) {
				o, d := newObjects(), &disk{}
				var files []store.File
				for i := range 20 {
					files = append(files, o.put(fmt.Sprintf("d/%d/a.parquet", i), []byte("content that needs room")))
				}
				d.set(c.room, c.fail)
				h := start(t, store.Options{Dir: dir, Source: o, FS: d.fs(), ReserveBytes: -1, FullRetry: 10 * time.Second})
				defer h.stop()
				h.assign(files...)
				settle(time.Minute)
				st := h.Status()
				if st.DiskFull.IsZero() || st.Ready != 0 || st.Pending != 20 {
					t.Errorf("status %+v", st)
				}
				// Four at once, then one each ten seconds: nobody hammers a full disk.
				if n := h.Counts().DownloadErrors[fault.ResourceExhausted]; n < 5 || n > 12 {
					t.Errorf("%d attempts in a minute", n)
				}
				d.set(0, nil)
				settle(time.Minute)
				if st := h.Status(); !st.InSync() || !st.DiskFull.IsZero() {
					t.Errorf("with room again: %+v", st)
				}
				h.wantContent(o, files...)
			})
		})
	}
}

func TestFullDiskEndsTheGraceOfUnusedFiles(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		o, d := newObjects(), &disk{}
		old, used, next := o.put("d/1/a.parquet", []byte("old")), o.put("d/2/a.parquet", []byte("used")), o.put("d/3/a.parquet", []byte("next"))
		h := start(t, store.Options{Dir: dir, Source: o, FS: d.fs(), ReserveBytes: -1, Grace: time.Hour})
		defer h.stop()
		h.assign(old, used)
		settle(time.Second)
		pin, _ := h.pin(used)
		d.set(1, nil)
		h.assign(next)
		settle(time.Second)
		if got, want := listing(t, filepath.Join(dir, "chunks")), []string{"d/2/a.parquet"}; !slices.Equal(got, want) {
			t.Errorf("kept %v, want %v", got, want)
		}
		if bad, err := pin.Check(context.Background(), true); err != nil || len(bad) > 0 {
			t.Errorf("the pinned file: %v %v", bad, err)
		}
		pin.Release()
	})
}

func TestUnassigned(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		o := newObjects()
		gone, pinned, stays := o.put("d/1/a.parquet", []byte("1")), o.put("d/2/a.parquet", []byte("2")), o.put("d/3/a.parquet", []byte("3"))
		h := start(t, store.Options{Dir: dir, Source: o, Grace: 10 * time.Minute})
		defer h.stop()
		h.assign(gone, pinned, stays)
		settle(time.Second)
		pin, _ := h.pin(pinned)

		h.assign(stays)
		synctest.Wait()
		if h.isReported(gone) || h.isReported(pinned) || !h.isReported(stays) {
			t.Error("un-reporting is not at once")
		}
		// In the grace period, tickets that are out already are still answered.
		settle(9 * time.Minute)
		h.wantContent(o, gone)
		settle(2 * time.Minute)
		if got, want := listing(t, filepath.Join(dir, "chunks")), []string{"d/2/a.parquet", "d/3/a.parquet"}; !slices.Equal(got, want) {
			t.Errorf("after the grace period %v, want %v", got, want)
		}
		if _, err := os.Stat(filepath.Join(dir, "chunks", "d", "1")); !os.IsNotExist(err) {
			t.Errorf("the emptied folder: %v", err)
		}
		pin.Release()
		synctest.Wait()
		if _, err := os.Stat(h.path(pinned)); !os.IsNotExist(err) {
			t.Errorf("the file is still there after its last pin: %v", err)
		}
		if st := h.Status(); st.Condemned != 0 || h.Counts().Deleted != 2 {
			t.Errorf("status %+v", st)
		}
	})
}

func TestReassignedInGraceNeedsNoDownload(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		o := newObjects()
		f := o.put("d/1/a.parquet", []byte("1"))
		h := start(t, store.Options{Dir: dir, Source: o, Grace: 10 * time.Minute})
		defer h.stop()
		h.assign(f)
		settle(time.Second)
		h.assign()
		settle(time.Minute)
		h.assign(f)
		settle(time.Hour)
		if !h.isReported(f) || o.openings(f.Object) != 1 {
			t.Errorf("reported %v after %d downloads", h.isReported(f), o.openings(f.Object))
		}
		h.wantContent(o, f)
	})
}

func TestUnassignedWhileDownloading(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		o := newObjects()
		f := o.put("d/1/a.parquet", []byte("1"))
		o.open = func(ctx context.Context, _ string, nth int) (io.ReadCloser, error) {
			if nth == 1 {
				return io.NopCloser(readerFunc(func([]byte) (int, error) {
					<-ctx.Done()
					return 0, ctx.Err()
				})), nil
			}
			return nil, nil
		}
		h := start(t, store.Options{Dir: dir, Source: o})
		defer h.stop()
		h.assign(f)
		settle(time.Minute)
		if st := h.Status(); st.Fetching != 1 {
			t.Errorf("status %+v", st)
		}
		h.assign()
		synctest.Wait()
		if st := h.Status(); st.Fetching != 0 || st.Assigned != 0 {
			t.Errorf("status %+v", st)
		}
		if left := listing(t, dir); !slices.Equal(left, []string{"LOCK"}) {
			t.Errorf("left %v", left)
		}
		h.assign(f)
		settle(time.Minute)
		h.wantContent(o, f)
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestRestart(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		o := newObjects()
		keep, drop, short := o.put("d/1/a.parquet", []byte("keep")), o.put("d/2/a.parquet", []byte("drop")), o.put("d/3/a.parquet", []byte("short"))
		h := start(t, store.Options{Dir: dir, Source: o})
		h.assign(keep, drop, short)
		settle(time.Second)
		h.stop()
		if err := os.Truncate(h.path(short), 2); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "tmp", "1-1.part"), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}

		h = start(t, store.Options{Dir: dir, Source: o, Grace: time.Minute})
		defer h.stop()
		if left := listing(t, filepath.Join(dir, "tmp")); len(left) > 0 {
			t.Errorf("left in tmp: %v", left)
		}
		h.assign(keep, short)
		settle(time.Second)
		h.wantContent(o, keep, short)
		if a, b := o.openings(keep.Object), o.openings(short.Object); a != 1 || b != 2 {
			t.Errorf("downloads: keep %d, short %d", a, b)
		}
		if st := h.Status(); !st.InSync() || st.Unverified != 0 || st.Condemned != 1 {
			t.Errorf("status %+v", st)
		}
		settle(2 * time.Minute)
		if _, err := os.Stat(h.path(drop)); !os.IsNotExist(err) {
			t.Errorf("what was not assigned any more: %v", err)
		}
	})
}

// damage is done with the size kept, so that only the sum tells.
func damage(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("X"), 1); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestDamagedWhileStopped(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		o, d := newObjects(), &disk{}
		f := o.put("d/1/a.parquet", []byte("content"))
		h := start(t, store.Options{Dir: dir, Source: o})
		h.assign(f)
		settle(time.Second)
		h.stop()
		damage(t, h.path(f))
		h = start(t, store.Options{Dir: dir, Source: o, FS: d.fs()})
		defer h.stop()
		h.assign(f)
		// The first use and the background verification race; both must refuse the file.
		if pin, missing := h.pin(f); pin != nil || !slices.Equal(missing, []int{0}) {
			t.Fatalf("pin %v missing %v", pin, missing)
		}
		settle(time.Second)
		h.wantContent(o, f)
		if c := h.Counts(); c.Damaged != 1 || c.Downloads != 1 {
			t.Errorf("counts %+v", c)
		}
		if jail := listing(t, filepath.Join(dir, "quarantine")); len(jail) != 1 {
			t.Errorf("quarantine has %v", jail)
		}
	})
}

func TestDamagedWhileRunning(t *testing.T) {
	for name, hurt := range map[string]func(t *testing.T, path string){
		"flipped": damage,
		"truncated": func(t *testing.T, path string) {
			if err := os.Truncate(path, 3); err != nil {
				t.Fatal(err)
			}
		},
		"removed": func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		},
		"a folder": func(t *testing.T, path string) {
			if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o700)); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, dir string) {
				o := newObjects()
				f, ok := o.put("d/1/a.parquet", []byte("content")), o.put("d/2/a.parquet", []byte("other"))
				h := start(t, store.Options{Dir: dir, Source: o})
				defer h.stop()
				h.assign(f, ok)
				settle(time.Second)
				reading, _ := h.pin(ok, f)
				if bad, err := reading.Check(context.Background(), true); err != nil || len(bad) > 0 {
					t.Fatalf("before: %v %v", bad, err)
				}
				hurt(t, h.path(f))
				// The next query finds out before it begins ...
				if pin, missing := h.pin(f, ok); pin != nil || !slices.Equal(missing, []int{0}) {
					t.Fatalf("pin %v missing %v", pin, missing)
				}
				settle(time.Second)
				h.wantContent(o, f, ok)
				// ... and the one that was reading at its end, although the file is sound again.
				if bad, err := reading.Check(context.Background(), false); err != nil || !slices.Equal(bad, []int{1}) {
					t.Errorf("after: %v %v", bad, err)
				}
				reading.Release()
				if !h.isReported(f) {
					t.Error("not reported again")
				}
			})
		})
	}
}

func TestTouchedButSoundIsServed(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		o := newObjects()
		f := o.put("d/1/a.parquet", []byte("content"))
		h := start(t, store.Options{Dir: dir, Source: o})
		defer h.stop()
		h.assign(f)
		settle(time.Second)
		if err := os.Chtimes(h.path(f), time.Unix(1, 0), time.Unix(1, 0)); err != nil {
			t.Fatal(err)
		}
		h.wantContent(o, f)
		pin, _ := h.pin(f)
		defer pin.Release()
		if err := os.Chmod(h.path(f), 0o600); err != nil {
			t.Fatal(err)
		}
		if bad, err := pin.Check(context.Background(), false); err != nil || len(bad) > 0 {
			t.Errorf("after a chmod: %v %v", bad, err)
		}
		if o.openings(f.Object) != 1 {
			t.Error("fetched again")
		}
	})
}

// A read error while a query runs makes all its files be summed again, stat or no stat.
func TestDeepCheck(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		o, d := newObjects(), &disk{}
		f, ok := o.put("d/1/a.parquet", []byte("content")), o.put("d/2/a.parquet", []byte("other"))
		h := start(t, store.Options{Dir: dir, Source: o, FS: d.fs()})
		defer h.stop()
		h.assign(f, ok)
		settle(time.Second)
		pin, _ := h.pin(f, ok)
		d.set(0, func(op errfs.Op, path string) error {
			if op == errfs.Read && path == h.path(f) {
				return syscall.EIO
			}
			return nil
		})
		if bad, err := pin.Check(context.Background(), false); err != nil || len(bad) > 0 {
			t.Errorf("check %v %v", bad, err)
		}
		if bad, err := pin.Check(context.Background(), true); err != nil || !slices.Equal(bad, []int{0}) {
			t.Errorf("deep check %v %v", bad, err)
		}
		pin.Release()
		d.set(0, nil)
		settle(time.Second)
		h.wantContent(o, f, ok)
	})
}

func TestScrubFindsRot(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		o, d := newObjects(), &disk{}
		f := o.put("d/1/a.parquet", []byte("content"))
		h := start(t, store.Options{Dir: dir, Source: o, FS: d.fs(), ScrubInterval: time.Hour})
		defer h.stop()
		h.assign(f)
		settle(time.Second)
		d.set(0, func(op errfs.Op, _ string) error {
			if op == errfs.Read {
				return syscall.EIO
			}
			return nil
		})
		settle(59 * time.Minute)
		if h.Counts().Damaged != 0 {
			t.Fatal("scrubbed too early")
		}
		settle(2 * time.Minute)
		if h.Counts().Damaged != 1 || h.Counts().Downloads != 2 {
			t.Errorf("counts %+v", h.Counts())
		}
	})
}

func TestTooManyOpenFilesIsNotDamage(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		o, d := newObjects(), &disk{}
		f := o.put("d/1/a.parquet", []byte("content"))
		h := start(t, store.Options{Dir: dir, Source: o, FS: d.fs()})
		defer h.stop()
		h.assign(f)
		settle(time.Second)
		d.set(0, func(op errfs.Op, _ string) error {
			if op == errfs.Open {
				return syscall.EMFILE
			}
			return nil
		})
		if err := os.Chtimes(h.path(f), time.Unix(1, 0), time.Unix(1, 0)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.Pin(context.Background(), []string{f.Object}); !fault.Is(err, fault.ResourceExhausted) {
			t.Errorf("pin: %v", err)
		}
		d.set(0, nil)
		h.wantContent(o, f)
		if h.Counts().Damaged != 0 {
			t.Error("counted as damage")
		}
	})
}

func TestQuarantineIsBounded(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		o := newObjects()
		f := o.put("d/1/a.parquet", []byte("content"))
		h := start(t, store.Options{Dir: dir, Source: o})
		defer h.stop()
		h.assign(f)
		for range 12 {
			settle(time.Second)
			damage(t, h.path(f))
			h.pin(f)
		}
		settle(time.Second)
		if jail := listing(t, filepath.Join(dir, "quarantine")); len(jail) != 8 {
			t.Errorf("quarantine has %d files", len(jail))
		}
	})
}

func TestSupersededContentUnderTheSamePath(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		o := newObjects()
		old := o.put("d/1/a.parquet", []byte("old"))
		h := start(t, store.Options{Dir: dir, Source: o})
		defer h.stop()
		h.assign(old)
		settle(time.Second)
		for _, data := range []string{"new", "longer"} {
			h.assign(o.put("d/1/a.parquet", []byte(data)))
			settle(2 * time.Second)
			f := o.put("d/1/a.parquet", []byte(data))
			h.pin(f) // may find the old content and have it replaced
			settle(2 * time.Second)
			h.wantContent(o, f)
		}
	})
}

func TestUnusablePathsAreLeftOut(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		o := newObjects()
		h := start(t, store.Options{Dir: dir, Source: o})
		defer h.stop()
		var bad []store.File
		for _, object := range []string{
			"", "../t.parquet", "/etc/t.parquet", "d/../../t.parquet", "d/*/t.parquet",
			"d/[a]/t.parquet", "d/?.parquet", "d/t.csv", "d//t.parquet", "d/./t.parquet", "d\\t.parquet", "d/\x00.parquet",
		} {
			bad = append(bad, o.put(object, []byte("x")))
		}
		good := o.put("d/1/t.parquet", []byte("x"))
		h.assign(append(bad, good)...)
		settle(time.Minute)
		if st := h.Status(); st.Assigned != 1 || st.Ready != 1 {
			t.Errorf("status %+v", st)
		}
		if got, want := listing(t, filepath.Join(dir, "chunks")), []string{"d/1/t.parquet"}; !slices.Equal(got, want) {
			t.Errorf("on the disk %v, want %v", got, want)
		}
	})
}

func TestReportIsRetried(t *testing.T) {
	bubble(t, func(t *testing.T, dir string) {
		o := newObjects()
		a, b := o.put("d/1/a.parquet", []byte("a")), o.put("d/2/b.parquet", []byte("b"))
		s, err := store.Open(store.Options{Dir: dir, Source: o})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		var running sync.WaitGroup
		running.Go(func() { _ = s.Run(ctx) })
		reported, calls := map[chunks.Key]bool{}, 0
		running.Go(func() {
			_ = s.Report(ctx, func(_ context.Context, add, remove []chunks.Key) error {
				if calls++; calls <= 3 {
					return fault.New(fault.Unavailable, "report", "etcd is away")
				}
				for _, k := range add {
					reported[k] = true
				}
				for _, k := range remove {
					delete(reported, k)
				}
				return nil
			})
		})
		s.SetAssigned(slices.Values([]store.File{a, b}))
		settle(100 * time.Millisecond)
		s.SetAssigned(slices.Values([]store.File{b})) // before a was ever reported
		settle(time.Minute)
		if len(reported) != 1 || !reported[b.Key] {
			t.Errorf("reported %v", reported)
		}
		cancel()
		running.Wait()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(store.Options{Dir: dir}); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "another process") {
		t.Errorf("a folder in use: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(store.Options{Dir: filepath.Join(dir, "a*b")}); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("a pattern as folder: %v", err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(store.Options{Dir: filepath.Join(file, "x")}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a file as folder: %v", err)
	}
}

// Assignments, pins and damage at random from many goroutines: whatever is pinned reads right.
func TestConcurrentUse(t *testing.T) {
	o := newObjects()
	var files []store.File
	for i := range 30 {
		files = append(files, o.put(fmt.Sprintf("d/%d/a.parquet", i), fmt.Appendf(nil, "content of %d", i)))
	}
	h := start(t, store.Options{Dir: t.TempDir(), Source: o, Grace: time.Millisecond, RetryMin: time.Millisecond})
	defer h.stop()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	var running sync.WaitGroup
	running.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			h.assign(files[i%10 : 10+i%20]...)
			time.Sleep(3 * time.Millisecond)
		}
	})
	var served, refused atomic.Int64
	for w := range 4 {
		running.Go(func() {
			for i := w; ctx.Err() == nil; i += 7 {
				f := files[i%len(files)]
				pin, missing := h.pin(f)
				if pin == nil {
					if len(missing) != 1 {
						t.Errorf("missing %v", missing)
					}
					refused.Add(1)
					time.Sleep(time.Millisecond)
					continue
				}
				got, err := os.ReadFile(pin.Paths()[0])
				if err != nil || string(got) != string(o.content[f.Object]) {
					t.Errorf("%s: %q %v", f.Object, got, err)
				}
				pin.Release()
				pin.Release()
				served.Add(1)
			}
		})
	}
	running.Wait()
	if served.Load() == 0 || refused.Load() == 0 {
		t.Errorf("served %d, refused %d: the test did not test", served.Load(), refused.Load())
	}
}
