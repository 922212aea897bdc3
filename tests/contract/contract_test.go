// Package contract checks the outer contract as somebody outside the project would: the HTTP API's
// fields and statuses, Flight SQL's calls, the programs' flags, output and exit codes, and the metrics'
// names, literally.
package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/tests/harness"
)

// system is a cluster of two workers with the dataset d: facts, chunked by k, and names, a reference
// table.
type system struct {
	*harness.Oracle
	cluster *cluster.Cluster
	http    string
}

const factRows = 5000

func TestContract(t *testing.T) {
	s := &system{Oracle: harness.NewOracle(t)}
	s.cluster = harness.Start(t, cluster.Options{Workers: 2, Replication: 2})
	s.http = s.cluster.HTTP()
	s.Exec(t, fmt.Sprintf(`CREATE TABLE facts AS SELECT i AS k, (i %% 7)::INTEGER AS n, 'v' || i %% 10 AS v, (i / 4)::DECIMAL(12,2) AS price
		FROM range(1, %d) t(i)`, factRows+1))
	s.Exec(t, `CREATE TABLE names AS SELECT i::INTEGER AS n, 'name ' || i AS name FROM range(7) t(i)`)
	for table, block := range map[string]string{"facts": "k", "names": ""} {
		harness.LoadWith(t, s.http, load.Options{Dataset: "d", Table: table, BlockColumn: block, Reference: block == "",
			Files: []string{s.WriteParquet(t, table)}, ChunkRows: 500, Threads: 1})
	}
	for _, part := range []struct {
		name string
		run  func(*testing.T, *system)
	}{
		{"plan", testPlan}, {"query", testQuery}, {"broken", testBroken}, {"lists", testLists}, {"errors", testErrors}, {"probes", testProbes},
		{"flight", testFlight}, {"endpoints", testEndpoints}, {"prepared", testPrepared}, {"explain", testExplain}, {"cli", testCLI},
		{"cancel", testCancel}, {"metrics", testMetrics},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(t, s) })
	}
}

// answer is an HTTP answer.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// object is the body as a JSON object.
func (a answer) object(t testing.TB) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(a.body, &out); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	if kind := a.header.Get("Content-Type"); kind != "application/json" {
		t.Errorf("content type %q", kind)
	}
	return out
}

// send asks; headers come in pairs.
func send(t testing.TB, method, url, body string, headers ...string) answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s was cut off: %v", method, url, err)
	}
	return answer{resp.StatusCode, resp.Header, data}
}

// post asks the portal, and expects an answer.
func (s *system) post(t testing.TB, path, body string, headers ...string) answer {
	t.Helper()
	a := send(t, http.MethodPost, s.http+path, body, headers...)
	if a.status != http.StatusOK {
		t.Fatalf("%s %s: %d %s", path, body, a.status, a.body)
	}
	return a
}

func (s *system) get(t testing.TB, path string) map[string]any {
	t.Helper()
	a := send(t, http.MethodGet, s.http+path, "")
	if a.status != http.StatusOK {
		t.Fatalf("%s: %d %s", path, a.status, a.body)
	}
	return a.object(t)
}

// has checks an object's fields, each "name type"; a type with ? may also be absent. What is not listed
// is an error: clients would come to rely on it.
func has(t testing.TB, where string, of any, fields ...string) map[string]any {
	t.Helper()
	o, ok := of.(map[string]any)
	if !ok {
		t.Fatalf("%s is %v, not an object", where, of)
	}
	var known []string
	for _, f := range fields {
		name, typ, _ := strings.Cut(f, " ")
		known = append(known, name)
		typ, optional := strings.CutSuffix(typ, "?")
		v, there := o[name]
		if !there && optional {
			continue
		}
		if got := typeOf(v); !there || got != typ {
			t.Errorf("%s: field %q is %v, want %s", where, name, v, typ)
		}
	}
	for name := range o {
		if !slices.Contains(known, name) {
			t.Errorf("%s: field %q is not in the contract", where, name)
		}
	}
	return o
}

func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case float64:
		return "number"
	case bool:
		return "bool"
	case []any:
		return "list"
	}
	return "object"
}

// list is a field that is a list with something in it.
func list(t testing.TB, o map[string]any, name string) []any {
	t.Helper()
	l, _ := o[name].([]any)
	if len(l) == 0 {
		t.Fatalf("%q is empty: %v", name, o[name])
	}
	return l
}

func matches(t testing.TB, what string, v any, pattern string) {
	t.Helper()
	if text, ok := v.(string); !ok || !regexp.MustCompile(pattern).MatchString(text) {
		t.Errorf("%s is %v, which does not match %s", what, v, pattern)
	}
}

// ran is how a program ended and what it wrote.
type ran struct {
	code     int
	out, err string
}

// start runs one of the programs with an environment of its own.
func start(t testing.TB, program, stdin string, env []string, args ...string) ran {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, harness.Binary(t, program), args...)
	cmd.Env = append([]string{"HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir()}, env...)
	cmd.Dir = t.TempDir()
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if cmd.ProcessState == nil || ctx.Err() != nil {
		t.Fatalf("%s %v: %v", program, args, err)
	}
	return ran{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// fine expects exit code 0.
func (r ran) fine(t testing.TB) ran {
	t.Helper()
	if r.code != 0 {
		t.Fatalf("exit %d, stderr %q", r.code, r.err)
	}
	return r
}

// oneLine expects exit code 1, nothing on standard output and one line on standard error.
func (r ran) oneLine(t testing.TB, parts ...string) {
	t.Helper()
	if r.code != 1 || r.out != "" || strings.Count(r.err, "\n") != 1 {
		t.Errorf("exit %d, stdout %q, stderr %q; want 1 with one line", r.code, r.out, r.err)
	}
	for _, p := range parts {
		if !strings.Contains(r.err, p) {
			t.Errorf("%q is not in %q", p, r.err)
		}
	}
}
