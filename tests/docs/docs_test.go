// Package docs checks the documentation against the system: generated pages are what the code says,
// links and names lead somewhere, commands and statements do what their page shows.
//
// `go test ./docs -update` writes the generated pages again. In the pages, blocks that begin with
// "```sh test run" are run, all of a page in one folder and with one cluster; a block of text after
// one is what they write, but for durations, sizes and hashes.
package docs

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the generated pages again")

// checkout is a link to the top folder: go test forgets a cached result when a file changes that the
// test opened, but only if its path is within the module.
const checkout = "testdata/checkout"

// page is the text of a file of the checkout.
func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(checkout, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// pages are all that people read, by their path in the checkout.
func pages(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(checkout, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, name := range []string{"README.md", "ARCHITECTURE.md", "CHANGELOG.md", "tests/README.md"} {
		all[name] = page(t, name)
	}
	for _, file := range files {
		name := filepath.Join("docs", filepath.Base(file))
		all[name] = page(t, name)
	}
	return all
}

// generated compares a generated page with what it should be, or writes it.
func generated(t *testing.T, name, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(filepath.Join(checkout, name), []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have := page(t, name)
	if have == want {
		return
	}
	a, b := strings.Split(have, "\n"), strings.Split(want, "\n")
	for i := range max(len(a), len(b)) {
		if line(a, i) != line(b, i) {
			t.Fatalf("%s is stale; cd tests && go test ./docs -update. Line %d is\n%s\nand should be\n%s", name, i+1, line(a, i), line(b, i))
		}
	}
}

func line(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(none)"
}

// block is a fenced block of a page.
type block struct {
	info, text string
	line       int
	// after is whether it follows another block with nothing but blank lines between.
	after bool
}

var fence = regexp.MustCompile("^\\s*(```+)(.*)$")

// blocks are the fenced blocks of a page; what is not in one is prose.
func blocks(text string) (all []block, prose string) {
	var out strings.Builder
	var open *block
	quiet := false
	for i, l := range strings.Split(text, "\n") {
		m := fence.FindStringSubmatch(l)
		switch {
		case open == nil && m != nil:
			open = &block{info: strings.TrimSpace(m[2]), line: i + 1, after: quiet}
		case open != nil && m != nil && m[2] == "":
			all, open, quiet = append(all, *open), nil, true
		case open != nil:
			open.text += l + "\n"
		default:
			quiet = quiet && strings.TrimSpace(l) == ""
			out.WriteString(l + "\n")
		}
	}
	return all, out.String()
}

func TestBlocks(t *testing.T) {
	all, prose := blocks("a\n```sh test run\nx\n```\n\n```text\ny\n\n```\nb\n```\nz\n```\n")
	want := []block{{"sh test run", "x\n", 2, false}, {"text", "y\n\n", 6, true}, {"", "z\n", 11, false}}
	if len(all) != len(want) || strings.Join(strings.Fields(prose), "") != "ab" {
		t.Fatalf("%+v, %q", all, prose)
	}
	for i := range want {
		if all[i] != want[i] {
			t.Errorf("%+v, want %+v", all[i], want[i])
		}
	}
}
