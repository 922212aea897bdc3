package store

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// lockDir takes the folder for this process. The kernel drops the lock with the process, however
// it ends.
func lockDir(dir string) (*os.File, error) {
	path := filepath.Join(dir, "LOCK")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "lock data folder", "%w", err).WithRetry(false)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fault.New(fault.Unavailable, "lock data folder", "%s is in use by another process", dir).
				WithHint("stop the other worker, or give this one its own --data-dir").WithRetry(false)
		}
		return nil, fault.New(fault.Unavailable, "lock data folder", "%s: %w", path, err).WithRetry(false)
	}
	return f, nil
}
