package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"
)

// shoal runs a command as main does.
func shoal(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Main(context.Background(), args, IO{In: strings.NewReader(stdin), Out: &out, Err: &errs})
	return code, out.String(), errs.String()
}

// portal answers every request with fn, and is where commands look.
func portal(t *testing.T, fn http.HandlerFunc) {
	t.Helper()
	s := httptest.NewServer(fn)
	t.Cleanup(s.Close)
	t.Setenv("SHOAL_PORTAL", s.URL)
}

func TestWrongUseIsOneLine(t *testing.T) {
	for _, tc := range []struct {
		args []string
		part string
	}{
		{[]string{"nonsense"}, "nonsense"},
		{[]string{"query"}, "there is no statement"},
		{[]string{"query", "SELECT 1", "-f", "x.sql"}, "two statements"},
		{[]string{"query", "-f", "/nowhere/x.sql"}, "x.sql"},
		{[]string{"query", "-"}, "the statement is empty"},
		{[]string{"query", "--format", "xml", "SELECT 1"}, "xml"},
		{[]string{"query", "--portal", "ftp://x", "SELECT 1"}, "no address of a portal"},
		{[]string{"load", "t", "x.csv"}, "does not name a table"},
		{[]string{"load", "a.t"}, "file"},
		{[]string{"load", "a.t", "x.csv", "--append", "--replace"}, "exclude each other"},
		{[]string{"load", "a.t", "x.csv", "--chunk-rows", "0"}, "at least one row"},
		{[]string{"load", "a.t", "x.csv", "--load-memory", "lots"}, "lots"},
		{[]string{"up", "--workers", "0", "--data-dir", t.TempDir()}, "make no sense"},
		{[]string{"drop", "t"}, "does not name a table"},
		{[]string{"cancel"}, "query"},
	} {
		code, out, errs := shoal(t, "", tc.args...)
		if code != 1 || out != "" {
			t.Errorf("%v: exit %d, output %q", tc.args, code, out)
		}
		if !strings.HasPrefix(errs, "shoal: ") || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, tc.part) {
			t.Errorf("%v: %q, want one line with %q", tc.args, errs, tc.part)
		}
	}
}

func TestNobodyAnswers(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	for _, args := range [][]string{
		{"query", "SELECT 1"}, {"tables"}, {"chunks", "d"}, {"workers"}, {"queries"}, {"cancel", "q"}, {"drop", "d.t"}, {"explain", "SELECT 1"},
	} {
		code, out, errs := shoal(t, "", append(args, "--portal", addr)...)
		if code != 1 || out != "" || !strings.Contains(errs, "no portal answers at http://"+addr) || !strings.Contains(errs, "shoal up") {
			t.Errorf("%v: exit %d, %q, %q", args, code, out, errs)
		}
	}
}

func TestHelpAndVersion(t *testing.T) {
	for _, args := range [][]string{{}, {"--help"}, {"load", "--help"}, {"version"}, {"--version"}} {
		code, out, errs := shoal(t, "", args...)
		if code != 0 || !strings.Contains(out, "shoal") || errs != "" {
			t.Errorf("%v: exit %d, %q, %q", args, code, out, errs)
		}
	}
}

