package references_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/objectstore"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/metrics"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/libs/substrait/types"

	"github.com/shoal-db/shoal/services/portal/internal/portaltest"
	"github.com/shoal-db/shoal/services/portal/planning"
	"github.com/shoal-db/shoal/services/portal/references"
)

// world is a cluster with copies of its reference tables.
type world struct {
	*portaltest.Cluster
	t      *testing.T
	dir    string
	copies *references.Copies
}

func newWorld(t *testing.T, maxBytes int64, budget time.Duration) *world {
	t.Helper()
	w := &world{Cluster: portaltest.Start(t, 1), t: t, dir: filepath.Join(t.TempDir(), "copies")}
	store, err := objectstore.Open(context.Background(), w.Objects())
	must(t, err)
	t.Cleanup(func() { must(t, store.Close()) })
	w.copies, err = references.Open(context.Background(), references.Options{
		Catalog: w.Follower, Store: store, Dir: w.dir, MaxBytes: maxBytes, Budget: budget, Threads: 1,
		Metrics: references.NewMetrics(metrics.For(prometheus.NewRegistry(), "portal")),
	})
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- w.copies.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		must(t, <-done)
		must(t, w.copies.Close(context.Background()))
	})
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) load(table, sql string) {
	w.Load(portaltest.Table{Dataset: "d", Name: table, SQL: sql})
}

// Table implements planning.Tables.
func (w *world) Table(r *rel.Read) (*catalog.Table, error) {
	if t, ok := w.Follower.Current().Table(r.Table[0], r.Table[1]); ok {
		return t, nil
	}
	return nil, fault.New(fault.NotFound, "look up table", "%v", r.Table)
}

// Sent implements planning.Tables.
func (w *world) Sent(*rel.Read) *planning.Sent { return nil }

// near waits until there are copies of just these tables.
func (w *world) near(tables ...string) {
	w.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		session := w.copies.Begin(context.Background())
		ok := true
		for _, name := range tables {
			t, err := w.Table(&rel.Read{Table: []string{"d", name}})
			ok = ok && err == nil && session.Near(t)
		}
		if n, _ := w.copies.Size(); ok && n == len(tables) {
			return
		}
		if time.Now().After(deadline) {
			n, bytes := w.copies.Size()
			w.t.Fatalf("%d copies of %d bytes, want those of %v", n, bytes, tables)
		}
	}
}

// keys looks up a column of a table.
func (w *world) keys(table, column, typ string, where rel.Expr) (string, bool) {
	w.t.Helper()
	of, err := types.Parse(typ)
	must(w.t, err)
	read := &rel.Read{Table: []string{"d", table}, Columns: []rel.Column{{Name: column, Type: of}}, Filter: where}
	keys, ok := w.copies.Begin(context.Background()).Keys(read, w)
	if !ok {
		return "", false
	}
	var out []string
	for _, k := range keys.Values {
		sql, err := sqlgen.Literal(k)
		must(w.t, err)
		out = append(out, sql)
	}
	if keys.TooMany {
		least, err := sqlgen.Literal(keys.Least)
		must(w.t, err)
		greatest, err := sqlgen.Literal(keys.Greatest)
		must(w.t, err)
		out = append(out, least+" to "+greatest)
	}
	if keys.HasNull {
		out = append(out, "NULL")
	}
	return strings.Join(out, " "), true
}

func TestKeys(t *testing.T) {
	w := newWorld(t, 1<<30, 20*time.Second)
	for i, c := range []struct{ typ, values, want string }{
		{"BIGINT", "5, 5, NULL", "CAST(5 AS BIGINT) NULL"},
		{"UBIGINT", "18446744073709551615", "18446744073709551615"},
		{"HUGEINT", "-12345", "'-12345' AS HUGEINT"},
		{"DECIMAL(9,2)", "-1.50", "-1.50"},
		{"DOUBLE", "'nan'", "nan"},
		{"BOOLEAN", "true", "TRUE"},
		{"VARCHAR", "'a''b'", "'a''b'"},
		{"DATE", "'2024-02-29'", "2024-02-29"},
		{"DATE", "'-infinity'", "-infinity"},
		{"TIMESTAMP", "'infinity'", "infinity"},
		{"TIMESTAMP_NS", "'2024-02-29 01:02:03.123456789'", "2024-02-29 01:02:03.123456789"},
		{"TIMESTAMP WITH TIME ZONE", "'2024-02-29 01:02:03+00'", "2024-02-29 01:02:03"},
		{"UUID", "'00000000-0000-0000-0000-00000000000a'", "00000000-0000-0000-0000-00000000000a"},
		{"INTERVAL", "INTERVAL 1 DAY", "nothing"},
	} {
		name := fmt.Sprintf("t%d", i)
		w.load(name, "SELECT unnest(["+c.values+"]::"+c.typ+"[]) AS x")
		var tables []string
		for k := range i + 1 {
			tables = append(tables, fmt.Sprintf("t%d", k))
		}
		w.near(tables...)
		got, ok := w.keys(name, "x", c.typ, nil)
		if !ok {
			got = "nothing"
		}
		if !strings.Contains(got, c.want) {
			t.Errorf("%s of %s: %s, want %s", c.typ, c.values, got, c.want)
		}
	}
}

