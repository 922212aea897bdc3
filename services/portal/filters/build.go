package filters

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/shoal-db/shoal/libs/catalog"
	"github.com/shoal-db/shoal/libs/chunks/filter"
	"github.com/shoal-db/shoal/libs/chunks/manifest"
	"github.com/shoal-db/shoal/libs/chunks/value"
	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

const (
	// Chunks of fewer rows get filters on request only: they cost a file and save little.
	minAutoRows = 1000
	// At most so many columns of a chunk get a filter unasked.
	maxAutoColumns = 8
	// A column is looked at closer only if its first values deserve it.
	sampleRows = 16 << 10
	// A value is shared by so many rows at most, on average: others are in every chunk.
	maxRowsPerValue = 20
	// A column is in order if at most one row in so many is out of it: its chunks' bounds tell them apart.
	orderedRows = 100
)

// engineMemory bounds DuckDB, which streams a column at a time.
const engineMemory = 512 << 20

// Builder builds filters of Parquet files. Its methods may be called from any goroutine.
type Builder struct {
	engine *duckdb.Renewing
	// building bounds how many filters are built at a time, each of up to filter.MaxValues.
	building chan struct{}
}

// OpenBuilder opens a DuckDB that reads files in dir. The caller closes the builder.
func OpenBuilder(ctx context.Context, dir string) (*Builder, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fault.Wrap(err, "open filter engine")
	}
	engine, err := duckdb.OpenRenewing(ctx, duckdb.RenewingOptions{Name: "filter engine", Engine: duckdb.Options{
		// Each query has its caller's thread, which is enough.
		Threads: 1, MemoryLimitBytes: engineMemory,
		Confine: true, AllowedDirs: []string{dir}, LockConfiguration: true, Rendered: true,
	}})
	if err != nil {
		return nil, err
	}
	return &Builder{engine: engine, building: make(chan struct{}, 2)}, nil
}

// Close closes the engine when nobody uses it any more.
func (b *Builder) Close(ctx context.Context) error { return b.engine.Close(ctx) }

// Build builds the filters of a file. It is nil if no column gets one.
//
// REQUIRES: the entry has the file's statistics.
func (b *Builder) Build(ctx context.Context, path string, columns []catalog.Column, entry *manifest.Entry, spec Spec) (*filter.Set, error) {
	if entry.Rows == 0 || entry.Rows > filter.MaxValues || spec.Auto && entry.Rows < minAutoRows || len(spec.Columns) == 0 {
		return nil, nil
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fault.Wrap(err, "build filters")
	}
	select {
	case b.building <- struct{}{}:
		defer func() { <-b.building }()
	case <-ctx.Done():
		return nil, fault.FromContext(ctx, "build filters")
	}
	conn, err := b.engine.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	out := map[int]filter.Filter{}
	for _, i := range spec.Columns {
		if spec.Auto && len(out) == maxAutoColumns {
			break
		}
		c := &column{typ: value.ParseType(columns[i].Type), stats: entry.Columns[i], auto: spec.Auto}
		if c.stats.Nulls == entry.Rows || spec.Auto && c.isNarrow(entry.Rows) {
			continue
		}
		f, ok, err := c.build(ctx, conn, scan(columns[i], path), entry.Rows, spec.Bits)
		if err != nil {
			return nil, fault.Wrap(err, fmt.Sprintf("build filter of column %q", columns[i].Name))
		}
		if ok {
			out[i] = f
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return filter.NewSet(out), nil
}

// scan is the query of a column's values, as workers read them, in types that Arrow has.
func scan(c catalog.Column, path string) string {
	expr := "CAST(f." + duckdb.QuoteIdent(c.Name) + " AS " + c.Type + ")"
	switch t := value.ParseType(c.Type); {
	case t.Kind == value.UUID, t.Kind == value.String, t.Kind == value.Integer && t.Bits > 64:
		expr = "CAST(" + expr + " AS VARCHAR)"
	}
	return "SELECT " + expr + " FROM read_parquet([" + duckdb.QuoteLiteral(path) + "], hive_partitioning=false) AS f"
}

// column is one column of a file while it is read.
type column struct {
	typ   value.Type
	stats manifest.ColumnStats
	auto  bool

	hashes []uint64
	nulls  int64
	// ups and downs are how many values are above, and below, the one before.
	ups, downs int
}

// span is how far the bounds of a column of whole numbers are apart.
func (c *column) span() (uint64, bool) {
	lo, okLo := c.stats.Min.Int64()
	hi, okHi := c.stats.Max.Int64()
	return uint64(hi) - uint64(lo), c.typ.Kind == value.Integer && okLo && okHi
}

// isNarrow tells whether there are too few numbers between the bounds for so many rows to deserve a
// filter.
func (c *column) isNarrow(rows int64) bool {
	span, ok := c.span()
	return ok && span < uint64(rows/maxRowsPerValue)
}

// isDense tells whether a column with so many different values has at least every second number
// between its bounds, so that a filter would hardly deny what the bounds allow.
func (c *column) isDense(distinct int) bool {
	span, ok := c.span()
	return ok && span < 2*uint64(distinct)
}

// deserves tells whether values like those read so far deserve a filter.
func (c *column) deserves(distinct int) bool {
	isOrdered := min(c.ups, c.downs) <= len(c.hashes)/orderedRows
	return distinct*maxRowsPerValue >= len(c.hashes) && !isOrdered
}

// build reads the column; ok is false if it does not deserve a filter.
func (c *column) build(ctx context.Context, conn *duckdb.Conn, sql string, rows int64, bits uint8) (f filter.Filter, ok bool, err error) {
	stream, err := conn.Query(ctx, sql)
	if err != nil {
		return f, false, err
	}
	defer stream.Close()
	c.hashes = make([]uint64, 0, rows)
	sampled := !c.auto
	for stream.Next() {
		if err := c.add(stream.Record().Column(0)); err != nil {
			return f, false, err
		}
		if !sampled && len(c.hashes) >= sampleRows {
			sampled = true
			if !c.deserves(distinct(slices.Clone(c.hashes))) {
				return f, false, nil
			}
		}
	}
	if err := stream.Err(); err != nil {
		return f, false, err
	}
	if n := int64(len(c.hashes)) + c.nulls; n != rows {
		return f, false, fault.New(fault.Internal, "", "%d values were read of %d", n, rows)
	}
	if len(c.hashes) == 0 {
		return f, false, nil
	}
	if c.auto {
		if n := distinct(c.hashes); !c.deserves(n) || c.isDense(n) {
			return f, false, nil
		}
	}
	f, _, err = filter.Build(c.hashes, bits)
	return f, err == nil, err
}

// distinct sorts hashes and returns how many different ones there are.
func distinct(hashes []uint64) (n int) {
	slices.Sort(hashes)
	for i, h := range hashes {
		if i == 0 || h != hashes[i-1] {
			n++
		}
	}
	return n
}
