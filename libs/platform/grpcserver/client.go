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
		// Only while calls are under way; an idle connection costs nothing and may break.
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 20 * time.Second, Timeout: 10 * time.Second}),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: retry, MinConnectTimeout: 5 * time.Second}),
	}
}
