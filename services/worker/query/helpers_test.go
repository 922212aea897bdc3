package query_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
	"github.com/shoal-db/shoal/services/worker/query"
	"github.com/shoal-db/shoal/services/worker/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// plan stands for a Substrait plan in these tests, so that what they show does not depend on how
// plans are read and rendered: SQL with a %s for each of the reads.
type plan struct {
	SQL   string
	Reads []read
}

type read struct {
	Table   []string
	Columns []string // "name TYPE"
}

func (p plan) encode() []byte {
	out, err := json.Marshal(p)
	if err != nil {
		panic(err)
	}
	return out
}

func compile(data []byte, scan func(*rel.Read) (string, error)) (string, error) {
	var p plan
	if err := json.Unmarshal(data, &p); err != nil {
		return "", fault.New(fault.InvalidArgument, "decode plan", "%w", err)
	}
	var sources []any
	for _, r := range p.Reads {
		node := &rel.Read{Table: r.Table}
		for _, c := range r.Columns {
			var name, typ string
			if _, err := fmt.Sscanf(c, "%s %s", &name, &typ); err != nil {
				return "", err
			}
			parsed, err := types.Parse(typ)
			if err != nil {
				return "", err
			}
			node.Columns = append(node.Columns, rel.Column{Name: name, Type: parsed})
		}
		source, err := scan(node)
		if err != nil {
			return "", err
		}
		sources = append(sources, source)
	}
	return fmt.Sprintf(p.SQL, sources...), nil
}

// world is a store full of files, and a runner over it.
type world struct {
	*query.Runner
	t       testing.TB
	objects string // folder of the object store
	data    string // folder of the worker
	store   *store.Store
	files   []store.File
	writer  *duckdb.Conn
}

func newWorld(t testing.TB, opts query.Options) *world {
	t.Helper()
	w := &world{t: t, objects: t.TempDir(), data: t.TempDir()}
	ctx := context.Background()
	engine, err := duckdb.Open(ctx, duckdb.Options{Threads: 1})
	must(t, err)
	w.writer, err = engine.Conn(ctx)
	must(t, err)
	w.store, err = store.Open(store.Options{Dir: w.data, Source: dirSource(w.objects), RetryMin: time.Millisecond})
	must(t, err)
	running, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	wait.Go(func() { _ = w.store.Run(running) })
	if opts.Threads == 0 {
		opts.Threads = 2
	}
	w.Runner, err = query.NewRunner(ctx, "w1", w.store, compile, opts)
	must(t, err)
	t.Cleanup(func() {
		must(t, w.writer.Close())
		must(t, engine.Close(ctx))
		must(t, w.Runner.Close(ctx))
		cancel()
		wait.Wait()
		must(t, w.store.Close())
	})
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// dirSource is an object store in a folder.
type dirSource string

func (d dirSource) Open(_ context.Context, object string) (io.ReadCloser, error) {
	return os.Open(filepath.Join(string(d), object))
}

// put writes a table's chunk with the rows of a query into the object store.
func (w *world) put(table, sql string) store.File {
	w.t.Helper()
	object := fmt.Sprintf("d/%010d-%010d-00000000/%s.parquet", len(w.files), len(w.files), table)
	path := filepath.Join(w.objects, object)
	must(w.t, os.MkdirAll(filepath.Dir(path), 0o750))
	_, err := w.writer.Exec(context.Background(), "COPY ("+sql+") TO "+duckdb.QuoteLiteral(path)+" (FORMAT parquet)")
	must(w.t, err)
	data, err := os.ReadFile(path)
	must(w.t, err)
	f := store.File{Object: object, Bytes: int64(len(data)), SHA256: sha256.Sum256(data), Key: chunks.Key(len(w.files) + 1)}
	w.files = append(w.files, f)
	return f
}

// sync waits until the worker holds all that was put.
func (w *world) sync() {
	w.t.Helper()
	w.store.SetAssigned(slices.Values(w.files))
	for deadline := time.Now().Add(10 * time.Second); !w.store.Status().InSync(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("not in sync: %+v", w.store.Status())
		}
	}
}

func (w *world) path(f store.File) string { return filepath.Join(w.data, "chunks", f.Object) }

// tableOf is a table of the dataset d.
func tableOf(name string, files ...store.File) query.Table {
	t := query.Table{Dataset: "d", Name: name}
	for _, f := range files {
		t.Files = append(t.Files, f.Object)
		t.Chunks = append(t.Chunks, filepath.Base(filepath.Dir(f.Object)))
	}
	return t
}

// rows runs a subplan to its end.
func (w *world) rows(ctx context.Context, sub *query.Subplan) (n int64, text []string, err error) {
	s, err := w.Run(ctx, sub)
	if err != nil {
		return 0, nil, err
	}
	defer s.Close()
	for s.Next() {
		rec := s.Record()
		n += rec.NumRows()
		for i := range int(rec.NumRows()) {
			line := ""
			for j := range int(rec.NumCols()) {
				if j > 0 {
					line += "|"
				}
				line += rec.Column(j).ValueStr(i)
			}
			text = append(text, line)
		}
	}
	return n, text, s.Err()
}
