package binder

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/chunks"
	"github.com/shoal-db/shoal/libs/platform/fault"
)

// TestOddNamesDisturbNobody makes a table of each name that DuckDB's own catalog has, and of others that are odd: it
// is refused, or it can be queried and everything else can be as before.
func TestOddNamesDisturbNobody(t *testing.T) {
	ctx := context.Background()
	b, current := open(t, Options{}, shop...)
	version := int64(1)
	try := func(dataset, name string, columns []Column) {
		t.Helper()
		if chunks.CheckNewNames(dataset, name) != nil || b.CheckColumns(ctx, columns) != nil {
			return
		}
		version++
		current.Store(&state{version: version, tables: append([]Table{{Dataset: dataset, Name: name, Columns: columns}}, shop...)})
		quoted := fmt.Sprintf(`FROM "%s"."%s"`, dataset, name)
		for _, sql := range []string{quoted, "SHOW TABLES", "SHOW ALL TABLES", "FROM information_schema.tables", "FROM information_schema.columns",
			"FROM duckdb_tables()", "FROM duckdb_columns", "SELECT * FROM pg_catalog.pg_class", "FROM sqlite_master", "FROM shop.orders", "DESCRIBE shop.customer", "FROM t"} {
			for _, schema := range []string{"", dataset} {
				if schema != "" && sql == "FROM t" {
					continue
				}
				if _, err := b.Bind(ctx, sql, schema); err != nil {
					t.Errorf("with %s.%s, in %q, %s: %v", dataset, name, schema, sql, err)
				}
			}
		}
	}
	conn, err := b.engine.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := conn.QueryRows(ctx, `SELECT DISTINCT n FROM (SELECT view_name n FROM duckdb_views() UNION ALL SELECT schema_name FROM duckdb_schemas()
		UNION ALL SELECT database_name FROM duckdb_databases() UNION ALL SELECT function_name FROM duckdb_functions() WHERE function_type LIKE 'table%'
		UNION ALL SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved') WHERE n NOT LIKE '%(%' ORDER BY n`)
	closing(conn)
	if err != nil || len(rows) < 100 {
		t.Fatal(len(rows), err)
	}
	one := []Column{{"a", "INTEGER"}}
	for i, row := range rows {
		name := row[0].Text
		if i%4 == 0 || strings.Contains(name, "shoal") || !strings.Contains(name, "_") && len(name) < 7 {
			try("d", name, one)
		}
		try(name, "t", one)
		if strings.HasPrefix(name, "duckdb_") || strings.HasPrefix(name, "sqlite") {
			try("main", name, one)
		}
	}
	for _, name := range []string{"a\nb", "f", "filename", "rowid", "_chunk", "select", "\"", "a.b", "é", "ﬁ", "K", "%s", " ", strings.Repeat("x", 1000)} {
		try("d", "t2", []Column{{name, "INTEGER"}})
	}
}

func TestColumnsThatCannotBe(t *testing.T) {
	ctx := context.Background()
	b, _ := open(t, Options{}, shop...)
	for _, typ := range []string{"NOPE", "GEOMETRY", "VARIANT", "INTEGER; DROP TABLE t", "DECIMAL(39,2)", "DECIMAL(0)", "INTEGER[0]", "INTEGER[4294967295]", "STRUCT()",
		"STRUCT(a INTEGER, A INTEGER)", "ENUM('a', 'a')", "NULL", "INTEGER" + strings.Repeat("[]", 100), "INTEGER" + strings.Repeat("[]", 100_000), strings.Repeat("STRUCT(a ", 50) + "INTEGER" + strings.Repeat(")", 50), "MAP(INTEGER)"} {
		if err := b.CheckColumns(ctx, []Column{{"a", typ}}); !fault.Is(err, fault.InvalidArgument) || len(err.Error()) > 1000 {
			t.Errorf("%.40s: %v", typ, err)
		}
	}
	if err := b.CheckColumns(ctx, []Column{{"a", "INTEGER"}, {"A", "INTEGER"}}); !fault.Is(err, fault.InvalidArgument) {
		t.Errorf("two columns of one name: %v", err)
	}
	for _, typ := range []string{"int", "DECIMAL(38,38)", "STRUCT(a INTEGER[3], \"b c\" MAP(VARCHAR, DATE))", "ENUM('a', 'it''s')", "TIMESTAMP WITH TIME ZONE", "BIGNUM", "TIME_NS", "INTERVAL"} {
		if err := b.CheckColumns(ctx, []Column{{"a", typ}}); err != nil {
			t.Errorf("%s: %v", typ, err)
		}
	}
}

// FuzzColumns checks columns of any names and types: what is accepted can be queried, and what is refused is the
// columns' fault.
func FuzzColumns(f *testing.F) {
	b, err := Open(context.Background(), Options{Source: func() Catalog { return &state{version: 1} }})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = b.Close(context.Background()) })
	pieces := []string{"INTEGER", "[]", "[3]", "STRUCT(", "MAP(", ")", ", ", "a ", "\"a\" ", "ENUM(", "'x'", "DECIMAL(", "5", "UNION(", "VARCHAR", "NULL", " "}
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var typ strings.Builder
		for range 1 + r.IntN(8) {
			typ.WriteString(pieces[r.IntN(len(pieces))])
		}
		f.Add("a", typ.String())
	}
	f.Fuzz(func(t *testing.T, name, typ string) {
		if err := b.CheckColumns(context.Background(), []Column{{name, typ}}); err != nil && !fault.Is(err, fault.InvalidArgument) {
			t.Errorf("%q %q: %v", name, typ, err)
		}
	})
}
