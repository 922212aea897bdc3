package differential

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/shoal-db/shoal/tests/differential/gen"
	"github.com/shoal-db/shoal/tests/oracle"
)

// shrinking makes a difference small.
type shrinking struct {
	tables  []*gen.Table
	layout  *Case
	query   *gen.Node
	ordered bool
	options options
	local   *local
	dir     string
	diff    string

	// first has all tables, and is the caller's; world has them as they are now.
	first, world *world
	n            int
}

// shrinkTries bounds how often a smaller query is tried, shrinkFor how long it all takes.
const (
	shrinkTries = 600
	shrinkFor   = 30 * time.Second
)

// explain makes the difference as small as it gets, and says all that is known of it.
func (s *shrinking) explain(ctx context.Context, w *world) string {
	original := s.query.String()
	deadline := time.Now().Add(shrinkFor)
	s.first, s.world = w, w
	fails := func() bool { return time.Now().Before(deadline) && s.fails(ctx) }
	s.query.Shrink(shrinkTries, fails)
	s.shrinkTables(ctx, deadline)
	s.query.Shrink(shrinkTries, fails)
	_, diff := s.compare(ctx)
	c := s.smaller()
	c.Queries = []string{s.query.String()}
	out := fmt.Sprintf("%s\n\n%s\nplanned with %+v; %s", diff, c, s.options, s.judge(ctx))
	if s.world != w {
		s.world.close()
	}
	s.local.world = w
	return out + "\nIt was at first:\n" + original + "\n" + s.diff
}

func (s *shrinking) compare(ctx context.Context) (verdict, string) {
	s.local.world = s.world
	return compare(ctx, s.world, s.local.asker(s.options), s.query.String(), s.ordered)
}

// fails tells whether there still is a difference of the kind that there was.
func (s *shrinking) fails(ctx context.Context) bool {
	v, diff := s.compare(ctx)
	return v == differs && kindOf(diff) == kindOf(s.diff)
}

// kindOf tells differences in errors from those in rows, types and names.
func kindOf(diff string) string {
	for _, kind := range []string{"answered, DuckDB", "types ", "names "} {
		if strings.HasPrefix(diff, kind) {
			return kind
		}
	}
	if strings.HasPrefix(diff, "row ") || strings.Contains(diff, " rows, want ") {
		return "rows"
	}
	// Of an error, what it says before it names anything.
	text := []rune(strings.NewReplacer("0", "", "1", "", "2", "", "3", "").Replace(diff))
	return string(text[:min(len(text), 40)])
}

// smaller is the case with the tables as they are now.
func (s *shrinking) smaller() *Case {
	c := &Case{Cuts: s.layout.Cuts, Setup: "CREATE SCHEMA d;\nCREATE SCHEMA e;\n"}
	for _, t := range s.tables {
		c.Setup += t.SQL()
		i := slices.IndexFunc(s.layout.Tables, func(l TableLayout) bool { return l.Dataset == t.Dataset && l.Name == t.Name })
		c.Tables = append(c.Tables, s.layout.Tables[i])
	}
	return c
}

// retry tries smaller tables, and puts the old ones back if there is no difference over them.
func (s *shrinking) retry(ctx context.Context, tables []*gen.Table, cuts map[string][]int64) bool {
	oldTables, oldWorld, oldLayout := s.tables, s.world, *s.layout
	s.tables = tables
	layout := *s.layout
	layout.Cuts = cuts
	s.layout = &layout
	s.n++
	w, err := newWorld(ctx, s.smaller(), filepath.Join(s.dir, fmt.Sprint(s.n)), time.Now().UnixNano())
	if err == nil {
		s.world = w
		if s.fails(ctx) {
			if oldWorld != s.first {
				oldWorld.close()
			}
			return true
		}
		w.close()
	}
	s.tables, s.world, s.layout = oldTables, oldWorld, &oldLayout
	return false
}

