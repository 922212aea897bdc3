package pruning

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/tests/harness"
)

// awaitFilters waits until the portal has all filters of the tables in memory, and returns how many
// chunks have some.
func (w *world) awaitFilters(t testing.TB, dataset string, tables ...string) (n int) {
	t.Helper()
	for _, table := range tables {
		waitUntil(t, "the filters of "+dataset+"."+table+" are loaded", func() bool {
			n = 0
			for _, c := range w.chunks(t, dataset, table) {
				if c.Filters == nil {
					continue
				}
				if c.Filters.BitsLoaded != c.Filters.Bits {
					return false
				}
				n++
			}
			return true
		})
	}
	return n
}

func waitUntil(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for until := time.Now().Add(30 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("in vain: " + what)
		}
	}
}

// keysSQL has 20 chunks of 100 rows, whose keys are all over the place, so that bounds rule out next to
// nothing: id of each row, mail of two, amount of five.
const (
	keysChunks = 20
	keysSQL    = `SELECT range AS k, md5(range::VARCHAR)::UUID AS id, md5('m' || range // 2 * 7 % 1000) || '@x.org' AS mail,
	(hash(range % 400) % 10000000000)::DECIMAL(18, 2) AS amount, (hash(range)::HUGEINT * 1000000007) AS h,
	make_timestamp((hash(range) % 1000000000000000)::BIGINT) AS seen FROM range(2000)`
)

// TestFilters looks up keys, and counts the chunks that are read and those that filters rule out
// against where DuckDB finds the keys.
func TestFilters(t *testing.T) {
	dir := t.TempDir()
	w := newWorldIn(t, dir, 2)
	w.filters, w.filterBits = []string{"id", "mail", "amount", "h", "seen"}, 16
	w.table(t, "keys", "t", "k", 100, keysSQL)
	if n := w.awaitFilters(t, "keys", "t"); n != keysChunks {
		t.Fatalf("%d chunks have filters", n)
	}
	t.Run("lookups", func(t *testing.T) { lookUp(t, w) })
	t.Run("not asked for", func(t *testing.T) {
		w.filters, w.filterBits = []string{"none"}, 0
		w.table(t, "keys", "plain", "k", 100, keysSQL)
		if n := w.awaitFilters(t, "keys", "plain"); n != 0 {
			t.Errorf("%d chunks have filters", n)
		}
		w.reads(t, "SELECT k FROM keys.plain WHERE id = '"+w.value(t, "id", 1234)+"'", keysChunks, keysChunks)
	})
	t.Run("replaced", func(t *testing.T) {
		w.Exec(t, "CREATE OR REPLACE TABLE keys.plain AS SELECT k + 7 AS k, id, mail FROM keys.t")
		w.Exec(t, "CREATE OR REPLACE TEMP VIEW loading AS FROM keys.plain")
		path := w.WriteParquet(t, "loading")
		harness.LoadWith(t, w.cluster.HTTP(), load.Options{
			Dataset: "keys", Table: "plain", Files: []string{path}, BlockColumn: "k", ChunkRows: 100, Mode: client.ModeReplace, FilterColumns: []string{"mail"},
		})
		w.awaitFilters(t, "keys", "plain")
		p := w.same(t, "SELECT k FROM keys.plain WHERE mail = '"+w.value(t, "mail", 700)+"'")
		if p == 0 {
			t.Error("nothing was found")
		}
	})
	t.Run("damaged and restarted", func(t *testing.T) {
		if err := w.cluster.Stop(); err != nil {
			t.Fatal(err)
		}
		damage(t, filepath.Join(dir, "objects", "keys"))
		w.cluster = harness.Start(t, cluster.Options{DataDir: dir, Workers: 2, Replication: 2})
		waitUntil(t, "the other filters are loaded", func() bool {
			loaded := 0
			for _, c := range w.chunks(t, "keys", "t") {
				if c.Filters.BitsLoaded > 0 {
					loaded++
				}
			}
			return loaded == keysChunks-3
		})
		for i := range 20 {
			sql := fmt.Sprintf("SELECT k FROM keys.t WHERE id = '%s'", w.value(t, "id", i*100+5))
			if n := w.same(t, sql); n != 1 {
				t.Errorf("%d rows: %s", n, sql)
			}
		}
		p, err := w.plan("SELECT k FROM keys.t WHERE id = '00000000-0000-0000-0000-000000000000' OR id = 'ffffffff-ffff-ffff-ffff-ffffffffffff'", true)
		if err != nil || p.Pruning.ByFilter+p.Pruning.ByStatistics != p.Pruning.Total-p.Pruning.Selected || p.Pruning.Selected > 3 {
			t.Errorf("%+v, %v", p, err)
		}
	})
}

