package planning

import (
	"math"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Cost is about how much it takes to run a query. It tells a lookup from a sort; it bounds nothing.
type Cost struct {
	// ScanBytes are read of chunk files, as stored.
	ScanBytes int64
	// MergeBytes are what workers send to be put together in the portal, as Arrow; 0 if nothing is.
	MergeBytes int64
}

// cost adds up the fragments.
func (p *planner) cost() Cost {
	var scan, merge float64
	for i := range p.out.Fragments {
		f := &p.out.Fragments[i]
		var stored int64
		for _, id := range f.Subplans {
			stored += p.out.Subplans[id].Bytes
		}
		scan += p.scanCost(f.Plan, float64(stored))
		if p.out.InPortal() {
			merge += p.size(f.Plan.Root).rows * widthOf(f.Plan.Root.Types())
		}
	}
	return Cost{ScanBytes: int64(math.Ceil(scan)), MergeBytes: int64(math.Ceil(merge))}
}

// scanCost is how much of the stored bytes of its chunks a fragment reads, and of reference tables: the columns
// that it names, of the blocks that it names, as far as a limit lets it go.
func (p *planner) scanCost(plan *rel.Plan, stored float64) float64 {
	var share, references float64
	for r := range plan.Rels() {
		read, ok := r.(*rel.Read)
		if !ok || read.IsSent() {
			continue
		}
		t, err := p.lookup(read)
		if err != nil {
			continue
		}
		columns := float64(max(len(read.Columns), 1)) / float64(max(len(t.Columns), 1))
		if t.Kind == catalog.Reference {
			references += float64(t.Bytes) * columns
		} else {
			share = math.Max(share, columns*shareOfBlocks(read, t))
		}
	}
	return (stored*share + references) * p.limited(plan.Root)
}

// shareOfBlocks is which share of the rows of its chunks a scan reads: they are in the order of their blocks.
func shareOfBlocks(r *rel.Read, t *catalog.Table) float64 {
	share := 1.0
	for _, c := range rel.Conjuncts(r.Filter) {
		for i := range rel.Fields(c) {
			if t.BlockColumn >= 0 && r.Columns[i].Name == t.Columns[t.BlockColumn].Name {
				share *= shareOfConjunct(c)
				break
			}
		}
	}
	return share
}

// limited is the share of its rows at which a limit stops a fragment that only passes rows on.
func (p *planner) limited(root rel.Rel) float64 {
	limit, ok := root.(*rel.Fetch)
	if !ok {
		return 1
	}
	count, ok := limit.Count.(*rel.Literal)
	if !ok {
		return 1
	}
	n, _ := count.Value.(int64)
	in := limit.Input
	for {
		switch r := in.(type) {
		case *rel.Project:
			in = r.Input
			continue
		case *rel.Read:
			if r.Filter == nil {
				return math.Min(1, float64(n)/math.Max(1, p.size(r).rows))
			}
		}
		return 1
	}
}

// The widths of values whose types do not tell.
const (
	widthOfText   = 32
	widthOfNested = 64
)

// widthOf is about how many bytes a row takes as Arrow.
func widthOf(ts []types.Type) float64 {
	width := 0.0
	for _, t := range ts {
		switch {
		case t.IsNested():
			width += widthOfNested
		case t.ID == types.Varchar || t.ID == types.Blob:
			width += widthOfText
		case t.ID == types.Decimal || t.ID == types.HugeInt || t.ID == types.UHugeInt || t.ID == types.Interval:
			width += 16
		default:
			width += 8
		}
	}
	return width
}
