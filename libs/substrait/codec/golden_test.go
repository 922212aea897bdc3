package codec_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/codec"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s has changed (-update rewrites it); now it is\n%s", file, got)
	}
}

// TestForeignPlans reads plans in the styles of other producers.
func TestForeignPlans(t *testing.T) {
	files, err := filepath.Glob("testdata/foreign/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no plans", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p, err := codec.DecodeJSON(text, codec.Options{DefaultSchema: "tpch"})
			if err != nil {
				t.Fatal(err)
			}
			golden(t, strings.TrimSuffix(file, ".json")+".plan", rel.Format(p))
			// What was read must be a sound tree: our own form of it reads as the same.
			data, err := codec.Encode(p)
			if err != nil {
				t.Fatal(err)
			}
			again, err := codec.Decode(data, codec.Options{})
			if err != nil || rel.Format(again) != rel.Format(p) {
				t.Fatalf("our form of the plan reads as another (%v)", err)
			}
		})
	}
}

// TestCanonicalForm pins how a few of our own plans are written, for other consumers rely on it.
func TestCanonicalForm(t *testing.T) {
	for name, file := range map[string]string{
		"aggregate groups": "aggregate", "join 4": "semijoin", "shared": "shared", "window all": "window",
		"expression literal struct": "struct_literal", "expression concat": "concat",
	} {
		p := plans()[name]
		if p == nil {
			w := windows()["all"]
			p = plan(project(orders(), w))
		}
		text, err := codec.EncodeJSON(p)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join("testdata/own", file+".json"), compactJSON(t, text))
	}
}
