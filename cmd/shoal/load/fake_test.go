package load

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// fakePortal keeps tables as files in a folder, with the checks of chunks.Layout.
type fakePortal struct {
	dir string

	mu     sync.Mutex
	next   int
	open   map[string]*fakeLoad
	layout chunks.Layout
	tables map[string]*fakeTable
	// putErr, if set, may fail a file.
	putErr func(n int) error
	puts   int
}

type fakeLoad struct {
	spec  client.LoadSpec
	files map[chunks.Range]string
}

type fakeTable struct {
	client.Table
	files map[chunks.Range]string
}

func newFakePortal(t *testing.T) *fakePortal {
	return &fakePortal{dir: t.TempDir(), open: map[string]*fakeLoad{}, tables: map[string]*fakeTable{}}
}

func (p *fakePortal) Table(_ context.Context, dataset, table string) (*client.Table, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.tables[dataset+"."+table]; t != nil {
		return &t.Table, nil
	}
	return nil, nil
}

func (p *fakePortal) Chunks(_ context.Context, dataset, table string) (out []client.Chunk, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.tables[dataset+"."+table]
	if t == nil {
		return nil, fault.New(fault.NotFound, "list chunks", "there is no table %q", table)
	}
	for r := range t.files {
		c := client.Chunk{Assigned: []string{"w1"}, Ready: []string{"w1"}, Null: r.Null}
		if !r.Null {
			c.First, c.Last = &r.First, &r.Last
		}
		out = append(out, c)
	}
	return out, nil
}

func (p *fakePortal) BeginLoad(_ context.Context, spec client.LoadSpec) (*client.Load, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.tables[spec.Dataset+"."+spec.Table]
	if t != nil && spec.Mode == client.ModeCreate {
		return nil, fault.New(fault.InvalidArgument, "begin load", "the table exists")
	}
	p.next++
	load := &client.Load{ID: fmt.Sprint(p.next)}
	for _, r := range p.layout.Ranges() {
		if !r.Null {
			load.Cuts = append(load.Cuts, [2]int64{r.First, r.Last})
		}
	}
	if t != nil && spec.Mode == client.ModeAppend {
		load.NextPosition = t.Rows
	}
	p.open[load.ID] = &fakeLoad{spec: spec, files: map[chunks.Range]string{}}
	return load, nil
}

func (p *fakePortal) PutFile(_ context.Context, load string, place client.Place, body io.Reader, size int64) (client.StoredFile, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.puts++
	if p.putErr != nil {
		if err := p.putErr(p.puts); err != nil {
			return client.StoredFile{}, err
		}
	}
	name := filepath.Join(p.dir, fmt.Sprintf("%s-%d.parquet", load, p.puts))
	f, err := os.Create(name)
	if err != nil {
		return client.StoredFile{}, err
	}
	n, err := io.Copy(f, body)
	if err != nil || n != size {
		return client.StoredFile{}, fmt.Errorf("%d bytes of %d: %w", n, size, err)
	}
	if err := f.Close(); err != nil {
		return client.StoredFile{}, err
	}
	p.open[load].files[place.Range] = name
	return client.StoredFile{Rows: rowsOf(name), Bytes: n}, nil
}

func (p *fakePortal) CommitLoad(_ context.Context, id string) (client.Committed, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	load := p.open[id]
	delete(p.open, id)
	key := load.spec.Dataset + "." + load.spec.Table
	t := p.tables[key]
	if t == nil || load.spec.Mode == client.ModeReplace {
		t = &fakeTable{files: map[chunks.Range]string{}, Table: client.Table{
			Kind: load.spec.Kind, Columns: load.spec.Columns, BlockColumn: load.spec.BlockColumn,
		}}
	}
	for r, name := range load.files {
		if load.spec.Kind == client.KindChunked {
			layout, err := p.layout.Add(r)
			if err != nil {
				return client.Committed{}, err
			}
			p.layout = layout
		}
		t.files[r] = name
		t.Rows += rowsOf(name)
	}
	t.Chunks, t.ChunksReady = len(t.files), len(t.files)
	p.tables[key] = t
	return client.Committed{Chunks: len(load.files), Rows: t.Rows}, nil
}

func (p *fakePortal) AbortLoad(_ context.Context, id string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, id)
	return nil
}

// query runs SQL in which {name} stands for the files of a table.
func (p *fakePortal) query(t *testing.T, sql string) string {
	t.Helper()
	for key, table := range p.tables {
		var names []string
		for _, name := range table.files {
			names = append(names, duckdb.QuoteLiteral(name))
		}
		sql = strings.ReplaceAll(sql, "{"+key+"}", "read_parquet(["+strings.Join(names, ",")+"])")
	}
	return duck(t, sql)
}

// oracle is a DuckDB of the tests' own.
var oracle *duckdb.Engine

// duck runs SQL and returns its rows, fields separated by |.
func duck(t testing.TB, sql string) string {
	t.Helper()
	text, err := ask(sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return text
}

func ask(sql string) (string, error) {
	ctx := context.Background()
	c, err := oracle.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if !strings.HasPrefix(sql, "SELECT") {
		_, err := c.Exec(ctx, sql)
		return "", err
	}
	rows, err := c.QueryRows(ctx, sql)
	var lines []string
	for _, row := range rows {
		var fields []string
		for _, v := range row {
			if !v.Valid {
				v.Text = "NULL"
			}
			fields = append(fields, v.Text)
		}
		lines = append(lines, strings.Join(fields, "|"))
	}
	return strings.Join(lines, "\n"), err
}

func rowsOf(name string) int64 {
	text, err := ask("SELECT count(*) FROM read_parquet(" + duckdb.QuoteLiteral(name) + ")")
	if err != nil {
		panic(err)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}
