// Package dirlock owns folders for one process at a time. The kernel drops a lock with the process,
// however it ends, so that a lock never outlives its owner.
package dirlock

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// FileName is the name of the lock file in a folder.
const FileName = "LOCK"

// ErrHeld is found in the error of Take when another process has the folder.
var ErrHeld = errors.New("in use by another process")

// Lock is a folder that is held.
type Lock struct{ file *os.File }

// Take holds an existing folder until Release. When another process does, errors.Is finds ErrHeld.
func Take(dir string) (*Lock, error) {
	const op = "lock folder"
	f, err := os.OpenFile(filepath.Join(dir, FileName), os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return nil, fault.Wrap(err, op)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case err == nil:
		return &Lock{file: f}, nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		err = fault.New(fault.Unavailable, op, "%s is %w", dir, ErrHeld).WithRetry(false)
	default:
		err = fault.Wrap(err, op)
	}
	_ = f.Close()
	return nil, err
}

// Release gives the folder up. The file stays: removing it could free a lock that somebody else took
// in the meantime.
func (l *Lock) Release() error { return l.file.Close() }
