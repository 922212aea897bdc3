package harness

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/shoal-db/shoal/tests/oracle"
)

// MaxMessageBytes is what Arrow clients commonly accept.
const MaxMessageBytes = 64 << 20

// SQLClient is a Flight SQL client that reads every endpoint where the portal
// says it is, as ADBC's and JDBC's drivers do.
type SQLClient struct {
	portal *flightsql.Client
	direct map[string]flight.Client
}

// DialSQL connects to a portal's Flight address.
func DialSQL(address string) (*SQLClient, error) {
	c, err := flightsql.NewClient(address, nil, nil, dialOptions()...)
	if err != nil {
		return nil, err
	}
	return &SQLClient{portal: c, direct: map[string]flight.Client{}}, nil
}

func dialOptions() []grpc.DialOption {
	return []grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(MaxMessageBytes)),
	}
}

// Close ends all connections.
func (c *SQLClient) Close() error {
	for _, d := range c.direct {
		_ = d.Close()
	}
	return c.portal.Close()
}

// Portal is the client of the portal alone.
func (c *SQLClient) Portal() *flightsql.Client { return c.portal }

// InSchema looks unqualified names up in a dataset.
func InSchema(ctx context.Context, schema string) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "x-shoal-schema", schema)
}

// Query runs SQL and reads the whole result.
func (c *SQLClient) Query(ctx context.Context, sql string) (*oracle.Result, error) {
	info, err := c.portal.Execute(ctx, sql)
	if err != nil {
		return nil, err
	}
	return c.Read(ctx, info)
}

// Read reads all endpoints of a query, one after the other.
func (c *SQLClient) Read(ctx context.Context, info *flight.FlightInfo) (*oracle.Result, error) {
	schema, err := flight.DeserializeSchema(info.Schema, nil)
	if err != nil {
		return nil, fmt.Errorf("schema of the flight: %w", err)
	}
	out := oracle.Empty(schema)
	for _, e := range info.Endpoint {
		part, err := c.readEndpoint(ctx, e)
		if err != nil {
			return nil, err
		}
		if err := out.Append(part); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// readEndpoint tries an endpoint's locations in order, the portal if there are
// none.
func (c *SQLClient) readEndpoint(ctx context.Context, e *flight.FlightEndpoint) (*oracle.Result, error) {
	if len(e.Location) == 0 {
		return c.readAt(ctx, "", e.Ticket)
	}
	var last error
	for _, l := range e.Location {
		out, err := c.readAt(ctx, l.Uri, e.Ticket)
		if err == nil {
			return out, nil
		}
		last = fmt.Errorf("%s: %w", l.Uri, err)
	}
	return nil, last
}

func (c *SQLClient) readAt(ctx context.Context, uri string, ticket *flight.Ticket) (*oracle.Result, error) {
	r, err := c.open(ctx, uri, ticket)
	if err != nil {
		return nil, err
	}
	return oracle.Read(r)
}

// Open opens an endpoint's stream at its i-th location, at the portal if it has
// none.
func (c *SQLClient) Open(ctx context.Context, e *flight.FlightEndpoint, i int) (array.RecordReader, error) {
	if len(e.Location) == 0 {
		return c.open(ctx, "", e.Ticket)
	}
	return c.open(ctx, e.Location[i].Uri, e.Ticket)
}

func (c *SQLClient) open(ctx context.Context, uri string, ticket *flight.Ticket) (array.RecordReader, error) {
	if uri == "" {
		return c.portal.DoGet(ctx, ticket)
	}
	d, ok := c.direct[uri]
	if !ok {
		var err error
		if d, err = DialFlight(uri); err != nil {
			return nil, err
		}
		c.direct[uri] = d
	}
	return DoGet(ctx, d, ticket.Ticket)
}

// DialFlight connects a plain Flight client to a location, grpc://host:port.
func DialFlight(uri string) (flight.Client, error) {
	address := strings.TrimPrefix(strings.TrimPrefix(uri, "grpc://"), "grpc+tcp://")
	return flight.NewClientWithMiddleware(address, nil, nil, dialOptions()...)
}

// DoGet redeems a ticket.
func DoGet(ctx context.Context, c flight.Client, ticket []byte) (array.RecordReader, error) {
	stream, err := c.DoGet(ctx, &flight.Ticket{Ticket: ticket})
	if err != nil {
		return nil, err
	}
	r, err := flight.NewRecordReader(stream)
	if err != nil {
		return nil, err
	}
	return r, nil
}
