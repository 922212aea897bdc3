package duckdb

// #include "bridge.h"
import "C"

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// input is a registered Arrow stream.
//
//	registered ──first scan──► pumping ──reader's end or error──► ended
//	     └────────────────────────┴──────────── close ──────────────┴──► closed
//
// Once pumping, a goroutine of its own reads the reader and releases it at its end, so that a reader
// that hangs holds up neither cancellation nor Close, and one batch is read ahead.
type input struct {
	id     uint64
	name   string
	conn   *Conn
	schema *arrow.Schema
	reader array.RecordReader
	rows   int64 // an estimate; 0 is unknown

	batches chan inputBatch
	stop    chan struct{} // closed by close

	mu      sync.Mutex
	c       *C.shoal_input // nil before it is made and after close
	scanned bool
	closed  bool
}

type inputBatch struct {
	rec arrow.Record
	err error
}

// DuckDB's threads know inputs by number: a late or a forged one finds nothing.
var (
	registry   sync.Map // uint64 → *input
	lastInput  atomic.Uint64
	errNoInput = fault.New(fault.Internal, "read registered stream", "the stream is no longer registered")
)

func lookupInput(id uint64) *input {
	in, _ := registry.Load(id)
	found, _ := in.(*input)
	return found
}

// RegisterArrow makes a record reader readable in this connection's SQL as a temporary view of that
// name, which hides tables of the same name; a second view of that name is refused. Batches are
// pulled as the query needs them, at most one ahead. The types that DuckDB gives the columns are in
// the package comment.
//
// A stream can be scanned once: a second scan, in the same query or in a later one, is an error
// (invalid_argument). If the reader fails, so does the query, and errors.As finds the reader's own
// error in the query's.
//
// RegisterArrow takes over the caller's reference to the reader and releases it exactly once, also
// when it returns an error: at the reader's end, after release or after Conn.Close, and never while
// its Next runs. A query that is cancelled or closed does not wait for a reader that hangs in Next;
// give the reader a context of its own that ends with the query, or it hangs on.
//
// A scan occupies one of DuckDB's threads while it waits for the reader. Readers must not depend on
// another registered reader being read at the same time.
//
// The connection must be idle. release unregisters the stream: a scan of it that is not through
// fails. The view goes too, unless a query is open on the connection, which then is left with a view
// that can't be read. release may be called twice and from any goroutine; Conn.Close does it too.
func (c *Conn) RegisterArrow(name string, reader array.RecordReader, opts ...RegisterOption) (release func(), err error) {
	const op = "register arrow stream"
	in := &input{
		id: lastInput.Add(1), name: name, conn: c, reader: reader, schema: reader.Schema(),
		batches: make(chan inputBatch), stop: make(chan struct{}),
	}
	for _, set := range opts {
		set(in)
	}
	registry.Store(in.id, in)
	if err := in.register(op); err != nil {
		in.close()
		return nil, fault.Wrap(err, op)
	}
	return func() { c.drop(in) }, nil
}

// RegisterOption tells more of a registered stream.
type RegisterOption func(*input)

// WithEstimatedRows tells about how many rows the stream has, by which DuckDB orders joins. Without, it takes
// each stream for one row.
func WithEstimatedRows(rows int64) RegisterOption { return func(in *input) { in.rows = rows } }

func (in *input) register(op string) error {
	c, ctx := in.conn, context.Background()
	if in.schema.NumFields() == 0 {
		return fault.New(fault.InvalidArgument, op, "stream %q has no columns", in.name)
	}
	if err := readable(op, in.schema); err != nil {
		return err
	}
	r, err := c.begin(ctx, op, in.name)
	if err != nil {
		return err
	}
	cIn, err := newCInput(c.db, in.id, uint64(max(in.rows, 0)), in.schema)
	c.end(r)
	if err != nil {
		return fault.New(fault.InvalidArgument, op, "DuckDB cannot read the columns of stream %q: %s", in.name, parseError(err.Error()).Message)
	}
	in.mu.Lock()
	in.c = cIn
	in.mu.Unlock()
	view := fmt.Sprintf("CREATE TEMP VIEW %s AS FROM shoal_arrow_stream(%d::UBIGINT)", QuoteIdent(in.name), in.id)
	if _, err = c.Exec(ctx, view); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return fault.New(fault.Cancelled, op, "the connection was closed")
	}
	c.inputs = append(c.inputs, in)
	return nil
}

