package pruning

import (
	"math"
	"math/big"
	"slices"
	"sort"

	"github.com/shoal-db/shoal/libs/chunks/value"
)

// A space maps the values of one column to int64 keys, in order, so that bounds of every type are
// compared as integers. There are three sorts.
//
//   - exact: one key for each value (integers to 64 bits, narrow decimals, dates, times, timestamps,
//     booleans). UBIGINT is shifted by 2⁶³.
//   - float: value.FloatKey. FLOAT and DOUBLE are exact in it; integers and decimals that do not fit
//     in 64 bits are not, and their bounds are rounded outwards.
//   - dictionary: the rank among the bounds of one segment (strings, blobs, UUIDs); literals fall
//     on a bound or between two.
//
// The ends of int64 stand for "not bounded" as well as for themselves. That is sound because they
// enclose every key.
type space struct {
	typ  value.Type
	sort sort3
	dict []string // sorted and unique; set in a dictionary space of a segment
	// heads are the first bytes of dict's strings as numbers, which are faster to search.
	heads []uint64
}

// headOf returns a string's first eight bytes, such that those of a lesser string are not greater.
func headOf(text string) (head uint64) {
	for i := range min(8, len(text)) {
		head |= uint64(text[i]) << (56 - 8*i)
	}
	return head
}

type sort3 uint8

const (
	noSpace sort3 = iota
	exactSpace
	floatSpace
	dictSpace
	coarseSpace // exact, but a block axis whose blocks hold several values
)

const (
	lowest  = math.MinInt64
	highest = math.MaxInt64
)

func spaceOf(t value.Type) space {
	s := space{typ: t}
	switch t.Kind {
	case value.Bool, value.Date, value.Time, value.Timestamp, value.TimestampTZ:
		s.sort = exactSpace
	case value.Integer:
		s.sort = exactSpace
		if t.Bits > 64 {
			s.sort = floatSpace
		}
	case value.Decimal:
		s.sort = exactSpace
		if t.Width > 18 {
			s.sort = floatSpace
		}
	case value.Float32, value.Float64:
		s.sort = floatSpace
	case value.String, value.Bytes, value.UUID:
		s.sort = dictSpace
	}
	return s
}

// A position is where a literal lies among the keys of a space: for a column value with key v, and
// with every reading of the literal that is possible,
//
//	v <  literal  only if v ≤ lt        v >  literal  only if v ≥ gt
//	v <= literal  only if v ≤ le        v >= literal  only if v ≥ ge
//	v =  literal  only if noEq is false and ge ≤ v ≤ le; where keys are lossy, only if a value
//	              between ge and le can be: min ≤ le and max ≥ ge
//
// exact says that v = le is the literal and nothing else is.
type position struct {
	lt, le, ge, gt int64
	noEq, exact    bool
}

// locate returns the position of a literal that is not NULL; ok is false if the column's type and
// the literal's have no comparison that is known here.
func (s space) locate(v value.Value) (p position, ok bool) {
	switch s.sort {
	case exactSpace:
		return s.locateExact(v)
	case floatSpace:
		return s.locateFloat(v)
	case coarseSpace:
		return s.locateCoarse(v)
	case dictSpace:
		if v.Kind() != s.typ.Kind {
			return p, false
		}
		return s.locateText(v.Raw()), true
	}
	return p, false
}

// enclose returns keys that bound a column whose values are between min and max; either may be
// None, and so may what is not understood.
func (s space) enclose(lo, hi value.Value) (minKey, maxKey int64) {
	minKey, maxKey = lowest, highest
	if !s.ownBound(lo) {
		lo = value.Value{}
	}
	if !s.ownBound(hi) {
		hi = value.Value{}
	}
	if p, ok := s.locate(lo); ok && lo.Known() {
		minKey = floorOf(p)
	}
	if p, ok := s.locate(hi); ok && hi.Known() {
		maxKey = max(p.ge, p.le)
	}
	return minKey, maxKey
}

// floorOf is the greatest key that is not above the located value.
func floorOf(p position) int64 { return min(p.ge, p.le) }

// ownBound tells whether a bound is of a kind that the column itself has, so that locating it
// involves no cast: FLOAT bounds of an integer column would be somebody's mistake.
func (s space) ownBound(v value.Value) bool {
	switch s.typ.Kind {
	case value.Float32:
		return v.Kind() == value.Float32
	case value.Float64:
		return v.Kind() == value.Float32 || v.Kind() == value.Float64
	case value.Integer, value.Decimal:
		return v.Kind() == value.Integer || v.Kind() == value.Decimal
	}
	return v.Kind() == s.typ.Kind
}

