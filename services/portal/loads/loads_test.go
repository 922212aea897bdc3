package loads

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/metaapi"
	"github.com/shoal-db/shoal/libs/catalog/objectstore"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/filter"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/metrics"

	"github.com/shoal-db/shoal/services/portal/filters"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		goleak.IgnoreTopFunction("go.opencensus.io/stats/view.(*worker).start"),
		goleak.IgnoreTopFunction("github.com/golang/glog.(*fileSink).flushDaemon"))
}

// metadata is a metadata service that remembers what it was told.
type metadata struct {
	mu        sync.Mutex
	begun     int
	kept      map[string]int
	aborted   []string
	committed map[string][]manifest.Entry
	fail      error
}

func (m *metadata) BeginLoad(_ context.Context, spec metaapi.LoadSpec) (metaapi.LoadBegun, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.begun++
	return metaapi.LoadBegun{ID: fmt.Sprintf("load-%d", m.begun), TTLSeconds: 1}, m.fail
}

func (m *metadata) KeepLoad(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept[id]++
	return nil
}

func (m *metadata) CommitLoad(_ context.Context, id string, entries []manifest.Entry) (metaapi.LoadCommitted, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return metaapi.LoadCommitted{}, m.fail
	}
	m.committed[id] = entries
	return metaapi.LoadCommitted{CatalogVersion: 9, Chunks: len(entries)}, nil
}

func (m *metadata) AbortLoad(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.aborted = append(m.aborted, id)
	return nil
}

func (m *metadata) DropTable(context.Context, string, string) (int64, error) { return 10, m.fail }

func (m *metadata) setFail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

type fixture struct {
	*Manager
	t     *testing.T
	meta  *metadata
	store *objectstore.Store
	spool string
	duck  *duckdb.Engine
}

func open(t *testing.T, change ...func(*Options)) *fixture {
	t.Helper()
	ctx := context.Background()
	f := &fixture{t: t, meta: &metadata{kept: map[string]int{}, committed: map[string][]manifest.Entry{}}, spool: t.TempDir()}
	var err error
	if f.store, err = objectstore.Open(ctx, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	if f.duck, err = duckdb.Open(ctx, duckdb.Options{Threads: 1}); err != nil {
		t.Fatal(err)
	}
	builder, err := filters.OpenBuilder(ctx, f.spool)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.store.Close(); _ = f.duck.Close(ctx); _ = builder.Close(ctx) })
	opts := Options{
		Metadata: f.meta, Store: f.store, Filters: builder, SpoolDir: f.spool, MaxLoads: 2, MaxFiles: 2, MaxFileBytes: 1 << 20, Idle: time.Minute,
		Published:    func(context.Context, int64) error { return nil },
		CheckColumns: func(context.Context, []catalog.Column) error { return nil },
		Metrics:      NewMetrics(metrics.For(prometheus.NewRegistry(), "portal")),
	}
	for _, c := range change {
		c(&opts)
	}
	f.Manager = New(opts)
	return f
}

// parquet is a Parquet file with the rows of a query.
func (f *fixture) parquet(sql string) []byte {
	f.t.Helper()
	ctx := context.Background()
	conn, err := f.duck.Conn(ctx)
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	path := filepath.Join(f.t.TempDir(), "x.parquet")
	if _, err := conn.Exec(ctx, "COPY ("+sql+") TO "+duckdb.QuoteLiteral(path)+" (FORMAT parquet)"); err != nil {
		f.t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		f.t.Fatal(err)
	}
	return data
}

func (f *fixture) begin(kind catalog.Kind) string {
	f.t.Helper()
	spec := metaapi.LoadSpec{
		Dataset: "d", Table: "t", Kind: kind, Mode: metaapi.Create,
		Columns: []catalog.Column{{Name: "k", Type: "BIGINT"}, {Name: "v", Type: "VARCHAR"}},
	}
	if kind == catalog.Chunked {
		spec.BlockColumn = "K" // names are compared without case
	}
	begun, err := f.Begin(context.Background(), spec)
	if err != nil {
		f.t.Fatal(err)
	}
	return begun.ID
}

func (f *fixture) put(id string, place Place, data []byte) (Stored, error) {
	return f.Put(context.Background(), id, place, bytes.NewReader(data))
}

