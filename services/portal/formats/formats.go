// Package formats writes results as people and programs without Arrow read them.
//
// JSON is one object, streamed:
//
//	{"query_id": "…", "columns": [{"name": "n", "type": "BIGINT"}], "rows": [[1], [2]], "row_count": 2}
//
// It loses nothing: BOOLEAN is true or false; whole numbers of every width (HUGEINT and DECIMAL
// without fraction, too) are JSON numbers with all their digits; FLOAT and DOUBLE are numbers that
// read back as the same value, or "NaN", "Infinity" and "-Infinity"; DECIMAL with a fraction is a
// string, since most readers would make a double of a number; BLOB is a string in base64; LIST and
// ARRAY are arrays, a STRUCT is an object, or an array if its members have no names, a MAP an array of
// {"key": …, "value": …}, a UNION an object with its one member; all else (dates, times,
// intervals, UUID, …) is the string that DuckDB prints, time stamps with time zone in UTC. The end
// "row_count" is there when, and only when, all rows are. A query that fails halfway ends in
// "error" instead, with the object that errors have everywhere, and the connection is cut.
//
// CSV (RFC 4180, lines end in \n) has a header line. NULL is nothing, the empty string is "". Nested
// values are JSON, the rest is what DuckDB prints. A query that fails halfway cuts the connection.
//
// An Arrow stream is the IPC streaming format; without its end marker it is not whole.
package formats

