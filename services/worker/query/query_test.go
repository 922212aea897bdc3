package query_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/array"
	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/services/worker/internal/workertest"
	"github.com/shoal-db/shoal/services/worker/query"
	"github.com/shoal-db/shoal/services/worker/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSubplanOverSeveralTables(t *testing.T) {
	w := workertest.New(t, query.Options{})
	a, b := w.Put("orders", "SELECT 1 AS k, 'a' AS s UNION ALL SELECT 2, NULL"), w.Put("orders", "SELECT 3 AS k, 'c' AS s")
	r := w.Put("kinds", "SELECT 1 AS k, 'one' AS name")
	w.Sync()
	sub := &query.Subplan{
		QueryID: "q1",
		Plan:    workertest.Plan("SELECT o.k, o.s, r.name FROM %s o LEFT JOIN %s r ON o.k = r.k ORDER BY o.k DESC", "D.ORDERS: k INTEGER; s VARCHAR", "d.kinds: k INTEGER; name VARCHAR"),
		Tables:  []query.Table{workertest.TableOf("orders", a, b), workertest.TableOf("kinds", r)},
	}
	_, got, err := w.Rows(context.Background(), sub)
	workertest.Must(t, err)
	if want := []string{"3|c|(null)", "2|(null)|(null)", "1|a|one"}; !slices.Equal(got, want) {
		t.Errorf("rows %q, want %q", got, want)
	}
	// A part of the chunks is a part of the rows.
	sub.Tables[0] = workertest.TableOf("orders", b)
	if _, got, err = w.Rows(context.Background(), sub); err != nil || len(got) != 1 {
		t.Errorf("one chunk: %q %v", got, err)
	}
	// No chunks are no rows, of the same types.
	sub.Tables[0] = workertest.TableOf("orders")
	s, err := w.Run(context.Background(), sub)
	workertest.Must(t, err)
	defer s.Close()
	if s.Next() || s.Err() != nil {
		t.Errorf("no chunk: %v %v", s.Record(), s.Err())
	}
	if got := s.Schema().Field(0).Type.String(); got != "int32" {
		t.Errorf("type %s", got)
	}
}

// The engine does not keep the files' order; what a plan sorts must stay sorted in spite of that, also
// below a filter, a projection and a limit.
func TestOrder(t *testing.T) {
	w := workertest.New(t, query.Options{Threads: 4})
	var files []store.File
	for i := range 8 {
		files = append(files, w.Put("t", fmt.Sprintf("SELECT hash(range + %d) %% 1000000 AS k FROM range(20000)", i*20000)))
	}
	w.Sync()
	for name, sql := range map[string]string{
		"root":       "SELECT k FROM %s ORDER BY k",
		"projection": "SELECT c0 + 1 FROM (SELECT k AS c0 FROM %s ORDER BY k)",
		"filter":     "SELECT k FROM (SELECT k FROM %s ORDER BY k) WHERE k %% 3 = 0",
		"fetch":      "SELECT k FROM (SELECT k FROM (SELECT k FROM %s ORDER BY k) OFFSET 1000) LIMIT 100000",
	} {
		t.Run(name, func(t *testing.T) {
			s, err := w.Run(context.Background(), &query.Subplan{Tables: []query.Table{workertest.TableOf("t", files...)}, Plan: workertest.Plan(sql, "d.t: k BIGINT")})
			workertest.Must(t, err)
			defer s.Close()
			last, rows := int64(-1), 0
			for s.Next() {
				for _, k := range s.Record().Column(0).(*array.Int64).Int64Values() {
					if k < last {
						t.Fatalf("row %d is %d after %d", rows, k, last)
					}
					last, rows = k, rows+1
				}
			}
			if s.Err() != nil || rows < 50000 {
				t.Errorf("%d rows, %v", rows, s.Err())
			}
		})
	}
}

