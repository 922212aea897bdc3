package duckdb

import (
	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

const (
	// DefaultBatchRows is DuckDB's own batch size. Measured over Flight on loopback (16 columns of
	// lineitem at scale 0.5, two cores): batches of 2,048 as they come take 0.76 s, joined to 8 k 0.80,
	// 32 k 0.76, 128 k 0.92, for the copy costs what the fewer messages save; in-process, joining
	// costs half as much again (0.38 → 0.56 s). Batches that a filter thinned out to 100 rows are
	// another matter: joined to 2,048 they take 0.21 s instead of 0.23. So full batches go out
	// untouched, and only small ones are joined. BenchmarkBatchRows measures it with Arrow IPC.
	DefaultBatchRows = 2048
	// DefaultBatchBytes keeps a batch under gRPC's default limit of 4 MiB for one message.
	DefaultBatchBytes = 3 << 20
)

// QueryOption changes what Query hands out.
type QueryOption func(*queryOptions)

type queryOptions struct {
	rows, bytes int64
	mem         memory.Allocator
	lossless    bool
	profile     bool
	announce    func(*arrow.Schema) error
}

// WithBatchRows joins batches until they have at least this many rows (or half of the batch bytes),
// instead of DefaultBatchRows; 1 hands them out as DuckDB makes them, without any copy.
func WithBatchRows(rows int64) QueryOption { return func(o *queryOptions) { o.rows = rows } }

// WithBatchBytes bounds the memory of one record, instead of DefaultBatchBytes; larger ones are
// handed out in slices, of one row at the least.
func WithBatchBytes(bytes int64) QueryOption { return func(o *queryOptions) { o.bytes = bytes } }

// WithAllocator says where joined batches are allocated; memory.DefaultAllocator otherwise.
func WithAllocator(mem memory.Allocator) QueryOption { return func(o *queryOptions) { o.mem = mem } }

// WithLossless exports types that Arrow does not have as extension types (arrow.opaque, arrow.uuid, …)
// from which RegisterArrow restores them, instead of as the nearest Arrow type that any client can
// read. See the package comment.
func WithLossless() QueryOption { return func(o *queryOptions) { o.lossless = true } }

// WithProfile has DuckDB measure the statements, for Stream.Profile; it costs a few per cent of time.
func WithProfile() QueryOption { return func(o *queryOptions) { o.profile = true } }

// WithSchemaFirst tells the schema of the rows before the statement is executed, which may take long until there is a
// first row. An error ends it.
func WithSchemaFirst(announce func(*arrow.Schema) error) QueryOption {
	return func(o *queryOptions) { o.announce = announce }
}

func newOptions(opts []QueryOption) queryOptions {
	o := queryOptions{rows: DefaultBatchRows, bytes: DefaultBatchBytes, mem: memory.DefaultAllocator}
	for _, set := range opts {
		set(&o)
	}
	return o
}

// batcher joins records that are too small and cuts those that are too large.
type batcher struct {
	queryOptions
	whole  arrow.Record // being cut
	from   int64        // first row of it that is not handed out yet
	ended  bool
	joined []arrow.Record
}

// next returns the next record, which the caller releases, and nil at the end. Rows that came
// before an error are dropped: without it the answer would be a short one.
func (b *batcher) next(fetch func() (arrow.Record, error)) (arrow.Record, error) {
	for {
		if rec := b.cut(); rec != nil {
			return rec, nil
		}
		rec, err := b.gather(fetch)
		if rec == nil || err != nil {
			b.close()
			b.ended = true
			return nil, err
		}
		b.whole, b.from = rec, 0
	}
}

// cut returns the next piece of b.whole.
func (b *batcher) cut() arrow.Record {
	if b.whole == nil {
		return nil
	}
	to := b.whole.NumRows()
	for b.bytes > 0 && to-b.from > 1 && recordBytes(b.whole, b.from, to) > b.bytes {
		to = b.from + (to-b.from)/2
	}
	piece := b.whole
	if b.from > 0 || to < b.whole.NumRows() {
		piece = b.whole.NewSlice(b.from, to)
	} else {
		piece.Retain()
	}
	if b.from = to; to == b.whole.NumRows() {
		b.whole.Release()
		b.whole = nil
	}
	return piece
}

// gather returns one record of the wanted rows or bytes, fewer at the end, nil after it.
func (b *batcher) gather(fetch func() (arrow.Record, error)) (arrow.Record, error) {
	var rows, bytes int64
	for !b.ended && (rows == 0 || rows < b.rows && (b.bytes <= 0 || bytes < b.bytes/2)) {
		rec, err := fetch()
		if err != nil {
			return nil, err
		}
		if rec == nil {
			b.ended = true
			break
		}
		if rec.NumRows() == 0 {
			rec.Release()
			continue
		}
		rows += rec.NumRows()
		if b.rows > rows {
			bytes += recordBytes(rec, 0, rec.NumRows())
		}
		b.joined = append(b.joined, rec)
	}
	defer b.drop()
	switch len(b.joined) {
	case 0:
		return nil, nil
	case 1:
		b.joined[0].Retain()
		return b.joined[0], nil
	}
	return join(b.joined, rows, b.mem)
}

func (b *batcher) drop() {
	for _, rec := range b.joined {
		rec.Release()
	}
	b.joined = b.joined[:0]
}

func (b *batcher) close() {
	b.drop()
	if b.whole != nil {
		b.whole.Release()
		b.whole = nil
	}
}

func join(records []arrow.Record, rows int64, mem memory.Allocator) (_ arrow.Record, err error) {
	const op = "join arrow batches"
	defer fault.Catch(&err, op)
	schema := records[0].Schema()
	columns := make([]arrow.Array, 0, schema.NumFields())
	defer func() {
		for _, c := range columns {
			c.Release()
		}
	}()
	parts := make([]arrow.Array, len(records))
	for i := range schema.NumFields() {
		for j, rec := range records {
			parts[j] = rec.Column(i)
		}
		column, err := array.Concatenate(parts, mem)
		if err != nil {
			return nil, fault.New(fault.Internal, op, "column %q: %w", schema.Field(i).Name, err)
		}
		columns = append(columns, column)
	}
	return array.NewRecord(schema, columns, rows), nil
}

// joinable tells whether Arrow v17 can concatenate all columns: it cannot for unions.
func joinable(schema *arrow.Schema) bool {
	for _, f := range schema.Fields() {
		if hasType(f.Type, func(t arrow.DataType) bool { _, union := t.(arrow.UnionType); return union }) {
			return false
		}
	}
	return true
}

// hasType looks for a type in a type and all that is nested in it.
func hasType(t arrow.DataType, is func(arrow.DataType) bool) bool {
	if is(t) {
		return true
	}
	switch t := t.(type) {
	case arrow.NestedType:
		for _, f := range t.Fields() {
			if hasType(f.Type, is) {
				return true
			}
		}
	case *arrow.DictionaryType:
		return hasType(t.ValueType, is)
	case arrow.ExtensionType:
		return hasType(t.StorageType(), is)
	}
	return false
}
