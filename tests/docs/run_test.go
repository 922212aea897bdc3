package docs

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/tests/harness"
)

// shared is one cluster for all tests of the package.
var shared struct {
	sync.Mutex
	cluster *cluster.Cluster
}

func sharedCluster(t *testing.T) *cluster.Cluster {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.cluster == nil {
		dir, err := os.MkdirTemp("", "shoal-docs-")
		if err != nil {
			t.Fatal(err)
		}
		shared.cluster, err = cluster.Start(context.Background(), cluster.Options{DataDir: dir, WorkerThreads: 1, NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
	}
	return shared.cluster
}

func TestMain(m *testing.M) {
	code := m.Run()
	if c := shared.cluster; c != nil {
		if err := c.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stop cluster:", err)
			code = 1
		}
		_ = os.RemoveAll(c.DataDir())
	}
	os.Exit(code)
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// volatile is what differs from run to run; the width of tables goes with it.
var volatile = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`\b[0-9.]+(ns|µs|ms|s)\b`), "TIME"},
	{regexp.MustCompile(`\b[0-9.]+ ([KMG]i)?B\b`), "SIZE"},
	{regexp.MustCompile(`\b([0-9]{10}-[0-9]{10})-[0-9a-f]{8}\b`), "$1-HASH"},
	{regexp.MustCompile(`catalog version [0-9]+`), "catalog version N"},
	{regexp.MustCompile(`w1, w2|w2, w1`), "WORKERS"},
	{regexp.MustCompile(`[ ─]+`), " "},
}

func steady(text string) string {
	for _, v := range volatile {
		text = v.what.ReplaceAllString(text, v.with)
	}
	return strings.TrimSpace(text)
}

// TestBlocksRun runs the blocks of all pages that are marked for it.
func TestBlocksRun(t *testing.T) {
	found := 0
	for name, text := range pages(t) {
		all, _ := blocks(text)
		dir := ""
		for i, b := range all {
			if b.info != "sh test run" {
				continue
			}
			found++
			if dir == "" {
				dir = runFolder(t)
			}
			out := runBlock(t, name, dir, b)
			if i+1 < len(all) && all[i+1].after && all[i+1].info == "text" && steady(out) != steady(all[i+1].text) {
				t.Errorf("%s, line %d: the commands write\n%s\nand not\n%s", name, b.line, out, all[i+1].text)
			}
		}
	}
	if found < 4 {
		t.Errorf("only %d blocks are marked to be run", found)
	}
}

// runFolder is a folder in which commands find the programs in bin.
func runFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := os.Stat(filepath.Join(checkout, "bin", "shoal")); err != nil { // also for the test's cache
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Dir(harness.Binary(t, "shoal")), filepath.Join(dir, "bin")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// runBlock returns what a block's commands write to standard output.
func runBlock(t *testing.T, name, dir string, b block) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", b.text)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "SHOAL_PORTAL="+sharedCluster(t).HTTP())
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s, line %d: %v\n%s%s", name, b.line, err, out.String(), errs.String())
	}
	return out.String()
}

// ask sends SQL to a portal and returns the status and what is said of an error.
func ask(t *testing.T, portal, sql string) (status int, kind, message string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"sql": sql, "schema": "sea"})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(portal+"/v1/query", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		Error struct{ Kind, Message string }
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return resp.StatusCode, answer.Error.Kind, answer.Error.Message
}

var refusedRow = regexp.MustCompile("(?m)^\\| [^|]+ \\| `([^`]+)` \\| ([a-z_]+): ([^|]+) \\|$")

// TestStatements: docs/sql.md's statements are answered, or refused in the words that it shows.
func TestStatements(t *testing.T) {
	c := sharedCluster(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "catches.csv")
	write(t, file, "id,day,fish,kilos\n1,2026-03-01,cod,3.5\n2,2026-03-01,eel,1.25\n3,2026-03-02,cod,2\n")
	for _, table := range []struct{ name, block string }{{"catches", "id"}, {"prices", ""}} {
		harness.Load(t, c.HTTP(), "sea", table.name, file, table.block, 2)
	}
	text := page(t, "docs/sql.md")
	all, prose := blocks(text)
	refused := refusedRow.FindAllStringSubmatch(prose, -1)
	if len(refused) < 5 {
		t.Errorf("only %d refused statements were found", len(refused))
	}
	for _, m := range refused {
		sql, wantKind, want := strings.ReplaceAll(m[1], `\|`, "|"), m[2], strings.TrimSpace(m[3])
		status, kind, message := ask(t, c.HTTP(), sql)
		if status < 400 || kind != wantKind || !strings.Contains(message, want) {
			t.Errorf("%s: %d %s: %s; want %s: %s", sql, status, kind, message, wantKind, want)
		}
	}
	accepted := 0
	for _, b := range all {
		if b.info != "sql" {
			continue
		}
		for _, sql := range strings.Split(strings.TrimSpace(b.text), ";\n") {
			accepted++
			if status, kind, message := ask(t, c.HTTP(), strings.TrimSuffix(sql, ";")); status != http.StatusOK {
				t.Errorf("%s: %s: %s", sql, kind, message)
			}
		}
	}
	if accepted < 5 {
		t.Errorf("only %d accepted statements were found", accepted)
	}
	api, err := client.New(c.HTTP())
	if err != nil {
		t.Fatal(err)
	}
	defer api.Close()
	for _, table := range []string{"catches", "prices"} {
		if _, err := api.DropTable(t.Context(), "sea", table); err != nil {
			t.Error(err)
		}
	}
}

// TestGoExample: the Go program in docs/connect.md is the one that is compiled and tested.
func TestGoExample(t *testing.T) {
	want := strings.TrimSpace(page(t, "tests/docs/example/main.go"))
	all, _ := blocks(page(t, "docs/connect.md"))
	for _, b := range all {
		if b.info == "go" && strings.TrimSpace(b.text) == want {
			return
		}
	}
	t.Error("docs/connect.md has not the program of tests/docs/example")
}