// Parquet has no such types: the loader writes them as something near, and a read declares what they are.
func TestDeclaredTypesAreRestored(t *testing.T) {
	w := workertest.New(t, query.Options{})
	f := w.Put("t", `SELECT '340282366920938463463374607431768211455' AS u, 'b' AS e, '101' AS b`)
	w.Sync()
	sub := &query.Subplan{Tables: []query.Table{workertest.TableOf("t", f)}, Plan: workertest.Plan("SELECT typeof(u), u::VARCHAR, typeof(e), typeof(b), b::VARCHAR FROM %s", "d.t: u UHUGEINT; e ENUM('a','b'); b BIT")}
	_, got, err := w.Rows(context.Background(), sub)
	workertest.Must(t, err)
	if want := []string{"UHUGEINT|340282366920938463463374607431768211455|ENUM('a', 'b')|BIT|101"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// DuckDB's own check of a Parquet file's least and greatest BLOB misses values that are not printable.
func TestBlobsAreFoundBesideStatistics(t *testing.T) {
	w := workertest.New(t, query.Options{})
	f := w.Put("t", `SELECT '\x28\x02'::BLOB AS raw FROM range(3)`)
	w.Sync()
	sub := &query.Subplan{Tables: []query.Table{workertest.TableOf("t", f)}, Plan: workertest.Plan(`SELECT count(*) FROM %s WHERE raw = '\x28\x02'::BLOB`, "d.t: raw BLOB")}
	_, got, err := w.Rows(context.Background(), sub)
	workertest.Must(t, err)
	if want := []string{"3"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOnlyTheTicketsTables(t *testing.T) {
	w := workertest.New(t, query.Options{})
	f, other := w.Put("t", "SELECT 1 AS k"), w.Put("secret", "SELECT 2 AS k")
	w.Sync()
	for name, c := range map[string]struct {
		plan []byte
		kind fault.Kind
	}{
		"another table":    {workertest.Plan("SELECT * FROM %s", "d.secret: k INTEGER"), fault.PermissionDenied},
		"another dataset":  {workertest.Plan("SELECT * FROM %s", "e.t: k INTEGER"), fault.PermissionDenied},
		"no dataset":       {workertest.Plan("SELECT * FROM %s", "t: k INTEGER"), fault.InvalidArgument},
		"a path outside":   {workertest.Plan("SELECT * FROM read_text('/etc/passwd')"), fault.PermissionDenied},
		"the object store": {workertest.Plan("SELECT * FROM read_parquet('" + filepath.Join(w.Objects, other.Object) + "')"), fault.PermissionDenied},
		"climbing out":     {workertest.Plan("SELECT * FROM read_blob('" + w.Store.Dir() + "../LOCK')"), fault.PermissionDenied},
		"a write":          {workertest.Plan("COPY (SELECT 1) TO '" + filepath.Join(w.Data, "x.csv") + "'"), fault.PermissionDenied},
		"a setting":        {workertest.Plan("SET threads = 1"), fault.InvalidArgument},
		"access again":     {workertest.Plan("SET enable_external_access = true"), fault.InvalidArgument},
		"an extension":     {workertest.Plan("LOAD '/tmp/x.duckdb_extension'"), fault.PermissionDenied},
		"unknown column":   {workertest.Plan("SELECT * FROM %s", "d.t: nope INTEGER"), fault.InvalidArgument},
		"no plan at all":   {workertest.Plan(""), fault.InvalidArgument},
	} {
		t.Run(name, func(t *testing.T) {
			sub := &query.Subplan{QueryID: "q", Plan: c.plan, Tables: []query.Table{workertest.TableOf("t", f)}}
			_, rows, err := w.Rows(context.Background(), sub)
			if fault.KindOf(err) != c.kind {
				t.Errorf("rows %q, error %v; want %s", rows, err, c.kind)
			}
			if f := fault.From(err); f != nil && f.QueryID != "q" {
				t.Errorf("the error does not name the query: %+v", f)
			}
		})
	}
}

func TestMissingChunksAreNamed(t *testing.T) {
	w := workertest.New(t, query.Options{})
	f := w.Put("t", "SELECT 1 AS k")
	w.Sync()
	table := workertest.TableOf("t", f)
	for i := range 200 {
		table.Files = append(table.Files, fmt.Sprintf("d/x/%d.parquet", i))
		table.Chunks = append(table.Chunks, fmt.Sprintf("%010d-%010d-00000000", i+10, i+10))
	}
	sub := &query.Subplan{QueryID: "q", Tables: []query.Table{table, {Dataset: "d", Name: "r", Files: []string{"d/_reference/00000000/r.parquet"}, Chunks: []string{"00000000"}}}}
	_, err := w.Run(context.Background(), sub)
	got := fault.From(err)
	if got == nil || got.Kind != fault.Unavailable || !got.Retryable {
		t.Fatalf("error %v", err)
	}
	named := got.Details["missing_chunks"].(map[string][]string)
	n := len(named["d.t"]) + len(named["d.r"])
	if n != 48 || got.Details["missing_total"] != 201 || got.Details["worker"] != "w1" {
		t.Errorf("%d named, details %v", n, got.Details)
	}
	if slices.Contains(named["d.t"], table.Chunks[0]) {
		t.Error("names a chunk that is there")
	}
	if !strings.Contains(got.Text(), "w1 does not hold") || !strings.Contains(got.Text(), "200 more files") {
		t.Errorf("text %q", got.Text())
	}
}

func TestCancelIsPrompt(t *testing.T) {
	w := workertest.New(t, query.Options{})
	f := w.Put("t", "SELECT range AS k FROM range(1000)")
	w.Sync()
	heavy := &query.Subplan{Tables: []query.Table{workertest.TableOf("t", f)}, Plan: workertest.Plan("SELECT count(*) FROM %[1]s a, %[1]s b, %[1]s c, %[1]s d WHERE a.k + b.k + c.k + d.k = -1", "d.t: k BIGINT")}
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	begun := time.Now()
	_, _, err := w.Rows(ctx, heavy)
	if took := time.Since(begun); !fault.Is(err, fault.Cancelled) || took > 2*time.Second {
		t.Errorf("after %s: %v", took, err)
	}
	ctx, cancel = context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, _, err := w.Rows(ctx, heavy); !fault.Is(err, fault.DeadlineExceeded) {
		t.Errorf("deadline: %v", err)
	}
	// Abandoned in the middle; the runner's Close in the end would hang if anything were left.
	s, err := w.Run(context.Background(), &query.Subplan{Tables: []query.Table{workertest.TableOf("t", f)}, Plan: workertest.Plan("SELECT a.k FROM %[1]s a, %[1]s b", "d.t: k BIGINT")})
	workertest.Must(t, err)
	if !s.Next() {
		t.Fatal(s.Err())
	}
	s.Close()
	s.Close()
}

// damageData overwrites the middle of a file, where the data pages are, and leaves size and footer.
func damageData(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	workertest.Must(t, err)
	info, err := f.Stat()
	workertest.Must(t, err)
	_, err = f.WriteAt([]byte("this is not what was here before"), info.Size()/3)
	workertest.Must(t, err)
	workertest.Must(t, f.Close())
}

func TestDamagedFileNeverAnswers(t *testing.T) {
	w := workertest.New(t, query.Options{})
	good, bad := w.Put("t", "SELECT range AS k, hash(range) AS h FROM range(50000)"), w.Put("t", "SELECT range + 50000 AS k, hash(range) AS h FROM range(50000)")
	w.Sync()
	sub := &query.Subplan{QueryID: "q", Tables: []query.Table{workertest.TableOf("t", good, bad)}, Plan: workertest.Plan("SELECT k, h FROM %s", "d.t: k BIGINT; h UBIGINT")}
	check := func(err error) {
		t.Helper()
		f := fault.From(err)
		if f == nil || f.Kind != fault.Unavailable || !f.Retryable {
			t.Fatalf("error %v", err)
		}
		if named := f.Details["missing_chunks"].(map[string][]string)["d.t"]; len(named) != 1 || named[0] != workertest.TableOf("t", bad).Chunks[0] {
			t.Errorf("names %v", f.Details)
		}
	}
	n, _, err := w.Rows(context.Background(), sub)
	if err != nil || n != 100000 {
		t.Fatalf("sound: %d rows, %v", n, err)
	}
	// Before a query.
	damageData(t, w.Path(bad))
	_, _, err = w.Rows(context.Background(), sub)
	check(err)
	w.Sync()
	if n, _, err := w.Rows(context.Background(), sub); err != nil || n != 100000 {
		t.Fatalf("fetched again: %d rows, %v", n, err)
	}
	// While a query runs, which has read its first rows.
	s, err := w.Run(context.Background(), sub)
	workertest.Must(t, err)
	defer s.Close()
	if !s.Next() {
		t.Fatal(s.Err())
	}
	damageData(t, w.Path(bad))
	for s.Next() {
	}
	check(s.Err())
	w.Sync()
	if n, _, err := w.Rows(context.Background(), sub); err != nil || n != 100000 {
		t.Fatalf("fetched again: %d rows, %v", n, err)
	}
}

func TestMemoryLimitIsTheQuerysError(t *testing.T) {
	w := workertest.New(t, query.Options{MemoryBytes: 64 << 20, Threads: 1})
	f := w.Put("t", "SELECT range AS k FROM range(2000000)")
	w.Sync()
	sub := &query.Subplan{Tables: []query.Table{workertest.TableOf("t", f)}, Plan: workertest.Plan("SELECT count(*) FROM (SELECT DISTINCT k, k::VARCHAR || 'some more bytes' AS s FROM %s)", "d.t: k BIGINT")}
	if _, _, err := w.Rows(context.Background(), sub); !fault.Is(err, fault.ResourceExhausted) {
		t.Errorf("without a spill folder: %v", err)
	}
	w = workertest.New(t, query.Options{MemoryBytes: 64 << 20, Threads: 1, SpillDir: filepath.Join(t.TempDir(), "spill")})
	f = w.Put("t", "SELECT range AS k FROM range(2000000)")
	w.Sync()
	sub.Tables = []query.Table{workertest.TableOf("t", f)}
	_, got, err := w.Rows(context.Background(), sub)
	if err != nil || !slices.Equal(got, []string{"2000000"}) {
		t.Errorf("with a spill folder: %q %v", got, err)
	}
}

func TestManyAtATime(t *testing.T) {
	w := workertest.New(t, query.Options{MaxConns: 8})
	f := w.Put("t", "SELECT range AS k FROM range(100000)")
	w.Sync()
	var running sync.WaitGroup
	for i := range 32 {
		running.Go(func() {
			sub := &query.Subplan{Tables: []query.Table{workertest.TableOf("t", f)}, Plan: workertest.Plan(fmt.Sprintf("SELECT k FROM %%s WHERE mod(k, 32) = %d", i), "d.t: k BIGINT")}
			if n, _, err := w.Rows(context.Background(), sub); err != nil || n != 3125 {
				t.Errorf("%d rows, %v", n, err)
			}
		})
	}
	running.Wait()
	if _, err := w.Memory(context.Background()); err != nil {
		t.Error(err)
	}
}
