// Package imports checks who may import whom.
package imports

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

const root = "github.com/shoal-db/shoal/"

// allowed lists, for each box, the boxes that its packages may import. Tests
// and benchmarks may import everything.
var allowed = map[string][]string{
	"libs/platform":     {},
	"libs/duckdb":       {"libs/platform"},
	"libs/chunks":       {"libs/platform"},
	"libs/substrait":    {"libs/platform"},
	"libs/catalog":      {"libs/platform", "libs/chunks"},
	"services/metadata": {"libs/"},
	"services/worker":   {"libs/"},
	"services/portal":   {"libs/"},
	"cmd/shoal":         {"libs/", "services/"},
}

// forbidden are packages that a box must not reach, with the reason.
var forbidden = []struct{ box, prefix, why string }{
	{"libs/chunks", "net/http", "it knows no transport"},
	{"libs/chunks", "google.golang.org/grpc", "it knows no transport"},
	{"libs/substrait", "net/http", "it knows no transport"},
	{"libs/substrait", "google.golang.org/grpc", "it knows no transport"},
	{"", "github.com/apache/arrow/go/v17/arrow/compute/exprs", "it registers a protobuf file that substrait-go registers too"},
	{"", "github.com/apache/arrow-go/v18", "two versions of Arrow cannot share a binary"},
}

type pkg struct {
	ImportPath string
	Imports    []string
	CgoFiles   []string
}

func packages(t *testing.T, box string) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,CgoFiles", "./...")
	cmd.Dir = "../../" + box
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list in %s: %v", box, err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p pkg
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) == 0 {
		t.Fatalf("no packages in %s", box)
	}
	return all
}

func TestForbiddenImports(t *testing.T) {
	for box, may := range allowed {
		for _, p := range packages(t, box) {
			if len(p.CgoFiles) > 0 && box != "libs/duckdb" {
				t.Errorf("%s uses cgo; only libs/duckdb may", p.ImportPath)
			}
			for _, imported := range p.Imports {
				checkBox(t, box, p.ImportPath, imported, may)
				for _, f := range forbidden {
					if strings.HasPrefix(box, f.box) && strings.HasPrefix(imported, f.prefix) {
						t.Errorf("%s imports %s: %s", p.ImportPath, imported, f.why)
					}
				}
			}
		}
	}
}

func checkBox(t *testing.T, box, importer, imported string, may []string) {
	t.Helper()
	rest, ours := strings.CutPrefix(imported, root)
	if !ours || strings.HasPrefix(rest, box+"/") || rest == box {
		return
	}
	for _, prefix := range may {
		if strings.HasPrefix(rest, prefix) {
			return
		}
	}
	t.Errorf("%s imports %s, which its box must not", importer, imported)
}
