package explain

import (
	"encoding/json"
	"flag"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/rewrite"
	"github.com/shoal-db/shoal/libs/substrait/split"
	"github.com/shoal-db/shoal/libs/substrait/types"

	"github.com/shoal-db/shoal/services/portal/planning"
)

var update = flag.Bool("update", false, "rewrite testdata from what the tests see")

var (
	bigint = types.Of(types.BigInt)
	price  = types.DecimalOf(15, 2)
	text   = types.Of(types.Varchar)
)

func field(i int, t types.Type) *rel.Field { return &rel.Field{Index: i, Of: t} }

func read(dataset, table string, filter rel.Expr, columns ...rel.Column) *rel.Read {
	return &rel.Read{Table: []string{dataset, table}, Columns: columns, Filter: filter}
}

func table(dataset, name string) *catalog.Table { return &catalog.Table{Dataset: dataset, Name: name} }

var workers = []catalog.Worker{
	{ID: chunks.WorkerID("w1"), Location: "grpc://127.0.0.1:1"}, {ID: chunks.WorkerID("w2"), Location: "grpc://127.0.0.1:2"},
}

// joined is a top-n over an aggregate over a join, by two workers.
func joined() *planning.Planned {
	item, part := rel.Column{Name: "item", Type: bigint}, rel.Column{Name: "part", Type: bigint}
	cond := rel.Bools(rel.And, rel.Bools(rel.Ge, field(0, bigint), rel.Int(1000)),
		rel.Bools(rel.Lt, field(1, types.Of(types.Date)), &rel.Literal{Of: types.Of(types.Date), Value: int64(9000)}))
	items := read("shop", "items", cond, item, rel.Column{Name: "day", Type: types.Of(types.Date)}, part, rel.Column{Name: "price", Type: price})
	parts := read("shop", "parts", nil, part, rel.Column{Name: "name", Type: text})
	join := &rel.Join{Kind: rel.Inner, Left: items, Right: parts, Cond: rel.Bools(rel.Eq, field(2, bigint), field(4, bigint))}
	doubled := &rel.Project{Input: join, Exprs: []rel.Expr{field(5, text), &rel.Call{Func: "*", Args: []rel.Expr{field(3, price), rel.Dec(big.NewInt(2), 15, 0)}, Of: price}}}
	sum := rel.Measure{Func: "sum", Args: []rel.Expr{field(1, price)}, Type: types.DecimalOf(38, 2)}
	group := func(in rel.Rel, m rel.Measure) rel.Rel {
		return &rel.Aggregate{Input: in, Groups: []rel.Expr{field(0, text)}, Measures: []rel.Measure{m}}
	}
	top := func(in rel.Rel) rel.Rel {
		return &rel.Fetch{Count: rel.Int(3), Input: &rel.Sort{Input: in, Keys: []rel.SortKey{{Expr: field(1, price), Descending: true}}}}
	}
	names := []string{"name", "total"}
	logical := &rel.Plan{Root: top(group(doubled, sum)), Names: names}
	fragment := &rel.Plan{Root: group(doubled, sum), Names: []string{"c0", "c1"}}
	wire := []rel.Column{{Name: "c0", Type: text}, {Name: "c1", Type: sum.Type}}
	union := &rel.SetOp{Kind: rel.UnionAll, Rels: []rel.Rel{read(rel.SubplanTable, "0", nil, wire...), read(rel.SubplanTable, "1", nil, wire...)}}
	merge := &rel.Plan{Root: top(group(union, sum)), Names: names}
	decision := func(r rel.Rel, place, why string) split.Decision {
		return split.Decision{Relation: rel.Headline(r), Place: place, Why: why}
	}
	p := &planning.Planned{
		Columns: []rel.Column{{Name: "name", Type: text}, {Name: "total", Type: sum.Type}}, CatalogVersion: 17,
		Logical: logical, Merge: merge, Rules: []rewrite.Applied{{Rule: "push-filters", Changed: true}, {Rule: "fold-constants"}},
		Fragments: []planning.Fragment{{Plan: fragment, Axis: "shop", Subplans: []int{0, 1}}},
		Subplans: []planning.Subplan{
			{ID: 0, Plan: fragment, RowsMax: 2000, Bytes: 31 << 10, Replicas: []int{0, 1}, Tables: []planning.TableChunks{
				{Table: table("shop", "items"), Chunks: []int{4, 5}}, {Table: table("shop", "parts"), Chunks: []int{0}},
			}},
			{ID: 1, Plan: fragment, RowsMax: 1000, Bytes: 16 << 10, Replicas: []int{1, 0}, Tables: []planning.TableChunks{
				{Table: table("shop", "items"), Chunks: []int{6}}, {Table: table("shop", "parts"), Chunks: []int{0}},
			}},
		},
		Decisions: []split.Decision{
			decision(logical.Root, split.PlacePortal, "the first rows of all chunks together"),
			decision(group(doubled, sum), split.PlacePortal, "computed in part on the workers, and put together in the portal"),
			decision(doubled, split.PlaceChunks, "row by row, where its input is"),
			decision(join, split.PlaceChunks, "parts is a reference table, whole on every worker"),
			decision(items, split.PlaceChunks, "items is cut into chunks"),
			decision(parts, split.PlaceEvery, "parts is a reference table"),
		},
	}
	p.Pruning = planning.Pruning{ChunksTotal: 20, ChunksSelected: 3, ByBlock: 14, ByStatistics: 3}
	p.Pruning.Scans = []planning.ScanPruning{{
		Dataset: "shop", Table: "items", Predicate: "(item >= 1000 AND day < '1994-08-23')", Total: 20, Selected: 3, ByBlock: 14, ByStatistics: 3,
		Conjuncts: []planning.ConjunctPruning{{Predicate: "item >= 1000", Pruned: 14}, {Predicate: "day < '1994-08-23'", Pruned: 3}},
	}}
	return p
}

