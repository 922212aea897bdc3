package exec

import (
	"net/url"
	"sync"
	"time"

	"github.com/apache/arrow/go/v17/arrow/flight"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/shoal-db/shoal/libs/platform/fault"
	// It teaches fault.From the errors of workers.
	_ "github.com/shoal-db/shoal/libs/platform/fault/grpcfault"
	"github.com/shoal-db/shoal/libs/platform/grpcserver"
)

// maxMessageBytes bounds one batch from a worker.
const maxMessageBytes = 256 << 20

// idleTimeout is when a connection that no stream uses is closed by gRPC; it opens again by itself.
const idleTimeout = 5 * time.Minute

// retireAfter is how long a connection to a worker that is gone is kept; longer than queries may run
// by default. Being idle, it has no socket.
const retireAfter = 2 * time.Hour

// Pool holds one connection to each worker, made when it is first needed.
type Pool struct {
	opts     []grpc.DialOption
	patience patience

	mu      sync.Mutex
	clients map[string]*workerClient
	closed  bool
}

type workerClient struct {
	flight.FlightServiceClient
	conn  *grpc.ClientConn
	gone  time.Time // since when Retire has not been told to keep it
	pulse pulse
}

// NewPool returns an empty pool. The options come after the pool's own.
func NewPool(opts ...grpc.DialOption) *Pool {
	own := append(grpcserver.DialOptions(maxMessageBytes),
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithIdleTimeout(idleTimeout))
	return &Pool{opts: append(own, opts...), clients: map[string]*workerClient{}, patience: defaultPatience}
}

func (p *Pool) client(location string) (*workerClient, error) {
	const op = "connect to worker"
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, fault.New(fault.Unavailable, op, "the portal is stopping")
	}
	if c := p.clients[location]; c != nil {
		return c, nil
	}
	u, err := url.Parse(location)
	if err != nil || u.Host == "" || u.Scheme != "grpc" && u.Scheme != "grpc+tcp" {
		return nil, fault.New(fault.Internal, op, "%q is not a location like grpc://host:port", location)
	}
	conn, err := grpc.NewClient("passthrough:///"+u.Host, p.opts...)
	if err != nil {
		return nil, fault.New(fault.Internal, op, "%w", err)
	}
	c := &workerClient{FlightServiceClient: flight.NewFlightServiceClient(conn), conn: conn}
	p.clients[location] = c
	return c, nil
}

// Retire closes, after a while, the connections to locations that are not listed: workers that are
// gone. Streams that they still send may end until then.
func (p *Pool) Retire(keep map[string]bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for location, c := range p.clients {
		switch {
		case keep[location]:
			c.gone = time.Time{}
		case c.gone.IsZero():
			c.gone = time.Now()
		case time.Since(c.gone) > retireAfter:
			_ = c.conn.Close() // there is nothing to do about it
			delete(p.clients, location)
		}
	}
}

// Close closes all connections.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for location, c := range p.clients {
		_ = c.conn.Close() // there is nothing to do about it
		delete(p.clients, location)
	}
}
