// Package portaltest makes small clusters for the portal's tests: a real etcd with a real catalog in
// it, chunk files that DuckDB wrote, and workers that answer tickets over Flight as the real ones do,
// without their store. Services do not import each other, so these are no workers of services/worker.
package portaltest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/embedetcd"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/assignment"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/ticket"
	"github.com/shoal-db/shoal/libs/duckdb"
)

// Cluster is an etcd with a catalog, and workers.
type Cluster struct {
	T        *testing.T
	Endpoint string
	// Follower follows the catalog, with pruning indexes.
	Follower *catalog.Follower
	Workers  []*Worker
	Keyring  *ticket.Keyring
	// DuckDB has the same tables, whole, under the same names: the oracle.
	DuckDB *duckdb.Engine

	client  *clientv3.Client
	dir     string
	version int64
	schema  int64
	tables  map[string]layout.Table
}

// Start starts a cluster without tables. It ends with the test.
func Start(t *testing.T, workers int) *Cluster {
	t.Helper()
	c := &Cluster{T: t, dir: t.TempDir(), tables: map[string]layout.Table{}}
	ctx, cancel := context.WithCancel(context.Background())
	etcd, err := embedetcd.Start(ctx, embedetcd.Config{Dir: filepath.Join(c.dir, "etcd"), NoSync: true})
	c.must(err)
	t.Cleanup(func() { cancel(); etcd.Close() })
	c.Endpoint = etcd.Endpoint()
	c.client, err = catalog.Connect(ctx, catalog.ClientConfig{Endpoints: []string{c.Endpoint}})
	c.must(err)
	t.Cleanup(func() { _ = c.client.Close() })
	c.DuckDB, err = duckdb.Open(ctx, duckdb.Options{Threads: 2})
	c.must(err)
	t.Cleanup(func() { c.must(c.DuckDB.Close(context.Background())) })
	key := ticket.GenerateKey()
	c.Keyring, err = ticket.NewKeyring(key)
	c.must(err)
	c.putRecord(layout.TicketKeysKey, layout.TicketKeys{Keys: []string{key.Reveal()}})
	c.putRecord(layout.ClusterKey, layout.Cluster{ID: "test"})
	c.bump(true)
	c.Follower = catalog.NewFollower(c.client, catalog.FollowerOptions{Indexes: true})
	done := make(chan struct{})
	go func() { defer close(done); _ = c.Follower.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	for i := range workers {
		c.Workers = append(c.Workers, c.startWorker(chunks.WorkerID(fmt.Sprintf("w%d", i+1))))
	}
	c.Settle()
	return c
}

// Objects is the folder of the object store.
func (c *Cluster) Objects() string { return c.dir }

func (c *Cluster) must(err error) {
	c.T.Helper()
	if err != nil {
		c.T.Fatal(err)
	}
}

func (c *Cluster) put(key, value string) {
	c.T.Helper()
	_, err := c.client.Put(context.Background(), key, value)
	c.must(err)
}

func (c *Cluster) putRecord(key string, record any) {
	c.T.Helper()
	text, err := layout.Encode(record)
	c.must(err)
	c.put(key, text)
}

// bump makes a new catalog version.
func (c *Cluster) bump(schema bool) {
	c.version++
	if schema {
		c.schema = c.version
	}
	c.putRecord(layout.VersionKey, layout.Version{Version: c.version, SchemaVersion: c.schema})
}

// Settle waits until the follower knows of all that was written, and all workers are registered.
func (c *Cluster) Settle() {
	c.T.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	_, err := c.Follower.Wait(ctx, "settle", func(s *catalog.Snapshot) bool {
		if s.Version() < c.version {
			return false
		}
		for _, w := range c.Workers {
			at, ok := s.Worker(w.ID)
			if ok != w.running || ok && s.Workers()[at].Ready < len(w.files) {
				return false
			}
		}
		return true
	})
	c.must(err)
}

// Table says how a table is loaded.
type Table struct {
	Dataset, Name string
	SQL           string // gives the rows
	// BlockColumn and Cuts make a chunked table: each cut is a range of blocks.
	BlockColumn string
	Cuts        []chunks.Range
	// Replicas of each chunk; 0 means 2.
	Replicas int
}

// Load loads a table: chunked with a block column, else a reference table.
func (c *Cluster) Load(spec Table) {
	c.T.Helper()
	ctx := context.Background()
	conn, err := c.DuckDB.Conn(ctx)
	c.must(err)
	defer func() { _ = conn.Close() }()
	name := duckdb.QuoteIdent(spec.Dataset) + "." + duckdb.QuoteIdent(spec.Name)
	_, err = conn.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+duckdb.QuoteIdent(spec.Dataset)+"; CREATE OR REPLACE TABLE "+name+" AS "+spec.SQL)
	c.must(err)
	described, err := conn.Prepare(ctx, "FROM "+name)
	c.must(err)
	rec := layout.Table{
		Dataset: spec.Dataset, Name: spec.Name, Kind: string(catalog.Reference), BlockColumn: -1,
		Version: c.version + 1, Incarnation: fmt.Sprintf("load-%d", c.version+1),
	}
	for i, column := range described.Columns {
		rec.Columns = append(rec.Columns, layout.Column{Name: column.Name, Type: column.Type})
		if spec.BlockColumn == column.Name {
			rec.BlockColumn, rec.Kind = i, string(catalog.Chunked)
			rec.BlockKind, err = chunks.BlockKindOf(column.Type)
			c.must(err)
		}
	}
	var entries []manifest.Entry
	if rec.BlockColumn < 0 {
		entries = append(entries, c.write(conn, rec, "FROM "+name, chunks.Range{}))
	}
	for _, cut := range spec.Cuts {
		entries = append(entries, c.write(conn, rec, cutSQL(rec, name, cut), cut))
	}
	c.publish(rec, entries)
	c.place(spec, rec, entries)
	c.bump(true)
	c.Settle()
}

