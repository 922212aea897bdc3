package render

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// copyOptions are DuckDB's, by the name of the format.
var copyOptions = map[string]string{
	"parquet": "FORMAT parquet, COMPRESSION zstd, WRITE_BLOOM_FILTER false",
	"ndjson":  "FORMAT json, COMPRESSION uncompressed",
}

// Copy writes an Arrow stream as a file of Parquet, or of JSON with an object a line (ndjson), and returns the number
// of rows. DuckDB does the work, piece by piece, in a folder for temporary files.
func Copy(ctx context.Context, w io.Writer, in io.Reader, format string) (rows int64, err error) {
	const op = "write result"
	dir, err := os.MkdirTemp("", "shoal-query-")
	if err != nil {
		return 0, fault.Wrap(err, op)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "result."+format)
	if rows, err = copyTo(ctx, path, in, copyOptions[format]); err != nil {
		return 0, err
	}
	f, err := os.Open(path)
	if err != nil {
		return 0, fault.Wrap(err, op)
	}
	defer f.Close()
	if _, err = io.Copy(w, f); err != nil {
		return 0, fault.Wrap(err, op)
	}
	return rows, nil
}

func copyTo(ctx context.Context, path string, in io.Reader, options string) (rows int64, err error) {
	const op = "write result"
	source := &wholeReader{in: in}
	reader, err := ipc.NewReader(source)
	if err != nil {
		return 0, source.why(err)
	}
	engine, err := duckdb.Open(ctx, duckdb.Options{})
	if err != nil {
		reader.Release()
		return 0, fault.Wrap(err, op)
	}
	defer engine.Close(context.WithoutCancel(ctx)) //nolint:errcheck // an engine in memory, without connections
	conn, err := engine.Conn(ctx)
	if err != nil {
		reader.Release()
		return 0, fault.Wrap(err, op)
	}
	defer func() { _ = conn.Close() }() // nothing is open on it any more
	names := uniqueNames(reader.Schema())
	release, err := conn.RegisterArrow("result", &renamed{RecordReader: reader, source: source, schema: names})
	if err != nil {
		return 0, fault.Wrap(err, op)
	}
	defer release()
	if strings.HasPrefix(options, "FORMAT parquet") && slices.ContainsFunc(names.Fields(), hasFloats) {
		// DuckDB 1.5 takes −0.0 for 0.0, and −NaN for NaN, in a dictionary.
		options += ", DICTIONARY_SIZE_LIMIT 0"
	}
	rows, err = conn.Exec(ctx, "COPY (SELECT * FROM result) TO "+duckdb.QuoteLiteral(path)+" ("+options+")")
	if err != nil {
		return 0, fault.Wrap(err, op)
	}
	return rows, nil
}

// wholeReader remembers what broke a stream off, which the Arrow reader would take for its end.
type wholeReader struct {
	in  io.Reader
	err error
}

func (r *wholeReader) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	if err != nil {
		r.err = err
	}
	return n, err
}

// why returns the error of the stream beneath if there was one, else what the Arrow reader said.
func (r *wholeReader) why(err error) error {
	if r.err != nil && r.err != io.EOF {
		return r.err
	}
	if err != nil {
		return broken(err)
	}
	return nil
}

// renamed is a record reader whose columns have names of their own, as Parquet needs.
type renamed struct {
	array.RecordReader
	source *wholeReader
	schema *arrow.Schema
	record arrow.Record
}

func (r *renamed) Schema() *arrow.Schema { return r.schema }

func (r *renamed) Next() bool {
	if r.record != nil {
		r.record.Release()
		r.record = nil
	}
	if !r.RecordReader.Next() {
		return false
	}
	in := r.RecordReader.Record()
	r.record = array.NewRecord(r.schema, in.Columns(), in.NumRows())
	return true
}

func (r *renamed) Record() arrow.Record { return r.record }

// Err makes sure that the end of the records was the end of the stream.
func (r *renamed) Err() error {
	err := r.RecordReader.Err()
	if err == nil && r.source.err == nil {
		_, err = io.Copy(io.Discard, r.source)
	}
	return r.source.why(err)
}

func (r *renamed) Release() {
	if r.record != nil {
		r.record.Release()
		r.record = nil
	}
	r.RecordReader.Release()
}

// uniqueNames numbers the columns whose names occurred before.
func uniqueNames(s *arrow.Schema) *arrow.Schema {
	fields := append([]arrow.Field(nil), s.Fields()...)
	seen := map[string]bool{}
	for i := range fields {
		name := fields[i].Name
		for n := 1; seen[duckdbFold(name)]; n++ {
			name = fmt.Sprintf("%s_%d", fields[i].Name, n)
		}
		seen[duckdbFold(name)] = true
		fields[i].Name = name
	}
	md := s.Metadata()
	return arrow.NewSchema(fields, &md)
}

// duckdbFold is the spelling under which DuckDB tells names apart.
func duckdbFold(name string) string { return strings.ToLower(name) }

// hasFloats tells whether a field is of floats, or has such within.
func hasFloats(f arrow.Field) bool {
	switch t := f.Type.(type) {
	case *arrow.Float32Type, *arrow.Float64Type:
		return true
	case arrow.NestedType:
		return slices.ContainsFunc(t.Fields(), hasFloats)
	}
	return false
}
