package pruning

import (
	"slices"
	"sort"

	"github.com/shoal-db/shoal/libs/chunks/value"
)

// How a predicate is evaluated over many chunks.
//
// For a node p and a chunk let T(p) mean that p may be true for a row of the chunk, and F(p) that
// it may be false; both may hold wrongly but never fail to hold wrongly. Then
//
//	T(a AND b) ⇐ T(a) and T(b)      F(a AND b) ⇐ F(a) or F(b)
//	T(a OR b)  ⇐ T(a) or T(b)       F(a OR b)  ⇐ F(a) and F(b)
//	T(NOT a)   ⇐ F(a)               F(NOT a)   ⇐ T(a)
//
// The right sides follow from the truth tables: a conjunction is true only where both sides are,
// and false only where one is, whatever NULLs there are. So "may be NULL" is never asked for, and
// NOT only exchanges the question. A leaf answers from three facts about its column in the chunk:
// bounds, whether NULLs are possible, whether values are. Unknown answers yes to both questions.
//
// Each step narrows a set of chunks in place, so that later conjuncts look at what is left only.

// node is a predicate made ready for one index.
type node interface {
	// narrow removes the chunks in which the node cannot be what is wanted, true or false.
	narrow(e *evaluation, set bitmap, want bool)
}

// evaluation is the state of one pass over one segment.
type evaluation struct {
	segment *Segment
	// blocksOnly leaves all but the block ranges out of account.
	blocksOnly bool
	// filters are asked as well, unless they are nil, for as many hashes as probes.
	filters ChunkFilters
	probes  int
	// onlyFilters says that blocks and statistics have narrowed the set for this node already.
	onlyFilters bool
	spare       []bitmap
}

// copyOf returns a copy of the set to be given back to release.
func (e *evaluation) copyOf(set bitmap) bitmap {
	if n := len(e.spare); n > 0 {
		b := e.spare[n-1]
		e.spare = e.spare[:n-1]
		copy(b, set)
		return b
	}
	return slices.Clone(set)
}

func (e *evaluation) release(b bitmap) { e.spare = append(e.spare, b) }

type allOf []node

func (ns allOf) narrow(e *evaluation, set bitmap, want bool) {
	if want {
		ns.narrowAll(e, set, want)
	} else {
		ns.narrowAny(e, set, want)
	}
}

// narrowAll keeps the chunks in which each node may be what is wanted.
func (ns allOf) narrowAll(e *evaluation, set bitmap, want bool) {
	for _, n := range ns {
		if set.isEmpty() {
			return
		}
		n.narrow(e, set, want)
	}
}

// narrowAny keeps the chunks in which one node may be what is wanted.
func (ns allOf) narrowAny(e *evaluation, set bitmap, want bool) {
	// What was ruled out for all nodes together says nothing about each.
	before := e.onlyFilters
	e.onlyFilters = false
	defer func() { e.onlyFilters = before }()
	left := e.copyOf(set)
	clear(set)
	for _, n := range ns {
		if left.isEmpty() {
			break
		}
		may := e.copyOf(left)
		n.narrow(e, may, want)
		set.or(may)
		left.andNot(may)
		e.release(may)
	}
	e.release(left)
}

type anyOf []node

func (ns anyOf) narrow(e *evaluation, set bitmap, want bool) {
	if want {
		allOf(ns).narrowAny(e, set, want)
	} else {
		allOf(ns).narrowAll(e, set, want)
	}
}

type not struct{ of node }

func (n not) narrow(e *evaluation, set bitmap, want bool) { n.of.narrow(e, set, !want) }

type constant Truth

func (c constant) narrow(_ *evaluation, set bitmap, want bool) {
	if c == constant(NullTruth) || (c == constant(True)) != want {
		clear(set)
	}
}

type unknown struct{}

func (unknown) narrow(*evaluation, bitmap, bool) {}

// test is what a leaf asks of one column.
type test interface {
	// prepare locates the literals in a space; ok is false if that cannot be done.
	prepare(s space) (located, bool)
	// equals returns the literals of which the column must equal one for the test to be want; ok is
	// false if it is not that kind of test.
	equals() (literals []value.Value, want, ok bool)
}

// located is a test with its literals located in one space.
type located interface {
	narrow(e *evaluation, c *column, set bitmap, want bool)
}

// leaf is a test of a column. What does not depend on the segment is located once.
type leaf struct {
	column  int
	test    test
	stats   located // nil if the literals have no place in the column, or it has a dictionary
	block   located // set for the block column only
	perPart bool    // the column has a dictionary in each segment
	equality
}

func (l *leaf) narrow(e *evaluation, set bitmap, want bool) {
	if !e.onlyFilters {
		l.narrowByStatistics(e, set, want)
	}
	if e.filters != nil && len(l.hashes) > 0 && l.want == want {
		l.ask(e, l.column, set)
	}
}

func (l *leaf) narrowByStatistics(e *evaluation, set bitmap, want bool) {
	if l.block != nil {
		l.block.narrow(e, &e.segment.block, set, want)
	}
	if e.blocksOnly {
		return
	}
	col := &e.segment.columns[l.column]
	stats := l.stats
	if l.perPart {
		stats, _ = l.test.prepare(col.space)
	}
	if stats != nil {
		stats.narrow(e, col, set, want)
	}
}

