package bound_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/bound"
	"github.com/shoal-db/shoal/libs/substrait/rel"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// options are the same for all golden files.
func options(sql string) bound.Options {
	zone := time.FixedZone("somewhere", -5*3600)
	return bound.Options{Now: time.Date(2024, 2, 29, 23, 0, 0, 1000, zone), SQL: sql}
}

// plans are the checked-in plans by name, with their queries.
func plans(tb testing.TB) map[string][2]string {
	tb.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no plans: %v", err)
	}
	out := map[string][2]string{}
	for _, file := range files {
		base := strings.TrimSuffix(file, ".json")
		sql, err1 := os.ReadFile(base + ".sql")
		plan, err2 := os.ReadFile(file)
		if err1 != nil || err2 != nil {
			tb.Fatal(err1, err2)
		}
		out[filepath.Base(base)] = [2]string{strings.TrimSpace(string(sql)), string(plan)}
	}
	return out
}

// TestGolden compares what is made of each checked-in plan with its golden
// file, which -update rewrites. tests/roundtrip rewrites the plans.
func TestGolden(t *testing.T) {
	for name, p := range plans(t) {
		got := "-- " + p[0] + "\n"
		plan, err := bound.Convert([]byte(p[1]), options(p[0]))
		if err != nil {
			f := fault.From(err)
			details, err2 := json.Marshal(f.Details)
			if err2 != nil {
				t.Fatal(err2)
			}
			got += fmt.Sprintf("%s: %s\n%s\n", f.Kind, fault.Text(err), details)
		} else {
			got += rel.Format(plan)
		}
		file := filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s:\ngot\n%s\nwant\n%s", name, got, want)
		}
	}
}
