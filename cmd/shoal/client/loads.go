package client

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Kinds of tables.
const (
	KindChunked    = "chunked"
	KindPositional = "positional"
	KindReference  = "reference"
)

// Modes of loads.
const (
	ModeCreate  = "create"
	ModeAppend  = "append"
	ModeReplace = "replace"
)

// LoadSpec says what is loaded.
type LoadSpec struct {
	Dataset string   `json:"dataset"`
	Table   string   `json:"table"`
	Columns []Column `json:"columns"`
	Kind    string   `json:"kind"`
	// BlockColumn is for chunked tables.
	BlockColumn string `json:"block_column"`
	Mode        string `json:"mode"`
	// FilterColumns are the columns that get filters for equality, or "auto" (as empty) or "none";
	// FilterBits are the bits of a fingerprint, 0 for the portal's default.
	FilterColumns []string `json:"filter_columns,omitempty"`
	FilterBits    int      `json:"filter_bits,omitempty"`
}

// Load is a load that was begun.
type Load struct {
	ID        string `json:"load_id"`
	BlockKind string `json:"block_kind"`
	// Cuts are the ranges into which the axis is cut already, [first, last], sorted.
	Cuts [][2]int64 `json:"ranges"`
	// NextPosition is where a positional table goes on.
	NextPosition int64 `json:"next_position"`
}

// Ranges returns Cuts as ranges.
func (l *Load) Ranges() []chunks.Range {
	out := make([]chunks.Range, len(l.Cuts))
	for i, c := range l.Cuts {
		out[i] = chunks.Range{First: c[0], Last: c[1]}
	}
	return out
}

// Place is where a file of a load belongs: to a range, which may be the NULL one, or nowhere in
// particular for a reference table.
type Place struct {
	Range     chunks.Range
	Reference bool
}

func (p Place) query() url.Values {
	switch {
	case p.Reference:
		return url.Values{"reference": {"true"}}
	case p.Range.Null:
		return url.Values{"null": {"true"}}
	}
	return url.Values{
		"first": {strconv.FormatInt(p.Range.First, 10)},
		"last":  {strconv.FormatInt(p.Range.Last, 10)},
	}
}

// StoredFile is a file that the portal took in.
type StoredFile struct {
	Chunk string `json:"chunk"`
	Rows  int64  `json:"rows"`
	Bytes int64  `json:"bytes"`
}

// Committed is what a load published.
type Committed struct {
	CatalogVersion int64 `json:"catalog_version"`
	Chunks         int   `json:"chunks"`
	Rows           int64 `json:"rows"`
	Bytes          int64 `json:"bytes"`
}

// BeginLoad begins a load. Nothing of it is visible before CommitLoad.
func (c *Client) BeginLoad(ctx context.Context, spec LoadSpec) (*Load, error) {
	var load Load
	if err := c.call(ctx, http.MethodPost, c.url(nil, "v1", "loads"), spec, &load); err != nil {
		return nil, err
	}
	return &load, nil
}

// PutFile sends one Parquet file of size bytes. It may be called again for the same place: the last
// file counts.
func (c *Client) PutFile(ctx context.Context, load string, place Place, body io.Reader, size int64) (StoredFile, error) {
	const op = "send file"
	var stored StoredFile
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, c.url(place.query(), "v1", "loads", load, "files"), body)
	if err != nil {
		return stored, fault.New(fault.Internal, op, "%w", err)
	}
	req.ContentLength = size
	req.Header.Set("Content-Type", "application/vnd.apache.parquet")
	resp, err := c.do(req)
	if err != nil {
		return stored, err
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&stored); err != nil {
		return stored, fault.New(fault.Unavailable, op, "the portal's answer is not whole, or is no JSON: %w", err)
	}
	return stored, nil
}

// CommitLoad publishes a load's files at once. It may be tried again when it fails as unavailable.
func (c *Client) CommitLoad(ctx context.Context, load string) (Committed, error) {
	var done Committed
	err := c.call(ctx, http.MethodPost, c.url(nil, "v1", "loads", load, "commit"), nil, &done)
	return done, err
}

// AbortLoad ends a load of which nothing shall remain.
func (c *Client) AbortLoad(ctx context.Context, load string) error {
	return c.call(ctx, http.MethodDelete, c.url(nil, "v1", "loads", load), nil, &struct{}{})
}