// nullTest is IS NULL.
type nullTest struct{}

func (t nullTest) prepare(space) (located, bool) { return t, true }

func (nullTest) equals() ([]value.Value, bool, bool) { return nil, false, false }

func (nullTest) narrow(_ *evaluation, c *column, set bitmap, want bool) {
	if want {
		set.and(c.hasNull)
	} else {
		set.and(c.hasValue)
	}
}

// compareTest is a comparison with a literal that is not NULL; with distinct set NULLs differ from
// it instead of giving NULL.
type compareTest struct {
	op       Op
	literal  value.Value
	distinct bool
}

func (t compareTest) prepare(s space) (located, bool) {
	p, ok := s.locate(t.literal)
	if !ok {
		return nil, false
	}
	return comparison{op: t.op, at: p, distinct: t.distinct}, true
}

func (t compareTest) equals() ([]value.Value, bool, bool) {
	return []value.Value{t.literal}, t.op == Eq, t.op == Eq || t.op == Ne
}

type comparison struct {
	op       Op
	at       position
	distinct bool
}

func (t comparison) narrow(e *evaluation, c *column, set bitmap, want bool) {
	op := t.op
	if !want {
		op = negated(op)
	}
	if !t.distinct || op == Eq {
		set.and(c.hasValue)
		t.at.narrow(c.bounds, op, set)
		return
	}
	nulls := e.copyOf(set)
	nulls.and(c.hasNull)
	set.and(c.hasValue)
	t.at.narrow(c.bounds, op, set)
	set.or(nulls)
	e.release(nulls)
}

// negated returns the comparison that is true exactly where o is false. There is one for each,
// because DuckDB orders all floats, NaN included.
func negated(o Op) Op { return [...]Op{Eq: Ne, Ne: Eq, Lt: Ge, Le: Gt, Gt: Le, Ge: Lt}[o] }

// narrow removes the chunks in which no value compares so with the literal.
func (p position) narrow(b bounds, op Op, set bitmap) {
	if op == Eq && p.noEq {
		clear(set)
		return
	}
	if b == nil {
		return
	}
	switch op {
	case Lt:
		b.minAtMost(set, p.lt)
	case Le:
		b.minAtMost(set, p.le)
	case Gt:
		b.maxAtLeast(set, p.gt)
	case Ge:
		b.maxAtLeast(set, p.ge)
	case Eq:
		b.minAtMost(set, p.le)
		b.maxAtLeast(set, p.ge)
	case Ne:
		if p.exact {
			b.notOnly(set, p.le)
		}
	}
}

// inTest is IN with literals that are not NULL.
type inTest struct {
	literals []value.Value
	// texts are the literals of a column with dictionaries, sorted.
	texts   []string
	hasNull bool
}

// maxNotIn is up to how many literals NOT IN prunes: each costs a pass over the chunks, to find
// those that have just that value.
const maxNotIn = 16

func (t *inTest) prepare(s space) (located, bool) {
	var at []position
	if s.sort == dictSpace {
		if t.texts == nil {
			return nil, false
		}
		at = t.inDictionary(s)
	} else {
		for _, v := range t.literals {
			p, ok := s.locate(v)
			if !ok {
				return nil, false
			}
			at = append(at, p)
		}
	}
	m := membership{hasNull: t.hasNull}
	if len(t.literals) <= maxNotIn {
		m.each = slices.Clone(at)
	}
	m.in = newItems(at)
	return m, true
}

func (t *inTest) equals() ([]value.Value, bool, bool) { return t.literals, true, true }

// inDictionary locates the literals that are not beyond all bounds of the segment. There is no
// value beyond them, unless a chunk has no bound, which the ends stand for.
func (t *inTest) inDictionary(s space) []position {
	var at []position
	lo, hi := 0, len(t.texts)
	if n := len(s.dict); n > 0 {
		lo = sort.SearchStrings(t.texts, s.dict[0])
		hi = sort.Search(len(t.texts), func(i int) bool { return t.texts[i] > s.dict[n-1] })
	}
	if lo > 0 {
		at = append(at, s.locateText(t.texts[0]))
	}
	for i := lo; i < hi; i++ {
		at = append(at, s.locateText(t.texts[i]))
	}
	if hi < len(t.texts) {
		at = append(at, s.locateText(t.texts[hi]))
	}
	return at
}

type membership struct {
	in      items
	each    []position // for NOT IN, if there are few
	hasNull bool
}

func (m membership) narrow(_ *evaluation, c *column, set bitmap, want bool) {
	if !want && m.hasNull {
		clear(set) // what is not in the list compares as NULL
		return
	}
	set.and(c.hasValue)
	if c.bounds == nil {
		if want && len(m.in.le) == 0 {
			clear(set)
		}
		return
	}
	if want {
		c.bounds.anyOf(set, m.in)
		return
	}
	for _, p := range m.each {
		if p.exact {
			c.bounds.notOnly(set, p.le)
		}
	}
}
