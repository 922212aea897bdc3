package pruning

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/filter"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/value"
)

// heldFilters are filters of some chunks, by segment and place.
type heldFilters map[*Segment]heldSets

type heldSets []*filter.Set

func (h heldFilters) Of(s *Segment) ChunkFilters {
	if sets, ok := h[s]; ok {
		return sets
	}
	return nil
}

func (s heldSets) MayHave(chunk, column int, hashes []uint64) bool {
	if s[chunk] == nil {
		return true
	}
	f := s[chunk].Column(column)
	if f == nil {
		return true
	}
	for _, h := range hashes {
		if f.Has(h) {
			return true
		}
	}
	return false
}

// storedHash hashes a column's value as the package comment of filter says, with no code of this
// package; ok is false for values that are not of the column's type.
func storedHash(t value.Type, v value.Value) (hash uint64, ok bool) {
	n := new(big.Rat).SetInt(v.Big())
	switch filter.FormOf(t) {
	case filter.TextForm:
		return filter.Text(v.Raw()), true
	case filter.NoForm:
		return 0, false
	case filter.WideForm:
		return filter.Wide(v.Words()), true
	}
	switch {
	case t.Kind == value.Float32 || t.Kind == value.Float64:
		return filter.Int(value.FloatKey(v.Float64())), true
	case t.Kind == value.Timestamp && v.Finite():
		shift := new(big.Rat).SetInt(power(10, 9))
		n.Mul(n, shift).Quo(n, new(big.Rat).SetInt(power(10, int64(v.Unit())+9-int64(t.Unit))))
	case t.Kind == value.Integer && t.Unsigned && t.Bits == 64:
		n.Sub(n, new(big.Rat).SetInt(power(2, 63)))
	}
	return filter.Int(n.Num().Int64()), n.IsInt() && n.Num().IsInt64()
}

// filtersOf builds filters of most columns of a chunk's rows, nil for some chunks.
func (g *gen) filtersOf(t testing.TB, types []value.Type, rows [][]value.Value) *filter.Set {
	if g.chance(15) {
		return nil
	}
	out := map[int]filter.Filter{}
	for c, typ := range types {
		var hashes []uint64
		complete := filter.FormOf(typ) != filter.NoForm && g.chance(85)
		for _, row := range rows {
			if row[c].IsNull() {
				continue
			}
			h, ok := storedHash(typ, row[c])
			complete = complete && ok
			hashes = append(hashes, h)
		}
		if !complete || len(hashes) == 0 {
			continue
		}
		f, _, err := filter.Build(hashes, uint8(1+g.below(filter.MaxBits)))
		if err != nil {
			t.Fatal(err)
		}
		out[c] = f
	}
	return filter.NewSet(out)
}

