package bound

import (
	"bytes"

	"github.com/shoal-db/shoal/libs/substrait/rel"
	"github.com/shoal-db/shoal/libs/substrait/types"
)

// CatalogCall is a call of a table function that lists what is in the catalog,
// as information_schema and SHOW TABLES make them.
type CatalogCall struct {
	Name string
	Args []*rel.Literal
}

// catalogFunctions list the catalog; the others of DuckDB tell of its own state.
var catalogFunctions = map[string]bool{
	"duckdb_databases": true, "duckdb_schemas": true, "duckdb_tables": true, "duckdb_views": true, "duckdb_columns": true,
	"duckdb_constraints": true, "duckdb_indexes": true, "duckdb_sequences": true, "pragma_table_info": true,
	"pragma_show": true,
}

// CatalogCalls are those of a plan, once for each. They have rows only for Convert
// with Options.Catalog.
func CatalogCalls(planJSON []byte) []CatalogCall {
	if !bytes.Contains(planJSON, []byte(`"duckdb_`)) && !bytes.Contains(planJSON, []byte(`"pragma_`)) {
		return nil // most plans ask for none, and to read one takes a while
	}
	root, err := parsePlan(planJSON)
	if err != nil {
		return nil
	}
	var out []CatalogCall
	seen := map[string]bool{}
	var visit func(o object)
	visit = func(o object) {
		if name := o.string("name"); o.string("type") == "LOGICAL_GET" && catalogFunctions[name] {
			call := CatalogCall{Name: name}
			var err error
			if call.Args, err = literals(o); err == nil && !seen[call.Key()] {
				seen[call.Key()] = true
				out = append(out, call)
			}
		}
		for _, child := range o.objects("children") {
			visit(child)
		}
	}
	visit(root)
	return out
}

// Key tells calls apart.
func (c CatalogCall) Key() string {
	key := c.Name
	for _, a := range c.Args {
		key += " " + rel.FormatExpr(a)
	}
	return key
}

// literals are a table function's arguments.
func literals(o object) ([]*rel.Literal, error) {
	var out []*rel.Literal
	for _, p := range o.objects("parameters") {
		l, err := readValue(p)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// CatalogRows are a call's rows: each column's value as DuckDB prints it, nil for
// NULL.
type CatalogRows [][]*string

// session is what the functions give that ask for the session's place in the
// catalog, where Options say it.
func (c *converter) session(name string, args []rel.Expr, t types.Type) (rel.Expr, bool) {
	database, schema := rel.Str(c.opts.Database), rel.Str(c.opts.Schema)
	switch {
	case c.opts.Database == "" || c.opts.Schema == "":
		return nil, false
	case name == "current_schema" && len(args) == 0 && t.Equal(schema.Of):
		return schema, true
	case (name == "current_database" || name == "current_catalog") && len(args) == 0 && t.Equal(database.Of):
		return database, true
	case name == "in_search_path" && len(args) == 2 && args[0].Type().Equal(database.Of) && args[1].Type().Equal(schema.Of):
		return rel.Bools(rel.And, rel.Bools(rel.Eq, args[0], database), &rel.In{Value: args[1], Options: []rel.Expr{schema, rel.Str("main")}}), true
	}
	return nil, false
}

// catalogGet is a call's rows as constants, of the columns that are read.
func (c *converter) catalogGet(o object, returned []types.Type) (node, error) {
	call := CatalogCall{Name: o.string("name")}
	var err error
	if call.Args, err = literals(o); err != nil {
		return node{}, err
	}
	rows, ok := c.opts.Catalog[call.Key()]
	if !ok {
		return node{}, unsupported("the table function " + call.Name + " is")
	}
	out := &rel.Values{Rows: make([][]rel.Expr, len(rows))}
	cols, err := readColumns(o, len(returned), func(i int) int {
		out.Columns = append(out.Columns, returned[i])
		for r, row := range rows {
			cell := rel.Expr(rel.Null(returned[i]))
			if i < len(row) && row[i] != nil {
				cell = as(rel.Str(*row[i]), returned[i])
			}
			out.Rows[r] = append(out.Rows[r], cell)
		}
		return len(out.Columns) - 1
	})
	return newNode(out, cols), err
}
