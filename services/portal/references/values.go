package references

import (
	"context"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"

	"github.com/shoal-db/shoal/services/portal/literals"
)

// rowsOf are the rows of a query. Values of types that pruning knows nothing of are an error.
func rowsOf(ctx context.Context, conn *duckdb.Conn, sql string) ([][]*rel.Literal, error) {
	rows, err := conn.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	defer rows.Release()
	columns := make([]types.Type, len(rows.Columns()))
	for i, c := range rows.Columns() {
		if columns[i], err = types.Parse(c.Type); err != nil {
			return nil, fault.Wrap(err, "read keys")
		}
	}
	var out [][]*rel.Literal
	for rows.Next() {
		rec := rows.Record()
		for i := range int(rec.NumRows()) {
			row := make([]*rel.Literal, len(columns))
			for c, t := range columns {
				if row[c], err = literals.Of(rec.Column(c), i, t); err != nil {
					return nil, err
				}
			}
			out = append(out, row)
		}
	}
	return out, rows.Err()
}
