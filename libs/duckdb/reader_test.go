package duckdb

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// fakeReader hands out records, then fails with err or ends. It counts its references, and can be
// told to hang or to panic instead of handing out a record.
type fakeReader struct {
	schema  *arrow.Schema
	records []arrow.Record
	err     error
	hang    <-chan struct{}
	panics  any

	at       int
	current  arrow.Record
	failed   bool
	refs     atomic.Int64
	released chan struct{} // closed by the last Release
	nexts    atomic.Int64
}

func newFake(schema *arrow.Schema, records ...arrow.Record) *fakeReader {
	f := &fakeReader{schema: schema, records: records, released: make(chan struct{})}
	f.refs.Store(1)
	return f
}

func (f *fakeReader) Retain() { f.refs.Add(1) }
func (f *fakeReader) Release() {
	switch n := f.refs.Add(-1); {
	case n == 0:
		close(f.released)
	case n < 0:
		panic("reader released twice")
	}
}
func (f *fakeReader) Schema() *arrow.Schema { return f.schema }
func (f *fakeReader) Record() arrow.Record  { return f.current }
func (f *fakeReader) Next() bool {
	f.nexts.Add(1)
	if f.panics != nil {
		panic(f.panics)
	}
	if f.hang != nil {
		<-f.hang
	}
	if f.at == len(f.records) {
		f.failed = true
		return false
	}
	f.current = f.records[f.at]
	f.at++
	return true
}
func (f *fakeReader) Err() error {
	if f.failed {
		return f.err
	}
	return nil
}

// waitReleased fails unless the reader is released, once, within a second.
func (f *fakeReader) waitReleased(t *testing.T) {
	t.Helper()
	select {
	case <-f.released:
	case <-time.After(time.Second):
		t.Errorf("the reader was not released")
	}
}

var intSchema = arrow.NewSchema([]arrow.Field{
	{Name: "i", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	{Name: "s", Type: arrow.BinaryTypes.String, Nullable: true},
}, nil)

// ints makes a record of the numbers [from, to) and their texts; multiples of 10 are NULL.
func ints(mem memory.Allocator, from, to int64) arrow.Record {
	b := array.NewRecordBuilder(mem, intSchema)
	defer b.Release()
	for i := from; i < to; i++ {
		if i%10 == 0 {
			b.Field(0).AppendNull()
			b.Field(1).AppendNull()
			continue
		}
		b.Field(0).(*array.Int64Builder).Append(i)
		b.Field(1).(*array.StringBuilder).Append(fmt.Sprintf("a text that is not inlined: %d", i))
	}
	return b.NewRecord()
}

func checked(t *testing.T) *memory.CheckedAllocator {
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	t.Cleanup(func() { mem.AssertSize(t, 0) })
	return mem
}

func register(t testing.TB, c *Conn, name string, r array.RecordReader) func() {
	t.Helper()
	drop, err := c.RegisterArrow(name, r)
	if err != nil {
		t.Fatal(err)
	}
	return drop
}