// cutSQL gives the rows of a cut.
func cutSQL(rec layout.Table, name string, cut chunks.Range) string {
	column := duckdb.QuoteIdent(rec.Columns[rec.BlockColumn].Name)
	if cut.Null {
		return "FROM " + name + " WHERE " + column + " IS NULL"
	}
	block := column
	switch rec.BlockKind {
	case chunks.BlockDate:
		block = "datediff('day', DATE '1970-01-01', " + column + ")"
	case chunks.BlockTimestamp:
		block = "epoch_us(" + column + ")"
	}
	return fmt.Sprintf("FROM %s WHERE %s BETWEEN %d AND %d ORDER BY %s", name, block, cut.First, cut.Last, column)
}

// write makes one chunk file, in the place where the workers look for it.
func (c *Cluster) write(conn *duckdb.Conn, rec layout.Table, sql string, at chunks.Range) manifest.Entry {
	c.T.Helper()
	temp := filepath.Join(c.dir, "new.parquet")
	_, err := conn.Exec(context.Background(), "COPY ("+sql+") TO "+duckdb.QuoteLiteral(temp)+" (FORMAT parquet)")
	c.must(err)
	data, err := os.ReadFile(temp)
	c.must(err)
	columns := make([]manifest.Column, len(rec.Columns))
	for i, column := range rec.Columns {
		columns[i] = manifest.Column{Name: column.Name, Type: column.Type}
	}
	entry := manifest.Entry{Bytes: int64(len(data)), SHA256: sha256.Sum256(data)}
	entry.Rows, entry.Columns, err = manifest.FromParquet(bytes.NewReader(data), entry.Bytes, columns)
	c.must(err)
	entry.ID = chunks.ID{Range: at, Hash: chunks.HashOf(entry.SHA256)}
	path := filepath.Join(c.dir, c.pathOf(rec.Kind, rec.Dataset, rec.Name, entry.ID))
	c.must(os.MkdirAll(filepath.Dir(path), 0o750))
	c.must(os.Rename(temp, path))
	return entry
}

func (c *Cluster) pathOf(kind, dataset, table string, id chunks.ID) string {
	if kind == string(catalog.Reference) {
		return chunks.ReferencePath(dataset, table, id.Hash)
	}
	return chunks.ObjectPath(dataset, table, id)
}

// publish writes the manifest and the table record.
func (c *Cluster) publish(rec layout.Table, entries []manifest.Entry) {
	c.T.Helper()
	pages, err := manifest.EncodePages(entries)
	c.must(err)
	at := 0
	for n, page := range pages {
		decoded, err := manifest.DecodePage(page)
		c.must(err)
		id := layout.ManifestPage(rec.Incarnation, n)
		c.put(layout.ManifestKey(id), string(page))
		rec.Pages = append(rec.Pages, layout.ManifestRef{ID: id, Entries: len(decoded), Bytes: len(page)})
		at += len(decoded)
	}
	for _, e := range entries {
		rec.Rows += e.Rows
		rec.Bytes += e.Bytes
	}
	rec.Chunks = at
	c.putRecord(layout.TableKey(rec.Dataset, rec.Name), rec)
}

// place assigns chunk i to the workers i, i+1, … and has them report it; a reference table to all.
func (c *Cluster) place(spec Table, rec layout.Table, entries []manifest.Entry) {
	c.T.Helper()
	if rec.Kind == string(catalog.Reference) {
		for _, w := range c.Workers {
			w.hold(chunks.ReferenceKey(rec.Dataset, rec.Name, entries[0].ID.Hash))
		}
		return
	}
	width := spec.Replicas
	if width == 0 {
		width = 2
	}
	width = min(width, len(c.Workers))
	t := assignment.Table{Axis: chunks.Axis{Dataset: rec.Dataset}, Width: width}
	for _, w := range c.Workers {
		t.Workers = append(t.Workers, w.ID)
	}
	for i, e := range entries {
		t.Ranges = append(t.Ranges, e.ID.Range)
		for r := range width {
			slot := (i + r) % len(c.Workers)
			t.Slots = append(t.Slots, int32(slot))
			c.Workers[slot].hold(chunks.FileKey(rec.Dataset, rec.Name, e.ID))
		}
	}
	pages, err := assignment.EncodePages(t)
	c.must(err)
	record := layout.Assignment{Axis: t.Axis, Generation: c.version + 1}
	for n, page := range pages {
		id := fmt.Sprintf("%s-%d-%d", rec.Dataset, record.Generation, n)
		c.put(layout.PlacesKey(id), string(page))
		record.Pages = append(record.Pages, id)
	}
	c.putRecord(layout.AssignmentKey(t.Axis), record)
}

// Cuts are ranges of size blocks from first to last.
func Cuts(first, last, size int64) []chunks.Range {
	var out []chunks.Range
	for at := first; at <= last; at += size {
		out = append(out, chunks.Range{First: at, Last: min(at+size-1, last)})
	}
	return out
}

// Oracle runs SQL on all tables in one DuckDB and returns the rows as text, NULL as \N.
func (c *Cluster) Oracle(sql string) []string {
	c.T.Helper()
	conn, err := c.DuckDB.Conn(context.Background())
	c.must(err)
	defer func() { _ = conn.Close() }()
	rows, err := conn.QueryRows(context.Background(), sql)
	c.must(err)
	out := make([]string, len(rows))
	for i, row := range rows {
		fields := make([]string, len(row))
		for j, v := range row {
			if fields[j] = v.Text; !v.Valid {
				fields[j] = `\N`
			}
		}
		out[i] = strings.Join(fields, "|")
	}
	return out
}
