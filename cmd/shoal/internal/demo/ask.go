package demo

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/grpcfault"
)

// asker is a Flight SQL client as there are many: it asks the portal where a result is, and reads it
// from there.
type asker struct {
	cluster *cluster.Cluster
	portal  *flightsql.Client
	// others are the clients of other locations, made when they are needed.
	others map[string]*flightsql.Client
}

func newAsker(_ context.Context, c *cluster.Cluster) (*asker, error) {
	portal, err := dial(c.Flight())
	if err != nil {
		return nil, err
	}
	return &asker{cluster: c, portal: portal, others: map[string]*flightsql.Client{}}, nil
}

func dial(location string) (*flightsql.Client, error) {
	c, err := flightsql.NewClient(strings.TrimPrefix(location, "grpc://"), nil, nil,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)))
	if err != nil {
		return nil, fault.New(fault.Unavailable, "connect to "+location, "%w", err)
	}
	return c, nil
}

func (a *asker) close() {
	_ = a.portal.Close()
	for _, c := range a.others {
		_ = c.Close()
	}
}

func (a *asker) at(location string) (*flightsql.Client, error) {
	if c := a.others[location]; c != nil {
		return c, nil
	}
	c, err := dial(location)
	if err == nil {
		a.others[location] = c
	}
	return c, err
}

// answer is a result with what is known of its making.
type answer struct {
	schema  *arrow.Schema
	records []arrow.Record
	took    time.Duration
	app     appMetadata
	// from are the locations that were read.
	from []string
	// subplans are what ran on workers for the portal.
	subplans []client.Subplan
}

// appMetadata is what the portal says in a FlightInfo.
type appMetadata struct {
	QueryID string `json:"query_id"`
	Merged  bool   `json:"merged"`
	Pruning struct {
		Total        int `json:"chunks_total"`
		Selected     int `json:"chunks_selected"`
		ByBlock      int `json:"by_block"`
		ByStatistics int `json:"by_statistics"`
		ByFilter     int `json:"by_filter"`
	} `json:"pruning"`
}

func (a *answer) release() {
	for _, r := range a.records {
		r.Release()
	}
	a.records = nil
}

// ask runs a query and reads all of its result. The caller releases the answer.
func (a *asker) ask(ctx context.Context, sql string) (_ *answer, err error) {
	ctx = metadata.AppendToOutgoingContext(ctx, "x-shoal-schema", Dataset)
	started := time.Now()
	info, err := a.portal.Execute(ctx, sql)
	if err != nil {
		return nil, grpcfault.FromError(err)
	}
	out := &answer{}
	defer func() {
		if err != nil {
			out.release()
		}
	}()
	if err := json.Unmarshal(info.GetAppMetadata(), &out.app); err != nil {
		return nil, fault.New(fault.Internal, "read flight info", "%w", err)
	}
	if out.schema, err = flight.DeserializeSchema(info.GetSchema(), nil); err != nil {
		return nil, fault.New(fault.Internal, "read flight info", "%w", err)
	}
	for _, endpoint := range info.GetEndpoint() {
		if err := a.read(ctx, endpoint, out); err != nil {
			return nil, err
		}
	}
	out.took = time.Since(started)
	out.subplans, err = a.ran(ctx, out.app)
	return out, err
}

// read reads one endpoint at the first of its locations that answers.
func (a *asker) read(ctx context.Context, endpoint *flight.FlightEndpoint, out *answer) error {
	var last error
	for _, location := range endpoint.GetLocation() {
		c, err := a.at(location.GetUri())
		if err != nil {
			last = err
			continue
		}
		stream, err := c.DoGet(ctx, endpoint.GetTicket())
		if err != nil {
			last = grpcfault.FromError(err)
			continue
		}
		defer stream.Release()
		for stream.Next() {
			r := stream.Record()
			r.Retain()
			out.records = append(out.records, r)
		}
		if !slices.Contains(out.from, location.GetUri()) {
			out.from = append(out.from, location.GetUri())
		}
		if err := stream.Err(); err != nil {
			return grpcfault.FromError(err)
		}
		return nil
	}
	if last == nil {
		last = fault.New(fault.Internal, "read endpoint", "it has no location")
	}
	return last
}

// ran asks the portal which workers computed a result that it merged.
func (a *asker) ran(ctx context.Context, app appMetadata) ([]client.Subplan, error) {
	if !app.Merged {
		return nil, nil
	}
	queries, err := a.cluster.Client().Queries(ctx)
	if err != nil {
		return nil, err
	}
	for _, q := range queries {
		if q.ID == app.QueryID {
			return q.Subplans, nil
		}
	}
	return nil, nil
}

// reader is the answer's records again. The caller releases it.
func (a *answer) reader() (array.RecordReader, error) {
	r, err := array.NewRecordReader(a.schema, a.records)
	if err != nil {
		return nil, fault.New(fault.Internal, "read result", "%w", err)
	}
	return r, nil
}
