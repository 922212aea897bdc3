package planning

import (
	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/bound"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
	"github.com/shoal-db/shoal/libs/substrait/split"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Fallback takes the place of a merge plan for a statement that no plan can say:
// the portal runs the statement itself, over tables that hold what its scans
// gave.
type Fallback struct {
	// SQL is the statement, Schema where it looks unqualified names up.
	SQL, Schema string
	// Kind and Reason are those of bound.Fallback.
	Kind, Reason string
	// Tables are there once it is planned.
	Tables []FallbackTable

	columns []rel.Column
	scans   []*rel.Read
}

// FallbackTable is a table that a fallback's statement reads.
type FallbackTable struct {
	Dataset, Name string
	// Columns are all that the table has.
	Columns []rel.Column
	// Rows give those of the columns that the statement uses, by name, and of the
	// rows those that it does not filter away; they read subplans as
	// {rel.SubplanTable, id}.
	Rows *rel.Plan
}

// PlanFallback plans the scans of a statement. Its errors are those of Plan.
func PlanFallback(snap *catalog.Snapshot, f *Fallback, opts Options) (*Planned, error) {
	p := &planner{snap: snap, opts: opts}
	out := *f
	rels := make([]rel.Rel, len(f.scans))
	shown := &rel.Plan{}
	for i, read := range f.scans {
		table, r, err := p.fallbackScan(read)
		if err != nil {
			return nil, err
		}
		out.Tables, rels[i] = append(out.Tables, table), r
		shown.Shared = append(shown.Shared, r)
	}
	parts, rows, err := split.Scans(rels, p.table)
	if err != nil {
		return nil, fault.Wrap(err, "split plan")
	}
	p.out = &Planned{Columns: f.columns, CatalogVersion: snap.Version(), Logical: shown, Decisions: parts.Decisions, Fallback: &out}
	ids, err := p.fragments(parts.Fragments)
	if err != nil {
		return nil, err
	}
	for i, r := range rows {
		out.Tables[i].Rows = readSubplans(&rel.Plan{Root: r, Names: out.Tables[i].Rows.Names}, ids)
	}
	p.out.Cost = p.cost()
	return p.out, nil
}

// fallbackScan ties a scan to the catalog. Rows are counted by some column.
func (p *planner) fallbackScan(read *rel.Read) (FallbackTable, rel.Rel, error) {
	t, err := p.lookup(read)
	if err != nil {
		return FallbackTable{}, nil, err
	}
	out := FallbackTable{Dataset: t.Dataset, Name: t.Name, Rows: &rel.Plan{}}
	for _, c := range t.Columns {
		typ, err := types.Parse(c.Type)
		if err != nil {
			return out, nil, fault.New(fault.Internal, "plan query", "column %s of %s.%s: %w", c.Name, t.Dataset, t.Name, err)
		}
		out.Columns = append(out.Columns, rel.Column{Name: c.Name, Type: typ})
	}
	if len(read.Columns) == 0 {
		read = &rel.Read{Table: read.Table, Columns: out.Columns[:1], Filter: read.Filter}
	}
	r, err := p.resolveRead(read)
	if err != nil {
		return out, nil, err
	}
	for _, c := range read.Columns {
		out.Rows.Names = append(out.Rows.Names, c.Name)
	}
	plan := &rel.Plan{Root: r, Names: out.Rows.Names}
	if p.opts.Evaluate != nil {
		plan = rewrite.FoldConstants(plan, p.opts.Evaluate)
	}
	return out, plan.Root, nil
}

// InPortal tells whether the result is computed in the portal, from the subplans'
// rows; else it is those.
func (p *Planned) InPortal() bool { return p.Merge != nil || p.Fallback != nil }

// NewFallback is the fallback of a statement with these result columns, to be
// planned.
func NewFallback(f *bound.Fallback, sql, schema string, columns []rel.Column) *Fallback {
	return &Fallback{SQL: sql, Schema: schema, Kind: f.Kind, Reason: f.Reason, columns: columns, scans: f.Scans}
}