// value is a row's value as text.
func (w *world) value(t testing.TB, column string, k int) string {
	t.Helper()
	return w.Query(t, fmt.Sprintf("SELECT %s::VARCHAR FROM keys.t WHERE k = %d", column, k)).Rows[0][0].(string)
}

// lookUp compares the chunks that are read with those in which DuckDB finds a row.
func lookUp(t *testing.T, w *world) {
	var conditions []string
	for i := range 12 {
		k := i*163 + 7
		id, mail := w.value(t, "id", k), w.value(t, "mail", k)
		conditions = append(conditions,
			"id = '"+id+"'", "mail = '"+mail+"'", "'"+mail+"' = mail", "amount = "+w.value(t, "amount", k)+"::DECIMAL(18,2)", "h = "+w.value(t, "h", k),
			"seen = '"+w.value(t, "seen", k)+"'::TIMESTAMP", "id IS NOT DISTINCT FROM '"+id+"'", fmt.Sprintf("id IN ('%s', '%s')", id, w.value(t, "id", (k*7)%2000)),
			"id = '"+id+"' OR mail = '"+mail+"'", "id = '"+id+"' AND k < 1000", "NOT (id <> '"+id+"')")
		// Both are in the chunk, if not in one row.
		both := fmt.Sprintf("id = '%s' AND mail = '%s'", id, w.value(t, "mail", (k*7)%2000))
		in := func(cond string) string { return "SELECT k // 100 FROM keys.t WHERE " + cond }
		left, right, _ := strings.Cut(both, " AND ")
		w.reads(t, "SELECT k FROM keys.t WHERE "+both, keysChunks, len(w.Query(t, in(left)+" INTERSECT "+in(right)).Rows))
	}
	conditions = append(conditions, "id = '00000000-0000-4000-8000-000000000000'", "mail = 'nobody'", "mail IN ('a', 'b', NULL)", "h = 5", "amount = 0.01")
	for _, c := range conditions {
		want := len(w.Query(t, "SELECT DISTINCT k // 100 FROM keys.t WHERE "+c).Rows)
		sql := "SELECT k FROM keys.t WHERE " + c
		w.reads(t, sql, keysChunks, want)
		p, err := w.plan(sql, true)
		if err != nil {
			t.Fatal(err)
		}
		// What block ranges and bounds rule out, they rule out without filters as well.
		plain := p.Pruning.Total - p.Pruning.ByBlock - p.Pruning.ByStatistics - p.Pruning.Selected
		if p.Pruning.ByFilter != plain || p.Pruning.ByFilter == 0 && p.Pruning.ByStatistics < keysChunks/2 && p.Pruning.ByBlock == 0 {
			t.Errorf("%s: %+v", c, p.Pruning)
		}
		w.same(t, sql)
	}
	// What filters say nothing about reads everything.
	for _, c := range []string{"id <> '" + w.value(t, "id", 7) + "'", "id = '" + w.value(t, "id", 7) + "' OR length(mail) > 3", "mail LIKE '%a%'"} {
		w.reads(t, "SELECT k FROM keys.t WHERE "+c, keysChunks, keysChunks)
	}
}

// damage changes the filters of three chunks of t: one is cut, one is another, one is gone.
func damage(t *testing.T, dir string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*", "t.*.filter"))
	if err != nil || len(paths) != keysChunks {
		t.Fatalf("%d filters: %v", len(paths), err)
	}
	data, err := os.ReadFile(paths[0])
	if err == nil {
		err = os.WriteFile(paths[0], data[:len(data)-9], 0o600)
	}
	if err == nil {
		err = os.WriteFile(paths[1], data, 0o600)
	}
	if err == nil {
		err = os.Remove(paths[2])
	}
	if err != nil {
		t.Fatal(err)
	}
}
