package bound

import (
	"strings"

	"github.com/shoal-db/shoal/libs/platform/fault"
)

// StatementQuery is the SQL that makes DuckDB write down what it parses of sql,
// as one row of one string, which is what TablesOf reads.
func StatementQuery(sql string) string {
	return "SELECT json_serialize_sql('" + strings.ReplaceAll(sql, "'", "''") +
		"', skip_null := true, skip_empty := true, skip_default := true)"
}

// TablesOf are the names of tables in a parsed SELECT, by their parts. Those that
// have one part may be common table expressions, if ctes has them.
func TablesOf(statementJSON []byte) (tables [][]string, ctes map[string]bool, err error) {
	v, err := parseJSON(statementJSON)
	if err != nil {
		return nil, nil, fault.New(fault.Internal, op, "%w", err)
	}
	answer, ok := v.(object)
	if !ok || answer.bool("error") {
		return nil, nil, fault.New(fault.InvalidArgument, op, "the statement is not one that can be looked into")
	}
	w := &statementWalk{ctes: map[string]bool{}}
	w.value(answer)
	return w.tables, w.ctes, w.err
}

type statementWalk struct {
	tables [][]string
	ctes   map[string]bool // in lower case
	err    error
}

func (w *statementWalk) value(v value) {
	switch v := v.(type) {
	case []value:
		for _, item := range v {
			w.value(item)
		}
	case object:
		w.object(v)
		for _, m := range v {
			w.value(m.value)
		}
	}
}

func (w *statementWalk) object(o object) {
	switch o.string("type") {
	case "BASE_TABLE":
		var name []string
		for _, key := range []string{"catalog_name", "schema_name", "table_name"} {
			if part := o.string(key); part != "" {
				name = append(name, part)
			}
		}
		w.tables = append(w.tables, name)
	case "TABLE_FUNCTION":
		name := strings.ToLower(o.object("function").string("function_name"))
		if !selfContained[name] && !listFunctions[name] && name != "repeat" {
			w.err = unsupported("the table function " + name + " is")
		}
	}
	for _, entry := range o.object("cte_map").objects("map") {
		w.ctes[strings.ToLower(entry.string("key"))] = true
	}
}
