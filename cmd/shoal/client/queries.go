package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// The media types in which results come.
const (
	TypeArrow = "application/vnd.apache.arrow.stream"
	TypeJSON  = "application/json"
	TypeCSV   = "text/csv"
)

// Query is a query that runs, or ran a while ago.
type Query struct {
	ID             string     `json:"id"`
	Form           string     `json:"form"`
	SQL            string     `json:"sql,omitempty"`
	Front          string     `json:"front"`
	State          string     `json:"state"`
	Created        time.Time  `json:"created"`
	Started        *time.Time `json:"started,omitempty"`
	ElapsedSeconds float64    `json:"elapsed_seconds"`
	Rows           int64      `json:"rows"`
	Bytes          int64      `json:"bytes"`
	CatalogVersion int64      `json:"catalog_version"`
	ChunksTotal    int        `json:"chunks_total"`
	ChunksSelected int        `json:"chunks_selected"`
	Merged         bool       `json:"merged"`
	Subplans       []Subplan  `json:"subplans"`
	// Error is why the query failed; nil if it did not.
	Error *fault.Fault `json:"error,omitempty"`
}

// Subplan is a query's part on one worker.
type Subplan struct {
	ID             int     `json:"id"`
	Worker         string  `json:"worker"`
	Chunks         int     `json:"chunks"`
	Tries          int     `json:"tries"`
	Rows           int64   `json:"rows"`
	Bytes          int64   `json:"bytes"`
	ElapsedSeconds float64 `json:"elapsed_seconds"`
	Running        bool    `json:"running"`
}

// Queries lists the queries that run and those that ran a while ago.
func (c *Client) Queries(ctx context.Context) ([]Query, error) {
	var answer struct {
		Queries []Query `json:"queries"`
	}
	err := c.call(ctx, http.MethodGet, c.url(nil, "v1", "queries"), nil, &answer)
	return answer.Queries, err
}

// CancelQuery ends a query that runs.
func (c *Client) CancelQuery(ctx context.Context, id string) error {
	return c.call(ctx, http.MethodDelete, c.url(nil, "v1", "queries", id), nil, &struct{}{})
}

// Statement is SQL, the dataset in which names are looked up that name none, and values for parameters.
type Statement struct {
	SQL        string                     `json:"sql"`
	Schema     string                     `json:"schema,omitempty"`
	Parameters map[string]json.RawMessage `json:"parameters,omitempty"`
}

// Explain says how a query is planned, as text and as the portal's JSON; analyze runs it, too.
func (c *Client) Explain(ctx context.Context, s Statement, analyze bool) (text string, body json.RawMessage, err error) {
	request := struct {
		Statement
		Analyze bool `json:"analyze"`
	}{s, analyze}
	if err := c.call(ctx, http.MethodPost, c.url(nil, "v1", "explain"), request, &body); err != nil {
		return "", nil, err
	}
	var answer struct {
		Text string `json:"text"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return "", nil, fault.New(fault.Unavailable, "ask the portal", "the portal's answer is not what was expected: %w", err)
	}
	return answer.Text, body, nil
}

// Result is a query's result as it comes. Read returns io.EOF only when all of it has come; what
// ends it early is a fault, the query's own where the portal tells it.
type Result struct {
	QueryID string

	client *Client
	ctx    context.Context
	body   io.ReadCloser
}

// Query asks for a query's result in one of the media types. The caller must Close it.
func (c *Client) Query(ctx context.Context, s Statement, mediaType string) (*Result, error) {
	const op = "ask the portal"
	data, err := json.Marshal(s)
	if err != nil {
		return nil, fault.New(fault.Internal, op, "%w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url(nil, "v1", "query"), bytes.NewReader(data))
	if err != nil {
		return nil, fault.New(fault.Internal, op, "%w", err)
	}
	req.Header.Set("Content-Type", TypeJSON)
	req.Header.Set("Accept", mediaType)
	resp, err := c.do(req) //nolint:bodyclose // the result closes it
	if err != nil {
		return nil, err
	}
	return &Result{QueryID: resp.Header.Get(HeaderQueryID), client: c, ctx: ctx, body: resp.Body}, nil
}

// Read reads the result's bytes.
func (r *Result) Read(p []byte) (int, error) {
	n, err := r.body.Read(p)
	if err == nil || err == io.EOF {
		return n, err
	}
	return n, r.broken(err)
}

// Close ends the query if it still runs.
func (r *Result) Close() error { return r.body.Close() }

// broken asks the portal why a result broke off: the formats have no room for a reason.
func (r *Result) broken(err error) error {
	const op = "read result"
	if f := fault.FromContext(r.ctx, op); f != nil {
		return f
	}
	if f := (*fault.Fault)(nil); errors.As(err, &f) {
		return fault.Wrap(err, op) // the portal hangs
	}
	ctx, cancel := context.WithTimeout(r.ctx, 2*time.Second)
	defer cancel()
	if all, listErr := r.client.Queries(ctx); listErr == nil {
		for _, q := range all {
			if q.ID == r.QueryID && q.Error != nil {
				return fault.Wrap(q.Error, op)
			}
		}
	}
	return fault.New(fault.Unavailable, op, "the result broke off: %w", err).WithQuery(r.QueryID)
}
