package sqlgen

import (
	"strings"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// ParquetTable is the table expression that reads a table from its Parquet files, with the columns in their
// declared types; no files are no rows. The casts do nothing (DuckDB drops them) for a type that Parquet
// has, and restore the others, such as ENUM and UHUGEINT.
func ParquetTable(columns []rel.Column, paths []string) string {
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
		if c.Type.ID == types.Blob && len(paths) > 0 {
			// DuckDB 1.5.4 compares constants with the printed form of a file's least and greatest
			// BLOB, and would skip row groups that match; through a function it does not.
			value = "COALESCE(" + value + ", NULL)"
		}
		sql.WriteString("CAST(" + value + " AS " + c.Type.String() + ") AS " + types.QuoteIdent(c.Name))
	}
	if len(columns) == 0 {
		sql.WriteString("1")
	}
	if len(paths) == 0 {
		sql.WriteString(" WHERE false)")
		return sql.String()
	}
	sql.WriteString(" FROM read_parquet([")
	for i, p := range paths {
		if i > 0 {
			sql.WriteByte(',')
		}
		sql.WriteString(quote(p))
	}
	// A data folder named like k=v must not add a column.
	sql.WriteString("], hive_partitioning=false) AS f)")
	return sql.String()
}
