package binder

import (
	"context"
	"strings"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/libs/platform/fault"
	"github.com/shoal-db/shoal/libs/substrait/bound"
	"github.com/shoal-db/shoal/libs/substrait/sqlgen"
)

// maxCatalogRows bounds what a statement may ask of the catalog: it becomes part of the plan.
const maxCatalogRows = 20_000

// catalogRows asks the shadow catalog what table functions list of it. They are the only statements
// that are executed there. Other databases than the catalog do not exist for clients.
func catalogRows(ctx context.Context, conn *duckdb.Conn, calls []bound.CatalogCall) (map[string]bound.CatalogRows, error) {
	if len(calls) == 0 {
		return nil, nil
	}
	out := map[string]bound.CatalogRows{}
	for _, call := range calls {
		args := make([]string, len(call.Args))
		for i, a := range call.Args {
			var err error
			if args[i], err = sqlgen.Literal(a); err != nil {
				return nil, err
			}
		}
		sql := "SELECT * FROM " + duckdb.QuoteIdent(call.Name) + "(" + strings.Join(args, ", ") + ")"
		if strings.HasPrefix(call.Name, "duckdb_") {
			sql += " WHERE database_name = " + duckdb.QuoteLiteral(Database)
		}
		rows, err := conn.QueryRows(ctx, sql)
		if err != nil {
			return nil, err
		}
		if len(rows) > maxCatalogRows {
			return nil, fault.New(fault.ResourceExhausted, op, "%s lists %d entries of the catalog; a query can look at %d",
				call.Name, len(rows), maxCatalogRows).WithHint("GET /v1/tables lists all tables")
		}
		out[call.Key()] = texts(rows)
	}
	return out, nil
}

func texts(rows [][]duckdb.Value) bound.CatalogRows {
	out := make(bound.CatalogRows, len(rows))
	for i, row := range rows {
		out[i] = make([]*string, len(row))
		for k, v := range row {
			if v.Valid {
				out[i][k] = &v.Text
			}
		}
	}
	return out
}

// schemaName spells a schema as the catalog does.
func schemaName(c Catalog, schema string) string {
	for _, t := range c.Tables() {
		if strings.EqualFold(t.Dataset, schema) {
			return t.Dataset
		}
	}
	return schema
}
