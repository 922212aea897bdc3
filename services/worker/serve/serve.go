// Package serve answers Arrow Flight calls: DoGet with a ticket streams a subplan's rows.
//
// Invariants:
//
//   - Nothing is read before the ticket is verified and the query has its turn (package admission).
//
//   - The stream is pulled by the client: one record is in flight, gRPC's flow control holds the next,
//     and DuckDB stops when about a megabyte waits. A client that takes nothing for StallTimeout is
//     cut off.
//
//   - The client's going away interrupts DuckDB; an error after the first row ends the stream with a
//     status, so that a short answer never looks whole.
//
//   - The schema is sent before the first row is computed, so that a client can tell a slow query from a dead
//     connection, and cancel it.
//
//   - Of a query that is cancelled (DoAction), streams end, and tickets are refused until they have expired.
//
// It refuses to plan: everything else is the portal's.
package serve

import (
	"context"
	"log/slog"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/report"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/admission"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
	"github.com/shoal-db/shoal/services/worker/query"
)

// Tickets turns a ticket into what it is the right to. Errors are unauthenticated for a forged or
// expired ticket, permission_denied for another worker's, invalid_argument for garbage.
type Tickets interface {
	Redeem(ticket []byte) (*query.Subplan, error)
	// Cancelled reads which query is cancelled, and when its tickets expire.
	Cancelled(body []byte) (query string, expires time.Time, err error)
}

// Server is the Flight service.
type Server struct {
	flight.BaseFlightServer
	// Worker is who answers.
	Worker  chunks.WorkerID
	Tickets Tickets
	Gate    *admission.Gate
	Runner  *query.Runner
	Metrics *Metrics
	Log     *slog.Logger
	// StallTimeout bounds how long a client may take nothing; 0 is for ever.
	StallTimeout time.Duration
	// Allocator is for the wire; memory.DefaultAllocator if nil.
	Allocator memory.Allocator

	revoked revocations
}

// DoGet streams the rows that the ticket is the right to.
func (s *Server) DoGet(tkt *flight.Ticket, stream flight.FlightService_DoGetServer) error {
	begun := time.Now()
	t := &tally{}
	err := s.doGet(tkt.GetTicket(), stream, t)
	s.Metrics.ended(err, time.Since(begun), t)
	ctx := logging.WithQuery(stream.Context(), t.query)
	if t.report && err == nil {
		err = s.sendReport(stream, t)
	}
	attrs := []any{logging.KeyRows, t.rows, logging.KeyBytes, t.bytes, "files", t.files,
		"waited", t.waited, logging.KeyDuration, time.Since(begun)}
	if err != nil {
		s.Log.InfoContext(ctx, "subplan failed", append(attrs, logging.Err(err))...)
		return fault.From(err).WithQuery(t.query)
	}
	s.Log.InfoContext(ctx, "subplan done", attrs...)
	return nil
}

// tally is what a call did.
type tally struct {
	query        string
	files        int
	fileBytes    int64
	rows, bytes  int64
	waited       time.Duration
	ran, sending time.Duration // since waiting ended
	report       bool          // is asked for
	profile      *duckdb.Profile
}

// sendReport tells what the subplan took, in the stream's trailer.
func (s *Server) sendReport(stream flight.FlightService_DoGetServer, t *tally) error {
	r := report.Report{
		Worker: string(s.Worker), Waited: t.waited, Ran: t.ran, Sending: t.sending,
		Files: t.files, FileBytes: t.fileBytes, RowsSent: t.rows, BytesSent: t.bytes,
	}
	if p := t.profile; p != nil {
		r.CPU, r.RowsScanned, r.PeakMemoryBytes, r.PeakSpillBytes = p.CPU, p.RowsScanned, p.PeakMemoryBytes, p.PeakSpillBytes
	}
	data, err := r.Encode()
	if err != nil {
		return err
	}
	stream.SetTrailer(metadata.Pairs(report.Trailer, string(data)))
	return nil
}

func (s *Server) doGet(raw []byte, stream flight.FlightService_DoGetServer, t *tally) error {
	sub, err := s.Tickets.Redeem(raw)
	if err != nil {
		return err
	}
	t.query, t.report = sub.QueryID, sub.Report
	for i := range sub.Tables {
		t.files += len(sub.Tables[i].Files)
	}
	ctx, cancel := context.WithCancelCause(logging.WithQuery(stream.Context(), sub.QueryID))
	defer cancel(nil)
	leave, err := s.revoked.enter(sub.QueryID, cancel)
	if err != nil {
		return err
	}
	defer leave()
	out := &sender{FlightService_DoGetServer: stream, ctx: ctx, cancel: cancel, stall: s.StallTimeout, tally: t, metrics: s.Metrics}
	sub.Announce = func(schema *arrow.Schema) error { return out.announce(s.options(schema)) }
	begun := time.Now()
	pass, err := s.Gate.Enter(ctx, askOf(sub))
	t.waited = time.Since(begun)
	s.Metrics.waited(t.waited)
	if err != nil {
		return err
	}
	defer pass.Leave()
	if err := stream.SendHeader(metadata.Pairs(report.Running, string(s.Worker))); err != nil {
		return fault.Wrap(err, "send rows")
	}
	begun = time.Now()
	defer func() { t.ran = time.Since(begun) }()
	rows, err := s.Runner.Run(ctx, sub)
	if err != nil {
		return err
	}
	defer rows.Close()
	t.fileBytes = rows.Bytes()
	return s.send(out, rows)
}

