package binder

import (
	"context"
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/functions"
	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// BindPlan has DuckDB bind somebody's plan, written as SQL, so that functions that do not exist and types that are
// not what the plan states are found before any worker sees it. Subqueries that stand in its expressions become
// joins, as DuckDB makes them of SQL's; any other plan is returned as it is. Errors are those of Bind.
func (b *Binder) BindPlan(ctx context.Context, plan *rel.Plan) (*rel.Plan, error) {
	has := sqlgen.HasSubquery(plan)
	sql, err := sqlgen.Render(plan, sqlgen.Options{Scan: shadowScan})
	if err != nil {
		return nil, err
	}
	if !has && len(sql) > longSQLBytes {
		return plan, nil // it takes too long; the workers will see
	}
	out, err := b.Bind(ctx, sql, "")
	if err != nil {
		return plan, ofPlan(err, has)
	}
	if !has {
		return plan, sameColumns(plan, out.Columns)
	}
	if out.Fallback != nil {
		return nil, fault.New(fault.InvalidArgument, op, "%s", out.Fallback.Reason)
	}
	return out.Plan, nil
}

// ofPlan is the error of a plan's SQL, which its author does not know. That a table or a column is missing is told
// better when the plan is resolved.
func ofPlan(err error, must bool) error {
	f := fault.From(err)
	entry, _ := f.Details["entry_type"].(string)
	isFunction := strings.Contains(entry, "Function") || strings.Contains(f.Text(), "Function with name")
	isColumn := strings.Contains(f.Text(), "does not have a column named")
	switch {
	case f.Kind == fault.NotFound && !isFunction, isColumn:
		if !must {
			return nil
		}
		return err
	case f.Kind != fault.NotFound && f.Kind != fault.InvalidArgument:
		return err
	}
	out := fault.New(fault.InvalidArgument, op, "%s", f.Text()).WithHint("%s", f.Hint)
	if c := f.Details["candidates"]; c != nil {
		out = out.WithDetail("candidates", c)
	}
	if name := f.Details["entry_name"]; name != nil {
		out = out.WithDetail("function", name)
	}
	return out
}

// sameColumns checks that the plan's result has the types that it states.
func sameColumns(plan *rel.Plan, columns []rel.Column) error {
	for i, t := range plan.Root.Types() {
		if i >= len(columns) || !functions.SameShape(t, columns[i].Type) {
			return fault.New(fault.InvalidArgument, op, "the plan's column %q is %s, not %s as its functions state", plan.Names[i], columns[min(i, len(columns)-1)].Type, t).
				WithHint("state the types that DuckDB's functions give, or cast")
		}
	}
	return nil
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