// unmerged reads a positional table, and nothing of it is left.
func unmerged() *planning.Planned {
	plan := &rel.Plan{Root: read("shop", "log", rel.Bools(rel.Eq, field(0, bigint), rel.Null(bigint)), rel.Column{Name: "at", Type: bigint}), Names: []string{"at"}}
	return &planning.Planned{
		Columns: []rel.Column{{Name: "at", Type: bigint}}, CatalogVersion: 17, Logical: plan,
		Fragments: []planning.Fragment{{Plan: plan, Axis: "shop log"}},
		Pruning: planning.Pruning{ChunksTotal: 2, ByStatistics: 2, Scans: []planning.ScanPruning{{
			Dataset: "shop", Table: "log", Predicate: "at = NULL", Total: 2, ByStatistics: 2,
			Conjuncts: []planning.ConjunctPruning{{Predicate: "at = NULL", Pruned: 2}},
		}}},
	}
}

// shared has a shared subtree that is joined with itself, in the portal.
func shared() *planning.Planned {
	k := rel.Column{Name: "k", Type: bigint}
	ref := &rel.Reference{Columns: []types.Type{bigint}}
	long := make([]rel.Expr, 200)
	for i := range long {
		long[i] = rel.Int(int64(i))
	}
	join := &rel.Join{Kind: rel.LeftAnti, Left: ref, Right: ref, Cond: rel.Bools(rel.Eq, field(0, bigint), field(1, bigint))}
	logical := &rel.Plan{Shared: []rel.Rel{read("shop", "t", nil, k)}, Names: []string{"k"},
		Root: &rel.Filter{Input: join, Cond: &rel.In{Value: field(0, bigint), Options: long}}}
	fragment := &rel.Plan{Root: logical.Shared[0], Names: []string{"c0"}}
	merge := &rel.Plan{Shared: []rel.Rel{read(rel.SubplanTable, "0", nil, rel.Column{Name: "c0", Type: bigint})}, Root: logical.Root, Names: []string{"k"}}
	return &planning.Planned{
		Columns: []rel.Column{{Name: "k", Type: bigint}}, CatalogVersion: 17, Logical: logical, Merge: merge,
		Fragments: []planning.Fragment{{Plan: fragment, Subplans: []int{0}}},
		Subplans:  []planning.Subplan{{Plan: fragment, RowsMax: 1, Bytes: 100, Replicas: []int{1}, Tables: []planning.TableChunks{{Table: table("shop", "t"), Chunks: []int{0}}}}},
		Decisions: []split.Decision{{Relation: "shared 0: " + rel.Headline(logical.Shared[0]), Place: split.PlaceOneWorker, Why: "t is a reference table"}},
	}
}

// ran is a run with numbers that are the same each time.
func ran(e *Explanation) *Explanation {
	e.Analyzed = &Run{
		Rows: 3, Bytes: 72, ReceivedRows: 20, ReceivedBytes: 1200, FirstRowSeconds: 0.0124, SubplanSeconds: 0.0112, MergeSeconds: 0.0013, TotalSeconds: 0.0125,
		Merge: &MergeRun{CPUSeconds: 0.0024, AwaitedSeconds: 0.01, PeakMemoryBytes: 6 << 20, PeakSpillBytes: 3 << 20},
	}
	one := SubplanRun{Worker: "w1", Tries: 1, Rows: 10, Bytes: 600, ElapsedSeconds: 0.0101, Reported: &Reported{
		QueueSeconds: 0.001, RanSeconds: 0.009, SendingSeconds: 0.0002, CPUSeconds: 0.0085, Files: 3, FileBytes: 31 << 10, RowsScanned: 1990, PeakMemoryBytes: 2 << 20,
	}}
	two := SubplanRun{Worker: "w1", Tries: 2, Rows: 10, Bytes: 600, ElapsedSeconds: 0.0031, Stopped: true}
	three := SubplanRun{Worker: "w2", Tries: 1, ElapsedSeconds: 0.003}
	for i, s := range []SubplanRun{one, two, three} {
		e.Analyzed.add(&s)
		if i < len(e.Subplans) {
			e.Subplans[i].Ran = &s
		}
	}
	e.Analyzed.settle()
	return e
}

