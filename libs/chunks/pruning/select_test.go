package pruning

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// entryOf makes a manifest entry without looking at its hash.
func entryOf(r chunks.Range, rows int64, stats ...manifest.ColumnStats) manifest.Entry {
	return manifest.Entry{ID: chunks.ID{Range: r}, Rows: rows, Bytes: 100 * rows, Columns: stats}
}

func bounded(nulls int64, lo, hi value.Value) manifest.ColumnStats {
	return manifest.ColumnStats{Nulls: nulls, Min: lo, Max: hi}
}

func mustIndex(t testing.TB, types []string, block int, entries ...manifest.Entry) *Index {
	t.Helper()
	schema, err := NewSchema(types, block)
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSegment(schema, entries)
	if err != nil {
		t.Fatal(err)
	}
	return NewIndex(schema, s)
}

// selected is the ordinals that are left, and the counts by block and by statistics.
func selected(sel Selection) string {
	var ids []string
	for c := range sel.Chunks() {
		ids = append(ids, fmt.Sprint(c.Ordinal))
	}
	return fmt.Sprintf("%s -%d -%d", strings.Join(ids, " "), sel.ByBlock, sel.ByStatistics)
}

// Columns of the table below.
const (
	cBlock = iota
	cInt
	cFloat
	cText
	cDate
	cDec
	cOdd
)

var tableTypes = []string{"BIGINT", "INTEGER", "DOUBLE", "VARCHAR", "DATE", "DECIMAL(9,2)", "INTERVAL"}

// selectIndex has five chunks of blocks 0-9, 10-19, … 40-49 and the NULL chunk.
func selectIndex(t testing.TB) *Index {
	i, d, s := value.Int, value.Double, value.Text
	day := func(n int32) value.Value { return value.DateValue(n) }
	dec := func(n uint64) value.Value { return value.DecimalValue(0, n, 2) }
	none := value.Value{}
	odd := manifest.UnknownStats()
	r := func(n int64) chunks.Range { return chunks.Range{First: n, Last: n + 9} }
	return mustIndex(t, tableTypes, cBlock,
		//                             block                 int                       float                           text                            date                       decimal
		entryOf(r(0), 10, bounded(0, i(0), i(9)), bounded(0, i(1), i(1)), bounded(0, d(0), d(1)), bounded(0, s("a"), s("az")), bounded(0, day(0), day(9)), bounded(0, dec(0), dec(99)), odd),
		entryOf(r(10), 10, bounded(0, i(11), i(18)), bounded(2, i(2), i(5)), bounded(0, d(2), d(math.Inf(1))), bounded(10, none, none), bounded(0, day(10), day(19)), bounded(0, dec(100), dec(100)), odd),
		entryOf(r(20), 10, bounded(0, i(20), i(29)), bounded(10, none, none), bounded(0, none, none), bounded(3, s("b"), s("c")), bounded(0, day(20), day(29)), bounded(0, dec(101), dec(300)), odd),
		entryOf(r(30), 0, bounded(0, none, none), bounded(0, none, none), bounded(0, none, none), bounded(0, none, none), bounded(0, none, none), bounded(0, none, none), odd),
		entryOf(r(40), 10, odd, odd, odd, odd, odd, odd, odd),
		entryOf(chunks.NullRange(), 10, bounded(10, none, none), bounded(0, i(-7), i(7)), bounded(5, d(-1), d(-1)), bounded(0, s("zz"), none), bounded(10, none, none), bounded(0, dec(0), dec(1)), odd),
	)
}

