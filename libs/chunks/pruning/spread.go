package pruning

import "sync"

// spread says how a column's values are spread over the chunks of an index; it is found out once.
type spread struct {
	once   sync.Once
	narrow bool
}

// mostSpread is how much of the column's whole range a chunk's bounds may span, on average, for a few of its
// values to rule out chunks worth speaking of.
const mostSpread = 0.5

// Discriminates tells whether a few values of a column are likely to be in some of the chunks only: it is the
// block column, or its bounds are narrow. It is for deciding whether values are worth being looked up; what
// Select makes of them does not depend on it.
func (x *Index) Discriminates(column int) bool {
	if column < 0 || column >= len(x.schema.Columns) || x.total < 2 {
		return false
	}
	if column == x.schema.Block {
		return true
	}
	s := &x.spreads[column]
	s.once.Do(func() { s.narrow = x.narrow(column) })
	return s.narrow
}

func (x *Index) narrow(column int) bool {
	whole := keyRange{least: highest, most: lowest}
	for _, s := range x.segments {
		whole.cover(s, column)
	}
	var spanned float64 // the sum of the parts of the whole that chunks span
	counted := 0
	for _, s := range x.segments {
		of := whole
		if s.columns[column].space.sort == dictSpace {
			// Keys of texts mean something in their segment only.
			of = keyRange{least: highest, most: lowest}
			of.cover(s, column)
		}
		for i := range s.Len() {
			if c := &s.columns[column]; c.hasValue == nil || c.hasValue.has(i) {
				spanned += of.part(c.bounds, i)
			}
			counted++
		}
	}
	return spanned <= mostSpread*float64(counted)
}

// keyRange are the keys from the least to the most.
type keyRange struct{ least, most int64 }

// cover widens the range to the known bounds of a segment's chunks.
func (r *keyRange) cover(s *Segment, column int) {
	b := s.columns[column].bounds
	for i := 0; b != nil && i < s.Len(); i++ {
		if lo, hi := b.at(i); lo != lowest && hi != highest {
			r.least, r.most = min(r.least, lo), max(r.most, hi)
		}
	}
}

// part is how much of the range a chunk's bounds span, all of it if they are not known.
func (r keyRange) part(b bounds, chunk int) float64 {
	if b == nil || r.least >= r.most {
		return 1
	}
	lo, hi := b.at(chunk)
	if lo == lowest || hi == highest {
		return 1
	}
	return (float64(hi) - float64(lo)) / (float64(r.most) - float64(r.least))
}
