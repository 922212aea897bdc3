// Package flightsql is the portal's Arrow Flight SQL front door.
//
// Invariants: GetFlightInfo plans and never runs anything; the schema that it gives is that of the
// streams, whoever sends them; a query without a merge plan is read from the workers themselves, one
// endpoint a subplan, unless the client asks the portal to carry all (header x-shoal-route: portal).
// What is not understood is invalid_argument, whatever the bytes.
//
// It keeps no state of its own: a prepared statement's handle is the statement, and planned queries
// are kept by package queries.
package flightsql

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/shoal-db/shoal/libs/platform/fault"

	"github.com/shoal-db/shoal/services/portal/binder"
	"github.com/shoal-db/shoal/services/portal/queries"
)

// Headers of requests.
const (
	// HeaderSchema is where unqualified names are looked up; main without it.
	HeaderSchema = "x-shoal-schema"
	// HeaderClient tells clients on one host apart, of whom each gets a fair share of what runs.
	HeaderClient = "x-shoal-client"
	// HeaderRoute is "portal" when the portal shall carry all streams, for clients that cannot reach
	// workers.
	HeaderRoute = "x-shoal-route"
	// HeaderPruning is "off" when every chunk shall be read, to find faults in pruning.
	HeaderPruning = "x-shoal-pruning"
	// HeaderDynamicPruning is "off" when joins with reference tables shall not prune, to find faults there.
	HeaderDynamicPruning = "x-shoal-dynamic-pruning"
	// HeaderBroadcast is "off" when no part of a query shall be computed first, to find faults there.
	HeaderBroadcast = "x-shoal-broadcast"
	// HeaderDisableRules names rewrite rules to leave out, with commas between them, to find faults
	// in them.
	HeaderDisableRules = "x-shoal-disable-rules"
)

// Options configure a Server.
type Options struct {
	Queries *queries.Service
	Catalog queries.Catalog
	Binder  *binder.Binder
	// Location is where clients find this server: grpc://host:port.
	Location string
	// Version is told to clients.
	Version string
}

// Server answers Flight SQL's calls; register Flight(), not the Server itself.
type Server struct {
	flightsql.BaseServer
	opts Options
	info map[uint32]bool // the SqlInfo that is registered
}

// New returns a Server.
func New(opts Options) (*Server, error) {
	s := &Server{opts: opts, info: map[uint32]bool{}}
	s.Alloc = memory.DefaultAllocator
	if err := s.registerInfo(); err != nil {
		return nil, fault.New(fault.Internal, "describe the server", "%w", err)
	}
	return s, nil
}

// session is what a call's headers say.
type session struct {
	schema    string
	viaPortal bool
	noPruning bool
	noDynamic bool
	noBroad   bool
	disable   []string
	client    string
}

func sessionOf(ctx context.Context) session {
	md, _ := metadata.FromIncomingContext(ctx)
	first := func(name string) string {
		if v := md.Get(name); len(v) > 0 {
			return v[0]
		}
		return ""
	}
	s := session{schema: first(HeaderSchema), viaPortal: first(HeaderRoute) == "portal", noPruning: first(HeaderPruning) == "off",
		noDynamic: first(HeaderDynamicPruning) == "off", noBroad: first(HeaderBroadcast) == "off"}
	if p, ok := peer.FromContext(ctx); ok {
		s.client = queries.ClientName(p.Addr.String(), first(HeaderClient))
	}
	for _, list := range md.Get(HeaderDisableRules) {
		for name := range strings.SplitSeq(list, ",") {
			if name = strings.TrimSpace(name); name != "" {
				s.disable = append(s.disable, name)
			}
		}
	}
	return s
}

// request adds what the call's headers say to a request.
func (s session) request(r queries.Request) queries.Request {
	r.Schema, r.NoPruning, r.DisableRules, r.Front = s.schema, s.noPruning, s.disable, queries.FrontFlight
	r.NoDynamicPruning, r.NoBroadcast, r.Client = s.noDynamic, s.noBroad, s.client
	return r
}

