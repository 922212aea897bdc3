package split

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/facts"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// partial is an aggregate in two steps. The lower one groups by the finest of
// the grouping sets, and by the arguments of measures over distinct values; the
// upper one groups the lower one's rows as the whole does.
type partial struct {
	whole *rel.Aggregate
	// extra are the lower step's further groups.
	extra []rel.Expr
	lower []rel.Measure
	// middle are columns that the upper step sees behind the lower one's: their
	// windows look at all rows of a group.
	middle []rel.Expr
	upper  []rel.Measure
	// known are the places in extra, lower and upper of what has a fingerprint.
	known struct{ extra, lower, upper map[uint64][]int }
	// results compute each of the whole's measures from the upper step's
	// columns.
	results []rel.Expr
	spreads []*spread
	overAll []string // the functions that see distinct values
}

// newPartial takes an aggregate apart; or else whole is the function that needs
// all rows together.
func newPartial(a *rel.Aggregate) (p *partial, whole string) {
	p = &partial{whole: a}
	p.known.extra, p.known.lower, p.known.upper = map[uint64][]int{}, map[uint64][]int{}, map[uint64][]int{}
	measures := make([]rel.Measure, len(a.Measures))
	for i, m := range a.Measures {
		measures[i] = normal(m)
		if measures[i].Distinct {
			p.addGroups(&measures[i])
		}
	}
	isDistinct := func(m rel.Measure) bool { return m.Distinct }
	isPlain := func(m rel.Measure) bool { return !m.Distinct }
	if len(a.Groups)+len(p.extra) == 0 && slices.ContainsFunc(measures, isDistinct) && slices.ContainsFunc(measures, isPlain) {
		// Without a group the lower step has a row even if it saw none, which a distinct constant would count.
		p.extra = []rel.Expr{rel.Bool(true)}
	}
	for _, m := range measures {
		if m.Distinct {
			p.distinct(m)
			continue
		}
		if decompose, ok := decompositions[m.Func]; !ok || len(m.OrderBy) > 0 && !facts.AggregateOf(m.Func).TakesOne || !decompose(p, m) {
			return nil, m.Func
		}
	}
	return p, ""
}

// normal drops what does not matter to a measure, and makes DISTINCT what
// depends on the set of its values alone.
func normal(m rel.Measure) rel.Measure {
	m.Func = facts.Canonical(m.Func)
	is := facts.AggregateOf(m.Func)
	// fsum and favg choose their own order.
	if facts.OrderOf(m.Func, m.Args) == facts.Unordered || m.Func == "fsum" || m.Func == "favg" {
		m.OrderBy = nil
	}
	switch {
	case m.Func == "approx_count_distinct":
		m.Distinct = true
	case is.SkipsDuplicates && len(m.Args) == 1:
		m.Distinct = false
	}
	return m
}

// addGroups makes the lower step group by what a DISTINCT measure looks at. If
// it ignores NULLs, its filter turns into a NULL argument; DuckDB has no CASE of
// ARRAYs.
func (p *partial) addGroups(m *rel.Measure) {
	if m.Filter != nil && len(m.Args) == 1 && facts.AggregateOf(m.Func).SkipsNulls && len(m.OrderBy) == 0 && !m.Args[0].Type().IsNested() {
		t := m.Args[0].Type()
		m.Args = []rel.Expr{&rel.Case{Whens: []rel.When{{Cond: m.Filter, Then: m.Args[0]}}, Of: t}}
		m.Filter = nil
	}
	for _, e := range append(lookedAt(*m), m.Filter) {
		if e != nil && !facts.Constant(e) && p.extraAt(e) < 0 {
			key := fingerprint(e)
			p.known.extra[key] = append(p.known.extra[key], len(p.extra))
			p.extra = append(p.extra, e)
		}
	}
}

func (p *partial) extraAt(e rel.Expr) int {
	for _, at := range p.known.extra[fingerprint(e)] {
		if rel.Equal(p.extra[at], e) {
			return at
		}
	}
	return -1
}

// distinct computes a DISTINCT measure over the lower step's groups, in which
// each value stands at least once.
func (p *partial) distinct(m rel.Measure) {
	above := func(e rel.Expr) rel.Expr {
		if e == nil || facts.Constant(e) {
			return e
		}
		return &rel.Field{Index: len(p.whole.Groups) + p.extraAt(e), Of: e.Type()}
	}
	up := overValues(m, above)
	up.Filter = above(m.Filter)
	p.overAll = append(p.overAll, m.Func)
	p.result(p.addUpper(up), m.Type)
}

