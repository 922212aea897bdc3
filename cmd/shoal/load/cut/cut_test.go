package cut

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks"
)

type run struct{ block, rows int64 }

func cutAll(t testing.TB, existing []chunks.Range, wanted int64, runs []run, nulls int64) []Piece {
	t.Helper()
	c := New(existing, wanted)
	for _, r := range runs {
		if err := c.Add(r.block, r.rows); err != nil {
			t.Fatal(err)
		}
	}
	c.AddNull(nulls)
	return c.Pieces()
}

func rg(first, last int64) chunks.Range { return chunks.Range{First: first, Last: last} }

func TestCut(t *testing.T) {
	for _, tc := range []struct {
		name     string
		existing []chunks.Range
		wanted   int64
		runs     []run
		nulls    int64
		want     []Piece
	}{
		{name: "nothing", wanted: 10},
		{name: "one block larger than wanted stays whole", wanted: 10, runs: []run{{5, 100}},
			want: []Piece{{rg(5, 5), 0, 100}}},
		{name: "a large block among small ones", wanted: 10, runs: []run{{1, 4}, {2, 50}, {9, 4}, {12, 6}, {13, 1}},
			want: []Piece{{rg(1, 1), 0, 4}, {rg(2, 8), 4, 50}, {rg(9, 12), 54, 10}, {rg(13, 13), 64, 1}}},
		{name: "gaps within a load are covered", wanted: 2, runs: []run{{1, 2}, {100, 2}},
			want: []Piece{{rg(1, 99), 0, 2}, {rg(100, 100), 2, 2}}},
		{name: "one block in several calls", wanted: 5, runs: []run{{1, 2}, {2, 2}, {2, 2}, {3, 1}},
			want: []Piece{{rg(1, 1), 0, 2}, {rg(2, 3), 2, 5}}},
		{name: "existing ranges are kept, whatever comes", wanted: 1, existing: []chunks.Range{rg(20, 29), rg(10, 19)},
			runs: []run{{5, 1}, {11, 3}, {19, 3}, {21, 1}, {35, 1}},
			want: []Piece{{rg(5, 5), 0, 1}, {rg(10, 19), 1, 6}, {rg(20, 29), 7, 1}, {rg(35, 35), 8, 1}}},
		{name: "an existing range without rows parts new ones", wanted: 100, existing: []chunks.Range{rg(10, 19)},
			runs: []run{{1, 1}, {9, 1}, {20, 1}},
			want: []Piece{{rg(1, 9), 0, 2}, {rg(20, 20), 2, 1}}},
		{name: "the room beside existing ranges stays free", wanted: 1, existing: []chunks.Range{rg(10, 19)},
			runs: []run{{3, 1}, {5, 1}, {25, 1}, {27, 1}},
			want: []Piece{{rg(3, 4), 0, 1}, {rg(5, 5), 1, 1}, {rg(25, 26), 2, 1}, {rg(27, 27), 3, 1}}},
		{name: "null last, existing null ignored", wanted: 10, existing: []chunks.Range{chunks.NullRange()},
			runs: []run{{1, 1}}, nulls: 3,
			want: []Piece{{rg(1, 1), 0, 1}, {chunks.NullRange(), 1, 3}}},
		{name: "only nulls", wanted: 1, nulls: 3, want: []Piece{{chunks.NullRange(), 0, 3}}},
		{name: "the ends of the axis", wanted: 1, runs: []run{{math.MinInt64, 1}, {0, 1}, {math.MaxInt64, 1}},
			want: []Piece{{rg(math.MinInt64, -1), 0, 1}, {rg(0, math.MaxInt64-1), 1, 1}, {rg(math.MaxInt64, math.MaxInt64), 2, 1}}},
		{name: "existing ranges at the ends", wanted: 10,
			existing: []chunks.Range{rg(math.MinInt64, -1), rg(1, math.MaxInt64)},
			runs:     []run{{math.MinInt64, 1}, {0, 1}, {math.MaxInt64, 1}},
			want:     []Piece{{rg(math.MinInt64, -1), 0, 1}, {rg(0, 0), 1, 1}, {rg(1, math.MaxInt64), 2, 1}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := cutAll(t, tc.existing, tc.wanted, tc.runs, tc.nulls)
			if !slices.Equal(got, tc.want) {
				t.Errorf("got  %v\nwant %v", got, tc.want)
			}
		})
	}
}

