package client

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// patience says when a portal that sends nothing is taken to hang: after a silence it is asked for a sign
// of life, again and again, until so many questions in a row had no answer in time. A portal that computes
// for long answers.
type patience struct {
	silence, answer time.Duration
	misses          int
}

var defaultPatience = patience{silence: 5 * time.Second, answer: 3 * time.Second, misses: 3}

// pulse watches the portal while an answer of it is waited for.
type pulse struct {
	since  atomic.Int64 // when the wait began, in Unix nanoseconds; 0 while nobody waits
	cancel context.CancelCauseFunc
}

// listen begins to watch; the call is to be made under the context that it returns.
func (c *Client) listen(ctx context.Context) (context.Context, *pulse) {
	ctx, cancel := context.WithCancelCause(ctx)
	p := &pulse{cancel: cancel}
	p.wait()
	go c.watch(ctx, p)
	return ctx, p
}

func (p *pulse) wait()  { p.since.Store(time.Now().UnixNano()) }
func (p *pulse) heard() { p.since.Store(0) }

func (c *Client) watch(ctx context.Context, p *pulse) {
	const op = "ask the portal"
	tick := time.NewTicker(c.patience.silence / 2)
	defer tick.Stop()
	for missed := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		since := p.since.Load()
		if since == 0 || time.Since(time.Unix(0, since)) < c.patience.silence || c.lives(ctx) {
			missed = 0
		} else if missed++; missed >= c.patience.misses {
			p.cancel(fault.New(fault.Unavailable, op, "the portal at %s hangs: it sends nothing, and gives no sign of life", c.base).
				WithHint("ask another portal, or again later"))
			return
		}
	}
}

// lives tells whether the portal, or whoever is before it, says anything at all.
func (c *Client) lives(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, c.patience.answer)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url(nil, "healthz"), nil)
	if err != nil {
		return true
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return true
}

// heardBody is an answer's body whose reader is waited for by a pulse.
type heardBody struct {
	io.ReadCloser
	pulse *pulse
	ctx   context.Context
}

func (b *heardBody) Read(p []byte) (int, error) {
	b.pulse.wait()
	n, err := b.ReadCloser.Read(p)
	b.pulse.heard()
	if err != nil && err != io.EOF {
		if cause := context.Cause(b.ctx); fault.Is(cause, fault.Unavailable) {
			err = cause
		}
	}
	return n, err
}

func (b *heardBody) Close() error {
	err := b.ReadCloser.Close()
	b.pulse.cancel(nil)
	return err
}
