package config

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/logging"
)

type grammar struct {
	Common
	Log     logging.Options   `embed:"" prefix:"log-"`
	HTTP    string            `name:"http" default:"127.0.0.1:8080" help:"Address."`
	Workers int               `default:"2" help:"Number of workers | of all kinds."`
	Memory  Bytes             `default:"1GiB" help:"Memory."`
	Drain   time.Duration     `default:"10s" help:"Time to drain."`
	Etcd    []string          `help:"Endpoints." placeholder:"HOST:PORT"`
	Waits   []time.Duration   `help:"Waits."`
	Labels  map[string]string `help:"Labels."`
	Spill   bool              `help:"Spill." negatable:""`
}

var app = App{Name: "portal", Description: "Plans queries."}

func parse(t *testing.T, yaml string, args ...string) (grammar, error) {
	t.Helper()
	var g grammar
	if yaml != "" {
		args = append([]string{"--config", file(t, yaml)}, args...)
	}
	_, err := Parse(app, &g, args)
	return g, err
}

func file(t *testing.T, yaml string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "shoal.yaml")
	if err := os.WriteFile(name, []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestPrecedence(t *testing.T) {
	const yaml = "workers: 3\n"
	cases := []struct {
		name, yaml, env string
		args            []string
		want            int
	}{
		{"default", "", "", nil, 2},
		{"file over default", yaml, "", nil, 3},
		{"environment over default", "", "4", nil, 4},
		{"environment over file", yaml, "4", nil, 4},
		{"flag over file", yaml, "", []string{"--workers=5"}, 5},
		{"flag over environment", "", "4", []string{"--workers", "5"}, 5},
		{"flag over all", yaml, "4", []string{"--workers=5"}, 5},
		{"flag over a broken environment", yaml, "many", []string{"--workers=5"}, 5},
		{"flag that equals the default", yaml, "4", []string{"--workers=2"}, 2},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.env != "" {
				t.Setenv("SHOAL_WORKERS", c.env)
			}
			g, err := parse(t, c.yaml, c.args...)
			if err != nil || g.Workers != c.want {
				t.Errorf("workers = %d, %v; want %d", g.Workers, err, c.want)
			}
		})
	}
}

func TestFileByEnvironment(t *testing.T) {
	t.Setenv("SHOAL_CONFIG", file(t, "workers: 7\n"))
	if g, err := parse(t, ""); err != nil || g.Workers != 7 {
		t.Errorf("workers = %d, %v; want 7", g.Workers, err)
	}
}

func TestTypedValuesFromFile(t *testing.T) {
	g, err := parse(t, `
# a comment
http: "0.0.0.0:80"
memory: 1.5GiB
drain: 1m30s
etcd: [a:1, "b,c:2"]
waits:
  - 1s
  - 2m
labels: {zone: eu, note: "a;b"}
spill: true
log:
  level: debug
log_format: json
`)
	if err != nil {
		t.Fatal(err)
	}
	if g.HTTP != "0.0.0.0:80" || g.Memory != 3<<29 || g.Drain != 90*time.Second || !g.Spill ||
		g.Log.Level != "debug" || g.Log.Format != "json" {
		t.Errorf("%+v", g)
	}
	if len(g.Etcd) != 2 || g.Etcd[1] != "b,c:2" || len(g.Waits) != 2 || g.Waits[1] != 2*time.Minute {
		t.Errorf("lists: %q %v", g.Etcd, g.Waits)
	}
	if len(g.Labels) != 2 || g.Labels["note"] != "a;b" {
		t.Errorf("map: %v", g.Labels)
	}
}

func TestTypedValuesFromEnvironment(t *testing.T) {
	t.Setenv("SHOAL_MEMORY", "4GiB")
	t.Setenv("SHOAL_ETCD", "a:1,b:2")
	t.Setenv("SHOAL_LOG_LEVEL", "warn")
	t.Setenv("SHOAL_SPILL", "true")
	g, err := parse(t, "", "--no-spill")
	if err != nil || g.Memory != 4<<30 || len(g.Etcd) != 2 || g.Log.Level != "warn" || g.Spill {
		t.Errorf("%+v, %v", g, err)
	}
}

func TestEmptyFiles(t *testing.T) {
	for _, yaml := range []string{"\n", "# nothing\n", "---\n", "~\n", "{}\n"} {
		if g, err := parse(t, yaml); err != nil || g.Workers != 2 {
			t.Errorf("%q: %v", yaml, err)
		}
	}
}

