package codec_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/codec"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

// small keeps single inputs of the fuzzer fast.
var small = codec.Options{MaxNodes: 20_000, MaxDepth: 200}

// checkDecoded has what must hold for whatever Decode takes: an error is the client's fault, and a
// plan is a sound tree that our own form carries.
func checkDecoded(t *testing.T, p *rel.Plan, err error) {
	if err != nil {
		if !fault.Is(err, fault.InvalidArgument) && !fault.Is(err, fault.ResourceExhausted) {
			t.Fatalf("%s: %v", fault.KindOf(err), err)
		}
		return
	}
	if len(p.Names) != len(p.Root.Types()) {
		t.Fatalf("%d names for %d columns", len(p.Names), len(p.Root.Types()))
	}
	data, err := codec.Encode(p)
	if err != nil {
		if fault.Is(err, fault.ResourceExhausted) {
			return
		}
		t.Fatalf("a plan that was decoded cannot be encoded: %v\n%s", err, rel.Format(p))
	}
	again, err := codec.Decode(data, codec.Options{})
	if err != nil {
		t.Fatalf("our own form is refused: %v\n%s", err, rel.Format(p))
	}
	if got, want := rel.Format(again), rel.Format(p); got != want {
		t.Fatalf("our own form is another plan:\n%s\n%s", got, want)
	}
	twice, err := codec.Encode(again)
	if err != nil || !bytes.Equal(twice, data) {
		t.Fatalf("the encoding is not stable (%v):\n%s", err, rel.Format(p))
	}
}

func FuzzDecode(f *testing.F) {
	for _, p := range plans() {
		data, err := codec.Encode(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := codec.Decode(data, small)
		checkDecoded(t, p, err)
	})
}

func FuzzDecodeJSON(f *testing.F) {
	files, _ := filepath.Glob("testdata/*/*.json")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := codec.DecodeJSON(text, small)
		checkDecoded(t, p, err)
	})
}
