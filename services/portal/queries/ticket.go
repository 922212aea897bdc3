package queries

import (
	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/report"
	"github.com/shoal-db/shoal/libs/chunks/ticket"
	"github.com/shoal-db/shoal/libs/platform/admission"
	"github.com/shoal-db/shoal/libs/platform/fault"

	"github.com/shoal-db/shoal/services/portal/planning"
)

// Keyring gives the cluster's secrets, nil while there are none; a catalog.Follower's Keyring is one.
type Keyring func() *ticket.Keyring

func (s *Service) keyring() (*ticket.Keyring, error) {
	if ring := s.opts.Keyring(); ring != nil {
		return ring, nil
	}
	return nil, fault.New(fault.Unavailable, "sign ticket", "the cluster has no signing keys yet").
		WithHint("a metadata service makes them when it first starts")
}

// ticket makes the right to run a subplan of a plan at its replicas.
func (s *Service) ticket(q *Query, of *planning.Planned, sub Subplan) ([]byte, error) {
	ring, err := s.keyring()
	if err != nil {
		return nil, err
	}
	t := ticket.Ticket{
		QueryID: string(q.ID), Subplan: uint32(sub.ID), CatalogVersion: uint64(of.CatalogVersion),
		Plan: sub.PlanBytes, ExpiresAt: q.ExpiresAt,
	}
	if q.measured() {
		t.Flags |= report.Flag
	}
	if laneOf(of.Cost) == admission.Heavy {
		t.Flags |= ticket.HeavyFlag
	}
	for _, name := range sub.Sent {
		t.Rows = append(t.Rows, ticket.Rows{Name: name, Data: of.Sent[name].Data})
	}
	for _, w := range sub.Workers {
		t.Workers = append(t.Workers, w.ID)
	}
	for _, read := range sub.Tables {
		if read.Table.Kind == catalog.Reference {
			t.References = append(t.References, ticket.Reference{
				Dataset: read.Table.Dataset, Table: read.Table.Name, Hash: read.Table.ID(0).Hash,
			})
			continue
		}
		ids := make([]chunks.ID, len(read.Chunks))
		for i, ordinal := range read.Chunks {
			ids[i] = read.Table.ID(ordinal)
		}
		t.Tables = append(t.Tables, ticket.Table{Dataset: read.Table.Dataset, Table: read.Table.Name, Chunks: ids})
	}
	return ring.Sign(t)
}

// handlePurpose keeps handles apart from tickets for workers, which the same keys sign.
const handlePurpose = "portal-query"

// Handle is the ticket with which the portal itself runs the query, for Redeem.
func (s *Service) Handle(q *Query) ([]byte, error) {
	ring, err := s.keyring()
	if err != nil {
		return nil, err
	}
	q.mu.Lock()
	q.redeem = true
	q.mu.Unlock()
	return ring.Seal(handlePurpose, []byte(q.ID)), nil
}

// LeaveToClient says that the client has the tickets and runs the query itself. The portal goes on showing it.
func (s *Service) LeaveToClient(q *Query) { s.registry.outline(q) }

// Redeem returns the query of a handle: invalid_argument for what is none, unauthenticated for one
// that is forged or has expired.
func (s *Service) Redeem(handle []byte) (*Query, error) {
	const op = "read ticket"
	ring, err := s.keyring()
	if err != nil {
		return nil, err
	}
	id, err := ring.Open(handlePurpose, handle)
	if err != nil {
		return nil, fault.Wrap(err, op)
	}
	q, ok := s.registry.get(ID(id))
	if !ok || q.expired() || q.Placed == nil {
		return nil, fault.New(fault.Unauthenticated, op, "the ticket has expired, or is another portal's").
			WithHint("plan the query again").WithQuery(string(id))
	}
	return q, nil
}
