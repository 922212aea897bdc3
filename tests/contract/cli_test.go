package contract

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/ipc"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/tests/oracle"
)

// shoal runs a command against the cluster.
func (s *system) shoal(t testing.TB, stdin string, args ...string) ran {
	t.Helper()
	return start(t, "shoal", stdin, []string{"SHOAL_PORTAL=" + s.http}, args...)
}

func testCLI(t *testing.T, s *system) {
	t.Run("formats", func(t *testing.T) { testFormats(t, s) })
	t.Run("statement", func(t *testing.T) { testStatement(t, s) })
	t.Run("portal", func(t *testing.T) { testWhichPortal(t, s) })
	t.Run("lists", func(t *testing.T) { testCommands(t, s) })
	t.Run("load", func(t *testing.T) { testLoad(t, s) })
	t.Run("errors", func(t *testing.T) { testCLIErrors(t, s) })
}

const threeRows = "SELECT k, v, price FROM facts WHERE k <= 3 ORDER BY k"

func testFormats(t *testing.T, s *system) {
	want := s.Query(t, threeRows)
	query := func(args ...string) ran {
		t.Helper()
		return s.shoal(t, "", append([]string{"query", threeRows, "--schema", "d"}, args...)...).fine(t)
	}
	quiet := func(r ran) string {
		t.Helper()
		if r.err != "" {
			t.Errorf("stderr %q", r.err)
		}
		return r.out
	}
	r := query()
	if !strings.Contains(r.out, "DECIMAL(12,2)") || !strings.Contains(r.out, "0.75") || !strings.Contains(r.err, "3 rows") {
		t.Errorf("table: %q, %q", r.out, r.err)
	}
	if table := query("--format", "table"); table.out != r.out {
		t.Errorf("a table is the default, but %q", table.out)
	}
	if out := quiet(query("--format", "csv")); out != "k,v,price\n1,v1,0.25\n2,v2,0.50\n3,v3,0.75\n" {
		t.Errorf("csv: %q", out)
	}
	var object map[string]any
	if err := json.Unmarshal([]byte(quiet(query("--format", "json"))), &object); err != nil || object["row_count"] != 3.0 {
		t.Errorf("json: %v, %v", object, err)
	}
	stream, err := ipc.NewReader(strings.NewReader(quiet(query("--format", "arrow"))))
	if err != nil {
		t.Fatal(err)
	}
	got, err := oracle.Read(stream)
	if err != nil {
		t.Fatal(err)
	}
	if diff := oracle.Diff(got, want, true); diff != "" {
		t.Errorf("arrow: %s", diff)
	}
	dir := t.TempDir()
	pipe := filepath.Join(dir, "piped.parquet")
	if err := os.WriteFile(pipe, []byte(quiet(query("--format", "parquet"))), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "named.parquet")
	if r := query("-o", file); r.out != "" || !strings.Contains(r.err, file) {
		t.Errorf("-o: %q, %q", r.out, r.err)
	}
	for _, path := range []string{pipe, file} {
		got := s.Query(t, "FROM read_parquet("+duckdb.QuoteLiteral(path)+")")
		if diff := oracle.Diff(got, want, true); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	csv := filepath.Join(dir, "x.txt")
	query("-o", csv, "--format", "csv")
	if data, err := os.ReadFile(csv); err != nil || !strings.HasPrefix(string(data), "k,v,price\n") {
		t.Errorf("-o with --format: %q, %v", data, err)
	}
}

func testStatement(t *testing.T, s *system) {
	const want = "a\n42\n"
	file := filepath.Join(t.TempDir(), "q.sql")
	if err := os.WriteFile(file, []byte("-- a comment\nSELECT 42 AS a\n;\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, r := range []ran{
		s.shoal(t, "", "query", "SELECT 42 AS a", "--format", "csv"),
		s.shoal(t, "", "query", "-f", file, "--format", "csv"),
		s.shoal(t, "SELECT 42 AS a", "query", "-", "--format", "csv"),
	} {
		if r.fine(t).out != want {
			t.Errorf("%q", r.out)
		}
	}
}

func testWhichPortal(t *testing.T, s *system) {
	nobody := "http://127.0.0.1:1"
	if r := start(t, "shoal", "", []string{"SHOAL_PORTAL=" + nobody}, "query", "SELECT 1", "--portal", s.http); r.code != 0 {
		t.Errorf("the flag goes before the environment, but %q", r.err)
	}
	file := filepath.Join(t.TempDir(), "shoal.yaml")
	if err := os.WriteFile(file, []byte("portal: "+nobody+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := s.shoal(t, "", "query", "SELECT 1", "--config", file); r.code != 0 {
		t.Errorf("the environment goes before the file, but %q", r.err)
	}
	start(t, "shoal", "", nil, "query", "SELECT 1", "--config", file).oneLine(t, "127.0.0.1:1")
	start(t, "shoal", "", []string{"SHOAL_CONFIG=" + file}, "tables").oneLine(t, "127.0.0.1:1")
}

func testCommands(t *testing.T, s *system) {
	for _, tc := range []struct {
		args, parts []string
	}{
		{[]string{"tables"}, []string{"d.facts", "d.names", "chunked", "reference", "5000"}},
		{[]string{"tables", "d.facts"}, []string{"price", "DECIMAL(12,2)"}},
		{[]string{"chunks", "d"}, []string{"d.facts", "d.names", "w1", "w2"}},
		{[]string{"chunks", "d.facts"}, []string{"0000000001-"}},
		{[]string{"workers"}, []string{"w1", "w2", "grpc://"}},
		{[]string{"queries"}, []string{"done", "SELECT"}},
		{[]string{"explain", "SELECT n, sum(k) FROM d.facts WHERE k < 100 GROUP BY n"}, []string{"1 of 10"}},
		{[]string{"explain", "--analyze", "SELECT n, sum(k) FROM d.facts WHERE k < 100 GROUP BY n"}, []string{"1 of 10", "rows"}},
	} {
		r := s.shoal(t, "", tc.args...).fine(t)
		if r.err != "" {
			t.Errorf("%v: stderr %q", tc.args, r.err)
		}
		for _, p := range tc.parts {
			if !strings.Contains(r.out, p) {
				t.Errorf("%v: %q is not in %s", tc.args, p, r.out)
			}
		}
	}
	for _, args := range [][]string{{"tables"}, {"chunks", "d.facts"}, {"workers"}, {"queries"}, {"explain", "SELECT 1"}} {
		r := s.shoal(t, "", append(args, "--format", "json")...).fine(t)
		if !json.Valid([]byte(r.out)) || r.err != "" {
			t.Errorf("%v: %q, stderr %q", args, r.out, r.err)
		}
	}
}

func testLoad(t *testing.T, s *system) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.csv": "id,name\n1,one\n2,two\n", "b.csv": "id,name\n3,three\n", "c.json": `{"id": 4, "name": "four"}` + "\n", "bad.parquet": "PAR1",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	count := func(want string) {
		t.Helper()
		if r := s.shoal(t, "", "query", "SELECT count(*) AS n FROM l.t", "--format", "csv").fine(t); r.out != "n\n"+want+"\n" {
			t.Errorf("%q, want %s", r.out, want)
		}
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	r := s.shoal(t, "", "load", "l.t", in("*.csv"), "--block-column", "id", "--chunk-rows", "2").fine(t)
	if strings.Count(r.out, "\n") != 1 || !strings.Contains(r.out, "3 rows") {
		t.Errorf("stdout %q", r.out)
	}
	count("3")
	s.shoal(t, "", "load", "l.t", in("*.csv"), "--block-column", "id", "--progress", "none").oneLine(t, "l.t", "--append", "--replace")
	s.shoal(t, "", "load", "l.t", in("c.json"), "--append").fine(t)
	count("4")
	s.shoal(t, "", "load", "l.t", in("b.csv"), "--block-column", "id", "--replace").fine(t)
	count("1")
	s.shoal(t, "", "load", "l.u", in("a.csv"), "--reference").fine(t)
	s.shoal(t, "", "load", "l.v", in("a.csv")).fine(t) // by position
	if r := s.shoal(t, "", "query", "SELECT name FROM l.u JOIN l.v USING (id, name) ORDER BY 1", "--format", "csv").fine(t); r.out != "name\none\ntwo\n" {
		t.Errorf("%q", r.out)
	}
	s.shoal(t, "", "load", "l.w", in("bad.parquet"), "--progress", "none").oneLine(t, "bad.parquet")
	s.shoal(t, "", "load", "l.w", in("none*.csv"), "--progress", "none").oneLine(t, "none*.csv")
	s.shoal(t, "", "load", "l.w", in("a.csv"), "--block-column", "idd", "--progress", "none").oneLine(t, "idd", "id")
	if r := s.shoal(t, "", "tables", "l").fine(t); strings.Contains(r.out, "l.w") {
		t.Errorf("what was refused is there: %s", r.out)
	}
	for _, table := range []string{"l.t", "l.u", "l.v"} {
		s.shoal(t, "", "drop", table).fine(t)
	}
}

func testCLIErrors(t *testing.T, s *system) {
	s.shoal(t, "", "tables", "d.fatcs").oneLine(t, "fatcs", "facts")
	s.shoal(t, "", "chunks", "e").oneLine(t, "e")
	s.shoal(t, "", "cancel", "nonsense").oneLine(t, "nonsense")
	s.shoal(t, "", "query", "SELECT 1", "--format", "xml").oneLine(t, "xml")
	s.shoal(t, "", "nonsense").oneLine(t, "nonsense")
	s.shoal(t, "", "query", "-f", "/nowhere.sql").oneLine(t, "/nowhere.sql")
	// What is wrong in a statement has a caret under it, on lines of its own.
	for sql, parts := range map[string][]string{
		"SELECT k\nFROM d.facts WHER k = 1": {"shoal: syntax error", "LINE 2: FROM d.facts WHER k = 1\n", " ^\n"},
		"SELECT * FROM d.fatcs":             {"fatcs", "LINE 1: SELECT * FROM d.fatcs\n                      ^\n", "facts"},
	} {
		r := s.shoal(t, "", "query", sql)
		if r.code != 1 || r.out != "" {
			t.Errorf("exit %d, %q, %q", r.code, r.out, r.err)
		}
		for _, p := range parts {
			if !strings.Contains(r.err, p) {
				t.Errorf("%q is not in %q", p, r.err)
			}
		}
	}
	// A query that fails halfway leaves no file.
	file := filepath.Join(t.TempDir(), "x.csv")
	r := s.shoal(t, "", "query", fmt.Sprintf("SELECT CASE WHEN k < %d THEN 1 ELSE v::INTEGER END AS x FROM d.facts", factRows), "-o", file)
	if _, err := os.Stat(file); r.code != 1 || r.out != "" || err == nil {
		t.Errorf("exit %d, %q; the file: %v", r.code, r.err, err)
	}
}
