package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/shoal-db/shoal/cmd/shoal/client"
	"github.com/shoal-db/shoal/cmd/shoal/cluster"
	"github.com/shoal-db/shoal/cmd/shoal/load"
	"github.com/shoal-db/shoal/libs/chunks/filter"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/pruning"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/duckdb"
)

// filterCosts prints what filters for equality cost and save.
func filterCosts(ctx context.Context) error {
	if err := filterSizes(); err != nil {
		return err
	}
	if err := filterPruning(); err != nil {
		return err
	}
	return filterLookups(ctx)
}

// filterSizes prints size, false positives and times for widths of fingerprints and numbers of values.
func filterSizes() error {
	const probes = 1_000_000
	rng := rand.New(rand.NewPCG(1, 2))
	t := newTable("filters", "values", "bits of a fingerprint", "bits ÷ value", "false positives", "1 ÷ 2^bits", "build ÷ value", "probe")
	for _, n := range []int{1_000, 250_000} {
		hashes := make([]uint64, n)
		for i := range hashes {
			hashes[i] = rng.Uint64()
		}
		for _, width := range []uint8{1, 2, 4, 8, 12, 16} {
			var f filter.Filter
			var err error
			built := once(func() { f, _, err = filter.Build(hashes, width) })
			if err != nil {
				return err
			}
			found := 0
			probed := once(func() {
				for range probes {
					if f.Has(rng.Uint64()) {
						found++
					}
				}
			})
			size := len(filter.NewSet(map[int]filter.Filter{0: f}).Encode())
			t.add(n, width, ratio(8*float64(size)/float64(n)), fmt.Sprintf("%.4f %%", 100*float64(found)/probes),
				fmt.Sprintf("%.4f %%", 100/float64(uint(1)<<width)), duration(built/int64(n)), duration(probed/probes))
		}
	}
	t.print()
	return nil
}

// filterIndex is a million chunks, of which statistics leave some, and filters of those. No chunk has
// the text that is looked up.
type filterIndex struct {
	index *pruning.Index
	held  map[*pruning.Segment]heldFilters
}

type heldFilters []*filter.Set

func (f *filterIndex) Of(s *pruning.Segment) pruning.ChunkFilters { return f.held[s] }

func (h heldFilters) MayHave(chunk, column int, hashes []uint64) bool {
	if h == nil || h[chunk] == nil {
		return true
	}
	f := h[chunk].Column(column)
	if f == nil {
		return true
	}
	for _, hash := range hashes {
		if f.Has(hash) {
			return true
		}
	}
	return false
}

func newFilterIndex(n, filtered int) (*filterIndex, error) {
	schema, err := pruning.NewSchema([]string{"BIGINT", "BIGINT", "VARCHAR"}, 0)
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(3, 4))
	out := &filterIndex{held: map[*pruning.Segment]heldFilters{}}
	var segments []*pruning.Segment
	for first := 0; first < n; first += segmentSize {
		var entries []manifest.Entry
		sets := make(heldFilters, segmentSize)
		for i := range segmentSize {
			e := entry(int64(first+i), rng)
			// The first chunks of each segment have a 1 in the second column, the others a 2.
			v, own := int64(2), i < filtered*segmentSize/n
			if own {
				v = 1
				hashes := make([]uint64, rowsPerChunk)
				for j := range hashes {
					hashes[j] = rng.Uint64()
				}
				f, _, err := filter.Build(hashes, filter.DefaultBits)
				if err != nil {
					return nil, err
				}
				sets[i] = filter.NewSet(map[int]filter.Filter{2: f})
			}
			e.Columns[1] = manifest.ColumnStats{Min: value.Int(v), Max: value.Int(v)}
			e.Columns[2] = manifest.ColumnStats{Min: value.Text("k"), Max: value.Text("l")}
			entries = append(entries, e)
		}
		s, err := pruning.NewSegment(schema, entries)
		if err != nil {
			return nil, err
		}
		segments = append(segments, s)
		out.held[s] = sets
	}
	out.index = pruning.NewIndex(schema, segments...)
	return out, nil
}

// filterPruning prints how long filters take when statistics have left some of a million chunks.
func filterPruning() error {
	const n = 1_000_000
	t := newTable("pruning of 10⁶ chunks by statistics, then by filters", "left by statistics", "literals", "left", "statistics alone", "with filters")
	for _, left := range []int{1_000, 10_000} {
		x, err := newFilterIndex(n, left)
		if err != nil {
			return err
		}
		for _, literals := range []int{1, 10} {
			in := pruning.In{Column: 2}
			for i := range literals {
				in.Values = append(in.Values, value.Text(fmt.Sprintf("key %d", i)))
			}
			cond := pruning.And{pruning.Compare{Column: 1, Op: pruning.Eq, Value: value.Int(1)}, in}
			var sel pruning.Selection
			times := map[bool]int64{}
			for _, on := range []bool{false, true} {
				var filters pruning.Filters
				if on {
					filters = x
				}
				times[on] = testing.Benchmark(func(b *testing.B) {
					for b.Loop() {
						sel = x.index.Select(cond, filters)
					}
				}).NsPerOp()
			}
			t.add(left, literals, sel.Selected, duration(times[false]), duration(times[true]))
		}
	}
	t.print()
	return nil
}