func (s space) locateExact(v value.Value) (position, bool) {
	if n, ok := s.sameGrid(v); ok {
		return onKey(n), true
	}
	switch v.Kind() {
	case value.Float32, value.Float64:
		if s.typ.Kind != value.Integer && s.typ.Kind != value.Decimal {
			return position{}, false
		}
		return s.locateCast(v)
	}
	if inf := infinity(v); inf != 0 {
		return s.locateInfinity(v, inf)
	}
	r, ok := s.scaled(v)
	if !ok {
		return position{}, false
	}
	p := s.between(r, r, r, r)
	switch s.typ.Kind {
	case value.Date:
		p = within(p, value.InfiniteDate)
	case value.Timestamp:
		p = within(p, value.InfiniteTimestamp)
	}
	return p, true
}

// sameGrid is the short way for literals that are keys already.
func (s space) sameGrid(v value.Value) (int64, bool) {
	n, fits := v.Int64()
	if !fits {
		return 0, false
	}
	switch {
	case v.Kind() != s.typ.Kind:
		return 0, false
	case v.Kind() == value.Integer && s.typ.Unsigned && s.typ.Bits == 64:
		return 0, false
	case v.Kind() == value.Decimal && v.Scale() != s.typ.Scale:
		return 0, false
	case v.Kind() == value.Timestamp && v.Unit() != s.typ.Unit:
		return 0, false
	}
	return n, true
}

// scaled returns the finite value v in the unit of the keys of an exact space, not yet shifted.
func (s space) scaled(v value.Value) (*big.Rat, bool) {
	n := new(big.Rat).SetInt(v.Big())
	switch s.typ.Kind {
	case value.Integer, value.Decimal:
		if v.Kind() != value.Integer && v.Kind() != value.Decimal {
			return nil, false
		}
		return n.Mul(n, pow10(int(s.typ.Scale)-int(v.Scale()))), true
	case value.Date:
		switch v.Kind() {
		case value.Date:
			return n, true
		case value.Timestamp:
			return n.Mul(n, new(big.Rat).Quo(pow10(-int(v.Unit())), big.NewRat(86400, 1))), true
		}
	case value.Timestamp:
		switch v.Kind() {
		case value.Timestamp:
			return n.Mul(n, pow10(int(s.typ.Unit)-int(v.Unit()))), true
		case value.Date:
			return n.Mul(n, new(big.Rat).Mul(pow10(int(s.typ.Unit)), big.NewRat(86400, 1))), true
		}
	}
	return nil, false
}

func infinity(v value.Value) int {
	if v.Finite() {
		return 0
	}
	if n, _ := v.Int64(); n < 0 {
		return -1
	}
	return 1
}

// locateInfinity places an infinite date or timestamp in a column of the other kind or unit.
func (s space) locateInfinity(v value.Value, sign int) (position, bool) {
	if v.Kind() == value.TimestampTZ {
		return position{}, false
	}
	switch s.typ.Kind {
	case value.Date:
		return onKey(int64(sign) * value.InfiniteDate), true
	case value.Timestamp:
		return onKey(int64(sign) * value.InfiniteTimestamp), true
	}
	return position{}, false
}

// within keeps finite literals that are out of the column's range from passing its infinities, whose
// keys are inf and −inf.
func within(p position, inf int64) position {
	switch {
	case p.ge >= inf:
		return position{lt: inf - 1, le: inf - 1, ge: inf, gt: inf, noEq: true}
	case p.le <= -inf:
		return position{lt: -inf, le: -inf, ge: 1 - inf, gt: 1 - inf, noEq: true}
	}
	return p
}

// locateCast places a float literal in an exact column of numbers. The engine casts the column, so
// v is compared as cast(v). Where casts round correctly they keep the order, so cast(v) < f implies
// v < f, while cast(v) <= f may hold for a v up to half a step above f.
func (s space) locateCast(v value.Value) (position, bool) {
	f := v.Float64()
	if p, ok := outOfNumbers(f); ok {
		return p, true
	}
	limit, scale := exactIn(v.Kind())
	r := s.inUnits(f)
	isSmall := new(big.Rat).Abs(r).Cmp(big.NewRat(limit/2, 1)) < 0
	if s.typ.Kind == value.Integer {
		if isSmall {
			return s.between(r, r, r, r), true // the cast is exact here
		}
		return s.between(r, r, s.inUnits(nudge(f, v.Kind(), -1)), s.inUnits(nudge(f, v.Kind(), 1))), true
	}
	// Decimals are cast by a division, which rounds correctly between exact numbers only.
	lo, hi := s.inUnits(nudge(f, v.Kind(), -4)), s.inUnits(nudge(f, v.Kind(), 4))
	if isSmall && s.typ.Scale <= scale {
		return s.between(r, r, lo, hi), true
	}
	return s.between(lo, hi, lo, hi), true
}