// readable refuses what DuckDB, or the check of what comes from other processes, cannot read.
func readable(op string, schema *arrow.Schema) error {
	for _, f := range schema.Fields() {
		why, hint := "", ""
		hasType(f.Type, func(t arrow.DataType) bool {
			switch id := t.ID(); {
			case id == arrow.DICTIONARY && f.Type.ID() != arrow.DICTIONARY:
				why, hint = "DuckDB cannot read dictionaries inside of nested types", "cast the ENUM to VARCHAR where it comes from"
			case id == arrow.RUN_END_ENCODED, id == arrow.DENSE_UNION, id == arrow.EXTENSION:
				why = "it is not supported as an input"
			}
			return why != ""
		})
		if why != "" {
			return fault.New(fault.InvalidArgument, op, "column %q has type %s: %s", f.Name, f.Type, why).WithHint("%s", hint).
				WithDetail("column", f.Name).WithDetail("type", f.Type.String())
		}
	}
	return nil
}

func (c *Conn) drop(in *input) {
	in.close()
	c.mu.Lock()
	at := slices.Index(c.inputs, in)
	if at >= 0 {
		c.inputs = slices.Delete(c.inputs, at, at+1)
	}
	c.mu.Unlock()
	if at >= 0 {
		// Fails when a query is open, or the connection closed; see RegisterArrow.
		_, _ = c.Exec(context.Background(), "DROP VIEW temp."+QuoteIdent(in.name))
	}
}

// close ends the registration. The reader is released here when nothing reads it yet, and else by
// the pump.
func (in *input) close() {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.closed {
		return
	}
	in.closed = true
	registry.Delete(in.id)
	close(in.stop)
	if !in.scanned {
		in.reader.Release()
	}
	unrefCInput(in.c)
	in.c = nil
}

// beginScan is called by DuckDB at the start of each scan, before any next.
func (in *input) beginScan() (err error) {
	defer fault.Catch(&err, "scan registered stream")
	if in == nil {
		return errNoInput
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	switch {
	case in.closed:
		return in.fail(errNoInput)
	case in.scanned:
		return in.fail(fault.New(fault.InvalidArgument, "scan registered stream",
			"stream %q can be scanned only once", in.name).
			WithHint("put its rows into a temporary table, or a materialized CTE, and read that"))
	}
	in.scanned = true
	fault.Go("read registered stream", in.pump, func(err error) {
		in.reader.Release()
		if err != nil {
			in.offer(inputBatch{err: err})
		}
		close(in.batches)
	})
	return nil
}

// pump reads the reader to its end.
func (in *input) pump() error {
	for in.reader.Next() {
		rec := in.reader.Record()
		if err := in.check(rec); err != nil {
			return err
		}
		rec.Retain()
		if !in.offer(inputBatch{rec: rec}) {
			rec.Release()
			return nil
		}
	}
	return in.reader.Err()
}

func (in *input) offer(b inputBatch) bool {
	select {
	case in.batches <- b:
		return true
	case <-in.stop:
		return false
	}
}

// check refuses a batch that is not of the stream's schema, which DuckDB would read as if it were,
// or that is broken.
func (in *input) check(rec arrow.Record) error {
	if rec.Schema() == in.schema {
		return validate(rec)
	}
	ok := int(rec.NumCols()) == in.schema.NumFields()
	for i := 0; ok && i < in.schema.NumFields(); i++ {
		ok = arrow.TypeEqual(rec.Column(i).DataType(), in.schema.Field(i).Type)
	}
	if !ok {
		return fault.New(fault.InvalidArgument, "read registered stream",
			"stream %q announced %v and sent a batch of %v", in.name, in.schema, rec.Schema())
	}
	return validate(rec)
}

// next is called by DuckDB's threads, several at a time. It returns a batch that the caller
// releases, or nil, nil at the end.
func (in *input) next() (rec arrow.Record, err error) {
	defer fault.Catch(&err, "read registered stream")
	if in == nil {
		return nil, errNoInput
	}
	r := in.conn.current.Load()
	if r == nil {
		return nil, errNoInput
	}
	select {
	case b := <-in.batches:
		if b.err != nil {
			return nil, in.fail(b.err)
		}
		return b.rec, nil
	case <-in.stop:
		return nil, in.fail(errNoInput)
	case <-r.ctx.Done():
		return nil, in.fail(context.Cause(r.ctx))
	}
}

// fail keeps the error for the query's own, of which DuckDB only gets the text.
func (in *input) fail(err error) error {
	if r := in.conn.current.Load(); r != nil {
		r.inputFailed(err)
	}
	return err
}