// shrinkTables leaves out tables, rows, columns and cuts.
func (s *shrinking) shrinkTables(ctx context.Context, deadline time.Time) {
	for i := len(s.tables) - 1; i >= 0; i-- {
		name := s.tables[i].Name
		if !strings.Contains(s.query.String(), name) && len(s.tables) > 1 {
			s.retry(ctx, slices.Delete(slices.Clone(s.tables), i, i+1), s.layout.Cuts)
		}
	}
	for i := range s.tables {
		s.shrinkRows(ctx, i, deadline)
		s.shrinkColumns(ctx, i, deadline)
	}
	for dataset := range s.layout.Cuts {
		for at := len(s.layout.Cuts[dataset]) - 1; at >= 0 && time.Now().Before(deadline); at-- {
			cuts := map[string][]int64{}
			for d, list := range s.layout.Cuts {
				cuts[d] = slices.Clone(list)
			}
			cuts[dataset] = slices.Delete(cuts[dataset], at, at+1)
			s.retry(ctx, s.tables, cuts)
		}
	}
}

func (s *shrinking) with(i int, change func(*gen.Table)) []*gen.Table {
	t := *s.tables[i]
	change(&t)
	out := slices.Clone(s.tables)
	out[i] = &t
	return out
}

// shrinkRows leaves out rows, halves first.
func (s *shrinking) shrinkRows(ctx context.Context, i int, deadline time.Time) {
	for size := len(s.tables[i].Rows); size > 0; size /= 2 {
		for at := len(s.tables[i].Rows) - size; at >= 0 && time.Now().Before(deadline); at -= size {
			s.retry(ctx, s.with(i, func(t *gen.Table) { t.Rows = slices.Delete(slices.Clone(t.Rows), at, at+size) }), s.layout.Cuts)
			at = min(at, len(s.tables[i].Rows))
		}
	}
}

func (s *shrinking) shrinkColumns(ctx context.Context, i int, deadline time.Time) {
	for at := len(s.tables[i].Columns) - 1; at >= 0 && time.Now().Before(deadline); at-- {
		if s.tables[i].Columns[at].Name == s.tables[i].Block || len(s.tables[i].Columns) == 1 {
			continue
		}
		s.retry(ctx, s.with(i, func(t *gen.Table) {
			t.Columns = slices.Delete(slices.Clone(t.Columns), at, at+1)
			rows := make([][]string, len(t.Rows))
			for r := range rows {
				rows[r] = slices.Delete(slices.Clone(t.Rows[r]), at, at+1)
			}
			t.Rows = rows
		}), s.layout.Cuts)
	}
}

// judge says whom other ways to answer agree with.
func (s *shrinking) judge(ctx context.Context) string {
	sql := s.query.String()
	s.local.world = s.world
	got, err := s.local.query(ctx, sql, s.options)
	want, wantErr := ask(ctx, s.world.conn, sql)
	agrees := func(name string, r *oracle.Result, e error) string {
		sameAs := func(r2 *oracle.Result, e2 error) bool {
			return e == nil && e2 == nil && oracle.Diff(r, r2, s.ordered) == "" || e != nil && e2 != nil
		}
		switch a, b := sameAs(got, err), sameAs(want, wantErr); {
		case a && b:
			return name + " agrees with both"
		case a:
			return name + " agrees with Shoal"
		case b:
			return name + " agrees with DuckDB"
		}
		return fmt.Sprintf("%s agrees with neither (%v)", name, e)
	}
	var out []string
	_ = unoptimised(ctx, s.world, func() error {
		r, e := ask(ctx, s.world.conn, sql)
		out = append(out, agrees("DuckDB without its optimiser", r, e))
		return nil
	})
	flipped := s.options
	flipped.noPruning = !flipped.noPruning
	r, e := s.local.query(ctx, sql, flipped)
	out = append(out, agrees(fmt.Sprintf("pruning %t", !flipped.noPruning), r, e))
	if p, err := s.local.plan(ctx, sql, s.options); err == nil {
		out = append(out, "\n"+describe(p))
	}
	return strings.Join(out, "; ")
}
