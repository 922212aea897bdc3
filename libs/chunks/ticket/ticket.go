// Package ticket owns the signed, expiring right to run one subplan on the workers that hold its
// chunks, and the keys that sign it.
//
// Invariants: a ticket that Verify returns was signed by a key of the ring, had not expired, and
// names the worker that asks; nothing of it is unpacked before its signature was found right; what
// Verify accepts has one encoding for each set of chunks.
//
// It refuses to name paths or to carry SQL: a ticket says dataset, table, chunk and plan, and what
// these mean is up to who redeems it. It hides nothing: a ticket is signed, not encrypted.
package ticket

import (
	"slices"
	"strings"
	"time"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/internal/wire"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Ticket is the right to run one subplan.
type Ticket struct {
	QueryID string
	// Subplan numbers the subplans of the query, from 0.
	Subplan        uint32
	CatalogVersion uint64
	// Tables are the chunked tables that the plan reads, and the chunks of each.
	Tables []Table
	// References are the reference tables that it reads.
	References []Reference
	// Workers are those that may redeem the ticket: the subplan's replicas.
	Workers []chunks.WorkerID
	// Plan is the subplan, a Substrait plan in protobuf.
	Plan []byte
	// Rows are tables of rows that the plan reads besides.
	Rows []Rows
	// Flags ask for variants of the answer. What they mean is up to portal and workers; a worker
	// refuses flags that it does not know.
	Flags uint64
	// ExpiresAt is when the ticket stops being valid, in whole milliseconds.
	ExpiresAt time.Time
}

// HeavyFlag says that the query takes much, and is not to hold up what is quick.
const HeavyFlag uint64 = 1 << 1

// Table is a set of chunks of one table, in ascending order of id.
type Table struct {
	Dataset string
	Table   string
	Chunks  []chunks.ID
}

// Reference is one version of a reference table.
type Reference struct {
	Dataset string
	Table   string
	Hash    chunks.ContentHash
}

// Rows are a table that comes with the ticket.
type Rows struct {
	// Name is how the plan calls it.
	Name string
	// Data is an Arrow IPC stream.
	Data []byte
}

const (
	purpose       = "ticket"
	formatVersion = 2
	// MaxBytes bounds a signed ticket, but for its Rows: less than the 4 MiB to which gRPC bounds a message.
	MaxBytes = 3 << 20
	// MaxRowsBytes bounds the data of all Rows. Tickets with Rows are for workers, which accept larger messages.
	MaxRowsBytes = 16 << 20
	// maxRawBytes bounds an unpacked ticket, but for its Rows.
	maxRawBytes = 16 << 20
	maxText     = 256
)

// Sign encodes and signs a ticket. The order of tables, chunks, references and workers in t does
// not matter, except that Workers keep theirs; t is not changed. A ticket that would be larger than
// MaxBytes, or has more Rows than MaxRowsBytes, is resource_exhausted, one that has no worker or a
// chunk twice is internal.
func (k *Keyring) Sign(t Ticket) ([]byte, error) {
	const op = "sign ticket"
	raw, err := t.encode()
	if err != nil {
		return nil, fault.Wrap(err, op)
	}
	body, err := wire.CompressFast([]byte{formatVersion}, raw)
	if err != nil {
		return nil, fault.Wrap(err, op)
	}
	signed := k.Seal(purpose, body)
	rows := 0
	for _, r := range t.Rows {
		rows += len(r.Data)
	}
	if len(signed) > MaxBytes+rows || len(raw) > maxRawBytes+rows || rows > MaxRowsBytes {
		return nil, fault.New(fault.ResourceExhausted, op, "the ticket takes %d bytes", len(signed)).
			WithHint("select fewer chunks, or load with larger ones")
	}
	return signed, nil
}

// Verify checks a ticket's signature, that it has not expired at now, and that worker may redeem
// it, and returns it. Garbage is invalid_argument, a forged or expired ticket unauthenticated, a
// ticket for others permission_denied.
func (k *Keyring) Verify(signed []byte, worker chunks.WorkerID, now time.Time) (*Ticket, error) {
	const op = "verify ticket"
	if len(signed) > MaxBytes+MaxRowsBytes {
		return nil, fault.New(fault.InvalidArgument, op, "a ticket of %d bytes is too large", len(signed))
	}
	body, err := k.Open(purpose, signed)
	if err != nil {
		return nil, fault.Wrap(err, op)
	}
	t, err := decode(body)
	if err != nil {
		return nil, fault.From(err).WithOp(op)
	}
	if !now.Before(t.ExpiresAt) {
		return nil, fault.New(fault.Unauthenticated, op, "the ticket expired at %s", t.ExpiresAt.Format(time.RFC3339)).
			WithHint("plan the query again").WithQuery(t.QueryID).
			WithDetail("expires_at", t.ExpiresAt.Format(time.RFC3339Nano))
	}
	if !slices.Contains(t.Workers, worker) {
		return nil, fault.New(fault.PermissionDenied, op, "worker %s is not among those that the ticket is for: %s", worker, join(t.Workers)).
			WithHint("redeem the ticket at one of the subplan's replicas").WithQuery(t.QueryID).
			WithDetail("worker", string(worker)).WithDetail("workers", t.Workers)
	}
	return t, nil
}

func join(ids []chunks.WorkerID) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(id))
	}
	return b.String()
}
