package portal

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/shoal-db/shoal/libs/platform/fault"
	_ "github.com/shoal-db/shoal/libs/platform/fault/grpcfault"
)

func TestTicketsAtThePortal(t *testing.T) {
	s := start(t, 2, func(c *Config) { c.TicketTTL = 2 * time.Second })
	c := s.client(t)
	ctx := context.Background()
	get := func(ticket []byte) error {
		r, err := c.DoGet(ctx, &flight.Ticket{Ticket: ticket})
		if err != nil {
			return err
		}
		defer r.Release()
		for r.Next() {
			continue
		}
		return r.Err()
	}
	info, err := c.Execute(inShop(), "SELECT count(*) FROM orders")
	if err != nil {
		t.Fatal(err)
	}
	good := info.Endpoint[0].Ticket.Ticket
	if err := get(good); err != nil {
		t.Error(err)
	}
	if err := get(good); err != nil {
		t.Errorf("a second time: %v", err)
	}
	handle, err := flightsql.GetStatementQueryTicket(&flight.Ticket{Ticket: good})
	if err != nil {
		t.Fatal(err)
	}
	for i := len(good) - len(handle.GetStatementHandle()); i < len(good); i++ {
		bad := slices.Clone(good)
		bad[i] ^= 0x40
		if err := get(bad); !fault.Is(err, fault.Unauthenticated) && !fault.Is(err, fault.InvalidArgument) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	direct, err := c.Execute(inShop(), "SELECT * FROM orders WHERE o_orderkey < 10")
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{"empty": {}, "garbage": []byte("garbage"), "a worker's": direct.Endpoint[0].Ticket.Ticket} {
		if err := get(bad); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%s ticket: %v", name, err)
		}
	}
	time.Sleep(2500 * time.Millisecond)
	if err := get(good); !fault.Is(err, fault.Unauthenticated) || !strings.Contains(err.Error(), "again") {
		t.Errorf("expired: %v", err)
	}
}

func TestCancelByFlight(t *testing.T) {
	s := start(t, 2)
	c := s.client(t)
	info, err := c.Execute(inShop(), "SELECT count(*) AS slow FROM orders")
	if err != nil {
		t.Fatal(err)
	}
	hold := make(chan struct{})
	defer close(hold)
	for _, w := range s.Workers {
		w.Before(func(*ticketT) error { <-hold; return nil })
	}
	done := make(chan error, 1)
	go func() {
		r, err := c.DoGet(context.Background(), info.Endpoint[0].Ticket)
		if err == nil {
			for r.Next() {
				continue
			}
			err = r.Err()
			r.Release()
		}
		done <- err
	}()
	s.running(t, "slow")
	result, err := c.CancelFlightInfo(context.Background(), &flight.CancelFlightInfoRequest{Info: info})
	if err != nil || result.Status != flight.CancelStatusCancelled {
		t.Errorf("%v, %v", result, err)
	}
	select {
	case err := <-done:
		if !fault.Is(err, fault.Cancelled) {
			t.Errorf("the query ended with %v", err)
		}
	case <-time.After(3 * time.Second):
		t.Fatal("a cancelled query goes on")
	}
}

func TestGarbageOverFlight(t *testing.T) {
	s := start(t, 1)
	c, err := flight.NewClientWithMiddleware(s.portal.FlightAddr().String(), nil, nil, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	ctx := context.Background()
	for _, cmd := range [][]byte{nil, []byte("garbage"), bytes.Repeat([]byte{0xff}, 100)} {
		desc := &flight.FlightDescriptor{Type: flight.DescriptorCMD, Cmd: cmd}
		if _, err := c.GetFlightInfo(ctx, desc); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("GetFlightInfo(%q): %v", cmd, err)
		}
		if _, err := c.GetSchema(ctx, desc); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("GetSchema(%q): %v", cmd, err)
		}
		put, err := c.DoPut(ctx)
		if err != nil {
			t.Fatal(err)
		}
		_ = put.Send(&flight.FlightData{DataHeader: cmd, DataBody: cmd})
		_ = put.CloseSend()
		if _, err := put.Recv(); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("DoPut(%q): %v", cmd, err)
		}
		action, err := c.DoAction(ctx, &flight.Action{Type: flightsql.CreatePreparedStatementActionType, Body: cmd})
		if err == nil {
			_, err = action.Recv()
		}
		if !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("DoAction(%q): %v", cmd, err)
		}
	}
	if _, err := s.query("SELECT 1"); err != nil {
		t.Error(err)
	}
}
