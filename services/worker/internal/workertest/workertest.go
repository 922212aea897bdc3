// Package workertest is a worker without a cluster for tests: an object store in a folder, a chunk
// store that fetches from it, and a runner. Its plans are SQL, so that what the tests show does not
// depend on how Substrait is read and rendered.
package workertest

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
	"github.com/shoal-db/shoal/services/worker/query"
	"github.com/shoal-db/shoal/services/worker/store"
)

// plan stands for a Substrait plan.
type plan struct {
	SQL   string
	Reads []string
}

// Plan encodes SQL that has a %s for each of the reads, which are written like "d.t: k INTEGER; s VARCHAR".
func Plan(sql string, reads ...string) []byte {
	out, err := json.Marshal(plan{sql, reads})
	if err != nil {
		panic(err)
	}
	return out
}

// Compile is a query.Compile for what Plan writes.
func Compile(data []byte, scan func(*rel.Read) (string, error)) (string, error) {
	var p plan
	if err := json.Unmarshal(data, &p); err != nil {
		return "", fault.New(fault.InvalidArgument, "decode plan", "%w", err)
	}
	var sources []any
	for _, r := range p.Reads {
		table, columns, _ := strings.Cut(r, ": ")
		node := &rel.Read{Table: strings.Split(table, ".")}
		for c := range strings.SplitSeq(columns, "; ") {
			name, typ, _ := strings.Cut(c, " ")
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

// World is a store full of files, and a runner over it.
type World struct {
	*query.Runner
	t       testing.TB
	Objects string // folder of the object store
	Data    string // folder of the worker
	Store   *store.Store
	files   []store.File
	writer  *duckdb.Conn
}

// New makes a world that ends with the test.
func New(t testing.TB, opts query.Options) *World {
	t.Helper()
	w := &World{t: t, Objects: t.TempDir(), Data: t.TempDir()}
	ctx := context.Background()
	engine, err := duckdb.Open(ctx, duckdb.Options{Threads: 1})
	Must(t, err)
	w.writer, err = engine.Conn(ctx)
	Must(t, err)
	w.Store, err = store.Open(store.Options{Dir: w.Data, Source: dirSource(w.Objects), RetryMin: time.Millisecond})
	Must(t, err)
	running, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	wait.Go(func() { _ = w.Store.Run(running) })
	if opts.Threads == 0 {
		opts.Threads = 2
	}
	w.Runner, err = query.NewRunner(ctx, "w1", w.Store, Compile, opts)
	Must(t, err)
	t.Cleanup(func() {
		Must(t, w.writer.Close())
		Must(t, engine.Close(ctx))
		Must(t, w.Runner.Close(ctx))
		cancel()
		wait.Wait()
		Must(t, w.Store.Close())
	})
	return w
}

// Must ends the test at an error.
func Must(t testing.TB, err error) {
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

// Put writes a table's chunk with the rows of a query into the object store.
func (w *World) Put(table, sql string) store.File { return w.PutWith(table, sql, "") }

// PutWith is Put with further options of DuckDB's writer, ", NAME value" each.
func (w *World) PutWith(table, sql, options string) store.File {
	w.t.Helper()
	object := fmt.Sprintf("d/%010d-%010d-00000000/%s.parquet", len(w.files), len(w.files), table)
	path := filepath.Join(w.Objects, object)
	Must(w.t, os.MkdirAll(filepath.Dir(path), 0o750))
	_, err := w.writer.Exec(context.Background(), "COPY ("+sql+") TO "+duckdb.QuoteLiteral(path)+" (FORMAT parquet"+options+")")
	Must(w.t, err)
	data, err := os.ReadFile(path)
	Must(w.t, err)
	f := store.File{Object: object, Bytes: int64(len(data)), SHA256: sha256.Sum256(data), Key: chunks.Key(len(w.files) + 1)}
	w.files = append(w.files, f)
	return f
}

// Sync waits until the worker holds all that was put.
func (w *World) Sync() {
	w.t.Helper()
	w.Store.SetAssigned(slices.Values(w.files))
	for deadline := time.Now().Add(10 * time.Second); !w.Store.Status().InSync(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("not in sync: %+v", w.Store.Status())
		}
	}
}

// Path is where the worker keeps the file.
func (w *World) Path(f store.File) string { return filepath.Join(w.Data, "chunks", f.Object) }

// TableOf is a table of the dataset d.
func TableOf(name string, files ...store.File) query.Table {
	t := query.Table{Dataset: "d", Name: name}
	for _, f := range files {
		t.Files = append(t.Files, f.Object)
		t.Chunks = append(t.Chunks, filepath.Base(filepath.Dir(f.Object)))
	}
	return t
}

// Rows runs a subplan to its end.
func (w *World) Rows(ctx context.Context, sub *query.Subplan) (n int64, text []string, err error) {
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
