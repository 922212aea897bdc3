package exec

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/apache/arrow/go/v17/arrow/flight"

	"github.com/shoal-db/shoal/libs/chunks/ticket"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// cancelTimeout bounds how long all workers together take to be told that a query is cancelled.
const cancelTimeout = 5 * time.Second

// Cancel tells workers that a query is cancelled; body is what ticket.Keyring.SealCancel returned. It is unavailable if
// some of them could not be told, and names them.
func (p *Pool) Cancel(ctx context.Context, workers []Replica, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, cancelTimeout)
	defer cancel()
	failed := make([]error, len(workers))
	var wg sync.WaitGroup
	for i, w := range workers {
		wg.Go(func() { failed[i] = p.cancelAt(ctx, w.Location, body) })
	}
	wg.Wait()
	var names []string
	for i, err := range failed {
		if err != nil {
			names = append(names, string(workers[i].Worker)+": "+fault.Text(err))
		}
	}
	if len(names) > 0 {
		return fault.New(fault.Unavailable, "tell workers", "the query is cancelled, but not all workers could be told: %s", strings.Join(names, "; ")).
			WithHint("what a client reads from them goes on; cancel again").WithRetry(true)
	}
	return nil
}

func (p *Pool) cancelAt(ctx context.Context, location string, body []byte) error {
	client, err := p.client(location)
	if err != nil {
		return err
	}
	stream, err := client.DoAction(ctx, &flight.Action{Type: ticket.CancelAction, Body: body})
	if err != nil {
		return err
	}
	for {
		if _, err := stream.Recv(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
