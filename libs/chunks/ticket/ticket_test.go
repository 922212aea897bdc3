package ticket

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/internal/wire"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

var (
	now    = time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)
	keyOne = mustKey("one")
	keyTwo = mustKey("two")
)

func mustKey(id string) Key {
	k, err := NewKey(id, bytes.Repeat([]byte(id), 16))
	if err != nil {
		panic(err)
	}
	return k
}

func mustRing(t testing.TB, signing Key, others ...Key) *Keyring {
	t.Helper()
	k, err := NewKeyring(signing, others...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func sample() Ticket {
	id := func(first, last int64, h uint32) chunks.ID {
		return chunks.ID{Range: chunks.Range{First: first, Last: last}, Hash: chunks.ContentHash(h)}
	}
	return Ticket{
		QueryID: "q-0123", Subplan: 3, CatalogVersion: 17, Flags: 1 << 63,
		Tables: []Table{
			{"tpch", "lineitem", []chunks.ID{id(math.MinInt64, -5, 1), id(1, 1, 2), id(2, math.MaxInt64, 0xffffffff), {Range: chunks.NullRange(), Hash: 9}}},
			{"tpch", "orders", []chunks.ID{}},
		},
		References: []Reference{{"tpch", "nation", 0x1a2b3c4d}},
		Workers:    []chunks.WorkerID{"w2", "w1"},
		Plan:       []byte("a plan"),
		Rows:       []Rows{{Name: "7", Data: []byte("a stream")}, {Name: "", Data: []byte{}}},
		ExpiresAt:  now.Add(time.Minute),
	}
}

func TestTicketRoundTrip(t *testing.T) {
	ring := mustRing(t, keyOne)
	for _, want := range []Ticket{sample(), {Workers: []chunks.WorkerID{"w1"}, ExpiresAt: now.Add(time.Hour), Plan: []byte{}, Tables: []Table{}, References: []Reference{}}} {
		signed, err := ring.Sign(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ring.Verify(signed, "w1", now)
		if err != nil || !reflect.DeepEqual(*got, want) {
			t.Errorf("%+v becomes %+v: %v", want, got, err)
		}
	}
}

// The order in which things are listed has no say, and signing leaves the ticket alone.
func TestSignSorts(t *testing.T) {
	ring := mustRing(t, keyOne)
	a := sample()
	b := sample()
	slices.Reverse(b.Tables)
	slices.Reverse(b.Tables[1].Chunks)
	last := b.Tables[1].Chunks[0]
	signedA, errA := ring.Sign(a)
	signedB, errB := ring.Sign(b)
	if errA != nil || errB != nil || !bytes.Equal(signedA, signedB) {
		t.Errorf("%v %v: tickets of equal content differ", errA, errB)
	}
	if b.Tables[1].Chunks[0] != last || b.Tables[0].Table != "orders" {
		t.Error("signing changed the ticket")
	}
}

func TestSignRefuses(t *testing.T) {
	ring := mustRing(t, keyOne)
	for name, change := range map[string]func(*Ticket){
		"no worker":         func(t *Ticket) { t.Workers = nil },
		"bad worker":        func(t *Ticket) { t.Workers = []chunks.WorkerID{"a b"} },
		"table twice":       func(t *Ticket) { t.Tables = append(t.Tables, t.Tables[0]) },
		"chunk twice":       func(t *Ticket) { t.Tables[0].Chunks[0] = t.Tables[0].Chunks[1] },
		"bad range":         func(t *Ticket) { t.Tables[0].Chunks[1].Range = chunks.Range{First: 2, Last: 1} },
		"bad dataset":       func(t *Ticket) { t.Tables[0].Dataset = "../etc" },
		"bad table":         func(t *Ticket) { t.Tables[0].Table = "a/b" },
		"bad reference":     func(t *Ticket) { t.References[0].Table = "" },
		"reference twice":   func(t *Ticket) { t.References = append(t.References, t.References[0]) },
		"very long queryid": func(t *Ticket) { t.QueryID = strings.Repeat("q", 1000) },
	} {
		x := sample()
		change(&x)
		if _, err := ring.Sign(x); !fault.Is(err, fault.Internal) {
			t.Errorf("%s: %v", name, err)
		}
	}
	x := sample()
	x.Plan = make([]byte, MaxBytes*2)
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range x.Plan {
		x.Plan[i] = byte(rng.Uint32())
	}
	if _, err := ring.Sign(x); !fault.Is(err, fault.ResourceExhausted) {
		t.Errorf("a huge plan: %v", err)
	}
}

func TestVerifyRefuses(t *testing.T) {
	ring := mustRing(t, keyOne)
	x := sample()
	signed, err := ring.Sign(x)
	if err != nil {
		t.Fatal(err)
	}
	seal := func(body []byte) []byte { return ring.Seal(purpose, body) }
	compressed := func(raw []byte) []byte {
		b, err := wire.Compress([]byte{formatVersion}, raw)
		if err != nil {
			t.Fatal(err)
		}
		return seal(b)
	}
	for _, c := range []struct {
		name   string
		signed []byte
		worker chunks.WorkerID
		now    time.Time
		kind   fault.Kind
		says   string
	}{
		{"nothing", nil, "w1", now, fault.InvalidArgument, ""},
		{"garbage", []byte(strings.Repeat("garbage", 20)), "w1", now, fault.InvalidArgument, ""},
		{"cut to its head", signed[:20], "w1", now, fault.InvalidArgument, ""},
		{"cut", signed[:len(signed)-1], "w1", now, fault.Unauthenticated, "signature"},
		{"longer", append(bytes.Clone(signed), 0), "w1", now, fault.Unauthenticated, "signature"},
		{"too large", make([]byte, MaxBytes+MaxRowsBytes+1), "w1", now, fault.InvalidArgument, "large"},
		{"key id of no bytes", append([]byte("SHK1\x00"), signed[5:]...), "w1", now, fault.InvalidArgument, "key id"},
		{"key id too long", append([]byte("SHK1\xff"), signed[5:]...), "w1", now, fault.InvalidArgument, "key id"},
		{"expired", signed, "w1", x.ExpiresAt, fault.Unauthenticated, "expired"},
		{"long expired", signed, "w1", x.ExpiresAt.Add(time.Hour), fault.Unauthenticated, "expired"},
		{"other worker", signed, "w3", now, fault.PermissionDenied, "worker w3"},
		{"expired at another worker", signed, "w3", x.ExpiresAt, fault.Unauthenticated, "expired"},
		{"other purpose", ring.Seal("cookie", signed[8:len(signed)-32]), "w1", now, fault.Unauthenticated, "signature"},
		{"signed nothing", seal(nil), "w1", now, fault.InvalidArgument, "version"},
		{"signed other version", seal([]byte{1, 0}), "w1", now, fault.InvalidArgument, "version"},
		{"signed garbage", seal([]byte("\x02garbage")), "w1", now, fault.InvalidArgument, ""},
		{"signed bomb", compressed(make([]byte, 40<<20)), "w1", now, fault.InvalidArgument, "unpacks"},
		{"signed zeros", compressed(make([]byte, 100)), "w1", now, fault.InvalidArgument, ""},
	} {
		got, err := ring.Verify(c.signed, c.worker, c.now)
		if got != nil || !fault.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %+v, %v (%s)", c.name, got, err, fault.KindOf(err))
		}
	}
	_, err = ring.Verify(signed, "w1", x.ExpiresAt)
	if f := fault.From(err); !strings.Contains(f.Hint, "plan") || f.QueryID != x.QueryID {
		t.Errorf("the hint is %q, the query %q", f.Hint, f.QueryID)
	}
	if _, err := ring.Verify(signed, "w2", x.ExpiresAt.Add(-time.Millisecond)); err != nil {
		t.Errorf("just before it expires: %v", err)
	}
}

// No bit of a ticket can be changed.
func TestEveryBitIsSigned(t *testing.T) {
	ring := mustRing(t, keyOne, keyTwo)
	signed, err := ring.Sign(sample())
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(signed) * 8 {
		b := bytes.Clone(signed)
		b[i/8] ^= 1 << (i % 8)
		if got, err := ring.Verify(b, "w1", now); err == nil {
			t.Fatalf("bit %d was flipped: %+v", i, got)
		}
	}
}

func TestKeyRotation(t *testing.T) {
	x := sample()
	byOld, err := mustRing(t, keyOne).Sign(x)
	if err != nil {
		t.Fatal(err)
	}
	both := mustRing(t, keyTwo, keyOne)
	byNew, err := both.Sign(x)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"old": byOld, "new": byNew} {
		if _, err := both.Verify(b, "w1", now); err != nil {
			t.Errorf("%s key: %v", name, err)
		}
	}
	onlyNew := mustRing(t, keyTwo)
	if _, err := onlyNew.Verify(byOld, "w1", now); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("a key that was dropped: %v", err)
	}
	impostor, err := NewKey(keyOne.ID, bytes.Repeat([]byte("evil"), 8))
	if err != nil {
		t.Fatal(err)
	}
	forged, err := mustRing(t, impostor).Sign(x)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := both.Verify(forged, "w1", now); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("a forged ticket: %v", err)
	}
}

