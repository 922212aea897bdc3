// Package logic checks that clusters answer the corpus as DuckDB alone does: in names, Arrow types,
// values and order, for one worker and for three, whatever the size of chunks and however tables are
// kept, over Flight SQL with the workers read directly.
package logic

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/fault/grpcfault"
	"github.com/shoal-db/shoal/tests/corpus"
	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle"
	"github.com/shoal-db/shoal/tests/oracle2"
)

// reference and positional stand for a block column in layouts.
const (
	reference  = "reference"
	positional = "positional"
)

// layouts are datasets with all tables, kept in different ways. What a layout does not say of a table
// is said by "".
var layouts = []struct {
	name      string
	chunkRows int64
	tables    map[string]string
}{
	// Each row is a chunk, and all tables can be joined on their ids where they are.
	{"single", 1, map[string]string{"": "id", "none": "a", "twice": "k", "big": reference}},
	// Chunks of NULLs, blocks with many rows, few chunks.
	{"nulls", 7, map[string]string{"": "id", "n": "a", "m": "a", "none": "a", "twice": "k", "big": "k", "z": "A b"}},
	// Rows without any place.
	{"spread", 2, map[string]string{"": positional, "big": positional}},
	// Everything everywhere, but for what is on an axis of dates with infinities.
	{"days", 1, map[string]string{"": reference, "t": "dt", "z": "日本", "big": "dt"}},
	// All kinds of tables at once, on an axis of times.
	{"mixed", 1, map[string]string{"": reference, "n": positional, "x": positional, "t": "ts", "big": positional}},
	// All kinds of tables at once, on an axis of integers.
	{"kinds", 1000, map[string]string{"": positional, "n": "a", "t": reference, "m": reference, "x": "id", "none": reference, "big": "id"}},
}

// onOneWorker are the layouts that are asked of one worker, too: with all kinds of tables.
var onOneWorker = map[string]bool{"nulls": true, "mixed": true}

// bigChunkRows are for the table that has more rows than a few.
const bigChunkRows = 1000

// answers are a query and what DuckDB alone says.
type answers struct {
	corpus.Query
	name       string
	systematic bool
	want       *oracle.Result
	// err is the error of a query that DuckDB does not answer.
	err error
}

func TestLogic(t *testing.T) {
	alone := newOracle(t)
	judge := oracle2.NewJudge(t, "logic")
	judge.CopyOf(t, alone.Conn(), "main")
	cases, fails := ask(t, alone), failures(t, alone)
	dir := t.TempDir()
	// The data stays where it is while the number of workers changes.
	for _, workers := range []int{3, 1} {
		if testing.Short() && workers == 1 {
			break
		}
		ok := t.Run(fmt.Sprintf("workers-%d", workers), func(t *testing.T) {
			c := harness.Start(t, cluster.Options{DataDir: dir, Workers: workers, Replication: 2})
			if workers == 3 {
				loadAll(t, alone, c)
			}
			t.Run("layouts", func(t *testing.T) { // ends before the cluster
				for i, l := range layouts {
					if (workers == 1 || testing.Short()) && !onOneWorker[l.name] {
						continue
					}
					t.Run(l.name, func(t *testing.T) {
						t.Parallel()
						client := harness.SQL(t, c.Flight())
						read := compare(t, client, alone, judge, l.name, share(cases, i, workers))
						delete(read, c.Flight())
						if len(read) != workers {
							t.Errorf("%d of %d workers were read", len(read), workers)
						}
						failing(t, client, l.name, fails)
						random(t, client, alone, judge, l.name, uint64(i+10*workers))
					})
				}
			})
		})
		if !ok {
			return
		}
	}
	judge.Finish(t, 5000)
}

// share are the queries for a layout: all, but of the systematic ones those whose turn it is, so that
// each is asked of one layout for each number of workers; none of them in short.
func share(cases []answers, layout, workers int) (out []answers) {
	var turns []int
	for i, l := range layouts {
		if workers > 1 || onOneWorker[l.name] {
			turns = append(turns, i)
		}
	}
	for i, c := range cases {
		if c.systematic && testing.Short() {
			continue
		}
		if !c.systematic || turns[i%len(turns)] == layout {
			out = append(out, c)
		}
	}
	return out
}

// newOracle has the tables as they can be stored.
func newOracle(t *testing.T) *harness.Oracle {
	t.Helper()
	alone := harness.NewOracle(t)
	alone.Exec(t, "SET TimeZone = 'UTC'; "+corpus.Tables)
	for table, column := range corpus.NotStored {
		alone.Exec(t, fmt.Sprintf("ALTER TABLE %s DROP COLUMN %s", table, column))
	}
	return alone
}

// ask has all queries answered by DuckDB.
func ask(t *testing.T, alone *harness.Oracle) (out []answers) {
	t.Helper()
	for _, theme := range append(corpus.Themes(), corpus.Beyond()) {
		rows := 0
		for i, q := range theme.Queries {
			a := answers{Query: q, name: fmt.Sprintf("%s/%02d", theme.Name, i+1), systematic: theme.Systematic}
			a.want, a.err = alone.Try(q.SQL)
			if a.err == nil {
				rows += len(a.want.Rows)
			}
			if theme.Systematic && (a.err != nil || len(a.want.Rows) == 0) {
				t.Errorf("%s: %s\nhas no rows: it proves nothing: %v", a.name, q.SQL, a.err)
			}
			out = append(out, a)
		}
		if rows < len(theme.Queries) {
			t.Errorf("%s: %d queries have %d rows: they prove little", theme.Name, len(theme.Queries), rows)
		}
	}
	return out
}

