package pruning

import (
	"math/rand/v2"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/value"
)

func (g *gen) literal(types []value.Type, col int) value.Value {
	t := types[col]
	switch g.below(10) {
	case 0:
		return value.NullValue()
	case 1: // of any type whatever
		return g.value(value.ParseType(pick2(g, append(blockTypes, otherTypes...))))
	case 2, 3, 4: // of a type that compares
		near := map[value.Kind][]string{
			value.Integer: {"DECIMAL(18,3)", "DECIMAL(38,10)", "DOUBLE", "FLOAT", "HUGEINT", "UBIGINT"},
			value.Decimal: {"BIGINT", "DECIMAL(4,2)", "DECIMAL(38,10)", "DOUBLE", "FLOAT"},
			value.Float32: {"DOUBLE", "BIGINT", "DECIMAL(4,2)", "DECIMAL(18,3)"}, value.Float64: {"FLOAT", "HUGEINT", "DECIMAL(18,3)"},
			value.Date: {"TIMESTAMP", "TIMESTAMP_NS"}, value.Timestamp: {"DATE", "TIMESTAMP_NS", "TIMESTAMP_S", "TIMESTAMP"},
		}[t.Kind]
		if len(near) > 0 {
			return g.value(value.ParseType(pick2(g, near)))
		}
	}
	return g.value(t)
}

func (g *gen) predicate(types []value.Type, depth int) Predicate {
	col := g.below(len(types))
	kind := g.below(14)
	if depth == 0 {
		kind = g.below(9)
	}
	switch kind {
	case 0, 1, 2, 3:
		return Compare{Column: col, Op: Op(g.below(6)), Value: g.literal(types, col)}
	case 4:
		return Distinct{Column: col, Value: g.literal(types, col), Not: g.chance(50)}
	case 5, 6:
		in := In{Column: col, HasNull: g.chance(20)}
		for range 1 + g.below(6) {
			in.Values = append(in.Values, g.literal(types, col))
		}
		return in
	case 7:
		return pick2(g, []Predicate{IsNull{col}, IsNotNull{col}})
	case 8:
		return pick2(g, []Predicate{Unknown{}, Const(True), Const(False), Const(NullTruth), nil})
	case 9, 10:
		return Not{g.predicate(types, depth-1)}
	}
	parts := make([]Predicate, g.below(4))
	for i := range parts {
		parts[i] = g.predicate(types, depth-1)
	}
	if kind < 12 {
		return And(parts)
	}
	return Or(parts)
}

// checkNothingLost fails if a chunk was dropped that has a row for which the predicate is true.
func checkNothingLost(t testing.TB, g *gen) (total, dropped, filtered int) {
	data := g.table(t)
	for range 4 {
		p := g.predicate(data.types, 3)
		sel := data.index.Select(p, data.held)
		if without := data.index.Select(p, nil); without.Selected != sel.Selected+sel.ByFilter || without.ByBlock != sel.ByBlock ||
			without.ByStatistics != sel.ByStatistics || without.ByFilter != 0 {
			t.Fatalf("filters change other counts of %s: %+v and %+v", Format(p, ordinal), without, sel)
		}
		if sel.Selected+sel.ByBlock+sel.ByStatistics+sel.ByFilter != sel.Total || sel.Total != data.index.Len() {
			t.Fatalf("counts of %s do not add up: %+v", Format(p, ordinal), sel)
		}
		kept := map[chunks.Range]bool{}
		for c := range sel.Chunks() {
			kept[c.ID.Range] = true
			if !sel.Has(c.Ordinal) || data.index.Chunk(c.Ordinal) != c {
				t.Fatalf("chunk %d is not itself", c.Ordinal)
			}
		}
		if len(kept) != sel.Selected {
			t.Fatalf("%d chunks of %d", len(kept), sel.Selected)
		}
		total, dropped, filtered = total+sel.Total, dropped+sel.Total-sel.Selected, filtered+sel.ByFilter
		random := func() Truth { return Truth(g.below(3)) }
		for r, rows := range data.rows {
			if kept[r] {
				continue
			}
			for _, row := range rows {
				for _, casts := range []bool{false, true} {
					if (rowEval{casts: casts, random: random}).eval(p, row) == True {
						t.Fatalf("chunk %s was dropped by %s, but has the row %v (types %v, casts %v)", r, Format(p, ordinal), row, data.types, casts)
					}
				}
			}
		}
	}
	return total, dropped, filtered
}

func TestNoRowIsLost(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	total, dropped, filtered := 0, 0, 0
	for range 6000 {
		seed := make([]byte, rng.IntN(64))
		for i := range seed {
			seed[i] = byte(rng.Uint32())
		}
		a, b, c := checkNothingLost(t, newGen(seed))
		total, dropped, filtered = total+a, dropped+b, filtered+c
	}
	// A test in which nothing is dropped would prove nothing.
	if dropped < total/4 || dropped == total || filtered < total/100 {
		t.Errorf("%d of %d chunks were dropped, %d by filters", dropped, total, filtered)
	}
	t.Logf("%d of %d chunks were dropped, %d by filters", dropped, total, filtered)
}

func FuzzNoRowIsLost(f *testing.F) {
	f.Add([]byte("a"))
	f.Add([]byte("some more bytes to begin with than one"))
	f.Fuzz(func(t *testing.T, b []byte) { checkNothingLost(t, newGen(b)) })
}