func TestKeys(t *testing.T) {
	k := GenerateKey()
	if other := GenerateKey(); other.ID == k.ID || other.Reveal() == k.Reveal() {
		t.Error("two random keys are equal")
	}
	back, err := ParseKey(k.Reveal() + "\n")
	if err != nil || back.Reveal() != k.Reveal() {
		t.Errorf("%v", err)
	}
	secret := k.Reveal()[len(k.ID)+1:]
	for _, s := range []string{fmt.Sprint(k), fmt.Sprintf("%v", k), fmt.Sprintf("%+v", k), fmt.Sprintf("%#v", k), fmt.Sprintf("%q", k), k.LogValue().String()} {
		if strings.Contains(s, secret) || strings.Contains(s, string(k.secret)) || !strings.Contains(s, k.ID) {
			t.Errorf("a key prints as %q", s)
		}
	}
	for _, s := range []string{"", "id", "id:", ":AAAA", "id:short", "a b:" + secret, "id:" + secret + "!", strings.Repeat("x", 33) + ":" + secret} {
		_, err := ParseKey(s)
		if !fault.Is(err, fault.InvalidArgument) || strings.Contains(err.Error(), secret) {
			t.Errorf("%q: %v", s, err)
		}
	}
	if _, err := NewKeyring(k, k); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("a key twice: %v", err)
	}
	if _, err := NewKeyring(Key{ID: "zero"}); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("a key without secret: %v", err)
	}
}

