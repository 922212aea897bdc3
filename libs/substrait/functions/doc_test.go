package functions

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite FUNCTIONS.md")

// page is the table as a page for people.
func page() string {
	entries := allEntries()
	slices.SortStableFunc(entries, func(a, b *entry) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.kind, b.kind), cmp.Compare(a.name, b.name), cmp.Compare(a.exact, b.exact))
	})
	var b strings.Builder
	b.WriteString("# Standard functions and DuckDB's\n\n" +
		"Made by `go test ./functions -update` from the table in this package.\n\n" +
		"A call of one of DuckDB's functions travels as the standard one for the signatures under *same as DuckDB's*, and by DuckDB's\n" +
		"name under `" + DuckDB + "` otherwise. The standard's function is taken from other producers for all signatures;\n" +
		"options other than those listed are refused.\n")
	file := ""
	for _, e := range entries {
		if e.file != file {
			file = e.file
			fmt.Fprintf(&b, "\n## %s\n\n| standard | kind | DuckDB | same as DuckDB's | options | note |\n|---|---|---|---|---|---|\n", file)
		}
		var options []string
		for _, o := range e.options {
			options = append(options, o.name+": "+strings.Join(o.accepted, ", "))
		}
		duck := strings.ReplaceAll(e.duck, "|", "\\|")
		fmt.Fprintf(&b, "| %s | %s | `%s` | %s | %s | %s |\n", e.name, e.kind, duck, e.exact, strings.Join(options, "; "), e.note)
	}
	return b.String()
}

func TestPageIsFresh(t *testing.T) {
	const file = "FUNCTIONS.md"
	if *update {
		if err := os.WriteFile(file, []byte(page()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != page() {
		t.Fatalf("%s is stale (%v): go test ./functions -update", file, err)
	}
}