func TestText(t *testing.T) {
	for name, c := range map[string]struct {
		planned *planning.Planned
		ran     bool
	}{
		"joined": {joined(), false}, "joined_analyzed": {joined(), true}, "unmerged": {unmerged(), false}, "shared": {shared(), false},
		"no_tables": {&planning.Planned{
			Columns: []rel.Column{{Name: "42", Type: bigint}}, Logical: &rel.Plan{Root: &rel.Values{Columns: []types.Type{bigint}, Rows: [][]rel.Expr{{rel.Int(42)}}}, Names: []string{"42"}},
			Merge: &rel.Plan{Root: &rel.Values{Columns: []types.Type{bigint}, Rows: [][]rel.Expr{{rel.Int(42)}}}, Names: []string{"42"}},
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			e := New(Input{QueryID: "q", Planned: c.planned, Workers: workers, BindTime: 2 * time.Millisecond, PlanTime: time.Millisecond})
			if c.ran {
				ran(e)
			}
			golden(t, name+".txt", e.Render())
		})
	}
}

// TestJSON: programs rely on these names.
func TestJSON(t *testing.T) {
	e := ran(New(Input{QueryID: "q", Planned: joined(), Workers: workers, BindTime: 2 * time.Millisecond, PlanTime: time.Millisecond}))
	data, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "joined.json", string(data)+"\n")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("it is\n%s\nand not what %s has; -update rewrites it", got, path)
	}
}

func TestStatement(t *testing.T) {
	for _, c := range []struct {
		sql, rest string
		opts      Options
		ok        bool
	}{
		{"SELECT 1", "SELECT 1", Options{}, false},
		{"EXPLAINED", "EXPLAINED", Options{}, false},
		{"EXPLAIN2 SELECT 1", "EXPLAIN2 SELECT 1", Options{}, false},
		{"", "", Options{}, false},
		{"explain select 1", "        select 1", Options{}, true},
		{"EXPLAIN", "       ", Options{}, true},
		{"-- why\n/* a /* b */ */ EXPLAIN\nANALYZE SELECT 1", "      \n                       \n        SELECT 1", Options{Analyze: true}, true},
		{"EXPLAIN (FORMAT json) SELECT 1", "                      SELECT 1", Options{JSON: true}, true},
		{"EXPLAIN (ANALYZE, FORMAT 'JSON') FROM t", "                                 FROM t", Options{JSON: true, Analyze: true}, true},
		{"EXPLAIN ANALYZE (FORMAT text) FROM t", "                              FROM t", Options{Analyze: true}, true},
		{"EXPLAIN (SELECT 1)", "        (SELECT 1)", Options{}, true},
		{"EXPLAIN/* ü */(FROM t)", "              (FROM t)", Options{}, true},
		{"EXPLAIN ((SELECT 1))", "        ((SELECT 1))", Options{}, true},
		{"/* EXPLAIN", "/* EXPLAIN", Options{}, false},
	} {
		opts, rest, ok, err := Statement(c.sql)
		if err != nil || opts != c.opts || ok != c.ok || strings.TrimLeft(rest, " \n") != strings.TrimLeft(c.rest, " \n") ||
			strings.Count(rest, "\n") != strings.Count(c.sql, "\n") || len([]rune(rest)) != len([]rune(c.sql)) {
			t.Errorf("%q: %+v %q %v %v", c.sql, opts, rest, ok, err)
		}
	}
	for _, bad := range []string{"EXPLAIN (FORMAT html) SELECT 1", "EXPLAIN (ANALYZE, VERBOSE) SELECT 1", "EXPLAIN (FORMAT) SELECT 1", "EXPLAIN (ANALYZE SELECT 1", "EXPLAIN (FORMAT 'json SELECT 1"} {
		if _, _, _, err := Statement(bad); !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzStatement(f *testing.F) {
	for _, s := range []string{"EXPLAIN (FORMAT json) SELECT 1", "explain analyze /* x", "EXPLAIN ( -- \n", "EXPLAIN (FORMAT '"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		_, rest, ok, err := Statement(sql)
		if err != nil {
			return
		}
		if !ok && rest != sql {
			t.Errorf("%q became %q", sql, rest)
		}
		if got := strings.TrimLeft(rest, " \n"); !strings.HasSuffix(sql, got) {
			t.Errorf("%q became %q", sql, rest)
		}
	})
}