func TestSelect(t *testing.T) {
	x := selectIndex(t)
	i := value.Int
	cmp := func(c int, op Op, v value.Value) Predicate { return Compare{c, op, v} }
	nan := value.Double(math.NaN())
	micros := func(days, more int64) value.Value {
		return value.TimestampValue(days*86400e6+more, value.Microseconds)
	}
	for _, c := range []struct {
		name string
		p    Predicate
		want string // ordinals left, dropped by block, dropped by statistics
	}{
		{"all but the empty one", nil, "0 1 2 4 5 -0 -1"},
		{"true", Const(True), "0 1 2 4 5 -0 -1"},
		{"false", Const(False), " -0 -6"},
		{"null", Const(NullTruth), " -0 -6"},
		{"unknown", Unknown{}, "0 1 2 4 5 -0 -1"},
		{"not unknown", Not{Unknown{}}, "0 1 2 4 5 -0 -1"},

		{"block =", cmp(cBlock, Eq, i(25)), "2 -5 -0"},
		{"block = first", cmp(cBlock, Eq, i(20)), "2 -5 -0"},
		{"block = last", cmp(cBlock, Eq, i(29)), "2 -5 -0"},
		{"block within its chunk, beyond its bounds", cmp(cBlock, Eq, i(10)), " -5 -1"},
		{"block <", cmp(cBlock, Lt, i(20)), "0 1 -4 -0"},
		{"block <=", cmp(cBlock, Le, i(20)), "0 1 2 -3 -0"},
		{"block >", cmp(cBlock, Gt, i(19)), "2 4 -3 -1"},
		{"block > last of a chunk", cmp(cBlock, Gt, i(29)), "4 -4 -1"},
		{"block >=", cmp(cBlock, Ge, i(29)), "2 4 -3 -1"},
		{"block <>", cmp(cBlock, Ne, i(5)), "0 1 2 4 -1 -1"},
		{"not block <", Not{cmp(cBlock, Lt, i(20))}, "2 4 -3 -1"},
		{"block beyond all", cmp(cBlock, Gt, i(49)), " -6 -0"},
		{"block with a float", cmp(cBlock, Lt, value.Double(19.5)), "0 1 -4 -0"},
		{"block with a decimal between blocks", cmp(cBlock, Gt, value.DecimalValue(0, 295, 1)), "4 -4 -1"},
		{"block in", In{cBlock, []value.Value{i(3), i(22), i(22), i(99)}, false}, "0 2 -4 -0"},
		{"block in with null", In{cBlock, []value.Value{i(3)}, true}, "0 -5 -0"},
		{"block not in with null", Not{In{cBlock, []value.Value{i(3)}, true}}, " -6 -0"},
		{"block not in", Not{In{cBlock, []value.Value{i(3)}, false}}, "0 1 2 4 -1 -1"},
		{"block is null", IsNull{cBlock}, "5 -5 -0"},
		{"block is not null", IsNotNull{cBlock}, "0 1 2 4 -1 -1"},
		{"block between", And{cmp(cBlock, Ge, i(12)), cmp(cBlock, Le, i(27))}, "1 2 -4 -0"},
		{"block between nothing", And{cmp(cBlock, Ge, i(27)), cmp(cBlock, Le, i(12))}, " -6 -0"},
		{"block or unknown", Or{cmp(cBlock, Eq, i(5)), Unknown{}}, "0 1 2 4 5 -0 -1"},
		{"block and unknown", And{cmp(cBlock, Eq, i(5)), Unknown{}}, "0 -5 -0"},
		{"not (block or unknown)", Not{Or{cmp(cBlock, Ge, i(10)), Unknown{}}}, "0 -5 -0"},
		{"block distinct", Distinct{cBlock, i(5), false}, "0 1 2 4 5 -0 -1"},
		{"block not distinct", Distinct{cBlock, i(5), true}, "0 -5 -0"},
		{"block not distinct from null", Distinct{cBlock, value.NullValue(), true}, "5 -5 -0"},
		{"block = null", cmp(cBlock, Eq, value.NullValue()), " -0 -6"},

		{"int =", cmp(cInt, Eq, i(1)), "0 4 5 -0 -3"},
		{"int <> its only value", cmp(cInt, Ne, i(1)), "1 4 5 -0 -3"},
		{"int not in its only value", Not{In{cInt, []value.Value{i(1), i(9)}, false}}, "1 4 5 -0 -3"},
		{"int in", In{cInt, []value.Value{i(3), i(100)}, false}, "1 4 5 -0 -3"},
		{"int in nothing near", In{cInt, []value.Value{i(8), i(-8), i(5_000_000_000), i(-5_000_000_000)}, false}, "4 -0 -5"},
		{"int is null", IsNull{cInt}, "1 2 4 -0 -3"},
		{"int is not null", IsNotNull{cInt}, "0 1 4 5 -0 -2"},
		{"int distinct", Distinct{cInt, i(1), false}, "1 2 4 5 -0 -2"},
		{"int not distinct", Distinct{cInt, i(1), true}, "0 4 5 -0 -3"},
		{"int distinct from null", Distinct{cInt, value.NullValue(), false}, "0 1 4 5 -0 -2"},
		{"int between values", cmp(cInt, Eq, value.DecimalValue(0, 15, 1)), " -0 -6"},
		{"int with a text", cmp(cInt, Eq, value.Text("1")), "0 1 2 4 5 -0 -1"},
		{"int with nothing known", cmp(cInt, Eq, value.Value{}), "0 1 2 4 5 -0 -1"},

		{"float >", cmp(cFloat, Gt, value.Double(1)), "1 2 4 -0 -3"},
		{"float > infinity", cmp(cFloat, Gt, value.Double(math.Inf(1))), "2 4 -0 -4"},
		{"float = NaN", cmp(cFloat, Eq, nan), "2 4 -0 -4"},
		{"float < NaN", cmp(cFloat, Lt, nan), "0 1 2 4 5 -0 -1"},
		{"float >= NaN", cmp(cFloat, Ge, nan), "2 4 -0 -4"},
		{"float <> NaN", cmp(cFloat, Ne, nan), "0 1 2 4 5 -0 -1"},
		{"float = -0", cmp(cFloat, Eq, value.Double(math.Copysign(0, -1))), "0 2 4 -0 -3"},
		{"float < 0", cmp(cFloat, Lt, value.Double(0)), "2 4 5 -0 -3"},
		{"float = integer", cmp(cFloat, Eq, i(2)), "1 2 4 -0 -3"},
		{"float <> its only value", cmp(cFloat, Ne, value.Double(-1)), "0 1 2 4 -0 -2"},
		{"float < decimal", cmp(cFloat, Lt, value.DecimalValue(0, 1, 1)), "0 2 4 5 -0 -2"},

		{"text =", cmp(cText, Eq, value.Text("bb")), "2 4 -0 -4"},
		{"text = on a bound", cmp(cText, Eq, value.Text("az")), "0 4 -0 -4"},
		{"text < all", cmp(cText, Lt, value.Text("")), "4 -0 -5"},
		{"text > all", cmp(cText, Gt, value.Text("zzz")), "4 5 -0 -4"},
		{"text in", In{cText, []value.Value{value.Text("aa"), value.Text("zzzz")}, false}, "0 4 5 -0 -3"},
		{"text in beyond", In{cText, []value.Value{value.Text("zzzz"), value.Text("zzzzz")}, false}, "4 5 -0 -4"},
		{"text in before", In{cText, []value.Value{value.Text("A"), value.Text("B")}, false}, "4 -0 -5"},
		{"text not in", Not{In{cText, []value.Value{value.Text("aa")}, false}}, "0 2 4 5 -0 -2"},
		{"text is null", IsNull{cText}, "1 2 4 -0 -3"},
		{"text with a blob", In{cText, []value.Value{value.Blob([]byte("A"))}, false}, "0 1 2 4 5 -0 -1"},

		{"date = timestamp at midnight", cmp(cDate, Eq, micros(15, 0)), "1 4 -0 -4"},
		{"date = timestamp at noon", cmp(cDate, Eq, micros(15, 1)), " -0 -6"},
		{"date < timestamp after midnight", cmp(cDate, Lt, micros(20, 1)), "0 1 2 4 -0 -2"},
		{"date < timestamp at midnight", cmp(cDate, Lt, micros(20, 0)), "0 1 4 -0 -3"},

		{"decimal =", cmp(cDec, Eq, value.DecimalValue(0, 1000, 3)), "1 4 -0 -4"},
		{"decimal >", cmp(cDec, Gt, i(1)), "2 4 -0 -4"},
		{"decimal < float on the grid", cmp(cDec, Lt, value.Double(1)), "0 4 5 -0 -3"},
		{"decimal = float off the binary grid", cmp(cDec, Eq, value.Double(0.01)), "0 4 5 -0 -3"},
		{"decimal <> its only value", cmp(cDec, Ne, i(1)), "0 2 4 5 -0 -2"},

		{"odd type", cmp(cOdd, Eq, i(1)), "0 1 2 4 5 -0 -1"},
		{"column out of range", cmp(99, Eq, i(1)), "0 1 2 4 5 -0 -1"},
		{"negative column", In{-1, []value.Value{i(1)}, false}, "0 1 2 4 5 -0 -1"},
		{"odd operator", cmp(cInt, 77, i(1)), "0 1 2 4 5 -0 -1"},
		{"odd constant", Const(9), "0 1 2 4 5 -0 -1"},
		{"empty and", And{}, "0 1 2 4 5 -0 -1"},
		{"empty or", Or{}, " -0 -6"},
		{"empty in", In{Column: cInt}, " -0 -6"},
		{"in null alone", In{cInt, []value.Value{value.NullValue()}, false}, " -0 -6"},
		{"block and statistics", And{cmp(cBlock, Lt, i(30)), cmp(cInt, Gt, i(1))}, "1 -3 -2"},
		{"block or statistics", Or{cmp(cBlock, Eq, i(5)), cmp(cInt, Gt, i(5))}, "0 4 5 -0 -3"},
	} {
		if got := selected(x.Select(c.p, nil)); got != c.want {
			t.Errorf("%s: %s selects %q, not %q", c.name, Format(c.p, ordinal), got, c.want)
		}
	}
}

