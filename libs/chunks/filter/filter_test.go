package filter

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func random(rng *rand.Rand, n int) []uint64 {
	out := make([]uint64, n)
	for i := range out {
		out[i] = rng.Uint64()
	}
	return out
}

func mustBuild(t testing.TB, hashes []uint64, width uint8) Filter {
	t.Helper()
	f, _, err := Build(slices.Clone(hashes), width)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// roundTrip is a filter as it comes back from the store.
func roundTrip(t testing.TB, f Filter) *Filter {
	t.Helper()
	data := NewSet(map[int]Filter{3: f, 7: f}).Encode()
	s, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(s.Encode(), data) || !slices.Equal(s.Columns(), []uint16{3, 7}) || s.Column(4) != nil {
		t.Fatal("the set changed on its way")
	}
	return s.Column(7)
}

func TestNothingIsDenied(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 3, 4, 5, 10, 33, 100, 1000, 4097, 50_000} {
		hashes := random(rng, n)
		for width := uint8(1); width <= MaxBits; width++ {
			f := roundTrip(t, mustBuild(t, hashes, width))
			for narrow := width; narrow >= 1; narrow -= 5 {
				g := f.Narrow(narrow)
				if g.Bits() != narrow {
					t.Fatalf("narrowed to %d bits, not %d", g.Bits(), narrow)
				}
				for _, h := range hashes {
					if !g.Has(h) {
						t.Fatalf("%d values, %d bits of %d: %x is denied", n, narrow, width, h)
					}
				}
				if narrow <= 5 {
					break
				}
			}
		}
	}
}

// TestFalsePositives measures what the package comment and the documentation promise.
func TestFalsePositives(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	const n, probes = 100_000, 200_000
	hashes := random(rng, n)
	wide := mustBuild(t, hashes, MaxBits)
	for width := uint8(1); width <= MaxBits; width++ {
		f := mustBuild(t, hashes, width)
		narrowed := wide.Narrow(width)
		for name, f := range map[string]*Filter{"built": &f, "narrowed": &narrowed} {
			maybe := 0
			for range probes {
				if f.Has(rng.Uint64()) {
					maybe++
				}
			}
			want := probes * math.Pow(2, -float64(width))
			if sigma := math.Sqrt(want) + 1; math.Abs(float64(maybe)-want) > 6*sigma {
				t.Errorf("%s with %d bits: %d of %d, want about %.0f", name, width, maybe, probes, want)
			}
			if bits := float64(8*len(f.slots)) / n; bits > 1.2*float64(width)+0.1 {
				t.Errorf("%s with %d bits takes %.2f for each value", name, width, bits)
			}
		}
	}
}

func TestDuplicatesCountOnce(t *testing.T) {
	hashes := []uint64{5, 1, 5, 5, 2, 1}
	f, n, err := Build(hashes, 8)
	if err != nil || n != 3 || !f.Has(5) || !f.Has(1) || !f.Has(2) {
		t.Errorf("%d, %v", n, err)
	}
}

func TestWhatCannotBeBuilt(t *testing.T) {
	for _, c := range []struct {
		hashes []uint64
		width  uint8
	}{{nil, 8}, {[]uint64{1}, 0}, {[]uint64{1}, MaxBits + 1}, {make([]uint64, MaxValues+1), 8}} {
		if _, _, err := Build(c.hashes, c.width); !fault.Is(err, fault.Internal) {
			t.Errorf("%d values of %d bits: %v", len(c.hashes), c.width, err)
		}
	}
	var zero Filter
	if zero.Has(1) {
		t.Error("the zero filter has a value")
	}
}

