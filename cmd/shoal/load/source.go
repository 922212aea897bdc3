package load

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/platform/nearest"
)

// Format is a kind of input file.
type Format string

// The formats that can be read.
const (
	Parquet Format = "parquet"
	CSV     Format = "csv"
	JSON    Format = "json"
)

var formatOfExtension = map[string]Format{
	".parquet": Parquet, ".pq": Parquet, ".parq": Parquet,
	".csv": CSV, ".tsv": CSV, ".tbl": CSV, ".txt": CSV,
	".json": JSON, ".ndjson": JSON, ".jsonl": JSON,
}

// files are what a load reads: all of one format.
type files struct {
	format Format
	paths  []string
	bytes  int64
}

// findFiles resolves paths and globs. An empty format is found by the names' extensions.
func findFiles(ctx context.Context, conn *duckdb.Conn, patterns []string, format Format) (files, error) {
	const op = "find files"
	found := files{format: format}
	for _, pattern := range patterns {
		paths, err := expand(ctx, conn, pattern)
		if err != nil {
			return files{}, fault.Wrap(err, op)
		}
		for _, path := range paths {
			if !slices.Contains(found.paths, path) {
				found.paths = append(found.paths, path)
			}
		}
	}
	if len(found.paths) == 0 {
		return files{}, fault.New(fault.InvalidArgument, op, "no file is named")
	}
	for _, path := range found.paths {
		info, err := os.Stat(path)
		if err != nil {
			return files{}, fault.Wrap(err, op)
		}
		found.bytes += info.Size()
		if format != "" {
			continue
		}
		has, err := formatOf(path)
		if err != nil {
			return files{}, err
		}
		if found.format != "" && has != found.format {
			return files{}, fault.New(fault.InvalidArgument, op, "%s is %s, but %s is %s",
				found.paths[0], found.format, path, has).
				WithHint("load files of one format at a time, the others with --append")
		}
		found.format = has
	}
	return found, nil
}

// expand returns the files that a path or a glob names, sorted.
func expand(ctx context.Context, conn *duckdb.Conn, pattern string) ([]string, error) {
	if scheme, _, ok := strings.Cut(pattern, "://"); ok && scheme != "file" {
		return nil, fault.New(fault.InvalidArgument, "", "%s: only files on this machine can be loaded", pattern).
			WithHint("download it first")
	}
	pattern = strings.TrimPrefix(pattern, "file://")
	info, err := os.Stat(pattern)
	switch {
	case err == nil && info.IsDir():
		return nil, fault.New(fault.InvalidArgument, "", "%s is a folder", pattern).
			WithHint("name the files in it, such as '%s'", filepath.Join(pattern, "*.parquet"))
	case err == nil:
		return []string{pattern}, nil
	case !strings.ContainsAny(pattern, "*?["):
		if os.IsNotExist(err) {
			return nil, fault.New(fault.NotFound, "", "there is no file %s", pattern)
		}
		return nil, fault.Wrap(err, "")
	}
	rows, err := conn.QueryRows(ctx, "SELECT file FROM glob("+duckdb.QuoteLiteral(pattern)+") ORDER BY file")
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fault.New(fault.NotFound, "", "no file matches %s", pattern)
	}
	paths := make([]string, len(rows))
	for i, row := range rows {
		paths[i] = row[0].Text
	}
	return paths, nil
}

func formatOf(path string) (Format, error) {
	name := strings.ToLower(filepath.Base(path))
	for _, compressed := range []string{".gz", ".zst"} {
		if cut, ok := strings.CutSuffix(name, compressed); ok {
			name = cut
			break
		}
	}
	if format, ok := formatOfExtension[filepath.Ext(name)]; ok {
		return format, nil
	}
	return "", fault.New(fault.InvalidArgument, "find files", "the format of %s cannot be told from its name", path).
		WithHint("say --input-format parquet, csv or json")
}

// Column is a column as DuckDB spells its name and type.
type Column struct{ Name, Type string }

// reading says how files are read.
type reading struct {
	// types are chosen by the person who loads; they override what CSV and JSON files look like, and convert the
	// columns of Parquet files. Their names must exist.
	types map[string]string
	csv   CSVOptions
	// noFolders leaves out the columns that folders are named after.
	noFolders bool
}

// source is files as a table expression, with its columns.
type source struct {
	files
	reading
	// folders are the columns that come from the names of folders, such as year=2024.
	folders []string
	columns []Column
	from    string
}

// openSource finds out the columns.
func openSource(ctx context.Context, conn *duckdb.Conn, in files, how reading) (*source, error) {
	s := &source{files: in, reading: how}
	unify, err := s.compare(ctx, conn)
	if err != nil {
		return nil, err
	}
	if err := s.findFolders(ctx, conn); err != nil {
		return nil, err
	}
	if s.columns, err = describe(ctx, conn, s.reader(in.paths, unify, nil), in.paths); err != nil {
		return nil, err
	}
	if err := s.refuseNothing(); err != nil {
		return nil, err
	}
	override, err := matchTypes(s.columns, how.types)
	if err != nil {
		return nil, err
	}
	if err := s.refuseRenamed(override); err != nil {
		return nil, err
	}
	s.from = s.reader(in.paths, unify, override)
	list, changed := s.converted(override)
	if changed {
		s.from = "(SELECT " + list + " FROM " + s.from + ")"
	}
	if changed || len(override) > 0 {
		// DuckDB's spelling of the types that a person wrote.
		s.columns, err = describe(ctx, conn, s.from, in.paths)
	}
	return s, err
}

