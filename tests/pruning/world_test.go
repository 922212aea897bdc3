// Package pruning proves, over whole clusters, that pruning removes chunks that cannot match, all of
// those that it claims to understand, and no other: for each predicate the number of chunks that are
// read, and the same rows with pruning, without it, and from DuckDB alone.
package pruning

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow/ipc"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/libs/platform/fault/httpfault"
	"github.com/shoal-db/shoal/services/portal"
	"github.com/shoal-db/shoal/tests/harness"
	"github.com/shoal-db/shoal/tests/oracle"
)

// world is a cluster and a DuckDB that have the same tables under the same names.
type world struct {
	*harness.Oracle
	cluster *cluster.Cluster
	http    *http.Client
	// filters are the columns of the tables to come that get filters, of so many bits.
	filters    []string
	filterBits int
}

func newWorld(t testing.TB, workers int) *world {
	t.Helper()
	return newWorldIn(t, t.TempDir(), workers)
}

// newWorldIn keeps the cluster's data in a folder.
func newWorldIn(t testing.TB, dir string, workers int) *world {
	t.Helper()
	w := &world{Oracle: harness.NewOracle(t), http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}}
	t.Cleanup(w.http.CloseIdleConnections)
	w.Exec(t, "SET TimeZone = 'UTC'")
	// DuckDB's own pruning is not beyond doubt: 1.5.4 loses the rows of `x IS DISTINCT FROM 1 OR x > 2`
	// where x is NULL throughout, and 1.5.6 refuses to compare a date with the time 'infinity'. So it asks every row.
	w.Exec(t, "SET disabled_optimizers = 'filter_pushdown,expression_rewriter'")
	w.cluster = harness.Start(t, cluster.Options{
		DataDir: dir, Workers: workers, Replication: min(workers, 2),
		// On a machine that is busy, lookups may take long.
		EditPortal: func(c *portal.Config) { c.LookupTimeout = 20 * time.Second },
	})
	return w
}

// reference makes a reference table from a query, here and there, and waits until the portal has a copy.
func (w *world) reference(t testing.TB, dataset, table, query string) {
	t.Helper()
	w.Exec(t, "CREATE SCHEMA IF NOT EXISTS "+dataset)
	w.Exec(t, fmt.Sprintf("CREATE TABLE %s.%s AS %s", dataset, table, query))
	w.Exec(t, fmt.Sprintf("CREATE OR REPLACE TEMP VIEW loading AS FROM %s.%s", dataset, table))
	before := harness.Metric(t, w.cluster.HTTP(), "shoal_portal_reference_copies_count")
	harness.LoadWith(t, w.cluster.HTTP(), load.Options{
		Dataset: dataset, Table: table, Files: []string{w.WriteParquet(t, "loading")}, Reference: true, Threads: 2,
	})
	w.awaitCopies(t, int(before)+1)
}

// awaitCopies waits until the portal has copies of so many reference tables.
func (w *world) awaitCopies(t testing.TB, tables int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		have := harness.Metric(t, w.cluster.HTTP(), "shoal_portal_reference_copies_count")
		if int(have) >= tables {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the portal has copies of %v reference tables, want %d", have, tables)
		}
	}
}

// table makes a table from a query, here and there. It is chunked by position without a block column.
func (w *world) table(t testing.TB, dataset, table, block string, chunkRows int64, query string) {
	t.Helper()
	w.Exec(t, "CREATE SCHEMA IF NOT EXISTS "+dataset)
	w.Exec(t, fmt.Sprintf("CREATE TABLE %s.%s AS %s", dataset, table, query))
	list, types := w.carried(t, dataset+"."+table)
	w.Exec(t, fmt.Sprintf("CREATE OR REPLACE TEMP VIEW loading AS SELECT %s FROM %s.%s", list, dataset, table))
	harness.LoadWith(t, w.cluster.HTTP(), load.Options{
		Dataset: dataset, Table: table, Files: []string{w.WriteParquet(t, "loading")}, BlockColumn: block,
		ChunkRows: chunkRows, Threads: 2, Types: types, FilterColumns: w.filters, FilterBits: w.filterBits,
	})
}

// carried is the select list that brings a table's columns into Parquet without loss, and the types
// that have to be given when they are loaded from there.
func (w *world) carried(t testing.TB, table string) (list string, types map[string]string) {
	t.Helper()
	types = map[string]string{}
	var items []string
	for _, row := range w.Query(t, "SELECT column_name, column_type FROM (DESCRIBE "+table+")").Rows {
		name, typ := row[0].(string), row[1].(string)
		switch {
		case typ == "HUGEINT", typ == "TIMESTAMP_S", strings.HasPrefix(typ, "ENUM"):
			types[name] = typ
			items = append(items, name+"::VARCHAR AS "+name)
		default:
			items = append(items, name)
		}
	}
	return strings.Join(items, ", "), types
}