// compare asks a cluster, with names looked up in a dataset, and returns where results were
// read.
func compare(t *testing.T, client *harness.SQLClient, alone *harness.Oracle, judge *oracle2.Judge, dataset string, cases []answers) (read map[string]bool) {
	t.Helper()
	ctx := harness.InSchema(context.Background(), dataset)
	read = map[string]bool{}
	query := func(sql string) (*oracle.Result, error) {
		info, err := client.Portal().Execute(ctx, sql)
		if err != nil {
			return nil, err
		}
		for _, e := range info.Endpoint {
			if len(e.Location) > 0 {
				read[e.Location[0].Uri] = true
			}
		}
		return client.Read(ctx, info)
	}
	for _, c := range cases {
		got, err := query(c.SQL)
		judge.Check(t, c.SQL, got, err, c.Ordered)
		switch {
		case c.err != nil && err == nil:
			t.Errorf("%s: %s\nanswered, DuckDB says: %v", c.name, c.SQL, c.err)
		case c.err != nil:
			if diff := differentError(err, c.err); diff != "" {
				t.Errorf("%s: %s\n%s", c.name, c.SQL, diff)
			}
		case err != nil:
			t.Errorf("%s: %s\n%v", c.name, c.SQL, err)
		default:
			if diff := alone.Diff(t, c.SQL, got, c.want, c.Ordered); diff != "" {
				t.Errorf("%s: %s\n%s", c.name, c.SQL, diff)
			}
		}
	}
	return read
}

// loadAll loads every table into every layout.
func loadAll(t *testing.T, alone *harness.Oracle, c *cluster.Cluster) {
	t.Helper()
	files := write(t, alone)
	for _, l := range layouts {
		for table, f := range files {
			how, ok := l.tables[table]
			if !ok {
				how = l.tables[""]
			}
			o := load.Options{Dataset: l.name, Table: table, Files: []string{f.path}, Types: f.types, ChunkRows: l.chunkRows, Threads: 1}
			if table == "big" {
				o.ChunkRows = bigChunkRows
			}
			switch how {
			case reference:
				o.Reference = true
			case positional:
			default:
				o.BlockColumn = how
			}
			sum := harness.LoadWith(t, c.HTTP(), o)
			if !o.Reference && sum.Rows > o.ChunkRows && sum.Chunks < 2 {
				t.Errorf("%s.%s: %d rows in %d chunks", l.name, table, sum.Rows, sum.Chunks)
			}
		}
	}
}

// changed are types that Parquet has, for fewer values.
var changed = map[string]bool{"INTERVAL": true, "TIME WITH TIME ZONE": true}

// file is a table as Parquet. Columns of the types are text in it, because Parquet would change them.
type file struct {
	path  string
	types map[string]string
}

// write writes all tables.
func write(t *testing.T, alone *harness.Oracle) map[string]file {
	t.Helper()
	dir, out := t.TempDir(), map[string]file{}
	for _, row := range alone.Query(t, "SELECT table_name FROM duckdb_tables() ORDER BY ALL").Rows {
		table := row[0].(string)
		path := filepath.Join(dir, table+".parquet")
		f := file{path, map[string]string{}}
		copyRows := func(list []string, rows string) {
			alone.Exec(t, fmt.Sprintf("COPY (SELECT %s FROM %s %s) TO %s (FORMAT parquet)", strings.Join(list, ", "), table, rows, duckdb.QuoteLiteral(path)))
		}
		columns := describe(t, alone, table)
		list := make([]string, len(columns))
		for i, c := range columns {
			list[i] = duckdb.QuoteIdent(c[0])
		}
		copyRows(list, "LIMIT 0")
		for i, c := range describe(t, alone, duckdb.QuoteLiteral(path)) {
			if c[1] != columns[i][1] || changed[c[1]] {
				f.types[c[0]] = columns[i][1]
				list[i] = fmt.Sprintf("CAST(%s AS VARCHAR) AS %s", list[i], list[i])
			}
		}
		copyRows(list, "")
		out[table] = f
	}
	return out
}

// describe returns the names and types of columns.
func describe(t *testing.T, alone *harness.Oracle, table string) (out [][2]string) {
	t.Helper()
	for _, row := range alone.Query(t, "SELECT column_name, column_type FROM (DESCRIBE FROM "+table+")").Rows {
		out = append(out, [2]string{row[0].(string), row[1].(string)})
	}
	return out
}

// differentError says how a client's error differs from DuckDB's, "" if what it says is the same.
func differentError(got, want error) string {
	f := grpcfault.FromError(got)
	if kind := fault.From(want).Kind; f.Kind != kind {
		return fmt.Sprintf("%s: %v, want %s: %v", f.Kind, got, kind, want)
	}
	if sentence := firstSentence(want); !strings.Contains(fault.Text(f), sentence) {
		return fmt.Sprintf("%q, want %q", fault.Text(f), sentence)
	}
	return ""
}

func firstSentence(err error) string {
	text, _, _ := strings.Cut(fault.Text(err), "\n")
	text, _, _ = strings.Cut(text, ".")
	text, _, _ = strings.Cut(text, " when casting from source column") // names differ
	return text
}
