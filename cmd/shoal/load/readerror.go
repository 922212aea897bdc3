package load

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

var (
	csvLine      = regexp.MustCompile(`CSV Error on Line: (\d+)`)
	csvUnguessed = regexp.MustCompile(`Error when sniffing file "(.+)"`)
	csvFile      = regexp.MustCompile(`(?m)^\s*file = (.+)$`)
	csvColumn    = regexp.MustCompile(`Error when converting column "(.*)"\.`)
	csvGuessedAs = regexp.MustCompile(`Could not convert string "(?s).*" to '`)
)

// readError makes one line of what DuckDB says of a file that it could not read: which file, where
// in it, and why. Faults that do not blame the input (no memory, cancelled) pass.
func readError(err error, paths []string) error {
	if err == nil {
		return nil
	}
	f := fault.From(err)
	switch f.Kind {
	case fault.InvalidArgument, fault.NotFound, fault.Unavailable, fault.PermissionDenied:
	default:
		return withMemoryHint(err, "read files")
	}
	whole := f.Text() + "\n" + f.Hint
	if m := csvLine.FindStringSubmatch(whole); m != nil {
		return csvError(f, whole, m[1], paths)
	}
	text := firstLines(f.Text(), 1)
	if name := culprit(text, paths); name != "" {
		text = name + ": " + text
	}
	return fault.New(f.Kind, "read files", "%s", text).WithRetry(false)
}

// withMemoryHint tells which of this program's own settings helps where DuckDB names its.
func withMemoryHint(err error, op string) error {
	if f := fault.From(err); err != nil && f.Kind == fault.ResourceExhausted {
		return f.WithOp(op).WithHint("raise --load-memory")
	}
	return fault.Wrap(err, op)
}

// lineOf finds the line because of which DuckDB could not guess a CSV file's dialect: a guess from the
// first lines holds until the line that breaks it. It returns err if that finds nothing.
func lineOf(ctx context.Context, conn *duckdb.Conn, err error, paths []string) error {
	m := csvUnguessed.FindStringSubmatch(fault.Text(err))
	if m == nil || !slices.Contains(paths, m[1]) {
		return err
	}
	_, found := conn.Exec(ctx, "SELECT max(COLUMNS(*)) FROM read_csv("+duckdb.QuoteLiteral(m[1])+
		", hive_partitioning = false, all_varchar = true, sample_size = 50, comment = '')")
	if found != nil && csvLine.MatchString(fault.Text(found)) {
		return found
	}
	return err
}

func csvError(f *fault.Fault, whole, line string, paths []string) error {
	file := ""
	if m := csvFile.FindStringSubmatch(whole); m != nil {
		file = m[1]
	} else if len(paths) == 1 {
		file = paths[0]
	}
	why := []string{}
	for l := range strings.SplitSeq(whole, "\n") {
		l = strings.TrimSpace(l)
		if strings.HasPrefix(l, "Possible") || l == "" && len(why) > 0 {
			break
		}
		if l != "" && !csvLine.MatchString(l) && !strings.HasPrefix(l, "Original Line:") {
			why = append(why, l)
		}
	}
	reason := strings.Join(why, " ")
	out := fault.New(fault.InvalidArgument, "read files", "%s, line %s: %s", file, line, reason).
		WithDetail("file", file).WithDetail("line", line)
	if m := csvColumn.FindStringSubmatch(reason); m != nil && csvGuessedAs.MatchString(reason) {
		out = out.WithHint("the type is a guess from the first rows; choose another one with --type %s=VARCHAR", m[1])
	}
	return out
}

// culprit is the file to name before a text that names none.
func culprit(text string, paths []string) string {
	for _, p := range paths {
		if strings.Contains(text, p) {
			return ""
		}
	}
	if len(paths) == 1 {
		return paths[0]
	}
	return ""
}

// firstLines joins the first paragraph's lines, at most n of them.
func firstLines(text string, n int) string {
	var lines []string
	for l := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		l = strings.TrimSpace(l)
		if l == "" || len(lines) == n {
			break
		}
		lines = append(lines, l)
	}
	return strings.Join(lines, " ")
}
