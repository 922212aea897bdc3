package query_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/libs/duckdb"
	"github.com/shoal-db/shoal/services/worker/internal/workertest"
	"github.com/shoal-db/shoal/services/worker/query"
)

// awkward are values of each type that compare, hash or print in ways of their own.
var awkward = map[string][]string{
	"DOUBLE":        {"'-0'", "0", "'nan'", "'-nan'", "'inf'", "'-inf'", "1", "'-1e-300'", "NULL"},
	"FLOAT":         {"'-0'", "0", "'nan'", "'-nan'", "'inf'", "'-inf'", "1.5", "NULL"},
	"BLOB":          {"''", `'\x00'`, `'\x00\xFF'`, `'abc'`, `'abc\x00'`, `'\x5Cx00'`, "repeat('a', 300)", "repeat('a', 300) || 'b'", "NULL"},
	"VARCHAR":       {"''", "chr(0)", "'a' || chr(0)", "'a'", "repeat('a', 300)", "repeat('a', 300) || 'b'", "'ä'", "NULL"},
	"BIGINT":        {"-9223372036854775808", "9223372036854775807", "0", "-1", "NULL"},
	"DECIMAL(18,2)": {"0", "-0.01", "9999999999999999.99", "NULL"},
	"TIMESTAMP":     {"'infinity'", "'-infinity'", "'epoch'", "'1969-12-31 23:59:59.999999'", "NULL"},
	"UUID":          {"'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'", "'80000000-0000-0000-0000-000000000000'", "NULL"},
}

// forms are ways to ask for a value of a column.
var forms = []string{
	"{c} = {v}", "{c} <> {v}", "{c} < {v}", "{c} >= {v}", "{v} < {c}", "{c} IS NOT DISTINCT FROM {v}", "{c} IS DISTINCT FROM {v}",
	"{c} IN ({v}, {u})", "{c} NOT IN ({v}, {u})", "{c} BETWEEN {v} AND {u}", "{c} = {v} OR {c} = {u}",
	"{c} IN (SELECT {v})", "{c} IN (SELECT unnest([{v}, {u}]))", "{c} = (SELECT {v})", "{c} >= ALL (SELECT unnest([{v}, {u}]))",
	"EXISTS (SELECT 1 FROM (SELECT {v} AS x) AS v WHERE x = {c})",
	"id IN (SELECT id FROM {t} AS o JOIN (VALUES ({v}), ({u})) AS v(x) ON o.{c} = v.x)",
}

// TestForms compares what a worker says of files, with Bloom filters and without, with DuckDB over its own table.
func TestForms(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	w := workertest.New(t, query.Options{Threads: 2})
	ctx := context.Background()
	engine, err := duckdb.Open(ctx, duckdb.Options{Threads: 1})
	workertest.Must(t, err)
	native, err := engine.Conn(ctx)
	workertest.Must(t, err)
	t.Cleanup(func() { workertest.Must(t, native.Close()); workertest.Must(t, engine.Close(ctx)) })

	var columns, values []string
	for typ, of := range awkward {
		name := fmt.Sprintf("c%d", len(columns))
		list := make([]string, len(of))
		for i, v := range of {
			list[i] = "(" + v + ")::" + typ
		}
		columns = append(columns, name+" "+typ)
		values = append(values, fmt.Sprintf("[%s][(hash(range // 700 + range %% 2, %d) %% %d)::BIGINT + 1] AS %s",
			strings.Join(list, ", "), len(columns), len(of), name))
	}
	sql := "SELECT range AS id, " + strings.Join(values, ", ") + " FROM range(9000)"
	_, err = native.Exec(ctx, "CREATE TABLE t AS "+sql)
	workertest.Must(t, err)
	tables := map[string]query.Table{}
	for name, options := range map[string]string{
		"t1": ", ROW_GROUP_SIZE 2048", "t2": ", ROW_GROUP_SIZE 2048, WRITE_BLOOM_FILTER false", "t3": ", ROW_GROUP_SIZE 2048, PARQUET_VERSION v2",
	} {
		tables[name] = workertest.TableOf(name, w.PutWith(name, sql, options))
	}
	w.Sync()
	for _, column := range columns {
		name, typ, _ := strings.Cut(column, " ")
		for _, form := range forms {
			for range 3 {
				v, u := awkward[typ][rng.IntN(len(awkward[typ]))], awkward[typ][rng.IntN(len(awkward[typ]))]
				cond := strings.NewReplacer("{c}", name, "{v}", "("+v+")::"+typ, "{u}", "("+u+")::"+typ).Replace(form)
				want := count(t, native, "SELECT count(*) FROM t WHERE "+strings.ReplaceAll(cond, "{t}", "t"))
				for file, table := range tables {
					ask := "SELECT count(*) FROM %[1]s AS t WHERE " + strings.ReplaceAll(strings.ReplaceAll(cond, "%", "%%"), "{t}", "%[1]s")
					_, rows, err := w.Rows(ctx, &query.Subplan{
						Tables: []query.Table{table},
						Plan:   workertest.Plan(ask, fmt.Sprintf("d.%s: id BIGINT; %s", file, column)),
					})
					if err != nil || !slices.Equal(rows, []string{want}) {
						t.Errorf("%s of %s: %v, %v; want %s", cond, file, rows, err, want)
					}
				}
			}
		}
	}
}

func count(t *testing.T, conn *duckdb.Conn, sql string) string {
	t.Helper()
	rows, err := conn.Query(context.Background(), sql)
	workertest.Must(t, err)
	defer rows.Close()
	if !rows.Next() {
		t.Fatalf("%s: %v", sql, rows.Err())
	}
	return rows.Record().Column(0).ValueStr(0)
}
