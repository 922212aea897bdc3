package load

import (
	"os"
	"path/filepath"

	"github.com/shoal-db/shoal/cmd/shoal/internal/dirlock"
	"github.com/shoal-db/shoal/cmd/shoal/internal/errs"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

const workDirPrefix = "shoal-load-"

// workDir is a folder for a load's files, which may need as much room as the rows, twice.
type workDir struct {
	path string
	lock *dirlock.Lock
}

// newWorkDir makes a folder in parent (the system's folder for temporary files if empty), and removes
// those of loads that were killed.
func newWorkDir(parent string) (*workDir, error) {
	const op = "make folder for the load"
	if parent == "" {
		parent = os.TempDir()
	}
	sweep(parent)
	path, err := os.MkdirTemp(parent, workDirPrefix)
	if err != nil {
		return nil, fault.Wrap(err, op)
	}
	lock, err := dirlock.Take(path)
	if err != nil {
		return nil, fault.Wrap(errs.Join(err, os.RemoveAll(path)), op)
	}
	return &workDir{path: path, lock: lock}, nil
}

func (w *workDir) remove() error {
	err := os.RemoveAll(w.path)
	return errs.Join(err, w.lock.Release())
}

// sweep removes folders that nobody holds. What can't be removed (somebody else's) stays.
func sweep(parent string) {
	left, err := filepath.Glob(filepath.Join(parent, workDirPrefix+"*"))
	if err != nil {
		return
	}
	for _, path := range left {
		// Without a lock file a folder may have been made this very moment.
		if _, err := os.Stat(filepath.Join(path, dirlock.FileName)); err != nil {
			continue
		}
		if lock, err := dirlock.Take(path); err == nil {
			_ = os.RemoveAll(path)
			_ = lock.Release()
		}
	}
}
