package tpc

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/tests/harness"
)

// Positional stands for a block column.
const Positional = "by position"

// Layout is a way to keep the tables.
type Layout struct {
	Name string
	// Blocks are the block columns of tables, or Positional. Tables without are reference tables.
	Blocks map[string]string
	// Else is for the tables that Blocks does not have, if they are no reference tables.
	Else string
}

// Configuration is a layout with some size of chunks, asked of clusters of several sizes one after the
// other, over the same data.
type Configuration struct {
	Layout    Layout
	ChunkRows int64
	Workers   []int
}

// All are the configurations of all layouts and sizes.
func All(layouts []Layout, chunkRows []int64, workers []int) (out []Configuration) {
	for _, l := range layouts {
		for _, rows := range chunkRows {
			out = append(out, Configuration{l, rows, workers})
		}
	}
	return out
}

// Run asks all queries of a cluster of each size.
func (s *Suite) Run(t *testing.T, c Configuration) {
	dir := t.TempDir()
	for i, workers := range c.Workers {
		t.Run(fmt.Sprintf("%s/chunks=%d/workers=%d", c.Layout.Name, c.ChunkRows, workers), func(t *testing.T) {
			started := harness.Start(t, cluster.Options{DataDir: dir, Workers: workers, Replication: 2})
			if i == 0 {
				s.load(t, started, c)
			}
			s.check(t, harness.SQL(t, started.Flight()))
			noFallback(t, started.HTTP())
		})
	}
}

// dataset is where the tables are.
const dataset = "tpc"

func (s *Suite) load(t *testing.T, cluster *cluster.Cluster, c Configuration) {
	t.Helper()
	// The first table of a dataset decides where its axis is cut.
	for _, table := range s.data.BySize(t) {
		file := s.data.Files[table]
		o := load.Options{Dataset: dataset, Table: table, Files: []string{file}, ChunkRows: c.ChunkRows, Threads: 2}
		how, ok := c.Layout.Blocks[table]
		if !ok {
			how = c.Layout.Else
		}
		switch how {
		case "":
			o.Reference = true
		case Positional:
		default:
			o.BlockColumn = how
		}
		if sum := harness.LoadWith(t, cluster.HTTP(), o); !o.Reference && sum.Rows > 3*o.ChunkRows && sum.Chunks < 2 {
			t.Errorf("%s: %d rows in %d chunks", table, sum.Rows, sum.Chunks)
		}
	}
}

// queryTimeout is far more than any query needs, but for those whose joins are in a bad order.
const queryTimeout = time.Minute

func (s *Suite) check(t *testing.T, client *harness.SQLClient) {
	t.Helper()
	ctx := harness.InSchema(context.Background(), dataset)
	for _, q := range s.questions {
		t.Run(q.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(ctx, queryTimeout)
			defer cancel()
			got, err := client.Query(ctx, q.sql)
			if err != nil {
				t.Fatal(err)
			}
			if diff := q.diff(got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
