package layout

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Version is the catalog version, and the one of the last change to names and columns of tables.
type Version struct {
	Version       int64 `json:"version"`
	SchemaVersion int64 `json:"schema_version"`
}

// Cluster is what the first metadata service decided, once and for all.
type Cluster struct {
	ID string `json:"id"`
}

// TicketKeys are the secrets by which the portal signs tickets and workers verify them, as
// ticket.Key.Reveal writes them. The first one signs; all verify, so that a new one can be brought
// in before and an old one kept after.
type TicketKeys struct {
	Keys []string `json:"keys"`
}

// Leader says where the metadata service that leads is reached.
type Leader struct {
	ID  string `json:"id"`
	URL string `json:"url"`
}

// Column is a column as DuckDB spells its name and type.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Table is one version of a table.
type Table struct {
	Dataset     string           `json:"dataset"`
	Name        string           `json:"table"`
	Columns     []Column         `json:"columns"`
	Kind        string           `json:"kind"`
	BlockColumn int              `json:"block_column"` // -1 for none
	BlockKind   chunks.BlockKind `json:"block_kind,omitempty"`
	Rows        int64            `json:"rows"`
	Bytes       int64            `json:"bytes"`
	Chunks      int              `json:"chunks"`
	Pages       []ManifestRef    `json:"pages,omitempty"`
	// Version is the catalog version that made this record.
	Version int64 `json:"version"`
	// Incarnation is the load that created or last replaced the table.
	Incarnation string `json:"incarnation"`
}

// ManifestRef names a manifest page.
type ManifestRef struct {
	ID string `json:"id"`
	// Entries and Bytes are its number of entries and its encoded size.
	Entries int `json:"n"`
	Bytes   int `json:"size"`
}

// Assignment is the current assignment of one axis.
type Assignment struct {
	Axis       chunks.Axis `json:"axis"`
	Generation int64       `json:"generation"`
	// Pages are the ids of the pages that say who shall hold what, in the order of the ranges.
	Pages []string `json:"pages"`
	// Previous are the pages of the assignment from which chunks are still moving; workers keep and
	// serve what those give them. Empty when every worker has what it shall have.
	Previous []string `json:"previous,omitempty"`
}

// Worker is a live worker, under its lease.
type Worker struct {
	ID chunks.WorkerID `json:"id"`
	// Instance tells lives of the process apart.
	Instance string    `json:"instance"`
	Location string    `json:"location"`
	Capacity uint32    `json:"capacity"`
	Version  string    `json:"version,omitempty"`
	Draining bool      `json:"draining,omitempty"`
	Started  time.Time `json:"started"`
}

// Load is a load that was begun and not ended, under a lease that its activity keeps alive.
type Load struct {
	ID          string           `json:"id"`
	Dataset     string           `json:"dataset"`
	Table       string           `json:"table"`
	Columns     []Column         `json:"columns"`
	Kind        string           `json:"kind"`
	BlockColumn int              `json:"block_column"`
	BlockKind   chunks.BlockKind `json:"block_kind,omitempty"`
	Mode        string           `json:"mode"`
	// Base is the incarnation of the table that the load found, empty if there was none.
	Base    string    `json:"base,omitempty"`
	Started time.Time `json:"started"`
	Lease   int64     `json:"lease"`
}

// Commit is the outcome of a load, kept so that a commit can be asked for again.
type Commit struct {
	Load    string `json:"load"`
	Version int64  `json:"catalog_version"`
	Chunks  int    `json:"chunks"`
	Rows    int64  `json:"rows"`
	Bytes   int64  `json:"bytes"`
	// Digest is the SHA-256 of the manifest that was committed.
	Digest []byte `json:"digest"`
}

// Encode writes a record; one larger than MaxValueBytes is resource_exhausted.
func Encode(record any) (string, error) {
	data, err := json.Marshal(record)
	if err != nil {
		return "", fault.New(fault.Internal, "write catalog record", "%w", err)
	}
	if len(data) > MaxValueBytes {
		return "", fault.New(fault.ResourceExhausted, "write catalog record",
			"the record has %d bytes, the limit is %d", len(data), MaxValueBytes)
	}
	return string(data), nil
}

// Decode reads a record. Fields that are not known are let through, so that a cluster can be
// upgraded one service at a time.
func Decode(key, data []byte, record any) error {
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(record); err != nil {
		return fault.New(fault.Internal, "read catalog record", "%s: %w", key, err)
	}
	return nil
}