func TestSelectOnOtherAxes(t *testing.T) {
	none := manifest.UnknownStats()
	r := func(first, last int64) manifest.Entry {
		return entryOf(chunks.Range{First: first, Last: last}, 1, none)
	}
	const day = 86400e6
	ts := func(v int64, u value.Unit) value.Value { return value.TimestampValue(v, u) }
	for _, c := range []struct {
		typ     string
		entries []manifest.Entry
		p       Predicate
		want    string
	}{
		{"DATE", []manifest.Entry{r(-10, -1), r(0, 9), r(10, 19)}, Compare{0, Ge, value.DateValue(9)}, "1 2 -1 -0"},
		{"DATE", []manifest.Entry{r(-10, -1), r(0, 9), r(10, 19)}, Compare{0, Lt, ts(-1, value.Microseconds)}, "0 -2 -0"},
		{"TIMESTAMP", []manifest.Entry{r(-day, -1), r(0, day-1), r(day, 2*day)}, Compare{0, Ge, value.DateValue(1)}, "2 -2 -0"},
		{"TIMESTAMP", []manifest.Entry{r(-day, -1), r(0, day-1), r(day, 2*day)}, Compare{0, Lt, ts(0, value.Seconds)}, "0 -2 -0"},
		{"TIMESTAMP_S", []manifest.Entry{r(0, 1e6), r(2e6, 3e6)}, Compare{0, Eq, ts(2, value.Seconds)}, "1 -1 -0"},
		{"TIMESTAMP_NS", []manifest.Entry{r(0, 9), r(10, 19), r(20, 29), r(30, 39)}, Compare{0, Eq, ts(15_500, value.Nanoseconds)}, "1 -3 -0"},
		{"TIMESTAMP_NS", []manifest.Entry{r(0, 9), r(10, 19), r(20, 29), r(30, 39)}, Compare{0, Lt, ts(20_000, value.Nanoseconds)}, "0 1 2 -1 -0"},
		{"TIMESTAMP WITH TIME ZONE", []manifest.Entry{r(0, 9), r(10, 19)}, Compare{0, Gt, value.TimestampTZValue(9)}, "1 -1 -0"},
		{"TIMESTAMP WITH TIME ZONE", []manifest.Entry{r(0, 9), r(10, 19)}, Compare{0, Gt, ts(9, value.Microseconds)}, "0 1 -0 -0"},
		{"UBIGINT", []manifest.Entry{r(0, 9), r(10, math.MaxInt64)}, Compare{0, Gt, value.Uint(math.MaxUint64 - 1)}, "1 -1 -0"},
		{"HUGEINT", []manifest.Entry{r(math.MinInt64, -1), r(0, 9)}, Compare{0, Lt, value.Int(0)}, "0 -1 -0"},
		{"BIGINT", []manifest.Entry{r(math.MinInt64, math.MinInt64), r(math.MaxInt64, math.MaxInt64)}, Compare{0, Eq, value.Int(math.MinInt64)}, "0 -1 -0"},
		{"BIGINT", []manifest.Entry{r(math.MinInt64, math.MinInt64), r(math.MaxInt64, math.MaxInt64)}, Compare{0, Ne, value.Int(math.MaxInt64)}, "0 -1 -0"},
	} {
		x := mustIndex(t, []string{c.typ}, 0, c.entries...)
		if got := selected(x.Select(c.p, nil)); got != c.want {
			t.Errorf("%s: %s selects %q, not %q", c.typ, c.p, got, c.want)
		}
	}
	x := mustIndex(t, []string{"BIGINT"}, -1, r(0, 9), r(10, 19)) // by position
	if got := selected(x.Select(Compare{0, Eq, value.Int(5)}, nil)); got != "0 1 -0 -0" {
		t.Errorf("row positions were taken for values: %s", got)
	}
}

