package docs

import (
	"strings"
	"testing"

	"github.com/shoal-db/shoal/cmd/shoal/reference"
	"github.com/shoal-db/shoal/libs/platform/config"
	"github.com/shoal-db/shoal/services/metadata"
	"github.com/shoal-db/shoal/services/portal"
	"github.com/shoal-db/shoal/services/worker"
)

const flagsHead = `# Flags

This page is made from the programs; ` + "`go test ./docs -update`" + ` in ` + "`tests`" + ` writes it again.

Each flag can also be set by its environment variable, or by its name in the YAML file that
` + "`--config`" + ` (or ` + "`SHOAL_CONFIG`" + `) names. A flag wins over the environment, the environment over the file, the
file over the default. A flag without an environment variable is for the command line and the file.

` + "```yaml" + `
# portal --config portal.yaml
etcd: [10.0.0.1:2379, 10.0.0.2:2379, 10.0.0.3:2379]
object-store: s3://shoal-chunks
http: 0.0.0.0:8080
memory: 8GiB
query-timeout: 10m
` + "```" + `

Durations are written like ` + "`90s`, `10m` or `1h30m`" + `, sizes like ` + "`512MiB` or `8GB`" + `. A key that is no flag
is refused.

Programs: [shoal](#shoal) · [portal](#portal) · [metadata](#metadata) · [worker](#worker)

`

// flagsPage is what docs/flags.md should be.
func flagsPage(t *testing.T) string {
	t.Helper()
	shoal, err := reference.Flags()
	if err != nil {
		t.Fatal(err)
	}
	out := flagsHead + section(t, shoal)
	for _, program := range []struct {
		app   config.App
		flags any
	}{
		{portal.App, &portal.Flags{}}, {metadata.App, &metadata.Flags{}}, {worker.App, &worker.Flags{}},
	} {
		text, err := config.Markdown(program.app, program.flags)
		if err != nil {
			t.Fatal(err)
		}
		out += "\n" + section(t, text)
	}
	return out
}

// section makes a section of a page of its own: headings go down one level, and what is the same for
// all programs is left to the head.
func section(t *testing.T, text string) string {
	t.Helper()
	before, rest, ok := strings.Cut(text, "Each flag can also be set")
	_, rest, cut := strings.Cut(rest, "\n\n")
	if !ok || !cut {
		t.Fatalf("the reference has changed its form:\n%.300s", text)
	}
	lines := strings.Split(before+rest, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "#") {
			lines[i] = "#" + l
		}
	}
	return strings.Join(lines, "\n")
}

func TestFlagsPage(t *testing.T) { generated(t, "docs/flags.md", flagsPage(t)) }

// TestExampleConfig: the example of a YAML file is one that the portal takes.
func TestExampleConfig(t *testing.T) {
	all, _ := blocks(flagsHead)
	file := t.TempDir() + "/portal.yaml"
	write(t, file, all[0].text)
	var flags portal.Flags
	if _, err := config.Parse(portal.App, &flags, []string{"--config", file}); err != nil {
		t.Fatal(err)
	}
	if len(flags.Etcd) != 3 || flags.Memory != 8<<30 || flags.ObjectStore != "s3://shoal-chunks" {
		t.Errorf("%+v", flags.Config)
	}
}