func TestManyKeys(t *testing.T) {
	w := newWorld(t, 1<<30, 20*time.Second)
	w.load("t", "SELECT range AS x FROM range(10001)")
	w.near("t")
	if got, _ := w.keys("t", "x", "BIGINT", nil); got != "CAST(0 AS BIGINT) to CAST(10000 AS BIGINT)" {
		t.Error(got)
	}
	few := rel.Bools(rel.Lt, &rel.Field{Of: types.Of(types.BigInt)}, rel.Int(10000))
	if got, _ := w.keys("t", "x", "BIGINT", few); len(strings.Fields(got)) != 3*10000 {
		t.Errorf("%.100s", got)
	}
}

// A result that comes too late is there for the next query.
func TestBudget(t *testing.T) {
	w := newWorld(t, 1<<30, time.Nanosecond)
	w.load("t", "SELECT 1::BIGINT AS x")
	w.near("t")
	if got, ok := w.keys("t", "x", "BIGINT", nil); ok {
		t.Errorf("within a nanosecond: %s", got)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(time.Millisecond) {
		if _, ok := w.keys("t", "x", "BIGINT", nil); ok {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the result never came")
		}
	}
}

func TestFailingLookups(t *testing.T) {
	w := newWorld(t, 1<<30, 20*time.Second)
	w.load("t", "SELECT 1::BIGINT AS x")
	w.near("t")
	fails := rel.Bools(rel.Eq, &rel.Call{Func: "error", Args: []rel.Expr{rel.Str("no")}, Of: types.Of(types.BigInt)}, rel.Int(1))
	for range 2 {
		if got, ok := w.keys("t", "x", "BIGINT", fails); ok {
			t.Errorf("got %s", got)
		}
	}
	if _, ok := w.keys("none", "x", "BIGINT", nil); ok {
		t.Error("a table that does not exist has keys")
	}
	if got, ok := w.keys("t", "x", "BIGINT", nil); !ok {
		t.Errorf("after failures: %s", got)
	}
}

func TestCopiesFollowTheCatalog(t *testing.T) {
	w := newWorld(t, 1<<30, 20*time.Second)
	w.load("t", "SELECT 1::BIGINT AS x")
	w.near("t")
	w.load("t", "SELECT 2::BIGINT AS x")
	w.near("t")
	if got, _ := w.keys("t", "x", "BIGINT", nil); got != "CAST(2 AS BIGINT)" {
		t.Errorf("after a replacement: %s", got)
	}
	if left, err := os.ReadDir(w.dir); err != nil || len(left) != 1 {
		t.Errorf("files %v, %v", left, err)
	}
}

func TestSmallestTablesComeFirst(t *testing.T) {
	w := newWorld(t, 60<<10, 20*time.Second)
	w.load("large", "SELECT hash(range) AS x FROM range(50000)")
	w.load("small", "SELECT 1::BIGINT AS x")
	w.load("medium", "SELECT hash(range) AS x FROM range(3000)")
	w.near("small", "medium")
}

// What was changed on the disk is not looked at, and copied anew.
func TestChangedCopies(t *testing.T) {
	w := newWorld(t, 1<<30, 20*time.Second)
	w.load("t", "SELECT 1::BIGINT AS x")
	w.near("t")
	files, err := filepath.Glob(filepath.Join(w.dir, "*.parquet"))
	must(t, err)
	data, err := os.ReadFile(files[0])
	must(t, err)
	data[5]++
	must(t, os.WriteFile(files[0], data, 0o600))
	must(t, os.Chtimes(files[0], time.Time{}, time.Now().Add(time.Hour)))
	if got, ok := w.keys("t", "x", "BIGINT", nil); ok {
		t.Errorf("from a changed file: %s", got)
	}
	w.near("t")
	if got, _ := w.keys("t", "x", "BIGINT", nil); got != "CAST(1 AS BIGINT)" {
		t.Errorf("after a change on the disk: %s", got)
	}
}

func TestDamagedObjects(t *testing.T) {
	w := newWorld(t, 1<<30, 20*time.Second)
	w.load("good", "SELECT 1::BIGINT AS x")
	w.near("good")
	must(t, filepath.WalkDir(w.Objects(), func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "good.parquet") {
			return os.Truncate(path, 10)
		}
		return err
	}))
	files, err := filepath.Glob(filepath.Join(w.dir, "*.parquet"))
	must(t, err)
	must(t, os.Remove(files[0]))
	if _, ok := w.keys("good", "x", "BIGINT", nil); ok {
		t.Error("keys of a copy that is gone")
	}
	w.load("other", "SELECT 2::BIGINT AS x")
	w.near("other")
}
