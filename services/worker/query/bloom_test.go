package query_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shoal-db/shoal/services/worker/internal/workertest"
	"github.com/shoal-db/shoal/services/worker/query"
)

// TestBloomFilters: files that have Bloom filters, which Shoal does not write any more, answer right. Half of the
// 6,000 rows are −0.0, or NaN of the other sign, or the BLOB that is asked for.
func TestBloomFilters(t *testing.T) {
	w := workertest.New(t, query.Options{Threads: 2})
	file := w.Put("t", `SELECT
		CASE WHEN range % 2 = 0 THEN '-0' ELSE '5' END::DOUBLE AS d, CASE WHEN range % 2 = 0 THEN '-0' ELSE '5' END::FLOAT AS f,
		CASE WHEN range % 2 = 0 THEN '-nan' ELSE 'nan' END::DOUBLE AS n, CASE WHEN range % 2 = 0 THEN '-nan' ELSE 'nan' END::FLOAT AS m,
		CASE WHEN range % 2 = 0 THEN '\x00\xFF' ELSE 'abc' END::BLOB AS b FROM range(6000)`)
	w.Sync()
	const columns = "d.t: d DOUBLE; f FLOAT; n DOUBLE; m FLOAT; b BLOB"
	half, all := 3000, 6000
	for _, c := range []struct {
		column, value string
		want          int
	}{
		{"d", "0.0::DOUBLE", half}, {"f", "0.0::FLOAT", half}, {"n", "'nan'::DOUBLE", all}, {"n", "'-nan'::DOUBLE", all},
		{"m", "'nan'::FLOAT", all}, {"m", "'-nan'::FLOAT", all}, {"b", `'\x00\xFF'::BLOB`, half}, {"b", `'\x00'::BLOB`, 0},
	} {
		for _, form := range []string{
			"SELECT count(*) FROM %s AS t WHERE {c} = {v}",
			"SELECT count(*) FROM %s AS t WHERE {c} IN ({v}, {v})",
			"SELECT count(*) FROM %s AS t WHERE {c} IS NOT DISTINCT FROM {v}",
			"SELECT count(*) FROM %s AS t WHERE {c} IN (SELECT {v})",
			"SELECT count(*) FROM %s AS t JOIN (VALUES ({v})) AS v(x) ON {c} = x",
			"SELECT count(*) FROM %s AS t SEMI JOIN (SELECT {v} AS x FROM range(3)) AS v ON {c} = x",
			"SELECT 6000 - count(*) FROM %s AS t ANTI JOIN (SELECT {v} AS x) AS v ON {c} = x",
		} {
			sql := strings.NewReplacer("{c}", c.column, "{v}", c.value).Replace(form)
			_, rows, err := w.Rows(context.Background(), &query.Subplan{
				Tables: []query.Table{workertest.TableOf("t", file)}, Plan: workertest.Plan(sql, columns),
			})
			if err != nil || !slices.Equal(rows, []string{fmt.Sprint(c.want)}) {
				t.Errorf("%s: %v, %v; want %d", sql, rows, err, c.want)
			}
		}
	}
	// What is stored comes out as it is.
	_, rows, err := w.Rows(context.Background(), &query.Subplan{
		Tables: []query.Table{workertest.TableOf("t", file)}, Plan: workertest.Plan("SELECT DISTINCT d::VARCHAR, f::VARCHAR FROM %s WHERE d = 0", columns),
	})
	if err != nil || !slices.Equal(rows, []string{"-0.0|-0.0"}) {
		t.Errorf("%v, %v; want −0.0 twice", rows, err)
	}
}