// sqlRequest is what a call asks in SQL.
func sqlRequest(ctx context.Context, text string) queries.Request {
	return sessionOf(ctx).request(queries.Request{Form: queries.SQL, Text: text})
}

// substraitRequest is what a call asks by a plan.
func substraitRequest(ctx context.Context, plan flightsql.SubstraitPlan) queries.Request {
	return sessionOf(ctx).request(queries.Request{Form: queries.Substrait, Plan: plan.Plan})
}

func noTransaction(id []byte) error {
	if len(id) > 0 {
		return fault.New(fault.InvalidArgument, "read command", "there are no transactions")
	}
	return nil
}

// GetFlightInfoStatement plans SQL.
func (s *Server) GetFlightInfoStatement(ctx context.Context, cmd flightsql.StatementQuery, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	if err := noTransaction(cmd.GetTransactionId()); err != nil {
		return nil, err
	}
	return s.plan(ctx, sqlRequest(ctx, cmd.GetQuery()), desc)
}

// GetFlightInfoSubstraitPlan plans a Substrait plan.
func (s *Server) GetFlightInfoSubstraitPlan(ctx context.Context, cmd flightsql.StatementSubstraitPlan, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	if err := noTransaction(cmd.GetTransactionId()); err != nil {
		return nil, err
	}
	return s.plan(ctx, substraitRequest(ctx, cmd.GetPlan()), desc)
}

// GetSchemaStatement tells the schema of SQL's result.
func (s *Server) GetSchemaStatement(ctx context.Context, cmd flightsql.StatementQuery, _ *flight.FlightDescriptor) (*flight.SchemaResult, error) {
	return s.schema(ctx, sqlRequest(ctx, cmd.GetQuery()))
}

// GetSchemaSubstraitPlan tells the schema of a plan's result.
func (s *Server) GetSchemaSubstraitPlan(ctx context.Context, cmd flightsql.StatementSubstraitPlan, _ *flight.FlightDescriptor) (*flight.SchemaResult, error) {
	return s.schema(ctx, substraitRequest(ctx, cmd.GetPlan()))
}

func (s *Server) schema(ctx context.Context, r queries.Request) (*flight.SchemaResult, error) {
	schema, err := s.opts.Queries.Describe(ctx, r)
	if err != nil {
		return nil, err
	}
	return &flight.SchemaResult{Schema: flight.SerializeSchema(schema, s.Alloc)}, nil
}

// metadataOf is the application metadata of a FlightInfo, in JSON.
type metadataOf struct {
	QueryID        queries.ID        `json:"query_id"`
	CatalogVersion int64             `json:"catalog_version"`
	Pruning        metadataPruning   `json:"pruning"`
	Subplans       []metadataSubplan `json:"subplans"`
	Merged         bool              `json:"merged"`
}

type metadataPruning struct {
	ChunksTotal    int `json:"chunks_total"`
	ChunksSelected int `json:"chunks_selected"`
	ByBlock        int `json:"by_block"`
	ByStatistics   int `json:"by_statistics"`
	ByFilter       int `json:"by_filter"`
}

type metadataSubplan struct {
	ID      int      `json:"id"`
	Workers []string `json:"workers"`
}

// plan answers GetFlightInfo.
func (s *Server) plan(ctx context.Context, r queries.Request, desc *flight.FlightDescriptor) (*flight.FlightInfo, error) {
	q, err := s.opts.Queries.Plan(ctx, r)
	if err != nil {
		return nil, err
	}
	endpoints, err := s.endpoints(q, sessionOf(ctx).viaPortal)
	if err != nil {
		return nil, err
	}
	app, err := json.Marshal(describe(q))
	if err != nil {
		return nil, fault.New(fault.Internal, "describe query", "%w", err)
	}
	return &flight.FlightInfo{
		Schema: flight.SerializeSchema(q.Schema, s.Alloc), FlightDescriptor: desc, Endpoint: endpoints,
		TotalRecords: -1, TotalBytes: -1, Ordered: len(endpoints) == 1, AppMetadata: app,
	}, nil
}

