// Package tpc checks that clusters answer the queries of a benchmark as DuckDB alone does, whatever
// the number of workers, the size of chunks and the columns that tables are cut by.
//
// Some of TPC's queries leave open which of several equal rows come first, or at all, if there is a
// limit. They are asked in two ways: as they are, when the rows must be among those without the limit;
// and with all columns added to the order, when there is one answer.
package tpc

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle"
)

// everyTime is the scale factor that is affordable every time.
const everyTime = 0.1

// Scale is the scale factor to test at: SHOAL_TPC_SCALE, or everyTime.
func Scale(t testing.TB) float64 {
	t.Helper()
	text, ok := os.LookupEnv("SHOAL_TPC_SCALE")
	if !ok {
		return everyTime
	}
	scale, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("SHOAL_TPC_SCALE: %v", err)
	}
	return scale
}

// Matrix tells that all configurations are wanted, and not only those that cover each choice once.
func Matrix() bool { return os.Getenv("SHOAL_MATRIX") != "" }

// Extra is a query of the project's own over a benchmark's tables.
type Extra struct{ Name, SQL string }

// question is a query and DuckDB's answer to it.
type question struct {
	name, sql string
	want      *oracle.Result
	ordered   bool
	// among is set for queries with ties: what the rows have to be among.
	among *oracle.Result
}

// Suite are the queries and their answers.
type Suite struct {
	data      *harness.Benchmark
	questions []question
}

// NewSuite has DuckDB answer all queries of a benchmark, and some more. The queries without rows have
// to be those of a list, in the order of names, at the scale that is tested every time.
func NewSuite(t testing.TB, data *harness.Benchmark, extra []Extra, empty []string) *Suite {
	t.Helper()
	s := &Suite{data: data}
	all := slices.Clone(extra)
	for _, q := range data.Queries {
		all = append(all, Extra{fmt.Sprintf("q%02d", q.Number), q.SQL})
	}
	var without []string
	for _, q := range all {
		q.SQL = strings.TrimRight(q.SQL, "; \n")
		want := data.Query(t, q.SQL)
		if len(want.Rows) == 0 {
			without = append(without, q.Name)
		}
		s.add(t, q, want)
	}
	slices.Sort(without)
	if Scale(t) != everyTime {
		t.Logf("queries without rows: %q", without)
	} else if !slices.Equal(without, empty) {
		t.Errorf("queries without rows: %q, known are %q", without, empty)
	}
	return s
}

// add adds a query, in both ways if it has ties: then the answer depends on what comes last in the
// order.
func (s *Suite) add(t testing.TB, q Extra, want *oracle.Result) {
	t.Helper()
	o, ordered := parseOrder(q.SQL)
	if !ordered {
		s.questions = append(s.questions, question{name: q.Name, sql: q.SQL, want: want})
		return
	}
	up, down := o.total(len(want.Names), "ASC"), o.total(len(want.Names), "DESC")
	first := s.data.Query(t, up)
	if oracle.Diff(first, s.data.Query(t, down), true) == "" {
		s.questions = append(s.questions, question{name: q.Name, sql: q.SQL, want: want, ordered: true})
		return
	}
	s.questions = append(s.questions,
		question{name: q.Name, sql: q.SQL, want: want, among: s.data.Query(t, o.body)},
		question{name: q.Name + "-total", sql: up, want: first, ordered: true})
}

// diff says how an answer differs from DuckDB's; "" if it does not.
func (q *question) diff(got *oracle.Result) string {
	if q.among == nil {
		return oracle.Diff(got, q.want, q.ordered)
	}
	return oracle.DiffAmong(got, q.among, len(q.want.Rows))
}
