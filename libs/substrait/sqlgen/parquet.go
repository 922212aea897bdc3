package sqlgen

import (
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// Inspect tells which columns have a Bloom filter in some of the Parquet files at the paths that must not be
// used, and whether NaN may be beyond the files' bounds.
type Inspect func(paths []string) (filtered map[string]bool, nan bool, err error)

// ParquetTable is the table expression that reads a table from its Parquet files, with the columns in their
// declared types; no files are no rows. The casts do nothing (DuckDB drops them) for a type that Parquet
// has, and restore the others, such as ENUM and UHUGEINT. The files are inspected if there is a column for
// which it matters.
func ParquetTable(columns []rel.Column, paths []string, inspect Inspect) (string, error) {
	var filtered map[string]bool
	nan := false
	if len(paths) > 0 && hasDoubtful(columns) {
		var err error
		if filtered, nan, err = inspect(paths); err != nil {
			return "", err
		}
	}
	var sql strings.Builder
	sql.WriteString("(SELECT ")
	for i, c := range columns {
		if i > 0 {
			sql.WriteString(", ")
		}
		// Qualified, or a column that the files lack would be taken for its own alias.
		value := "f." + types.QuoteIdent(c.Name)
		if len(paths) == 0 {
			value = "NULL"
		}
		if doubtful(c.Type) && filtered[c.Name] {
			value = opaque(value)
		}
		sql.WriteString("CAST(" + value + " AS " + c.Type.String() + ") AS " + types.QuoteIdent(c.Name))
	}
	if len(columns) == 0 {
		sql.WriteString("1")
	}
	if len(paths) == 0 {
		sql.WriteString(" WHERE false)")
		return sql.String(), nil
	}
	sql.WriteString(" FROM read_parquet([")
	for i, p := range paths {
		if i > 0 {
			sql.WriteByte(',')
		}
		sql.WriteString(quote(p))
	}
	// A data folder named like k=v must not add a column.
	sql.WriteString("], hive_partitioning=false")
	if nan {
		sql.WriteString(", can_have_nan=true")
	}
	sql.WriteString(") AS f)")
	return sql.String(), nil
}

// doubtful types are those whose equal values may differ in a Bloom filter, or lie beyond the bounds.
func doubtful(t types.Type) bool {
	return t.ID == types.Float || t.ID == types.Double || t.ID == types.Blob
}

func hasDoubtful(columns []rel.Column) bool {
	for _, c := range columns {
		if doubtful(c.Type) {
			return true
		}
	}
	return false
}
