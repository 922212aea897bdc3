package grpcfault

import (
	"context"
	"log/slog"

	"google.golang.org/grpc"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Unary returns the interceptor that turns what a handler returns into a status, and a panic into
// an internal one, with its stack in the log. It is to be the innermost but for those that should
// see faults instead of statuses.
func Unary(log *slog.Logger) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (resp any, err error) {
		err = fault.Safely(info.FullMethod, func() (err error) {
			resp, err = handler(ctx, req)
			return err
		})
		if err == nil {
			return resp, nil
		}
		report(ctx, log, info.FullMethod, err)
		return nil, ToError(err)
	}
}

// Stream is Unary for streaming calls.
func Stream(log *slog.Logger) grpc.StreamServerInterceptor {
	return func(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		err := fault.Safely(info.FullMethod, func() error { return handler(srv, stream) })
		if err == nil {
			return nil
		}
		report(stream.Context(), log, info.FullMethod, err)
		return ToError(err)
	}
}

// report logs a failed call. A client's own mistakes and cancellations are not worth a line by
// default; what an operator should look at is.
func report(ctx context.Context, log *slog.Logger, method string, err error) {
	f := fault.From(err)
	level := slog.LevelDebug
	switch f.Kind {
	case fault.Internal:
		level = slog.LevelError
		if _, foreign := grpcStatus(err); foreign {
			level = slog.LevelWarn
		}
	case fault.Unavailable, fault.ResourceExhausted:
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{
		slog.String("method", method), slog.String("kind", string(f.Kind)), slog.String("error", f.Error()),
	}
	if f.QueryID != "" {
		attrs = append(attrs, slog.String("query", f.QueryID))
	}
	if stack := f.Stack(); stack != nil {
		attrs = append(attrs, slog.String("stack", string(stack)))
	}
	log.LogAttrs(ctx, level, "call failed", attrs...)
}
