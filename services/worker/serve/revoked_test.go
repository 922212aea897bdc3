package serve_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/flight"

	"github.com/shoal-db/shoal/libs/chunks/ticket"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/grpcfault"
	"github.com/shoal-db/shoal/services/worker/internal/workertest"
)

func (f *fixture) act(body []byte) error {
	stream, err := f.client.DoAction(context.Background(), &flight.Action{Type: ticket.CancelAction, Body: body})
	if err == nil {
		_, err = stream.Recv()
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return grpcfault.FromError(err)
}

// TestCancelledQuery: its streams end, its tickets are refused, and others are not.
func TestCancelledQuery(t *testing.T) {
	f := newFixture(t, settings{})
	signed := f.bigRows()
	stream, err := f.client.DoGet(context.Background(), &flight.Ticket{Ticket: signed})
	workertest.Must(t, err)
	_, err = stream.Recv()
	workertest.Must(t, err)
	if err := f.act([]byte("query-7")); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("without a signature: %v", err)
	}
	other, err := ticket.NewKeyring(ticket.GenerateKey())
	workertest.Must(t, err)
	if err := f.act(other.SealCancel("query-7", time.Now().Add(time.Hour))); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("signed by another: %v", err)
	}
	for range 2 {
		workertest.Must(t, f.act(f.ring.SealCancel("query-7", time.Now().Add(time.Minute))))
	}
	for err == nil {
		_, err = stream.Recv()
	}
	if got := grpcfault.FromError(err); errors.Is(err, io.EOF) || got.Kind != fault.Cancelled {
		t.Errorf("the stream ended with %v", err)
	}
	f.wait("the query ends", f.idle)
	if _, _, err := f.get(context.Background(), signed); !fault.Is(grpcfault.FromError(err), fault.Cancelled) {
		t.Errorf("redeemed again: %v", err)
	}
	another := f.ticket(workertest.Plan("SELECT 1"))
	another.QueryID = "query-8"
	if rows, _, err := f.get(context.Background(), f.sign(another)); err != nil || rows != 1 {
		t.Errorf("another query: %d rows, %v", rows, err)
	}
	// Tickets that have expired need not be remembered.
	workertest.Must(t, f.act(f.ring.SealCancel("query-8", time.Now().Add(-time.Second))))
	if rows, _, err := f.get(context.Background(), f.sign(another)); err != nil || rows != 1 {
		t.Errorf("after the end of a cancellation: %d rows, %v", rows, err)
	}
}

// TestSchemaComesFirst: it is there long before the first row.
func TestSchemaComesFirst(t *testing.T) {
	f := newFixture(t, settings{})
	signed := f.sign(f.ticket(workertest.Plan("SELECT count(*) AS n FROM range(1000000000) a, range(1000000000) b WHERE hash(a.range, b.range) = 5")))
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	stream, err := f.client.DoGet(ctx, &flight.Ticket{Ticket: signed})
	workertest.Must(t, err)
	r, err := flight.NewRecordReader(stream)
	workertest.Must(t, err)
	if r.Schema().NumFields() != 1 || r.Schema().Field(0).Name != "n" {
		t.Errorf("schema %s", r.Schema())
	}
	workertest.Must(t, f.act(f.ring.SealCancel("query-7", time.Now().Add(time.Minute))))
	if r.Next() || !fault.Is(grpcfault.FromError(r.Err()), fault.Cancelled) {
		t.Errorf("ended with %v", r.Err())
	}
	r.Release()
	f.wait("the query ends", f.idle)
}
