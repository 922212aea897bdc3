package store

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// FS is the file system as the store uses it; OS is the real one. Tests put one between that fails
// on purpose (package errfs).
type FS interface {
	// Create makes a new file for writing; an existing one is an error.
	Create(path string) (WritableFile, error)
	Open(path string) (ReadableFile, error)
	Stat(path string) (fs.FileInfo, error)
	MkdirAll(path string) error
	Rename(from, to string) error
	Remove(path string) error
	// SyncDir makes a folder's entries durable.
	SyncDir(path string) error
	// Free is the room on the file system that dir is on, in bytes, for an ordinary user.
	Free(dir string) (int64, error)
}

// WritableFile is a file being written.
type WritableFile interface {
	io.WriteCloser
	Sync() error
}

// ReadableFile is a file being read.
type ReadableFile interface {
	io.ReadCloser
	Stat() (fs.FileInfo, error)
}

// OS is the operating system's file system.
type OS struct{}

// Create implements FS.
func (OS) Create(path string) (WritableFile, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
}

// Open implements FS.
func (OS) Open(path string) (ReadableFile, error) { return os.Open(path) }

// Stat implements FS.
func (OS) Stat(path string) (fs.FileInfo, error) { return os.Lstat(path) }

// MkdirAll implements FS.
func (OS) MkdirAll(path string) error { return os.MkdirAll(path, 0o750) }

// Rename implements FS.
func (OS) Rename(from, to string) error { return os.Rename(from, to) }

// Remove implements FS.
func (OS) Remove(path string) error { return os.Remove(path) }

// SyncDir implements FS.
func (OS) SyncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	err = d.Sync()
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	return err
}

// Free implements FS.
func (OS) Free(dir string) (int64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(filepath.Clean(dir), &st); err != nil {
		return 0, &fs.PathError{Op: "statfs", Path: dir, Err: err}
	}
	return int64(st.Bavail) * int64(st.Bsize), nil //nolint:unconvert // Bsize has another type on other systems
}
