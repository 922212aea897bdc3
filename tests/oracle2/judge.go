package oracle2

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/tests/oracle"
)

// Whole is the environment variable that `make oracle2` sets: all queries are asked, so that each
// explanation must have been needed.
const Whole = "SHOAL_ORACLE2_WHOLE"

//go:embed explained/*.txt
var explained embed.FS

// explanation is why some answers are not the second DuckDB's.
type explanation struct {
	file, why string
	// query and difference are what it is about.
	query, difference *regexp.Regexp
	// name is what the versions spell in different ways in names of columns, and is how to make it the same.
	name   *regexp.Regexp
	is     string
	needed int
}

// Judge compares Shoal's answers with the second DuckDB's. There is none, nil, without a second DuckDB, and
// then its methods do nothing.
type Judge struct {
	second       *DuckDB
	corpus       string
	mu           sync.Mutex
	explanations []*explanation
	answers      map[string]answer
	asked        int
}

type answer struct {
	result *oracle.Result
	err    error
}

// NewJudge is a judge with the explanations of explained/<name>.txt and those of all names of columns.
func NewJudge(t testing.TB, name string) *Judge {
	t.Helper()
	second := Open(t)
	if second == nil {
		return nil
	}
	j := &Judge{second: second, corpus: name, answers: map[string]answer{}}
	for _, file := range []string{spellings, "explained/" + name + ".txt"} {
		text, err := explained.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue // nothing differs
		}
		if err != nil {
			t.Fatal(err)
		}
		list, err := parse(file, string(text))
		if err != nil {
			t.Fatal(err)
		}
		j.explanations = append(j.explanations, list...)
	}
	return j
}

// spellings are the explanations of names.
const spellings = "explained/names.txt"

// parse reads explanations: sentences that begin with --, and below them either the pattern of the queries
// that they are about, and of the difference; or the pattern of a part of names, and what to take for it.
func parse(file, text string) (out []*explanation, err error) {
	why := ""
	var e *explanation
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimRight(line, "\n"), " ")
		switch {
		case key == "":
			why = ""
			continue
		case key == "--":
			why = strings.TrimSpace(why + " " + value)
			continue
		case why == "":
			return nil, fmt.Errorf("%s: %q has no reason above it", file, value)
		}
		if key == "query:" || key == "name:" {
			e = &explanation{file: file, why: why}
			out = append(out, e)
		}
		if e == nil {
			return nil, fmt.Errorf("%s: %q comes first", file, line)
		}
		switch key {
		case "query:":
			e.query, err = regexp.Compile("(?s)" + value)
		case "difference:":
			e.difference, err = regexp.Compile("(?s)" + value)
		case "name:":
			e.name, err = regexp.Compile(value)
		case "is:":
			e.is = value
		default:
			err = fmt.Errorf("%q is no part of an explanation", line)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	for _, e := range out {
		if (e.query == nil || e.difference == nil) == (e.name == nil) {
			return nil, fmt.Errorf("%s: %q says half of what it is about", file, e.why)
		}
	}
	return out, nil
}

// CopyOf has the second DuckDB begin anew with the tables of another one; schema is where names without one
// are looked up.
func (j *Judge) CopyOf(t testing.TB, conn *duckdb.Conn, schema string) {
	t.Helper()
	if j == nil {
		return
	}
	j.second.CopyOf(t, conn, schema)
	j.mu.Lock()
	defer j.mu.Unlock()
	clear(j.answers)
}

// Check fails the test if what Shoal answered, or the error that it gave, is not what the second DuckDB
// gives and no explanation says why.
func (j *Judge) Check(t testing.TB, sql string, got *oracle.Result, gotErr error, ordered bool) {
	t.Helper()
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	a, ok := j.answers[sql]
	if !ok {
		a.result, a.err = j.second.Query(sql)
		j.answers[sql] = a
		j.asked++
	}
	for _, d := range j.differences(answer{got, gotErr}, a, ordered) {
		if !j.explains(sql, d) {
			t.Errorf("%s\nis another answer than that of the second DuckDB: %s", sql, d)
		}
	}
}

func (j *Judge) explains(sql, difference string) (found bool) {
	for _, e := range j.explanations {
		if e.name == nil && e.query.MatchString(sql) && e.difference.MatchString(difference) {
			e.needed++
			found = true
		}
	}
	return found
}

// alike tells whether names are the same but for how versions spell expressions.
func (j *Judge) alike(got, second string) bool {
	var changed []*explanation
	for _, e := range j.explanations {
		if e.name == nil {
			continue
		}
		next := e.name.ReplaceAllString(got, e.is)
		other := e.name.ReplaceAllString(second, e.is)
		if next != got || other != second {
			changed = append(changed, e)
		}
		got, second = next, other
	}
	if got != second {
		return false
	}
	for _, e := range changed {
		e.needed++
	}
	return true
}

// Finish tells how many queries were compared, and fails if they are too few, or if an explanation was not
// needed though all were asked.
func (j *Judge) Finish(t testing.TB, least int) {
	t.Helper()
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	t.Logf("%d queries were compared with the second DuckDB", j.asked)
	if os.Getenv(Whole) == "" {
		return
	}
	if j.asked < least {
		t.Errorf("%d queries were compared with the second DuckDB, want %d", j.asked, least)
	}
	for _, e := range j.explanations {
		// Names are explained for all corpora; the largest has them all.
		if e.needed == 0 && (e.name == nil || j.corpus == "logic") {
			t.Errorf("%s: nothing differs any more because: %s (%s%s)", e.file, e.why, e.query, e.name)
		}
	}
}

// differences are the ways in which an answer is not what the second DuckDB says.
func (j *Judge) differences(got, second answer, ordered bool) (out []string) {
	switch {
	case got.err != nil && second.err != nil:
		return nil // in other words, perhaps
	case got.err != nil:
		return []string{"error: " + got.err.Error()}
	case second.err != nil:
		return []string{"second: " + second.err.Error()}
	case len(got.result.Names) != len(second.result.Names):
		return []string{fmt.Sprintf("columns: %q, second: %q", got.result.Names, second.result.Names)}
	}
	for i, name := range got.result.Names {
		if other := second.result.Names[i]; name != other && !j.alike(name, other) {
			out = append(out, fmt.Sprintf("name: %q, second: %q", name, second.result.Names[i]))
		}
		if typ := got.result.Types[i]; typ != second.result.Types[i] {
			out = append(out, fmt.Sprintf("type: %s, second: %s", typ, second.result.Types[i]))
		}
	}
	alike := &oracle.Result{Names: got.result.Names, Types: got.result.Types, Rows: second.result.Rows}
	if d := oracle.Diff(got.result, alike, ordered); d != "" {
		out = append(out, "rows: "+d)
	}
	return slices.Compact(out)
}