// wrongs are inputs that must be refused in one line with the given words.
var wrongs = []struct {
	name, yaml, env string
	args            []string
	words           []string
}{
	{"unknown key", "http: a:1\nworkrs: 3\n", "", nil, []string{"shoal.yaml:2", `unknown key "workrs"`, "did you mean workers?"}},
	{"unknown key, nothing near", "zzzzzzzz: 3\n", "", nil, []string{`unknown key "zzzzzzzz"`, "known keys: drain, etcd, http"}},
	{"unknown nested key", "log: {levle: info}\n", "", nil, []string{`unknown key "log-levle"`, "did you mean log-level?"}},
	{"config in config", "config: other.yaml\n", "", nil, []string{`unknown key "config"`}},
	{"version in config", "version: true\n", "", nil, []string{`unknown key "version"`}},
	{"wrong type in file", "\nworkers: many\n", "", nil, []string{"shoal.yaml:2", "--workers", `"many"`}},
	{"wrong duration in file", "drain: 10\n", "", nil, []string{"shoal.yaml:1", "--drain", "missing unit"}},
	{"wrong enum in file", "log-level: loud\n", "", nil, []string{"--log-level", `"loud"`, `"debug","info"`}},
	{"wrong size in file", "memory: lots\n", "", nil, []string{"shoal.yaml:1", "--memory", `"lots" is not a number of bytes`}},
	{"no value", "workers:\n", "", nil, []string{"shoal.yaml:1", "workers has no value"}},
	{"twice", "workers: 1\nhttp: a:1\nworkers: 2\n", "", nil, []string{"shoal.yaml:3", "workers is set a second time, after line 1"}},
	{"twice in two ways", "log-level: info\nlog: {level: debug}\n", "", nil, []string{"log-level is set a second time"}},
	{"list for one value", "workers: [1, 2]\n", "", nil, []string{"workers: a single value is needed"}},
	{"map for one value", "workers: {a: 1}\n", "", nil, []string{"workers: a single value is needed"}},
	{"nested list", "etcd: [[a]]\n", "", nil, []string{"each element must be a single value"}},
	{"nested map", "labels: {a: {b: c}}\n", "", nil, []string{"labels.a: a single value is needed"}},
	{"not a mapping", "- workers\n", "", nil, []string{"a mapping from flags to values is needed"}},
	{"two documents", "workers: 1\n---\nworkers: 2\n", "", nil, []string{"more than one YAML document"}},
	{"broken YAML", "workers: [1\n", "", nil, []string{"shoal.yaml: ", "line "}},
	{"wrong type in environment", "", "many", nil, []string{"--workers", "SHOAL_WORKERS", "many"}},
	{"wrong type in environment and a file", "workers: 3", "many", nil, []string{"SHOAL_WORKERS"}},
	{"wrong flag value", "", "", []string{"--workers=many"}, []string{"--workers", "many"}},
	{"unknown flag", "", "", []string{"--workrs=3"}, []string{"--workrs", "--workers"}},
	{"too large", "", "", []string{"--memory=99999999TiB"}, []string{"--memory", "more than 8 EiB"}},
	{"no file", "", "", []string{"--config=/does/not/exist"}, []string{"--config", "/does/not/exist", "no such file"}},
}

func TestWrongInput(t *testing.T) {
	for _, c := range wrongs {
		t.Run(c.name, func(t *testing.T) {
			if c.env != "" {
				t.Setenv("SHOAL_WORKERS", c.env)
			}
			_, err := parse(t, c.yaml, c.args...)
			if !fault.Is(err, fault.InvalidArgument) {
				t.Fatalf("err = %v, want an invalid argument", err)
			}
			var out bytes.Buffer
			Report(&out, "portal", err)
			line := out.String()
			if strings.Count(line, "\n") != 1 || !strings.HasPrefix(line, "portal: ") {
				t.Errorf("not one line: %q", line)
			}
			for _, word := range c.words {
				if !strings.Contains(line, word) {
					t.Errorf("%q is not in %q", word, line)
				}
			}
		})
	}
}

func TestReport(t *testing.T) {
	cases := []struct {
		err  error
		want string
	}{
		{errors.New("plain"), "p: plain\n"},
		{fault.Wrap(fault.New(fault.NotFound, "find", "gone").WithHint("look"), "plan"), "p: gone (look)\n"},
		{fault.New(fault.InvalidArgument, "", "LINE 1:\n  ^\n").WithHint("mend it"), "p: LINE 1:\n  ^\nHint: mend it\n"},
	}
	for _, c := range cases {
		var out bytes.Buffer
		if Report(&out, "p", c.err); out.String() != c.want {
			t.Errorf("%q, want %q", out.String(), c.want)
		}
	}
}

