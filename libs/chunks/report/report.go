// Package report owns what a worker tells of a subplan that it ran, if the ticket asked for it.
//
// It travels in the trailer of the Flight stream, which readers that don't know it pass over. A stream
// that was not read to its end has none.
package report

import (
	"encoding/json"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Flag is the ticket's flag that asks for a report.
const Flag uint64 = 1 << 0

// Trailer is the key of the gRPC trailer that carries the report.
const Trailer = "x-shoal-subplan-report-bin"

// version is that of the encoding. Fields may be added to it, but do not change their meaning.
const version = 1

// Report is what running a subplan took. In JSON, durations are nanoseconds.
type Report struct {
	Version int    `json:"version"`
	Worker  string `json:"worker"`
	// Waited is the time in the worker's queue, Ran that from there to the last row's departure. Sending
	// is the part of Ran in which the reader of the stream did not take what was there.
	Waited  time.Duration `json:"waited_ns"`
	Ran     time.Duration `json:"ran_ns"`
	Sending time.Duration `json:"sending_ns"`
	// CPU is what DuckDB's operators took, over all threads.
	CPU time.Duration `json:"cpu_ns"`
	// Files and FileBytes are those of the chunks that the subplan may read; RowsScanned are the rows
	// that its scans gave.
	Files       int   `json:"files"`
	FileBytes   int64 `json:"file_bytes"`
	RowsScanned int64 `json:"rows_scanned"`
	RowsSent    int64 `json:"rows_sent"`
	BytesSent   int64 `json:"bytes_sent"`
	// PeakMemoryBytes and PeakSpillBytes are the most that the worker's DuckDB held at a time while the
	// subplan ran. What else ran then counts, too.
	PeakMemoryBytes int64 `json:"peak_memory_bytes"`
	PeakSpillBytes  int64 `json:"peak_spill_bytes"`
}

// Encode writes the report.
func (r Report) Encode() ([]byte, error) {
	r.Version = version
	data, err := json.Marshal(r)
	if err != nil {
		return nil, fault.New(fault.Internal, "write report", "%w", err)
	}
	return data, nil
}

// Decode is the inverse of Encode; invalid_argument for what is no report, or one of another version.
func Decode(data []byte) (Report, error) {
	const op = "read report"
	var r Report
	if err := json.Unmarshal(data, &r); err != nil {
		return r, fault.New(fault.InvalidArgument, op, "%w", err)
	}
	if r.Version != version {
		return r, fault.New(fault.InvalidArgument, op, "reports of version %d are not understood", r.Version)
	}
	return r, nil
}
