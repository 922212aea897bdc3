package roundtrip

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/bound"
)

var update = flag.Bool("update", false, "rewrite the plans that the unit tests of bound and sqlgen read")

// planDir has queries and what DuckDB makes of them; tests that cannot run
// DuckDB read the plans.
const planDir = "../../libs/substrait/bound/testdata"

// TestPlanFiles: the plans that are checked in are what this DuckDB writes.
func TestPlanFiles(t *testing.T) {
	d := openOdd(t)
	files, err := filepath.Glob(filepath.Join(planDir, "*.sql"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d queries, %v", len(files), err)
	}
	for _, file := range files {
		sql, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.conn.QueryString(context.Background(), bound.Query(strings.TrimSpace(string(sql))))
		if err != nil {
			t.Fatal(err)
		}
		planFile := strings.TrimSuffix(file, ".sql") + ".json"
		if *update {
			if err := os.WriteFile(planFile, []byte(got+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(planFile)
		if err != nil || string(want) != got+"\n" {
			t.Errorf("%s is stale (run with -update): %v", planFile, err)
		}
	}
}
