package split

import (
	"fmt"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// Decision says, for people, where a relation of the plan that was split runs,
// and why there.
type Decision struct {
	// Depth is how deep the relation stands in its tree; the plan's root, and
	// that of each shared subtree, is at 0.
	Depth int
	// Relation is its line in rel.Format.
	Relation string
	// Place is one of the Place constants.
	Place string
	Why   string
}

// The places of decisions.
const (
	PlaceChunks    = "workers, per chunk"
	PlaceEvery     = "every worker, whole"
	PlaceOneWorker = "one worker, whole"
	PlacePortal    = "portal"
)

// span are the decisions first ≤ i < end.
type span struct{ first, end int }

// open begins the decision on a relation, before those on its inputs.
func (s *splitter) open(r rel.Rel) int {
	s.decisions = append(s.decisions, Decision{Depth: s.depth, Relation: rel.Headline(r)})
	s.wheres = append(s.wheres, anywhere)
	s.depth++
	return len(s.decisions) - 1
}

// decided ends the decision that open began.
func (s *splitter) decided(at int, p placed) placed {
	s.depth--
	s.wheres[at] = p.where
	s.decisions[at].Why = p.why
	p.spans = []span{{at, len(s.decisions)}}
	return p
}

// onOneWorker notes that a relation over reference tables became a fragment of
// its own.
func (s *splitter) onOneWorker(p placed) {
	for _, sp := range p.spans {
		for i := sp.first; i < sp.end; i++ {
			if s.wheres[i] == onReferences {
				s.decisions[i].Place = PlaceOneWorker
			}
		}
	}
}

// inPortal notes that a relation is read in the portal, after all.
func (s *splitter) inPortal(p placed, why string) {
	for _, sp := range p.spans {
		for i := sp.first; i < sp.end; i++ {
			s.decisions[i].Place, s.decisions[i].Why = PlacePortal, why
		}
	}
}

// settle gives the decisions the places that no cut has set. What can be computed anywhere is where its result is
// used.
func (s *splitter) settle() []Decision {
	var above []string // the places of the relations that the next one may be an input of, by depth
	for i := range s.decisions {
		d := &s.decisions[i]
		above = above[:min(d.Depth, len(above))]
		switch {
		case d.Place != "":
		case s.wheres[i] == onPieces:
			d.Place = PlaceChunks
		case s.wheres[i] == onReferences:
			d.Place = PlaceEvery
		case s.wheres[i] == anywhere && len(above) > 0 && above[len(above)-1] != PlacePortal:
			d.Place = above[len(above)-1]
			if d.Place == PlaceChunks {
				d.Place = PlaceEvery
			}
		default:
			d.Place = PlacePortal
		}
		above = append(above, d.Place)
	}
	return s.decisions
}

// OnOneWorker are the decisions on a plan that one worker runs whole.
func OnOneWorker(p *rel.Plan, why string) []Decision {
	s := &splitter{}
	var visit func(r rel.Rel)
	visit = func(r rel.Rel) {
		at := s.open(r)
		for _, in := range r.Inputs() {
			visit(in)
		}
		s.decided(at, placed{why: why})
		s.decisions[at].Place = PlaceOneWorker
	}
	for i, shared := range p.Shared {
		first := len(s.decisions)
		visit(shared)
		s.nameShared(first, i)
	}
	visit(p.Root)
	return s.decisions
}

// nameShared marks the decision on a shared subtree's root.
func (s *splitter) nameShared(at, ordinal int) {
	d := &s.decisions[at]
	d.Relation = fmt.Sprintf("shared %d: %s", ordinal, d.Relation)
}

// nameOf is what a relation is called in a reason: its table, if it reads one.
func nameOf(r rel.Rel) string {
	var names []string
	rel.Walk(r, func(r rel.Rel) bool {
		switch r := r.(type) {
		case *rel.Read:
			names = append(names, tableName(r))
		case *rel.Reference:
			names = append(names, fmt.Sprintf("shared %d", r.Ordinal))
		case *rel.Values:
			names = append(names, "constant rows")
		}
		return len(names) < 2
	})
	if len(names) == 1 {
		return names[0]
	}
	return "a subquery"
}

func tableName(r *rel.Read) string {
	if r.Table[0] == FragmentTable {
		return "rows of several pieces"
	}
	return r.Table[len(r.Table)-1]
}

// sentence joins the parts that say something.
func sentence(parts ...string) string {
	var said []string
	for _, p := range parts {
		if p != "" {
			said = append(said, p)
		}
	}
	return strings.Join(said, "; ")
}

// listed is "a, b and c".
func listed(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
