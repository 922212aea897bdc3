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

// ResultType tells the type that DuckDB gives to a call of its function: invalid_argument if there
// is no such function of these arguments. It implements functions.ResultType.
func (b *Binder) ResultType(ctx context.Context, kind functions.Kind, duck string, args []rel.Expr) (types.Type, error) {
	const op = "find a function's type"
	sql, err := callOf(kind, duck, args)
	if err != nil {
		return types.Type{}, err
	}
	if of, ok := b.results.get(sql); ok {
		return of, nil
	}
	conn, err := b.engine.Conn(ctx)
	if err != nil {
		return types.Type{}, err
	}
	defer closing(conn)
	prepared, err := conn.Prepare(ctx, sql)
	if err != nil {
		b.engine.Failed(conn, err)
		return types.Type{}, fault.Wrap(err, op)
	}
	of, err := types.Parse(prepared.Columns[0].Type)
	if err != nil {
		return of, fault.New(fault.InvalidArgument, op, "the type of %s is not supported: %w", duck, err)
	}
	b.results.put(sql, of)
	return of, nil
}

// callOf is a query of one column, the call. Columns among its arguments become NULLs of their type;
// constants stay, since they may decide the type.
func callOf(kind functions.Kind, duck string, args []rel.Expr) (string, error) {
	given := make([]rel.Expr, len(args))
	for i, a := range args {
		given[i] = rel.TransformExpr(a, func(e rel.Expr) rel.Expr {
			switch e.(type) {
			case *rel.Field, *rel.WindowCall, *rel.Subquery, *rel.OuterField:
				return rel.Null(e.Type())
			}
			return e
		})
	}
	if kind == functions.Scalar {
		sql, err := sqlgen.Expression(&rel.Call{Func: duck, Args: given})
		return "SELECT " + sql, err
	}
	parts := make([]string, len(given))
	for i, a := range given {
		var err error
		if parts[i], err = sqlgen.Expression(a); err != nil {
			return "", err
		}
	}
	sql := "SELECT " + types.QuoteIdent(duck) + "(" + strings.Join(parts, ", ") + ")"
	if kind == functions.Window {
		sql += " OVER ()"
	}
	return sql, nil
}