func describe(q *queries.Query) metadataOf {
	p := q.Placed.Pruning
	out := metadataOf{
		QueryID: q.ID, CatalogVersion: q.Placed.CatalogVersion, Merged: q.Placed.InPortal(), Subplans: []metadataSubplan{},
		Pruning: metadataPruning{p.ChunksTotal, p.ChunksSelected, p.ByBlock, p.ByStatistics, p.ByFilter},
	}
	for _, sub := range q.Placed.Subplans {
		workers := []string{}
		for _, w := range sub.Workers {
			workers = append(workers, string(w.ID))
		}
		out.Subplans = append(out.Subplans, metadataSubplan{ID: sub.ID, Workers: workers})
	}
	return out
}

// maxLocations is how many workers a client is told for one stream: it tries them by itself, so a
// subplan that kills workers kills no more than these.
const maxLocations = 2

// endpoints says where the rows are.
func (s *Server) endpoints(q *queries.Query, viaPortal bool) ([]*flight.FlightEndpoint, error) {
	expires := timestamppb.New(q.ExpiresAt)
	if q.Placed.InPortal() || viaPortal || len(q.Placed.Subplans) == 0 || q.Explain != nil {
		handle, err := s.opts.Queries.Handle(q)
		if err != nil {
			return nil, err
		}
		ticket, err := flightsql.CreateStatementQueryTicket(handle)
		if err != nil {
			return nil, fault.New(fault.Internal, "make ticket", "%w", err)
		}
		endpoint := &flight.FlightEndpoint{Ticket: &flight.Ticket{Ticket: ticket}, ExpirationTime: expires}
		if !viaPortal { // who said that may not know our address either, but has a connection
			endpoint.Location = []*flight.Location{{Uri: s.opts.Location}}
		}
		return []*flight.FlightEndpoint{endpoint}, nil
	}
	var out []*flight.FlightEndpoint
	for _, sub := range q.Placed.Subplans {
		endpoint := &flight.FlightEndpoint{Ticket: &flight.Ticket{Ticket: sub.Ticket}, ExpirationTime: expires}
		for _, w := range sub.Workers[:min(len(sub.Workers), maxLocations)] {
			endpoint.Location = append(endpoint.Location, &flight.Location{Uri: w.Location})
		}
		out = append(out, endpoint)
	}
	s.opts.Queries.LeaveToClient(q)
	return out, nil
}

// CancelFlightInfo cancels the query of a FlightInfo.
func (s *Server) CancelFlightInfo(ctx context.Context, request *flight.CancelFlightInfoRequest) (flight.CancelFlightInfoResult, error) {
	status, err := s.cancel(ctx, request.GetInfo())
	return flight.CancelFlightInfoResult{Status: status}, err
}

// CancelQuery is CancelFlightInfo for older clients.
func (s *Server) CancelQuery(ctx context.Context, request flightsql.ActionCancelQueryRequest) (flightsql.CancelResult, error) {
	status, err := s.cancel(ctx, request.GetInfo())
	if status == flight.CancelStatusCancelled {
		return flightsql.CancelResultCancelled, err
	}
	return flightsql.CancelResultUnspecified, err
}

func (s *Server) cancel(ctx context.Context, info *flight.FlightInfo) (flight.CancelStatus, error) {
	var app metadataOf
	if err := json.Unmarshal(info.GetAppMetadata(), &app); err != nil || app.QueryID == "" {
		return flight.CancelStatusUnspecified, fault.New(fault.InvalidArgument, "cancel query", "the FlightInfo is not one of this server's")
	}
	if err := s.opts.Queries.Cancel(ctx, app.QueryID); err != nil {
		return flight.CancelStatusUnspecified, err
	}
	return flight.CancelStatusCancelled, nil
}

var _ flightsql.Server = (*Server)(nil)
