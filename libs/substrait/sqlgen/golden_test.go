package sqlgen_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/substrait/bound"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func scan(r *rel.Read) (string, error) {
	return types.QuoteIdent(r.Table[0]) + "." + types.QuoteIdent(r.Table[1]), nil
}

// TestGolden renders bound's checked-in plans, as they are and optimised.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("../bound/testdata/*.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d plans, %v", len(files), err)
	}
	for _, file := range files {
		planJSON, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := bound.Convert(planJSON, bound.Options{})
		if err != nil {
			continue // bound's golden files have the errors
		}
		for i, name := range plan.Names {
			if name == "" {
				plan.Names[i] = "?"
			}
		}
		optimised, _ := rewrite.Optimize(plan, rewrite.Options{})
		var parts []string
		for _, p := range []*rel.Plan{plan, optimised} {
			sql, err := sqlgen.Render(p, sqlgen.Options{Scan: scan})
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			parts = append(parts, broken(sql))
		}
		got := "-- as read\n" + parts[0] + "\n\n-- optimised\n" + parts[1] + "\n"
		golden := filepath.Join("testdata", strings.TrimSuffix(filepath.Base(file), ".json")+".sql")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s:\ngot\n%s\nwant\n%s", golden, got, want)
		}
	}
}

// broken puts clauses on lines of their own, for readable differences.
func broken(sql string) string {
	for _, clause := range []string{" FROM ", " WHERE ", " GROUP BY ", " ORDER BY t", " LIMIT "} {
		sql = strings.ReplaceAll(sql, clause, "\n"+clause[1:])
	}
	return strings.ReplaceAll(sql, "DISTINCT\nFROM ", "DISTINCT FROM ")
}
