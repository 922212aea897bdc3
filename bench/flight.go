package main

import (
	"context"
	"strings"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

const maxMessageBytes = 64 << 20

// drained is what was read of a result.
type drained struct{ rows, bytes int64 }

func drain(r array.RecordReader) (d drained, err error) {
	defer r.Release()
	for r.Next() {
		d.rows += r.Record().NumRows()
		for _, c := range r.Record().Columns() {
			d.bytes += int64(c.Data().SizeInBytes())
		}
	}
	return d, r.Err()
}

// sqlClient reads all endpoints of a query at once, from where they are.
type sqlClient struct {
	portal *flightsql.Client
	direct map[string]flight.Client
	schema string
}

func dial(location, schema string) (*sqlClient, error) {
	c, err := flightsql.NewClient(strings.TrimPrefix(location, "grpc://"), nil, nil, dialOptions()...)
	return &sqlClient{portal: c, direct: map[string]flight.Client{}, schema: schema}, err
}

func dialOptions() []grpc.DialOption {
	return []grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessageBytes)),
	}
}

func (c *sqlClient) close() {
	for _, d := range c.direct {
		_ = d.Close()
	}
	_ = c.portal.Close()
}

func (c *sqlClient) drain(ctx context.Context, sql string) (drained, error) {
	ctx = metadata.AppendToOutgoingContext(ctx, "x-shoal-schema", c.schema)
	info, err := c.portal.Execute(ctx, sql)
	if err != nil {
		return drained{}, err
	}
	parts := make([]drained, len(info.Endpoint))
	g, ctx := errgroup.WithContext(ctx)
	for i, e := range info.Endpoint {
		client := c.portal.Client
		if len(e.Location) > 0 {
			if client, err = c.at(e.Location[0].Uri); err != nil {
				return drained{}, err
			}
		}
		g.Go(func() (err error) {
			parts[i], err = drainTicket(ctx, client, e.Ticket)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return drained{}, err
	}
	var sum drained
	for _, p := range parts {
		sum.rows, sum.bytes = sum.rows+p.rows, sum.bytes+p.bytes
	}
	return sum, nil
}

func (c *sqlClient) at(location string) (flight.Client, error) {
	if d, ok := c.direct[location]; ok {
		return d, nil
	}
	d, err := flight.NewClientWithMiddleware(strings.TrimPrefix(location, "grpc://"), nil, nil, dialOptions()...)
	if err == nil {
		c.direct[location] = d
	}
	return d, err
}

func drainTicket(ctx context.Context, c flight.Client, t *flight.Ticket) (drained, error) {
	stream, err := c.DoGet(ctx, t)
	if err != nil {
		return drained{}, err
	}
	r, err := flight.NewRecordReader(stream)
	if err != nil {
		return drained{}, err
	}
	return drain(r)
}
