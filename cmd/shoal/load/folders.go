package load

import (
	"context"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// folderColumns are the columns that a path's folders are named after, as in year=2024/month=1/x.parquet, sorted.
func folderColumns(path string) []string {
	var out []string
	for part := range strings.SplitSeq(filepath.ToSlash(filepath.Dir(path)), "/") {
		if name, value, ok := strings.Cut(part, "="); ok && name != "" && value != "" && !strings.Contains(value, "=") {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// findFolders finds the columns that are kept in the names of folders. All files must have the same ones. Where a
// file has such a column itself, DuckDB would put the folder's value in its place: so the file's is kept if that
// is so of all of them, and otherwise a person must choose.
func (s *source) findFolders(ctx context.Context, conn *duckdb.Conn) error {
	const op = "read files"
	if s.noFolders {
		return nil
	}
	names := folderColumns(s.paths[0])
	for _, path := range s.paths[1:] {
		if other := folderColumns(path); !slices.Equal(other, names) {
			return fault.New(fault.InvalidArgument, op, "the folders of %s are named after the columns [%s], those of %s after [%s]",
				s.paths[0], strings.Join(names, ", "), path, strings.Join(other, ", ")).
				WithHint("load them one after the other, or say --no-hive to leave such columns out")
		}
	}
	if len(names) == 0 {
		return nil
	}
	own, err := describe(ctx, conn, s.reader(s.paths[:1], false, nil), s.paths[:1])
	if err != nil {
		return err
	}
	var both []string
	for _, name := range names {
		if findColumn(own, name) >= 0 {
			both = append(both, name)
		}
	}
	switch len(both) {
	case 0:
		s.folders = names
	case len(names): // the files have them all
	default:
		return fault.New(fault.InvalidArgument, op, "%s has a column %q, and its folders are named after it, too", s.paths[0], both[0]).
			WithHint("say --no-hive to take the files' own columns only")
	}
	return nil
}

// folderTypes is an argument with the types that were chosen for columns of folders.
func (s *source) folderTypes(types map[string]string) string {
	var parts []string
	for _, name := range s.folders {
		if t, ok := types[name]; ok {
			parts = append(parts, duckdb.QuoteLiteral(name)+": "+duckdb.QuoteLiteral(t))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return ", hive_types = {" + strings.Join(parts, ", ") + "}"
}

// numbered is a name that DuckDB may have made of another one.
var numbered = regexp.MustCompile(`^(.+)_\d+$`)

// refuseRenamed refuses to choose types for JSON some of whose keys differ in case only. DuckDB calls one of them
// otherwise, and would look for that name in the files once the types are said, and find nothing.
func (s *source) refuseRenamed(types map[string]string) error {
	if s.format != JSON || len(types) == 0 {
		return nil
	}
	for _, c := range s.columns {
		if m := numbered.FindStringSubmatch(c.Name); m != nil && findColumn(s.columns, m[1]) >= 0 {
			return fault.New(fault.InvalidArgument, "choose types", "types cannot be chosen: %q may be what a key is called that differs from %q in case only",
				c.Name, m[1]).WithHint("load without --type, or rename the keys")
		}
	}
	return nil
}
