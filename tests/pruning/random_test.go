package pruning

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle"
)

// TestRandomPredicates asks random queries of random tables, with pruning and without it, and compares
// the rows with DuckDB's. SHOAL_FUZZ says for how long, SHOAL_FUZZ_SEED from which seed (see harness.FuzzSeed); the seed fixes
// the tables and the query of each number, of which SHOAL_FUZZ_QUERY asks one alone.
func TestRandomPredicates(t *testing.T) {
	duration, err := time.ParseDuration(harness.Env("SHOAL_FUZZ", "15s"))
	if err != nil {
		t.Fatal(err)
	}
	seed, err := harness.FuzzSeed()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("SHOAL_FUZZ_SEED=%d", seed)
	columns := randomColumns()
	w := newWorld(t, 1)
	// Of every column that can have one. Few bits make some filters say maybe where they should not.
	for _, c := range columns {
		if c.typ != "BOOLEAN" && !strings.HasPrefix(c.typ, "ENUM") {
			w.filters = append(w.filters, c.name)
		}
	}
	w.filterBits = 4 + int(seed%13)
	f := &fuzzing{world: w, seed: seed, columns: columns, tables: makeRandomTables(t, w, rand.New(rand.NewPCG(seed, 0)), columns)}
	for _, table := range f.tables {
		w.awaitFilters(t, table.dataset, "t", "u")
	}
	if only, err := strconv.ParseInt(harness.Env("SHOAL_FUZZ_QUERY", "0"), 10, 64); err != nil || only > 0 {
		if err != nil {
			t.Fatal(err)
		}
		f.number(t, only)
		return
	}
	f.run(t, time.Now().Add(duration))
	t.Logf("%d queries, %d with rows, %d that DuckDB refuses, %d that raise on other rows; of %d chunks %d were pruned by block, %d by statistics, %d by filters",
		f.asked.Load(), f.answered.Load(), f.refused.Load(), f.raised.Load(), f.total.Load(), f.byBlock.Load(), f.byStatistics.Load(), f.byFilter.Load())
	// What follows is far below what comes out, and says that the test tests something.
	if n := f.asked.Load(); f.answered.Load() < n/4 || f.refused.Load() > n/2 || f.raised.Load() > 1+n/50 {
		t.Error("the queries say too little: too few have rows, or too many fail")
	}
	if f.byBlock.Load() == 0 || f.byStatistics.Load() < f.total.Load()/20 || f.byFilter.Load() == 0 {
		t.Error("the queries say too little: too few chunks are pruned")
	}
}

type fuzzing struct {
	*world
	seed    uint64
	columns []*randomColumn
	tables  []randomTable

	duck                         sync.Mutex // for the oracle's connection
	next, failures               atomic.Int64
	asked, answered              atomic.Int64
	refused, raised              atomic.Int64
	total, byBlock, byStatistics atomic.Int64
	byFilter                     atomic.Int64
}

const (
	askers      = 4
	maxFailures = 10
)

func (f *fuzzing) run(t *testing.T, until time.Time) {
	var wg sync.WaitGroup
	for range askers {
		wg.Go(func() {
			for time.Now().Before(until) && f.failures.Load() < maxFailures {
				f.number(t, f.next.Add(1))
			}
		})
	}
	wg.Wait()
}

// number checks the query of a number.
func (f *fuzzing) number(t *testing.T, n int64) {
	g := &generator{Rand: rand.New(rand.NewPCG(f.seed, uint64(n))), columns: f.columns}
	sql := g.query(f.tables[g.IntN(len(f.tables))])
	if err := f.check(sql, n%8 == 0); err != nil {
		f.failures.Add(1)
		t.Errorf("query %d: %v\n%s", n, err, sql)
	}
}

// check compares the answers to one query.
func (f *fuzzing) check(sql string, count bool) error {
	f.asked.Add(1)
	want, err := f.ask1(sql)
	if err != nil {
		f.refused.Add(1)
		return f.checkRefused(sql)
	}
	if len(want.Rows) > 0 {
		f.answered.Add(1)
	}
	if err := errors.Join(f.compare(sql, true, want), f.compare(sql, false, want)); err != nil {
		return err
	}
	if !count {
		return nil
	}
	p, err := f.plan(sql, true)
	if err != nil {
		return err
	}
	f.total.Add(int64(p.Pruning.Total))
	f.byBlock.Add(int64(p.Pruning.ByBlock))
	f.byStatistics.Add(int64(p.Pruning.ByStatistics))
	f.byFilter.Add(int64(p.Pruning.ByFilter))
	return nil
}

func (f *fuzzing) compare(sql string, prune bool, want *oracle.Result) error {
	got, err := f.ask(sql, prune)
	switch {
	case err != nil && isRowError(err):
		f.raised.Add(1)
		return nil
	case err != nil:
		return fmt.Errorf("pruning %t: %w", prune, err)
	}
	if diff := oracle.Diff(got, want, false); diff != "" {
		return fmt.Errorf("pruning %t: %s", prune, diff)
	}
	return nil
}

// rowErrors begin DuckDB's messages about a row's values.
var rowErrors = regexp.MustCompile(`can't be cast|Could not (convert|cast)|(?i)overflow|out of range`)

// isRowError tells whether an expression failed for a row's values. Which rows it is evaluated for is
// up to the order of conditions, which DuckDB changes as it learns, so that it may raise where DuckDB
// alone does not, and the other way about.
func isRowError(err error) bool {
	fa := fault.From(err)
	return fa.Kind == fault.InvalidArgument && rowErrors.MatchString(err.Error())
}

// checkRefused asks what DuckDB refuses. It may be answered, where no row is reached that fails; if
// not, the client must be told that it is the query's fault.
func (f *fuzzing) checkRefused(sql string) error {
	if _, err := f.ask(sql, true); err != nil && fault.From(err).Kind != fault.InvalidArgument {
		return err
	}
	return nil
}

// ask1 asks DuckDB alone.
func (f *fuzzing) ask1(sql string) (*oracle.Result, error) {
	f.duck.Lock()
	defer f.duck.Unlock()
	stream, err := f.Conn().Query(context.Background(), sql)
	if err != nil {
		return nil, err
	}
	return oracle.Read(stream)
}
