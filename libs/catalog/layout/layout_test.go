package layout

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

func TestKeysFoldNames(t *testing.T) {
	if a, b := TableKey("TPCH", "LineItem"), TableKey("tpch", "lineitem"); a != b || a != "/shoal/v1/tables/tpch/lineitem" {
		t.Errorf("%s, %s", a, b)
	}
	axes := map[string]chunks.Axis{
		"/shoal/v1/assignments/tpch":   {Dataset: "tpch"},
		"/shoal/v1/assignments/tpch/t": {Dataset: "Tpch", Table: "T"},
	}
	for want, axis := range axes {
		if got := AssignmentKey(axis); got != want {
			t.Errorf("%v: %s", axis, got)
		}
	}
}

func TestReadyKeys(t *testing.T) {
	for _, lease := range []int64{1, math.MaxInt64, -1} {
		key := ReadyKey("w:1.a-b", lease, 300)
		id, l, n, ok := ParseReadyKey(key)
		if !ok || id != "w:1.a-b" || l != lease || n != 300 || !strings.HasPrefix(key, ReadyWorkerPrefix(id)) {
			t.Errorf("%s: %s %d %d %v", key, id, l, n, ok)
		}
	}
	if ReadyKey("w", 5, 9) >= ReadyKey("w", 5, 10) {
		t.Error("keys do not sort as their numbers")
	}
	for _, bad := range []string{"", ReadyPrefix, ReadyPrefix + "w/1/2", ReadyKey("w", 1, 1) + "/", strings.ToUpper(ReadyKey("w", 15, 15)), ReadyKey("w w", 1, 1)} {
		if _, _, _, ok := ParseReadyKey(bad); ok {
			t.Errorf("%q is taken for a ready key", bad)
		}
	}
}

func TestRecordsAreBounded(t *testing.T) {
	if _, err := Encode(Table{Name: strings.Repeat("x", MaxValueBytes)}); !fault.Is(err, fault.ResourceExhausted) {
		t.Errorf("a record of more than 1 MiB: %v", err)
	}
	text, err := Encode(Load{ID: "l1", BlockColumn: -1})
	if err != nil {
		t.Fatal(err)
	}
	var back Load
	if err := Decode([]byte("k"), []byte(text), &back); err != nil || back.ID != "l1" || back.BlockColumn != -1 {
		t.Errorf("%+v, %v", back, err)
	}
	if err := Decode([]byte("some/key"), []byte("{"), &back); !fault.Is(err, fault.Internal) || !strings.Contains(err.Error(), "some/key") {
		t.Errorf("garbage: %v", err)
	}
}

func TestReadyPages(t *testing.T) {
	p := ReadyPage{Add: []chunks.Key{math.MaxUint64, 3, 0}, Remove: []chunks.Key{9}}
	text, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeReady([]byte(text))
	if err != nil || !slices.Equal(back.Add, []chunks.Key{0, 3, math.MaxUint64}) || !slices.Equal(back.Remove, p.Remove) {
		t.Errorf("%+v, %v", back, err)
	}
	twice := ReadyPage{Add: []chunks.Key{1, 1}}
	if _, err := twice.Encode(); err == nil {
		t.Error("a key may be twice in a page")
	}
	full := ReadyPage{Add: make([]chunks.Key, MaxReadyKeys)}
	for i := range full.Add {
		full.Add[i] = chunks.Key(i)
	}
	if text, err := full.Encode(); err != nil || len(text) > MaxValueBytes {
		t.Errorf("a full page has %d bytes, %v", len(text), err)
	}
	full.Remove = []chunks.Key{1}
	if _, err := full.Encode(); err == nil {
		t.Error("a page may be overfull")
	}
}

func FuzzDecodeReady(f *testing.F) {
	for _, p := range []ReadyPage{{}, {Add: []chunks.Key{1}}, {Add: []chunks.Key{1, 2}, Remove: []chunks.Key{3}}} {
		text, err := p.Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(text))
	}
	f.Add([]byte{1, 0x80, 0x00, 0})
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := DecodeReady(data)
		if err != nil {
			return
		}
		if again, err := p.Encode(); err != nil || !bytes.Equal([]byte(again), data) {
			t.Errorf("%x was read as %+v, which is written as %x (%v)", data, p, again, err)
		}
	})
}