// bigTicket has n chunks of sizes that differ, as loading makes them.
func bigTicket(n int) Ticket {
	rng := rand.New(rand.NewPCG(1, 1))
	x := sample()
	x.Tables = []Table{{Dataset: "tpch", Table: "lineitem"}}
	at := int64(1)
	for range n {
		size := 31_000 + rng.Int64N(2000)
		x.Tables[0].Chunks = append(x.Tables[0].Chunks, chunks.ID{Range: chunks.Range{First: at, Last: at + size - 1}, Hash: chunks.ContentHash(rng.Uint32())})
		at += size
		if rng.IntN(3) == 0 { // chunks of other replicas between
			at += size * rng.Int64N(5)
		}
	}
	x.Plan = bytes.Repeat([]byte("some protobuf "), 200)
	return x
}

func TestManyChunksAreCompact(t *testing.T) {
	ring := mustRing(t, keyOne)
	x := bigTicket(100_000)
	signed, err := ring.Sign(x)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("100,000 chunks take %d bytes", len(signed))
	if len(signed) > 800<<10 {
		t.Errorf("100,000 chunks take %d bytes", len(signed))
	}
	got, err := ring.Verify(signed, "w1", now)
	if err != nil || !reflect.DeepEqual(got.Tables, x.Tables) {
		t.Errorf("the chunks are not what they were: %v", err)
	}
}

func FuzzVerify(f *testing.F) {
	ring := mustRing(f, keyOne)
	signed, err := ring.Sign(sample())
	if err != nil {
		f.Fatal(err)
	}
	raw, err := wire.Decompress(signed[len(sealMagic)+1+len(keyOne.ID)+1:len(signed)-macBytes], maxRawBytes)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed, 0)
	f.Add(signed[len(sealMagic)+4:len(signed)-macBytes], 1)
	f.Add(raw, 2)
	// Level 0 fuzzes the signed ticket, 1 what is signed, 2 what is compressed in that.
	f.Fuzz(func(t *testing.T, b []byte, level int) {
		if level == 2 {
			if b, err = wire.Compress([]byte{formatVersion}, b); err != nil {
				return
			}
		}
		if level == 1 || level == 2 {
			b = ring.Seal(purpose, b)
		}
		got, err := ring.Verify(b, "w1", time.Time{})
		if err != nil {
			if k := fault.KindOf(err); k != fault.InvalidArgument && k != fault.Unauthenticated && k != fault.PermissionDenied {
				t.Errorf("%v", err)
			}
			return
		}
		again, err := ring.Sign(*got)
		if err != nil {
			t.Fatalf("what was verified cannot be signed: %v", err)
		}
		back, err := ring.Verify(again, "w1", time.Time{})
		if err != nil || !reflect.DeepEqual(got, back) {
			t.Errorf("%+v becomes %+v: %v", got, back, err)
		}
	})
}

func BenchmarkTicket(b *testing.B) {
	ring := mustRing(b, keyOne)
	for _, n := range []int{10, 1000, 100_000} {
		x := bigTicket(n)
		signed, err := ring.Sign(x)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("sign/chunks=%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := ring.Sign(x); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(signed)), "B/ticket")
		})
		b.Run(fmt.Sprintf("verify/chunks=%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := ring.Verify(signed, "w1", now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
