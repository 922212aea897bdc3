package flightsql

import (
	"context"

	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"
	pb "github.com/apache/arrow/go/v17/arrow/flight/gen/flight"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/shoal-db/shoal/libs/platform/fault"

	"github.com/shoal-db/shoal/services/portal/queries"
)

// Flight returns the service to register with a gRPC server whose interceptors make statuses of
// faults.
func (s *Server) Flight() flight.FlightServer {
	return &transport{FlightServer: flightsql.NewFlightServer(s), server: s}
}

// transport answers what Arrow's own dispatcher cannot: it writes results in the call's goroutine, so
// that a client that goes away ends the query at once, and refuses garbage that would crash it.
type transport struct {
	flight.FlightServer
	server *Server
}

// DoGet streams what a ticket stands for.
func (t *transport) DoGet(ticket *flight.Ticket, stream flight.FlightService_DoGetServer) error {
	cmd, err := command(ticket.GetTicket())
	if err != nil {
		return err
	}
	s, ctx := t.server, stream.Context()
	switch cmd := cmd.(type) {
	case *pb.TicketStatementQuery:
		q, err := s.opts.Queries.Redeem(cmd.GetStatementHandle())
		if err != nil {
			return err
		}
		return s.send(ctx, q, stream)
	case *pb.CommandPreparedStatementQuery:
		request, err := read(ctx, cmd.GetPreparedStatementHandle())
		if err != nil {
			return err
		}
		q, err := s.opts.Queries.Plan(ctx, request)
		if err != nil {
			return err
		}
		return s.send(ctx, q, stream)
	}
	return t.FlightServer.DoGet(ticket, stream)
}

// command reads a command or ticket.
func command(data []byte) (proto.Message, error) {
	var any anypb.Any
	if err := proto.Unmarshal(data, &any); err != nil || any.GetTypeUrl() == "" {
		return nil, fault.New(fault.InvalidArgument, "read ticket", "this is not a ticket of this server").
			WithHint("tickets come from GetFlightInfo; those that name workers are redeemed there")
	}
	cmd, err := any.UnmarshalNew()
	if err != nil {
		return nil, fault.New(fault.InvalidArgument, "read ticket", "%q is not a Flight SQL command: %v", any.GetTypeUrl(), err)
	}
	return cmd, nil
}

// send runs a query and streams its rows.
func (s *Server) send(ctx context.Context, q *queries.Query, stream flight.FlightService_DoGetServer) error {
	options := []ipc.Option{ipc.WithSchema(q.Schema), ipc.WithAllocator(s.Alloc)}
	// A writer that is closed before it wrote anything sends the schema. The client has it before the first row is
	// computed, which may take long: it can cancel meanwhile.
	if err := flight.NewRecordWriter(stream, options...).Close(); err != nil {
		return fault.Wrap(err, "send schema")
	}
	run, err := s.opts.Queries.Run(ctx, q)
	if err != nil {
		return err
	}
	defer run.Release()
	w := flight.NewRecordWriter(&afterSchema{FlightService_DoGetServer: stream}, options...)
	for run.Next() {
		if err := w.Write(run.Record()); err != nil {
			return fault.Wrap(err, "send rows")
		}
	}
	if err := run.Err(); err != nil {
		return err
	}
	return fault.Wrap(w.Close(), "send rows")
}

// afterSchema is a stream whose schema was sent: it leaves out the first message, which is the schema once more.
type afterSchema struct {
	flight.FlightService_DoGetServer
	begun bool
}

func (a *afterSchema) Send(data *flight.FlightData) error {
	if !a.begun {
		a.begun = true
		return nil
	}
	return a.FlightService_DoGetServer.Send(data)
}

// DoPut refuses streams that do not begin with a descriptor, which Arrow's dispatcher takes for
// granted.
func (t *transport) DoPut(stream flight.FlightService_DoPutServer) error {
	first, err := stream.Recv()
	if err != nil {
		return fault.Wrap(err, "read stream")
	}
	if _, err := command(first.GetFlightDescriptor().GetCmd()); err != nil {
		return err
	}
	return t.FlightServer.DoPut(&peeked{FlightService_DoPutServer: stream, first: first})
}

// peeked is a stream whose first message was read already.
type peeked struct {
	flight.FlightService_DoPutServer
	first *flight.FlightData
}

func (p *peeked) Recv() (*flight.FlightData, error) {
	if first := p.first; first != nil {
		p.first = nil
		return first, nil
	}
	return p.FlightService_DoPutServer.Recv()
}
