package split

import "github.com/shoal-db/shoal/libs/substrait/rel"

// Scans makes fragments of relations that each stand for themselves, and gives
// for each, in their order, the relation that reads its fragment's rows with the
// types that it has.
func Scans(rels []rel.Rel, tables Tables) (*Result, []rel.Rel, error) {
	s := &splitter{tables: tables}
	read := make([]rel.Rel, len(rels))
	for i, r := range rels {
		read[i] = s.cut(s.place(r))
	}
	if s.err != nil {
		return nil, nil, s.err
	}
	return &Result{Fragments: s.fragments, Decisions: s.settle()}, read, nil
}