func TestErrorsOfThePortalAreShown(t *testing.T) {
	portal(t, func(w http.ResponseWriter, r *http.Request) {
		httpfault.Write(w, fault.New(fault.InvalidArgument, "bind", "syntax error").
			WithDetail("caret", "LINE 1: SELEC\n        ^").WithHint("did you mean SELECT?"))
	})
	code, out, errs := shoal(t, "", "query", "SELEC")
	if code != 1 || out != "" || errs != "shoal: syntax error\nLINE 1: SELEC\n        ^\nHint: did you mean SELECT?\n" {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
}

const result = `{"query_id":"q1","columns":[{"name":"n","type":"BIGINT"}],"rows":[[1],[2]],"row_count":2}`

func TestQuery(t *testing.T) {
	var bodies []string
	portal(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies = append(bodies, r.Header.Get("Accept")+" "+string(body))
		if r.Header.Get("Accept") == "text/csv" {
			_, _ = io.WriteString(w, "n\n1\n2\n")
			return
		}
		_, _ = io.WriteString(w, result)
	})
	file := filepath.Join(t.TempDir(), "q.sql")
	if err := os.WriteFile(file, []byte("SELECT 2"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := shoal(t, "", "query", "SELECT 1", "--schema", "tpch")
	if code != 0 || !strings.Contains(out, "BIGINT") || !strings.HasPrefix(errs, "2 rows in ") {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
	code, out, errs = shoal(t, "", "query", "-f", file, "--format", "csv")
	if code != 0 || out != "n\n1\n2\n" || errs != "" {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
	code, out, errs = shoal(t, "SELECT 3", "query", "-", "--format", "json")
	if code != 0 || out != result || errs != "" {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
	saved := filepath.Join(t.TempDir(), "r.csv")
	code, out, errs = shoal(t, "", "query", "SELECT 4", "-o", saved)
	if data, _ := os.ReadFile(saved); code != 0 || out != "" || string(data) != "n\n1\n2\n" || !strings.HasPrefix(errs, "wrote "+saved) {
		t.Errorf("exit %d, %q, %q, file %q", code, out, errs, data)
	}
	want := []string{
		`application/json {"sql":"SELECT 1","schema":"tpch"}`, `text/csv {"sql":"SELECT 2","schema":"main"}`,
		`application/json {"sql":"SELECT 3","schema":"main"}`, `text/csv {"sql":"SELECT 4","schema":"main"}`,
	}
	if fmt.Sprint(bodies) != fmt.Sprint(want) {
		t.Errorf("asked %q", bodies)
	}
}

// TestBrokenResults has results that the portal cuts off, in every format.
func TestBrokenResults(t *testing.T) {
	portal(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/queries" {
			_, _ = io.WriteString(w, `{"queries":[{"id":"q1","error":{"kind":"unavailable","message":"worker w2 is gone"}}]}`)
			return
		}
		w.Header().Set("X-Shoal-Query-Id", "q1")
		_, _ = io.WriteString(w, result[:len(result)-20])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	for _, format := range []string{"table", "csv", "json", "arrow", "parquet"} {
		code, _, errs := shoal(t, "", "query", "SELECT 1", "--format", format)
		if code != 1 || !strings.Contains(errs, "worker w2 is gone") && format != "parquet" && format != "arrow" {
			t.Errorf("%s: exit %d, %q", format, code, errs)
		}
		path := filepath.Join(t.TempDir(), "r")
		if code, _, _ := shoal(t, "", "query", "SELECT 1", "--format", format, "-o", path); code != 1 {
			t.Errorf("%s: exit %d", format, code)
		}
		if left, _ := os.ReadDir(filepath.Dir(path)); len(left) > 0 {
			t.Errorf("%s: left behind %v", format, left)
		}
	}
}

func TestLists(t *testing.T) {
	answers := map[string]string{
		"/v1/tables": `{"tables":[{"dataset":"d","table":"orders","kind":"chunked","block_column":"k","rows":10,"bytes":2048,"chunks":2,"chunks_ready":1,
			"columns":[{"name":"k","type":"BIGINT"}]}]}`,
		"/v1/chunks": `{"chunks":[{"dataset":"d","table":"orders","chunk":"0000000001-0000000009-1a2b3c4d","first":1,"last":9,"rows":10,"bytes":99,
			"assigned":["w1","w2"],"ready":["w1"]}]}`,
		"/v1/workers": `{"workers":[{"worker":"w1","location":"grpc://h:1","capacity":1,"files":3,"files_assigned":4}]}`,
		"/v1/queries": `{"queries":[{"id":"q1","state":"running","sql":"SELECT\n 1","created":"2026-01-02T03:04:05Z","chunks_total":9,"chunks_selected":1},
			{"id":"q2","state":"failed","created":"2026-01-02T03:04:05Z","error":{"kind":"internal","message":"boom"}}]}`,
	}
	portal(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, answers[r.URL.Path]) })
	for _, tc := range []struct {
		args  []string
		parts []string
	}{
		{[]string{"tables"}, []string{"d.orders", "chunked", "2.0 KiB"}},
		{[]string{"tables", "d"}, []string{"d.orders"}},
		{[]string{"tables", "d.orders"}, []string{"BIGINT"}},
		{[]string{"chunks", "d.orders"}, []string{"0000000001-0000000009-1a2b3c4d", "w1", "w2"}},
		{[]string{"workers"}, []string{"grpc://h:1", "serving"}},
		{[]string{"queries"}, []string{"SELECT 1", "1/9", "boom"}},
		{[]string{"tables", "--format", "json"}, []string{`"chunks_ready": 1`}},
		{[]string{"queries", "--format", "json", "--running"}, []string{`"q1"`}},
	} {
		code, out, errs := shoal(t, "", tc.args...)
		if code != 0 || errs != "" {
			t.Errorf("%v: exit %d, %q", tc.args, code, errs)
		}
		for _, part := range tc.parts {
			if !strings.Contains(out, part) {
				t.Errorf("%v: %q is not in %s", tc.args, part, out)
			}
		}
	}
	if _, out, _ := shoal(t, "", "queries", "--format", "json", "--running"); strings.Contains(out, "q2") {
		t.Errorf("a query that has ended: %s", out)
	}
	code, _, errs := shoal(t, "", "tables", "d.order")
	if code != 1 || !strings.Contains(errs, "did you mean d.orders?") {
		t.Errorf("exit %d, %q", code, errs)
	}
}

func TestFlagsComeFromAFileToo(t *testing.T) {
	portal(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"tables":[]}`) })
	path := filepath.Join(t.TempDir(), "shoal.yaml")
	if err := os.WriteFile(path, []byte("portal: "+os.Getenv("SHOAL_PORTAL")+"\nchunk-rows: 100\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Unsetenv("SHOAL_PORTAL"); err != nil { // the test's clean-up restores what was before
		t.Fatal(err)
	}
	if code, out, errs := shoal(t, "", "tables", "--format", "json", "--config", path); code != 0 || out != "[]\n" {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
	if err := os.WriteFile(path, []byte("portel: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := shoal(t, "", "tables", "--config", path); code != 1 || !strings.Contains(errs, "portel") || !strings.Contains(errs, "portal") {
		t.Errorf("exit %d, %q", code, errs)
	}
}