const (
	lookupRows      = 2_000_000
	lookupChunkRows = 50_000
)

// filterLookups loads the same rows with filters and without, and looks up keys in both.
func filterLookups(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "shoal-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "keys.parquet")
	if err := writeKeys(ctx, path); err != nil {
		return err
	}
	c, err := cluster.Start(ctx, cluster.Options{DataDir: filepath.Join(dir, "cluster"), Workers: 2, Replication: 1, WorkerThreads: 1, NoSync: true})
	if err != nil {
		return err
	}
	defer func() {
		if stopErr := c.Stop(); err == nil {
			err = stopErr
		}
	}()
	t := newTable(fmt.Sprintf("lookups in %d rows of a UUID and a VARCHAR key, %d a chunk", lookupRows, lookupChunkRows),
		"filters", "load", "filters' bytes ÷ chunks'", "lookup of", "chunks read", "time")
	for _, columns := range []string{"none", "auto"} {
		o := load.Options{
			Dataset: "keys", Table: columns, Files: []string{path}, BlockColumn: "k", ChunkRows: lookupChunkRows,
			FilterColumns: []string{columns}, Wait: waitForWorkers,
		}
		took := once(func() { _, err = load.Run(ctx, c.Client(), o) })
		if err != nil {
			return err
		}
		share, err := awaitFilters(ctx, c.Client(), columns)
		if err != nil {
			return err
		}
		for _, key := range []struct{ name, cond string }{
			{"a UUID that is there", "id = md5('1234567')::UUID"}, {"a VARCHAR that is not", "mail = '70000000000000000000000000000000@x.org'"},
		} {
			read, ns, err := lookUp(ctx, c.Client(), "SELECT k FROM keys."+columns+" WHERE "+key.cond)
			if err != nil {
				return err
			}
			t.add(columns, duration(took), fmt.Sprintf("%.1f %%", 100*share), key.name, read, duration(ns))
		}
	}
	t.print()
	return nil
}

func writeKeys(ctx context.Context, path string) error {
	engine, err := duckdb.Open(ctx, duckdb.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = engine.Close(ctx) }()
	conn, err := engine.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.Exec(ctx, fmt.Sprintf(`COPY (SELECT range AS k, md5(range::VARCHAR)::UUID AS id, md5('m' || range) || '@x.org' AS mail,
		(hash(range) %% 1000)::INTEGER AS n, range * 0.37 AS x, 'state ' || range %% 7 AS state FROM range(%d)) TO %s (FORMAT parquet)`,
		lookupRows, duckdb.QuoteLiteral(path)))
	return err
}

// awaitFilters waits until the portal has a table's filters, and returns their size relative to the chunks.
func awaitFilters(ctx context.Context, c *client.Client, table string) (share float64, err error) {
	for ; ; time.Sleep(20 * time.Millisecond) {
		list, err := c.Chunks(ctx, "keys", table)
		if err != nil {
			return 0, err
		}
		filters, bytes, done := int64(0), int64(0), true
		for _, chunk := range list {
			bytes += chunk.Bytes
			if chunk.Filters != nil {
				filters += chunk.Filters.Bytes
				done = done && chunk.Filters.BitsLoaded == chunk.Filters.Bits
			}
		}
		if done {
			return float64(filters) / float64(bytes), nil
		}
	}
}

// lookUp returns how many chunks a query reads, and its best time.
func lookUp(ctx context.Context, c *client.Client, sql string) (read int, best int64, err error) {
	var id string
	for i := range rounds + 1 {
		ns := once(func() { id, err = ask(ctx, c, sql) })
		if err != nil {
			return 0, 0, err
		}
		if i > 0 && (best == 0 || ns < best) {
			best = ns
		}
	}
	queries, err := c.Queries(ctx)
	for _, q := range queries {
		if q.ID == id {
			read = q.ChunksSelected
		}
	}
	return read, best, err
}

// ask reads a query's result, and returns the query's id.
func ask(ctx context.Context, c *client.Client, sql string) (string, error) {
	result, err := c.Query(ctx, client.Statement{SQL: sql}, client.TypeArrow)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(io.Discard, result)
	return result.QueryID, errors.Join(err, result.Close())
}