// converted is the select list that converts the columns of Parquet files, and whether there are any to convert.
// Text is read as the chosen types at once.
func (s *source) converted(override map[string]string) (list string, changed bool) {
	if s.format != Parquet {
		return "", false
	}
	parts := make([]string, len(s.columns))
	for i, c := range s.columns {
		name, t := duckdb.QuoteIdent(c.Name), override[c.Name]
		switch {
		case isGeometry(c.Type) && (t == "" || strings.EqualFold(t, "BLOB")):
			parts[i] = "ST_AsWKB(" + name + ") AS " + name
		case t != "" && !slices.Contains(s.folders, c.Name):
			parts[i] = "CAST(" + name + " AS " + t + ") AS " + name
		default:
			parts[i] = name
			continue
		}
		changed = true
	}
	return strings.Join(parts, ", "), changed
}

// reader is the table function over some of the files.
func (s *source) reader(paths []string, unify bool, types map[string]string) string {
	list := fmt.Sprintf("%s, hive_partitioning = %t%s", listOf(paths), len(s.folders) > 0, s.folderTypes(types))
	switch s.format {
	case CSV:
		return fmt.Sprintf("read_csv(%s, union_by_name = %t%s%s)", list, unify, s.csv.arguments(), s.typed("types", types, false))
	case JSON:
		// Keys that a sample does not show would be dropped without a word, so all is sampled. Once
		// one type is chosen, all have to be said.
		return fmt.Sprintf("read_json(%s, union_by_name = true, sample_size = -1, maximum_sample_files = %d%s)",
			list, max(len(paths), 1), s.typed("columns", types, true))
	}
	return fmt.Sprintf("read_parquet(%s, union_by_name = %t)", list, unify)
}

// listOf is a list of paths in SQL.
func listOf(paths []string) string {
	quoted := make([]string, len(paths))
	for i, p := range paths {
		quoted[i] = duckdb.QuoteLiteral(p)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// typed is an argument that has text read as the chosen types at once: through the guessed ones,
// digits or the spelling could be lost.
func (s *source) typed(argument string, types map[string]string, all bool) string {
	if len(types) == 0 {
		return ""
	}
	var parts []string
	for _, c := range s.columns {
		if slices.Contains(s.folders, c.Name) {
			continue
		}
		if t, ok := types[c.Name]; ok || all {
			parts = append(parts, duckdb.QuoteLiteral(c.Name)+": "+duckdb.QuoteLiteral(cmp.Or(t, c.Type)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ", " + argument + " = {" + strings.Join(parts, ", ") + "}"
}

// compare refuses files with different columns, which DuckDB would fill with NULL or drop, and tells
// whether their types (or the order) differ, so that all must be looked at to find common ones.
// JSON objects may lack keys, and are left alone.
func (s *source) compare(ctx context.Context, conn *duckdb.Conn) (unify bool, err error) {
	if s.format == JSON || len(s.paths) == 1 && s.format != CSV {
		return false, nil
	}
	var first []Column
	for i, path := range s.paths {
		columns, err := describe(ctx, conn, s.reader([]string{path}, false, nil), []string{path})
		if err != nil {
			return false, err
		}
		if err := s.checkLines(ctx, conn, path, columns); err != nil {
			return false, err
		}
		if i == 0 {
			first = columns
			continue
		}
		if slices.Equal(first, columns) {
			continue
		}
		unify = true
		for _, pair := range []struct {
			a, b      []Column
			has, hasn string
		}{{first, columns, s.paths[0], path}, {columns, first, path, s.paths[0]}} {
			if name := missing(pair.a, pair.b); name != "" {
				return false, fault.New(fault.InvalidArgument, "read files", "%s has a column %q, %s has not", pair.has, name, pair.hasn).
					WithHint("files of one load must have the same columns")
			}
		}
	}
	return unify, nil
}

// missing returns the name of a column that a has and b has not.
func missing(a, b []Column) string {
	for _, c := range a {
		if findColumn(b, c.Name) < 0 {
			return c.Name
		}
	}
	return ""
}

func findColumn(columns []Column, name string) int {
	return slices.IndexFunc(columns, func(c Column) bool { return strings.EqualFold(c.Name, name) })
}

// refuseNothing refuses files without any column: DuckDB makes one up.
func (s *source) refuseNothing() error {
	if s.bytes > 0 {
		return nil
	}
	return fault.New(fault.InvalidArgument, "read files", "%s is empty: there are no columns to make a table of", s.paths[0])
}

// matchTypes brings the names that a person wrote to those of the columns.
func matchTypes(columns []Column, types map[string]string) (map[string]string, error) {
	out := map[string]string{}
	for name, t := range types {
		i := findColumn(columns, name)
		if i < 0 {
			return nil, unknownColumn("choose types", name, columns)
		}
		out[columns[i].Name] = t
	}
	return out, nil
}

func unknownColumn(op, name string, columns []Column) error {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	hint := nearest.Hint(name, names)
	if hint == "" {
		hint = "columns: " + strings.Join(names, ", ")
	}
	return fault.New(fault.NotFound, op, "there is no column %q", name).WithHint("%s", hint)
}

// describe returns the columns of a table expression over files.
func describe(ctx context.Context, conn *duckdb.Conn, from string, paths []string) ([]Column, error) {
	p, err := conn.Prepare(ctx, "SELECT * FROM "+from)
	if err != nil {
		return nil, readError(lineOf(ctx, conn, err, paths), paths)
	}
	// That Arrow cannot carry a type does not matter yet: it may be converted.
	columns := make([]Column, len(p.Columns))
	for i, c := range p.Columns {
		columns[i] = Column{Name: c.Name, Type: c.Type}
	}
	return columns, nil
}
