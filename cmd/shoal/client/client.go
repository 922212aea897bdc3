// Package client talks to a portal over HTTP, for the commands of shoal. It owns the JSON shapes of
// the portal's answers as a client sees them.
//
// Invariants: an error is a fault, the portal's own where it sent one; a result stream that ends
// early is an error, never a short result. It refuses to retry what is not safe to be done twice.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"
)

// DefaultPortal is where a portal is looked for.
const DefaultPortal = "http://127.0.0.1:8080"

// HeaderQueryID names the query in every answer that belongs to one.
const HeaderQueryID = "X-Shoal-Query-Id"

// Client is a portal. Its methods may be called from any goroutine.
type Client struct {
	base     *url.URL
	http     *http.Client
	patience patience
}

// New returns a client of the portal at an address like http://127.0.0.1:8080.
func New(portal string) (*Client, error) {
	if !strings.Contains(portal, "://") {
		portal = "http://" + portal
	}
	base, err := url.Parse(portal)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fault.New(fault.InvalidArgument, "find portal", "%q is no address of a portal", portal).
			WithHint("an address looks like %s", DefaultPortal)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 16
	// Results and loads take as long as they take; what bounds them is the caller's context.
	return &Client{base: base, http: &http.Client{Transport: transport}, patience: defaultPatience}, nil
}

// Close drops idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Portal is the portal's address.
func (c *Client) Portal() string { return c.base.String() }

// url joins path elements, escaped, and a query.
func (c *Client) url(query url.Values, elements ...string) string {
	u := c.base.JoinPath(elements...)
	u.RawQuery = query.Encode()
	return u.String()
}

// do sends a request and returns the answer if it is not an error. The caller closes the body.
func (c *Client) do(req *http.Request) (*http.Response, error) {
	const op = "ask the portal"
	ctx, pulse := c.listen(req.Context())
	resp, err := c.http.Do(req.WithContext(ctx))
	pulse.heard()
	if err != nil {
		defer pulse.cancel(nil)
		return nil, c.unreachable(ctx, err)
	}
	resp.Body = &heardBody{ReadCloser: resp.Body, pulse: pulse, ctx: ctx}
	if err := httpfault.Read(resp); err != nil {
		_ = resp.Body.Close()
		return nil, fault.Wrap(err, op)
	}
	return resp, nil
}

// unreachable says why no answer came.
func (c *Client) unreachable(ctx context.Context, err error) error {
	const op = "ask the portal"
	if f := fault.FromContext(ctx, op); f != nil {
		return f
	}
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return fault.New(fault.Unavailable, op, "no portal answers at %s: %w", c.base, dial.Err).
			WithHint("start one with shoal up, or say where it is with --portal")
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return fault.New(fault.Unavailable, op, "the portal at %s does not answer: %w", c.base, err)
}

// call sends a value as JSON, if there is one, and reads the answer into another.
func (c *Client) call(ctx context.Context, method, url string, send, receive any) error {
	const op = "ask the portal"
	var body io.Reader
	if send != nil {
		data, err := json.Marshal(send)
		if err != nil {
			return fault.New(fault.Internal, op, "%w", err)
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return fault.New(fault.Internal, op, "%w", err)
	}
	if send != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json")
	resp, err := c.do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(receive); err != nil {
		if f := fault.FromContext(ctx, op); f != nil {
			return f
		}
		return fault.New(fault.Unavailable, op, "the portal's answer is not whole, or is no JSON: %w", err)
	}
	return nil
}
