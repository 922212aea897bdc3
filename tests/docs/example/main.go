// Command example asks Shoal a query over Arrow Flight SQL, and reads every endpoint where it is.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/apache/arrow/go/v17/arrow/flight"
	"github.com/apache/arrow/go/v17/arrow/flight/flightsql"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
)

func main() {
	if err := query(os.Stdout, os.Args[1], os.Args[2], os.Args[3]); err != nil {
		log.Fatal(err)
	}
}

// query writes the rows of a query; the portal is host:port.
func query(out io.Writer, portal, schema, sql string) error {
	ctx := metadata.AppendToOutgoingContext(context.Background(), "x-shoal-schema", schema)
	plain := grpc.WithTransportCredentials(insecure.NewCredentials())
	client, err := flightsql.NewClient(portal, nil, nil, plain)
	if err != nil {
		return err
	}
	defer client.Close()
	info, err := client.Execute(ctx, sql)
	if err != nil {
		return err
	}
	for _, endpoint := range info.Endpoint {
		if err := read(ctx, out, endpoint, plain); err != nil {
			return err
		}
	}
	return nil
}

// read tries the endpoint's locations, which are replicas, until one answers.
func read(ctx context.Context, out io.Writer, endpoint *flight.FlightEndpoint, opts ...grpc.DialOption) error {
	var failed error
	for _, location := range endpoint.Location {
		var rows int
		rows, failed = stream(ctx, out, location.Uri, endpoint.Ticket, opts...)
		if failed == nil || rows > 0 { // rows that were written are not to be written again
			return failed
		}
	}
	return failed
}

func stream(ctx context.Context, out io.Writer, uri string, ticket *flight.Ticket, opts ...grpc.DialOption) (rows int, err error) {
	client, err := flight.NewClientWithMiddleware(uri[len("grpc://"):], nil, nil, opts...)
	if err != nil {
		return 0, err
	}
	defer client.Close()
	data, err := client.DoGet(ctx, ticket)
	if err != nil {
		return 0, err
	}
	reader, err := flight.NewRecordReader(data)
	if err != nil {
		return 0, err
	}
	defer reader.Release()
	for reader.Next() {
		fmt.Fprintln(out, reader.Record())
		rows += int(reader.Record().NumRows())
	}
	return rows, reader.Err()
}
