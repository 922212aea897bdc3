package queries

import (
	"slices"
	"time"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/platform/admission"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/codec"
	"github.com/shoal-db/shoal/libs/substrait/rel"

	"github.com/shoal-db/shoal/services/portal/binder"
	"github.com/shoal-db/shoal/services/portal/exec"
	"github.com/shoal-db/shoal/services/portal/planning"
)

// maxNamedChunks bounds how many chunks of a table an error names.
const maxNamedChunks = 20

// place plans the query for a snapshot, and makes tickets.
func (s *Service) place(q *Query, snap *catalog.Snapshot, opts planning.Options) (*Placed, error) {
	planned, err := q.planned(snap, opts)
	if err != nil {
		return nil, fault.Wrap(err, "plan query")
	}
	return s.ready(q, snap, planned)
}

// ready makes tickets for what is planned.
func (s *Service) ready(q *Query, snap *catalog.Snapshot, planned *planning.Planned) (_ *Placed, err error) {
	out := &Placed{Planned: planned, Snapshot: snap}
	if planned.Merge != nil {
		if out.MergeBytes, err = codec.Encode(planned.Merge); err != nil {
			return nil, fault.Wrap(err, "encode merge plan")
		}
	}
	// Subplans that differ in their chunks alone share a plan.
	encoded := map[*rel.Plan][]byte{}
	for _, sub := range planned.Subplans {
		ready := Subplan{Subplan: sub}
		for _, i := range sub.Replicas {
			ready.Workers = append(ready.Workers, snap.Workers()[i])
		}
		// Clients that read workers themselves begin with one that answers.
		slices.SortStableFunc(ready.Workers, func(a, b catalog.Worker) int {
			return s.opts.Executor.Health(a.Location) - s.opts.Executor.Health(b.Location)
		})
		if ready.PlanBytes = encoded[sub.Plan]; ready.PlanBytes == nil {
			if ready.PlanBytes, err = codec.Encode(sub.Plan); err != nil {
				return nil, fault.Wrap(err, "encode subplan")
			}
			encoded[sub.Plan] = ready.PlanBytes
		}
		if ready.Ticket, err = s.ticket(q, planned, ready); err != nil {
			return nil, fault.Wrap(err, "make ticket")
		}
		out.Subplans = append(out.Subplans, ready)
	}
	return out, nil
}

func (q *Query) planned(snap *catalog.Snapshot, opts planning.Options) (*planning.Planned, error) {
	if q.fallback != nil {
		return planning.PlanFallback(snap, q.fallback, opts)
	}
	return planning.Plan(snap, q.Logical, opts)
}

// fallbackOf is a planned fallback as it is run.
func fallbackOf(f *planning.Fallback) *exec.Fallback {
	if f == nil {
		return nil
	}
	out := &exec.Fallback{SQL: f.SQL, Catalog: binder.Database, Schema: f.Schema}
	for _, t := range f.Tables {
		out.Tables = append(out.Tables, exec.FallbackTable{Schema: t.Dataset, Name: t.Name, Columns: t.Columns, Rows: t.Rows})
	}
	return out
}

// job makes a placed query, or a part of one, ready to be run; schema is what its rows must look like.
func (r *Run) job(placed *Placed, schema *arrow.Schema, progress *exec.Progress) (exec.Job, error) {
	job := exec.Job{
		Merge: placed.Merge, Fallback: fallbackOf(placed.Fallback), Schema: schema, Progress: progress,
		Profile: r.query.measured(), Deaths: r.deaths, Heavy: r.ask.Lane == admission.Heavy,
	}
	if placed.Merge != nil {
		for _, name := range planning.SentIn(placed.Merge) {
			job.Sent = append(job.Sent, exec.Sent{Name: name, Data: placed.Sent[name].Data})
		}
	}
	for _, sub := range placed.Subplans {
		in := exec.Input{ID: sub.ID, Ticket: sub.Ticket, Chunks: chunkNames(sub, maxNamedChunks), Schema: schema, Rows: sub.Rows}
		if placed.InPortal() {
			var err error
			if in.Schema, err = r.service.opts.Binder.ArrowSchema(r.ctx, columnsOf(sub.Plan)); err != nil {
				return job, fault.Wrap(err, "prepare subplan's stream")
			}
		}
		for _, w := range sub.Workers {
			in.Replicas = append(in.Replicas, exec.Replica{Worker: w.ID, Location: w.Location})
		}
		job.Inputs = append(job.Inputs, in)
	}
	return job, nil
}

func columnsOf(p *rel.Plan) []rel.Column {
	types := p.Root.Types()
	columns := make([]rel.Column, len(types))
	for i, t := range types {
		columns[i] = rel.Column{Name: p.Names[i], Type: t}
	}
	return columns
}

// chunkNames lists a subplan's chunks by table, up to most of each; 0 lists all.
func chunkNames(s Subplan, most int) map[string][]string {
	out := map[string][]string{}
	for _, t := range s.Tables {
		names := []string{}
		for _, ordinal := range t.Chunks {
			if most > 0 && len(names) == most {
				names = append(names, "…")
				break
			}
			names = append(names, t.Table.ID(ordinal).String())
		}
		out[t.Table.Dataset+"."+t.Table.Name] = names
	}
	return out
}

// ChunkNames lists the ids of the subplan's chunks by "dataset.table".
func (s Subplan) ChunkNames() map[string][]string { return chunkNames(s, 0) }

// expiry is when tickets made now expire.
func (s *Service) expiry() time.Time { return time.Now().Add(s.opts.TicketTTL).Truncate(time.Second) }
