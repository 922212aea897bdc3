// Package render shows results and lists to people, and writes them to files.
//
// Invariants: memory does not grow with the number of rows; a result that breaks off is an error,
// and a file appears under its name only when it is whole.
package render

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// Column is a result's column.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

const opRead = "read result"

// rowReader reads the portal's JSON form of a result, a row at a time.
type rowReader struct {
	dec     *json.Decoder
	columns []Column
	rows    int64
	raw     []json.RawMessage
}

// newRowReader reads all that comes before the rows.
func newRowReader(in io.Reader) (*rowReader, error) {
	r := &rowReader{dec: json.NewDecoder(in)}
	if err := r.expect(json.Delim('{')); err != nil {
		return nil, err
	}
	for {
		key, err := r.dec.Token()
		if err != nil {
			return nil, broken(err)
		}
		switch key {
		case "columns":
			err = r.dec.Decode(&r.columns)
		case "rows":
			return r, r.expect(json.Delim('['))
		case "error":
			return nil, r.failed()
		default:
			var skipped json.RawMessage
			err = r.dec.Decode(&skipped)
		}
		if err != nil {
			return nil, broken(err)
		}
	}
}

func (r *rowReader) expect(want json.Delim) error {
	got, err := r.dec.Token()
	if err != nil {
		return broken(err)
	}
	if got != want {
		return broken(fmt.Errorf("%v instead of %v", got, want))
	}
	return nil
}

// next returns the fields of a row as text, nil for NULL; io.EOF comes when all rows were there.
func (r *rowReader) next() ([]*string, error) {
	if !r.dec.More() {
		return nil, r.end()
	}
	r.raw = r.raw[:0]
	if err := r.dec.Decode(&r.raw); err != nil {
		return nil, broken(err)
	}
	if len(r.raw) != len(r.columns) {
		return nil, broken(fmt.Errorf("a row of %d fields in %d columns", len(r.raw), len(r.columns)))
	}
	r.rows++
	fields := make([]*string, len(r.raw))
	for i, raw := range r.raw {
		text, null, err := fieldText(raw, r.columns[i].Type)
		if err != nil {
			return nil, broken(err)
		}
		if !null {
			fields[i] = &text
		}
	}
	return fields, nil
}

// end reads what comes after the rows: only their number says that the result is whole.
func (r *rowReader) end() error {
	if err := r.expect(json.Delim(']')); err != nil {
		return err
	}
	key, err := r.dec.Token()
	switch {
	case err != nil:
		return broken(err)
	case key == "error":
		return r.failed()
	case key != "row_count":
		return broken(fmt.Errorf("%v instead of row_count", key))
	}
	var count int64
	if err := r.dec.Decode(&count); err != nil {
		return broken(err)
	}
	if count != r.rows {
		return broken(fmt.Errorf("%d rows instead of %d", r.rows, count))
	}
	return io.EOF
}

// failed reads the reason that is there instead of more rows.
func (r *rowReader) failed() error {
	f := new(fault.Fault)
	if err := r.dec.Decode(f); err != nil {
		return broken(err)
	}
	return fault.Wrap(f, opRead)
}

// broken is for a result that is not as it should be. A fault is the reader's own.
func broken(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		return fault.Wrap(f, opRead)
	}
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fault.New(fault.Unavailable, opRead, "the result is not whole: %w", err)
}

// fieldText turns a JSON value into what DuckDB would print; nested values stay JSON.
func fieldText(raw json.RawMessage, columnType string) (text string, null bool, err error) {
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return "", true, nil
	case raw[0] != '"':
		return string(raw), false, nil
	}
	if err := json.Unmarshal(raw, &text); err != nil {
		return "", false, err
	}
	if columnType != "BLOB" {
		return text, false, nil
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", false, err
	}
	return blobText(data), false, nil
}

// blobText writes printable ASCII as it is and the rest as \xHH.
func blobText(data []byte) string {
	var b strings.Builder
	for _, c := range data {
		if c >= ' ' && c <= '~' && c != '\\' && c != '\'' && c != '"' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, `\x%02X`, c)
		}
	}
	return b.String()
}
