package objectstore

import (
	"context"
	"crypto/sha256"
	"io"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Copy copies what r, a reader of the object at path, has to w, and compares it with what the object should be: any
// other size or sum is unavailable, and worth another attempt, as the object may be being replaced, or the
// transfer may have lied. It reads no more than a byte past the size. received, if not nil, is told how much
// arrives.
func Copy(ctx context.Context, w io.Writer, r io.Reader, path string, want Sum, received func(bytes int)) error {
	sum := sha256.New()
	src := &watchedReader{ctx: ctx, r: io.LimitReader(r, want.Bytes+1), received: received}
	n, err := io.CopyBuffer(onlyWriter{io.MultiWriter(w, sum)}, src, make([]byte, 256<<10))
	if err != nil {
		return err
	}
	var got [sha256.Size]byte
	sum.Sum(got[:0])
	if n != want.Bytes || got != want.SHA256 {
		return fault.New(fault.Unavailable, "check download",
			"%s has %d bytes with SHA-256 %x…, the catalog says %d with %x…", path, n, got[:4], want.Bytes, want.SHA256[:4]).
			WithHint("the object is damaged or truncated in the object store; load the table again")
	}
	return nil
}

// onlyWriter hides ReadFrom, so that the buffer's size holds.
type onlyWriter struct{ io.Writer }

// watchedReader tells how much arrives, and stops with the context.
type watchedReader struct {
	ctx      context.Context
	r        io.Reader
	received func(int)
}

func (w *watchedReader) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.r.Read(p)
	if w.received != nil {
		w.received(n)
	}
	return n, err
}