// askOf has the queries take turns.
func askOf(sub *query.Subplan) admission.Ask {
	ask := admission.Ask{Client: sub.QueryID}
	if sub.Heavy {
		ask.Lane = admission.Heavy
	}
	return ask
}

// options are those with which a schema's records are written.
func (s *Server) options(schema *arrow.Schema) []ipc.Option {
	options := []ipc.Option{ipc.WithSchema(schema)}
	if s.Allocator != nil {
		options = append(options, ipc.WithAllocator(s.Allocator))
	}
	return options
}

// send passes the rows on. The schema was announced.
func (s *Server) send(out *sender, rows *query.Stream) (err error) {
	w := flight.NewRecordWriter(&afterSchema{sender: out}, s.options(rows.Schema())...)
	defer func() {
		if cerr := w.Close(); err == nil {
			err = out.reason(cerr)
		}
	}()
	for rows.Next() {
		rec := rows.Record()
		n := rec.NumRows()
		if err := writeRecord(w, rec); err != nil {
			return out.reason(err)
		}
		out.tally.rows += n
		s.Metrics.rows.Add(float64(n))
	}
	out.tally.profile = rows.Profile()
	return rows.Err()
}

// writeRecord keeps a panic of the encoder, which types that it does not know have caused, to this
// stream.
func writeRecord(w *flight.Writer, rec arrow.Record) (err error) {
	defer fault.Catch(&err, "encode rows")
	return w.Write(rec)
}

// sender sends messages while the query goes on, counts their bytes, and ends the query of a client
// that takes nothing.
type sender struct {
	flight.FlightService_DoGetServer
	ctx     context.Context // lives as long as the call
	cancel  context.CancelCauseFunc
	stall   time.Duration
	tally   *tally
	metrics *Metrics

	announced bool // the schema was sent
}

// announce sends a schema, once, however often the subplan begins: a writer that is closed before it wrote anything
// does just that.
func (s *sender) announce(options []ipc.Option) error {
	if s.announced {
		return nil
	}
	s.announced = true
	return s.reason(flight.NewRecordWriter(s, options...).Close())
}

// afterSchema leaves out the first message, which is the schema once more.
type afterSchema struct {
	*sender
	begun bool
}

// Send implements flight.DataStreamWriter.
func (a *afterSchema) Send(data *flight.FlightData) error {
	if !a.begun {
		a.begun = true
		return nil
	}
	return a.sender.Send(data)
}

// Send implements flight.DataStreamWriter. It blocks while the client's flow control has no room.
func (s *sender) Send(data *flight.FlightData) error {
	n := int64(len(data.GetDataHeader()) + len(data.GetDataBody()))
	begun := time.Now()
	err := s.sendInTime(data)
	s.tally.sending += time.Since(begun)
	if err != nil {
		return err
	}
	s.tally.bytes += n
	s.metrics.bytes.Add(float64(n))
	return nil
}

func (s *sender) sendInTime(data *flight.FlightData) error {
	if s.stall <= 0 {
		return s.FlightService_DoGetServer.Send(data)
	}
	// gRPC gives up a blocked send only when the handler has returned, so the handler must not be
	// the one that is blocked. The message was encoded before it blocks: nothing of data is used later.
	sent := make(chan error, 1)
	go func() { sent <- s.FlightService_DoGetServer.Send(data) }()
	timer := time.NewTimer(s.stall)
	defer timer.Stop()
	select {
	case err := <-sent:
		return err
	case <-timer.C:
		f := fault.New(fault.DeadlineExceeded, "send rows", "the client took nothing for %s", s.stall).
			WithHint("read the stream without pauses, or raise --stall-timeout of the worker")
		s.cancel(f)
		return f
	}
}

// reason is why sending failed: mostly that the client is gone.
func (s *sender) reason(err error) error {
	if err == nil {
		return nil
	}
	if f := fault.FromContext(s.ctx, "send rows"); f != nil {
		return f
	}
	return fault.Wrap(err, "send rows")
}

// portalsCall is the answer to what a worker does not do.
func portalsCall(call string) error {
	return status.Errorf(codes.Unimplemented, "a worker does not answer %s: it streams tickets (DoGet); ask the portal, which plans", call)
}

// GetFlightInfo implements flight.FlightServer.
func (s *Server) GetFlightInfo(context.Context, *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	return nil, portalsCall("GetFlightInfo")
}

// PollFlightInfo implements flight.FlightServer.
func (s *Server) PollFlightInfo(context.Context, *flight.FlightDescriptor) (*flight.PollInfo, error) {
	return nil, portalsCall("PollFlightInfo")
}

// GetSchema implements flight.FlightServer.
func (s *Server) GetSchema(context.Context, *flight.FlightDescriptor) (*flight.SchemaResult, error) {
	return nil, portalsCall("GetSchema")
}

// ListFlights implements flight.FlightServer.
func (s *Server) ListFlights(*flight.Criteria, flight.FlightService_ListFlightsServer) error {
	return portalsCall("ListFlights")
}

// DoPut implements flight.FlightServer.
func (s *Server) DoPut(flight.FlightService_DoPutServer) error { return portalsCall("DoPut") }

// DoExchange implements flight.FlightServer.
func (s *Server) DoExchange(flight.FlightService_DoExchangeServer) error {
	return portalsCall("DoExchange")
}
