package planning

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/restrict"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
	"github.com/shoal-db/shoal/libs/substrait/split"

	"github.com/shoal-db/shoal/services/portal/literals"
)

const (
	// MaxBroadcastRows bounds the rows of a side of a join that is sent to the workers.
	MaxBroadcastRows = 100_000
	// broadcastRatio is how many times larger the other side must be.
	broadcastRatio = 4
	// maxBroadcastJoins bounds how many joins are looked at.
	maxBroadcastJoins = 16
)

// Broadcast is a part of the plan whose rows are perhaps so few that they are better computed first and sent
// to the workers, along with the plan, than that what they are joined with is sent to the portal. Who runs the
// query finds out how many there are: planning only estimates.
type Broadcast struct {
	// Rel is a part of Planned.Logical, Stage what is computed in its place: it may leave out rows and columns
	// that the rest of the plan has no use for.
	Rel, Stage rel.Rel
	// Rows estimates its rows, OtherRows those that the workers need not send then.
	Rows, OtherRows int64

	// target is the part of Planned.Logical that has another one in its place if Rel is computed first.
	target rel.Rel
	with   func(rel.Rel) rel.Rel
	// columns are those of Rel that Stage has.
	columns []int
	share   float64 // which share Rows are of those that there were without conditions
}

// String says it for people.
func (b *Broadcast) String() string {
	return fmt.Sprintf("%s: about %d rows, at most %d, instead of about %d rows sent to the portal",
		tablesText(b.Rel), b.Rows, MaxBroadcastRows, b.OtherRows)
}

// Sent are rows that go to the workers along with the plan.
type Sent struct {
	// Name is unique in this process: a plan reads the rows as {rel.SentTable, Name}.
	Name    string
	Columns []rel.Column
	Rows    int64
	// Data is an Arrow IPC stream.
	Data []byte

	share float64 // as in size
}

// sentSize is the size of a read of Sent.
func (p *planner) sentSize(r *rel.Read) size {
	s := p.sent[r.Table[1]]
	if p.standIn != nil && r.Table[1] == placeholder {
		s = p.standIn
	}
	if s == nil {
		return size{0, 1}
	}
	return size{float64(s.Rows), s.share}
}

// lastSent numbers Sent.
var lastSent atomic.Int64

// NewSent has rows sent in the place of a part of a plan.
func NewSent(part *Broadcast, rows int64, data []byte) *Sent {
	share := math.Min(1, part.share*float64(rows)/float64(part.Rows))
	return &Sent{Name: strconv.FormatInt(lastSent.Add(1), 10), Columns: columnsOf(part.Stage), Rows: rows, Data: data, share: share}
}

// read is the relation that has the rows.
func (s *Sent) read() *rel.Read {
	return &rel.Read{Table: []string{rel.SentTable, s.Name}, Columns: s.Columns}
}

// SentIn are the names of the Sent that a plan reads.
func SentIn(plan *rel.Plan) []string {
	var names []string
	for r := range plan.Rels() {
		if read, ok := r.(*rel.Read); ok && read.IsSent() && !slices.Contains(names, read.Table[1]) {
			names = append(names, read.Table[1])
		}
	}
	return names
}

// placeholder is the name of Sent that stand, while planning, for rows that are yet to be computed.
const placeholder = "?"

// broadcast finds the part of the plan that is best computed first: nil if none is worth it. static is how the
// plan is split without that.
func (p *planner) broadcast(plan *rel.Plan, static *split.Result) *Broadcast {
	if !p.opts.Broadcast || static.Merge == nil || len(static.Fragments) < 2 {
		return nil
	}
	sent := p.rowsSent(static)
	if sent < float64(p.opts.BroadcastSaving) {
		return nil
	}
	defer func() { p.standIn = nil }()
	var best *Broadcast
	for _, c := range append(p.sides(plan.Root), p.parts(static)...) {
		if c.Rows == 0 || c.Rows > MaxBroadcastRows || c.Rows*broadcastRatio > c.OtherRows {
			continue
		}
		stand := &Sent{Name: placeholder, Columns: columnsOf(c.Rel), Rows: c.Rows, share: c.share}
		p.standIn = stand
		with := c.replace(plan, stand)
		trial, err := split.Split(p.reduced(with), p.table, p.few)
		if err != nil {
			continue
		}
		c.OtherRows = int64(sent - p.rowsSent(trial) - p.rowsOfStage(c))
		if float64(c.OtherRows) >= math.Max(sent/2, float64(p.opts.BroadcastSaving)) && c.OtherRows >= c.Rows*broadcastRatio && (best == nil || c.OtherRows > best.OtherRows) {
			c.columns = sentColumns(with, stand)
			best = c
		}
	}
	if best != nil {
		stage := &rel.Project{Input: p.restricted(best.Rel)}
		ts := best.Rel.Types()
		for _, i := range best.columns {
			stage.Exprs = append(stage.Exprs, &rel.Field{Index: i, Of: ts[i]})
		}
		best.Stage = stage
	}
	return best
}

// sentColumns are the columns of rows that a plan without idle columns looks at, at least one.
func sentColumns(plan *rel.Plan, of *Sent) []int {
	used := map[string]bool{}
	for r := range plan.Rels() {
		if read, ok := r.(*rel.Read); ok && read.IsSent() && read.Table[1] == of.Name {
			for _, c := range read.Columns {
				used[c.Name] = true
			}
		}
	}
	var out []int
	for i, c := range of.Columns {
		if used[c.Name] {
			out = append(out, i)
		}
	}
	if len(out) == 0 {
		out = []int{0}
	}
	return out
}

