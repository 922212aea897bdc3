package grpcserver

import (
	"context"
	"crypto/rand"

	"google.golang.org/grpc"

	"github.com/shoal-db/shoal/libs/platform/logging"
)

// withID gives a call an id for the log. There is none from outside: what ties the calls of
// different processes together is the query's id, which handlers put into the context.
func withID(ctx context.Context) context.Context { return logging.WithRequest(ctx, rand.Text()) }

func unaryID(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	return handler(withID(ctx), req)
}

func streamID(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	return handler(srv, &WrappedStream{ServerStream: stream, Ctx: withID(stream.Context())})
}

// WrappedStream is a server stream with another context, for interceptors.
type WrappedStream struct {
	grpc.ServerStream
	Ctx context.Context
}

// Context returns Ctx.
func (s *WrappedStream) Context() context.Context { return s.Ctx }
