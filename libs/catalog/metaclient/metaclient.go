// Package metaclient is the Go client of the metadata service. It finds the service that leads
// through the catalog, and asks again while leadership changes or a connection breaks.
//
// Every call may be repeated: beginning a load twice leaves one that ends by itself, a commit that
// was done already answers as it did.
package metaclient

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
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"
)

// Finder knows which metadata service leads; a catalog.Follower is one.
type Finder interface {
	// Leader returns it, with an empty URL while there is none.
	Leader() layout.Leader
	// Changed returns a channel that is closed when Leader may answer otherwise.
	Changed() <-chan struct{}
}

// Client asks the metadata service that leads. Its methods may be called from any goroutine.
type Client struct {
	finder Finder
	http   *http.Client
	// Patience is how long a call is tried when the service cannot be reached, within the bounds of
	// its context. It may be changed before the first call; New sets 30 s.
	Patience time.Duration
}

// New returns a client.
func New(finder Finder) *Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil
	transport.DialContext = (&net.Dialer{Timeout: 5 * time.Second}).DialContext
	return &Client{finder: finder, http: &http.Client{Transport: transport}, Patience: 30 * time.Second}
}

// Close closes idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// BeginLoad begins a load. It lives for LoadBegun.TTLSeconds after the last call that names it.
func (c *Client) BeginLoad(ctx context.Context, spec metaapi.LoadSpec) (metaapi.LoadBegun, error) {
	var out metaapi.LoadBegun
	body, err := json.Marshal(spec)
	if err != nil {
		return out, fault.Wrap(err, "begin load")
	}
	err = c.call(ctx, "begin load", http.MethodPost, "/v1/loads", "application/json", body, &out)
	return out, err
}

// KeepLoad tells that a load goes on. It is not_found when the load has ended.
func (c *Client) KeepLoad(ctx context.Context, id string) error {
	return c.call(ctx, "keep load", http.MethodPost, "/v1/loads/"+url.PathEscape(id)+"/keep", "", nil, nil)
}

// CommitLoad publishes the files of a load, all at once. A range that clashes, a table that has
// changed since the load began and the like are invalid_argument.
func (c *Client) CommitLoad(ctx context.Context, id string, entries []manifest.Entry) (metaapi.LoadCommitted, error) {
	var out metaapi.LoadCommitted
	var body bytes.Buffer
	if err := metaapi.WriteManifest(&body, entries); err != nil {
		return out, fault.Wrap(err, "commit load")
	}
	err := c.call(ctx, "commit load", http.MethodPost, "/v1/loads/"+url.PathEscape(id)+"/commit", metaapi.ManifestType, body.Bytes(), &out)
	return out, err
}

// AbortLoad ends a load; one that has ended already is not an error.
func (c *Client) AbortLoad(ctx context.Context, id string) error {
	return c.call(ctx, "abort load", http.MethodDelete, "/v1/loads/"+url.PathEscape(id), "", nil, nil)
}

// DropTable removes a table from the catalog and returns the catalog version without it.
func (c *Client) DropTable(ctx context.Context, dataset, table string) (int64, error) {
	var out metaapi.Dropped
	path := "/v1/tables/" + url.PathEscape(dataset) + "/" + url.PathEscape(table)
	err := c.call(ctx, "drop table", http.MethodDelete, path, "", nil, &out)
	return out.CatalogVersion, err
}

// call asks until there is an answer that a repetition would not change.
func (c *Client) call(ctx context.Context, op, method, path, contentType string, body []byte, out any) error {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval = 50*time.Millisecond, 2*time.Second
	deadline := time.Now().Add(c.Patience)
	for {
		changed, begun := c.finder.Changed(), time.Now()
		err := c.once(ctx, method, path, contentType, body, out)
		if time.Since(begun) > c.Patience/2 {
			deadline = time.Now().Add(c.Patience) // the service was reached, and was at it
		}
		wait := pause.NextBackOff()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fault.FromContext(ctx, op)
		case !fault.IsRetryable(err) || time.Now().Add(wait).After(deadline):
			return fault.Wrap(err, op)
		}
		select {
		case <-changed:
		case <-time.After(wait):
		case <-ctx.Done():
			return fault.FromContext(ctx, op)
		}
	}
}

func (c *Client) once(ctx context.Context, method, path, contentType string, body []byte, out any) error {
	leader := c.finder.Leader()
	if leader.URL == "" {
		return fault.New(fault.Unavailable, "find metadata service", "none leads at the moment").
			WithHint("check that a metadata service runs and reaches etcd")
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(leader.URL, "/")+path, bytes.NewReader(body))
	if err != nil {
		return fault.Wrap(err, "ask metadata service")
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return unreachable(err, leader)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := httpfault.Read(resp); err != nil {
		return err
	}
	if out == nil {
		return nil
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return unreachable(err, leader)
	}
	return nil
}

// unreachable makes a fault of what went wrong on the way; an answer that breaks off counts.
func unreachable(err error, leader layout.Leader) error {
	kind := fault.KindOf(err)
	if kind == fault.Internal || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		kind = fault.Unavailable
	}
	return fault.New(kind, "ask metadata service", "%s: %w", leader.URL, err).WithDetail("leader", leader.ID)
}