// TestStoredFormStays pins the hashes and the form in the store: filters live as long as their chunks.
func TestStoredFormStays(t *testing.T) {
	for _, c := range []struct{ got, want uint64 }{
		{Int(0), 0xc77b3abb6f87acd9}, {Int(-1), 0x5111c7e47d784413}, {Wide(1, 2), 0xfb54cb6322be3888},
		{Text(""), 0x2d06800538d394c2}, {Text("shoal"), 0xcbbd0e4e10bba146},
	} {
		if c.got != c.want {
			t.Errorf("%#016x, not %#016x", c.got, c.want)
		}
	}
	f := mustBuild(t, []uint64{Int(1), Int(2), Text("x")}, 5)
	const want = "534846310102050301c15c0289ec2d0a9100000000000000000000a061000050000000"
	if got := fmt.Sprintf("%x", NewSet(map[int]Filter{2: f}).Encode()); got != want {
		t.Errorf("stored as %s", got)
	}
}

func TestForms(t *testing.T) {
	for name, want := range map[string]Form{
		"BOOLEAN": NoForm, "TINYINT": IntForm, "UBIGINT": IntForm, "HUGEINT": WideForm, "UHUGEINT": WideForm,
		"DECIMAL(18,3)": IntForm, "DECIMAL(19,3)": WideForm, "DOUBLE": IntForm, "FLOAT": IntForm, "DATE": IntForm,
		"TIME": IntForm, "TIMESTAMP_NS": IntForm, "TIMESTAMPTZ": IntForm, "VARCHAR": TextForm, "JSON": TextForm,
		"BLOB": TextForm, "UUID": TextForm, "INTERVAL": NoForm, "BIGINT[]": NoForm, "ENUM('a')": NoForm,
	} {
		if got := FormOf(value.ParseType(name)); got != want {
			t.Errorf("%s has form %d", name, got)
		}
	}
}

func TestWhatIsNotDecoded(t *testing.T) {
	f := mustBuild(t, []uint64{1, 2, 3}, 3)
	good := NewSet(map[int]Filter{0: f}).Encode()
	for i := range good {
		if _, err := Decode(good[:i]); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("cut after %d bytes: %v", i, err)
		}
	}
	change := func(name string, at int, v byte) {
		bad := slices.Clone(good)
		bad[at] = v
		if _, err := Decode(bad); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
	}
	change("another magic", 3, '2')
	change("two columns", 4, 2)
	change("no bits", 6, 0)
	change("too many bits", 6, MaxBits+1)
	change("long segments", 7, maxSegmentLog+1)
	change("no segments", 8, 0)
	change("something behind the slots", len(good)-1, 1)
	if _, err := Decode(append(slices.Clone(good), 0)); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("a byte too many: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	g := mustBuild(f, []uint64{1, 2, 3}, 7)
	f.Add(NewSet(map[int]Filter{0: g, 300: g}).Encode())
	f.Add(NewSet(nil).Encode())
	f.Add([]byte(setMagic))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Decode(data)
		if err != nil {
			if !fault.Is(err, fault.InvalidArgument) {
				t.Fatal(err)
			}
			return
		}
		if again := s.Encode(); !bytes.Equal(again, data) {
			t.Fatalf("%x is written as %x", data, again)
		}
		for _, c := range s.Columns() {
			for _, h := range []uint64{0, 1, math.MaxUint64, uint64(len(data))} {
				narrow := s.Column(int(c)).Narrow(1)
				if s.Column(int(c)).Has(h) && !narrow.Has(h) {
					t.Fatal("narrowing denies a value")
				}
			}
		}
	})
}

func BenchmarkBuild(b *testing.B) {
	hashes := random(rand.New(rand.NewPCG(5, 6)), 250_000)
	for b.Loop() {
		mustBuild(b, hashes, DefaultBits)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/250_000, "ns/value")
}

func BenchmarkHas(b *testing.B) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, width := range []uint8{4, 8, 12} {
		b.Run(fmt.Sprintf("bits=%d", width), func(b *testing.B) {
			f := mustBuild(b, random(rng, 250_000), width)
			for b.Loop() {
				f.Has(rng.Uint64())
			}
		})
	}
}