func TestDisorderIsRefused(t *testing.T) {
	c := New(nil, 10)
	if err := c.Add(2, 1); err != nil {
		t.Fatal(err)
	}
	if err := c.Add(3, 1); err != nil {
		t.Fatal(err)
	}
	if err := c.Add(2, 1); err == nil {
		t.Error("a smaller block was taken")
	}
	c.AddNull(1)
	if err := c.Add(9, 1); err == nil {
		t.Error("a block after NULL was taken")
	}
}

// check holds the package's invariants against pieces.
func check(t testing.TB, existing []chunks.Range, wanted int64, runs []run, nulls int64, pieces []Piece) {
	t.Helper()
	layout, err := chunks.Layout{}.Add(existing...)
	if err != nil {
		t.Fatal(err)
	}
	var row int64
	i := 0
	for p, piece := range pieces {
		if piece.Row != row || piece.Rows < 1 {
			t.Fatalf("piece %d is %+v after row %d", p, piece, row)
		}
		row += piece.Rows
		if piece.Range.Null {
			if p != len(pieces)-1 || piece.Rows != nulls {
				t.Fatalf("null piece %+v of %d", piece, nulls)
			}
			continue
		}
		blocks, rows := 0, int64(0)
		first, last := int64(0), int64(0)
		for ; i < len(runs) && piece.Range.Contains(runs[i].block); i++ {
			if blocks == 0 {
				first = runs[i].block
			}
			last = runs[i].block
			blocks++
			rows += runs[i].rows
		}
		if rows != piece.Rows {
			t.Fatalf("piece %+v: its range has %d rows", piece, rows)
		}
		if slices.Contains(existing, piece.Range) {
			continue
		}
		if piece.Rows > wanted && blocks > 1 {
			t.Fatalf("new piece %+v of %d blocks is larger than %d", piece, blocks, wanted)
		}
		if piece.Range.First != first {
			t.Fatalf("new piece %+v begins before its first block %d", piece, first)
		}
		contiguous := p+1 < len(pieces) && piece.Range.Last+1 == pieces[p+1].Range.First
		if piece.Range.Last != last && !contiguous {
			t.Fatalf("new piece %+v ends after its last block %d, and nothing follows", piece, last)
		}
		// Two new pieces in the same gap of the axis touch each other.
		if p+1 < len(pieces) && !pieces[p+1].Range.Null && !slices.Contains(existing, pieces[p+1].Range) {
			gap, _ := layout.Gap(first)
			if gap.Contains(pieces[p+1].Range.First) && !contiguous {
				t.Fatalf("a hole between %+v and %+v", piece, pieces[p+1])
			}
		}
		if layout, err = layout.Add(piece.Range); err != nil {
			t.Fatal(err)
		}
	}
	if i != len(runs) {
		t.Fatalf("run %d is in no piece", i)
	}
}

func FuzzCut(f *testing.F) {
	f.Add(uint64(1), uint64(2), int64(10))
	f.Add(uint64(9), uint64(1), int64(1))
	f.Fuzz(func(t *testing.T, seed, spread uint64, wanted int64) {
		r := rand.New(rand.NewPCG(seed, spread))
		width := int64(spread%500) + 1
		var existing []chunks.Range
		at := -width
		for range r.IntN(6) {
			at += r.Int64N(width) + 1
			last := at + r.Int64N(width)
			existing = append(existing, rg(at, last))
			at = last
		}
		wanted = wanted&1023 + 1
		var runs []run
		block := -width
		for range r.IntN(60) {
			block += r.Int64N(width/4+1) + 1
			runs = append(runs, run{block, r.Int64N(40) + 1})
		}
		nulls := r.Int64N(3)
		check(t, existing, wanted, runs, nulls, cutAll(t, existing, wanted, runs, nulls))
	})
}

func TestCutProperties(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 7))
		var existing []chunks.Range
		at := int64(-20)
		for range r.IntN(5) {
			at += r.Int64N(15) + 1
			last := at + r.Int64N(15)
			existing = append(existing, rg(at, last))
			at = last
		}
		var runs []run
		block := int64(-30)
		for range r.IntN(40) {
			block += r.Int64N(6) + 1
			runs = append(runs, run{block, r.Int64N(20) + 1})
		}
		wanted, nulls := r.Int64N(50)+1, r.Int64N(3)
		check(t, existing, wanted, runs, nulls, cutAll(t, existing, wanted, runs, nulls))
	}
}

func TestPositions(t *testing.T) {
	got := Positions(100, 25, 10)
	want := []Piece{{rg(100, 109), 0, 10}, {rg(110, 119), 10, 10}, {rg(120, 124), 20, 5}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if got := Positions(5, 0, 10); len(got) != 0 {
		t.Errorf("no rows gave %v", got)
	}
}
