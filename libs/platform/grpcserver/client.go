package grpcserver

import (
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/keepalive"
)

// DialOptions returns the options for clients of our servers: the same message size (zero means
// DefaultMaxMessage), keep-alive within what the servers allow, and quick reconnects, since a
// replica is often back, or replaced, within a second. Credentials are the caller's.
func DialOptions(maxMessage int) []grpc.DialOption {
	if maxMessage == 0 {
		maxMessage = DefaultMaxMessage
	}
	retry := backoff.DefaultConfig
	retry.BaseDelay, retry.MaxDelay = 100*time.Millisecond, 5*time.Second
	return []grpc.DialOption{
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.MaxCallSendMsgSize(maxMessage)),
		// Between calls, too, so that the next one does not begin at a server that hangs. gRPC does not ask
		// more often.
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 10 * time.Second, Timeout: 5 * time.Second, PermitWithoutStream: true}),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: retry, MinConnectTimeout: 5 * time.Second}),
	}
}