// keysIndex has ten chunks of a VARCHAR and a DECIMAL(9,2), whose bounds are all the same; chunk i has
// filters that know "k<i>" and i.50, but the last chunk has none, and the one before a filter of the
// text only.
func keysIndex(t testing.TB) (*Index, heldFilters) {
	schema, err := NewSchema([]string{"BIGINT", "VARCHAR", "DECIMAL(9,2)", "HUGEINT"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	var entries []manifest.Entry
	var sets heldSets
	for i := range int64(10) {
		entries = append(entries, entryOf(chunks.Range{First: i, Last: i}, 10,
			bounded(0, value.Int(i), value.Int(i)), bounded(1, value.Text("a"), value.Text("z")),
			bounded(1, value.DecimalValue(0, 0, 2), value.DecimalValue(0, 99999, 2)), manifest.ColumnStats{Nulls: 1}))
		have := map[int]filter.Filter{}
		if i < 9 {
			have[1], _, err = filter.Build([]uint64{filter.Text(fmt.Sprintf("k%d", i))}, 16)
		}
		if i < 8 && err == nil {
			have[2], _, err = filter.Build([]uint64{filter.Int(100*i + 50)}, 16)
			if err == nil {
				have[3], _, err = filter.Build([]uint64{filter.Wide(i, 7), filter.Wide(-1, uint64(-i))}, 16)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		sets = append(sets, nil)
		if len(have) > 0 {
			sets[i] = filter.NewSet(have)
		}
	}
	s, err := NewSegment(schema, entries)
	if err != nil {
		t.Fatal(err)
	}
	return NewIndex(schema, s), heldFilters{s: sets}
}

func TestFiltersPrune(t *testing.T) {
	x, held := keysIndex(t)
	text := func(s string) Predicate { return Compare{1, Eq, value.Text(s)} }
	dec := func(op Op, unscaled uint64, scale uint8) Predicate {
		return Compare{2, op, value.DecimalValue(0, unscaled, scale)}
	}
	for _, c := range []struct {
		p       Predicate
		left    string
		filters int
	}{
		{text("k3"), "3 9", 8},
		{text("nowhere"), "9", 9},
		{Not{Compare{1, Ne, value.Text("k3")}}, "3 9", 8},
		{Not{text("k3")}, "0 1 2 3 4 5 6 7 8 9", 0},
		{Compare{1, Ne, value.Text("k3")}, "0 1 2 3 4 5 6 7 8 9", 0},
		{Distinct{Column: 1, Value: value.Text("k3"), Not: true}, "3 9", 8},
		{Distinct{Column: 1, Value: value.Text("k3")}, "0 1 2 3 4 5 6 7 8 9", 0},
		{Distinct{Column: 1, Value: value.NullValue(), Not: true}, "0 1 2 3 4 5 6 7 8 9", 0},
		{In{Column: 1, Values: []value.Value{value.Text("k3"), value.Text("k5")}}, "3 5 9", 7},
		{In{Column: 1, Values: []value.Value{value.Text("k3"), value.NullValue()}, HasNull: true}, "3 9", 8},
		{Not{In{Column: 1, Values: []value.Value{value.Text("k3")}}}, "0 1 2 3 4 5 6 7 8 9", 0},
		{In{Column: 1, Values: []value.Value{value.Text("k3"), {}}}, "0 1 2 3 4 5 6 7 8 9", 0},
		// Literals of other types equal what the engine says they equal.
		{dec(Eq, 350, 2), "3 8 9", 7},
		{dec(Eq, 35, 1), "3 8 9", 7},
		{dec(Eq, 350000, 5), "3 8 9", 7},
		{Compare{2, Eq, value.Int(3)}, "8 9", 8},
		{Compare{2, Eq, value.Double(3.5)}, "0 1 2 3 4 5 6 7 8 9", 0}, // rounding is nobody's to know
		{dec(Ge, 350, 2), "0 1 2 3 4 5 6 7 8 9", 0},
		{Compare{3, Eq, value.Int128(4, 7)}, "4 8 9", 7},
		{Compare{3, Eq, value.Int(-6)}, "6 8 9", 7},
		{Compare{3, Eq, value.DecimalValue(-1, uint64(1<<64-60), 1)}, "6 8 9", 7},
		{Compare{3, Eq, value.Double(-6)}, "0 1 2 3 4 5 6 7 8 9", 0},
		// Both sides of an OR must be impossible; each side for its own reason.
		{Or{text("k3"), dec(Eq, 550, 2)}, "3 5 8 9", 6},
		{Or{text("k3"), Unknown{}}, "0 1 2 3 4 5 6 7 8 9", 0},
		{Or{text("k3"), Compare{0, Eq, value.Int(1)}}, "1 3 9", 7},
		{Or{text("k3"), And{text("k4"), Unknown{}}}, "3 4 9", 7},
		{Not{And{Not{text("k3")}, Not{text("k4")}}}, "3 4 9", 7},
		{And{text("k3"), dec(Eq, 450, 2)}, "9", 9},
		{And{text("k3"), Compare{0, Lt, value.Int(5)}}, "3", 4},
		{And{text("k3"), Compare{0, Lt, value.Int(3)}}, "", 3},
		{And{text("k3"), Compare{1, Gt, value.Text("zz")}}, "", 0},
	} {
		sel := x.Select(c.p, held)
		got, _, _ := strings.Cut(selected(sel), " -")
		if got != c.left || sel.ByFilter != c.filters || sel.Total != sel.Selected+sel.ByBlock+sel.ByStatistics+sel.ByFilter {
			t.Errorf("%s leaves %q, %d by filter (%+v), not %q, %d", c.p, got, sel.ByFilter, sel, c.left, c.filters)
		}
	}
}

// Too much to ask is not asked, and nothing is lost for it.
func TestFiltersAreAskedWithinBounds(t *testing.T) {
	x, held := keysIndex(t)
	in := In{Column: 1}
	for i := range maxHashes {
		in.Values = append(in.Values, value.Text(fmt.Sprintf("no%d", i)))
	}
	if sel := x.Select(in, held); sel.ByFilter < 8 {
		t.Errorf("%d literals: %+v", len(in.Values), sel)
	}
	in.Values = append(in.Values, value.Text("one more"))
	if sel := x.Select(in, held); sel.ByFilter != 0 || sel.Selected != 10 {
		t.Errorf("%d literals: %+v", len(in.Values), sel)
	}
	s := x.Segments()[0]
	e := evaluation{segment: s, filters: held.Of(s), probes: 7}
	set := fullBitmap(s.Len())
	compile(&x.schema, Compare{1, Eq, value.Text("nowhere")}).root.narrow(&e, set, true)
	if set.count() != 3 || e.probes != 0 {
		t.Errorf("%d chunks are left after %d probes", set.count(), 7-e.probes)
	}
	if sel := x.Select(Compare{1, Eq, value.Text("nowhere")}, heldFilters{}); sel.Selected != 10 {
		t.Errorf("without filters: %+v", sel)
	}
}