import (
	"encoding/json"
	"io"
	"slices"
	"strconv"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// The media types of the formats.
const (
	TypeArrow = "application/vnd.apache.arrow.stream"
	TypeJSON  = "application/json"
	TypeCSV   = "text/csv"
)

// Column is a result's column; Type is DuckDB's spelling.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Writer writes one result. Begin comes first, then Write for each record, then End, or Fail. None
// of them keeps the record.
type Writer interface {
	Begin() error
	Write(arrow.Record) error
	End() error
	// Fail ends a result that is not whole in a way that no reader takes for whole, as far as the
	// format can; the caller must break the connection as well.
	Fail(err error)
}

// New returns the writer for a media type, which must be one of the three.
func New(mediaType string, w io.Writer, queryID string, columns []Column, schema *arrow.Schema) Writer {
	switch mediaType {
	case TypeArrow:
		return &arrowWriter{w: ipc.NewWriter(w, ipc.WithSchema(schema))}
	case TypeCSV:
		return &csvWriter{w: w, columns: columns}
	}
	return &jsonWriter{w: w, queryID: queryID, columns: columns}
}

// Check tells (invalid_argument) which column a format cannot write without losing something: Arrow
// carries no offset of a TIME WITH TIME ZONE, and some types as bytes that only DuckDB reads.
func Check(mediaType string, columns []Column) error {
	if mediaType == TypeArrow {
		return nil
	}
	for _, c := range columns {
		t, err := types.Parse(c.Type)
		if err == nil && t.ID == types.Bit || err == nil && !opaque(t) {
			continue
		}
		return fault.New(fault.InvalidArgument, "write result", "column %q of type %s cannot be written as %s", c.Name, c.Type, mediaType).
			WithHint("cast it to VARCHAR, or ask for %s", TypeArrow).WithDetail("column", c.Name).WithDetail("type", c.Type)
	}
	return nil
}

func opaque(t types.Type) bool {
	switch t.ID {
	case types.TimeTZ, types.BigNum, types.Bit:
		return true
	}
	return slices.ContainsFunc(t.Fields, func(f types.Field) bool { return opaque(f.Type) })
}

// flushBytes is how much text is gathered before it is written.
const flushBytes = 32 << 10

type jsonWriter struct {
	w       io.Writer
	queryID string
	columns []Column
	rows    int64
	buf     []byte
}

func (j *jsonWriter) Begin() error {
	columns, err := json.Marshal(j.columns)
	if err != nil {
		return fault.New(fault.Internal, "write result", "%w", err)
	}
	j.buf = append(j.buf, `{"query_id":`...)
	j.buf = appendString(j.buf, j.queryID)
	j.buf = append(append(j.buf, `,"columns":`...), columns...)
	j.buf = append(j.buf, `,"rows":[`...)
	return nil
}

func (j *jsonWriter) Write(rec arrow.Record) error {
	columns, err := columnsOf(rec, j.columns)
	if err != nil {
		return err
	}
	for i := range int(rec.NumRows()) {
		if j.rows > 0 {
			j.buf = append(j.buf, ',')
		}
		j.rows++
		j.buf = append(j.buf, "\n["...)
		for c, column := range columns {
			if c > 0 {
				j.buf = append(j.buf, ',')
			}
			j.buf = column.appendJSON(j.buf, i)
		}
		j.buf = append(j.buf, ']')
		if err := flush(j.w, &j.buf, flushBytes); err != nil {
			return err
		}
	}
	return flush(j.w, &j.buf, 0)
}

func (j *jsonWriter) End() error {
	j.buf = append(j.buf, `],"row_count":`...)
	j.buf = append(strconv.AppendInt(j.buf, j.rows, 10), "}\n"...)
	return flush(j.w, &j.buf, 0)
}

func (j *jsonWriter) Fail(err error) {
	body, marshalErr := json.Marshal(fault.From(err))
	if marshalErr != nil {
		body = []byte(`{"kind":"internal"}`)
	}
	j.buf = append(append(j.buf, `],"error":`...), body...)
	j.buf = append(j.buf, "}\n"...)
	// The connection is about to be cut anyway.
	_ = flush(j.w, &j.buf, 0)
}

type csvWriter struct {
	w       io.Writer
	columns []Column
	buf     []byte
	cell    []byte
}

func (c *csvWriter) Begin() error {
	for i, column := range c.columns {
		if i > 0 {
			c.buf = append(c.buf, ',')
		}
		c.buf = appendCell(c.buf, []byte(column.Name))
	}
	c.buf = append(c.buf, '\n')
	return nil
}

func (c *csvWriter) Write(rec arrow.Record) error {
	columns, err := columnsOf(rec, c.columns)
	if err != nil {
		return err
	}
	for i := range int(rec.NumRows()) {
		for n, column := range columns {
			if n > 0 {
				c.buf = append(c.buf, ',')
			}
			if !column.array.IsNull(i) {
				c.cell = column.text(c.cell[:0], i)
				c.buf = appendCell(c.buf, c.cell)
			}
		}
		c.buf = append(c.buf, '\n')
		if err := flush(c.w, &c.buf, flushBytes); err != nil {
			return err
		}
	}
	return flush(c.w, &c.buf, 0)
}

func (c *csvWriter) End() error { return flush(c.w, &c.buf, 0) }

func (c *csvWriter) Fail(error) {}

// appendCell quotes a cell if it has to be. The empty text is quoted, so that it is not NULL.
func appendCell(dst, cell []byte) []byte {
	plain := len(cell) > 0 && cell[0] != ' ' && cell[len(cell)-1] != ' '
	for _, b := range cell {
		if b == ',' || b == '"' || b == '\n' || b == '\r' {
			plain = false
			break
		}
	}
	if plain {
		return append(dst, cell...)
	}
	dst = append(dst, '"')
	for _, b := range cell {
		if b == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, b)
	}
	return append(dst, '"')
}

type arrowWriter struct{ w *ipc.Writer }

func (a *arrowWriter) Begin() error                 { return nil }
func (a *arrowWriter) Write(rec arrow.Record) error { return a.w.Write(rec) }
func (a *arrowWriter) End() error                   { return a.w.Close() }
func (a *arrowWriter) Fail(error)                   {}

func columnsOf(rec arrow.Record, described []Column) ([]*column, error) {
	columns := make([]*column, rec.NumCols())
	for i := range columns {
		var err error
		if columns[i], err = newColumn(rec.Column(i)); err != nil {
			return nil, err
		}
		if bits, ok := rec.Column(i).(*array.Binary); ok && described[i].Type == "BIT" {
			columns[i].text = func(dst []byte, row int) []byte { return appendBits(dst, bits.Value(row)) }
			columns[i].json = nil
		}
	}
	return columns, nil
}

// flush writes the buffer out once it is longer than the limit.
func flush(w io.Writer, buf *[]byte, limit int) error {
	if len(*buf) <= limit {
		return nil
	}
	_, err := w.Write(*buf)
	*buf = (*buf)[:0]
	return err
}
