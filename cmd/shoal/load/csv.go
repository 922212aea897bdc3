package load

import (
	"context"
	"fmt"
	"strings"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// CSVOptions say what is known of CSV files.
type CSVOptions struct {
	// Delimiter is what separates fields; empty means that it is guessed.
	Delimiter string
	// SkipLines are lines at the top that are not of the table.
	SkipLines int
}

// arguments are those for read_csv. Lines are neither skipped nor taken for comments by a guess: DuckDB guesses so
// when lines have different numbers of fields, and the rows would be gone without a word.
func (o CSVOptions) arguments() string {
	out := fmt.Sprintf(", skip = %d, comment = ''", o.SkipLines)
	if o.Delimiter != "" {
		out += ", delim = " + duckdb.QuoteLiteral(o.Delimiter)
	}
	return out
}

// delimiters are those that DuckDB guesses.
var delimiters = []string{",", ";", "|", "\t"}

// checkLines refuses a CSV file of which DuckDB found no columns because its lines have different numbers of fields:
// it then takes each line for one value. The error names the first line that differs from the first one.
func (s *source) checkLines(ctx context.Context, conn *duckdb.Conn, path string, columns []Column) error {
	if s.format != CSV || s.csv.Delimiter != "" || len(columns) != 1 {
		return nil
	}
	first, err := s.firstLine(ctx, conn, path)
	if err != nil {
		return err
	}
	delimiter, fields := "", 1
	for _, d := range delimiters {
		if n := countFields(first, d[0]); n > fields {
			delimiter, fields = d, n
		}
	}
	if delimiter == "" {
		return s.checkTop(ctx, conn, path)
	}
	cols := make([]string, fields)
	for i := range cols {
		cols[i] = fmt.Sprintf("'c%d': 'VARCHAR'", i)
	}
	_, err = conn.Exec(ctx, fmt.Sprintf("SELECT max(COLUMNS(*)) FROM read_csv(%s, auto_detect = false, header = false, delim = %s, quote = '\"', escape = '\"', skip = %d, columns = {%s})",
		duckdb.QuoteLiteral(path), duckdb.QuoteLiteral(delimiter), s.csv.SkipLines, strings.Join(cols, ", ")))
	hint := fmt.Sprintf("every line must have the %d fields of the first one; if %q separates no fields, say which character does with --delimiter", fields, delimiter)
	if err != nil {
		return fault.From(readError(err, []string{path})).WithHint("%s", hint)
	}
	return fault.New(fault.InvalidArgument, "read files", "%s: it cannot be told what separates the fields", path).WithHint("say it with --delimiter")
}

// checkTop refuses a file without columns that has some below its first lines, or between lines of comment.
func (s *source) checkTop(ctx context.Context, conn *duckdb.Conn, path string) error {
	rows, err := conn.QueryRows(ctx, fmt.Sprintf("SELECT SkipRows FROM sniff_csv(%s, skip = %d) WHERE len(Columns) > 1", duckdb.QuoteLiteral(path), s.csv.SkipLines))
	if err == nil && len(rows) == 0 {
		rows, err = conn.QueryRows(ctx, fmt.Sprintf("SELECT SkipRows FROM sniff_csv(%s) WHERE len(Columns) > 1", duckdb.QuoteLiteral(path)))
	}
	if err != nil || len(rows) == 0 {
		return nil // the file is one column, however one looks at it
	}
	return fault.New(fault.InvalidArgument, "read files", "%s, line %d: the line has not as many fields as those below it", path, s.csv.SkipLines+1).
		WithDetail("file", path).WithDetail("line", fmt.Sprint(s.csv.SkipLines+1)).
		WithHint("leave out lines at the top with --skip-lines N; if each line is one value, say --delimiter with a character that is in none")
}

// firstLine reads the first line, of a compressed file too.
func (s *source) firstLine(ctx context.Context, conn *duckdb.Conn, path string) (string, error) {
	line, err := conn.QueryString(ctx, fmt.Sprintf("SELECT coalesce(first(line), '') FROM (FROM read_csv(%s, auto_detect = false, header = false, delim = '\x01', quote = '', escape = '', skip = %d, columns = {'line': 'VARCHAR'}) LIMIT 1)",
		duckdb.QuoteLiteral(path), s.csv.SkipLines))
	return line, readError(err, []string{path})
}

// countFields counts the fields of a line; what is in quotes does not separate.
func countFields(line string, delimiter byte) int {
	n, quoted := 1, false
	for i := range len(line) {
		switch {
		case line[i] == '"':
			quoted = !quoted
		case line[i] == delimiter && !quoted:
			n++
		}
	}
	return n
}
