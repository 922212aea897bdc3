package load

import (
	"context"
	"slices"
	"strings"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// DuckDB 1.5 takes −0.0 for 0.0 and −NaN for NaN where it packs them: in the segments of its own tables, and in the
// dictionaries of Parquet files. So a staged FLOAT or DOUBLE has its sign in a column beside it, and a file whose
// columns have values that differ in their sign alone is written without dictionaries.

// isFloat tells whether a column is FLOAT or DOUBLE.
func isFloat(c Column) bool { return c.Type == "FLOAT" || c.Type == "DOUBLE" }

// hasFloats tells whether there are such values within those of a column of another type.
func hasFloats(c Column) bool {
	t, err := types.Parse(c.Type)
	return err == nil && t.IsNested() && floatsWithin(t)
}

func floatsWithin(t types.Type) bool {
	return t.ID == types.Float || t.ID == types.Double ||
		slices.ContainsFunc(t.Fields, func(f types.Field) bool { return floatsWithin(f.Type) })
}

// stagedSign is what the sign of a staged column is called.
func stagedSign(i int) string { return "s" + staged(i) }

// unpacked is the value of a staged column, with its sign.
func (s *stage) unpacked(i int) string {
	name := staged(i)
	if !isFloat(s.columns[i]) {
		return name
	}
	return "CASE WHEN " + stagedSign(i) + " THEN -abs(" + name + ") ELSE abs(" + name + ") END"
}

// differInSign tells whether rows of a table expression have values that DuckDB's dictionaries would take for the same.
// Of values within others that is not known, and taken for true.
func differInSign(ctx context.Context, conn *duckdb.Conn, columns []Column, from string, value, sign func(i int) string) (bool, error) {
	var any []string
	for i, c := range columns {
		if hasFloats(c) {
			return true, nil
		}
		if !isFloat(c) {
			continue
		}
		for _, equal := range []string{value(i) + " = 0", "isnan(" + value(i) + ")"} {
			any = append(any, "(bool_or("+equal+" AND "+sign(i)+") AND bool_or("+equal+" AND NOT "+sign(i)+"))")
		}
	}
	if len(any) == 0 {
		return false, nil
	}
	found, err := conn.QueryString(ctx, "SELECT coalesce("+strings.Join(any, " OR ")+", false) FROM "+from)
	return found == "true", err
}
