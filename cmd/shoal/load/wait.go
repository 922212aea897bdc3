package load

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// wait returns when every chunk of the table is on all workers that shall have it. When that takes
// too long but every chunk can be read from some worker, it says so and is content.
func (l *loading) wait(ctx context.Context) error {
	l.Progress.Phase("waiting for the workers to fetch their chunks")
	ctx, cancel := context.WithTimeoutCause(ctx, l.Wait, errWaited)
	defer cancel()
	var last readiness
	pause := 50 * time.Millisecond
	for {
		asked := time.Now()
		now, err := l.readiness(ctx)
		switch {
		case err == nil:
			last = now
			if last.complete() {
				return nil
			}
		case ctx.Err() == nil && !fault.IsRetryable(err):
			return err
		}
		// Listing a million chunks takes a while; do nothing else for most of the time.
		pause = max(min(pause*2, time.Second), 10*time.Since(asked))
		select {
		case <-ctx.Done():
			return l.waited(ctx, last)
		case <-time.After(pause):
		}
	}
}

var errWaited = fault.New(fault.DeadlineExceeded, "wait for the workers", "the workers took too long")

// readiness counts a table's chunks.
type readiness struct {
	known              bool // the portal knows the table as it was committed
	total, some, whole int  // chunks, those on some worker, and those on all workers that shall have them
}

func (r readiness) complete() bool { return r.known && r.whole == r.total }

func (l *loading) readiness(ctx context.Context) (readiness, error) {
	table, err := l.portal.Table(ctx, l.Dataset, l.Table)
	if err != nil || table == nil || table.Version < l.done.CatalogVersion {
		return readiness{}, err
	}
	r := readiness{known: true, total: table.Chunks, some: table.ChunksReady}
	if r.some < r.total || r.total == 0 {
		return r, nil
	}
	list, err := l.portal.Chunks(ctx, l.Dataset, l.Table)
	if err != nil {
		return readiness{}, err
	}
	r.total = len(list)
	for _, c := range list {
		if onAll(c) {
			r.whole++
		}
	}
	return r, nil
}

func onAll(c client.Chunk) bool {
	for _, w := range c.Assigned {
		if !slices.Contains(c.Ready, w) {
			return false
		}
	}
	return len(c.Assigned) > 0
}

// waited says what is missing when the time is up.
func (l *loading) waited(ctx context.Context, r readiness) error {
	if !errors.Is(context.Cause(ctx), errWaited) {
		return fault.FromContext(ctx, "wait for the workers")
	}
	switch {
	case r.known && r.some == r.total:
		l.Progress.Note(fmt.Sprintf("%d of %d chunks have not reached all of their workers after %s; the table can be queried", r.total-r.whole, r.total, l.Wait))
		return nil
	case !r.known:
		return fault.New(fault.Unavailable, "wait for the workers",
			"the load is committed (catalog version %d), but the portal has not seen it after %s", l.done.CatalogVersion, l.Wait).WithRetry(false)
	}
	return fault.New(fault.Unavailable, "wait for the workers",
		"the load is committed (catalog version %d), but after %s no worker has %d of its %d chunks",
		l.done.CatalogVersion, l.Wait, r.total-r.some, r.total).WithRetry(false).
		WithHint("do not load again; see shoal workers, and shoal chunks %s.%s", l.Dataset, l.Table)
}
