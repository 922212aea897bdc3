package planning

import (
	"fmt"
	"math"
	"strconv"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/restrict"
	"github.com/shoal-db/shoal/libs/substrait/split"

	"github.com/shoal-db/shoal/services/portal/literals"
)

const (
	// MaxBroadcastRows bounds the rows of a side of a join that is sent to the workers.
	MaxBroadcastRows = 10_000
	// broadcastRatio is how many times larger the other side must be.
	broadcastRatio = 4
	// maxBroadcastJoins bounds how many joins are looked at.
	maxBroadcastJoins = 16
)

// Broadcast is a part of the plan whose rows are perhaps so few that they are better computed first and sent
// to the workers, as constant rows of the plan, than that what they are joined with is sent to the portal. Who
// runs the query finds out how many there are: planning only estimates.
type Broadcast struct {
	// Rel is a part of Planned.Logical, Stage what is computed in its place: it may leave out rows that the
	// rest of the plan has no use for.
	Rel, Stage rel.Rel
	// Rows estimates its rows, OtherRows those that the workers need not send then.
	Rows, OtherRows int64
}

// String says it for people.
func (b *Broadcast) String() string {
	return fmt.Sprintf("%s: about %d rows, at most %d, instead of about %d rows sent to the portal",
		tablesText(b.Rel), b.Rows, MaxBroadcastRows, b.OtherRows)
}

// placeholder is the first part of the name of a table that stands, while planning, for rows that are yet to
// be computed.
const placeholder = "$broadcast"

// broadcast finds the part of the plan that is best computed first: nil if none is worth it. static is how the
// plan is split without that.
func (p *planner) broadcast(plan *rel.Plan, static *split.Result) *Broadcast {
	if !p.opts.Broadcast || static.Merge == nil || len(static.Fragments) < 2 {
		return nil
	}
	p.sizes = map[int]size{}
	sent := p.sent(static)
	var best *Broadcast
	for _, c := range p.sides(plan.Root) {
		if c.Rows == 0 || c.Rows > MaxBroadcastRows || c.Rows*broadcastRatio > c.OtherRows {
			continue
		}
		p.standIn = float64(c.Rows)
		stand := &rel.Read{Table: []string{placeholder, "0"}, Columns: columnsOf(c.Rel)}
		trial, err := split.Split(Replace(plan, c.Rel, stand), p.table)
		if err != nil {
			continue
		}
		c.OtherRows = int64(sent - p.sent(trial) - float64(c.Rows))
		if float64(c.OtherRows) >= sent/2 && (best == nil || c.OtherRows > best.OtherRows) {
			best = c
		}
	}
	if best != nil {
		best.Stage = p.restricted(best.Rel)
	}
	return best
}

// Replace returns the plan with another relation of the same columns in the place of a part of it.
func Replace(plan *rel.Plan, part, by rel.Rel) *rel.Plan {
	root := rel.Transform(plan.Root, func(r rel.Rel) rel.Rel {
		if r == part {
			return by
		}
		return r
	})
	return &rel.Plan{Shared: plan.Shared, Root: root, Names: plan.Names}
}

func columnsOf(r rel.Rel) []rel.Column {
	out := make([]rel.Column, len(r.Types()))
	for i, t := range r.Types() {
		out[i] = rel.Column{Name: "c" + strconv.Itoa(i), Type: t}
	}
	return out
}

// sides are the sides of joins that could be computed by themselves.
func (p *planner) sides(root rel.Rel) []*Broadcast {
	var out []*Broadcast
	joins := 0
	rel.Walk(root, func(r rel.Rel) bool {
		if _, recursive := r.(*rel.Recursive); recursive {
			return false // it is computed many times
		}
		j, ok := r.(*rel.Join)
		if !ok || j.Cond == nil || joins == maxBroadcastJoins {
			return true
		}
		joins++
		left, right := p.size(j.Left), p.size(j.Right)
		if p.standsAlone(j.Left) && p.readsChunks(j.Right) {
			out = append(out, &Broadcast{Rel: j.Left, Rows: rowsOf(left), OtherRows: rowsOf(right)})
		}
		if p.standsAlone(j.Right) && p.readsChunks(j.Left) {
			out = append(out, &Broadcast{Rel: j.Right, Rows: rowsOf(right), OtherRows: rowsOf(left)})
		}
		return true
	})
	return out
}

// rowsOf is 0 only where it is sure that there are none, and nothing is read.
func rowsOf(s size) int64 { return int64(math.Ceil(s.rows)) }

// standsAlone is true of relations that read chunked tables, refer to nothing outside, and whose values can be
// constants of a plan.
func (p *planner) standsAlone(r rel.Rel) bool {
	if len(r.Types()) == 0 {
		return false
	}
	for _, t := range r.Types() {
		if !literals.Supports(t) {
			return false
		}
	}
	alone := true
	rel.Walk(r, func(r rel.Rel) bool {
		switch r.(type) {
		case *rel.Reference, *rel.Outer, *rel.Working:
			alone = false
		}
		return alone
	})
	return alone && p.readsChunks(r)
}

func (p *planner) readsChunks(r rel.Rel) bool {
	found := false
	rel.Walk(r, func(r rel.Rel) bool {
		if read, ok := r.(*rel.Read); ok && read.Table[0] != placeholder {
			t, err := p.lookup(read)
			found = found || err == nil && t.Kind != catalog.Reference
		}
		return !found
	})
	return found
}

// sent estimates how many rows fragments send to the portal.
func (p *planner) sent(parts *split.Result) float64 {
	if parts.Merge == nil {
		return 0 // what is the result is sent anyway
	}
	total := 0.0
	for _, f := range parts.Fragments {
		total += p.size(f.Plan.Root).rows
	}
	return total
}

// PlanStage plans a part of a query's optimised plan by itself.
func PlanStage(snap *catalog.Snapshot, part rel.Rel, opts Options) (*Planned, error) {
	columns := columnsOf(part)
	plan := &rel.Plan{Root: part}
	for _, c := range columns {
		plan.Names = append(plan.Names, c.Name)
	}
	opts.Broadcast = false
	p := &planner{snap: snap, opts: opts}
	p.out = &Planned{Columns: columns, CatalogVersion: snap.Version()}
	return p.arrange(plan)
}

// PlanWith plans a query anew, whose optimised plan now has rows in the place of a part that was computed.
func PlanWith(snap *catalog.Snapshot, before *Planned, plan *rel.Plan, opts Options) (*Planned, error) {
	p := &planner{snap: snap, opts: opts}
	p.out = &Planned{Columns: before.Columns, CatalogVersion: snap.Version(), Rules: before.Rules}
	return p.arrange(plan)
}

// arrange splits and prunes an optimised plan, and finds who can answer it.
func (p *planner) arrange(plan *rel.Plan) (*Planned, error) {
	plan = p.lookUp(restrict.Number(plan))
	if err := checkJoins(plan); err != nil {
		return nil, err
	}
	parts, err := split.Split(plan, p.table)
	if err != nil {
		return nil, fault.Wrap(err, "split plan")
	}
	if err := checkParts(parts); err != nil {
		return nil, err
	}
	p.out.Logical, p.out.Decisions = plan, parts.Decisions
	p.out.Broadcast = p.broadcast(plan, parts)
	ids, err := p.fragments(parts.Fragments)
	if err != nil {
		return nil, err
	}
	if parts.Merge != nil {
		p.out.Merge = readSubplans(parts.Merge, ids)
	}
	return p.out, nil
}
