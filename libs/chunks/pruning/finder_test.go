package pruning

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A finder says what a look at each item says.
func TestFinder(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	checkFinder(t, rng, func(spread int) int64 { return rng.Int64N(int64(2*spread)+1) - int64(spread) })
	checkFinder(t, rng, func(int) int64 { return int64(rng.Uint64()) })
	checkFinder(t, rng, func(spread int) int64 {
		return [...]int64{lowest, highest, 0, math.MaxInt32, math.MinInt32, int64(spread), math.MaxInt32 - 1}[rng.IntN(7)]
	})
}

func checkFinder(t *testing.T, rng *rand.Rand, key func(spread int) int64) {
	t.Helper()
	met := 0
	for range 400 {
		spread := 1 << rng.IntN(14)
		var at []position
		for range rng.IntN(60) {
			k := key(spread)
			p := onKey(k)
			if k > lowest && rng.IntN(3) == 0 { // between two
				p = position{lt: k - 1, le: k - 1, ge: k, gt: k}
			}
			at = append(at, p)
		}
		in := newItems(at)
		wide, narrow := newFinder[int64](in), newFinder[int32](in)
		for range 100 {
			lo, hi := key(spread), key(spread)
			if lo > hi {
				lo, hi = hi, lo
			}
			want := false
			for j := range in.le {
				want = want || lo <= in.le[j] && hi >= in.ge[j]
			}
			if want {
				met++
			}
			if got := wide.meets(lo, hi); got != want && (want || in.meets(lo, hi) != got) {
				t.Fatalf("between %d and %d: %v, not %v; items %v %v", lo, hi, got, want, in.le, in.ge)
			}
			if !fits32([]int64{lo}, lowest) || !fits32([]int64{hi}, highest) {
				continue
			}
			if got := narrow.meets(narrow32(lo), narrow32(hi)); want && !got {
				t.Fatalf("between %d and %d in 32 bits: %v, not %v; items %v %v", lo, hi, got, want, in.le, in.ge)
			}
		}
	}
	if met == 0 {
		t.Error("nothing was found")
	}
}

func narrow32(k int64) int32 { return narrow([]int64{k})[0] }
