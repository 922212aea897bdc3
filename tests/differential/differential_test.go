package differential

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shoal-db/shoal/tests/differential/gen"
	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle"
	"github.com/shoal-db/shoal/tests/oracle2"
)

// queriesPerWorld is how many queries are asked of the same tables.
const queriesPerWorld = 100

// settings are from the environment: SHOAL_FUZZ is for how long to ask random queries,
// SHOAL_FUZZ_SEED from which seed (see harness.FuzzSeed), SHOAL_FUZZ_WORLD which tables alone,
// SHOAL_FUZZ_FAILURES how many differences are enough.
type settings struct {
	duration time.Duration
	seed     uint64
	world    int64
	failures int
}

func readSettings(t *testing.T) settings {
	t.Helper()
	var s settings
	var err error
	must := func() {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	s.duration, err = time.ParseDuration(harness.Env("SHOAL_FUZZ", "1m"))
	must()
	s.world, err = strconv.ParseInt(harness.Env("SHOAL_FUZZ_WORLD", "-1"), 10, 64)
	must()
	s.failures, err = strconv.Atoi(harness.Env("SHOAL_FUZZ_FAILURES", "3"))
	must()
	s.seed, err = harness.FuzzSeed()
	must()
	return s
}

// The regressions are asked first: each was a difference once.
func TestRegressions(t *testing.T) {
	cases, err := readCases("testdata/regressions")
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	l := openLocal(t)
	version := int64(1)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			version++
			w, err := newWorld(ctx, c, t.TempDir(), version)
			if err != nil {
				t.Fatal(err)
			}
			defer w.close()
			l.world = w
			for _, sql := range c.Queries {
				for _, o := range []options{{}, {merge: true}, {noPruning: true}, {substrait: true}} {
					v, diff := compare(ctx, w, l.asker(o), sql, false)
					if v == differs || v == disputed || v == tooLong {
						if p, err := l.plan(ctx, sql, o); err == nil {
							diff += "\n" + describe(p)
						}
						t.Errorf("%s\n%+v: %s: %s", sql, o, v, diff)
					}
				}
			}
		})
	}
}

func openLocal(t *testing.T) *local {
	t.Helper()
	l, err := newLocal(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.close)
	return l
}

func (l *local) asker(o options) asker {
	return func(ctx context.Context, sql string) (*oracle.Result, error) { return l.query(ctx, sql, o) }
}

// TestRandomQueries compares random queries over random tables in this process.
func TestRandomQueries(t *testing.T) {
	s := readSettings(t)
	f := &fuzzing{t: t, local: openLocal(t), seed: s.seed, failures: s.failures, verdicts: map[verdict]int{}, lacking: map[string]int{}, refusals: map[string]int{}}
	t.Logf("SHOAL_FUZZ_SEED=%d", s.seed)
	begun := time.Now()
	if s.world >= 0 {
		f.inWorld(s.world)
	} else {
		for n := int64(0); time.Since(begun) < s.duration && f.failures > 0; n++ {
			f.inWorld(n)
		}
	}
	f.report(time.Since(begun))
}

// TestSecondDuckDB compares random queries over some random tables with another version of DuckDB, too: always the
// same, because versions differ in more than what is right.
func TestSecondDuckDB(t *testing.T) {
	worlds, err := strconv.Atoi(harness.Env("SHOAL_ORACLE2_WORLDS", "4"))
	if err != nil {
		t.Fatal(err)
	}
	judge := oracle2.NewJudge(t, "differential")
	if judge == nil {
		t.Skipf("no %s names a Python with a second DuckDB", oracle2.Variable)
	}
	f := &fuzzing{t: t, local: openLocal(t), judge: judge, seed: 2, failures: 3, verdicts: map[verdict]int{}, lacking: map[string]int{}, refusals: map[string]int{}}
	begun := time.Now()
	for n := range int64(worlds) {
		f.inWorld(n)
	}
	f.report(time.Since(begun))
	judge.Finish(t, 5000)
}

// fuzzing asks queries from one seed.
type fuzzing struct {
	t        *testing.T
	local    *local
	judge    *oracle2.Judge // nil for none
	seed     uint64
	failures int // that may still come
	asked    int
	verdicts map[verdict]int
	lacking  map[string]int
	refusals map[string]int
}

