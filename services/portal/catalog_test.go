package portal

import (
	"slices"
	"testing"
)

// TestCatalogInSQL: what lists the catalog tells of the loaded tables, and can be joined with them.
func TestCatalogInSQL(t *testing.T) {
	s := start(t, 2)
	for sql, want := range map[string][]string{
		"SHOW TABLES":    {"customer", "orders"},
		"SHOW DATABASES": {"shoal"},
		"SELECT current_schema(), current_database(), current_catalog()":                                    {"shop|shoal|shoal"},
		"SELECT table_catalog, table_schema, table_name FROM information_schema.tables ORDER BY ALL":        {"shoal|shop|customer", "shoal|shop|orders"},
		"SELECT database, schema, name, column_names[1], column_types[1] FROM (SHOW ALL TABLES) ORDER BY 3": {"shoal|shop|customer|c_custkey|INTEGER", "shoal|shop|orders|o_orderkey|BIGINT"},
		"SELECT column_name, data_type, ordinal_position FROM information_schema.columns WHERE table_name = 'customer' ORDER BY 3": {
			"c_custkey|INTEGER|1", "c_name|VARCHAR|2"},
		"SELECT DISTINCT schema_name FROM information_schema.schemata WHERE catalog_name = 'shoal' ORDER BY 1":      {"main", "shop"},
		"SELECT name, type FROM pragma_table_info('customer')":                                                      {"c_custkey|INTEGER", "c_name|VARCHAR"},
		"SELECT relname FROM pg_catalog.pg_class WHERE relname IN ('orders', 'customer') ORDER BY 1":                {"customer", "orders"},
		"SELECT table_name, (SELECT count(*) FROM orders) > 0 FROM duckdb_tables() WHERE NOT internal ORDER BY 1":   {"customer|true", "orders|true"},
		"SELECT count(*) FROM customer c JOIN duckdb_columns() d ON d.column_name = 'c_name' WHERE c.c_custkey = 1": {"1"},
	} {
		got, err := s.query(sql)
		if err != nil {
			t.Errorf("%s: %v", sql, err)
			continue
		}
		if rows := got.texts(); !slices.Equal(rows, want) {
			t.Errorf("%s: %q, want %q", sql, rows, want)
		}
	}
}