func (p *partial) why() string {
	if len(p.overAll) == 0 {
		return ""
	}
	return "; " + strings.Join(slices.Compact(slices.Sorted(slices.Values(p.overAll))), " and ") + " sees each distinct value once"
}

// part computes a measure below, and is its column there.
func (p *partial) part(m rel.Measure) *rel.Field {
	at := findOrAdd(&p.lower, p.known.lower, m)
	return &rel.Field{Index: len(p.whole.Groups) + len(p.extra) + at, Of: m.Type}
}

// findOrAdd is the place of a measure in a list, at whose end it is put if it is
// not there. There may be thousands of them.
func findOrAdd(list *[]rel.Measure, known map[uint64][]int, m rel.Measure) int {
	key := fingerprint(append(slices.Clip(m.Args), m.Filter)...)
	for _, at := range known[key] {
		if sameMeasure((*list)[at], m) {
			return at
		}
	}
	at := len(*list)
	known[key] = append(known[key], at)
	*list = append(*list, m)
	return at
}

var seed = maphash.MakeSeed()

// fingerprint is the same for equal expressions, and mostly another for others.
func fingerprint(exprs ...rel.Expr) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, e := range exprs {
		if e == nil {
			continue
		}
		rel.WalkExpr(e, func(e rel.Expr) bool {
			switch e := e.(type) {
			case *rel.Field:
				fmt.Fprint(&h, "$", e.Index)
			case *rel.Literal:
				fmt.Fprint(&h, "=", e.Value)
			case *rel.Call:
				h.WriteString(e.Func)
			}
			return true
		})
	}
	return h.Sum64()
}

func sameMeasure(a, b rel.Measure) bool {
	return a.Func == b.Func && a.Distinct == b.Distinct && a.Type.Equal(b.Type) && slices.EqualFunc(a.Args, b.Args, rel.Equal) &&
		rel.Equal(a.Filter, b.Filter) && slices.EqualFunc(a.OrderBy, b.OrderBy, sameKey)
}

// between computes an expression over the lower step's columns, and is its
// column above.
func (p *partial) between(e rel.Expr) *rel.Field {
	p.middle = append(p.middle, e)
	// Set when all lower measures are known.
	return &rel.Field{Index: -len(p.middle), Of: e.Type()}
}

func (p *partial) addUpper(m rel.Measure) *rel.Field {
	at := findOrAdd(&p.upper, p.known.upper, m)
	return &rel.Field{Index: len(p.whole.Groups) + at, Of: m.Type}
}

// again computes a measure below and puts the parts together by the same or
// another function of one argument.
func (p *partial) again(upper string, m rel.Measure) *rel.Field {
	return p.addUpper(rel.Measure{Func: upper, Args: []rel.Expr{p.part(m)}, Type: m.Type})
}

func (p *partial) result(e rel.Expr, t types.Type) {
	p.results = append(p.results, cast(e, t))
}

// below is the lower step over in.
func (p *partial) below(in rel.Rel) rel.Rel {
	groups := append(slices.Clip(p.whole.Groups), p.extra...)
	if len(groups) == 0 && len(p.lower) == 0 {
		// Only whether there is a group at all, and there always is one; above it, aggregates
		// of distinct constants ask whether there is a row.
		rows := rel.Int(min(int64(len(p.upper)), 1))
		return &rel.Fetch{Input: &rel.Project{Input: in}, Count: rows}
	}
	return &rel.Aggregate{Input: in, Groups: groups, Measures: p.lower}
}

// above is the upper step over the lower one's rows, with the whole's columns.
func (p *partial) above(in rel.Rel) rel.Rel {
	groups := fieldsOf(p.whole.Groups)
	upper := p.upper
	if len(p.middle) > 0 {
		ts := in.Types()
		in = &rel.Project{Input: in, Exprs: append(rel.FieldsOf(ts), p.middle...)}
		upper = make([]rel.Measure, len(p.upper))
		for i, m := range p.upper {
			upper[i] = m
			upper[i].Args = make([]rel.Expr, len(m.Args))
			for k, a := range m.Args {
				upper[i].Args[k] = rel.MapFields(a, func(f int) int {
					if f < 0 {
						return len(ts) - f - 1
					}
					return f
				})
			}
		}
	}
	agg := &rel.Aggregate{Input: in, Groups: groups, Sets: p.whole.Sets, Measures: upper}
	out := &rel.Project{Input: agg, Exprs: append(append([]rel.Expr{}, groups...), p.results...)}
	if len(p.whole.Sets) > 1 {
		out.Exprs = append(out.Exprs, &rel.Field{Index: len(groups) + len(p.upper), Of: types.Of(types.BigInt)})
	}
	return out
}