func at(first, last int64) Place { return Place{Range: chunks.Range{First: first, Last: last}} }

const rows = "SELECT i AS k, 'v' || i AS v FROM range(10, 20) t(i)"

func TestLoadIsStoredAndCommitted(t *testing.T) {
	f := open(t)
	id := f.begin(catalog.Chunked)
	data := f.parquet(rows)
	put, err := f.put(id, at(10, 19), data)
	if err != nil || put.Rows != 10 || put.Bytes != int64(len(data)) {
		t.Fatalf("%+v, %v", put, err)
	}
	nulls := f.parquet("SELECT NULL::BIGINT AS k, 'x' AS v")
	if _, err := f.put(id, Place{Range: chunks.NullRange()}, nulls); err != nil {
		t.Fatal(err)
	}
	// The same place again replaces what was there.
	second := f.parquet(rows + " WHERE i > 12")
	if put, err = f.put(id, at(10, 19), second); err != nil || put.Rows != 7 {
		t.Fatalf("%+v, %v", put, err)
	}
	done, err := f.Commit(context.Background(), id)
	if err != nil || done.Chunks != 2 {
		t.Fatalf("%+v, %v", done, err)
	}
	entries := f.meta.committed[id]
	if entries[0].Rows != 7 || entries[0].ID.String() != put.Chunk || !entries[1].ID.Range.Null {
		t.Errorf("entries %+v", entries)
	}
	for _, e := range entries {
		r, err := f.store.Open(context.Background(), chunks.ObjectPath("d", "t", e.ID))
		if err != nil {
			t.Fatal(err)
		}
		stored, _ := io.ReadAll(r)
		_ = r.Close()
		if int64(len(stored)) != e.Bytes {
			t.Errorf("%s has %d bytes, the entry says %d", e.ID, len(stored), e.Bytes)
		}
	}
	if left, _ := os.ReadDir(f.spool); len(left) > 0 {
		t.Errorf("the spool still has %v", left)
	}
	if _, err := f.put(id, at(1, 2), data); !fault.Is(err, fault.NotFound) {
		t.Errorf("after the commit: %v", err)
	}
	if f.Active() != 0 {
		t.Errorf("%d loads go on", f.Active())
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	f := open(t)
	chunked, positional, good := f.begin(catalog.Chunked), f.begin(catalog.Positional), f.parquet(rows)
	corrupt := bytes.Clone(good)
	for i := len(corrupt) - 60; i < len(corrupt)-10; i++ {
		corrupt[i] ^= 0xff
	}
	for name, c := range map[string]struct {
		id    string
		place Place
		data  []byte
		text  string
	}{
		"no parquet":          {chunked, at(10, 19), []byte("hello"), ""},
		"empty":               {chunked, at(10, 19), nil, ""},
		"truncated":           {chunked, at(10, 19), good[:len(good)-20], ""},
		"corrupt footer":      {chunked, at(10, 19), corrupt, ""},
		"blocks beyond":       {chunked, at(10, 18), good, "19"},
		"blocks before":       {chunked, at(11, 19), good, "10"},
		"no rows":             {chunked, at(10, 19), f.parquet(rows + " WHERE false"), "no rows"},
		"another column":      {chunked, at(10, 19), f.parquet("SELECT 10::BIGINT AS k, 'x' AS w"), `"w"`},
		"another type":        {chunked, at(10, 19), f.parquet("SELECT 10::DOUBLE AS k, 'x' AS v"), `"k"`},
		"a column too many":   {chunked, at(10, 19), f.parquet("SELECT 10::BIGINT AS k, 'x' AS v, 1 AS w"), "3 columns"},
		"NULL block":          {chunked, at(10, 19), f.parquet("SELECT unnest([10::BIGINT, NULL]) AS k, 'x' AS v"), "NULL"},
		"block where NULL":    {chunked, Place{Range: chunks.NullRange()}, good, "NULL"},
		"reference":           {chunked, Place{Reference: true}, good, "chunked"},
		"position, too few":   {positional, at(0, 10), good, "10 rows"},
		"position, too many":  {positional, at(0, 8), good, "10 rows"},
		"position, NULL":      {positional, Place{Range: chunks.NullRange()}, good, "positional"},
		"position, no rows":   {positional, at(0, 0), f.parquet(rows + " WHERE false"), "0 rows"},
		"position, reference": {positional, Place{Reference: true}, good, "positional"},
	} {
		_, err := f.put(c.id, c.place, c.data)
		if !fault.Is(err, fault.InvalidArgument) || !strings.Contains(fault.From(err).Text(), c.text) {
			t.Errorf("%s: %v, want invalid_argument with %q", name, err, c.text)
		}
	}
	if _, err := f.put(chunked, at(10, 19), make([]byte, 2<<20)); !fault.Is(err, fault.ResourceExhausted) {
		t.Errorf("too large: %v", err)
	}
	broken := errors.New("connection lost")
	if _, err := f.Put(context.Background(), chunked, at(10, 19), io.MultiReader(bytes.NewReader(good[:50]), failing{broken})); !errors.Is(err, broken) {
		t.Errorf("a body that breaks off: %v", err)
	}
	if left, _ := os.ReadDir(f.spool); len(left) > 0 {
		t.Errorf("the spool still has %v", left)
	}
	for at := range f.store.List(context.Background(), "") {
		t.Errorf("%s was stored", at.Path)
	}
	if _, err := f.put(positional, at(0, 9), good); err != nil {
		t.Errorf("after all that: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestReferenceTable(t *testing.T) {
	f := open(t)
	id := f.begin(catalog.Reference)
	put, err := f.put(id, Place{Reference: true}, f.parquet(rows))
	if err != nil || len(put.Chunk) != 8 {
		t.Fatalf("%+v, %v", put, err)
	}
	if _, err := f.put(id, at(10, 19), f.parquet(rows)); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("a range: %v", err)
	}
	if _, err := f.Commit(context.Background(), id); err != nil || len(f.meta.committed[id]) != 1 {
		t.Errorf("%v, %v", f.meta.committed, err)
	}
}

func TestLimitsAndEnds(t *testing.T) {
	f := open(t)
	ctx := context.Background()
	first, second := f.begin(catalog.Chunked), f.begin(catalog.Chunked)
	if _, err := f.Begin(ctx, metaapi.LoadSpec{}); !fault.Is(err, fault.ResourceExhausted) {
		t.Errorf("a third load: %v", err)
	}
	if err := f.Abort(ctx, first); err != nil || len(f.meta.aborted) != 1 {
		t.Errorf("%v, %v", f.meta.aborted, err)
	}
	if err := f.Abort(ctx, first); !fault.Is(err, fault.NotFound) {
		t.Errorf("aborted twice: %v", err)
	}
	f.meta.setFail(fault.New(fault.Unavailable, "", "no leader"))
	if _, err := f.Commit(ctx, second); !fault.Is(err, fault.Unavailable) {
		t.Errorf("%v", err)
	}
	f.meta.setFail(nil)
	if _, err := f.Commit(ctx, second); err != nil {
		t.Errorf("committed again: %v", err)
	}
	third := f.begin(catalog.Chunked)
	f.meta.setFail(fault.New(fault.InvalidArgument, "", "the range clashes"))
	if _, err := f.Commit(ctx, third); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("%v", err)
	}
	if _, err := f.Commit(ctx, third); !fault.Is(err, fault.NotFound) {
		t.Errorf("a refused load goes on: %v", err)
	}
	if _, err := f.Begin(ctx, metaapi.LoadSpec{}); !fault.Is(err, fault.InvalidArgument) || f.Active() != 0 {
		t.Errorf("a refused beginning: %v, %d loads", err, f.Active())
	}
	if version, err := f.Drop(ctx, "d", "t"); err == nil {
		t.Errorf("dropped: %d", version)
	}
}

func TestIdleLoadsEnd(t *testing.T) {
	f := open(t, func(o *Options) { o.Idle = 600 * time.Millisecond })
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	idle, busy := f.begin(catalog.Chunked), f.begin(catalog.Chunked)
	data := f.parquet(rows)
	for range 10 {
		time.Sleep(100 * time.Millisecond)
		if _, err := f.put(busy, at(10, 19), data); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Commit(ctx, idle); !fault.Is(err, fault.NotFound) {
		t.Errorf("the idle load: %v", err)
	}
	if _, err := f.Commit(ctx, busy); err != nil {
		t.Errorf("the busy load: %v", err)
	}
	f.meta.mu.Lock()
	if len(f.meta.aborted) != 1 || f.meta.aborted[0] != idle || f.meta.kept[busy] == 0 {
		t.Errorf("aborted %v, kept %v", f.meta.aborted, f.meta.kept)
	}
	f.meta.mu.Unlock()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestNoCommitWhileFilesCome(t *testing.T) {
	f := open(t)
	id := f.begin(catalog.Chunked)
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() { _, err := f.Put(context.Background(), id, at(10, 19), r); done <- err }()
	data := f.parquet(rows)
	_, _ = w.Write(data[:10])
	if _, err := f.Commit(context.Background(), id); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("%v", err)
	}
	_, _ = w.Write(data[10:])
	_ = w.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := f.Commit(context.Background(), id); err != nil {
		t.Error(err)
	}
}

func TestBlockOf(t *testing.T) {
	for _, c := range []struct {
		v    value.Value
		want int64
		ok   bool
	}{
		{value.Int(-5), -5, true},
		{value.Uint(1 << 63), 0, false},
		{value.DateValue(-3), -3, true},
		{value.TimestampTZValue(7), 7, true},
		{value.TimestampValue(7, value.Microseconds), 7, true},
		{value.TimestampValue(-7, value.Milliseconds), -7000, true},
		{value.TimestampValue(7, value.Seconds), 7_000_000, true},
		{value.TimestampValue(1<<62, value.Seconds), 0, false},
		{value.TimestampValue(1999, value.Nanoseconds), 1, true},
		{value.TimestampValue(-1, value.Nanoseconds), -1, true},
		{value.TimestampValue(-1000, value.Nanoseconds), -1, true},
		{value.TimestampValue(-1001, value.Nanoseconds), -2, true},
		{value.Text("x"), 0, false},
		{value.Value{}, 0, false},
	} {
		got, ok := blockOf(c.v)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%v: %d, %v", c.v, got, ok)
		}
	}
}

func TestFiltersAreStoredBesideTheirFile(t *testing.T) {
	f := open(t)
	begun, err := f.Begin(context.Background(), metaapi.LoadSpec{
		Dataset: "d", Table: "t", Kind: catalog.Chunked, Mode: metaapi.Create, BlockColumn: "k", FilterColumns: []string{"v"}, FilterBits: 12,
		Columns: []catalog.Column{{Name: "k", Type: "BIGINT"}, {Name: "v", Type: "VARCHAR"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.put(begun.ID, at(10, 19), f.parquet(rows)); err != nil {
		t.Fatal(err)
	}
	// A file whose values cannot be read is taken in without.
	broken := f.parquet("SELECT i AS k, md5(i::VARCHAR) AS v FROM range(20, 2000) t(i)")
	for i := len(broken) / 2; i < len(broken)/2+500; i++ {
		broken[i] = 0xff
	}
	if _, err := f.put(begun.ID, at(20, 1999), broken); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Commit(context.Background(), begun.ID); err != nil {
		t.Fatal(err)
	}
	entries := f.meta.committed[begun.ID]
	if entries[1].Filters.Exist() || !entries[0].Filters.Exist() || entries[0].Filters.Bits != 12 {
		t.Fatalf("filters %+v and %+v", entries[0].Filters, entries[1].Filters)
	}
	if err := entries[0].Check(); err != nil {
		t.Error(err)
	}
	r, err := f.store.Open(context.Background(), chunks.FilterPath("d", "t", entries[0].ID, entries[0].Filters.Sum))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil || int64(len(data)) != entries[0].Filters.Bytes {
		t.Fatalf("%d bytes, %v", len(data), err)
	}
	set, err := filter.Decode(data)
	if err != nil || !set.Column(1).Has(filter.Text("v15")) || set.Column(1).Has(filter.Text("v20")) {
		t.Errorf("%v", err)
	}
}

func TestFiltersThatCannotBeHadAreRefusedAtOnce(t *testing.T) {
	f := open(t)
	_, err := f.Begin(context.Background(), metaapi.LoadSpec{
		Dataset: "d", Table: "t", Kind: catalog.Positional, Mode: metaapi.Create, FilterColumns: []string{"w"},
		Columns: []catalog.Column{{Name: "v", Type: "VARCHAR"}},
	})
	if !fault.Is(err, fault.InvalidArgument) || f.Active() != 0 {
		t.Errorf("%v; %d loads", err, f.Active())
	}
}
