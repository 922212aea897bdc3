package pruning

import (
	"sync"

	"github.com/shoal-db/shoal/libs/chunks/value"
)

// spread says how a column's values are spread over the chunks of an index; it is found out once.
type spread struct {
	once   sync.Once
	whole  keyRange
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
	return x.spread(column).narrow
}

// MaxValues bounds how many different values a column of integers or dates has, by its bounds. It is not ok of
// other columns, nor where no bounds are known.
func (x *Index) MaxValues(column int) (n float64, ok bool) {
	if column < 0 || column >= len(x.schema.Columns) {
		return 0, false
	}
	if k := x.schema.Columns[column].Kind; k != value.Integer && k != value.Date {
		return 0, false
	}
	whole := x.spread(column).whole
	if whole.least > whole.most {
		return 0, false
	}
	return float64(whole.most) - float64(whole.least) + 1, true
}

func (x *Index) spread(column int) *spread {
	s := &x.spreads[column]
	s.once.Do(func() {
		s.whole = keyRange{least: highest, most: lowest}
		for _, segment := range x.segments {
			s.whole.cover(segment, column)
		}
		s.narrow = x.narrow(column, s.whole)
	})
	return s
}

func (x *Index) narrow(column int, whole keyRange) bool {
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