// Where a column is clustered, whole words are decided at once; that must not change the answer.
func TestSelectInWords(t *testing.T) {
	for _, n := range []int{1, 63, 64, 65, 128, 1000} {
		var entries []manifest.Entry
		for i := range n {
			v := int64(i*7919%n) * 10 // shuffled, so that words are mixed
			if i%2 == 0 {
				v = int64(i) * 10
			}
			s := bounded(0, value.Int(v), value.Int(v+9))
			entries = append(entries, entryOf(chunks.Range{First: int64(i), Last: int64(i)}, 1, s, bounded(0, value.Text(fmt.Sprintf("%06d", v)), value.Text(fmt.Sprintf("%06d", v+9)))))
		}
		x := mustIndex(t, []string{"BIGINT", "VARCHAR"}, -1, entries...)
		for _, lit := range []int64{-1, 0, 5, int64(n) * 5, int64(n)*10 - 1, int64(n) * 10} {
			for op := Eq; op <= Ge; op++ {
				want := 0
				for _, e := range entries {
					lo, _ := e.Columns[0].Min.Int64()
					hi, _ := e.Columns[0].Max.Int64()
					if map[Op]bool{Eq: lo <= lit && lit <= hi, Ne: true, Lt: lo < lit, Le: lo <= lit, Gt: hi > lit, Ge: hi >= lit}[op] {
						want++
					}
				}
				if got := x.Select(Compare{0, op, value.Int(lit)}, nil).Selected; got != want {
					t.Errorf("%d chunks: %s %d selects %d, not %d", n, op, lit, got, want)
				}
				if got := x.Select(Compare{1, op, value.Text(fmt.Sprintf("%06d", lit))}, nil).Selected; got != want && lit >= 0 {
					t.Errorf("%d chunks: text %s %d selects %d, not %d", n, op, lit, got, want)
				}
			}
		}
	}
}

