package serve

import (
	"time"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/report"
	"github.com/shoal-db/shoal/libs/chunks/ticket"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/services/worker/query"
)

// Verifier turns tickets into subplans for one worker. It implements Tickets.
type Verifier struct {
	Worker chunks.WorkerID
	// Keyring is asked for each ticket, since keys are rotated; nil while no key is known.
	Keyring func() *ticket.Keyring
	// Now is time.Now unless set.
	Now func() time.Time
}

func (v *Verifier) ring() (*ticket.Keyring, error) {
	if ring := v.Keyring(); ring != nil {
		return ring, nil
	}
	return nil, fault.New(fault.Unavailable, "verify ticket", "worker %s has not got the cluster's ticket keys yet", v.Worker).
		WithHint("ask another replica, or wait until the worker is ready")
}

// Cancelled implements Tickets.
func (v *Verifier) Cancelled(body []byte) (query string, expires time.Time, err error) {
	ring, err := v.ring()
	if err != nil {
		return "", expires, err
	}
	return ring.OpenCancel(body)
}

// Redeem implements Tickets.
func (v *Verifier) Redeem(signed []byte) (*query.Subplan, error) {
	ring, err := v.ring()
	if err != nil {
		return nil, err
	}
	now := time.Now
	if v.Now != nil {
		now = v.Now
	}
	t, err := ring.Verify(signed, v.Worker, now())
	if err != nil {
		return nil, err
	}
	if t.Flags&^(report.Flag|ticket.HeavyFlag) != 0 {
		return nil, fault.New(fault.InvalidArgument, "verify ticket", "the ticket asks for a variant %#x that worker %s does not know", t.Flags, v.Worker).
			WithHint("portal and workers must be of matching versions").WithQuery(t.QueryID)
	}
	return subplan(t), nil
}

// subplan names the ticket's files as the store does.
func subplan(t *ticket.Ticket) *query.Subplan {
	sub := &query.Subplan{QueryID: t.QueryID, Plan: t.Plan, Report: t.Flags&report.Flag != 0, Heavy: t.Flags&ticket.HeavyFlag != 0}
	for _, table := range t.Tables {
		files := query.Table{Dataset: table.Dataset, Name: table.Table}
		for _, id := range table.Chunks {
			files.Files = append(files.Files, chunks.ObjectPath(table.Dataset, table.Table, id))
			files.Chunks = append(files.Chunks, id.String())
		}
		sub.Tables = append(sub.Tables, files)
	}
	for _, rows := range t.Rows {
		sub.Sent = append(sub.Sent, query.Sent{Name: rows.Name, Data: rows.Data})
	}
	for _, ref := range t.References {
		sub.Tables = append(sub.Tables, query.Table{
			Dataset: ref.Dataset, Name: ref.Table,
			Files:  []string{chunks.ReferencePath(ref.Dataset, ref.Table, ref.Hash)},
			Chunks: []string{"_reference/" + ref.Hash.String()},
		})
	}
	return sub
}
