package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// TestTestsPage checks that the page of the tests says of each folder which question it answers.
func TestTestsPage(t *testing.T) {
	var listed []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z0-9]+)` \\| .+ \\|.*\\|( [0-9]+)? \\|$").FindAllStringSubmatch(page(t, "tests/README.md"), -1) {
		listed = append(listed, row[1])
	}
	entries, err := os.ReadDir(filepath.Join(checkout, "tests"))
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, e := range entries {
		if e.IsDir() {
			folders = append(folders, e.Name())
		}
	}
	if !slices.Equal(listed, folders) {
		t.Errorf("tests/README.md has rows for\n%q, the folders are\n%q", listed, folders)
	}
}