// Positions of literals of mixed types may be nested; the inner one must not hide the outer.
func TestItems(t *testing.T) {
	in := newItems([]position{{le: 9, ge: 8}, {le: 10, ge: 1}, {le: 20, ge: 20}, {le: 20, ge: 20}, {le: 15, ge: 16, noEq: true}})
	if len(in.le) != 3 {
		t.Errorf("items are not told apart: %+v", in)
	}
	for _, c := range []struct {
		lo, hi int64
		want   bool
	}{{5, 6, true}, {8, 8, true}, {11, 19, false}, {15, 16, false}, {11, 20, true}, {21, 30, false}, {-5, 0, false}, {lowest, highest, true}} {
		if got := in.meets(c.lo, c.hi); got != c.want {
			t.Errorf("[%d, %d] meets: %v", c.lo, c.hi, got)
		}
	}
}

func TestNewSegmentRefuses(t *testing.T) {
	schema, _ := NewSchema([]string{"BIGINT"}, 0)
	s := manifest.UnknownStats()
	r := func(a, b int64) chunks.Range { return chunks.Range{First: a, Last: b} }
	for name, entries := range map[string][]manifest.Entry{
		"overlap":     {entryOf(r(5, 9), 1, s), entryOf(r(0, 5), 1, s)},
		"same range":  {entryOf(r(5, 9), 1, s), entryOf(r(5, 9), 1, s)},
		"nested":      {entryOf(r(0, 100), 1, s), entryOf(r(5, 9), 1, s)},
		"two NULLs":   {entryOf(chunks.NullRange(), 1, s), entryOf(chunks.NullRange(), 1, s)},
		"no columns":  {entryOf(r(0, 1), 1)},
		"two columns": {entryOf(r(0, 1), 1, s, s)},
	} {
		if _, err := NewSegment(schema, entries); !fault.Is(err, fault.Internal) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := NewSchema([]string{"VARCHAR"}, 0); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("a text as block column: %v", err)
	}
	if _, err := NewSchema([]string{"BIGINT"}, 1); !fault.Is(err, fault.Internal) {
		t.Errorf("a block column beyond the columns: %v", err)
	}
}

