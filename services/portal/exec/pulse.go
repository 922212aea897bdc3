package exec

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// patience says when a worker that gives nothing is taken to hang: after a silence it is asked for a
// sign of life, and the same again until so many questions in a row had no answer in time. A worker that
// computes for long answers, so its stream may be silent for as long as it likes.
type patience struct {
	silence, answer time.Duration
	misses          int
}

// Together they are 8 s, less than a worker's lease.
var defaultPatience = patience{silence: 2 * time.Second, answer: 3 * time.Second, misses: 2}

// shunned is for how long a worker that did not answer is asked for rows only when others fail.
const shunned = 10 * time.Second

// pulse is what is known of a worker's life. All its streams share it, so that one asks for all.
type pulse struct {
	mu     sync.Mutex
	asked  time.Time
	missed int
	hungAt atomic.Int64 // Unix nanoseconds; 0 for a worker that answers
}

// hangs asks the worker for a sign of life, unless that was just done, and tells whether it hangs.
func (c *workerClient) hangs(p patience) bool {
	c.pulse.mu.Lock()
	defer c.pulse.mu.Unlock()
	if time.Since(c.pulse.asked) > p.silence/2 {
		if c.answers(p.answer) {
			c.pulse.missed = 0
			c.pulse.hungAt.Store(0)
		} else if c.pulse.missed++; c.pulse.missed >= p.misses {
			c.pulse.hungAt.Store(time.Now().UnixNano())
		}
		c.pulse.asked = time.Now()
	}
	return c.pulse.missed >= p.misses
}

// answers tells whether the worker says anything; that it does not know the question is an answer, too.
func (c *workerClient) answers(within time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	_, err := grpc_health_v1.NewHealthClient(c.conn).Check(ctx, &grpc_health_v1.HealthCheckRequest{})
	code := status.Code(err)
	return code != codes.Unavailable && code != codes.DeadlineExceeded
}

// hung tells whether the worker at a location has just been found hanging.
func (p *Pool) hung(location string) bool {
	p.mu.Lock()
	c := p.clients[location]
	p.mu.Unlock()
	if c == nil {
		return false
	}
	at := c.pulse.hungAt.Load()
	return at != 0 && time.Since(time.Unix(0, at)) < shunned
}

// listener knows since when a stream is waited for.
type listener struct{ since atomic.Int64 } // Unix nanoseconds; 0 while nobody waits

func (l *listener) wait()  { l.since.Store(time.Now().UnixNano()) }
func (l *listener) heard() { l.since.Store(0) }

func (l *listener) silent(atLeast time.Duration) bool {
	at := l.since.Load()
	return at != 0 && time.Since(time.Unix(0, at)) >= atLeast
}

// watch calls hung if the worker hangs while its stream is waited for. It returns when ctx ends, or soon
// after.
func (c *workerClient) watch(ctx context.Context, p patience, l *listener, hung func(error)) {
	tick := time.NewTicker(p.silence / 2)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if l.silent(p.silence) && c.hangs(p) {
			hung(fault.New(fault.Unavailable, "read subplan", "the worker hangs: it has given nothing for %s, and no sign of life when asked",
				(p.silence+time.Duration(p.misses)*p.answer).Round(time.Second)).WithDetail("hung", true))
			return
		}
	}
}