// outOfNumbers places the floats that are above or below every number.
func outOfNumbers(f float64) (position, bool) {
	switch {
	case math.IsInf(f, -1):
		return position{lt: lowest, le: lowest, ge: lowest, gt: lowest, noEq: true}, true
	case math.IsNaN(f), math.IsInf(f, 1):
		return position{lt: highest, le: highest, ge: highest, gt: highest, noEq: true}, true
	}
	return position{}, false
}

// inUnits returns the float in units of the column's last digit, nil for infinities.
func (s space) inUnits(f float64) *big.Rat {
	r := new(big.Rat).SetFloat64(f)
	if r == nil {
		return nil
	}
	return r.Mul(r, pow10(int(s.typ.Scale)))
}

// between returns the position of a literal that strict comparisons see somewhere in [sLo, sHi]
// and others somewhere in [wLo, wHi], on the integer grid of an exact space. A nil end is infinite.
func (s space) between(sLo, sHi, wLo, wHi *big.Rat) position {
	var p position
	p.lt = s.key(ceil(sHi, 1), -1)
	p.le = s.key(floor(wHi, 1), 0)
	p.ge = s.key(ceil(wLo, -1), 0)
	p.gt = s.key(floor(sLo, -1), 1)
	p.noEq = p.ge > p.le
	p.exact = p.ge == p.le && sLo != nil && sHi != nil && wLo != nil && wHi != nil &&
		sLo.Cmp(sHi) == 0 && wLo.Cmp(wHi) == 0 && sLo.Cmp(wLo) == 0 && sLo.IsInt()
	if p.exact && (p.ge == lowest || p.ge == highest) {
		// It may have been moved there from outside; then it equals no value.
		k := new(big.Int).Add(sLo.Num(), s.shift())
		p.exact = k.IsInt64()
		p.noEq = !p.exact
	}
	return p
}

// key returns n + step as a key, moved to the nearest end if it is out of range. Moving is sound:
// a threshold at an end only keeps chunks whose bound is that end, so more than needed.
func (s space) key(n *big.Int, step int64) int64 {
	k := new(big.Int).Add(n, big.NewInt(step))
	k.Add(k, s.shift())
	switch {
	case k.IsInt64():
		return k.Int64()
	case k.Sign() < 0:
		return lowest
	}
	return highest
}

// shift is what is added to a value to get its key: all of UBIGINT has to fit in int64.
func (s space) shift() *big.Int {
	if s.typ.Kind == value.Integer && s.typ.Unsigned && s.typ.Bits == 64 {
		return big.NewInt(lowest)
	}
	return new(big.Int)
}

// farAway is beyond every key, for infinite ends.
var farAway = new(big.Int).Lsh(big.NewInt(1), 200)

func floor(r *big.Rat, sign int64) *big.Int {
	if r == nil {
		return new(big.Int).Mul(farAway, big.NewInt(sign))
	}
	return new(big.Int).Div(r.Num(), r.Denom()) // Euclidean, and the denominator is positive
}

func ceil(r *big.Rat, sign int64) *big.Int {
	n := floor(r, sign)
	if r != nil && !r.IsInt() {
		n.Add(n, big.NewInt(1))
	}
	return n
}

func pow10(n int) *big.Rat {
	p := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(n, -n))), nil)
	if n < 0 {
		return new(big.Rat).SetFrac(big.NewInt(1), p)
	}
	return new(big.Rat).SetInt(p)
}

// locateText places a string in the dictionary. Only bounds are keys there, so a string between
// two may well be a value.
func (s space) locateText(text string) position {
	head := headOf(text)
	i, _ := slices.BinarySearch(s.heads, head)
	if end := i + sort.Search(len(s.heads)-i, func(j int) bool { return s.heads[i+j] > head }); end > i {
		i += sort.SearchStrings(s.dict[i:end], text)
	}
	k := int64(i)
	if i < len(s.dict) && s.dict[i] == text {
		return onKey(k)
	}
	return position{lt: k - 1, le: k - 1, ge: k, gt: k}
}

// onKey is the position of a literal that is a key.
func onKey(k int64) position {
	p := position{lt: k - 1, le: k, ge: k, gt: k + 1, exact: true}
	if k == lowest {
		p.lt = lowest
	}
	if k == highest {
		p.gt = highest
	}
	return p
}
