// Package metaapi owns what the metadata service's HTTP API says: the JSON bodies, and how the
// manifest of a load travels. The service and its client (package metaclient) share it.
//
//	POST   /v1/loads                     LoadSpec → LoadBegun
//	POST   /v1/loads/{id}/keep           → 204; the load lives on
//	POST   /v1/loads/{id}/commit         manifest → LoadCommitted
//	DELETE /v1/loads/{id}                → 204
//	DELETE /v1/tables/{dataset}/{table}  → Dropped
//	GET    /v1/loads, /v1/tables, /v1/workers, /v1/assignments
//
// Errors are faults as package httpfault writes them. A service that does not lead redirects (307)
// to the one that does.
package metaapi

import (
	"time"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/chunks"
)

// Modes of loads.
const (
	Create  = "create"  // the table must not exist
	Append  = "append"  // the table must exist, with the same columns
	Replace = "replace" // the table may exist; its rows go
)

// ManifestType is the content type of a commit's body.
const ManifestType = "application/vnd.shoal.manifest"

// LoadSpec says what is to be loaded.
type LoadSpec struct {
	Dataset string           `json:"dataset"`
	Table   string           `json:"table"`
	Columns []catalog.Column `json:"columns"`
	Kind    catalog.Kind     `json:"kind"`
	// BlockColumn is the name of a chunked table's block column, empty for other kinds.
	BlockColumn string `json:"block_column,omitempty"`
	Mode        string `json:"mode"`
	// FilterColumns are the columns that get filters for equality: "auto" (as none at all) lets the
	// portal choose, "none" is none. FilterBits are the bits of a fingerprint, 0 for the default.
	// They are the portal's business.
	FilterColumns []string `json:"filter_columns,omitempty"`
	FilterBits    int      `json:"filter_bits,omitempty"`
}

// LoadBegun is a load that was begun.
type LoadBegun struct {
	ID string `json:"load_id"`
	// BlockKind is what the table's blocks are, empty for reference tables.
	BlockKind chunks.BlockKind `json:"block_kind,omitempty"`
	// Ranges are the cuts that the dataset's axis has already, [first, last], sorted. A new chunk
	// either has one of them or overlaps none.
	Ranges [][2]int64 `json:"ranges"`
	// Taken are those of Ranges that the table itself has: an append cannot have them again.
	Taken [][2]int64 `json:"taken,omitempty"`
	// NullTaken tells that the table has a chunk for NULL blocks, so that an append cannot bring one.
	NullTaken bool `json:"null_taken,omitempty"`
	// NextPosition is the position of the first row that is appended to a positional table.
	NextPosition int64 `json:"next_position"`
	// TTLSeconds is how long the load lives after its last sign of life.
	TTLSeconds int64 `json:"ttl_seconds"`
}

// LoadCommitted is what a load published.
type LoadCommitted struct {
	CatalogVersion int64 `json:"catalog_version"`
	Chunks         int   `json:"chunks"`
	Rows           int64 `json:"rows"`
	Bytes          int64 `json:"bytes"`
}

// Dropped is a table that is gone.
type Dropped struct {
	CatalogVersion int64 `json:"catalog_version"`
}

// Load is a load that goes on.
type Load struct {
	ID      string    `json:"load_id"`
	Dataset string    `json:"dataset"`
	Table   string    `json:"table"`
	Mode    string    `json:"mode"`
	Started time.Time `json:"started"`
}

// Table is a table as the catalog has it.
type Table struct {
	Dataset     string           `json:"dataset"`
	Table       string           `json:"table"`
	Kind        catalog.Kind     `json:"kind"`
	Columns     []catalog.Column `json:"columns"`
	BlockColumn string           `json:"block_column,omitempty"`
	BlockKind   chunks.BlockKind `json:"block_kind,omitempty"`
	Chunks      int              `json:"chunks"`
	ChunksReady int              `json:"chunks_ready"`
	Rows        int64            `json:"rows"`
	Bytes       int64            `json:"bytes"`
	Version     int64            `json:"version"`
}

// Worker is a live worker.
type Worker struct {
	Worker   chunks.WorkerID `json:"worker"`
	Location string          `json:"location"`
	Capacity uint32          `json:"capacity"`
	Version  string          `json:"version,omitempty"`
	Draining bool            `json:"draining,omitempty"`
	Ready    int             `json:"files_ready"`
}

// Assignment is the assignment of one axis.
type Assignment struct {
	Axis       string `json:"axis"`
	Generation int64  `json:"generation"`
	Chunks     int    `json:"chunks"`
	// Moving tells that chunks are still on their way to their workers.
	Moving  bool                    `json:"moving"`
	Workers map[chunks.WorkerID]int `json:"workers"` // chunks assigned to each
}
