package client

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// Column is a column as DuckDB spells its name and type.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Table is a table of the catalog.
type Table struct {
	Dataset     string   `json:"dataset"`
	Table       string   `json:"table"`
	Kind        string   `json:"kind"`
	Columns     []Column `json:"columns"`
	BlockColumn string   `json:"block_column,omitempty"`
	BlockKind   string   `json:"block_kind,omitempty"`
	Rows        int64    `json:"rows"`
	Bytes       int64    `json:"bytes"`
	Chunks      int      `json:"chunks"`
	// ChunksReady are those that at least one worker can answer for.
	ChunksReady int   `json:"chunks_ready"`
	Version     int64 `json:"version"`
}

// Tables lists all tables.
func (c *Client) Tables(ctx context.Context) ([]Table, error) {
	var answer struct {
		Tables []Table `json:"tables"`
	}
	err := c.call(ctx, http.MethodGet, c.url(nil, "v1", "tables"), nil, &answer)
	return answer.Tables, err
}

// Table finds one table; it is nil when there is none of that name.
func (c *Client) Table(ctx context.Context, dataset, table string) (*Table, error) {
	tables, err := c.Tables(ctx)
	if err != nil {
		return nil, err
	}
	for i := range tables {
		if strings.EqualFold(tables[i].Dataset, dataset) && strings.EqualFold(tables[i].Table, table) {
			return &tables[i], nil
		}
	}
	return nil, nil
}

// Chunk is one table's file in a chunk. First and Last are nil for reference tables and for the
// chunk of NULL blocks.
type Chunk struct {
	Dataset  string   `json:"dataset"`
	Table    string   `json:"table"`
	Chunk    string   `json:"chunk"`
	First    *int64   `json:"first,omitempty"`
	Last     *int64   `json:"last,omitempty"`
	Null     bool     `json:"null,omitempty"`
	Rows     int64    `json:"rows"`
	Bytes    int64    `json:"bytes"`
	Assigned []string `json:"assigned"`
	Ready    []string `json:"ready"`
	// Filters is nil if the chunk has none.
	Filters *ChunkFilters `json:"filters,omitempty"`
}

// ChunkFilters are a chunk's filters for equality.
type ChunkFilters struct {
	Columns []string `json:"columns"`
	Bytes   int64    `json:"bytes"`
	// Bits is how many bits of a fingerprint are stored, BitsLoaded how many the portal has in memory.
	Bits       int `json:"bits"`
	BitsLoaded int `json:"bits_loaded"`
}

// Chunks lists the chunks of a dataset, or of one of its tables if table is not empty.
func (c *Client) Chunks(ctx context.Context, dataset, table string) ([]Chunk, error) {
	query := url.Values{"dataset": {dataset}}
	if table != "" {
		query.Set("table", table)
	}
	var answer struct {
		Chunks []Chunk `json:"chunks"`
	}
	err := c.call(ctx, http.MethodGet, c.url(query, "v1", "chunks"), nil, &answer)
	return answer.Chunks, err
}

// Worker is a live worker.
type Worker struct {
	Worker        string  `json:"worker"`
	Location      string  `json:"location"`
	Capacity      float64 `json:"capacity"`
	Version       string  `json:"version"`
	Draining      bool    `json:"draining"`
	Files         int     `json:"files"`
	FilesAssigned int     `json:"files_assigned"`
	BytesAssigned int64   `json:"bytes_assigned"`
}

// Workers lists the live workers.
func (c *Client) Workers(ctx context.Context) ([]Worker, error) {
	var answer struct {
		Workers []Worker `json:"workers"`
	}
	err := c.call(ctx, http.MethodGet, c.url(nil, "v1", "workers"), nil, &answer)
	return answer.Workers, err
}

// DropTable removes a table, and returns the catalog version without it.
func (c *Client) DropTable(ctx context.Context, dataset, table string) (int64, error) {
	var answer struct {
		CatalogVersion int64 `json:"catalog_version"`
	}
	err := c.call(ctx, http.MethodDelete, c.url(nil, "v1", "tables", dataset, table), nil, &answer)
	return answer.CatalogVersion, err
}