func TestEmptyIndex(t *testing.T) {
	schema, _ := NewSchema([]string{"BIGINT"}, 0)
	empty, err := NewSegment(schema, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []*Index{NewIndex(schema), NewIndex(schema, empty)} {
		sel := x.Select(Compare{0, Eq, value.Int(1)}, nil)
		if sel.Total != 0 || sel.Selected != 0 || len(slices.Collect(sel.Chunks())) != 0 {
			t.Errorf("%+v", sel)
		}
	}
}

func TestSelectionOverSegments(t *testing.T) {
	schema, _ := NewSchema([]string{"BIGINT"}, 0)
	part := func(from int64, n int) *Segment {
		var es []manifest.Entry
		for i := range int64(n) {
			es = append(es, entryOf(chunks.Range{First: from + i, Last: from + i}, i, bounded(0, value.Int(from+i), value.Int(from+i))))
		}
		slices.Reverse(es) // segments sort
		s, err := NewSegment(schema, es)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	x := NewIndex(schema, part(0, 70), part(1000, 0), part(-100, 3), part(2000, 1))
	sel := x.Select(Or{Compare{0, Eq, value.Int(69)}, Compare{0, Lt, value.Int(-98)}, Compare{0, Ge, value.Int(2000)}}, nil)
	if got := selected(sel); got != "69 71 -70 -2" {
		t.Errorf("%s", got) // the chunks at -100 and 2000 have no rows
	}
	rows, bytes := sel.Size()
	if rows != 70 || bytes != 7000 {
		t.Errorf("%d rows, %d bytes", rows, bytes)
	}
	for c := range sel.Chunks() {
		if c.ID.Range.First != 69 {
			t.Errorf("first is %s", c.ID)
		}
		break // stopping early must be possible
	}
	if x.MemoryBytes() < 74*24 {
		t.Errorf("%d bytes", x.MemoryBytes())
	}
}

func TestPredicateText(t *testing.T) {
	p := And{
		Or{Compare{0, Le, value.Int(5)}, Not{IsNull{1}}, Unknown{}}, nil,
		In{2, []value.Value{value.Text("it's")}, true}, Distinct{3, value.DateValue(0), true}, IsNotNull{4}, Const(NullTruth), And{}, Or{},
	}
	const want = "((#0 <= 5 OR NOT #1 IS NULL OR ?) AND true AND #2 IN ('it''s', NULL) AND #3 IS NOT DISTINCT FROM '1970-01-01' AND #4 IS NOT NULL AND NULL AND true AND false)"
	if got := p.String(); got != want {
		t.Errorf("%s", got)
	}
	for op, flipped := range map[Op]Op{Eq: Eq, Ne: Ne, Lt: Gt, Le: Ge, Gt: Lt, Ge: Le} {
		if op.Flip() != flipped {
			t.Errorf("%s flips to %s", op, op.Flip())
		}
	}
}