// chunks are a table's chunks as the portal lists them.
func (w *world) chunks(t testing.TB, dataset, table string) []client.Chunk {
	t.Helper()
	c, err := client.New(w.cluster.HTTP())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	out, err := c.Chunks(context.Background(), dataset, table)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// planned is what /v1/plan says of a query.
type planned struct {
	Subplans []struct {
		Chunks map[string][]string `json:"chunks"`
	} `json:"subplans"`
	Pruning pruning `json:"pruning"`
}

type pruning struct {
	Total        int `json:"chunks_total"`
	Selected     int `json:"chunks_selected"`
	ByBlock      int `json:"by_block"`
	ByStatistics int `json:"by_statistics"`
	ByFilter     int `json:"by_filter"`
}

// named is how many chunks the subplans name, each once for each subplan.
func (p *planned) named() int {
	n := 0
	for _, s := range p.Subplans {
		for _, chunks := range s.Chunks {
			n += len(chunks)
		}
	}
	return n
}

// post asks the portal about SQL. The caller closes the body.
func (w *world) post(path, accept string, request map[string]any) (*http.Response, error) {
	body, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, w.cluster.HTTP()+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", accept)
	resp, err := w.http.Do(req)
	if err != nil {
		return nil, err
	}
	if err := httpfault.Read(resp); err != nil {
		_ = resp.Body.Close()
		return nil, err
	}
	return resp, nil
}

// plan has a query planned.
func (w *world) plan(sql string, prune bool) (*planned, error) {
	return w.planBody(map[string]any{"sql": sql, "pruning": prune})
}

func (w *world) planBody(request map[string]any) (*planned, error) {
	resp, err := w.post("/v1/plan", client.TypeJSON, request)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	out := &planned{}
	return out, json.NewDecoder(resp.Body).Decode(out)
}

// ask has a query answered.
func (w *world) ask(sql string, prune bool) (*oracle.Result, error) {
	return w.askBody(map[string]any{"sql": sql, "pruning": prune})
}

func (w *world) askBody(request map[string]any) (*oracle.Result, error) {
	resp, err := w.post("/v1/query", client.TypeArrow, request)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	r, err := ipc.NewReader(resp.Body)
	if err != nil {
		return nil, err
	}
	out, err := oracle.Read(r)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, resp.Body) // so that the connection is used again
	return out, err
}

// same checks that a query has the same rows with pruning, without it, and from DuckDB, and returns
// how many.
func (w *world) same(t *testing.T, sql string) int {
	t.Helper()
	want := w.Query(t, sql)
	for _, prune := range []bool{true, false} {
		got, err := w.ask(sql, prune)
		if err != nil {
			t.Errorf("pruning %t: %v", prune, err)
		} else if diff := w.Diff(t, sql, got, want, false); diff != "" {
			t.Errorf("pruning %t: %s", prune, diff)
		}
	}
	return len(want.Rows)
}

// reads checks how many chunks a query reads with pruning, and that it reads all of them without.
func (w *world) reads(t *testing.T, sql string, total, selected int) {
	t.Helper()
	for _, prune := range []bool{true, false} {
		p, err := w.plan(sql, prune)
		if err != nil {
			t.Fatalf("plan, pruning %t: %v", prune, err)
		}
		want := total
		if prune {
			want = selected
		}
		// What no row can be true for is not even scanned.
		unread := selected == 0 && p.Pruning.Total == 0
		if !unread && (p.Pruning.Total != total || p.Pruning.Selected != want) {
			t.Errorf("pruning %t: %d of %d chunks, want %d of %d", prune, p.Pruning.Selected, p.Pruning.Total, want, total)
		}
		if n := p.Pruning.Selected + p.Pruning.ByBlock + p.Pruning.ByStatistics + p.Pruning.ByFilter; n != p.Pruning.Total {
			t.Errorf("pruning %t: the counts do not add up: %+v", prune, p.Pruning)
		}
		// A chunk that several scans of a subplan read is named once.
		if n := p.named(); n > p.Pruning.Selected || n < p.Pruning.Selected && !strings.Contains(sql, "UNION ALL") {
			t.Errorf("pruning %t: subplans name %d chunks, %d are selected", prune, n, p.Pruning.Selected)
		}
	}
}
