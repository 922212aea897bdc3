package duckdb

/*
#include "bridge.h"
void shoal_input_ref(shoal_input *in);
*/
import "C"

import (
	"errors"
	"unsafe"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/cdata"
	"github.com/apache/arrow/go/v17/arrow/memory"
	bindings "github.com/duckdb/duckdb-go-bindings"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// This file and bridge.c are all of the project's cgo. What the C side needs of Go comes in by the
// four exported functions at the end, on whatever thread DuckDB likes, so none of them may panic.

// takeMessage turns a C message into an error and frees it.
func takeMessage(message *C.char) error {
	if message == nil {
		return nil
	}
	defer C.free(unsafe.Pointer(message))
	return errors.New(C.GoString(message))
}

// schemaToArrow says how DuckDB exports columns of these names and types.
func schemaToArrow(options bindings.ArrowOptions, names []string, types []bindings.LogicalType) (*arrow.Schema, error) {
	n := len(names)
	// Lists of pointers that C reads must not lie in Go memory when what they point to may.
	cNames := unsafe.Slice((**C.char)(C.calloc(C.size_t(n+1), C.size_t(unsafe.Sizeof(uintptr(0))))), n+1)
	cTypes := unsafe.Slice((*unsafe.Pointer)(C.calloc(C.size_t(n+1), C.size_t(unsafe.Sizeof(uintptr(0))))), n+1)
	defer C.free(unsafe.Pointer(&cNames[0]))
	defer C.free(unsafe.Pointer(&cTypes[0]))
	for i := range names {
		cNames[i], cTypes[i] = C.CString(names[i]), types[i].Ptr
		defer C.free(unsafe.Pointer(cNames[i]))
	}
	out := (*C.struct_ArrowSchema)(C.calloc(1, C.sizeof_struct_ArrowSchema))
	defer C.free(unsafe.Pointer(out))
	if err := takeMessage(C.shoal_schema_to_arrow(options.Ptr, &cTypes[0], &cNames[0], C.uint64_t(n), out)); err != nil {
		return nil, err
	}
	defer C.shoal_release_schema(out)
	return cdata.ImportCArrowSchema((*cdata.CArrowSchema)(unsafe.Pointer(out)))
}

// chunkToArrow exports a chunk. The record's buffers are DuckDB's, freed when it is released; they
// do not depend on the chunk, the connection or the database.
func chunkToArrow(options bindings.ArrowOptions, chunk bindings.DataChunk, schema *arrow.Schema) (rec arrow.Record, err error) {
	defer fault.Catch(&err, "import arrow array")
	out := (*C.struct_ArrowArray)(C.calloc(1, C.sizeof_struct_ArrowArray))
	defer C.free(unsafe.Pointer(out))
	if err := takeMessage(C.shoal_chunk_to_arrow(options.Ptr, chunk.Ptr, out)); err != nil {
		return nil, err
	}
	return cdata.ImportCRecordBatchWithSchema((*cdata.CArrowArray)(unsafe.Pointer(out)), schema)
}

// registerScan makes the table function that reads registered streams known to a database.
func registerScan(conn bindings.Connection) error {
	return takeMessage(C.shoal_register_function(conn.Ptr))
}

// newCInput describes an input's columns, and about how many rows it has, to DuckDB. The input must be
// in the registry already, and the connection idle.
func newCInput(conn bindings.Connection, id, rows uint64, schema *arrow.Schema) (in *C.shoal_input, err error) {
	defer fault.Catch(&err, "export arrow schema")
	cs := (*C.struct_ArrowSchema)(C.calloc(1, C.sizeof_struct_ArrowSchema))
	defer C.free(unsafe.Pointer(cs))
	cdata.ExportArrowSchema(schema, (*cdata.CArrowSchema)(unsafe.Pointer(cs)))
	defer C.shoal_release_schema(cs)
	err = takeMessage(C.shoal_input_new(conn.Ptr, C.uint64_t(id), C.uint64_t(rows), cs, &in))
	return in, err
}

func unrefCInput(in *C.shoal_input) {
	if in != nil {
		C.shoal_input_unref(in)
	}
}

// LiveArrays counts the record batches that DuckDB made and nobody has released, and those of
// registered readers that DuckDB still looks at, in the whole process. Both are 0 when all is closed.
func LiveArrays() (out, in int64) {
	return int64(C.shoal_live_out()), int64(C.shoal_live_in())
}

//export shoalInputAcquire
func shoalInputAcquire(id C.uint64_t) *C.shoal_input {
	return lookupInput(uint64(id)).acquire()
}

func (in *input) acquire() *C.shoal_input {
	if in == nil {
		return nil
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.c != nil {
		C.shoal_input_ref(in.c)
	}
	return in.c
}

//export shoalInputScan
func shoalInputScan(id C.uint64_t) *C.char {
	return cMessage(lookupInput(uint64(id)).beginScan())
}

//export shoalInputNext
func shoalInputNext(id C.uint64_t, out *C.struct_ArrowArray) *C.char {
	in := lookupInput(uint64(id))
	rec, err := in.next()
	if err != nil || rec == nil {
		return cMessage(err)
	}
	defer rec.Release()
	if err := exportRecord(rec, out); err != nil {
		return cMessage(in.fail(err))
	}
	return nil
}

func exportRecord(rec arrow.Record, out *C.struct_ArrowArray) (err error) {
	defer fault.Catch(&err, "export arrow record")
	rec = rebased(rec)
	defer rec.Release()
	cdata.ExportArrowRecordBatch(rec, (*cdata.CArrowArray)(unsafe.Pointer(out)), nil)
	return nil
}

//export shoalEmptyColumn
func shoalEmptyColumn(id, column C.uint64_t, out *C.struct_ArrowArray) *C.char {
	in := lookupInput(uint64(id))
	return cMessage(fault.Safely("export arrow type", func() error {
		builder := array.NewBuilder(memory.DefaultAllocator, in.schema.Field(int(column)).Type)
		defer builder.Release()
		arr := builder.NewArray()
		defer arr.Release()
		cdata.ExportArrowArray(arr, (*cdata.CArrowArray)(unsafe.Pointer(out)), nil)
		return nil
	}))
}

func cMessage(err error) *C.char {
	if err == nil {
		return nil
	}
	return C.CString(err.Error())
}
