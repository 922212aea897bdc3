package binder

import (
	"context"
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// BindSubqueries makes joins of the subqueries that stand in a plan's expressions, as DuckDB makes
// them of SQL's: such a plan is written as SQL and bound. Any other plan is returned as it is. Errors
// are those of Bind.
func (b *Binder) BindSubqueries(ctx context.Context, plan *rel.Plan) (*rel.Plan, error) {
	if !sqlgen.HasSubquery(plan) {
		return plan, nil
	}
	sql, err := sqlgen.Render(plan, sqlgen.Options{Scan: shadowScan})
	if err != nil {
		return nil, err
	}
	out, err := b.Bind(ctx, sql, "")
	if err != nil {
		return nil, err
	}
	if out.Fallback != nil {
		return nil, fault.New(fault.InvalidArgument, op, "%s", out.Fallback.Reason)
	}
	return out.Plan, nil
}

// shadowScan reads a table of the shadow catalog, in the types that the plan takes its columns for.
func shadowScan(read *rel.Read) (string, error) {
	columns := make([]string, len(read.Columns))
	for i, c := range read.Columns {
		name := types.QuoteIdent(c.Name)
		columns[i] = "CAST(f." + name + " AS " + c.Type.String() + ") AS " + name
	}
	if len(columns) == 0 {
		columns = []string{"1"}
	}
	table := []string{types.QuoteIdent(Database)}
	for _, part := range read.Table {
		table = append(table, types.QuoteIdent(part))
	}
	return "(SELECT " + strings.Join(columns, ", ") + " FROM " + strings.Join(table, ".") + " AS f)", nil
}
