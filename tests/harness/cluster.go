package harness

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/load"
)

// Start starts a cluster in this process that ends with the test. Zero options
// mean two workers with one thread each, and two replicas.
func Start(t testing.TB, o cluster.Options) *cluster.Cluster {
	t.Helper()
	if o.DataDir == "" {
		o.DataDir = t.TempDir()
	}
	if o.WorkerThreads == 0 {
		o.WorkerThreads = 1
	}
	o.NoSync = true
	c, err := cluster.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Errorf("stop cluster: %v", err)
		}
	})
	return c
}

// SQL connects a Flight SQL client to the portal at a Flight address.
func SQL(t testing.TB, address string) *SQLClient {
	t.Helper()
	c, err := DialSQL(strings.TrimPrefix(address, "grpc://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// Load loads a file as `shoal load` does, through the portal at an HTTP
// address, and waits until it can be queried.
func Load(t testing.TB, portal, dataset, table, file, blockColumn string, chunkRows int64) {
	t.Helper()
	opts := load.Options{Dataset: dataset, Table: table, Files: []string{file}, ChunkRows: chunkRows,
		BlockColumn: blockColumn, Reference: blockColumn == "", Threads: 2}
	LoadWith(t, portal, opts)
}

// LoadWith is Load with all options.
func LoadWith(t testing.TB, portal string, opts load.Options) load.Summary {
	t.Helper()
	c, err := client.New(portal)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	opts.Wait = time.Minute
	sum, err := load.Run(context.Background(), c, opts)
	if err != nil {
		t.Fatalf("load %s.%s: %v", opts.Dataset, opts.Table, err)
	}
	return sum
}

// LoadTPCH loads all tables of TPC-H into the dataset tpch.
func (d *TPCH) LoadTPCH(t testing.TB, portal string, chunkRows int64) {
	t.Helper()
	for _, table := range TPCHTables {
		Load(t, portal, "tpch", table.Name, d.Files[table.Name], table.BlockColumn, chunkRows)
	}
}

// Metric is the value of a metric without labels, as the service at an HTTP address shows it.
func Metric(t testing.TB, address, name string) float64 {
	t.Helper()
	for line := range strings.Lines(Metrics(t, address)) {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			v, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	t.Fatalf("there is no metric %s", name)
	return 0
}

// Metrics are all metrics of the service that serves HTTP at an address, as text.
func Metrics(t testing.TB, address string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