// report says what was done, and fails if that proves little.
func (f *fuzzing) report(took time.Duration) {
	f.t.Helper()
	v := f.verdicts
	f.t.Logf("%d queries in %s: %d with rows, %d without; %d refused by both, %d raised by one, %d took too long, %d disputed by DuckDB itself",
		f.asked, took.Round(time.Second), v[sameRows], v[same], v[refused], v[raised], v[tooLong], v[disputed])
	for text, n := range f.refusals {
		if n > f.asked/500 {
			f.t.Logf("%d times refused: %s", n, text)
		}
	}
	for text, n := range f.lacking {
		f.t.Logf("%d times: %s", n, text)
	}
	if v[disputed] > 1+f.asked/1000 {
		f.t.Error("DuckDB's optimiser is blamed for too much")
	}
	if f.asked >= 5*queriesPerWorld && (v[sameRows] < f.asked*2/5 || v[refused] > f.asked/5 || v[raised] > 1+f.asked/50 || v[tooLong] > 1+f.asked/50) {
		f.t.Error("the queries say too little: too few have rows, or too many fail")
	}
}

// inWorld asks queries of the n-th tables of the seed.
func (f *fuzzing) inWorld(n int64) {
	f.t.Helper()
	ctx := context.Background()
	r := rand.New(rand.NewPCG(f.seed, uint64(n)))
	tables := gen.Tables(r)
	c := caseOf(r, tables)
	w, err := newWorld(ctx, c, filepath.Join(f.t.TempDir(), "world"), time.Now().UnixNano())
	if err != nil {
		f.t.Fatalf("world %d: %v\n%s", n, err, c)
	}
	defer w.close()
	f.local.world = w
	f.judge.CopyOf(f.t, w.conn, Schema)
	g := gen.New(r, tables)
	for range queriesPerWorld {
		if f.failures == 0 {
			return
		}
		query, ordered := g.Query()
		o := options{noPruning: r.IntN(6) == 0, merge: r.IntN(3) > 0, substrait: r.IntN(4) == 0, seed: r.Uint64()}
		var got *oracle.Result
		shoal := func(ctx context.Context, sql string) (_ *oracle.Result, err error) {
			got, err = f.local.query(ctx, sql, o)
			return got, err
		}
		verdict, diff := compare(ctx, w, shoal, query.String(), ordered)
		f.asked++
		f.verdicts[verdict]++
		switch verdict {
		case same, sameRows:
			f.judge.Check(f.t, query.String(), got, nil, ordered)
		case lacking:
			f.lacking[diff]++
		case disputed:
			f.judge.Check(f.t, query.String(), got, nil, ordered)
			f.t.Logf("world %d of seed %d: DuckDB disputes its own answer to %s\n%s", n, f.seed, query.String(), diff)
		case refused:
			text, _, _ := strings.Cut(diff, "\n")
			f.refusals[text[:min(len(text), 90)]]++
		}
		if verdict == differs {
			f.failures--
			s := &shrinking{tables: tables, layout: c, query: query, ordered: ordered, options: o, local: f.local, dir: f.t.TempDir(), diff: diff}
			f.t.Errorf("world %d of seed %d: %s", n, f.seed, s.explain(ctx, w))
		}
	}
}

// A case is read as it was written.
func TestCaseText(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		c := caseOf(r, gen.Tables(r))
		c.Queries, c.Remarks = []string{"SELECT 1", "SELECT\n2"}, []string{"why"}
		text := c.String()
		back, err := ParseCase(text)
		if err != nil {
			t.Fatal(err)
		}
		if again := back.String(); again != text {
			t.Fatalf("%s\nwas read as\n%s", text, again)
		}
	}
	for _, bad := range []string{"", "-- d.t is a reference table\n", "-- query\nSELECT 1;"} {
		if c, err := ParseCase(bad); err == nil {
			t.Errorf("%q is a case: %+v", bad, c)
		}
	}
}

// Every template has the type that it is said to have, and every type's literals are read.
func TestTemplates(t *testing.T) {
	o := harness.NewOracle(t)
	for name, sql := range gen.Samples() {
		got := o.Query(t, sql)
		for _, row := range got.Rows {
			if !strings.EqualFold(fmt.Sprint(row[0]), name[strings.LastIndex(name, " AS ")+4:]) {
				t.Errorf("%s is %v", name, row[0])
			}
		}
	}
}
