package catalog

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

// DefaultConnectTimeout bounds Connect when its config does not.
const DefaultConnectTimeout = 30 * time.Second

// ClientConfig says how to reach etcd.
type ClientConfig struct {
	// Endpoints are host:port, tried in order until one answers.
	Endpoints []string
	// Timeout bounds the wait for the first answer; zero means DefaultConnectTimeout.
	Timeout time.Duration
	Log     *slog.Logger
	// Username and Password are for an etcd that asks for them.
	Username, Password string
}

// Connect returns a client of an etcd that has answered. It tries again with growing pauses,
// logging why, until Timeout or ctx ends, and then says (unavailable) which endpoints were tried.
// The caller closes the client.
func Connect(ctx context.Context, cfg ClientConfig) (*clientv3.Client, error) {
	const op = "connect to etcd"
	if len(cfg.Endpoints) == 0 {
		return nil, fault.New(fault.InvalidArgument, op, "no endpoints").WithHint("name them with --etcd host:port,…")
	}
	client, err := clientv3.New(clientv3.Config{
		Endpoints: cfg.Endpoints, DialTimeout: 5 * time.Second,
		DialKeepAliveTime: 10 * time.Second, DialKeepAliveTimeout: 5 * time.Second,
		Username: cfg.Username, Password: cfg.Password,
		Logger: zap.NewNop(), // what matters comes back as errors
	})
	if err != nil {
		return nil, unreachable(op, cfg.Endpoints, err)
	}
	timeout := cfg.Timeout
	if timeout <= 0 {
		timeout = DefaultConnectTimeout
	}
	if err := firstAnswer(ctx, client, timeout, cfg.Log); err != nil {
		_ = client.Close()
		if ctx.Err() != nil {
			return nil, fault.FromContext(ctx, op)
		}
		return nil, unreachable(op, cfg.Endpoints, reason(ctx, cfg.Endpoints, err))
	}
	return client, nil
}

// reason returns why no endpoint can be connected to, if that is so: the client itself only says
// that time was up.
func reason(ctx context.Context, endpoints []string, err error) error {
	dialer := net.Dialer{Timeout: time.Second}
	var reasons []error
	for _, e := range endpoints {
		if _, rest, ok := strings.Cut(e, "://"); ok {
			e = rest
		}
		conn, dialErr := dialer.DialContext(ctx, "tcp", e)
		if dialErr == nil {
			_ = conn.Close()
			return err
		}
		reasons = append(reasons, dialErr)
	}
	return errors.Join(reasons...)
}

// firstAnswer waits until etcd answers a read that needs a quorum.
func firstAnswer(ctx context.Context, client *clientv3.Client, timeout time.Duration, log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var last error
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		try, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		_, err := client.Get(try, layout.VersionKey)
		if err == nil || ctx.Err() == nil {
			last = err
		}
		if errors.Is(err, rpctypes.ErrAuthFailed) || errors.Is(err, rpctypes.ErrPermissionDenied) {
			err = backoff.Permanent(err)
		}
		return struct{}{}, err
	}, backoff.WithBackOff(pauses()), backoff.WithMaxElapsedTime(0), backoff.WithNotify(func(err error, wait time.Duration) {
		if log != nil {
			log.Warn("etcd does not answer", "endpoints", client.Endpoints(), logging.Err(err), "retry_in", wait)
		}
	}))
	if err != nil && last != nil {
		return last
	}
	return err
}

// pauses grow from 100 ms to 5 s, with jitter.
func pauses() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval = 100*time.Millisecond, 5*time.Second
	return b
}

func unreachable(op string, endpoints []string, err error) error {
	if kind := fault.KindOf(err); kind == fault.Unauthenticated || kind == fault.PermissionDenied {
		return fault.Wrap(err, op)
	}
	return fault.New(fault.Unavailable, op, "no answer from %s: %w", strings.Join(endpoints, ", "), err).
		WithDetail("endpoints", endpoints).
		WithHint("check that etcd runs, and that --etcd names it")
}

// etcd's errors are its own type, so fault has to be taught them.
func init() {
	fault.Recognize(func(err error) *fault.Fault {
		var e rpctypes.EtcdError
		code := codes.OK
		if errors.As(err, &e) {
			code = e.Code()
		} else if s, ok := status.FromError(err); ok {
			code = s.Code()
		}
		kind, ok := etcdKinds[code]
		if !ok {
			return nil
		}
		return &fault.Fault{Kind: kind, Retryable: kind == fault.Unavailable, Cause: err}
	})
}

var etcdKinds = map[codes.Code]fault.Kind{
	codes.Unavailable:       fault.Unavailable,
	codes.ResourceExhausted: fault.ResourceExhausted,
	codes.DeadlineExceeded:  fault.DeadlineExceeded,
	codes.Canceled:          fault.Cancelled,
	codes.Unauthenticated:   fault.Unauthenticated,
	codes.PermissionDenied:  fault.PermissionDenied,
}
