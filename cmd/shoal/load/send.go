package load

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/cmd/shoal/load/cut"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/human"
)

// sender writes and sends the files of one load.
type sender struct {
	*loading
	load string
	mu   sync.Mutex // for Progress
}

// sendReference sends a table as one file, which may be empty.
func (s *sender) sendReference(ctx context.Context) error {
	s.Progress.Phase(fmt.Sprintf("reading %s (%s)", human.Count(len(s.paths), "file"), human.Bytes(s.input)))
	path := filepath.Join(s.dir, "reference.parquet")
	columns := s.stage.columns
	own := func(i int) string { return duckdb.QuoteIdent(columns[i].Name) }
	sign := func(i int) string { return "signbit(" + own(i) + ")" }
	var rows int64
	err := s.stage.with(ctx, func(conn *duckdb.Conn) (err error) {
		signs, err := differInSign(ctx, conn, columns, s.from, own, sign)
		if err != nil {
			return err
		}
		rows, err = writeParquet(ctx, conn, storedList(columns, own), s.from, path, signs)
		return err
	})
	if err != nil {
		return readError(err, s.paths)
	}
	s.Progress.Sending(rows, 1)
	return s.send(ctx, path, client.Place{Reference: true}, rows)
}

// sendPieces cuts, writes and sends, a few pieces at a time; a table without rows has none.
func (s *sender) sendPieces(ctx context.Context, load *client.Load) error {
	s.Progress.Phase("cutting chunks")
	pieces, err := s.pieces(ctx, load)
	if err != nil {
		return err
	}
	if len(pieces) == 0 {
		s.Progress.Note("the files have no rows; the table is left as it is, or made without rows")
		return nil
	}
	s.Progress.Sending(s.stage.rows, len(pieces))
	todo := make(chan cut.Piece)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(todo)
		for _, p := range pieces {
			select {
			case todo <- p:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	for i := range min(s.Parallel, len(pieces)) {
		path := filepath.Join(s.dir, fmt.Sprintf("piece-%d.parquet", i))
		group.Go(func() error {
			return s.stage.with(ctx, func(conn *duckdb.Conn) error { return s.drain(ctx, conn, path, todo) })
		})
	}
	return group.Wait()
}

// drain writes pieces to a file of its own, one after the other, and sends each.
func (s *sender) drain(ctx context.Context, conn *duckdb.Conn, path string, todo <-chan cut.Piece) error {
	for p := range todo {
		if err := s.stage.write(ctx, conn, p, path); err != nil {
			return err
		}
		if err := s.send(ctx, path, client.Place{Range: p.Range}, p.Rows); err != nil {
			return fault.Wrap(err, "send chunk "+p.Range.String())
		}
	}
	return nil
}

// send sends a file, several times if it must be, and removes it.
func (s *sender) send(ctx context.Context, path string, place client.Place, rows int64) error {
	var stored client.StoredFile
	err := retry(ctx, func() error {
		f, err := os.Open(path)
		if err != nil {
			return fault.Wrap(err, "send file")
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return fault.Wrap(err, "send file")
		}
		stored, err = s.portal.PutFile(ctx, s.load, place, f, info.Size())
		return err
	})
	if err != nil {
		return err
	}
	if stored.Rows != rows {
		return fault.New(fault.Internal, "send file", "%d rows arrived of %d", stored.Rows, rows)
	}
	s.mu.Lock()
	s.Progress.Sent(stored.Rows, stored.Bytes)
	s.mu.Unlock()
	return os.Remove(path)
}

const (
	maxTries = 5
	maxDelay = 5 * time.Second
)

// retry does something again, with growing pauses, while its error says that it may help.
func retry(ctx context.Context, fn func() error) error {
	delays := backoff.NewExponentialBackOff()
	delays.InitialInterval, delays.MaxInterval = 200*time.Millisecond, maxDelay
	for try := 1; ; try++ {
		err := fn()
		if err == nil || try == maxTries || !fault.IsRetryable(err) || ctx.Err() != nil {
			return err
		}
		select {
		case <-time.After(delays.NextBackOff()):
		case <-ctx.Done():
			return err
		}
	}
}
