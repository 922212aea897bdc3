package differential

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/catalog/layout"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/chunks/assignment"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/ticket"
	"github.com/shoal-db/shoal/libs/duckdb"
)

// workers is how many workers a made-up catalog has; chunks are dealt out among them.
const workers = 3

// world has a case's tables twice: whole in a DuckDB, and as chunk files with a catalog.
type world struct {
	dir     string
	engine  *duckdb.Engine
	conn    *duckdb.Conn
	version int64
	catalog *catalog.Snapshot
	files   manifest.Inspector
	// types are the tables' columns, for whoever loads them elsewhere.
	columns map[string][]layout.Column
}

// newWorld makes a case's tables in dir, which the world owns from then on. Versions must differ
// between worlds that a planner sees one after the other.
func newWorld(ctx context.Context, c *Case, dir string, version int64) (*world, error) {
	w := &world{dir: dir, version: version, columns: map[string][]layout.Column{}}
	err := os.MkdirAll(dir, 0o750)
	if err != nil {
		return nil, err
	}
	// Nothing spills: tables have a few rows.
	if w.engine, err = duckdb.Open(ctx, duckdb.Options{Threads: 1}); err != nil {
		return nil, err
	}
	if w.conn, err = w.engine.Conn(ctx); err == nil {
		if _, err = w.conn.Exec(ctx, c.Setup+"; SET search_path = '"+Schema+"'"); err == nil {
			err = w.publish(ctx, c)
		}
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (w *world) close() {
	if w.conn != nil {
		_ = w.conn.Close()
	}
	_ = w.engine.Close(context.Background())
	_ = os.RemoveAll(w.dir)
}

// publish writes the chunk files and makes the catalog.
func (w *world) publish(ctx context.Context, c *Case) error {
	p := &publisher{world: w, records: map[string]string{}, ranges: map[chunks.Axis][]chunks.Range{}}
	if err := p.basics(); err != nil {
		return err
	}
	for _, t := range c.Tables {
		if err := p.table(ctx, t, c.Cuts[t.Dataset]); err != nil {
			return fmt.Errorf("%s.%s: %w", t.Dataset, t.Name, err)
		}
	}
	for axis, ranges := range p.ranges {
		if err := p.place(axis, ranges); err != nil {
			return err
		}
	}
	if err := p.ready(); err != nil {
		return err
	}
	var err error
	w.catalog, err = catalog.SnapshotOf(p.records, w.version)
	return err
}

// publisher collects a catalog's records.
type publisher struct {
	*world
	records map[string]string
	ranges  map[chunks.Axis][]chunks.Range
	keys    []chunks.Key
}

func (p *publisher) put(key string, record any) error {
	text, err := layout.Encode(record)
	p.records[key] = text
	return err
}

func (p *publisher) basics() error {
	if err := p.put(layout.VersionKey, layout.Version{Version: p.version, SchemaVersion: p.version}); err != nil {
		return err
	}
	if err := p.put(layout.ClusterKey, layout.Cluster{ID: "made up"}); err != nil {
		return err
	}
	if err := p.put(layout.TicketKeysKey, layout.TicketKeys{Keys: []string{ticket.GenerateKey().Reveal()}}); err != nil {
		return err
	}
	for i := range workers {
		id := workerID(i)
		if err := p.put(layout.WorkerKey(id), layout.Worker{ID: id, Location: "grpc://" + string(id) + ":1", Capacity: 1}); err != nil {
			return err
		}
	}
	return nil
}

func workerID(i int) chunks.WorkerID { return chunks.WorkerID("w" + strconv.Itoa(i+1)) }

// table writes a table's files and records.
func (p *publisher) table(ctx context.Context, t TableLayout, cuts []int64) error {
	rec, err := p.record(ctx, t)
	if err != nil {
		return err
	}
	var entries []manifest.Entry
	for _, part := range parts(rec, t, cuts) {
		e, err := p.write(ctx, rec, part)
		if err != nil {
			return err
		}
		// A table without rows is a reference table's one file, or no chunk at all.
		if e.Rows > 0 || t.Kind == catalog.Reference {
			entries = append(entries, e)
		}
	}
	for _, e := range entries {
		rec.Rows += e.Rows
		rec.Bytes += e.Bytes
		if t.Kind == catalog.Reference {
			p.keys = append(p.keys, chunks.ReferenceKey(rec.Dataset, rec.Name, e.ID.Hash))
			continue
		}
		axis := axisOf(t)
		if !slices.Contains(p.ranges[axis], e.ID.Range) {
			p.ranges[axis] = append(p.ranges[axis], e.ID.Range)
		}
		p.keys = append(p.keys, chunks.FileKey(rec.Dataset, rec.Name, e.ID))
	}
	return p.manifest(rec, entries)
}

func axisOf(t TableLayout) chunks.Axis {
	if t.Kind == catalog.Positional {
		return chunks.Axis{Dataset: t.Dataset, Table: t.Name}
	}
	return chunks.Axis{Dataset: t.Dataset}
}

func (p *publisher) record(ctx context.Context, t TableLayout) (*layout.Table, error) {
	rec := &layout.Table{
		Dataset: t.Dataset, Name: t.Name, Kind: string(t.Kind), BlockColumn: -1,
		Version: p.version, Incarnation: fmt.Sprintf("%s.%s-%d", t.Dataset, t.Name, p.version),
	}
	if t.Kind == catalog.Positional {
		rec.BlockKind = chunks.BlockPosition
	}
	described, err := p.conn.Prepare(ctx, "FROM "+t.Dataset+"."+t.Name)
	if err != nil {
		return nil, err
	}
	for i, c := range described.Columns {
		rec.Columns = append(rec.Columns, layout.Column{Name: c.Name, Type: c.Type})
		if t.Kind == catalog.Chunked && c.Name == t.Block {
			rec.BlockColumn = i
			if rec.BlockKind, err = chunks.BlockKindOf(c.Type); err != nil {
				return nil, err
			}
		}
	}
	if t.Kind == catalog.Chunked && rec.BlockColumn < 0 {
		return nil, fmt.Errorf("it has no column %s", t.Block)
	}
	p.columns[t.Dataset+"."+t.Name] = rec.Columns
	return rec, nil
}

// part is the rows of one chunk.
type part struct {
	at    chunks.Range
	where string
}

func parts(rec *layout.Table, t TableLayout, cuts []int64) []part {
	switch t.Kind {
	case catalog.Reference:
		return []part{{where: "true"}}
	case catalog.Positional:
		var out []part
		for i := range int64(maxRows) / t.ChunkRows {
			r := chunks.Range{First: i * t.ChunkRows, Last: (i+1)*t.ChunkRows - 1}
			out = append(out, part{r, fmt.Sprintf("rowid BETWEEN %d AND %d", r.First, r.Last)})
		}
		return out
	}
	column := duckdb.QuoteIdent(t.Block)
	block := column + "::BIGINT"
	switch rec.BlockKind {
	case chunks.BlockDate:
		block = fmt.Sprintf("(CASE WHEN isfinite(%[1]s) THEN %[1]s - DATE '1970-01-01' WHEN %[1]s > DATE '1970-01-01' THEN %[2]d WHEN %[1]s IS NOT NULL THEN -%[2]d END)", column, math.MaxInt32)
	case chunks.BlockTimestamp, chunks.BlockTimestampTZ:
		block = fmt.Sprintf("(CASE WHEN isfinite(%[1]s) THEN epoch_us(%[1]s) WHEN %[1]s > '1970-01-01' THEN %[2]d WHEN %[1]s IS NOT NULL THEN -%[2]d END)", column, int64(math.MaxInt64))
	}
	out := []part{{chunks.NullRange(), column + " IS NULL"}}
	first := int64(math.MinInt64)
	for _, last := range append(slices.Clone(cuts), math.MaxInt64) {
		r := chunks.Range{First: first, Last: last}
		out = append(out, part{r, fmt.Sprintf("%s BETWEEN '%d'::BIGINT AND '%d'::BIGINT", block, r.First, r.Last)})
		if last < math.MaxInt64 {
			first = last + 1
		}
	}
	return out
}

// maxRows bounds a table that is cut by position.
const maxRows = 1 << 10

// asText are the types that are stored as text, as the loader does.
func asText(typ string) bool {
	return slices.Contains([]string{"HUGEINT", "UHUGEINT", "INTERVAL", "TIME WITH TIME ZONE"}, typ)
}

// write makes a chunk's file.
func (p *publisher) write(ctx context.Context, rec *layout.Table, part part) (manifest.Entry, error) {
	var list []string
	columns := make([]manifest.Column, len(rec.Columns))
	for i, c := range rec.Columns {
		name := duckdb.QuoteIdent(c.Name)
		if asText(c.Type) {
			name = fmt.Sprintf("CAST(%[1]s AS VARCHAR) AS %[1]s", name)
		}
		list = append(list, name)
		columns[i] = manifest.Column{Name: c.Name, Type: c.Type}
	}
	temp := filepath.Join(p.dir, "new.parquet")
	rows, err := p.conn.Exec(ctx, fmt.Sprintf("COPY (SELECT %s FROM %s.%s WHERE %s) TO %s (FORMAT parquet, ROW_GROUP_SIZE 2048)",
		strings.Join(list, ", "), rec.Dataset, rec.Name, part.where, duckdb.QuoteLiteral(temp)))
	if err != nil || rows == 0 && rec.Kind != string(catalog.Reference) {
		return manifest.Entry{}, err
	}
	data, err := os.ReadFile(temp)
	if err != nil {
		return manifest.Entry{}, err
	}
	e := manifest.Entry{Bytes: int64(len(data)), SHA256: sha256.Sum256(data)}
	if e.Rows, e.Columns, err = manifest.FromParquet(bytes.NewReader(data), e.Bytes, columns); err != nil {
		return e, err
	}
	e.ID = chunks.ID{Range: part.at, Hash: chunks.HashOf(e.SHA256)}
	path := p.path(rec.Kind, rec.Dataset, rec.Name, e.ID)
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return e, err
	}
	return e, os.Rename(temp, path)
}

// path is where a file is.
func (w *world) path(kind, dataset, table string, id chunks.ID) string {
	if kind == string(catalog.Reference) {
		return filepath.Join(w.dir, chunks.ReferencePath(dataset, table, id.Hash))
	}
	return filepath.Join(w.dir, chunks.ObjectPath(dataset, table, id))
}

func (p *publisher) manifest(rec *layout.Table, entries []manifest.Entry) error {
	pages, err := manifest.EncodePages(entries)
	if err != nil {
		return err
	}
	rec.Chunks = len(entries)
	for n, page := range pages {
		decoded, err := manifest.DecodePage(page)
		if err != nil {
			return err
		}
		id := layout.ManifestPage(rec.Incarnation, n)
		p.records[layout.ManifestKey(id)] = string(page)
		rec.Pages = append(rec.Pages, layout.ManifestRef{ID: id, Entries: len(decoded), Bytes: len(page)})
	}
	return p.put(layout.TableKey(rec.Dataset, rec.Name), rec)
}

// place assigns an axis' ranges to two workers each.
func (p *publisher) place(axis chunks.Axis, ranges []chunks.Range) error {
	slices.SortFunc(ranges, chunks.Range.Compare)
	t := assignment.Table{Axis: axis, Width: 2, Ranges: ranges}
	for i := range workers {
		t.Workers = append(t.Workers, workerID(i))
	}
	for i := range ranges {
		t.Slots = append(t.Slots, int32(i%workers), int32((i+1)%workers))
	}
	pages, err := assignment.EncodePages(t)
	if err != nil {
		return err
	}
	record := layout.Assignment{Axis: axis, Generation: p.version}
	for n, page := range pages {
		id := fmt.Sprintf("%s-%s-%d-%d", axis.Dataset, axis.Table, record.Generation, n)
		p.records[layout.PlacesKey(id)] = string(page)
		record.Pages = append(record.Pages, id)
	}
	return p.put(layout.AssignmentKey(axis), record)
}

// ready has every worker report every file: who is asked is up to the assignment.
func (p *publisher) ready() error {
	slices.Sort(p.keys)
	for i := range workers {
		page := layout.ReadyPage{Add: slices.Compact(slices.Clone(p.keys))}
		text, err := page.Encode()
		if err != nil {
			return err
		}
		p.records[layout.ReadyKey(workerID(i), 0, 1)] = text
	}
	return nil
}
