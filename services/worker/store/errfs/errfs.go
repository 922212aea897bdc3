// Package errfs is a file system for tests that fails where a predicate says so.
package errfs

import (
	"io/fs"

	"github.com/shoal-db/shoal/services/worker/store"
)

// Op is what is being done to a file.
type Op string

// The operations.
const (
	Create  Op = "create"
	Write   Op = "write"
	Sync    Op = "sync"
	Open    Op = "open"
	Read    Op = "read"
	Stat    Op = "stat"
	Mkdir   Op = "mkdir"
	Rename  Op = "rename"
	Remove  Op = "remove"
	SyncDir Op = "syncdir"
)

// FS passes everything on to Under unless Fail returns an error. Fail must be safe for concurrent use.
type FS struct {
	Under store.FS
	Fail  func(op Op, path string) error
	// Room replaces what Free says, unless it is nil.
	Room func() int64
}

// Create implements store.FS.
func (f FS) Create(path string) (store.WritableFile, error) {
	if err := f.Fail(Create, path); err != nil {
		return nil, err
	}
	w, err := f.Under.Create(path)
	if err != nil {
		return nil, err
	}
	return writable{w, f, path}, nil
}

// Open implements store.FS.
func (f FS) Open(path string) (store.ReadableFile, error) {
	if err := f.Fail(Open, path); err != nil {
		return nil, err
	}
	r, err := f.Under.Open(path)
	if err != nil {
		return nil, err
	}
	return readable{r, f, path}, nil
}

// Stat implements store.FS.
func (f FS) Stat(path string) (fs.FileInfo, error) {
	if err := f.Fail(Stat, path); err != nil {
		return nil, err
	}
	return f.Under.Stat(path)
}

// MkdirAll implements store.FS.
func (f FS) MkdirAll(path string) error {
	if err := f.Fail(Mkdir, path); err != nil {
		return err
	}
	return f.Under.MkdirAll(path)
}

// Rename implements store.FS.
func (f FS) Rename(from, to string) error {
	if err := f.Fail(Rename, to); err != nil {
		return err
	}
	return f.Under.Rename(from, to)
}

// Remove implements store.FS.
func (f FS) Remove(path string) error {
	if err := f.Fail(Remove, path); err != nil {
		return err
	}
	return f.Under.Remove(path)
}

// SyncDir implements store.FS.
func (f FS) SyncDir(path string) error {
	if err := f.Fail(SyncDir, path); err != nil {
		return err
	}
	return f.Under.SyncDir(path)
}

// Free implements store.FS.
func (f FS) Free(dir string) (int64, error) {
	if f.Room != nil {
		return f.Room(), nil
	}
	return f.Under.Free(dir)
}

type writable struct {
	store.WritableFile
	fs   FS
	path string
}

func (w writable) Write(p []byte) (int, error) {
	if err := w.fs.Fail(Write, w.path); err != nil {
		return 0, err
	}
	return w.WritableFile.Write(p)
}

func (w writable) Sync() error {
	if err := w.fs.Fail(Sync, w.path); err != nil {
		return err
	}
	return w.WritableFile.Sync()
}

type readable struct {
	store.ReadableFile
	fs   FS
	path string
}

func (r readable) Read(p []byte) (int, error) {
	if err := r.fs.Fail(Read, r.path); err != nil {
		return 0, err
	}
	return r.ReadableFile.Read(p)
}