func TestHelpShowsDefaultsBehindPlaceholders(t *testing.T) {
	var out bytes.Buffer
	var g struct {
		Addr  string `default:"127.0.0.1:1" placeholder:"ADDR" help:"Where."`
		Bytes int    `default:"0" placeholder:"BYTES" help:"How many; 0 is all."`
		Plain int    `default:"3" help:"Plain."`
	}
	exited := errors.New("exited")
	defer func() {
		if v := recover(); v != exited {
			t.Fatal(v)
		}
		if got := out.String(); !strings.Contains(got, "(default 127.0.0.1:1).") || strings.Contains(got, "(default 0)") || strings.Contains(got, "(default 3)") {
			t.Error(got)
		}
	}()
	_, err := Parse(app, &g, []string{"--help"}, kong.Writers(&out, &out), kong.Exit(func(int) { panic(exited) }))
	t.Errorf("it did not exit: %v", err)
}

func TestVersionAndHelp(t *testing.T) {
	for arg, want := range map[string]string{"--version": "portal devel (commit", "--help": "SHOAL_WORKERS"} {
		var out bytes.Buffer
		var g grammar
		exited := errors.New("exited")
		func() {
			defer func() {
				if v := recover(); v != nil && v != exited {
					panic(v)
				}
			}()
			_, err := Parse(app, &g, []string{arg}, kong.Writers(&out, &out), kong.Exit(func(code int) {
				if code != 0 {
					t.Errorf("%s: exit %d", arg, code)
				}
				panic(exited)
			}))
			t.Errorf("%s did not exit: %v", arg, err)
		}()
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s printed %q", arg, out.String())
		}
	}
}

type commanded struct {
	Common
	Up struct {
		Workers int `default:"2"`
	} `cmd:"" help:"Start a cluster."`
	Load struct {
		Table  string   `arg:"" help:"Where to."`
		Files  []string `arg:"" optional:"" help:"What."`
		Append bool     `short:"a" help:"Add rows."`
		Rows   int      `required:"" placeholder:"N" help:"Rows."`
	} `cmd:"" help:"Load files."`
}

func TestCommands(t *testing.T) {
	name := file(t, "workers: 4\nrows: 9\n")
	var g commanded
	ctx, err := Parse(App{Name: "shoal"}, &g, []string{"--config", name, "load", "t", "f"})
	if err != nil || ctx.Command() != "load <table> <files>" || g.Load.Rows != 9 {
		t.Errorf("rows %d, %v", g.Load.Rows, err)
	}
	g = commanded{}
	if _, err := Parse(App{Name: "shoal"}, &g, []string{"--config", name, "up"}); err != nil || g.Up.Workers != 4 {
		t.Errorf("workers %d, %v", g.Up.Workers, err)
	}
	if _, err := Parse(App{Name: "shoal"}, &g, []string{"load", "t"}); err == nil || !strings.Contains(err.Error(), "--rows") {
		t.Errorf("missing flag: %v", err)
	}
}

func TestMarkdown(t *testing.T) {
	got, err := Markdown(app, &grammar{})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{
		"| `--workers=WORKERS` | `SHOAL_WORKERS` | `2` | Number of workers \\| of all kinds. |\n",
		"| `--config=FILE` | `SHOAL_CONFIG` |  | YAML file",
		"| `--version` |  |  | Print the version and exit. |\n",
		"| `--log-level=debug\\|info\\|warn\\|error` | `SHOAL_LOG_LEVEL` | `info` |",
		"| `--spill` | `SHOAL_SPILL` | `false` | Spill. |",
	} {
		if !strings.Contains(got, row) {
			t.Errorf("no row %q in\n%s", row, got)
		}
	}
	got, err = Markdown(App{Name: "shoal"}, &commanded{})
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		"## shoal load\n\n```\nshoal load <table> [<files> ...]\n```\n\nLoad files.\n\n- `table`: Where to.\n",
		"| `-a, --append` | `SHOAL_APPEND` | `false` | Add rows. |", "| `--rows=N` | `SHOAL_ROWS` | `required` | Rows. |",
	} {
		if !strings.Contains(got, part) {
			t.Errorf("no %q in\n%s", part, got)
		}
	}
	if _, err := Markdown(app, grammar{}); !fault.Is(err, fault.Internal) {
		t.Errorf("a grammar that is no pointer: %v", err)
	}
}

func FuzzReadFile(f *testing.F) {
	f.Add("workers: 3\nlog: {level: info}\netcd: [a, b]\n")
	f.Add("a: &x {b: *x}\nlabels: {<<: *x}\n")
	f.Add("? [a]\n: b\n")
	parser, err := build(app, &grammar{})
	if err != nil {
		f.Fatal(err)
	}
	flags := flagsOf(parser.Model)
	f.Fuzz(func(t *testing.T, yaml string) {
		values, err := readFile("f", strings.NewReader(yaml), flags)
		if err != nil {
			if !fault.Is(err, fault.InvalidArgument) {
				t.Fatalf("%v", err)
			}
			return
		}
		for name := range values.values {
			if flags[name] == nil {
				t.Fatalf("%q is no flag", name)
			}
			_, _ = values.Resolve(nil, nil, flags[name])
		}
	})
}