// rowsOfStage estimates how many rows workers send for the part itself.
func (p *planner) rowsOfStage(c *Broadcast) float64 {
	parts, err := split.Split(&rel.Plan{Root: c.Rel, Names: make([]string, len(c.Rel.Types()))}, p.table, p.few)
	if err != nil {
		return math.Inf(1)
	}
	return math.Max(float64(c.Rows), p.rowsSent(parts))
}

// replace returns the plan with rows in the place of the part, and without idle columns.
func (b *Broadcast) replace(plan *rel.Plan, rows *Sent) *rel.Plan {
	root := rel.Transform(plan.Root, func(r rel.Rel) rel.Rel {
		if r == b.target {
			return b.with(b.inPlace(rows.read()))
		}
		return r
	})
	return rewrite.PruneColumns(&rel.Plan{Shared: plan.Shared, Root: root, Names: plan.Names})
}

// inPlace has the columns of Rel, those that were not computed NULL: nothing in the plan looks at them.
func (b *Broadcast) inPlace(rows *rel.Read) rel.Rel {
	ts := b.Rel.Types()
	if len(rows.Columns) == len(ts) {
		return rows
	}
	out := &rel.Project{Input: rows}
	for _, t := range ts {
		out.Exprs = append(out.Exprs, rel.Null(t))
	}
	for at, i := range b.columns {
		out.Exprs[i] = &rel.Field{Index: at, Of: ts[i]}
	}
	return out
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
			out = append(out, &Broadcast{Rel: j.Left, Rows: rowsOf(left), OtherRows: rowsOf(right), share: left.share, target: j.Left, with: itself})
		}
		if p.standsAlone(j.Right) && p.readsChunks(j.Left) {
			out = append(out, &Broadcast{Rel: j.Right, Rows: rowsOf(right), OtherRows: rowsOf(left), share: right.share, target: j.Right, with: itself})
		}
		return true
	})
	return out
}

func itself(r rel.Rel) rel.Rel { return r }

// parts are those of trees of joins that run on workers by themselves.
func (p *planner) parts(static *split.Result) []*Broadcast {
	var out []*Broadcast
	for _, part := range static.Parts {
		if p.standsAlone(part.Rel) {
			own := p.size(part.Rel)
			out = append(out, &Broadcast{Rel: part.Rel, Rows: rowsOf(own), OtherRows: math.MaxInt64, share: own.share, target: part.Tree, with: part.With})
		}
	}
	return out
}

// rowsOf is 0 only where it is sure that there are none, and nothing is read.
func rowsOf(s size) int64 { return int64(math.Ceil(s.rows)) }

// standsAlone is true of relations that read chunked tables, refer to nothing outside, and whose values come
// through Arrow as they are.
func (p *planner) standsAlone(r rel.Rel) bool {
	if len(r.Types()) == 0 {
		return false
	}
	for _, t := range r.Types() {
		if !literals.Supports(t) {
			return false
		}
	}
	looksOut := func(r rel.Rel) bool {
		switch r.(type) {
		case *rel.Reference, *rel.Outer, *rel.Working:
			return true
		}
		return false
	}
	return !rel.Any(r, looksOut) && p.readsChunks(r)
}

func (p *planner) readsChunks(r rel.Rel) bool {
	return rel.Any(r, func(r rel.Rel) bool {
		read, ok := r.(*rel.Read)
		if !ok || read.IsSent() {
			return false
		}
		t, err := p.lookup(read)
		return err == nil && t.Kind != catalog.Reference
	})
}

// rowsSent estimates how many rows fragments send to the portal.
func (p *planner) rowsSent(parts *split.Result) float64 {
	if parts.Merge == nil {
		return 0 // what is the result is sent anyway
	}
	total := 0.0
	for _, f := range parts.Fragments {
		total += p.size(f.Plan.Root).rows
	}
	return total
}

// PlanStage plans the part of a query that is better computed first, by itself.
func PlanStage(snap *catalog.Snapshot, of *Planned, opts Options) (*Planned, error) {
	part := of.Broadcast.Stage
	columns := columnsOf(part)
	plan := &rel.Plan{Root: part}
	for _, c := range columns {
		plan.Names = append(plan.Names, c.Name)
	}
	opts.Broadcast = false
	p := &planner{snap: snap, opts: opts, sent: of.Sent}
	p.out = &Planned{Columns: columns, CatalogVersion: snap.Version(), Sent: of.Sent}
	return p.arrange(plan)
}

// PlanWith plans a query anew, with rows in the place of the part that was computed first, before.Broadcast.
func PlanWith(snap *catalog.Snapshot, before *Planned, rows *Sent, opts Options) (*Planned, error) {
	p := &planner{snap: snap, opts: opts, sent: maps.Clone(before.Sent)}
	if p.sent == nil {
		p.sent = map[string]*Sent{}
	}
	p.sent[rows.Name] = rows
	p.out = &Planned{Columns: before.Columns, CatalogVersion: snap.Version(), Rules: before.Rules, Sent: p.sent}
	return p.arrange(p.reduced(before.Broadcast.replace(before.Logical, rows)))
}

// reduced applies to a plan with Sent the rule for which they make new work.
func (p *planner) reduced(plan *rel.Plan) *rel.Plan {
	if slices.Contains(p.opts.DisableRules, rewrite.ReduceJoinsRule) {
		return plan
	}
	return rewrite.ReduceJoins(plan, p.whereabouts)
}

// arrange splits and prunes an optimised plan, and finds who can answer it.
func (p *planner) arrange(plan *rel.Plan) (*Planned, error) {
	plan = p.lookUp(restrict.Number(plan))
	if err := checkJoins(plan); err != nil {
		return nil, err
	}
	parts, err := split.Split(plan, p.table, p.few)
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
	p.wholeOnWorker(plan)
	p.out.Cost = p.cost()
	return p.out, nil
}
