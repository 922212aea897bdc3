package duckdb

import (
	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// QueryOption changes how Query hands out rows.
type QueryOption func(*batcher)

// WithBatchRows gathers DuckDB's batches of at most 2,048 rows until there are at least this many;
// 0 and 1 hand them out as they come, without a copy.
func WithBatchRows(rows int64) QueryOption { return func(b *batcher) { b.rows = rows } }

// WithAllocator says where gathered batches are allocated; memory.DefaultAllocator otherwise.
func WithAllocator(mem memory.Allocator) QueryOption { return func(b *batcher) { b.mem = mem } }

// batcher joins small records to larger ones.
type batcher struct {
	rows    int64
	mem     memory.Allocator
	waiting []arrow.Record
	ended   bool
}

func newBatcher(opts []QueryOption) *batcher {
	b := &batcher{mem: memory.DefaultAllocator}
	for _, o := range opts {
		o(b)
	}
	return b
}

// next returns a record of at least the wanted rows, fewer at the end, nil after it. The caller
// releases it. Rows that came before an error are dropped: it would be a short answer otherwise.
func (b *batcher) next(fetch func() (arrow.Record, error)) (arrow.Record, error) {
	if b.ended {
		return nil, nil
	}
	var have int64
	for have == 0 || have < b.rows {
		rec, err := fetch()
		if err != nil || rec == nil {
			b.ended = true
			if err != nil {
				b.close()
				return nil, err
			}
			break
		}
		if have += rec.NumRows(); rec.NumRows() == 0 {
			rec.Release()
			continue
		}
		b.waiting = append(b.waiting, rec)
	}
	defer b.close()
	switch len(b.waiting) {
	case 0:
		return nil, nil
	case 1:
		b.waiting[0].Retain()
		return b.waiting[0], nil
	}
	return concat(b.waiting, have, b.mem)
}

func (b *batcher) close() {
	for _, rec := range b.waiting {
		rec.Release()
	}
	b.waiting = b.waiting[:0]
}

func concat(records []arrow.Record, rows int64, mem memory.Allocator) (_ arrow.Record, err error) {
	defer fault.Catch(&err, "join arrow batches")
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
			return nil, fault.New(fault.Internal, "join arrow batches", "%w", err)
		}
		columns = append(columns, column)
	}
	return array.NewRecord(schema, columns, rows), nil
}
