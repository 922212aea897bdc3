package render

import (
	"io"
	"os"
	"path/filepath"

	"github.com/shoal-db/shoal/cmd/shoal/internal/errs"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// ToFile has write fill a file, which appears under its name only when write has returned without an
// error. What was there before is replaced then, and kept otherwise.
func ToFile(name string, write func(io.Writer) error) (err error) {
	const op = "write file"
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return fault.Wrap(err, op)
	}
	defer func() {
		if err != nil {
			_ = f.Close() // it may be closed already
			_ = os.Remove(f.Name())
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	mode := os.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	if err := errs.Join(f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return fault.Wrap(err, op)
	}
	return fault.Wrap(os.Rename(f.Name(), name), op)
}
