package render

import (
	"errors"
	"io"
	"regexp"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// pageRows is how many rows are laid out together: widths fit within a page, and memory is bounded.
const pageRows = 1000

var numeric = regexp.MustCompile(`^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|BIGNUM|FLOAT|DOUBLE|DECIMAL\(.*\))$`)

// Result writes the portal's JSON form of a result as tables of up to a thousand rows, with names and
// types as header, and returns the number of rows.
func Result(w io.Writer, in io.Reader) (int64, error) {
	r, err := newRowReader(in)
	if err != nil {
		return 0, err
	}
	for page := 0; ; page++ {
		t := newTable(r.columns, true)
		var row []*string
		for t.Length() < pageRows {
			if row, err = r.next(); err != nil {
				break
			}
			t.AppendRow(cells(row))
		}
		// Of a result that fails, the rows that came are shown; the error that follows tells.
		if t.Length() > 0 || page == 0 {
			if _, err := io.WriteString(w, t.Render()+"\n"); err != nil {
				return r.rows, err
			}
		}
		if errors.Is(err, io.EOF) {
			return r.rows, nil
		}
		if err != nil {
			return r.rows, err
		}
	}
}

func newTable(columns []Column, types bool) table.Writer {
	t := table.NewWriter()
	t.SetStyle(style())
	names, typeNames := make(table.Row, len(columns)), make(table.Row, len(columns))
	configs := make([]table.ColumnConfig, len(columns))
	for i, c := range columns {
		names[i], typeNames[i] = printable(c.Name), printable(c.Type)
		configs[i] = table.ColumnConfig{Number: i + 1}
		if numeric.MatchString(c.Type) {
			configs[i].Align, configs[i].AlignHeader = text.AlignRight, text.AlignRight
		}
	}
	t.AppendHeader(names)
	if types {
		t.AppendHeader(typeNames)
	}
	t.SetColumnConfigs(configs)
	return t
}

func style() table.Style {
	s := table.StyleLight
	s.Format.Header = text.FormatDefault
	s.Format.HeaderAlign = text.AlignLeft
	s.Options.SeparateRows = false
	return s
}

func cells(row []*string) table.Row {
	out := make(table.Row, len(row))
	for i, field := range row {
		if field == nil {
			out[i] = "NULL"
		} else {
			out[i] = printable(*field)
		}
	}
	return out
}

// printable keeps what is in a field from drawing outside of its cell, or talking to the terminal.
func printable(s string) string {
	if !strings.ContainsFunc(s, isControl) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case isControl(r):
			b.WriteRune('\uFFFD')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }

// List writes rows under a header of names. Types say only which columns are set to the right.
func List(w io.Writer, columns []Column, rows [][]string) error {
	return write(w, columns, rows, false)
}

// Rows writes rows under a header of names and types.
func Rows(w io.Writer, columns []Column, rows [][]string) error { return write(w, columns, rows, true) }

func write(w io.Writer, columns []Column, rows [][]string, types bool) error {
	t := newTable(columns, types)
	for _, row := range rows {
		out := make(table.Row, len(row))
		for i, field := range row {
			out[i] = printable(field)
		}
		t.AppendRow(out)
	}
	_, err := io.WriteString(w, t.Render()+"\n")
	return err
}
